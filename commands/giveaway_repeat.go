package commands

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/bot/jobs"
	"animo/games"
	"animo/games/engine"
	"animo/games/giveaway"
	"animo/storage"
)

const (
	familyRepeat  = "giveaway-repeat"
	repeatConfirm = "confirm"
	repeatDiscard = "discard"
	repeatRun     = "run"
	repeatLeave   = "leave"

	maxRepeats    = 20 // of a community
	shownRepeats  = 5  // firings shown before a schedule is saved
	repeatApart   = time.Hour
	repeatChecked = 60 // firings that are looked at for being apart
	repeatIDSize  = 8
)

// repeated is the body of a schedule by which giveaways start. It holds what
// its template said when it was set up: neither a change of the template nor
// its end changes what the team has agreed to.
type repeated struct {
	Template string          `json:"template"`
	By       chat.MemberID   `json:"by"`
	Space    chat.SpaceID    `json:"space"`
	Channel  chat.ChannelID  `json:"channel"`
	Length   time.Duration   `json:"length"`
	Params   giveaway.Params `json:"params"`
}

// repeatDraft is a schedule that waits for a yes; it is swept like a draft.
type repeatDraft struct {
	By       chat.MemberID `json:"by"`
	At       time.Time     `json:"at"`
	Schedule jobs.Schedule `json:"schedule"`
}

func (w giveaways) repeatCommands() Command {
	id := Option{Name: "id", Kind: chat.OptionText, Complete: w.suggestRepeats}
	staff := func(name string, run Handler, options ...Option) Command {
		return Command{Name: name, Permission: chat.Staff, Run: run, Options: options}
	}
	add := staff("add", w.addRepeat,
		Option{Name: "template", Kind: chat.OptionText, Required: true, Complete: w.suggestTemplates},
		Option{Name: "when", Kind: chat.OptionText, Required: true},
		Option{Name: "channel", Kind: chat.OptionChannel},
		Option{Name: "missed", Kind: chat.OptionText, Choices: []string{string(jobs.MissedRun), string(jobs.MissedSkip), string(jobs.MissedAsk)}},
		Option{Name: "late", Kind: chat.OptionText})
	add.Field = wrongRepeatField
	return Command{Name: "repeat", Sub: []Command{
		add, staff("list", w.listRepeats), staff("skip", w.skipRepeat, id), staff("stop", w.stopRepeat, id),
	}}
}

// wrongRepeatField names the option that a refusal of addRepeat is about.
func wrongRepeatField(_ context.Context, r *Request, v chat.Values) string {
	if _, err := readCron(r, v["when"]); err != nil {
		return "when"
	}
	if _, err := readLate(r, v["late"]); err != nil {
		return "late"
	}
	return "template"
}

// addRepeat shows when the giveaways would start, and asks for a yes.
func (w giveaways) addRepeat(ctx context.Context, r *Request) (chat.Reply, error) {
	t, _, err := w.loadTemplate(ctx, r, r.Args["template"])
	if err != nil {
		return chat.Reply{}, err
	}
	s, err := w.readRepeat(r, t)
	if err != nil {
		return chat.Reply{}, err
	}
	b, err := w.checkRepeat(ctx, r, s, t)
	if err != nil {
		return chat.Reply{}, err
	}
	if s.Body, err = json.Marshal(b); err != nil {
		return chat.Reply{}, fmt.Errorf("write a repeated giveaway: %w", err)
	}
	id := rand.Text()[:12]
	put, err := storage.Put(kindDraft, id, 0, r.Now.UTC().Format(time.RFC3339), repeatDraft{By: r.Actor.ID, At: r.Now.UTC(), Schedule: s})
	if err != nil {
		return chat.Reply{}, err
	}
	if _, err := w.Store.Commit(ctx, r.Community.Tenant(), storage.Change{Docs: []storage.DocPut{put}, Now: r.Now}); err != nil {
		return chat.Reply{}, err
	}
	return w.askRepeat(r, id, s, b)
}

