package discordwire

import (
	"slices"
	"unicode/utf8"

	"animo/bot/sandbox/world"
)

// fieldErrors are the mistakes of a form, by field.
type fieldErrors struct {
	text   string
	fields map[string]string
}

// Error gives the sentence for the form as a whole.
func (e *fieldErrors) Error() string { return e.text }

// actSubmit sends a form, unless the client itself finds a mistake in it; the
// form stays open then, as it does if the bot does not answer.
func (s *Server) actSubmit(a world.Action, p *person) (*interaction, error) {
	open := s.modals[a.Modal]
	if open == nil || open.by.ID != p.ID || s.channels[open.ch.ID] == nil {
		return nil, sayNoForm.err(p.Locale)
	}
	fill := filling{
		fields: a.Fields, locale: p.Locale, mistakes: map[string]string{},
		r: resolver{s: s, ch: open.ch, out: object{}},
	}
	answers := fill.all(list(open.data["components"]))
	if len(fill.mistakes) > 0 {
		return nil, &fieldErrors{sayMistakes.to(p.Locale), fill.mistakes}
	}
	data := object{"custom_id": open.data["custom_id"], "components": answers}
	if len(fill.r.out) > 0 {
		data["resolved"] = fill.r.out
	}
	in := s.newInteraction(askModal, p, open.ch)
	in.source = open.source
	s.ask(in, data)
	return in, nil
}

// filling makes a form's answers in the form's own shape
// (components/using-modal-components).
type filling struct {
	fields   map[string][]string
	locale   string
	mistakes map[string]string
	r        resolver
}

func (f *filling) all(top []any) []any {
	out := []any{}
	for _, v := range top {
		o := obj(v)
		answer := object{"type": whole(o["type"]), "id": whole(o["id"])}
		switch whole(o["type"]) {
		case componentRow:
			inputs := []any{}
			for _, input := range list(o["components"]) {
				inputs = append(inputs, f.one(obj(input)))
			}
			answer["components"] = inputs
		case componentLabel:
			answer["component"] = f.one(obj(o["component"]))
		}
		out = append(out, answer)
	}
	return out
}

// one answers one control; what it is given by default counts as typed.
func (f *filling) one(o object) object {
	id := str(o["custom_id"])
	given, sent := f.fields[id]
	answer := object{"type": whole(o["type"]), "id": whole(o["id"]), "custom_id": id}
	switch whole(o["type"]) {
	case componentInput:
		if !sent {
			given = []string{str(o["value"])}
		}
		text := first(given)
		f.checkText(o, id, text)
		answer["value"] = text
	case componentCheckbox:
		answer["value"] = first(given) == "true"
	case componentRadio:
		f.checkChosen(o, id, given, 1, 1)
		answer["value"] = orNull(first(given))
	case componentUpload:
		answer["values"] = []string{}
	default:
		if !sent {
			given = defaults(o)
		}
		least, most := bounds(o)
		if truth(o["required"]) || o["required"] == nil {
			least = max(least, 1)
		}
		f.checkChosen(o, id, given, least, most)
		answer["values"] = append([]string{}, given...)
	}
	return answer
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

func defaults(o object) []string {
	var out []string
	for _, v := range list(o["options"]) {
		if truth(obj(v)["default"]) {
			out = append(out, str(obj(v)["value"]))
		}
	}
	for _, v := range list(o["default_values"]) {
		out = append(out, str(obj(v)["id"]))
	}
	return out
}

func isRequired(o object) bool { return o["required"] == nil || truth(o["required"]) }

func (f *filling) checkText(o object, id, text string) {
	least, most := inputBounds(o)
	n := utf8.RuneCountInString(text)
	switch {
	case n == 0 && isRequired(o):
		f.mistakes[id] = sayFill.to(f.locale)
	case n > 0 && n < least, n > most:
		f.mistakes[id] = sayLength.to(f.locale, least, most)
	}
}

func (f *filling) checkChosen(o object, id string, given []string, least, most int) {
	if len(given) == 0 && !isRequired(o) {
		return
	}
	if len(given) == 0 {
		f.mistakes[id] = sayFill.to(f.locale)
		return
	}
	if len(given) < least || len(given) > most {
		f.mistakes[id] = sayCount.to(f.locale, least, most)
		return
	}
	for i, v := range given {
		if slices.Contains(given[:i], v) || !f.r.offers(o, v) {
			f.mistakes[id] = sayNotOffered.to(f.locale, v)
			return
		}
	}
}
