package commands

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/contest"
	"animo/games/engine"
	"animo/storage"
)

// Verbs of a draft's controls, besides those of a giveaway's.
const (
	draftJury  = "jury"
	draftTie   = "tie"
	draftBlind = "blind"
)

// create opens the form of a new contest.
func (w contests) create(_ context.Context, r *Request) (chat.Reply, error) {
	return chat.Reply{Form: contestForm(r, "new", chat.Values{})}, nil
}

func contestForm(r *Request, id string, v chat.Values) *chat.Form {
	p := r.Private
	field := func(name, words string, kind chat.FieldKind, required bool, longest int) chat.FormField {
		return chat.FormField{
			Name: name, Kind: kind, Required: required, Max: longest, Value: v[name],
			Label: p.Text("contest.form." + words), Placeholder: p.Text("contest.form." + words + "_example"),
		}
	}
	return &chat.Form{
		Action: chat.Act(familyContestDraft, "form", id), Title: p.Text("contest.form.title"),
		Submit: p.Text("contest.form.preview"), Close: p.Text("common.button.cancel"),
		Fields: []chat.FormField{
			field("title", "name", chat.FieldShort, true, contest.MaxTitle),
			field("description", "description", chat.FieldLong, false, contest.MaxDescription),
			field("submissions", "submissions", chat.FieldShort, true, 100),
			field("decision", "decision", chat.FieldShort, true, 100),
			field("criteria", "criteria", chat.FieldShort, false, contest.MaxCriteria*(contest.MaxCriterion+2)),
		},
	}
}

// draftForm takes the form in: a mistake is named beside what was typed, else
// the preview is shown to the author alone.
func (w contests) draftForm(ctx context.Context, r *Request) (chat.Reply, error) {
	// Whoever prepares the contest is its jury until they choose another.
	d := draft{By: r.Actor.ID, Channel: r.Channel, At: r.Now, Fields: chat.Values{"juror": string(r.Actor.ID)}}
	id, version, isNew := r.Action.Subject, int64(0), r.Action.Subject == "new"
	if isNew {
		id = rand.Text()[:12]
	} else {
		var err error
		if version, err = w.loadDraft(ctx, r, id, &d); err != nil {
			return chat.Reply{}, err
		}
	}
	maps.Copy(d.Fields, r.Args)
	reply, err := w.preview(ctx, r, id, d)
	wrong := asRefusal(r, err)
	if err != nil && wrong == nil {
		return chat.Reply{}, err
	}
	if wrong != nil && r.Caps.FormErrors {
		return w.beside(r, wrongContestField(ctx, r, fieldsOf(d)), wrong), nil
	}
	if err := w.saveDraft(ctx, r, id, version, d); err != nil {
		return chat.Reply{}, err
	}
	if wrong != nil {
		reply = chat.Private(chat.NewCard(chat.Paragraph(wrong), chat.Controls(
			chat.Button(chat.Act(familyContestDraft, draftEdit, id), r.Private.Text("contest.button.correct"), chat.TonePrimary),
			chat.Button(chat.Act(familyContestDraft, draftDiscard, id), r.Private.Text("contest.button.discard"), chat.TonePlain),
		)))
	}
	reply.Replace = !isNew
	return reply, nil
}

// fieldsOf leaves the jury out where no criteria ask for one.
func fieldsOf(d draft) chat.Values {
	v := maps.Clone(d.Fields)
	if strings.TrimSpace(v["criteria"]) != "" {
		return v
	}
	delete(v, "juror")
	if v["tie"] == string(contest.TiePresident) {
		delete(v, "tie")
	}
	return v
}

// preview shows the card as it will be, with what can be done about it.
func (w contests) preview(ctx context.Context, r *Request, id string, d draft) (chat.Reply, error) {
	p, err := readContest(r, fieldsOf(d))
	if err != nil {
		return chat.Reply{}, err
	}
	card, err := w.Engine.Preview(ctx, engine.StartRequest{
		Community: r.Community, Space: r.Space, Channel: d.Channel, Kind: contest.Kind, By: r.Actor, Private: r.Private, Params: p,
	})
	if err != nil {
		return chat.Reply{}, err
	}
	t, zone := r.Private, r.Community.Location()
	card.Blocks = withoutControls(card.Blocks)
	card = card.With(chat.Divider(), chat.Paragraph(t.Line("contest.preview", i18n.In("channel", chat.MentionChannel(d.Channel)),
		i18n.Str("submit", t.DateText(p.Submit, zone)), i18n.Str("decide", t.DateText(p.Decide, zone)))))
	if p.Team == "" {
		card = card.With(chat.Note(t.Line("contest.no_team_channel")))
	}
	return chat.Private(card.With(draftControls(r, id, p)...)), nil
}

