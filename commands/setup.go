package commands

import (
	"context"
	"slices"
	"strings"

	"animo/bot/chat"
	"animo/bot/community"
	"animo/bot/i18n"
	"animo/games"
)

type setup struct{ *Registry }

func setupFamily(g *Registry) Family {
	w := setup{g}
	sub := func(name string, run Handler, options ...Option) Command {
		return Command{Name: name, Permission: chat.Manager, Run: run, Options: options}
	}
	staff := sub("staff", w.staff,
		Option{Name: "action", Kind: chat.OptionText, Required: true, Choices: []string{"add", "remove"}},
		Option{Name: "role", Kind: chat.OptionRole}, Option{Name: "member", Kind: chat.OptionMember})
	staff.NoForm = true
	organiser := sub("organiser", w.organiser)
	organiser.OpensForm = true
	return Family{Forms: map[string]Press{familyOrganiser: {Permission: chat.Manager, Run: w.organiserForm}}, Commands: []Command{{Name: "setup", Permission: chat.Manager, Sub: []Command{
		sub("show", w.show),
		sub("language", w.language, Option{Name: "to", Kind: chat.OptionText, Required: true, Choices: []string{"en", "fr"}}),
		sub("zone", w.zone, Option{Name: "to", Kind: chat.OptionText, Required: true}),
		sub("team", w.team, Option{Name: "channel", Kind: chat.OptionChannel, Required: true}),
		staff,
		organiser,
		sub("hours", w.hours, Option{Name: "from", Kind: chat.OptionInteger, Required: true, Min: 0, Max: 24},
			Option{Name: "to", Kind: chat.OptionInteger, Required: true, Min: 0, Max: 24}),
	}}}}
}

// show lists the settings.
func (w setup) show(_ context.Context, r *Request) (chat.Reply, error) {
	return chat.Private(settingsCard(r, r.Community)), nil
}

func settingsCard(r *Request, c community.Community) chat.Card {
	p := r.Private
	none := p.Line("setup.none")
	team, staff := none, none
	if c.TeamChannel != "" {
		team = chat.L(chat.MentionChannel(c.TeamChannel))
	}
	var who []chat.Line
	for _, role := range c.Staff {
		who = append(who, chat.L(chat.MentionRole(role)))
	}
	for _, m := range c.StaffPeople {
		who = append(who, chat.L(chat.Mention(m)))
	}
	if len(who) > 0 {
		staff = chat.Join(who, chat.T(", "))
	}
	title := p.Line("setup.title_unnamed") // until the platform has told the name
	if c.Name != "" {
		title = p.Line("setup.title", i18n.Str("name", c.Name))
	}
	return chat.NewCard(
		chat.Heading(title),
		chat.Fields(append([]chat.Field{
			{Label: p.Text("setup.field.language"), Value: p.Line("common.language." + string(c.Language))},
			{Label: p.Text("setup.field.zone"), Value: chat.Words(c.Zone)},
			{Label: p.Text("setup.field.team"), Value: team},
			{Label: p.Text("setup.field.staff"), Value: staff},
		}, organiserSettings(r, c)...)...),
		chat.Note(p.Line("setup.hint")))
}

// change writes a setting and shows them all.
func (w setup) change(ctx context.Context, r *Request, what string, f func(*community.Settings) error) (chat.Reply, error) {
	c, err := w.Book.Change(ctx, r.Community.ID, string(r.Actor.ID), "setup."+what, f)
	if err != nil {
		return chat.Reply{}, err
	}
	card := settingsCard(r, c)
	card.Blocks = slices.Insert(card.Blocks, 0, chat.Paragraph(r.Private.Line("setup.saved")))
	return chat.Private(card), nil
}

func (w setup) language(ctx context.Context, r *Request) (chat.Reply, error) {
	l := chat.Language(r.Args["to"])
	return w.change(ctx, r, "language", func(s *community.Settings) error {
		s.Language = l
		return nil
	})
}

func (w setup) zone(ctx context.Context, r *Request) (chat.Reply, error) {
	loc, err := i18n.ReadZone(r.Args["to"])
	if err != nil {
		return chat.Reply{}, err
	}
	return w.change(ctx, r, "zone", func(s *community.Settings) error {
		s.Zone = loc.String()
		return nil
	})
}

func (w setup) team(ctx context.Context, r *Request) (chat.Reply, error) {
	id := chat.ChannelID(r.Args["channel"])
	if err := checkChannel(ctx, r, id); err != nil {
		return chat.Reply{}, err
	}
	return w.change(ctx, r, "team", func(s *community.Settings) error {
		s.TeamChannel = id
		return nil
	})
}

// staff adds or removes a role or a member.
func (w setup) staff(ctx context.Context, r *Request) (chat.Reply, error) {
	role, member := chat.RoleID(r.Args["role"]), chat.MemberID(r.Args["member"])
	if (role == "") == (member == "") {
		return r.refuse("setup.staff_which")
	}
	take := r.Args["action"] == "remove"
	return w.change(ctx, r, "staff", func(s *community.Settings) error {
		s.Staff = toggled(s.Staff, role, take)
		s.StaffPeople = toggled(s.StaffPeople, member, take)
		if len(s.Staff) > community.MaxStaff || len(s.StaffPeople) > community.MaxStaff {
			return games.Refuse(r.Private.Line("setup.staff_full", i18n.Num("max", community.MaxStaff)))
		}
		return nil
	})
}

// toggled adds x to the list or takes it away; the zero value changes nothing.
func toggled[T ~string](list []T, x T, take bool) []T {
	if x == "" {
		return list
	}
	list = slices.DeleteFunc(slices.Clone(list), func(y T) bool { return x == y })
	if !take {
		list = append(list, x)
	}
	return list
}

func containsFold(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(strings.TrimSpace(part)))
}
