package commands

import (
	"context"
	"slices"
	"strconv"
	"unicode/utf8"

	"animo/bot/chat"
	"animo/bot/community"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/terms"
)

// familyOrganiser is the action family of the form that asks who organises.
const familyOrganiser = "setup-organiser"

// organiserField is a question about the organiser and where its answer goes.
type organiserField struct {
	name     string
	kind     chat.FieldKind
	required bool
	longest  int
	value    func(*community.Organiser) *string
}

func organiserFields() []organiserField {
	return []organiserField{
		{"name", chat.FieldShort, true, terms.MaxName, func(o *community.Organiser) *string { return &o.Name }},
		{"contact", chat.FieldShort, true, terms.MaxContact, func(o *community.Organiser) *string { return &o.Contact }},
		{"law", chat.FieldLong, false, terms.MaxLaw, func(o *community.Organiser) *string { return &o.Law }},
	}
}

// organiser opens the form with what is known.
func (w setup) organiser(_ context.Context, r *Request) (chat.Reply, error) {
	t, set := r.Private, r.Community.Organiser
	form := &chat.Form{
		Action: chat.Act(familyOrganiser, "form", "community"), Title: t.Text("terms.form.title"),
		Submit: t.Text("terms.form.save"), Close: t.Text("common.button.cancel"),
	}
	for _, f := range organiserFields() {
		field := chat.FormField{
			Name: f.name, Kind: f.kind, Required: f.required, Max: f.longest, Value: *f.value(&set),
			Label: t.Text("terms.form." + f.name), Placeholder: t.Text("terms.form." + f.name + "_example"),
		}
		if hint := "terms.form." + f.name + "_hint"; t.Has(hint) {
			field.Hint = t.Text(hint)
		}
		form.Fields = append(form.Fields, field)
	}
	return chat.Reply{Form: form}, nil
}

// organiserForm takes the form in.
func (w setup) organiserForm(ctx context.Context, r *Request) (chat.Reply, error) {
	var o community.Organiser
	for _, f := range organiserFields() {
		text := readableLine(r.Args[f.name])
		if f.kind == chat.FieldLong {
			text = readable(r.Args[f.name])
		}
		if n := utf8.RuneCountInString(text); n > f.longest {
			return chat.Reply{}, games.Refuse(r.Private.Line("terms.refused.organiser_long",
				i18n.Str("field", r.Private.Text("terms.form."+f.name)), i18n.Num("length", int64(n)), i18n.Num("max", int64(f.longest))))
		}
		*f.value(&o) = text
	}
	c, err := w.Book.Change(ctx, r.Community.ID, string(r.Actor.ID), "setup.organiser", func(s *community.Settings) error {
		s.Organiser = o
		return nil
	})
	if err != nil {
		return chat.Reply{}, err
	}
	card := settingsCard(r, c)
	card.Blocks = slices.Insert(card.Blocks, 0, chat.Paragraph(r.Private.Line("terms.saved")))
	return chat.Private(card.With(chat.Note(r.Private.Line("terms.advice")))), nil
}

// hours sets when somebody of the team is about.
func (w setup) hours(ctx context.Context, r *Request) (chat.Reply, error) {
	from, errFrom := strconv.Atoi(r.Args["from"])
	to, errTo := strconv.Atoi(r.Args["to"])
	h := community.Hours{From: from, To: to}
	if errFrom != nil || errTo != nil || !h.Sound() {
		return r.refuse("terms.refused.hours")
	}
	return w.change(ctx, r, "hours", func(s *community.Settings) error {
		s.Hours = h
		return nil
	})
}

// organiserSettings are what the settings show of all this.
func organiserSettings(r *Request, c community.Community) []chat.Field {
	t, who := r.Private, chat.Words(c.Organiser.Name)
	if c.Organiser.Name == "" {
		who = t.Line("setup.none")
	}
	if c.Organiser.Contact != "" {
		who = who.Then(chat.T(", " + c.Organiser.Contact))
	}
	return []chat.Field{
		{Label: t.Text("terms.field.organiser"), Value: who},
		{Label: t.Text("terms.field.hours"), Value: chat.Words(hoursText(t, c.OpeningHours()))},
	}
}
