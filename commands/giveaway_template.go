package commands

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/giveaway"
	"animo/games/terms"
	"animo/storage"
)

const (
	familyTemplates = "giveaway-templates" // turns the pages of the list
	kindTemplate    = "giveaway-template"
	maxTemplates    = 50 // of a community
	maxTemplateName = 40 // characters
)

// template is a giveaway to be started again and again. Its Params have no
// dates, and block nobody: the community's list at each start does.
type template struct {
	Name   string          `json:"name"`
	By     chat.MemberID   `json:"by"`
	At     time.Time       `json:"at"`
	Length time.Duration   `json:"length"`
	Params giveaway.Params `json:"params"`
}

func (w giveaways) templateCommands() Command {
	name := Option{Name: "name", Kind: chat.OptionText, Required: true}
	known := name
	known.Complete = w.suggestTemplates
	staff := func(name string, run Handler, options ...Option) Command {
		return Command{Name: name, Permission: chat.Staff, Run: run, Options: options}
	}
	start := staff("start", w.startTemplate, known,
		Option{Name: "prize", Kind: chat.OptionText}, Option{Name: "duration", Kind: chat.OptionText}, Option{Name: "channel", Kind: chat.OptionChannel})
	return Command{Name: "template", Sub: []Command{
		staff("save", w.saveTemplate, name,
			Option{Name: "id", Kind: chat.OptionText, Complete: w.suggest(games.StatusOpen, games.StatusClosed)}),
		start,
		staff("list", w.listTemplates),
		staff("delete", w.deleteTemplate, known),
	}}
}

// templateKey is the same for names that differ in case, accents or spaces
// alone.
func templateKey(name string) string {
	bare := strings.Map(func(c rune) rune {
		if unicode.Is(unicode.Mn, c) {
			return -1
		}
		return c
	}, norm.NFKD.String(name))
	return strings.Join(strings.Fields(strings.ToLower(bare)), " ")
}

// loadTemplate finds a template by its name, however it is written.
func (w giveaways) loadTemplate(ctx context.Context, r *Request, name string) (template, int64, error) {
	var t template
	version, err := storage.Load(ctx, w.Store, r.Community.Tenant(), kindTemplate, templateKey(name), &t)
	if errors.Is(err, storage.ErrNotFound) {
		err = games.Refuse(r.Private.Line("staff.template.refused.unknown", i18n.Str("name", shorten(readableLine(name), maxTemplateName))))
	}
	return t, version, err
}

func (w giveaways) templates(ctx context.Context, r *Request) ([]template, error) {
	docs, err := w.Store.List(ctx, r.Community.Tenant(), storage.ListQuery{Kind: kindTemplate, Limit: maxTemplates + 1})
	if err != nil {
		return nil, fmt.Errorf("list the templates: %w", err)
	}
	out := make([]template, len(docs))
	for i, d := range docs {
		if err := json.Unmarshal(d.Body, &out[i]); err != nil {
			return nil, fmt.Errorf("read template %s: %w", d.ID, err)
		}
	}
	return out, nil
}

func (w giveaways) suggestTemplates(ctx context.Context, r *Request) ([]chat.Choice, error) {
	all, err := w.templates(ctx, r)
	if err != nil {
		return nil, err
	}
	var out []chat.Choice
	for _, t := range all {
		if strings.Contains(templateKey(t.Name), templateKey(r.Partial)) {
			out = append(out, chat.Choice{Value: t.Name, Label: shorten(t.Name+" · "+t.Params.Prize, 75)})
		}
	}
	return out, nil
}

// saveTemplate keeps what a giveaway was started with under a name: the one
// that is named, else the draft that its author worked on last, else the only
// one there is.
func (w giveaways) saveTemplate(ctx context.Context, r *Request) (chat.Reply, error) {
	t := template{Name: readableLine(r.Args["name"]), By: r.Actor.ID, At: r.Now.UTC()}
	switch n := utf8.RuneCountInString(t.Name); {
	case templateKey(t.Name) == "":
		return r.refuse("staff.template.refused.no_name")
	case n > maxTemplateName:
		return r.refuse("staff.template.refused.name_long", i18n.Num("length", int64(n)), i18n.Num("max", maxTemplateName))
	}
	if err := w.fillTemplate(ctx, r, &t); err != nil {
		return chat.Reply{}, err
	}
	all, err := w.templates(ctx, r)
	if err != nil {
		return chat.Reply{}, err
	}
	if len(all) >= maxTemplates {
		return r.refuse("staff.template.refused.full", i18n.Num("max", maxTemplates))
	}
	key := templateKey(t.Name)
	put, err := storage.Put(kindTemplate, key, 0, key, t)
	if err != nil {
		return chat.Reply{}, err
	}
	c, err := logged(r, "giveaway.template.save", key, t)
	c.Docs = []storage.DocPut{put}
	if err != nil {
		return chat.Reply{}, err
	}
	_, err = w.Store.Commit(ctx, r.Community.Tenant(), c)
	name := i18n.In("name", chat.Strong(chat.T(t.Name)))
	if errors.Is(err, storage.ErrConflict) {
		return r.refuse("staff.template.refused.taken", name)
	}
	if err != nil {
		return chat.Reply{}, err
	}
	return r.refuse("staff.template.saved", name, i18n.Str("prize", shorten(t.Params.Prize, titleSize)),
		i18n.Str("length", r.Private.DurationText(t.Length)))
}

