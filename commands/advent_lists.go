package commands

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/advent"
	"animo/games/engine"
	"animo/games/proof"
)

// suggest completes an id by the calendars there are.
func (w advents) suggest(statuses ...games.Status) Completer {
	return w.suggests(advent.Kind, statuses...)
}

// list shows what is to come, what runs and what is over.
func (w advents) list(ctx context.Context, r *Request) (chat.Reply, error) {
	var card chat.Card
	for _, s := range []games.Status{games.StatusOpen, games.StatusClosed} {
		found, err := w.Engine.List(ctx, r.Community, advent.Kind, s, listed+1)
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
			items[i] = r.Private.Line("advent.list.item",
				i18n.In("title", chat.Strong(chat.T(shorten(l.Title, titleSize)))), i18n.In("channel", chat.MentionChannel(l.Channel)),
				i18n.Str("state", r.Private.Text(l.Label)), i18n.In("at", chat.Moment(l.Ends, chat.MomentFull)),
				i18n.Num("members", l.Entries), i18n.In("id", chat.Code(l.ID)))
		}
		card = card.With(chat.Heading(r.Private.Line("advent.list."+string(s))), chat.List(items...))
		if more {
			card = card.With(chat.Note(r.Private.Line("advent.list.more", i18n.Num("shown", listed))))
		}
	}
	if len(card.Blocks) == 0 {
		return r.refuse("advent.list.empty")
	}
	return chat.Private(card), nil
}

// state reads the calendar that is meant, with its state.
func (w advents) state(ctx context.Context, r *Request, id string) (engine.Listed, advent.State, error) {
	var s advent.State
	l, err := w.instance(ctx, r, advent.Kind, id, &s)
	return l, s, err
}

// show gives staff the card and what is in the boxes, but no instant that is
// hidden: nobody is told those.
func (w advents) show(ctx context.Context, r *Request) (chat.Reply, error) {
	id, err := w.pick(ctx, r, games.StatusOpen, games.StatusClosed)
	if err != nil {
		return chat.Reply{}, err
	}
	l, s, err := w.state(ctx, r, id)
	if err != nil {
		return chat.Reply{}, err
	}
	// The card in the channel speaks the community's language; this one that
	// of whoever asks.
	look := r.look(id)
	look.Public, look.Channel, look.Entries = r.Private, l.Channel, l.Entries
	card := advent.Rules{}.Show(s, look)
	card.Blocks = withoutControls(card.Blocks)
	return chat.Private(card.With(chat.Divider(),
		chat.Paragraph(r.Private.Line("advent.preview_boxes")), chat.List(boxItems(r.Private, s.Boxes)...))), nil
}

// verify derives the final draw anew from its proof, tells anybody who asks
// what that shows and what it does not, and hands the proof out.
func (w advents) verify(ctx context.Context, r *Request) (chat.Reply, error) {
	id := r.Action.Subject
	if id == "" {
		var err error
		if id, err = w.pick(ctx, r, games.StatusClosed); err != nil {
			return chat.Reply{}, err
		}
	}
	_, s, err := w.state(ctx, r, id)
	if err != nil {
		return chat.Reply{}, err
	}
	if !s.Proves() {
		return r.refuse("advent.refused.no_proof")
	}
	report, file, err := w.proof(ctx, r, id, s)
	if err != nil {
		return chat.Reply{}, err
	}
	reply := chat.Private(reportCard(r, report, file))
	if file != nil {
		reply.Files = []chat.File{{Name: "proof-" + id + ".jsonl.gz", Type: "application/gzip", Data: file}}
	}
	return reply, nil
}

// proof writes the proof and verifies it while it is being written. The file
// is nil if it is too large to be sent.
func (w advents) proof(ctx context.Context, r *Request, id string, s advent.State) (proof.Report, []byte, error) {
	from, to := io.Pipe()
	go func() {
		to.CloseWithError(s.WriteProof(to, id, giveaways(w).entries(ctx, r, id)))
	}()
	kept := &capped{most: maxExport}
	packed := gzip.NewWriter(kept)
	report, err := proof.Verifier{Member: r.Actor.ID}.Verify(io.TeeReader(from, packed))
	err = errors.Join(err, from.Close(), packed.Close())
	if err != nil {
		return report, nil, fmt.Errorf("prove calendar %s: %w", id, err)
	}
	return report, kept.bytes(), nil
}