// readRepeat reads when, and what becomes of what was missed.
func (w giveaways) readRepeat(r *Request, t template) (jobs.Schedule, error) {
	s := jobs.Schedule{Job: JobRepeat, Zone: r.Community.Location().String(), Missed: jobs.Missed(r.Args["missed"])}
	cron, err := readCron(r, r.Args["when"])
	if err != nil {
		return s, err
	}
	s.Spec = cron.String()
	next := cron.NextN(r.Now, repeatChecked)
	for i := 1; i < len(next); i++ {
		if next[i].Sub(next[i-1]) < repeatApart {
			return s, games.Refuse(r.Private.Line("staff.repeat.refused.often", i18n.Str("apart", r.Private.DurationText(repeatApart))))
		}
	}
	if s.Within, err = readLate(r, r.Args["late"]); err != nil {
		return s, err
	}
	if s.Missed == "" {
		s.Missed = jobs.MissedRun
	}
	switch {
	case s.Within > 0 && s.Missed != jobs.MissedRun:
		return s, games.Refuse(r.Private.Line("staff.repeat.refused.late_alone"))
	case s.Missed == jobs.MissedAsk && r.Community.TeamChannel == "":
		return s, games.Refuse(r.Private.Line("staff.repeat.refused.no_team"))
	}
	return s, nil
}

// readLate reads how late a missed giveaway may start; 0 if nothing was said.
func readLate(r *Request, text string) (time.Duration, error) {
	if strings.TrimSpace(text) == "" {
		return 0, nil
	}
	d, err := r.Private.ReadDuration(text)
	if err == nil && (d < jobs.OnTime || d > jobs.MaxWithin) {
		err = games.Refuse(r.Private.Line("staff.repeat.refused.late",
			i18n.Str("min", r.Private.DurationText(jobs.OnTime)), i18n.Str("max", r.Private.DurationText(jobs.MaxWithin))))
	}
	return d, err
}

// checkRepeat refuses now what a start would refuse then.
func (w giveaways) checkRepeat(ctx context.Context, r *Request, s jobs.Schedule, t template) (repeated, error) {
	b := repeated{Template: t.Name, By: r.Actor.ID, Space: r.Space, Channel: r.Channel, Length: t.Length, Params: t.Params}
	if c := chat.ChannelID(r.Args["channel"]); c != "" {
		b.Channel = c
	}
	if b.Params.Role != "" && !r.Community.Allows(r.Actor, chat.Manager) {
		return b, games.Refuse(r.Private.Line("giveaway.refused.role_manager"))
	}
	if err := checkChannel(ctx, r, b.Channel); err != nil {
		return b, err
	}
	all, err := w.repeats(ctx, r)
	if err != nil {
		return b, err
	}
	if len(all) >= maxRepeats {
		return b, games.Refuse(r.Private.Line("staff.repeat.refused.full", i18n.Num("max", maxRepeats)))
	}
	p := b.Params
	p.Ends = r.Now.Add(b.Length).UTC()
	_, err = w.Engine.Preview(ctx, engine.StartRequest{
		Community: r.Community, Space: r.Space, Channel: b.Channel, Kind: giveaway.Kind, By: r.Actor, Private: r.Private, Params: p,
	})
	return b, err
}

func (w giveaways) askRepeat(r *Request, id string, s jobs.Schedule, b repeated) (chat.Reply, error) {
	t := r.Private
	cron, err := s.Cron()
	if err != nil {
		return chat.Reply{}, err
	}
	var items []chat.Line
	for _, at := range cron.NextN(r.Now, shownRepeats) {
		items = append(items, chat.Words(t.DateText(at, cron.Zone())))
	}
	return chat.Private(chat.NewCard(
		chat.Paragraph(t.Line("staff.repeat.ask", i18n.In("template", chat.Strong(chat.T(b.Template))),
			i18n.In("channel", chat.MentionChannel(b.Channel)), i18n.In("when", whenOf(r, s.Spec)), i18n.Str("zone", s.Zone))),
		chat.Paragraph(t.Line("staff.repeat.next")),
		chat.List(items...),
		chat.Paragraph(missedLine(r, s)),
		chat.Note(t.Line("staff.repeat.kept")),
		chat.Controls(
			chat.Button(chat.Act(familyRepeat, repeatConfirm, id), t.Text("staff.repeat.confirm"), chat.ToneGood),
			chat.Button(chat.Act(familyRepeat, repeatDiscard, id), t.Text("common.button.cancel"), chat.TonePlain)),
	)), nil
}

// whenOf says a schedule in words, or as cron if there are none for it.
func whenOf(r *Request, spec string) chat.Inline {
	if text, ok := r.Private.ScheduleText(spec); ok {
		return chat.T(text)
	}
	return chat.Code(spec)
}

func missedLine(r *Request, s jobs.Schedule) chat.Line {
	switch s.Missed {
	case jobs.MissedSkip:
		return r.Private.Line("staff.repeat.missed.skip")
	case jobs.MissedAsk:
		return r.Private.Line("staff.repeat.missed.ask")
	}
	within := s.Within
	if within == 0 {
		within = jobs.DefaultWithin
	}
	return r.Private.Line("staff.repeat.missed.run", i18n.Str("within", r.Private.DurationText(within)))
}

