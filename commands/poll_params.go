package commands

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/eligibility"
	"animo/games/poll"
)

// readPoll reads what staff typed, by option name. Its errors are sentences for
// the member. The directory is asked only where names of roles were typed.
func (w polls) readPoll(ctx context.Context, r *Request, args chat.Values) (poll.Params, error) {
	p := poll.Params{
		Question: readableLine(args["question"]), Max: wholeOr(args["max"], 1), Public: args["anonymous"] == "false",
		Results: poll.ResultsVoted, Adding: poll.AddingNone, Ping: chat.RoleID(args["ping"]), Team: r.Community.TeamChannel,
	}
	for _, o := range poll.ReadOptions(args["options"]) {
		if o = readableLine(o); o != "" {
			p.Options = append(p.Options, o)
		}
	}
	if v := args["results"]; v != "" {
		p.Results = poll.Results(v)
	}
	if v := args["adding"]; v != "" {
		p.Adding = poll.Adding(v)
	}
	if text := strings.TrimSpace(args["quorum"]); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 {
			n = -1 // which no check lets pass
		}
		p.Quorum = n
	}
	if text := strings.TrimSpace(args["ends"]); text != "" {
		var err error
		if p.Ends, err = readAfter(r, text, time.Time{}); err != nil {
			return p, err
		}
	}
	if err := readVoters(ctx, r, args, &p); err != nil {
		return p, err
	}
	return p, p.Check(games.Look{Now: r.Now, Private: r.Private, Caps: r.Caps})
}

// readVoters reads who may vote and whose vote counts more.
func readVoters(ctx context.Context, r *Request, args chat.Values, p *poll.Params) error {
	conditions, weights := lines(args["conditions"]), lines(args["weights"])
	if conditions == "" && weights == "" {
		return nil
	}
	names, err := namesOf(ctx, r)
	if err != nil {
		return err
	}
	if p.Who, err = eligibility.ReadRules(r.Private, conditions, names); err != nil {
		return err
	}
	for line := range strings.Lines(weights) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		weight, err := readWeight(r, line, names)
		if err != nil {
			return err
		}
		p.Weights = append(p.Weights, weight)
	}
	return nil
}

// readWeight reads a role and how often its vote counts: "@Team: 3", "@Team 3",
// "@Team ×3".
func readWeight(r *Request, line string, names eligibility.Names) (poll.Weight, error) {
	at := strings.LastIndexFunc(line, func(c rune) bool { return !unicode.IsDigit(c) }) + 1
	role := strings.TrimRight(line[:at], " \u00a0:=×xX*")
	n, err := strconv.Atoi(line[at:])
	wrong := games.Refuse(r.Private.Line("poll.refused.weights_read", i18n.Str("typed", shorten(line, 60))))
	if err != nil || role == "" {
		return poll.Weight{}, wrong
	}
	// A role is found by its name as in a condition.
	rules, err := eligibility.ReadRules(r.Private, "roles: "+role, names)
	switch {
	case err != nil:
		return poll.Weight{}, err
	case len(rules.All) != 1 || len(rules.Any) > 0:
		return poll.Weight{}, wrong
	}
	return poll.Weight{Role: rules.All[0], Times: n}, nil
}

// pollFields are the fields of the form, in their order.
func pollFields() []string { return []string{"question", "options", "ends", "max", "conditions"} }

// wrongPollField names the field to which a refusal belongs, so that the
// sentence stands beside it.
func (w polls) wrongPollField(ctx context.Context, r *Request, v chat.Values) string {
	for _, name := range pollFields() {
		trial := chat.Values{"question": "-", "options": "a;b", "adding": string(poll.AddingFree)}
		if name == "max" {
			trial["options"], trial["adding"] = v["options"], v["adding"]
		}
		trial[name] = v[name]
		if _, err := w.readPoll(ctx, r, trial); err != nil {
			return name
		}
	}
	return "question"
}
