package commands

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

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

// shownUndelivered is how many undelivered items one card shows, the oldest.
const shownUndelivered = 5

// waiting shows what could not be delivered, each with its button. Where there
// is no team channel, or it is the one that fails, nobody has seen it yet.
func (w undelivered) waiting(ctx context.Context, r *Request) ([]chat.Block, error) {
	docs, err := w.Store.List(ctx, r.Community.Tenant(), storage.ListQuery{Kind: outbox.KindUndelivered, Limit: shownUndelivered})
	if err != nil {
		return nil, fmt.Errorf("list what was not delivered: %w", err)
	}
	var out []chat.Block
	for _, d := range docs {
		var u outbox.Undelivered
		if err := json.Unmarshal(d.Body, &u); err != nil {
			return nil, fmt.Errorf("read what was not delivered: %w", err)
		}
		out = append(out, noticeBlocks(r.Private, d.ID, u)...)
	}
	return out, nil
}

// Notice implements outbox.Team.
func (g *Registry) Notice(ctx context.Context, t storage.Tenant, id string, u outbox.Undelivered) (chat.ChannelID, chat.Card, bool) {
	c, err := g.Book.Load(ctx, chat.CommunityID(t))
	if err != nil || c.TeamChannel == "" {
		return "", chat.Card{}, false
	}
	return c.TeamChannel, chat.NewCard(noticeBlocks(g.Words.Printer(c.Language), id, u)...), true
}

// noticeBlocks say what could not be done, with the beginning of what was to
// be said and the button that tries again.
func noticeBlocks(p i18n.Printer, id string, u outbox.Undelivered) []chat.Block {
	blocks := []chat.Block{chat.Paragraph(noticeLine(p, u))}
	if said := quote(u.Item.Card); len(said) > 0 {
		blocks = append(blocks, chat.Paragraph(chat.L(chat.Em(said...))))
	}
	return append(blocks, chat.Controls(
		chat.Button(chat.Act(familyUndelivered, "again", id), p.Text("undelivered.button"), chat.TonePrimary)))
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