// repeatPress answers the question before a schedule is saved, and the one
// about a giveaway that was missed.
func (w giveaways) repeatPress(ctx context.Context, r *Request) (chat.Reply, error) {
	switch r.Action.Verb {
	case repeatConfirm, repeatDiscard:
		return w.confirmRepeat(ctx, r)
	case repeatRun, repeatLeave:
		return w.decideRepeat(ctx, r)
	}
	return r.refuse("common.unknown_control")
}

func (w giveaways) confirmRepeat(ctx context.Context, r *Request) (chat.Reply, error) {
	var d repeatDraft
	version, err := storage.Load(ctx, w.Store, r.Community.Tenant(), kindDraft, r.Action.Subject, &d)
	if err == nil && (d.By != r.Actor.ID || d.Schedule.Job != JobRepeat) {
		err = storage.ErrNotFound
	}
	if err != nil {
		return chat.Reply{}, repeatGone(r, err)
	}
	c := storage.Change{Now: r.Now}
	said := r.Private.Line("staff.repeat.discarded")
	if r.Action.Verb == repeatConfirm {
		d.Schedule.ID = rand.Text()[:repeatIDSize]
		var s jobs.Schedule
		if s, c, err = d.Schedule.Plan(r.Now); err != nil {
			return chat.Reply{}, err
		}
		note, err := logged(r, "giveaway.repeat.add", s.ID, s)
		if err != nil {
			return chat.Reply{}, err
		}
		c.Log = note.Log
		said = r.Private.Line("staff.repeat.added", i18n.In("next", chat.Moment(s.Next, chat.MomentFull)), i18n.In("id", chat.Code(s.ID)))
	}
	c.Docs = append(c.Docs, storage.DocPut{Kind: kindDraft, ID: r.Action.Subject, Version: version, Delete: true})
	if _, err := w.Store.Commit(ctx, r.Community.Tenant(), c); err != nil {
		return chat.Reply{}, repeatGone(r, err)
	}
	reply := chat.PrivateLine(said)
	reply.Replace = true
	return reply, nil
}

// repeatGone explains what was decided, or stopped, meanwhile.
func repeatGone(r *Request, err error) error {
	if errors.Is(err, storage.ErrConflict) || errors.Is(err, storage.ErrNotFound) {
		return games.Refuse(r.Private.Line("staff.repeat.refused.gone"))
	}
	return err
}

func (w giveaways) repeats(ctx context.Context, r *Request) ([]jobs.Schedule, error) {
	return jobs.Schedules(ctx, w.Store, r.Community.Tenant(), JobRepeat, maxRepeats)
}

func (w giveaways) suggestRepeats(ctx context.Context, r *Request) ([]chat.Choice, error) {
	all, err := w.repeats(ctx, r)
	if err != nil {
		return nil, err
	}
	var out []chat.Choice
	for _, s := range all {
		b, err := readRepeated(s)
		if err != nil {
			return nil, err
		}
		if label := s.ID + " · " + b.Template; containsFold(label, r.Partial) {
			out = append(out, chat.Choice{Value: s.ID, Label: shorten(label, 75)})
		}
	}
	return out, nil
}

func readRepeated(s jobs.Schedule) (b repeated, err error) {
	if err = json.Unmarshal(s.Body, &b); err != nil {
		err = fmt.Errorf("read repeated giveaway %s: %w", s.ID, err)
	}
	return b, err
}

// listRepeats lists them by what comes first.
func (w giveaways) listRepeats(ctx context.Context, r *Request) (chat.Reply, error) {
	all, err := w.repeats(ctx, r)
	if err != nil {
		return chat.Reply{}, err
	}
	if len(all) == 0 {
		return r.refuse("staff.repeat.none")
	}
	items := make([]chat.Line, len(all))
	for i, s := range all {
		b, err := readRepeated(s)
		if err != nil {
			return chat.Reply{}, err
		}
		items[i] = r.Private.Line("staff.repeat.item", i18n.In("template", chat.Strong(chat.T(b.Template))),
			i18n.In("channel", chat.MentionChannel(b.Channel)), i18n.In("when", whenOf(r, s.Spec)),
			i18n.In("next", chat.Moment(s.Next, chat.MomentFull)), i18n.In("id", chat.Code(s.ID)))
	}
	return chat.Private(chat.NewCard(chat.Heading(r.Private.Line("staff.repeat.title")), chat.List(items...))), nil
}

