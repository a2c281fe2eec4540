package commands

import (
	"context"
	"errors"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/bot/outbox"
	"animo/storage"
)

const familyUndelivered = "undelivered"

type undelivered struct{ *Registry }

func undeliveredFamily(g *Registry) Family {
	w := undelivered{g}
	return Family{Presses: map[string]Press{familyUndelivered: {Permission: chat.Staff, Run: w.again}}}
}

// again puts what could not be delivered back in the queue.
func (w undelivered) again(ctx context.Context, r *Request) (chat.Reply, error) {
	err := outbox.Again(ctx, w.Store, r.Community.Tenant(), r.Action.Subject, storage.Change{
		Now: r.Now,
		Log: []storage.LogLine{{At: r.Now, Actor: string(r.Actor.ID), Action: "undelivered.again", Target: r.Action.Subject}},
	})
	if errors.Is(err, storage.ErrNotFound) {
		return r.refuse("undelivered.gone")
	}
	if err != nil {
		return chat.Reply{}, err
	}
	w.Effects()
	return r.refuse("undelivered.queued")
}

// Notice implements outbox.Team.
func (g *Registry) Notice(ctx context.Context, t storage.Tenant, id string, u outbox.Undelivered) (chat.ChannelID, chat.Card, bool) {
	c, err := g.Book.Load(ctx, chat.CommunityID(t))
	if err != nil || c.TeamChannel == "" {
		return "", chat.Card{}, false
	}
	p := g.Words.Printer(c.Language)
	card := chat.Say(noticeLine(p, u))
	if said := quote(u.Item.Card); len(said) > 0 {
		card = card.With(chat.Paragraph(chat.L(chat.Em(said...))))
	}
	return c.TeamChannel, card.With(chat.Controls(
		chat.Button(chat.Act(familyUndelivered, "again", id), p.Text("undelivered.button"), chat.TonePrimary))), true
}

// noticeLine says what could not be done and why.
func noticeLine(p i18n.Printer, u outbox.Undelivered) chat.Line {
	var missing chat.Line
	if u.Missing != "" {
		missing = chat.L(chat.T(" (")).Then(rightOf(p, u.Missing)...).Then(chat.T(")"))
	}
	where, why := i18n.In("where", whereOf(u.Item)), i18n.Str("trouble", p.Text("undelivered.trouble."+string(u.Trouble)))
	lacking, role := i18n.In("missing", missing...), i18n.In("role", chat.MentionRole(u.Item.Role))
	switch i := u.Item; {
	case i.Kind == outbox.ItemGrant && i.Take:
		return p.Line("undelivered.role_kept", where, role, why, lacking)
	case i.Kind == outbox.ItemGrant:
		return p.Line("undelivered.role", where, role, why, lacking)
	case i.Kind == outbox.ItemRedraw, i.Kind == outbox.ItemDelete:
		return p.Line("undelivered.card", where, why, lacking)
	}
	return p.Line("undelivered.notice", where, why, lacking)
}

func whereOf(i outbox.Item) chat.Inline {
	if i.Member != "" {
		return chat.Mention(i.Member)
	}
	return chat.MentionChannel(i.Channel)
}

// quoteSize is how many characters of a card the notice repeats.
const quoteSize = 200

// quote is the beginning of a card's text. It notifies nobody whom it names.
func quote(c chat.Card) chat.Line {
	var lines []chat.Line
	for _, b := range c.Blocks {
		if len(b.Line) > 0 {
			lines = append(lines, b.Line)
		}
		lines = append(lines, b.Items...)
	}
	left := quoteSize
	return beginning(chat.Join(lines, chat.Break()), &left)
}

// beginning is as much of a line as fits, without its styles; a mention, a date
// or a break counts as a few words.
func beginning(l chat.Line, left *int) chat.Line {
	const reference = 20
	var out chat.Line
	for _, in := range l {
		if *left <= 0 {
			break
		}
		if len(in.Inner) > 0 {
			out = append(out, beginning(in.Inner, left)...)
			continue
		}
		size := reference
		if in.Text != "" {
			size = len([]rune(in.Text))
			in.Text = shorten(in.Text, *left)
		}
		*left -= size
		out = append(out, in)
	}
	return out
}
