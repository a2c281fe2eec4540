package commands

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"strconv"
	"strings"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/advent"
	"animo/games/engine"
	"animo/storage"
)

// More verbs of a calendar's draft.
const (
	draftList    = "list"     // the boxes in one field
	draftForm    = "form"     // sent in
	draftBox     = "box"      // one of them, named by its argument or from a menu
	draftCatchUp = "catch_up" // whether missed boxes open later
)

// maxListed is the longest list of boxes that a form is opened with, in
// characters: what the field of a form holds on every platform (Slack docs:
// reference/block-kit/block-elements/plain-text-input-element#fields).
const maxListed = 3000

// create opens the form of a new calendar.
func (w advents) create(_ context.Context, r *Request) (chat.Reply, error) {
	return chat.Reply{Form: adventForm(r, "new", chat.Values{})}, nil
}

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

// draftForm takes a form in: a mistake is named beside what was typed, else the
// preview is shown to the author alone.
func (w advents) draftForm(ctx context.Context, r *Request) (chat.Reply, error) {
	d := draft{By: r.Actor.ID, Channel: r.Channel, At: r.Now, Fields: chat.Values{}}
	id, version, isNew := r.Action.Subject, int64(0), r.Action.Subject == "new"
	if isNew {
		id = rand.Text()[:12]
	} else {
		var err error
		if version, err = w.loadDraft(ctx, r, id, &d); err != nil {
			return chat.Reply{}, err
		}
	}
	field, err := w.takeIn(r, &d)
	var reply chat.Reply
	if err == nil {
		reply, err = w.preview(ctx, r, id, d)
	}
	wrong := asRefusal(r, err)
	if err != nil && wrong == nil {
		return chat.Reply{}, err
	}
	if wrong != nil && r.Caps.FormErrors {
		if field = cmp.Or(field, wrongAdventField(ctx, r, d.Fields)); field == "boxes" && r.Action.Verb == draftForm && !isNew {
			field = "days" // the form has no other that is about the boxes
		}
		return w.beside(r, field, wrong), nil
	}
	if err := w.saveDraft(ctx, r, id, version, d); err != nil {
		return chat.Reply{}, err
	}
	if wrong != nil {
		again := chat.Act(familyAdventDraft, draftEdit, id)
		if r.Action.Verb != draftForm {
			again = chat.Act(familyAdventDraft, r.Action.Verb, id).With(r.Action.Arg)
		}
		reply = chat.Private(chat.NewCard(chat.Paragraph(wrong), chat.Controls(
			chat.Button(again, r.Private.Text("advent.button.correct"), chat.TonePrimary),
			chat.Button(chat.Act(familyAdventDraft, draftDiscard, id), r.Private.Text("advent.button.discard"), chat.TonePlain),
		)))
	}
	reply.Replace = !isNew
	return reply, nil
}

// takeIn takes the answers of a form into the draft, in which even what is
// wrong is kept. It names the field of a mistake if it knows it.
func (w advents) takeIn(r *Request, d *draft) (field string, err error) {
	if r.Action.Verb != draftBox {
		maps.Copy(d.Fields, r.Args)
		if r.Action.Verb == draftList {
			field = "boxes"
		}
		p, err := readAdventDraft(r, d.Fields)
		if err != nil {
			return field, err
		}
		for i, b := range p.Boxes {
			if err := b.Check(i+1, games.Look{Private: r.Private}); err != nil && b != (advent.Box{}) {
				return "boxes", err
			}
		}
		return field, nil
	}
	p, err := readAdventDraft(r, d.Fields)
	if err != nil {
		return "text", err
	}
	n := wholeOr(r.Action.Arg, 0)
	if n < 1 || n > len(p.Boxes) {
		return "text", games.Refuse(r.Private.Line("advent.refused.no_box", i18n.Num("max", int64(len(p.Boxes)))))
	}
	b := advent.Box{Text: readableLine(r.Args["text"]), Instant: readLot(r.Args["win"]), Draw: readLot(r.Args["draw"])}
	p.Boxes[n-1] = b
	d.Fields["boxes"] = boxList(r.Private, p.Boxes)
	if b == (advent.Box{}) {
		return "", nil
	}
	return boxField(r, n, b), b.Check(n, games.Look{Private: r.Private})
}

// boxField names the field of a box's form with which something is wrong.
func boxField(r *Request, n int, b advent.Box) string {
	l := games.Look{Private: r.Private}
	for _, f := range []struct {
		name string
		box  advent.Box
	}{
		{"win", advent.Box{Text: "-", Instant: b.Instant}}, {"draw", advent.Box{Text: "-", Draw: b.Draw}},
	} {
		if f.box.Check(n, l) != nil {
			return f.name
		}
	}
	return "text"
}

