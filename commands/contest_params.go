package commands

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"animo/bot/chat"
	"animo/games"
	"animo/games/contest"
)

// takesAny is the choice for works of every kind.
const takesAny = "any"

// readContest reads what staff typed, by option name. Its errors are sentences
// for the member.
func readContest(r *Request, args chat.Values) (contest.Params, error) {
	p := contest.Params{
		Title: readableLine(args["title"]), Description: readable(args["description"]), Prize: readableLine(args["prize"]),
		Image: strings.TrimSpace(args["image"]), Blind: args["blind"] == "true", Team: r.Community.TeamChannel,
		Ping: chat.RoleID(args["ping"]), Role: chat.RoleID(args["role"]), JuryRole: chat.RoleID(args["jury"]),
		President: chat.MemberID(args["president"]), PerMember: wholeOr(args["per_member"], 1), Places: wholeOr(args["places"], 1),
		Tie: contest.TieEarlier, Mode: contest.ModeVote, Takes: contest.Parts(),
	}
	if t := args["takes"]; t != "" && t != takesAny {
		p.Takes = []contest.Part{contest.Part(t)}
	}
	readJury(args, &p)
	if err := readTimes(r, args, &p); err != nil {
		return p, err
	}
	return p, p.Check(games.Look{Now: r.Now, Private: r.Private, Caps: r.Caps})
}

// wholeOr reads a whole number; 0, which no check lets pass, if it is none.
func wholeOr(text string, def int) int {
	if text = strings.TrimSpace(text); text == "" {
		return def
	}
	n, _ := strconv.Atoi(text)
	return n
}

// readJury reads the criteria, by which a jury decides, and who is in it.
func readJury(args chat.Values, p *contest.Params) {
	for _, c := range strings.FieldsFunc(args["criteria"], func(c rune) bool { return c == ',' || c == ';' || c == '\n' }) {
		if c = readableLine(c); c != "" {
			p.Criteria = append(p.Criteria, c)
		}
	}
	if len(p.Criteria) > 0 {
		p.Mode = contest.ModeJury
	}
	for _, m := range strings.Fields(args["juror"]) {
		if m := chat.MemberID(m); !slices.Contains(p.Jury, m) {
			p.Jury = append(p.Jury, m)
		}
	}
	if t := args["tie"]; t != "" {
		p.Tie = contest.Tie(t)
	}
	if p.Tie == contest.TiePresident && p.President == "" && len(p.Jury) > 0 {
		p.President = p.Jury[0]
	}
}

// readTimes reads the opening and the ends. A duration counts from the end of
// what comes before: "3 days" of decision from the end of submissions.
func readTimes(r *Request, args chat.Values, p *contest.Params) (err error) {
	if text := strings.TrimSpace(args["opens"]); text != "" {
		if p.Opens, err = readAfter(r, text, time.Time{}); err != nil {
			return err
		}
	}
	if p.Submit, err = readAfter(r, args["submissions"], p.Opens); err != nil {
		return err
	}
	p.Decide, err = readAfter(r, args["decision"], p.Submit)
	return err
}

// readAfter reads a date, or a duration that counts from an instant; zero
// means from now.
func readAfter(r *Request, text string, from time.Time) (time.Time, error) {
	when, err := r.Private.ReadWhen(text, r.Now, r.Community.Location())
	if err == nil && when.IsDuration && !from.IsZero() {
		return from.Add(when.Duration).UTC(), nil
	}
	return when.At.UTC(), err
}

// wrongContestField names the option to which a refusal belongs, so that the
// sentence stands beside its field.
func wrongContestField(_ context.Context, r *Request, v chat.Values) string {
	for _, o := range contestOptions() {
		trial := chat.Values{"title": "-", "submissions": "1h", "decision": "1h"}
		switch o.Name {
		case "decision":
			trial["submissions"] = v["submissions"]
		case "criteria":
			trial["juror"] = string(r.Actor.ID)
		case "jury", "juror", "president", "tie":
			for _, name := range []string{"criteria", "juror", "jury", "president"} {
				trial[name] = v[name]
			}
		}
		trial[o.Name] = v[o.Name]
		if _, err := readContest(r, trial); err != nil {
			return o.Name
		}
	}
	return "title"
}
