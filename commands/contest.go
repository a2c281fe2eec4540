package commands

import (
	"context"
	"errors"
	"strings"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/contest"
	"animo/games/engine"
	"animo/storage"
)

// familyContestDraft is the action family of the drafts of contests.
const familyContestDraft = "contest-draft"

type contests struct{ *Registry }

func contestFamily(g *Registry) Family {
	w := contests{g}
	return Family{
		Commands: []Command{{Name: "contest", Sub: w.subcommands()}},
		Presses: map[string]Press{
			contest.PartFamily: {Permission: chat.Anyone, Run: w.partPress, OpensForm: func(verb string) bool {
				return verb == contest.VerbSubmit || verb == contest.VerbEdit || verb == contest.VerbMark || verb == verbRetry
			}},
			contest.StaffFamily: {Permission: chat.Staff, Run: w.queuePress, OpensForm: func(verb string) bool { return verb == contest.OrderRefuse }},
			familyContestDraft:  {Permission: chat.Staff, Run: w.draftPress, OpensForm: func(verb string) bool { return verb == draftEdit }},
		},
		Forms: map[string]Press{
			contest.PartFamily:  {Permission: chat.Anyone, Run: w.partForm},
			contest.StaffFamily: {Permission: chat.Staff, Run: w.refuseForm},
			familyContestDraft:  {Permission: chat.Staff, Run: w.draftForm},
		},
	}
}

func (w contests) subcommands() []Command {
	running := Option{Name: "id", Kind: chat.OptionText, Complete: w.suggest(games.StatusOpen)}
	any := Option{Name: "id", Kind: chat.OptionText, Complete: w.suggest(games.StatusOpen, games.StatusClosed)}
	staff := func(name string, run Handler, options ...Option) Command {
		return Command{Name: name, Permission: chat.Staff, Run: run, Options: options}
	}
	start, create := staff("start", w.start, contestOptions()...), staff("create", w.create)
	start.Field, create.OpensForm = wrongContestField, true
	return []Command{
		start,
		create,
		staff("queue", w.queue, running, Option{Name: "number", Kind: chat.OptionInteger, Min: 1, Max: contest.MaxWorks}),
		staff("edit", w.edit, running,
			Option{Name: "title", Kind: chat.OptionText},
			Option{Name: "description", Kind: chat.OptionText, Long: true},
			Option{Name: "submissions", Kind: chat.OptionText},
			Option{Name: "decision", Kind: chat.OptionText}),
		staff("jury", w.order(contest.OrderJury), Option{Name: "member", Kind: chat.OptionMember, Required: true},
			Option{Name: "remove", Kind: chat.OptionBoolean}, running),
		staff("end", w.order(contest.OrderEnd), running),
		staff("cancel", w.order(contest.OrderCancel), running, Option{Name: "reason", Kind: chat.OptionText}),
		{Name: "list", Permission: chat.Anyone, Run: w.list},
		staff("show", w.show, any),
		staff("export", w.export, any, Option{Name: "format", Kind: chat.OptionText, Choices: []string{formatCSV, formatJSON}}),
	}
}

func contestOptions() []Option {
	return []Option{
		{Name: "title", Kind: chat.OptionText, Required: true},
		{Name: "submissions", Kind: chat.OptionText, Required: true},
		{Name: "decision", Kind: chat.OptionText, Required: true},
		{Name: "description", Kind: chat.OptionText, Long: true},
		{Name: "criteria", Kind: chat.OptionText},
		{Name: "prize", Kind: chat.OptionText},
		{Name: "channel", Kind: chat.OptionChannel},
		{Name: "opens", Kind: chat.OptionText},
		{Name: "takes", Kind: chat.OptionText, Choices: []string{takesAny, "text", "link", "image"}},
		{Name: "per_member", Kind: chat.OptionInteger, Min: 1, Max: contest.MaxPerMember},
		{Name: "blind", Kind: chat.OptionBoolean},
		{Name: "jury", Kind: chat.OptionRole},
		{Name: "juror", Kind: chat.OptionMember},
		{Name: "president", Kind: chat.OptionMember},
		{Name: "tie", Kind: chat.OptionText, Choices: []string{"earlier", "shared", "president", "lot"}},
		{Name: "places", Kind: chat.OptionInteger, Min: 1, Max: contest.MaxPlaces},
		{Name: "image", Kind: chat.OptionText},
		{Name: "ping", Kind: chat.OptionRole},
		{Name: "role", Kind: chat.OptionRole},
	}
}

// start opens a contest from what was typed.
func (w contests) start(ctx context.Context, r *Request) (chat.Reply, error) {
	p, err := readContest(r, r.Args)
	if err != nil {
		return chat.Reply{}, err
	}
	channel := r.Channel
	if c := chat.ChannelID(r.Args["channel"]); c != "" {
		channel = c
	}
	return w.launch(ctx, r, p, channel, storage.Change{})
}

