package commands

import (
	"context"
	"errors"
	"strings"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/engine"
	"animo/games/poll"
	"animo/storage"
)

// familyPollDraft is the action family of the drafts of polls.
const familyPollDraft = "poll-draft"

type polls struct{ *Registry }

func pollFamily(g *Registry) Family {
	w := polls{g}
	return Family{
		Commands: []Command{
			{Name: "poll", Permission: chat.Staff, OpensForm: true, Run: w.ask, Options: pollOptions()},
			{Name: "polls", Sub: w.subcommands()},
		},
		Presses: map[string]Press{
			poll.PartFamily:  {Permission: chat.Anyone, Run: w.partPress, OpensForm: func(verb string) bool { return verb == poll.VerbPropose }},
			poll.StaffFamily: {Permission: chat.Staff, Run: w.staffPress},
			familyPollDraft:  {Permission: chat.Staff, Run: w.draftPress, OpensForm: func(verb string) bool { return verb == draftEdit }},
		},
		Forms: map[string]Press{
			poll.PartFamily: {Permission: chat.Anyone, Run: w.partForm},
			familyPollDraft: {Permission: chat.Staff, Run: w.draftForm},
		},
	}
}

func pollOptions() []Option {
	var results, adding []string
	for _, v := range poll.AllResults() {
		results = append(results, string(v))
	}
	for _, v := range poll.AllAdding() {
		adding = append(adding, string(v))
	}
	return []Option{
		{Name: "question", Kind: chat.OptionText},
		{Name: "options", Kind: chat.OptionText, Rest: true, Long: true},
		{Name: "ends", Kind: chat.OptionText},
		{Name: "max", Kind: chat.OptionInteger, Min: 1, Max: poll.MaxOptions},
		{Name: "anonymous", Kind: chat.OptionBoolean},
		{Name: "results", Kind: chat.OptionText, Choices: results},
		{Name: "quorum", Kind: chat.OptionInteger, Min: 1, Max: poll.MaxQuorum},
		{Name: "adding", Kind: chat.OptionText, Choices: adding},
		{Name: "conditions", Kind: chat.OptionText},
		{Name: "weights", Kind: chat.OptionText},
		{Name: "channel", Kind: chat.OptionChannel},
		{Name: "ping", Kind: chat.OptionRole},
	}
}

func (w polls) subcommands() []Command {
	id := func(statuses ...games.Status) Option {
		return Option{Name: "id", Kind: chat.OptionText, Complete: w.suggest(statuses...)}
	}
	open, closed := id(games.StatusOpen), id(games.StatusClosed)
	any := id(games.StatusOpen, games.StatusClosed)
	staff := func(name string, run Handler, options ...Option) Command {
		return Command{Name: name, Permission: chat.Staff, Run: run, Options: options}
	}
	return []Command{
		staff("close", w.order(poll.OrderClose, games.StatusOpen), open),
		staff("reopen", w.reopen, closed, Option{Name: "ends", Kind: chat.OptionText}),
		staff("cancel", w.order(poll.OrderCancel, games.StatusOpen), open, Option{Name: "reason", Kind: chat.OptionText}),
		staff("options", w.waiting, open),
		{Name: "list", Permission: chat.Anyone, Run: w.list},
		staff("show", w.show, any),
		staff("export", w.export, any),
	}
}

// ask starts a poll from what was typed, or opens the form with it where that
// is not enough.
func (w polls) ask(ctx context.Context, r *Request) (chat.Reply, error) {
	if strings.TrimSpace(r.Args["question"]) == "" || strings.TrimSpace(r.Args["options"]) == "" {
		return chat.Reply{Form: pollForm(r, "new", r.Args)}, nil
	}
	p, err := w.readPoll(ctx, r, r.Args)
	if err != nil {
		return chat.Reply{}, err
	}
	channel := r.Channel
	if c := chat.ChannelID(r.Args["channel"]); c != "" {
		channel = c
	}
	return w.launch(ctx, r, p, channel, storage.Change{})
}

