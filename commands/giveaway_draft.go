package commands

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/engine"
	"animo/games/giveaway"
	"animo/storage"
)

// Verbs of a draft's controls.
const (
	draftEdit    = "edit"
	draftStep    = "step" // with the name of a step
	draftLaunch  = "launch"
	draftDiscard = "discard"
	draftChannel = "channel"
	draftRules   = "rules"
)

const kindDraft = "draft"

// draft is a giveaway that nobody but its author has seen.
type draft struct {
	By      chat.MemberID  `json:"by"`
	Channel chat.ChannelID `json:"channel"`
	Fields  chat.Values    `json:"fields"` // as typed, so that a mistake loses nothing
	At      time.Time      `json:"at"`
}

// create opens the form of a new giveaway.
func (w giveaways) create(_ context.Context, r *Request) (chat.Reply, error) {
	return chat.Reply{Form: draftFormOf(r, "new", draftSteps()[0], chat.Values{"winners": "1"})}, nil
}

// draftForm takes the form of a step in: a mistake is named beside what was
// typed, else the preview is shown to the author alone.
func (w giveaways) draftForm(ctx context.Context, r *Request) (chat.Reply, error) {
	d := draft{By: r.Actor.ID, Channel: r.Channel, Fields: chat.Values{}, At: r.Now}
	id, version, isNew := r.Action.Subject, int64(0), r.Action.Subject == "new"
	if isNew {
		id = rand.Text()[:12]
	} else {
		var err error
		if version, err = w.loadDraft(ctx, r, id, &d); err != nil {
			return chat.Reply{}, err
		}
	}
	step := stepNamed(r.Action.Arg)
	for _, f := range step.fields {
		d.Fields[f.name] = r.Args[f.name]
	}
	reply, err := w.preview(ctx, r, id, d)
	wrong := asRefusal(r, err)
	if err != nil && wrong == nil {
		return chat.Reply{}, err
	}
	field := ""
	if wrong != nil {
		field = wrongField(ctx, r, d.Fields)
	}
	if wrong != nil && r.Caps.FormErrors && step.has(field) {
		return w.beside(r, field, wrong), nil
	}
	if err := w.saveDraft(ctx, r, id, version, d); err != nil {
		return chat.Reply{}, err
	}
	if wrong != nil {
		again := stepWith(field).name
		reply = chat.Private(chat.NewCard(chat.Paragraph(wrong), chat.Controls(
			chat.Button(chat.Act(familyDraft, draftStep, id).With(again), r.Private.Text("giveaway.button.correct"), chat.TonePrimary),
			chat.Button(chat.Act(familyDraft, draftDiscard, id), r.Private.Text("giveaway.button.discard"), chat.TonePlain),
		)))
	}
	reply.Replace = !isNew
	return reply, nil
}

// preview shows the card as it will be, with what can be done about it.
func (w giveaways) preview(ctx context.Context, r *Request, id string, d draft) (chat.Reply, error) {
	p, err := readParams(ctx, r, d.Fields)
	if err != nil {
		return chat.Reply{}, err
	}
	card, err := w.Engine.Preview(ctx, engine.StartRequest{
		Community: r.Community, Space: r.Space, Channel: d.Channel, Kind: giveaway.Kind, By: r.Actor, Private: r.Private, Params: p,
	})
	if err != nil {
		return chat.Reply{}, err
	}
	checks, err := w.checklist(ctx, r, plan{Params: p, channel: d.Channel, host: r.Actor.ID})
	if err != nil {
		return chat.Reply{}, err
	}
	t := r.Private
	card.Blocks = withoutControls(card.Blocks)
	card = card.With(
		chat.Divider(),
		chat.Paragraph(t.Line("giveaway.preview", i18n.In("channel", chat.MentionChannel(d.Channel)),
			i18n.Str("end", t.DateText(p.Ends, r.Community.Location()))))).With(checks...).With(
		chat.Controls(chat.Control{
			Kind: chat.ControlChannelMenu, Action: chat.Act(familyDraft, draftChannel, id),
			Placeholder: t.Text("giveaway.preview_channel"),
		}),
		chat.Controls(
			chat.Button(chat.Act(familyDraft, draftLaunch, id), t.Text("giveaway.button.launch"), chat.ToneGood),
			chat.Button(chat.Act(familyDraft, draftDiscard, id), t.Text("giveaway.button.discard"), chat.ToneDanger),
			chat.Button(chat.Act(familyDraft, draftRules, id), t.Text("terms.button.read"), chat.TonePlain).WithEmoji("📜"),
		),
		chat.Controls(stepButtons(t, id)...))
	return chat.Private(card), nil
}

