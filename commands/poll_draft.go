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
	"animo/games/engine"
	"animo/games/poll"
	"animo/storage"
)

// Verbs of a draft's controls, besides those of a giveaway's.
const (
	draftPublic  = "public"
	draftResults = "results"
	draftAdding  = "adding"
)

func pollForm(r *Request, id string, v chat.Values) *chat.Form {
	p := r.Private
	field := func(name string, kind chat.FieldKind, required bool, longest int) chat.FormField {
		return chat.FormField{
			Name: name, Kind: kind, Required: required, Max: longest, Value: v[name],
			Label: p.Text("poll.form." + name), Placeholder: p.Text("poll.form." + name + "_example"),
		}
	}
	a := chat.Act(familyPollDraft, "form", id)
	if id == "new" {
		a = a.With(carried(v))
	}
	return &chat.Form{
		Action: a, Title: p.Text("poll.form.title"), Submit: p.Text("poll.form.preview"), Close: p.Text("common.button.cancel"),
		Fields: []chat.FormField{
			field("question", chat.FieldShort, true, poll.MaxQuestion),
			field("options", chat.FieldLong, true, 2*poll.MaxOptions*poll.MaxOption),
			field("ends", chat.FieldShort, false, 100),
			field("max", chat.FieldShort, false, 10),
			field("conditions", chat.FieldShort, false, 500),
		},
	}
}

// carries are the options that a first form takes along, each by a letter: they
// have a control beside the preview and no field.
func carries() [][2]string {
	return [][2]string{{"anonymous", "a"}, {"results", "r"}, {"adding", "d"}}
}

// carried writes them into what a form's action holds.
func carried(v chat.Values) string {
	var out []string
	for _, c := range carries() {
		if v[c[0]] != "" {
			out = append(out, c[1]+"="+v[c[0]])
		}
	}
	return strings.Join(out, " ")
}

// carry reads them back.
func carry(arg string, into chat.Values) {
	for _, word := range strings.Fields(arg) {
		letter, value, _ := strings.Cut(word, "=")
		for _, c := range carries() {
			if c[1] == letter {
				into[c[0]] = value
			}
		}
	}
}

// draftForm takes the form in: a mistake is named beside what was typed, else
// the preview is shown to the author alone.
func (w polls) draftForm(ctx context.Context, r *Request) (chat.Reply, error) {
	d := draft{By: r.Actor.ID, Channel: r.Channel, At: r.Now, Fields: chat.Values{}}
	id, version, isNew := r.Action.Subject, int64(0), r.Action.Subject == "new"
	if isNew {
		id = rand.Text()[:12]
		carry(r.Action.Arg, d.Fields)
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
		return w.beside(r, w.wrongPollField(ctx, r, d.Fields), wrong), nil
	}
	if err := w.saveDraft(ctx, r, id, version, d); err != nil {
		return chat.Reply{}, err
	}
	if wrong != nil {
		reply = chat.Private(chat.NewCard(chat.Paragraph(wrong), chat.Controls(
			chat.Button(chat.Act(familyPollDraft, draftEdit, id), r.Private.Text("poll.button.correct"), chat.TonePrimary),
			chat.Button(chat.Act(familyPollDraft, draftDiscard, id), r.Private.Text("poll.button.discard"), chat.TonePlain),
		)))
	}
	reply.Replace = !isNew
	return reply, nil
}

// preview shows the card as it will be, with what can be done about it.
func (w polls) preview(ctx context.Context, r *Request, id string, d draft) (chat.Reply, error) {
	p, err := w.readPoll(ctx, r, d.Fields)
	if err != nil {
		return chat.Reply{}, err
	}
	card, err := w.Engine.Preview(ctx, engine.StartRequest{
		Community: r.Community, Space: r.Space, Channel: d.Channel, Kind: poll.Kind, By: r.Actor, Private: r.Private, Params: p,
	})
	if err != nil {
		return chat.Reply{}, err
	}
	t := r.Private
	card.Blocks = withoutControls(card.Blocks)
	card = card.With(chat.Divider(), chat.Paragraph(t.Line("poll.preview", i18n.In("channel", chat.MentionChannel(d.Channel)))))
	if p.Adding == poll.AddingModerated && p.Team == "" {
		card = card.With(chat.Note(t.Line("poll.no_team_channel")))
	}
	return chat.Private(card.With(pollControls(r, id, p)...)), nil
}