// pickRepeat returns the schedule that is named, or the only one.
func (w giveaways) pickRepeat(ctx context.Context, r *Request) (jobs.Schedule, error) {
	all, err := w.repeats(ctx, r)
	if err != nil {
		return jobs.Schedule{}, err
	}
	typed := strings.TrimSpace(r.Args["id"])
	for _, s := range all {
		if s.ID == idOf(typed) || typed == "" && len(all) == 1 {
			return s, nil
		}
	}
	switch {
	case len(all) == 0:
		return jobs.Schedule{}, games.Refuse(r.Private.Line("staff.repeat.none"))
	case typed == "":
		return jobs.Schedule{}, games.Refuse(r.Private.Line("staff.repeat.refused.which", i18n.In("first", chat.Code("id:"+all[0].ID))))
	}
	return jobs.Schedule{}, games.Refuse(r.Private.Line("staff.repeat.refused.unknown", i18n.Str("id", shorten(typed, 20))))
}

// skipRepeat leaves the next one out, and says which that is.
func (w giveaways) skipRepeat(ctx context.Context, r *Request) (chat.Reply, error) {
	s, err := w.pickRepeat(ctx, r)
	if err != nil {
		return chat.Reply{}, err
	}
	skipped, c, err := s.Skip(r.Now)
	if err != nil {
		return chat.Reply{}, err
	}
	if err := w.commitRepeat(ctx, r, c, "skip", s.ID, skipped); err != nil {
		return chat.Reply{}, err
	}
	cron, err := s.Cron()
	if err != nil {
		return chat.Reply{}, err
	}
	next := cron.Next(skipped)
	if now := cron.Next(r.Now); now.After(next) {
		next = now
	}
	return r.refuse("staff.repeat.skipped", i18n.Str("date", r.Private.DateText(skipped, cron.Zone())),
		i18n.Str("next", r.Private.DateText(next, cron.Zone())), i18n.Str("zone", s.Zone))
}

func (w giveaways) stopRepeat(ctx context.Context, r *Request) (chat.Reply, error) {
	s, err := w.pickRepeat(ctx, r)
	if err != nil {
		return chat.Reply{}, err
	}
	b, err := readRepeated(s)
	if err != nil {
		return chat.Reply{}, err
	}
	if err := w.commitRepeat(ctx, r, s.Stop(r.Now), "stop", s.ID, s.Next); err != nil {
		return chat.Reply{}, err
	}
	return r.refuse("staff.repeat.stopped", i18n.In("template", chat.Strong(chat.T(b.Template))))
}

func (w giveaways) commitRepeat(ctx context.Context, r *Request, c storage.Change, verb, id string, body any) error {
	note, err := logged(r, "giveaway.repeat."+verb, id, body)
	if err != nil {
		return err
	}
	c.Log = append(c.Log, note.Log...)
	_, err = w.Store.Commit(ctx, r.Community.Tenant(), c)
	return repeatGone(r, err)
}

// decideRepeat starts a giveaway that was missed, or leaves it out, once.
func (w giveaways) decideRepeat(ctx context.Context, r *Request) (chat.Reply, error) {
	at, err := strconv.ParseInt(r.Action.Arg, 10, 64)
	if err != nil {
		return r.refuse("common.unknown_control")
	}
	s, err := jobs.LoadSchedule(ctx, w.Store, r.Community.Tenant(), r.Action.Subject)
	if err == nil && (s.Job != JobRepeat || s.Asked.Unix() != at) {
		err = storage.ErrNotFound
	}
	if err != nil {
		return chat.Reply{}, repeatGone(r, err)
	}
	c, err := s.Decided(r.Now)
	if err != nil {
		return chat.Reply{}, err
	}
	if r.Action.Verb == repeatLeave {
		if err := w.commitRepeat(ctx, r, c, "leave", s.ID, s.Asked); err != nil {
			return chat.Reply{}, err
		}
		return r.refuse("staff.repeat.left")
	}
	b, err := readRepeated(s)
	if err != nil {
		return chat.Reply{}, err
	}
	note, err := logged(r, "giveaway.repeat.run", s.ID, s.Asked)
	if err != nil {
		return chat.Reply{}, err
	}
	c.Log = note.Log
	id, err := w.startRepeated(ctx, r.Community, b, c)
	if err != nil {
		return chat.Reply{}, repeatGone(r, err)
	}
	return r.refuse("staff.repeat.started", i18n.In("channel", chat.MentionChannel(b.Channel)), i18n.In("id", chat.Code(id)))
}
