package commands

import (
	"strconv"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games/advent"
)

// maxListed is the longest list of boxes that a form is opened with, in
// characters: what the field of a form holds on every platform (Slack docs:
// reference/block-kit/block-elements/plain-text-input-element#fields).
const maxListed = 3000

// adventFormField makes a field with the words of the catalogue.
func adventFormField(p i18n.Printer, name, words string, kind chat.FieldKind, required bool, longest int, value string) chat.FormField {
	return chat.FormField{
		Name: name, Kind: kind, Required: required, Max: longest, Value: value,
		Label: p.Text("advent.form." + words), Placeholder: p.Text("advent.form." + words + "_example"),
	}
}

// adventForm asks for everything at first; later the boxes have forms of their
// own, since they may be longer than a field.
func adventForm(r *Request, id string, v chat.Values) *chat.Form {
	p := r.Private
	fields := []chat.FormField{
		adventFormField(p, "title", "name", chat.FieldShort, true, advent.MaxTitle, v["title"]),
		adventFormField(p, "starts", "starts", chat.FieldShort, false, 100, v["starts"]),
		adventFormField(p, "days", "days", chat.FieldShort, false, 5, v["days"]),
		adventFormField(p, "prize", "final", chat.FieldShort, false, advent.MaxPrize+10, v["prize"]),
	}
	if id == "new" {
		fields = append(fields, adventFormField(p, "boxes", "boxes", chat.FieldLong, false, maxListed, ""))
	}
	return adventFormOf(r, chat.Act(familyAdventDraft, draftForm, id), p.Text("advent.form.title"), "advent.form.preview", fields)
}

func adventFormOf(r *Request, a chat.Action, title, submit string, fields []chat.FormField) *chat.Form {
	return &chat.Form{
		Action: a, Title: title, Submit: r.Private.Text(submit), Close: r.Private.Text("common.button.cancel"), Fields: fields,
	}
}

// listForm asks for all boxes in one field.
func listForm(r *Request, id string, v chat.Values) *chat.Form {
	list := v["boxes"]
	if len([]rune(list)) > maxListed {
		list = ""
	}
	p := r.Private
	return adventFormOf(r, chat.Act(familyAdventDraft, draftList, id), p.Text("advent.button.list"), "advent.form.save",
		[]chat.FormField{adventFormField(p, "boxes", "boxes", chat.FieldLong, true, maxListed, list)})
}

// boxForm asks for one box.
func boxForm(r *Request, id string, n int, b advent.Box) *chat.Form {
	p := r.Private
	return adventFormOf(r, chat.Act(familyAdventDraft, draftBox, id).With(strconv.Itoa(n)),
		p.Text("advent.form.box", i18n.Num("box", int64(n))), "advent.form.save", []chat.FormField{
			adventFormField(p, "text", "text", chat.FieldLong, false, advent.MaxText, b.Text),
			adventFormField(p, "win", "win", chat.FieldShort, false, advent.MaxPrize+10, lotLine(b.Instant)),
			adventFormField(p, "draw", "draw", chat.FieldShort, false, advent.MaxPrize+10, lotLine(b.Draw)),
		})
}

// shownText is how much of a box's text a list shows, in characters.
const shownText = 40

// boxItems list what is in the boxes, for staff.
func boxItems(p i18n.Printer, boxes []advent.Box) []chat.Line {
	out := make([]chat.Line, len(boxes))
	for i, b := range boxes {
		var parts []string
		if b.Text != "" {
			parts = append(parts, shorten(b.Text, shownText))
		}
		if b.Instant.Winners > 0 {
			parts = append(parts, p.Text("advent.item.win", i18n.Str("prize", shorten(b.Instant.Prize, shownText)), i18n.Num("winners", int64(b.Instant.Winners))))
		}
		if b.Draw.Winners > 0 {
			parts = append(parts, p.Text("advent.item.draw", i18n.Str("prize", shorten(b.Draw.Prize, shownText)), i18n.Num("winners", int64(b.Draw.Winners))))
		}
		if len(parts) == 0 {
			parts = append(parts, p.Text("advent.item.empty"))
		}
		out[i] = p.Line("advent.item.text", i18n.Num("box", int64(i+1)), i18n.Str("text", strings.Join(parts, " · ")))
	}
	return out
}

// adventControls let everything be chosen that the form has no room for.
func adventControls(r *Request, id string, p advent.Params) []chat.Block {
	t := r.Private
	act := func(verb string) chat.Action { return chat.Act(familyAdventDraft, verb, id) }
	blocks := []chat.Block{chat.Controls(chat.Control{
		Kind: chat.ControlChannelMenu, Action: act(draftChannel), Placeholder: t.Text("advent.preview_channel"),
	})}
	var boxes []chat.Choice
	for i := range p.Boxes {
		boxes = append(boxes, chat.Choice{Value: strconv.Itoa(i + 1), Label: t.Text("advent.form.box", i18n.Num("box", int64(i+1)))})
	}
	for len(boxes) > 0 {
		some := boxes[:min(len(boxes), maxChoices)]
		boxes = boxes[len(some):]
		// Each control of a card has an action of its own.
		blocks = append(blocks, chat.Controls(chat.Menu(act(draftBox).With("from "+some[0].Value), t.Text("advent.preview_box"), some...)))
	}
	later := "advent.button.catch_up.true"
	if p.CatchUp {
		later = "advent.button.catch_up.false"
	}
	return append(blocks, chat.Controls(
		chat.Button(act(draftLaunch), t.Text("advent.button.launch"), chat.ToneGood),
		chat.Button(act(draftEdit), t.Text("advent.button.change"), chat.TonePlain),
		chat.Button(act(draftList), t.Text("advent.button.list"), chat.TonePlain),
		chat.Button(act(draftCatchUp), t.Text(later), chat.TonePlain),
		chat.Button(act(draftDiscard), t.Text("advent.button.discard"), chat.ToneDanger),
	))
}