// fillTemplate finds the giveaway or the draft that is meant.
func (w giveaways) fillTemplate(ctx context.Context, r *Request, t *template) error {
	if strings.TrimSpace(r.Args["id"]) == "" {
		d, ok, err := w.lastDraft(ctx, r)
		if err != nil {
			return err
		}
		if ok {
			p, err := readParams(ctx, r, d.Fields)
			from := r.Now
			if p.Starts.After(from) {
				from = p.Starts
			}
			t.keep(p, p.Ends.Sub(from))
			return err
		}
	}
	id, err := w.pick(ctx, r, games.StatusOpen, games.StatusClosed)
	if err != nil {
		return err
	}
	_, s, err := w.state(ctx, r, id)
	from := s.Opened
	if from.IsZero() {
		from = s.Starts
	}
	t.keep(s.Params, s.Ends.Sub(from))
	return err
}

// keep takes parameters over without what belongs to one giveaway alone. One
// that was ended at once is none to go by for the length.
func (t *template) keep(p giveaway.Params, length time.Duration) {
	p.Starts, p.Ends, p.Who.Blocked = time.Time{}, time.Time{}, nil
	p.Terms = terms.Terms{Value: p.Terms.Value}
	t.Params, t.Length = p, max(length.Round(time.Second), giveaway.MinLength)
}

// lastDraft is the draft of a giveaway on which whoever asks worked last.
func (w giveaways) lastDraft(ctx context.Context, r *Request) (found draft, ok bool, err error) {
	docs, err := w.Store.List(ctx, r.Community.Tenant(), storage.ListQuery{Kind: kindDraft, Limit: searchedDrafts})
	if err != nil {
		return found, false, fmt.Errorf("list the drafts: %w", err)
	}
	for _, d := range docs {
		var one draft
		if err := json.Unmarshal(d.Body, &one); err != nil {
			return found, false, fmt.Errorf("read draft %s: %w", d.ID, err)
		}
		// Drafts of other kinds have neither field.
		if one.By == r.Actor.ID && one.Fields["prize"] != "" && one.Fields["duration"] != "" {
			found, ok = one, true // they are listed by age
		}
	}
	return found, ok, nil
}

// searchedDrafts is how many drafts are gone through; they are deleted after a
// week.
const searchedDrafts = 1000

// startTemplate starts a giveaway as a template says.
func (w giveaways) startTemplate(ctx context.Context, r *Request) (chat.Reply, error) {
	t, _, err := w.loadTemplate(ctx, r, r.Args["name"])
	if err != nil {
		return chat.Reply{}, err
	}
	p := t.Params
	p.Ends = r.Now.Add(t.Length).UTC()
	if v, ok := r.Args["prize"]; ok {
		p.Prize = readableLine(v)
	}
	if v, ok := r.Args["duration"]; ok {
		if err := readEnd(r, v, &p); err != nil {
			return chat.Reply{}, err
		}
	}
	channel := r.Channel
	if c := chat.ChannelID(r.Args["channel"]); c != "" {
		channel = c
	}
	return w.launch(ctx, r, p, channel, storage.Change{})
}

// listTemplates lists them by name.
func (w giveaways) listTemplates(ctx context.Context, r *Request) (chat.Reply, error) {
	all, err := w.templates(ctx, r)
	if err != nil {
		return chat.Reply{}, err
	}
	if len(all) == 0 {
		return r.refuse("staff.template.none")
	}
	page, last := pageOf(r, len(all))
	var items []chat.Line
	for _, t := range all[page*pageSize : min((page+1)*pageSize, len(all))] {
		items = append(items, r.Private.Line("staff.template.item",
			i18n.In("name", chat.Strong(chat.T(t.Name))), i18n.Str("prize", shorten(t.Params.Prize, titleSize)),
			i18n.Str("length", r.Private.DurationText(t.Length)), i18n.In("by", chat.Mention(t.By)), i18n.In("at", chat.Moment(t.At, chat.MomentDate))))
	}
	card := chat.NewCard(chat.Heading(r.Private.Line("staff.template.title")), chat.List(items...)).
		With(turnPages(r, chat.Act(familyTemplates, "", ""), page, last)...)
	reply := chat.Private(card)
	reply.Replace = !r.Action.IsZero()
	return reply, nil
}

func (w giveaways) deleteTemplate(ctx context.Context, r *Request) (chat.Reply, error) {
	t, version, err := w.loadTemplate(ctx, r, r.Args["name"])
	if err != nil {
		return chat.Reply{}, err
	}
	key := templateKey(t.Name)
	c, err := logged(r, "giveaway.template.delete", key, t)
	if err != nil {
		return chat.Reply{}, err
	}
	c.Docs = []storage.DocPut{{Kind: kindTemplate, ID: key, Version: version, Delete: true}}
	if _, err := w.Store.Commit(ctx, r.Community.Tenant(), c); err != nil && !errors.Is(err, storage.ErrConflict) {
		return chat.Reply{}, err // a conflict: somebody else has just deleted it
	}
	return r.refuse("staff.template.deleted", i18n.In("name", chat.Strong(chat.T(t.Name))))
}
