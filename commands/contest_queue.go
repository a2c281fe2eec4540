package commands

import (
	"context"
	"strconv"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/contest"
)

// Verbs of the queue's controls, besides those of orders.
const (
	queueOpen = "queue"
	queueTurn = "turn"
)

// queue shows staff the works that wait for a decision, one by one, or the one
// that is named.
func (w contests) queue(ctx context.Context, r *Request) (chat.Reply, error) {
	id, err := w.pick(ctx, r, games.StatusOpen)
	if err != nil {
		return chat.Reply{}, err
	}
	no, _ := strconv.Atoi(r.Args["number"])
	return w.queuePage(ctx, r, id, no, nil)
}

// queuePress answers the queue's controls. A work is named together with its
// version, so that nobody accepts what they have not seen.
func (w contests) queuePress(ctx context.Context, r *Request) (chat.Reply, error) {
	id, verb := r.Action.Subject, r.Action.Verb
	no, version := workOf(r.Action.Arg)
	switch verb {
	case queueOpen:
		return w.queuePage(ctx, r, id, 0, nil)
	case queueTurn:
		return replacing(w.queuePage(ctx, r, id, no, nil))
	case contest.OrderAccept:
		return replacing(w.judge(ctx, r, id, verb, no, version, ""))
	case contest.OrderRefuse:
		return chat.Reply{Form: refuseForm(r)}, nil
	}
	return r.refuse("common.unknown_control")
}

func replacing(reply chat.Reply, err error) (chat.Reply, error) {
	reply.Replace = reply.Card != nil
	return reply, err
}

// workOf reads "3.2": the work's number and version.
func workOf(arg string) (no int, version string) {
	n, version, _ := strings.Cut(arg, ".")
	no, _ = strconv.Atoi(n)
	return no, version
}

func refuseForm(r *Request) *chat.Form {
	p := r.Private
	no, _ := workOf(r.Action.Arg)
	return &chat.Form{
		Action: chat.Act(contest.StaffFamily, contest.OrderRefuse, r.Action.Subject).With(r.Action.Arg),
		Title:  p.Text("contest.refuse_form.title", i18n.Num("no", int64(no))), Submit: p.Text("contest.refuse_form.send"),
		Close: p.Text("common.button.cancel"),
		Fields: []chat.FormField{{
			Name: contest.ArgReason, Kind: chat.FieldLong, Required: true, Max: contest.MaxReason,
			Label: p.Text("contest.refuse_form.reason"), Placeholder: p.Text("contest.refuse_form.reason_example"),
		}},
	}
}

// refuseForm takes the reason in.
func (w contests) refuseForm(ctx context.Context, r *Request) (chat.Reply, error) {
	no, version := workOf(r.Action.Arg)
	return replacing(w.judge(ctx, r, r.Action.Subject, contest.OrderRefuse, no, version, readable(r.Args[contest.ArgReason])))
}

// judge accepts or refuses a work and shows the next that waits.
func (w contests) judge(ctx context.Context, r *Request, id, verb string, no int, version, reason string) (chat.Reply, error) {
	_, s, err := w.state(ctx, r, id)
	if err != nil {
		return chat.Reply{}, err
	}
	work, _ := s.Work(no)
	reply, err := w.send(ctx, r, id, verb, chat.Values{
		contest.ArgNo: strconv.Itoa(no), contest.ArgVersion: version, contest.ArgMember: string(work.By), contest.ArgReason: reason,
	})
	told := asRefusal(r, err)
	switch {
	case err != nil && told == nil:
		return chat.Reply{}, err
	case told == nil && reply.Card == nil:
		return chat.Reply{}, nil // the first delivery has given the answer
	case told == nil:
		told = reply.Card.Blocks[0].Line
	}
	return w.queuePage(ctx, r, id, 0, told)
}

// queuePage shows one work, the first that waits if none is named, below what
// has just been done.
func (w contests) queuePage(ctx context.Context, r *Request, id string, no int, done chat.Line) (chat.Reply, error) {
	_, s, err := w.state(ctx, r, id)
	if err != nil {
		return chat.Reply{}, err
	}
	var card chat.Card
	if done != nil {
		card = card.With(chat.Paragraph(done), chat.Divider())
	}
	title := i18n.In("title", chat.Strong(chat.T(s.Title)))
	waiting := s.That(contest.Waiting)
	work, ok := s.Work(no)
	switch {
	case no > 0 && !ok:
		return r.refuse("contest.refused.no_work", i18n.Num("typed", int64(no)))
	case !ok && len(waiting) == 0:
		return chat.Private(card.With(chat.Paragraph(r.Private.Line("contest.queue.empty", title)))), nil
	case !ok:
		work = waiting[0]
	}
	body, err := w.body(ctx, r, id, work.By)
	if err != nil {
		return chat.Reply{}, err
	}
	card = card.With(chat.Note(r.Private.Line("contest.queue.of", title))).With(workBlocks(r, s, work, body.Works[work.No])...)
	return chat.Private(card.With(queueControls(r, id, work, waiting)...)), nil
}

// workBlocks show a work to staff: what was handed in, by whom unless the
// contest is blind, and what became of it.
func workBlocks(r *Request, s contest.State, work contest.Work, c contest.Content) []chat.Block {
	p := r.Private
	blocks := []chat.Block{contest.Title(p, work)}
	blocks = append(blocks, c.Blocks(p)...)
	if s.Named() {
		blocks = append(blocks, chat.Note(p.Line("contest.by", i18n.In("author", chat.Mention(work.By)))))
	}
	if work.Stands != contest.Waiting {
		blocks = append(blocks, chat.Note(contest.StandingLine(s, work, p)))
	}
	return blocks
}

func queueControls(r *Request, id string, work contest.Work, waiting []contest.Work) []chat.Block {
	p := r.Private
	button := func(verb, label, arg string, tone chat.Tone, disabled bool) chat.Control {
		b := chat.Button(chat.Act(contest.StaffFamily, verb, id).With(arg), p.Text("contest.button."+label), tone)
		b.Disabled = disabled
		return b
	}
	arg := strconv.Itoa(work.No) + "." + strconv.Itoa(work.Version)
	accept := button(contest.OrderAccept, "accept", arg, chat.ToneGood, false)
	refuse := button(contest.OrderRefuse, "refuse", arg, chat.ToneDanger, false)
	at := -1
	for i, x := range waiting {
		if x.No == work.No {
			at = i
		}
	}
	switch work.Stands {
	case contest.Accepted:
		return []chat.Block{chat.Controls(button(contest.OrderRefuse, "take_down", arg, chat.ToneDanger, false))}
	case contest.Refused:
		return []chat.Block{chat.Controls(accept)}
	case contest.Withdrawn:
		return nil
	}
	controls := []chat.Control{accept, refuse}
	if last := len(waiting) - 1; last > 0 {
		before, after := waiting[max(at-1, 0)].No, waiting[min(at+1, last)].No
		controls = append(controls,
			button(queueTurn, "previous", strconv.Itoa(before), chat.TonePlain, at == 0),
			button(queueTurn, "next", strconv.Itoa(after), chat.TonePlain, at == last))
	}
	return []chat.Block{
		chat.Note(p.Line("contest.queue.place", i18n.Num("n", int64(at+1)), i18n.Num("of", int64(len(waiting))))),
		chat.Controls(controls...),
	}
}
