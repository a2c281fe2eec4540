package commands

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/drop"
	"animo/games/engine"
	"animo/storage"
)

type drops struct{ *Registry }

func dropFamily(g *Registry) Family {
	w := drops{g}
	start := Command{Name: "start", Permission: chat.Staff, Run: w.start, Options: dropOptions(), Field: wrongDropField}
	return Family{Commands: []Command{{Name: "drop", Sub: []Command{
		start,
		// A list for everyone would give away that something is to come.
		{Name: "list", Permission: chat.Staff, Run: w.list},
		{Name: "cancel", Permission: chat.Staff, Run: w.cancel, Options: []Option{
			{Name: "id", Kind: chat.OptionText, Complete: w.suggests(drop.Kind, games.StatusOpen)}, {Name: "reason", Kind: chat.OptionText},
		}},
	}}}}
}

func dropOptions() []Option {
	return []Option{
		{Name: "prize", Kind: chat.OptionText, Required: true},
		{Name: "winners", Kind: chat.OptionInteger, Min: 1, Max: drop.MaxWinners},
		{Name: "after", Kind: chat.OptionText},
		{Name: "within", Kind: chat.OptionText},
		{Name: "channel", Kind: chat.OptionChannel},
		{Name: "lasts", Kind: chat.OptionText},
		{Name: "description", Kind: chat.OptionText, Long: true},
		{Name: "required_role", Kind: chat.OptionRole},
		{Name: "ping", Kind: chat.OptionRole},
		{Name: "role", Kind: chat.OptionRole},
		{Name: "role_days", Kind: chat.OptionInteger, Min: 1, Max: maxRoleDays},
	}
}

// readDrop reads what staff typed, by option name. Its errors are sentences
// for the member.
func readDrop(r *Request, args chat.Values) (drop.Params, error) {
	p := drop.Params{
		Prize: readableLine(args["prize"]), Description: readable(args["description"]), Winners: wholeOr(args["winners"], 1),
		Ping: chat.RoleID(args["ping"]), Role: chat.RoleID(args["role"]),
	}
	if role := chat.RoleID(args["required_role"]); role != "" {
		p.Who.All = []chat.RoleID{role}
	}
	if err := readDropTimes(r, args, &p); err != nil {
		return p, err
	}
	if text := strings.TrimSpace(args["role_days"]); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxRoleDays {
			return p, games.Refuse(r.Private.Line("drop.refused.role_days",
				i18n.Str("typed", shorten(text, 20)), i18n.Num("max", maxRoleDays)))
		}
		p.RoleFor = time.Duration(n) * 24 * time.Hour
	}
	return p, p.Check(games.Look{Now: r.Now, Private: r.Private, Caps: r.Caps})
}

// readDropTimes reads when it appears, within which window, and for how long.
func readDropTimes(r *Request, args chat.Values, p *drop.Params) (err error) {
	if text := strings.TrimSpace(args["after"]); text != "" {
		if p.After, err = readAfter(r, text, time.Time{}); err != nil {
			return err
		}
	}
	if text := strings.TrimSpace(args["within"]); text != "" {
		if p.Until, err = readAfter(r, text, p.After); err != nil {
			return err
		}
	}
	if text := strings.TrimSpace(args["lasts"]); text != "" {
		if p.Lasts, err = r.Private.ReadDuration(text); err != nil {
			return err
		}
	}
	return nil
}

// wrongDropField names the option to which a refusal belongs, so that the
// sentence stands beside its field.
func wrongDropField(_ context.Context, r *Request, v chat.Values) string {
	for _, o := range dropOptions() {
		trial := chat.Values{"prize": "-"}
		switch o.Name {
		case "within":
			trial["after"] = v["after"]
		case "role_days":
			trial["role"] = v["role"]
		}
		trial[o.Name] = v[o.Name]
		if _, err := readDrop(r, trial); err != nil {
			return o.Name
		}
	}
	return "prize"
}

