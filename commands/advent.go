package commands

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/advent"
	"animo/games/engine"
	"animo/storage"
)

// familyAdventDraft is the action family of the drafts of calendars.
const familyAdventDraft = "advent-draft"

type advents struct{ *Registry }

func adventFamily(g *Registry) Family {
	w := advents{g}
	return Family{
		Commands: []Command{{Name: "advent", Sub: w.subcommands()}},
		Presses: map[string]Press{
			advent.ProofFamily: {Permission: chat.Anyone, Run: w.verify},
			familyAdventDraft: {Permission: chat.Staff, Run: w.draftPress, OpensForm: func(verb string) bool {
				return verb == draftEdit || verb == draftList || verb == draftBox
			}},
		},
		Forms: map[string]Press{familyAdventDraft: {Permission: chat.Staff, Run: w.draftForm}},
	}
}

func (w advents) subcommands() []Command {
	running := Option{Name: "id", Kind: chat.OptionText, Complete: w.suggest(games.StatusOpen)}
	over := Option{Name: "id", Kind: chat.OptionText, Complete: w.suggest(games.StatusClosed)}
	any := Option{Name: "id", Kind: chat.OptionText, Complete: w.suggest(games.StatusOpen, games.StatusClosed)}
	staff := func(name string, run Handler, options ...Option) Command {
		return Command{Name: name, Permission: chat.Staff, Run: run, Options: options}
	}
	start, create := staff("start", w.start, adventOptions()...), staff("create", w.create)
	start.Field, create.OpensForm = wrongAdventField, true
	return []Command{
		start,
		create,
		{Name: "list", Permission: chat.Anyone, Run: w.list},
		staff("show", w.show, any),
		staff("edit", w.edit, running,
			Option{Name: "title", Kind: chat.OptionText},
			Option{Name: "description", Kind: chat.OptionText, Long: true},
			Option{Name: "prize", Kind: chat.OptionText},
			Option{Name: "box", Kind: chat.OptionInteger, Min: 1, Max: advent.MaxBoxes},
			Option{Name: "text", Kind: chat.OptionText, Long: true},
			Option{Name: "win", Kind: chat.OptionText},
			Option{Name: "draw", Kind: chat.OptionText}),
		staff("end", w.end, running),
		{Name: "verify", Permission: chat.Anyone, Run: w.verify, Options: []Option{over}},
	}
}

func adventOptions() []Option {
	return []Option{
		{Name: "title", Kind: chat.OptionText, Required: true},
		{Name: "boxes", Kind: chat.OptionText, Required: true, Long: true},
		{Name: "starts", Kind: chat.OptionText},
		{Name: "prize", Kind: chat.OptionText},
		{Name: "catch_up", Kind: chat.OptionBoolean},
		{Name: "channel", Kind: chat.OptionChannel},
		{Name: "description", Kind: chat.OptionText, Long: true},
		{Name: "ping", Kind: chat.OptionRole},
	}
}

// start posts a calendar from what was typed.
func (w advents) start(ctx context.Context, r *Request) (chat.Reply, error) {
	p, err := readAdvent(r, r.Args)
	if err != nil {
		return chat.Reply{}, err
	}
	channel := r.Channel
	if c := chat.ChannelID(r.Args["channel"]); c != "" {
		channel = c
	}
	return w.launch(ctx, r, p, channel, storage.Change{})
}

// launch checks the channel and starts the calendar there.
func (w advents) launch(ctx context.Context, r *Request, p advent.Params, channel chat.ChannelID, c storage.Change) (chat.Reply, error) {
	if err := checkChannel(ctx, r, channel); err != nil {
		return chat.Reply{}, err
	}
	id, err := w.Engine.Start(ctx, engine.StartRequest{
		Community: r.Community, Space: r.Space, Channel: channel, Kind: advent.Kind,
		By: r.Actor, Private: r.Private, Params: p, Change: c, EventID: r.ID,
	})
	if err != nil {
		return chat.Reply{}, err
	}
	_, s, err := w.state(ctx, r, id)
	if err != nil {
		return chat.Reply{}, err
	}
	return chat.Private(chat.NewCard(
		chat.Paragraph(r.Private.Line("advent.started",
			i18n.In("title", chat.Strong(chat.T(p.Title))), i18n.In("channel", chat.MentionChannel(channel)),
			i18n.In("first", chat.Moment(s.Days[0].Opens, chat.MomentFull)),
			i18n.In("end", chat.Moment(s.Days[len(s.Days)-1].Ends, chat.MomentFull)))),
		chat.Note(r.Private.Line("advent.id", i18n.In("id", chat.Code(id)))),
	)), nil
}