// withoutControls keeps the preview's own buttons from being pressed.
func withoutControls(blocks []chat.Block) []chat.Block {
	var out []chat.Block
	for _, b := range blocks {
		if b.Kind != chat.BlockControls {
			out = append(out, b)
		}
	}
	return out
}

// draftPress answers the preview's controls.
func (w giveaways) draftPress(ctx context.Context, r *Request) (chat.Reply, error) {
	var d draft
	id := r.Action.Subject
	version, err := w.loadDraft(ctx, r, id, &d)
	if err != nil {
		return chat.Reply{}, err
	}
	gone := storage.Change{Docs: []storage.DocPut{{Kind: kindDraft, ID: id, Version: version, Delete: true}}, Now: r.Now}
	switch r.Action.Verb {
	case draftStep:
		return chat.Reply{Form: draftFormOf(r, id, stepNamed(r.Action.Arg), d.Fields)}, nil
	case draftRules:
		return w.draftRules(ctx, r, d)
	case draftChannel:
		return w.draftMove(ctx, r, id, version, d)
	case draftDiscard:
		if _, err := w.Store.Commit(ctx, r.Community.Tenant(), gone); err != nil {
			return chat.Reply{}, draftGone(r, err)
		}
		reply := chat.PrivateLine(r.Private.Line("giveaway.discarded"))
		reply.Replace = true
		return reply, nil
	case draftLaunch:
		return w.draftLaunch(ctx, r, d, gone)
	}
	return r.refuse("common.unknown_control")
}

func (w giveaways) draftMove(ctx context.Context, r *Request, id string, version int64, d draft) (chat.Reply, error) {
	if len(r.Values) != 1 {
		return r.refuse("common.unknown_control")
	}
	d.Channel = chat.ChannelID(r.Values[0])
	if err := checkChannel(ctx, r, d.Channel); err != nil {
		return chat.Reply{}, err
	}
	reply, err := w.preview(ctx, r, id, d)
	if err != nil {
		return chat.Reply{}, err
	}
	reply.Replace = true
	return reply, w.saveDraft(ctx, r, id, version, d)
}

func (w giveaways) draftLaunch(ctx context.Context, r *Request, d draft, gone storage.Change) (chat.Reply, error) {
	p, err := readParams(ctx, r, d.Fields)
	if err != nil {
		return chat.Reply{}, err
	}
	reply, err := w.launch(ctx, r, p, d.Channel, gone)
	if err != nil {
		return chat.Reply{}, draftGone(r, err)
	}
	reply.Replace = true
	return reply, nil
}

// draftGone explains a draft that was launched or thrown away meanwhile.
func draftGone(r *Request, err error) error {
	if errors.Is(err, storage.ErrConflict) || errors.Is(err, storage.ErrNotFound) {
		return games.Refuse(r.Private.Line("giveaway.refused.draft_gone"))
	}
	return err
}

func (w giveaways) loadDraft(ctx context.Context, r *Request, id string, d *draft) (int64, error) {
	version, err := w.ownDraft(ctx, r, id, d)
	return version, draftGone(r, err)
}

func (w giveaways) saveDraft(ctx context.Context, r *Request, id string, version int64, d draft) error {
	for name, v := range d.Fields {
		d.Fields[name] = strings.TrimSpace(v)
	}
	return draftGone(r, w.keepDraft(ctx, r, id, version, d))
}