// launch checks the channel and starts the poll there.
func (w polls) launch(ctx context.Context, r *Request, p poll.Params, channel chat.ChannelID, c storage.Change) (chat.Reply, error) {
	if err := checkChannel(ctx, r, channel); err != nil {
		return chat.Reply{}, err
	}
	id, err := w.Engine.Start(ctx, engine.StartRequest{
		Community: r.Community, Space: r.Space, Channel: channel, Kind: poll.Kind,
		By: r.Actor, Private: r.Private, Params: p, Change: c, EventID: r.ID,
	})
	if err != nil {
		return chat.Reply{}, err
	}
	t := r.Private
	question, where := i18n.In("question", chat.Strong(chat.T(p.Question))), i18n.In("channel", chat.MentionChannel(channel))
	line := t.Line("poll.started_open", question, where)
	if !p.Ends.IsZero() {
		line = t.Line("poll.started", question, where, i18n.In("at", chat.Moment(p.Ends, chat.MomentFull)))
	}
	card := chat.Say(line)
	if p.Adding == poll.AddingModerated && p.Team == "" {
		card = card.With(chat.Paragraph(t.Line("poll.no_team_channel")))
	}
	return chat.Private(card.With(chat.Note(t.Line("poll.id", i18n.In("id", chat.Code(id)))))), nil
}

// order returns the handler that hands an order to the poll that is meant.
func (w polls) order(verb string, statuses ...games.Status) Handler {
	return func(ctx context.Context, r *Request) (chat.Reply, error) {
		id, err := w.pick(ctx, r, statuses...)
		if err != nil {
			return chat.Reply{}, err
		}
		args := chat.Values{}
		if v, ok := r.Args[poll.ArgReason]; ok {
			args[poll.ArgReason] = readableLine(v)
		}
		return w.send(ctx, r, id, verb, args)
	}
}

func (w polls) send(ctx context.Context, r *Request, id, verb string, args chat.Values) (chat.Reply, error) {
	return w.Engine.Order(ctx, r.Community, id, games.Ordered{By: r.Actor, Verb: verb, Args: args}, r.ID, r.Private)
}

// reopen hands over until when the poll is to be open again.
func (w polls) reopen(ctx context.Context, r *Request) (chat.Reply, error) {
	id, err := w.pick(ctx, r, games.StatusClosed)
	if err != nil {
		return chat.Reply{}, err
	}
	args := chat.Values{}
	if text := strings.TrimSpace(r.Args["ends"]); text != "" {
		at, err := readAfter(r, text, time.Time{})
		if err != nil {
			return chat.Reply{}, err
		}
		args[poll.ArgEnds] = at.Format(time.RFC3339)
	}
	return w.send(ctx, r, id, poll.OrderReopen, args)
}

// pick returns the id that was typed, or that of the only poll there is.
func (w polls) pick(ctx context.Context, r *Request, statuses ...games.Status) (string, error) {
	if typed := strings.TrimSpace(r.Args["id"]); typed != "" {
		id := idOf(typed)
		_, err := w.Engine.Get(ctx, r.Community, poll.Kind, id)
		if errors.Is(err, storage.ErrNotFound) {
			return "", games.Refuse(r.Private.Line("poll.refused.unknown", i18n.In("id", chat.Code(shorten(strings.ToUpper(typed), 20)))))
		}
		return id, err
	}
	for _, s := range statuses {
		// What is under way is meant before what is over.
		found, err := w.Engine.List(ctx, r.Community, poll.Kind, s, 2)
		switch {
		case err != nil:
			return "", err
		case len(found) == 1:
			return found[0].ID, nil
		case len(found) > 1:
			return "", games.Refuse(r.Private.Line("poll.refused.which", i18n.In("first", chat.Code("id:"+found[0].ID))))
		}
	}
	return "", games.Refuse(r.Private.Line("poll.refused.none"))
}
