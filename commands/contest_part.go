package commands

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/contest"
	"animo/storage"
)

// verbRetry opens a form again with what was typed.
const verbRetry = "retry"

// partPress answers what members press on a contest's cards. What opens a form
// is checked before, so that nobody fills one in for nothing.
func (w contests) partPress(ctx context.Context, r *Request) (chat.Reply, error) {
	verb, id := r.Action.Verb, r.Action.Subject
	switch verb {
	case contest.VerbSubmit, contest.VerbEdit, contest.VerbMark:
		return w.partOpens(ctx, r, verb, id, r.Action.Arg)
	case verbRetry:
		return w.partAgain(ctx, r)
	case contest.VerbVote, contest.VerbUnvote, contest.VerbWithdraw, contest.VerbMine:
		return w.press(ctx, r, verb, id, r.Action.Arg)
	}
	return r.refuse("common.unknown_control")
}

// press hands a member's press with what it brings along to the contest.
func (w contests) press(ctx context.Context, r *Request, verb, id string, values ...string) (chat.Reply, error) {
	if _, err := w.Engine.Get(ctx, r.Community, contest.Kind, id); err != nil {
		return chat.Reply{}, err
	}
	return w.Engine.Press(ctx, r.Community, chat.Pressed{
		Meta: r.Meta, Action: chat.Act(contest.Kind, verb, id), Values: values, Message: r.Message,
	}, r.Private)
}

// look is what a contest looks at to say whether a form may be opened.
func (r *Request) look(id string) games.Look {
	return games.Look{ID: id, Now: r.Now, Private: r.Private, Public: r.Public, Zone: r.Community.Location(), Caps: r.Caps}
}

// partOpens opens the form of a work or of marks, filled in with what is there.
func (w contests) partOpens(ctx context.Context, r *Request, verb, id, arg string) (chat.Reply, error) {
	_, s, err := w.state(ctx, r, id)
	if err != nil {
		return chat.Reply{}, err
	}
	if err := w.knowRoles(ctx, r, s); err != nil {
		return chat.Reply{}, err
	}
	no, _ := strconv.Atoi(arg)
	if err := mayOpen(s, r, verb, no, id); err != nil {
		return chat.Reply{}, err
	}
	if verb == contest.VerbSubmit {
		return chat.Reply{Form: workForm(r, s, chat.Act(contest.PartFamily, verb, id), chat.Values{})}, nil
	}
	body, err := w.body(ctx, r, id, r.Actor.ID)
	if err != nil {
		return chat.Reply{}, err
	}
	return chat.Reply{Form: partForm(r, s, verb, id, no, valuesOf(s, body, verb, no))}, nil
}

// mayOpen refuses what the contest would refuse once the form is sent.
func mayOpen(s contest.State, r *Request, verb string, no int, id string) error {
	switch verb {
	case contest.VerbSubmit:
		return contest.CanSubmit(s, r.Actor, r.look(id))
	case contest.VerbEdit:
		return contest.CanChange(s, r.Actor.ID, no, r.look(id))
	}
	return contest.CanMark(s, r.Actor, no, r.look(id))
}

// knowRoles looks up a member of whom only the id is known, where a role says
// who is of the jury.
func (w contests) knowRoles(ctx context.Context, r *Request, s contest.State) error {
	if !r.Actor.Bare || s.JuryRole == "" {
		return nil
	}
	m, err := r.Platform.Member(ctx, r.Space, r.Actor.ID)
	if err != nil {
		return fmt.Errorf("look up who takes part: %w", err)
	}
	r.Actor = m.Actor
	return nil
}

// body reads what a member has handed in, voted and marked.
func (w contests) body(ctx context.Context, r *Request, id string, m chat.MemberID) (contest.Body, error) {
	e, err := w.Store.Entry(ctx, r.Community.Tenant(), id, string(m))
	if isMissing(err) {
		return contest.Body{}, nil
	}
	if err != nil {
		return contest.Body{}, fmt.Errorf("read an entry: %w", err)
	}
	return contest.ReadBody(e.Body)
}

// valuesOf fills a form with what is there.
func valuesOf(s contest.State, b contest.Body, verb string, no int) chat.Values {
	v := chat.Values{}
	if verb == contest.VerbMark {
		for i, n := range b.Marks[no] {
			v[markField(i)] = strconv.Itoa(n)
		}
		return v
	}
	work, _ := s.Work(no)
	c := b.Works[no]
	v["title"], v["text"], v["link"], v["image"] = work.Title, c.Text, c.Link, c.Image
	return v
}

func markField(i int) string { return "mark_" + strconv.Itoa(i+1) }

func partForm(r *Request, s contest.State, verb, id string, no int, v chat.Values) *chat.Form {
	a := chat.Act(contest.PartFamily, verb, id)
	if no > 0 {
		a = a.With(strconv.Itoa(no))
	}
	if verb == contest.VerbMark {
		return markForm(r, s, a, no, v)
	}
	return workForm(r, s, a, v)
}

// workForm asks for a title and what the contest takes.
func workForm(r *Request, s contest.State, a chat.Action, v chat.Values) *chat.Form {
	p := r.Private
	fields := []chat.FormField{{
		Name: "title", Kind: chat.FieldShort, Required: true, Max: contest.MaxTitle, Value: v["title"], Label: p.Text("contest.work_form.name"),
	}}
	for _, part := range s.Takes {
		f := chat.FormField{
			Name: string(part), Kind: chat.FieldShort, Required: len(s.Takes) == 1, Value: v[string(part)],
			Label: p.Text("contest.work_form." + string(part)),
		}
		if part == contest.PartText {
			f.Kind, f.Max = chat.FieldLong, contest.MaxText
		} else {
			f.Max, f.Placeholder = 1000, p.Text("contest.work_form."+string(part)+"_example")
		}
		fields = append(fields, f)
	}
	return &chat.Form{
		Action: a, Title: p.Text("contest.work_form.title"), Submit: p.Text("contest.work_form.send"),
		Close: p.Text("common.button.cancel"), Fields: fields,
	}
}