// launch checks the channel and starts the contest there.
func (w contests) launch(ctx context.Context, r *Request, p contest.Params, channel chat.ChannelID, c storage.Change) (chat.Reply, error) {
	if p.Role != "" && !r.Community.Allows(r.Actor, chat.Manager) {
		// Whoever gives roles through the bot holds the bot's rights.
		return r.refuse("contest.refused.role_manager")
	}
	if err := checkChannel(ctx, r, channel); err != nil {
		return chat.Reply{}, err
	}
	id, err := w.Engine.Start(ctx, engine.StartRequest{
		Community: r.Community, Space: r.Space, Channel: channel, Kind: contest.Kind,
		By: r.Actor, Private: r.Private, Params: p, Change: c, EventID: r.ID,
	})
	if err != nil {
		return chat.Reply{}, err
	}
	return chat.Private(startedContest(r, p, channel, id)), nil
}

// startedContest confirms the times as they were understood.
func startedContest(r *Request, p contest.Params, channel chat.ChannelID, id string) chat.Card {
	t := r.Private
	title, where := i18n.In("title", chat.Strong(chat.T(p.Title))), i18n.In("channel", chat.MentionChannel(channel))
	submit, decide := i18n.In("submit", chat.Moment(p.Submit, chat.MomentFull)), i18n.In("decide", chat.Moment(p.Decide, chat.MomentFull))
	line := t.Line("contest.started", title, where, submit, decide)
	if p.Opens.After(r.Now) {
		line = t.Line("contest.planned", title, where, submit, decide, i18n.In("opens", chat.Moment(p.Opens, chat.MomentFull)))
	}
	card := chat.Say(line)
	if p.Team == "" {
		card = card.With(chat.Paragraph(t.Line("contest.no_team_channel")))
	}
	return card.With(chat.Note(t.Line("contest.id", i18n.In("id", chat.Code(id)))))
}

// order returns the handler that hands an order to the running contest that
// is meant.
func (w contests) order(verb string) Handler {
	return func(ctx context.Context, r *Request) (chat.Reply, error) {
		id, err := w.pick(ctx, r, games.StatusOpen)
		if err != nil {
			return chat.Reply{}, err
		}
		args := chat.Values{}
		for _, name := range []string{contest.ArgMember, contest.ArgRemove} {
			if v, ok := r.Args[name]; ok {
				args[name] = v
			}
		}
		if v, ok := r.Args[contest.ArgReason]; ok {
			args[contest.ArgReason] = readableLine(v)
		}
		return w.send(ctx, r, id, verb, args)
	}
}

func (w contests) send(ctx context.Context, r *Request, id, verb string, args chat.Values) (chat.Reply, error) {
	return w.Engine.Order(ctx, r.Community, id, games.Ordered{By: r.Actor, Verb: verb, Args: args}, r.ID, r.Private)
}

// edit hands over what is to change; ends are read as at the start.
func (w contests) edit(ctx context.Context, r *Request) (chat.Reply, error) {
	id, err := w.pick(ctx, r, games.StatusOpen)
	if err != nil {
		return chat.Reply{}, err
	}
	_, s, err := w.state(ctx, r, id)
	if err != nil {
		return chat.Reply{}, err
	}
	args := chat.Values{}
	for name, read := range map[string]func(string) string{"title": readableLine, "description": readable} {
		if v, ok := r.Args[name]; ok {
			args[name] = read(v)
		}
	}
	submit := s.Submit
	if v, ok := r.Args["submissions"]; ok {
		if submit, err = readAfter(r, v, time.Time{}); err != nil {
			return chat.Reply{}, err
		}
		args["submit"] = submit.Format(time.RFC3339)
	}
	if v, ok := r.Args["decision"]; ok {
		after := submit
		if s.Phase == contest.PhaseDeciding {
			after = r.Now
		}
		at, err := readAfter(r, v, after)
		if err != nil {
			return chat.Reply{}, err
		}
		args["decide"] = at.Format(time.RFC3339)
	}
	return w.send(ctx, r, id, contest.OrderEdit, args)
}

// pick returns the id that was typed, or that of the only contest there is.
func (w contests) pick(ctx context.Context, r *Request, statuses ...games.Status) (string, error) {
	if typed := strings.TrimSpace(r.Args["id"]); typed != "" {
		id := idOf(typed)
		_, err := w.Engine.Get(ctx, r.Community, contest.Kind, id)
		if errors.Is(err, storage.ErrNotFound) {
			return "", games.Refuse(r.Private.Line("contest.refused.unknown", i18n.In("id", chat.Code(shorten(strings.ToUpper(typed), 20)))))
		}
		return id, err
	}
	for _, s := range statuses {
		// What is under way is meant before what is over.
		found, err := w.Engine.List(ctx, r.Community, contest.Kind, s, 2)
		switch {
		case err != nil:
			return "", err
		case len(found) == 1:
			return found[0].ID, nil
		case len(found) > 1:
			return "", games.Refuse(r.Private.Line("contest.refused.which", i18n.In("first", chat.Code("id:"+found[0].ID))))
		}
	}
	return "", games.Refuse(r.Private.Line("contest.refused.none"))
}
