package commands

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"strings"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/bot/outbox"
	"animo/games"
	"animo/games/engine"
	"animo/games/giveaway"
	"animo/storage"
)

// Action families of the giveaway's own controls, besides the game's.
const (
	familyDraft = "giveaway-draft"
	familyPages = "giveaway-pages"
)

type giveaways struct{ *Registry }

func giveawayFamily(g *Registry) Family {
	w := giveaways{g}
	return Family{
		Commands: []Command{{Name: "giveaway", Sub: w.subcommands()}},
		Presses: map[string]Press{
			giveaway.StaffFamily: {Permission: chat.Staff, Run: w.staffPress},
			familyDraft:          {Permission: chat.Staff, Run: w.draftPress, OpensForm: func(verb string) bool { return verb == draftStep }},
			familyPages:          {Permission: chat.Staff, Run: w.entrants},
			familyAbuse:          {Permission: chat.Staff, Run: w.abusePress, OpensForm: func(verb string) bool { return verb == abuseRemove }},
			familyBlocked:        {Permission: chat.Staff, Run: w.blockedPage},
			familyTemplates:      {Permission: chat.Staff, Run: w.listTemplates},
			familyRepeat:         {Permission: chat.Staff, Run: w.repeatPress},
			giveaway.ProofFamily: {Permission: chat.Anyone, Run: w.verify},
			giveaway.RulesFamily: {Permission: chat.Anyone, Run: w.rules},
		},
		Forms: map[string]Press{
			familyDraft: {Permission: chat.Staff, Run: w.draftForm},
			familyAbuse: {Permission: chat.Staff, Run: w.abuseForm},
		},
		Shortcuts: []Shortcut{{Name: "reroll", Permission: chat.Staff, Run: w.rerollShortcut}},
	}
}

func (w giveaways) subcommands() []Command {
	running := Option{Name: "id", Kind: chat.OptionText, Complete: w.suggest(games.StatusOpen)}
	over := Option{Name: "id", Kind: chat.OptionText, Complete: w.suggest(games.StatusClosed)}
	any := Option{Name: "id", Kind: chat.OptionText, Complete: w.suggest(games.StatusOpen, games.StatusClosed)}
	reason := Option{Name: "reason", Kind: chat.OptionText}
	staff := func(name string, run Handler, options ...Option) Command {
		return Command{Name: name, Permission: chat.Staff, Run: run, Options: options}
	}
	create := staff("create", w.create)
	create.OpensForm = true
	start := staff("start", w.start, startOptions()...)
	start.Field = wrongField
	return []Command{
		start,
		create,
		staff("open", w.order(giveaway.OrderOpen, games.StatusOpen), running),
		staff("end", w.order(giveaway.OrderEnd, games.StatusOpen), running),
		staff("cancel", w.order(giveaway.OrderCancel, games.StatusOpen), running, reason),
		staff("pause", w.order(giveaway.OrderPause, games.StatusOpen), running),
		staff("resume", w.order(giveaway.OrderResume, games.StatusOpen), running),
		staff("edit", w.edit, append([]Option{running}, editOptions()...)...),
		staff("reroll", w.order(giveaway.OrderReroll, games.StatusClosed), over,
			Option{Name: "winners", Kind: chat.OptionInteger, Min: 1, Max: giveaway.MaxWinners},
			Option{Name: "member", Kind: chat.OptionMember},
			Option{Name: "lot", Kind: chat.OptionInteger, Min: 1, Max: giveaway.MaxLots}),
		staff("delete", w.order(giveaway.OrderDelete, games.StatusOpen, games.StatusClosed), any),
		staff("remove", w.order(giveaway.OrderRemove, games.StatusOpen),
			Option{Name: "member", Kind: chat.OptionMember, Required: true}, running, reason),
		{Name: "list", Permission: chat.Anyone, Run: w.list},
		staff("show", w.show, any),
		staff("entrants", w.entrants, any),
		staff("export", w.export, any),
		staff("abuse", w.abuse, any),
		w.blockCommands(),
		w.templateCommands(),
		w.repeatCommands(),
		{Name: "verify", Permission: chat.Anyone, Run: w.verify, Options: []Option{over}},
		{Name: "rules", Permission: chat.Anyone, Run: w.rules, Options: []Option{any, {Name: "version", Kind: chat.OptionInteger, Min: 1, Max: maxVersion}}},
		staff("check", w.check, running),
	}
}

