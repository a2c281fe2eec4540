package commands

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/giveaway"
	"animo/games/proof"
	"animo/storage"
)

// verify derives a draw anew from its proof, tells anybody who asks what that
// shows and what it does not, and hands the proof out.
func (w giveaways) verify(ctx context.Context, r *Request) (chat.Reply, error) {
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
	if s.Deleted {
		return r.refuse("giveaway.refused.deleted")
	}
	if !s.Proves() {
		return r.refuse("giveaway.refused.not_drawn")
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
func (w giveaways) proof(ctx context.Context, r *Request, id string, s giveaway.State) (proof.Report, []byte, error) {
	from, to := io.Pipe()
	go func() {
		to.CloseWithError(s.WriteProof(to, id, w.entries(ctx, r, id)))
	}()
	kept := &capped{most: maxExport}
	packed := gzip.NewWriter(kept)
	report, err := proof.Verifier{Member: r.Actor.ID}.Verify(io.TeeReader(from, packed))
	err = errors.Join(err, from.Close(), packed.Close())
	if err != nil {
		return report, nil, fmt.Errorf("prove giveaway %s: %w", id, err)
	}
	return report, kept.bytes(), nil
}

func (w giveaways) entries(ctx context.Context, r *Request, id string) iter.Seq2[games.Entry, error] {
	return func(yield func(games.Entry, error) bool) {
		for e, err := range storage.AllEntries(ctx, w.Store, r.Community.Tenant(), id) {
			if !yield(games.Entry{Member: chat.MemberID(e.Key), Seq: e.Seq, Body: e.Body}, err) {
				return
			}
		}
	}
}

// capped keeps what is written, unless it becomes more than it may.
type capped struct {
	buf  bytes.Buffer
	most int
	over bool
}

// Write implements io.Writer; it never fails.
func (c *capped) Write(p []byte) (int, error) {
	if c.over = c.over || c.buf.Len()+len(p) > c.most; !c.over {
		c.buf.Write(p)
	}
	return len(p), nil
}

func (c *capped) bytes() []byte {
	if c.over {
		return nil
	}
	return c.buf.Bytes()
}

// reportCard says what a verification found.
func reportCard(r *Request, report proof.Report, file []byte) chat.Card {
	p := r.Private
	card := chat.NewCard(chat.Heading(chat.L(chat.T("🔍 "+report.Header.Title))), chat.Paragraph(report.Verdict().Line(p)))
	for _, f := range report.Faults() {
		card = card.With(chat.Paragraph(f.Line(p)))
	}
	if report.Own != nil {
		card = card.With(chat.Paragraph(ownLine(p, *report.Own)))
	}
	var winners []chat.Line
	for _, x := range report.Winners {
		winners = append(winners, report.WinnerSentence(x, chat.Mention(x.Member)).Line(p))
	}
	if len(winners) > 0 {
		card = card.With(titled(p, "proof.title.winners", winners)...)
	}
	var anchors []chat.Line
	for _, a := range report.Anchors() {
		anchors = append(anchors, a.Line(p).Then(chat.T(" "), chat.Code(a.Value)))
	}
	card = card.With(titled(p, "proof.title.compare", anchors)...).
		With(titled(p, "proof.title.shows", sentences(p, report.Shows()))...).
		With(titled(p, "proof.title.shows_not", sentences(p, report.ShowsNot()))...)
	if file == nil {
		return card.With(chat.Note(p.Line("giveaway.proof.too_large")))
	}
	return card.With(chat.Note(p.Line("giveaway.proof.file", i18n.In("command", chat.Code("animo verify FILE")))))
}

// ownLine tells whoever asks whether they are in the list.
func ownLine(p i18n.Printer, own proof.Own) chat.Line {
	if own.Line == 0 {
		return p.Line("giveaway.proof.not_listed", i18n.In("entrant", chat.Code(own.Entrant.String())))
	}
	return p.Line("giveaway.proof.listed", i18n.Num("line", own.Line), i18n.In("entrant", chat.Code(own.Entrant.String())),
		i18n.Count(int64(own.Tickets)))
}

func titled(p i18n.Printer, title string, items []chat.Line) []chat.Block {
	return []chat.Block{chat.Paragraph(chat.L(chat.Strong(chat.T(p.Text(title))))), chat.List(items...)}
}

func sentences(p i18n.Printer, list []proof.Sentence) []chat.Line {
	out := make([]chat.Line, len(list))
	for i, s := range list {
		out[i] = s.Line(p)
	}
	return out
}