// draftControls let everything be chosen that the form has no room for.
func draftControls(r *Request, id string, p contest.Params) []chat.Block {
	t := r.Private
	act := func(verb string) chat.Action { return chat.Act(familyContestDraft, verb, id) }
	blocks := []chat.Block{chat.Controls(chat.Control{
		Kind: chat.ControlChannelMenu, Action: act(draftChannel), Placeholder: t.Text("contest.preview_channel"),
	})}
	if p.Mode == contest.ModeJury {
		blocks = append(blocks, chat.Controls(chat.Control{
			Kind: chat.ControlMemberMenu, Action: act(draftJury), Placeholder: t.Text("contest.preview_jury"), Max: 10,
		}))
	}
	var ties []chat.Choice
	for _, tie := range contest.Ties() {
		if tie != contest.TiePresident || p.Mode == contest.ModeJury {
			ties = append(ties, chat.Choice{Value: string(tie), Label: t.Text("contest.tie." + string(tie)), Chosen: tie == p.Tie})
		}
	}
	hide := "contest.button.blind.true"
	if p.Blind {
		hide = "contest.button.blind.false"
	}
	return append(blocks, chat.Controls(chat.Menu(act(draftTie), t.Text("contest.preview_tie"), ties...)), chat.Controls(
		chat.Button(act(draftLaunch), t.Text("contest.button.launch"), chat.ToneGood),
		chat.Button(act(draftEdit), t.Text("contest.button.change"), chat.TonePlain),
		chat.Button(act(draftBlind), t.Text(hide), chat.TonePlain),
		chat.Button(act(draftDiscard), t.Text("contest.button.discard"), chat.ToneDanger),
	))
}

// draftPress answers the preview's controls.
func (w contests) draftPress(ctx context.Context, r *Request) (chat.Reply, error) {
	var d draft
	id := r.Action.Subject
	version, err := w.loadDraft(ctx, r, id, &d)
	if err != nil {
		return chat.Reply{}, err
	}
	gone := storage.Change{Docs: []storage.DocPut{{Kind: kindDraft, ID: id, Version: version, Delete: true}}, Now: r.Now}
	switch r.Action.Verb {
	case draftEdit:
		return chat.Reply{Form: contestForm(r, id, d.Fields)}, nil
	case draftChannel, draftJury, draftTie, draftBlind:
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
			return chat.Reply{}, contestDraftGone(r, err)
		}
		reply := chat.PrivateLine(r.Private.Line("contest.discarded"))
		reply.Replace = true
		return reply, nil
	case draftLaunch:
		return w.draftLaunch(ctx, r, d, gone)
	}
	return r.refuse("common.unknown_control")
}

// choose takes over what was chosen beside the form.
func (w contests) choose(ctx context.Context, r *Request, d *draft) error {
	if r.Action.Verb == draftBlind {
		hidden := d.Fields["blind"] == "true"
		d.Fields["blind"] = map[bool]string{true: "", false: "true"}[hidden]
		return nil
	}
	if len(r.Values) == 0 {
		return games.Refuse(r.Private.Line("common.unknown_control"))
	}
	switch r.Action.Verb {
	case draftChannel:
		d.Channel = chat.ChannelID(r.Values[0])
		return checkChannel(ctx, r, d.Channel)
	case draftJury:
		d.Fields["juror"] = strings.Join(r.Values, " ")
	case draftTie:
		d.Fields["tie"] = r.Values[0]
	}
	return nil
}

func (w contests) draftLaunch(ctx context.Context, r *Request, d draft, gone storage.Change) (chat.Reply, error) {
	p, err := readContest(r, fieldsOf(d))
	if err != nil {
		return chat.Reply{}, err
	}
	reply, err := w.launch(ctx, r, p, d.Channel, gone)
	if err != nil {
		return chat.Reply{}, contestDraftGone(r, err)
	}
	reply.Replace = true
	return reply, nil
}

// contestDraftGone explains a draft that was launched, sent or thrown away
// meanwhile.
func contestDraftGone(r *Request, err error) error {
	if errors.Is(err, storage.ErrConflict) || errors.Is(err, storage.ErrNotFound) {
		return games.Refuse(r.Private.Line("contest.refused.draft_gone"))
	}
	return err
}

func (w contests) loadDraft(ctx context.Context, r *Request, id string, d *draft) (int64, error) {
	version, err := w.ownDraft(ctx, r, id, d)
	return version, contestDraftGone(r, err)
}

func (w contests) saveDraft(ctx context.Context, r *Request, id string, version int64, d draft) error {
	return contestDraftGone(r, w.keepDraft(ctx, r, id, version, d))
}