// start starts a drop, which may appear later.
func (w drops) start(ctx context.Context, r *Request) (chat.Reply, error) {
	p, err := readDrop(r, r.Args)
	if err != nil {
		return chat.Reply{}, err
	}
	channel := r.Channel
	if c := chat.ChannelID(r.Args["channel"]); c != "" {
		channel = c
	}
	if p.Role != "" && !r.Community.Allows(r.Actor, chat.Manager) {
		// Whoever gives roles through the bot holds the bot's rights.
		return r.refuse("drop.refused.role_manager")
	}
	if err := checkChannel(ctx, r, channel); err != nil {
		return chat.Reply{}, err
	}
	id, err := w.Engine.Start(ctx, engine.StartRequest{
		Community: r.Community, Space: r.Space, Channel: channel, Kind: drop.Kind,
		By: r.Actor, Private: r.Private, Params: p, EventID: r.ID,
	})
	if err != nil {
		return chat.Reply{}, err
	}
	return chat.Private(chat.Say(startedDrop(r, p, channel)).With(
		chat.Note(r.Private.Line("drop.id", i18n.In("id", chat.Code(id)))))), nil
}

// startedDrop confirms the times as they were understood.
func startedDrop(r *Request, p drop.Params, channel chat.ChannelID) chat.Line {
	t := r.Private
	prize, where := i18n.In("prize", chat.Strong(chat.T(p.Prize))), i18n.In("channel", chat.MentionChannel(channel))
	from := r.Now
	if p.After.After(from) {
		from = p.After
	}
	at := chat.Moment(from, chat.MomentFull)
	switch {
	case !p.Until.IsZero():
		return t.Line("drop.hidden", prize, where, i18n.In("from", at), i18n.In("until", chat.Moment(p.Until, chat.MomentFull)))
	case p.After.After(r.Now):
		return t.Line("drop.planned", prize, where, i18n.In("at", at))
	}
	return t.Line("drop.started", prize, where)
}

// cancel calls a drop off, whether it has appeared or not.
func (w drops) cancel(ctx context.Context, r *Request) (chat.Reply, error) {
	id, err := w.pick(ctx, r)
	if err != nil {
		return chat.Reply{}, err
	}
	args := chat.Values{}
	if v, ok := r.Args["reason"]; ok {
		args[drop.ArgReason] = readableLine(v)
	}
	return w.Engine.Order(ctx, r.Community, id, games.Ordered{By: r.Actor, Verb: drop.OrderCancel, Args: args}, r.ID, r.Private)
}

// pick returns the id that was typed, or that of the only drop that is not over.
func (w drops) pick(ctx context.Context, r *Request) (string, error) {
	if typed := strings.TrimSpace(r.Args["id"]); typed != "" {
		id := idOf(typed)
		_, err := w.Engine.Get(ctx, r.Community, drop.Kind, id)
		if errors.Is(err, storage.ErrNotFound) {
			return "", games.Refuse(r.Private.Line("drop.refused.unknown", i18n.In("id", chat.Code(shorten(strings.ToUpper(typed), 20)))))
		}
		return id, err
	}
	found, err := w.Engine.List(ctx, r.Community, drop.Kind, games.StatusOpen, 2)
	switch {
	case err != nil:
		return "", err
	case len(found) == 0:
		return "", games.Refuse(r.Private.Line("drop.refused.none"))
	case len(found) > 1:
		return "", games.Refuse(r.Private.Line("drop.refused.which", i18n.In("first", chat.Code("id:"+found[0].ID))))
	}
	return found[0].ID, nil
}

// list shows what is to come, what is open and what is over. Of a hidden
// instant it knows no more than the end of its window.
func (w drops) list(ctx context.Context, r *Request) (chat.Reply, error) {
	var card chat.Card
	for _, s := range []games.Status{games.StatusOpen, games.StatusClosed} {
		found, err := w.Engine.List(ctx, r.Community, drop.Kind, s, listed+1)
		if err != nil {
			return chat.Reply{}, err
		}
		more := len(found) > listed
		found = found[:min(len(found), listed)]
		if len(found) == 0 {
			continue
		}
		items := make([]chat.Line, len(found))
		for i, l := range found {
			items[i] = r.Private.Line("drop.list.item",
				i18n.In("prize", chat.Strong(chat.T(shorten(l.Title, titleSize)))), i18n.In("channel", chat.MentionChannel(l.Channel)),
				i18n.Str("state", r.Private.Text(l.Label)), i18n.In("at", chat.Moment(l.Ends, chat.MomentFull)), i18n.In("id", chat.Code(l.ID)))
		}
		card = card.With(chat.Heading(r.Private.Line("drop.list."+string(s))), chat.List(items...))
		if more {
			card = card.With(chat.Note(r.Private.Line("drop.list.more", i18n.Num("shown", listed))))
		}
	}
	if len(card.Blocks) == 0 {
		return r.refuse("drop.list.empty")
	}
	return chat.Private(card), nil
}