func (w advents) end(ctx context.Context, r *Request) (chat.Reply, error) {
	id, err := w.pick(ctx, r, games.StatusOpen)
	if err != nil {
		return chat.Reply{}, err
	}
	return w.send(ctx, r, id, advent.OrderEnd, chat.Values{})
}

func (w advents) send(ctx context.Context, r *Request, id, verb string, args chat.Values) (chat.Reply, error) {
	return w.Engine.Order(ctx, r.Community, id, games.Ordered{By: r.Actor, Verb: verb, Args: args}, r.ID, r.Private)
}

// edit hands over what is to change; of a box, what is not named stays.
func (w advents) edit(ctx context.Context, r *Request) (chat.Reply, error) {
	id, err := w.pick(ctx, r, games.StatusOpen)
	if err != nil {
		return chat.Reply{}, err
	}
	args := chat.Values{}
	for name, read := range map[string]func(string) string{"title": readableLine, "description": readable} {
		if v, ok := r.Args[name]; ok {
			args[name] = read(v)
		}
	}
	if v, ok := r.Args["prize"]; ok {
		if args[advent.ArgFinal], err = written(readLot(v)); err != nil {
			return chat.Reply{}, err
		}
	}
	if err := w.editedBox(ctx, r, id, args); err != nil {
		return chat.Reply{}, err
	}
	return w.send(ctx, r, id, advent.OrderEdit, args)
}

// editedBox adds the box that is to change, as it is to become.
func (w advents) editedBox(ctx context.Context, r *Request, id string, args chat.Values) error {
	no, named := r.Args["box"]
	changed := false
	for _, name := range []string{"text", "win", "draw"} {
		_, given := r.Args[name]
		changed = changed || given
	}
	if named != changed {
		return games.Refuse(r.Private.Line("advent.refused.box_alone"))
	}
	if !named {
		return nil
	}
	_, s, err := w.state(ctx, r, id)
	if err != nil {
		return err
	}
	var box advent.Box
	if n := wholeOr(no, 0); n >= 1 && n <= len(s.Boxes) {
		box = s.Boxes[n-1]
	}
	if v, ok := r.Args["text"]; ok {
		box.Text = readableLine(v)
	}
	if v, ok := r.Args["win"]; ok {
		box.Instant = readLot(v)
	}
	if v, ok := r.Args["draw"]; ok {
		box.Draw = readLot(v)
	}
	args[advent.ArgNo] = strings.TrimSpace(no)
	args[advent.ArgBox], err = written(box)
	return err
}

// written writes a value as an order names it.
func written(v any) (string, error) {
	raw, err := json.Marshal(v)
	return string(raw), err
}

// pick returns the id that was typed, or that of the only calendar there is.
func (w advents) pick(ctx context.Context, r *Request, statuses ...games.Status) (string, error) {
	if typed := strings.TrimSpace(r.Args["id"]); typed != "" {
		id := idOf(typed)
		_, err := w.Engine.Get(ctx, r.Community, advent.Kind, id)
		if errors.Is(err, storage.ErrNotFound) {
			return "", games.Refuse(r.Private.Line("advent.refused.unknown", i18n.In("id", chat.Code(shorten(strings.ToUpper(typed), 20)))))
		}
		return id, err
	}
	for _, s := range statuses {
		// What is under way is meant before what is over.
		found, err := w.Engine.List(ctx, r.Community, advent.Kind, s, 2)
		switch {
		case err != nil:
			return "", err
		case len(found) == 1:
			return found[0].ID, nil
		case len(found) > 1:
			return "", games.Refuse(r.Private.Line("advent.refused.which", i18n.In("first", chat.Code("id:"+found[0].ID))))
		}
	}
	return "", games.Refuse(r.Private.Line("advent.refused.none"))
}