// preview shows the card as it will be, and what is in the boxes, with what can
// be done about it.
func (w advents) preview(ctx context.Context, r *Request, id string, d draft) (chat.Reply, error) {
	p, err := readAdventDraft(r, d.Fields)
	if err != nil {
		return chat.Reply{}, err
	}
	shown := p
	shown.Boxes = make([]advent.Box, len(p.Boxes))
	for i, b := range p.Boxes {
		if shown.Boxes[i] = b; b == (advent.Box{}) {
			shown.Boxes[i].Text = none // the card does not tell what is in it
		}
	}
	card, err := w.Engine.Preview(ctx, engine.StartRequest{
		Community: r.Community, Space: r.Space, Channel: d.Channel, Kind: advent.Kind, By: r.Actor, Private: r.Private, Params: shown,
	})
	if err != nil {
		return chat.Reply{}, err
	}
	t, zone := r.Private, r.Community.Location()
	first := p.Starts
	if first.Before(r.Now) {
		first = r.Now
	}
	end := first.In(zone).AddDate(0, 0, len(p.Boxes))
	card.Blocks = withoutControls(card.Blocks)
	card = card.With(chat.Divider(),
		chat.Paragraph(t.Line("advent.preview_boxes")), chat.List(boxItems(t, p.Boxes)...),
		chat.Paragraph(t.Line("advent.preview", i18n.In("channel", chat.MentionChannel(d.Channel)),
			i18n.Str("first", t.DateText(first, zone)), i18n.Str("end", t.DateText(end, zone)))))
	return chat.Private(card.With(adventControls(r, id, p)...)), nil
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

// draftPress answers the preview's controls.
func (w advents) draftPress(ctx context.Context, r *Request) (chat.Reply, error) {
	var d draft
	id := r.Action.Subject
	version, err := w.loadDraft(ctx, r, id, &d)
	if err != nil {
		return chat.Reply{}, err
	}
	gone := storage.Change{Docs: []storage.DocPut{{Kind: kindDraft, ID: id, Version: version, Delete: true}}, Now: r.Now}
	switch r.Action.Verb {
	case draftEdit:
		return chat.Reply{Form: adventForm(r, id, d.Fields)}, nil
	case draftList:
		return chat.Reply{Form: listForm(r, id, d.Fields)}, nil
	case draftBox:
		return w.opensBox(r, id, d)
	case draftChannel, draftCatchUp:
		if err := w.choose(ctx, r, &d); err != nil {
			return chat.Reply{}, err
		}
		reply, err := w.preview(ctx, r, id, d)
		if err != nil {
			return chat.Reply{}, err
		}
		reply.Replace = true
		return reply, w.saveDraft(ctx, r, id, version, d)
	case draftDiscard:
		if _, err := w.Store.Commit(ctx, r.Community.Tenant(), gone); err != nil {
			return chat.Reply{}, adventDraftGone(r, err)
		}
		reply := chat.PrivateLine(r.Private.Line("advent.discarded"))
		reply.Replace = true
		return reply, nil
	case draftLaunch:
		return w.draftLaunch(ctx, r, d, gone)
	}
	return r.refuse("common.unknown_control")
}

// opensBox opens the form of the box that a menu or a button names. A list that
// cannot be read is corrected as a whole first.
func (w advents) opensBox(r *Request, id string, d draft) (chat.Reply, error) {
	p, err := readAdventDraft(r, d.Fields)
	if err != nil {
		return chat.Reply{Form: listForm(r, id, d.Fields)}, nil
	}
	text := r.Action.Arg
	if len(r.Values) == 1 {
		text = r.Values[0]
	}
	n := wholeOr(text, 0)
	if n < 1 || n > len(p.Boxes) {
		return r.refuse("common.unknown_control")
	}
	return chat.Reply{Form: boxForm(r, id, n, p.Boxes[n-1])}, nil
}

// choose takes over what was chosen beside the form.
func (w advents) choose(ctx context.Context, r *Request, d *draft) error {
	if r.Action.Verb == draftCatchUp {
		later := d.Fields["catch_up"] == "true"
		d.Fields["catch_up"] = map[bool]string{true: "", false: "true"}[later]
		return nil
	}
	if len(r.Values) != 1 {
		return games.Refuse(r.Private.Line("common.unknown_control"))
	}
	d.Channel = chat.ChannelID(r.Values[0])
	return checkChannel(ctx, r, d.Channel)
}

func (w advents) draftLaunch(ctx context.Context, r *Request, d draft, gone storage.Change) (chat.Reply, error) {
	p, err := readAdvent(r, d.Fields)
	if err != nil {
		return chat.Reply{}, err
	}
	reply, err := w.launch(ctx, r, p, d.Channel, gone)
	if err != nil {
		return chat.Reply{}, adventDraftGone(r, err)
	}
	reply.Replace = true
	return reply, nil
}

// adventDraftGone explains a draft that was launched, sent or thrown away
// meanwhile.
func adventDraftGone(r *Request, err error) error {
	if errors.Is(err, storage.ErrConflict) || errors.Is(err, storage.ErrNotFound) {
		return games.Refuse(r.Private.Line("advent.refused.draft_gone"))
	}
	return err
}

func (w advents) loadDraft(ctx context.Context, r *Request, id string, d *draft) (int64, error) {
	version, err := storage.Load(ctx, w.Store, r.Community.Tenant(), kindDraft, id, d)
	if err == nil && d.By != r.Actor.ID {
		err = storage.ErrNotFound
	}
	return version, adventDraftGone(r, err)
}

func (w advents) saveDraft(ctx context.Context, r *Request, id string, version int64, d draft) error {
	put, err := storage.Put(kindDraft, id, version, d.At.UTC().Format(time.RFC3339), d)
	if err != nil {
		return err
	}
	_, err = w.Store.Commit(ctx, r.Community.Tenant(), storage.Change{Docs: []storage.DocPut{put}, Now: r.Now})
	return adventDraftGone(r, err)
}