// pollControls let everything be chosen that the form has no room for.
func pollControls(r *Request, id string, p poll.Params) []chat.Block {
	t := r.Private
	act := func(verb string) chat.Action { return chat.Act(familyPollDraft, verb, id) }
	var results, adding []chat.Choice
	for _, v := range poll.AllResults() {
		results = append(results, chat.Choice{Value: string(v), Label: t.Text("poll.results." + string(v)), Chosen: v == p.Results})
	}
	for _, v := range poll.AllAdding() {
		adding = append(adding, chat.Choice{Value: string(v), Label: t.Text("poll.adding." + string(v)), Chosen: v == p.Adding})
	}
	public := "poll.button.public.true"
	if p.Public {
		public = "poll.button.public.false"
	}
	return []chat.Block{
		chat.Controls(chat.Control{Kind: chat.ControlChannelMenu, Action: act(draftChannel), Placeholder: t.Text("poll.preview_channel")}),
		chat.Controls(chat.Menu(act(draftResults), t.Text("poll.preview_results"), results...)),
		chat.Controls(chat.Menu(act(draftAdding), t.Text("poll.preview_adding"), adding...)),
		chat.Controls(
			chat.Button(act(draftLaunch), t.Text("poll.button.launch"), chat.ToneGood),
			chat.Button(act(draftEdit), t.Text("poll.button.change"), chat.TonePlain),
			chat.Button(act(draftPublic), t.Text(public), chat.TonePlain),
			chat.Button(act(draftDiscard), t.Text("poll.button.discard"), chat.ToneDanger),
		),
	}
}

// draftPress answers the preview's controls.
func (w polls) draftPress(ctx context.Context, r *Request) (chat.Reply, error) {
	var d draft
	id := r.Action.Subject
	version, err := w.loadDraft(ctx, r, id, &d)
	if err != nil {
		return chat.Reply{}, err
	}
	gone := storage.Change{Docs: []storage.DocPut{{Kind: kindDraft, ID: id, Version: version, Delete: true}}, Now: r.Now}
	switch r.Action.Verb {
	case draftEdit:
		return chat.Reply{Form: pollForm(r, id, d.Fields)}, nil
	case draftChannel, draftPublic, draftResults, draftAdding:
		if err := choosePoll(ctx, r, &d); err != nil {
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
			return chat.Reply{}, pollDraftGone(r, err)
		}
		reply := chat.PrivateLine(r.Private.Line("poll.discarded"))
		reply.Replace = true
		return reply, nil
	case draftLaunch:
		p, err := w.readPoll(ctx, r, d.Fields)
		if err != nil {
			return chat.Reply{}, err
		}
		reply, err := w.launch(ctx, r, p, d.Channel, gone)
		reply.Replace = true
		return reply, pollDraftGone(r, err)
	}
	return r.refuse("common.unknown_control")
}

// choosePoll takes over what was chosen beside the form.
func choosePoll(ctx context.Context, r *Request, d *draft) error {
	if r.Action.Verb == draftPublic {
		d.Fields["anonymous"] = map[bool]string{true: "true", false: "false"}[d.Fields["anonymous"] == "false"]
		return nil
	}
	if len(r.Values) == 0 {
		return games.Refuse(r.Private.Line("common.unknown_control"))
	}
	if r.Action.Verb == draftChannel {
		d.Channel = chat.ChannelID(r.Values[0])
		return checkChannel(ctx, r, d.Channel)
	}
	d.Fields[r.Action.Verb] = r.Values[0] // results, adding
	return nil
}

// pollDraftGone explains a draft that was published or thrown away meanwhile.
func pollDraftGone(r *Request, err error) error {
	if errors.Is(err, storage.ErrConflict) || errors.Is(err, storage.ErrNotFound) {
		return games.Refuse(r.Private.Line("poll.refused.draft_gone"))
	}
	return err
}

func (w polls) loadDraft(ctx context.Context, r *Request, id string, d *draft) (int64, error) {
	version, err := w.ownDraft(ctx, r, id, d)
	return version, pollDraftGone(r, err)
}

func (w polls) saveDraft(ctx context.Context, r *Request, id string, version int64, d draft) error {
	return pollDraftGone(r, w.keepDraft(ctx, r, id, version, d))
}
