package commands

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"maps"

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

// create opens the form of a new calendar.
func (w advents) create(_ context.Context, r *Request) (chat.Reply, error) {
	return chat.Reply{Form: adventForm(r, "new", chat.Values{})}, nil
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
	version, err := w.ownDraft(ctx, r, id, d)
	return version, adventDraftGone(r, err)
}

func (w advents) saveDraft(ctx context.Context, r *Request, id string, version int64, d draft) error {
	return adventDraftGone(r, w.keepDraft(ctx, r, id, version, d))
}