func startOptions() []Option {
	return []Option{
		{Name: "duration", Kind: chat.OptionText, Required: true},
		{Name: "prize", Kind: chat.OptionText, Required: true},
		{Name: "winners", Kind: chat.OptionInteger, Min: 1, Max: giveaway.MaxWinners},
		{Name: "channel", Kind: chat.OptionChannel},
		{Name: "description", Kind: chat.OptionText, Long: true},
		{Name: "image", Kind: chat.OptionText},
		{Name: "thumbnail", Kind: chat.OptionText},
		{Name: "colour", Kind: chat.OptionText},
		{Name: "button", Kind: chat.OptionText},
		{Name: "emoji", Kind: chat.OptionText},
		{Name: "ping", Kind: chat.OptionRole},
		{Name: "role", Kind: chat.OptionRole},
		{Name: "role_days", Kind: chat.OptionInteger, Min: 1, Max: maxRoleDays},
		{Name: "lots", Kind: chat.OptionText, Long: true},
		{Name: "value", Kind: chat.OptionText},
		{Name: "wins", Kind: chat.OptionText, Choices: []string{winsOne, winsMany}},
		{Name: "starts", Kind: chat.OptionText},
		{Name: "places", Kind: chat.OptionInteger, Min: 1, Max: giveaway.MaxPlaces},
		{Name: "claim", Kind: chat.OptionText},
		{Name: "conditions", Kind: chat.OptionText, Long: true},
		{Name: "bonus", Kind: chat.OptionText, Long: true},
	}
}

func editOptions() []Option {
	return []Option{
		{Name: "prize", Kind: chat.OptionText},
		{Name: "winners", Kind: chat.OptionInteger, Min: 1, Max: giveaway.MaxWinners},
		{Name: "duration", Kind: chat.OptionText},
		{Name: "description", Kind: chat.OptionText, Long: true},
		{Name: "lots", Kind: chat.OptionText, Long: true},
		{Name: "value", Kind: chat.OptionText},
		{Name: "starts", Kind: chat.OptionText},
		{Name: "places", Kind: chat.OptionInteger, Min: 1, Max: giveaway.MaxPlaces},
		{Name: "claim", Kind: chat.OptionText},
	}
}

// maxVersion bounds what may be typed as the version of a rules page.
const maxVersion = 1_000_000

// maxRoleDays bounds how long winners keep a role for a time.
const maxRoleDays = 366

// start opens a giveaway at once from what was typed.
func (w giveaways) start(ctx context.Context, r *Request) (chat.Reply, error) {
	p, err := readParams(ctx, r, r.Args)
	if err != nil {
		return chat.Reply{}, err
	}
	channel := r.Channel
	if c := chat.ChannelID(r.Args["channel"]); c != "" {
		channel = c
	}
	return w.launch(ctx, r, p, channel, storage.Change{})
}

// launch checks the channel and starts the game there.
func (w giveaways) launch(ctx context.Context, r *Request, p giveaway.Params, channel chat.ChannelID, c storage.Change) (chat.Reply, error) {
	if p.Role != "" && !r.Community.Allows(r.Actor, chat.Manager) {
		// Whoever gives roles through the bot holds the bot's rights.
		return r.refuse("giveaway.refused.role_manager")
	}
	place, err := channelFor(ctx, r, channel)
	if err != nil {
		return chat.Reply{}, err
	}
	if p, err = w.withTerms(ctx, r, p, place); err != nil {
		return chat.Reply{}, err
	}
	id, err := w.beginGiveaway(ctx, engine.StartRequest{
		Community: r.Community, Space: r.Space, Channel: channel, Kind: giveaway.Kind,
		By: r.Actor, Private: r.Private, Change: c, EventID: r.ID,
	}, p)
	if err != nil {
		return chat.Reply{}, err
	}
	said, start := "giveaway.started", p.Ends
	if p.Starts.After(r.Now) {
		said, start = "giveaway.planned", p.Starts
	}
	return chat.Private(chat.NewCard(
		chat.Paragraph(r.Private.Line(said,
			i18n.In("prize", chat.Strong(chat.T(p.Prize))), i18n.In("channel", chat.MentionChannel(channel)),
			i18n.In("start", chat.Moment(start, chat.MomentFull)), i18n.In("end", chat.Moment(p.Ends, chat.MomentFull)))),
		chat.Note(r.Private.Line("giveaway.id", i18n.In("id", chat.Code(id)))),
	)), nil
}

// checkChannel refuses a channel that is not of this space or in which the
// bot lacks rights, and names them.
func checkChannel(ctx context.Context, r *Request, id chat.ChannelID) error {
	_, err := channelFor(ctx, r, id)
	return err
}