// markForm asks for a mark for each criterion.
func markForm(r *Request, s contest.State, a chat.Action, no int, v chat.Values) *chat.Form {
	p := r.Private
	fields := make([]chat.FormField, len(s.Criteria))
	for i, c := range s.Criteria {
		fields[i] = chat.FormField{
			Name: markField(i), Kind: chat.FieldShort, Required: true, Max: 2, Value: v[markField(i)], Label: c,
			Placeholder: p.Text("contest.mark_form.example", i18n.Num("max", contest.MaxMark)),
		}
	}
	return &chat.Form{
		Action: a, Title: p.Text("contest.mark_form.title", i18n.Num("no", int64(no))), Submit: p.Text("contest.mark_form.send"),
		Close: p.Text("common.button.cancel"), Fields: fields,
	}
}

// partForm takes a form in. A mistake is named beside what was typed, or, where
// a form cannot stay open, with a button that opens it again.
func (w contests) partForm(ctx context.Context, r *Request) (chat.Reply, error) {
	verb, id := r.Action.Verb, r.Action.Subject
	_, s, err := w.state(ctx, r, id)
	if err != nil {
		return chat.Reply{}, err
	}
	if err := w.knowRoles(ctx, r, s); err != nil {
		return chat.Reply{}, err
	}
	no, _ := strconv.Atoi(r.Action.Arg)
	if err := mayOpen(s, r, verb, no, id); err != nil {
		return chat.Reply{}, err
	}
	values := handed(r, s, verb)
	reply, err := w.press(ctx, r, verb, id, values...)
	wrong := asRefusal(r, err)
	if wrong == nil {
		return reply, err
	}
	if r.Caps.FormErrors {
		return w.beside(r, wrongPart(s, r, verb, values), wrong), nil
	}
	return w.keep(ctx, r, verb, id, no, wrong)
}

// handed puts what a form brought in the order in which the game takes it.
func handed(r *Request, s contest.State, verb string) []string {
	if verb == contest.VerbMark {
		values := []string{r.Action.Arg}
		for i := range s.Criteria {
			values = append(values, strings.TrimSpace(r.Args[markField(i)]))
		}
		return values
	}
	work := []string{
		readableLine(r.Args["title"]), readable(r.Args["text"]), strings.TrimSpace(r.Args["link"]), strings.TrimSpace(r.Args["image"]),
	}
	if verb == contest.VerbEdit {
		return append([]string{r.Action.Arg}, work...)
	}
	return work
}

// wrongPart names the field to which a refusal belongs.
func wrongPart(s contest.State, r *Request, verb string, values []string) string {
	if verb == contest.VerbMark {
		for i, text := range values[1:] {
			if _, ok := contest.ReadMark(text); !ok {
				return markField(i)
			}
		}
		return markField(0)
	}
	work := values[len(values)-4:]
	if s.CheckWork(work[0], contest.Content{Text: "-"}, r.look("")) != nil && slices.Contains(s.Takes, contest.PartText) || work[0] == "" {
		return "title"
	}
	for i, c := range []contest.Content{{Text: work[1]}, {Link: work[2]}, {Image: work[3]}} {
		if work[i+1] != "" && s.CheckWork("-", c, r.look("")) != nil {
			return string(contest.Parts()[i])
		}
	}
	return string(s.Takes[0])
}

// keep keeps what was typed and offers the form again.
func (w contests) keep(ctx context.Context, r *Request, verb, id string, no int, wrong chat.Line) (chat.Reply, error) {
	d := draft{By: r.Actor.ID, Channel: r.Channel, At: r.Now, Fields: r.Args}
	key := rand.Text()[:12]
	if err := w.saveDraft(ctx, r, key, 0, d); err != nil {
		return chat.Reply{}, err
	}
	again := chat.Act(contest.PartFamily, verbRetry, id).With(strings.Join([]string{verb, strconv.Itoa(no), key}, " "))
	return chat.Private(chat.NewCard(chat.Paragraph(wrong),
		chat.Controls(chat.Button(again, r.Private.Text("contest.button.correct"), chat.TonePrimary)))), nil
}

// partAgain opens a form again with what was typed. It is kept
// until it is swept away, since a form may be closed again.
func (w contests) partAgain(ctx context.Context, r *Request) (chat.Reply, error) {
	words := strings.Fields(r.Action.Arg)
	if len(words) != 3 {
		return r.refuse("common.unknown_control")
	}
	verb, key := words[0], words[2]
	no, _ := strconv.Atoi(words[1])
	_, s, err := w.state(ctx, r, r.Action.Subject)
	if err != nil {
		return chat.Reply{}, err
	}
	if err := w.knowRoles(ctx, r, s); err != nil {
		return chat.Reply{}, err
	}
	if err := mayOpen(s, r, verb, no, r.Action.Subject); err != nil {
		return chat.Reply{}, err
	}
	var d draft
	if _, err := w.loadDraft(ctx, r, key, &d); err != nil {
		return chat.Reply{}, err
	}
	return chat.Reply{Form: partForm(r, s, verb, r.Action.Subject, no, d.Fields)}, nil
}

func isMissing(err error) bool { return errors.Is(err, storage.ErrNotFound) }
