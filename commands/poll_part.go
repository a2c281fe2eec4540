package commands

import (
	"context"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/poll"
)

// partPress opens the form of a new option, unless none can be proposed.
func (w polls) partPress(ctx context.Context, r *Request) (chat.Reply, error) {
	id := r.Action.Subject
	if r.Action.Verb != poll.VerbPropose {
		return r.refuse("common.unknown_control")
	}
	_, s, err := w.state(ctx, r, id)
	if err != nil {
		return chat.Reply{}, err
	}
	if err := poll.CanPropose(s, r.look(id)); err != nil {
		return chat.Reply{}, err
	}
	p := r.Private
	return chat.Reply{Form: &chat.Form{
		Action: chat.Act(poll.PartFamily, poll.VerbPropose, id), Title: p.Text("poll.propose_form.title"),
		Submit: p.Text("poll.propose_form.send"), Close: p.Text("common.button.cancel"),
		Fields: []chat.FormField{{
			Name: "option", Kind: chat.FieldShort, Required: true, Max: poll.MaxOption, Label: p.Text("poll.propose_form.option"),
		}},
	}}, nil
}

// partForm hands a new option to the poll.
func (w polls) partForm(ctx context.Context, r *Request) (chat.Reply, error) {
	id := r.Action.Subject
	if _, err := w.Engine.Get(ctx, r.Community, poll.Kind, id); err != nil {
		return chat.Reply{}, err
	}
	reply, err := w.Engine.Press(ctx, r.Community, chat.Pressed{
		Meta: r.Meta, Action: chat.Act(poll.Kind, poll.VerbPropose, id), Values: []string{readableLine(r.Args["option"])},
	}, r.Private)
	if wrong := asRefusal(r, err); wrong != nil && r.Caps.FormErrors {
		return w.beside(r, "option", wrong), nil
	}
	return reply, err
}

// waiting shows staff the options that members proposed.
func (w polls) waiting(ctx context.Context, r *Request) (chat.Reply, error) {
	id, err := w.pick(ctx, r, games.StatusOpen)
	if err != nil {
		return chat.Reply{}, err
	}
	return w.waitingOf(ctx, r, id)
}

// waitingShown is how many proposed options are shown at a time, each with its
// buttons; the next follow as these are decided upon.
const waitingShown = 5

func (w polls) waitingOf(ctx context.Context, r *Request, id string) (chat.Reply, error) {
	_, s, err := w.state(ctx, r, id)
	if err != nil {
		return chat.Reply{}, err
	}
	if len(s.Waiting) == 0 {
		return r.refuse("poll.options.none")
	}
	card := chat.NewCard(chat.Heading(chat.Words(shorten(s.Question, titleSize))))
	for _, o := range s.Waiting[:min(len(s.Waiting), waitingShown)] {
		card = card.With(chat.Paragraph(chat.Words(o.Text)), chat.Controls(poll.WaitingControls(r.Private, id, o)...))
	}
	return chat.Private(card), nil
}

// staffPress decides upon a proposed option.
func (w polls) staffPress(ctx context.Context, r *Request) (chat.Reply, error) {
	id, verb := r.Action.Subject, r.Action.Verb
	if verb != poll.OrderAccept && verb != poll.OrderRefuse {
		return r.refuse("common.unknown_control")
	}
	if _, err := w.Engine.Get(ctx, r.Community, poll.Kind, id); err != nil {
		return chat.Reply{}, err
	}
	return w.send(ctx, r, id, verb, chat.Values{poll.ArgNo: r.Action.Arg})
}

// lookPrivately is what a poll looks at whose card somebody reads in their own
// language.
func (r *Request) lookPrivately(id string, numbers map[string]int64) games.Look {
	l := r.look(id)
	l.Public, l.Numbers = r.Private, numbers
	return l
}

func questionOf(title string) i18n.Arg {
	return i18n.In("question", chat.Strong(chat.T(shorten(title, titleSize))))
}