// channelFor looks a channel up in which the bot is to post, or refuses it as
// checkChannel does.
func channelFor(ctx context.Context, r *Request, id chat.ChannelID) (chat.Channel, error) {
	c, err := r.Platform.Channel(ctx, id)
	where := i18n.In("channel", chat.MentionChannel(id))
	switch {
	case chat.TroubleOf(err) == chat.TroubleGone && err != nil, err == nil && c.Space != r.Space:
		return c, games.Refuse(r.Private.Line("common.channel_unknown"))
	case err != nil && chat.TroubleOf(err) == chat.TroubleForbidden:
		return c, games.Refuse(r.Private.Line("common.channel_unseen", where))
	case err != nil:
		return c, err
	case len(c.Missing) > 0:
		return c, games.Refuse(r.Private.Line("common.channel_rights", where, i18n.In("rights", rightsOf(r.Private, c.Missing)...)))
	}
	return c, nil
}

// order returns the handler that hands an order to the giveaway that is named,
// or to the only one of these statuses.
func (w giveaways) order(verb string, statuses ...games.Status) Handler {
	return func(ctx context.Context, r *Request) (chat.Reply, error) {
		id, err := w.pick(ctx, r, statuses...)
		if err != nil {
			return chat.Reply{}, err
		}
		args := maps.Clone(r.Args)
		if v, ok := args["reason"]; ok {
			args["reason"] = readableLine(v)
		}
		return w.send(ctx, r, id, verb, args)
	}
}

func (w giveaways) send(ctx context.Context, r *Request, id, verb string, args chat.Values) (chat.Reply, error) {
	return w.Engine.Order(ctx, r.Community, id, games.Ordered{By: r.Actor, Verb: verb, Args: args}, r.ID, r.Private)
}

// pick returns the id that was typed, or that of the only giveaway there is.
func (w giveaways) pick(ctx context.Context, r *Request, statuses ...games.Status) (string, error) {
	if typed := strings.TrimSpace(r.Args["id"]); typed != "" {
		id := idOf(typed)
		_, err := w.Engine.Get(ctx, r.Community, giveaway.Kind, id)
		if errors.Is(err, storage.ErrNotFound) {
			return "", games.Refuse(r.Private.Line("giveaway.refused.unknown", i18n.In("id", chat.Code(shorten(strings.ToUpper(typed), 20)))))
		}
		return id, err
	}
	var found []engine.Listed
	for _, s := range statuses {
		l, err := w.Engine.List(ctx, r.Community, giveaway.Kind, s, 2)
		if err != nil {
			return "", err
		}
		found = append(found, l...)
	}
	switch len(found) {
	case 0:
		return "", games.Refuse(r.Private.Line("giveaway.refused.none"))
	case 1:
		return found[0].ID, nil
	}
	return "", games.Refuse(r.Private.Line("giveaway.refused.which", i18n.In("first", chat.Code("id:"+found[0].ID))))
}

// edit hands over what is to change; a new end is read as at the start.
func (w giveaways) edit(ctx context.Context, r *Request) (chat.Reply, error) {
	id, err := w.pick(ctx, r, games.StatusOpen)
	if err != nil {
		return chat.Reply{}, err
	}
	args, err := readEdit(r)
	if err != nil {
		return chat.Reply{}, err
	}
	return w.send(ctx, r, id, giveaway.OrderEdit, args)
}

// staffPress turns a control that only staff may press into an order.
func (w giveaways) staffPress(ctx context.Context, r *Request) (chat.Reply, error) {
	unix, err := strconv.ParseInt(r.Action.Arg, 10, 64)
	if r.Action.Verb != "shorten" || err != nil {
		return r.refuse("common.unknown_control")
	}
	end := time.Unix(unix, 0)
	if end.Before(r.Now) {
		return r.refuse("giveaway.refused.shorten_past")
	}
	reply, err := w.send(ctx, r, r.Action.Subject, giveaway.OrderEdit, chat.Values{
		"ends": end.UTC().Format(time.RFC3339), giveaway.ArgConfirmed: "yes",
	})
	reply.Replace = reply.Card != nil
	return reply, err
}

// rerollShortcut rerolls the giveaway that a message shows or announced.
func (w giveaways) rerollShortcut(ctx context.Context, r *Request) (chat.Reply, error) {
	var posted outbox.Posted
	_, err := storage.Load(ctx, w.Store, r.Community.Tenant(), outbox.KindPosted, r.Message.String(), &posted)
	if errors.Is(err, storage.ErrNotFound) {
		return r.refuse("giveaway.refused.no_message")
	}
	if err != nil {
		return chat.Reply{}, err
	}
	return w.send(ctx, r, posted.Subject, giveaway.OrderReroll, chat.Values{})
}
