package commands

import (
	"context"
	"slices"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games/giveaway"
	"animo/games/terms"
)

// step is a form of the guided path: what belongs together, at most five fields,
// since no form of Discord's has more.
type step struct {
	name   string
	fields []stepField
}

type stepField struct {
	name     string // of the option
	kind     chat.FieldKind
	required bool
	longest  int
}

// draftSteps are all forms of a draft; the first makes it, the others are
// offered beside the preview.
func draftSteps() []step {
	short, long := chat.FieldShort, chat.FieldLong
	return []step{
		{"basics", []stepField{
			{"prize", short, true, giveaway.MaxPrize},
			{"duration", short, true, 100},
			{"winners", short, false, 10},
			{"description", long, false, giveaway.MaxDescription},
			{"image", short, false, 500},
		}},
		{"lots", []stepField{{"lots", long, false, 2000}, {"wins", short, false, 10}, {"value", short, false, terms.MaxValue}, {"claim", short, false, 100}}},
		{"who", []stepField{{"conditions", long, false, 1500}, {"bonus", long, false, 1000}, {"places", short, false, 10}}},
		{"when", []stepField{{"starts", short, false, 100}, {"duration", short, true, 100}}},
		{"looks", []stepField{
			{"thumbnail", short, false, 500}, {"colour", short, false, 10}, {"button", short, false, giveaway.MaxButton}, {"emoji", short, false, 50},
		}},
	}
}

func (s step) has(field string) bool {
	return slices.ContainsFunc(s.fields, func(f stepField) bool { return f.name == field })
}

// stepNamed returns a step, the first for a name that is none.
func stepNamed(name string) step {
	all := draftSteps()
	return all[max(0, slices.IndexFunc(all, func(s step) bool { return s.name == name }))]
}

// stepWith returns the step in which a field is.
func stepWith(field string) step {
	all := draftSteps()
	return all[max(0, slices.IndexFunc(all, func(s step) bool { return s.has(field) }))]
}

func draftFormOf(r *Request, id string, s step, v chat.Values) *chat.Form {
	p := r.Private
	form := &chat.Form{
		Action: chat.Act(familyDraft, "form", id).With(s.name), Title: p.Text("giveaway.step." + s.name + ".title"),
		Submit: p.Text("giveaway.form.preview"), Close: p.Text("common.button.cancel"),
	}
	for _, f := range s.fields {
		form.Fields = append(form.Fields, chat.FormField{
			Name: f.name, Kind: f.kind, Required: f.required, Max: f.longest, Value: v[f.name],
			Label: p.Text("giveaway.form." + f.name), Placeholder: p.Text("giveaway.form." + f.name + "_example"),
		})
	}
	return form
}

// stepButtons offer each step to whoever looks at the preview.
func stepButtons(p i18n.Printer, id string) []chat.Control {
	var out []chat.Control
	for _, s := range draftSteps() {
		out = append(out, chat.Button(chat.Act(familyDraft, draftStep, id).With(s.name), p.Text("giveaway.step."+s.name+".button"), chat.TonePlain))
	}
	return out
}

// wrongField names the option to which a refusal belongs: the first that cannot
// stand beside those before it.
func wrongField(ctx context.Context, r *Request, v chat.Values) string {
	trial := chat.Values{"prize": "-", "duration": "1h", "winners": "1"}
	for _, o := range startOptions() {
		trial[o.Name] = v[o.Name]
		if o.Name == "role" || o.Name == "ping" {
			continue // chosen, not typed
		}
		if _, err := readParams(ctx, r, trial); err != nil {
			return o.Name
		}
	}
	return "channel"
}
