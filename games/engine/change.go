package engine

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"animo/bot/chat"
	"animo/bot/outbox"
	"animo/games"
	"animo/storage"
)

// wakeBody is the body of a JobWake.
type wakeBody struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// askBody is the body of a JobAsk.
type askBody struct {
	ID       string          `json:"id"`
	Question string          `json:"question"`
	Members  []chat.MemberID `json:"members"`
	Want     *games.Wanting  `json:"want,omitempty"`
}

// builder turns an outcome into a change.
type builder struct {
	storage.Change
	engine *Engine
	in     Instance
	now    time.Time
	err    error
}

// changeOf makes the change that commits an outcome.
func (e *Engine) changeOf(in Instance, version int64, g games.Game, o games.Outcome[json.RawMessage], a act, now time.Time) (storage.Change, error) {
	b := &builder{Change: a.change, engine: e, in: in, now: now}
	b.Now, b.Scrub = now, o.Scrub
	b.state(version, g, o)
	b.entries(o)
	for _, w := range o.Wakes {
		b.job(wakeKey(in.ID, w.Name), JobWake, w.At, wakeBody{in.ID, w.Name})
	}
	for _, name := range o.Cancel {
		b.Cancel = append(b.Cancel, wakeKey(in.ID, name))
	}
	if q := o.Ask; q != nil {
		b.job("ask/"+in.ID+"/"+q.Name, JobAsk, now, askBody{in.ID, q.Name, q.Members, q.Want})
	}
	b.speak(o)
	for _, n := range o.Notes {
		b.note(n)
	}
	return b.Change, b.err
}

func wakeKey(id, name string) string { return "wake/" + id + "/" + name }

// fail keeps the first error.
func (b *builder) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *builder) state(version int64, g games.Game, o games.Outcome[json.RawMessage]) {
	if o.State == nil {
		b.Checks = append(b.Checks, storage.DocCheck{Kind: KindInstance, ID: b.in.ID, Version: version})
		return
	}
	b.in.State = *o.State
	sum, err := g.Sum(b.in.State)
	if err != nil {
		b.fail(err)
		return
	}
	put, err := storage.Put(KindInstance, b.in.ID, version, indexOf(b.in, sum.Status), b.in)
	if err != nil {
		b.fail(err)
	}
	b.Docs = append(b.Docs, put)
}

// indexOf sorts instances by kind, status and age, the latest first.
func indexOf(in Instance, s games.Status) string {
	return indexPrefix(in.Kind, s) + fmt.Sprintf("%016d", maxMicros-in.Created.UnixMicro())
}

// maxMicros is in the year 2286, the last with 16 digits.
const maxMicros = 9_999_999_999_999_999

func indexPrefix(kind string, s games.Status) string { return kind + "/" + string(s) + "/" }

func (b *builder) entries(o games.Outcome[json.RawMessage]) {
	for _, n := range o.Enter {
		b.Entries = append(b.Entries, storage.EntryPut{
			Set: b.in.ID, Key: string(n.Member), At: b.now, Body: n.Body, Expect: storage.ExpectAbsent,
		})
	}
	for _, n := range o.Update {
		b.Entries = append(b.Entries, storage.EntryPut{
			Set: b.in.ID, Key: string(n.Member), At: b.now, Body: n.Body, Expect: storage.ExpectPresent,
		})
	}
	for _, name := range slices.Sorted(maps.Keys(o.Count)) {
		b.Tallies = append(b.Tallies, storage.TallyAdd{Set: b.in.ID, Name: name, Delta: o.Count[name]})
	}
	for _, m := range o.Leave {
		b.Entries = append(b.Entries, storage.EntryPut{
			Set: b.in.ID, Key: string(m), Delete: true, Expect: storage.ExpectPresent,
		})
	}
}

func (b *builder) job(key, kind string, due time.Time, body any) {
	raw, err := json.Marshal(body)
	if err != nil {
		b.fail(fmt.Errorf("write a job: %w", err))
	}
	b.Jobs = append(b.Jobs, storage.Job{Key: key, Kind: kind, Due: due, Body: raw})
}

func (b *builder) effect(key string, priority games.Priority, due time.Time, i outbox.Item) {
	i.Space, i.Subject = b.in.Space, b.in.ID
	e, err := outbox.Effect(key, int(priority), due, i)
	if err != nil {
		b.fail(err)
	}
	b.Effects = append(b.Effects, e)
}

func (b *builder) speak(o games.Outcome[json.RawMessage]) {
	for _, p := range o.Posts {
		b.post(p)
	}
	for _, slot := range o.Retract {
		b.effect(b.key("retract", slot), games.PriorityAnnounce, b.now, outbox.Item{
			Kind: outbox.ItemDelete, Channel: b.in.Channel, Slot: slot,
		})
	}
	for _, d := range o.Directs {
		b.effect(b.key("direct", d.Name, string(d.Member)), games.PriorityAnnounce, b.now, outbox.Item{
			Kind: outbox.ItemDirect, Member: d.Member, Card: d.Card, Tell: d.Tell,
		})
	}
	for _, g := range o.Grants {
		b.effect(b.key("role", g.Name, string(g.Member)), games.PriorityAnnounce, b.now, outbox.Item{
			Kind: outbox.ItemGrant, Member: g.Member, Role: g.Role, Take: g.Take,
		})
	}
	switch {
	case o.Remove:
		b.Drop = append(b.Drop, outbox.RedrawKey(b.in.ID))
		b.effect(b.key("remove"), games.PriorityAnnounce, b.now, outbox.Item{
			Kind: outbox.ItemDelete, Channel: b.in.Channel, Slot: SlotCard,
		})
	case o.Redraw != games.RedrawNone:
		b.redraw(o.Redraw)
	}
}

func (b *builder) key(parts ...string) string { return b.in.ID + "/" + strings.Join(parts, "/") }

func (b *builder) redraw(r games.Redraw) {
	urgent := r == games.RedrawState
	due := b.engine.Pace.Due(b.in.ID, b.now, urgent)
	if r == games.RedrawLater {
		due = b.now.Add(outbox.RedrawEvery)
	}
	e, err := outbox.Redraw(b.in.ID, SlotCard, b.in.Space, b.in.Channel, due)
	if err != nil {
		b.fail(err)
	}
	b.Effects = append(b.Effects, e)
}

// post splits what is too long for the platform into messages of their own,
// each said once and each known as part of the game.
func (b *builder) post(p games.Post) {
	parts := []chat.Card{p.Card}
	drawn := p.Slot == SlotCard
	if platform := b.engine.Platforms[chat.NetworkOf(b.in.Space)]; platform != nil && !drawn {
		parts = chat.Split(p.Card, platform.Capabilities())
	}
	channel := cmp.Or(p.Channel, b.in.Channel)
	for n, card := range parts {
		i := outbox.Item{Kind: outbox.ItemPost, Channel: channel, Card: card, Slot: p.Slot, Drawn: drawn}
		i.Tell = p.Tell && n == len(parts)-1
		key := b.key("post", p.Slot)
		if n == 0 {
			i.ReplyTo = p.ReplyTo
		} else {
			key = b.key("post", p.Slot, fmt.Sprint(n+1))
		}
		b.effect(key, p.Priority, b.now, i)
	}
}

func (b *builder) note(n games.Note) {
	raw, err := json.Marshal(n.Body)
	if err != nil {
		b.fail(fmt.Errorf("write the log: %w", err))
	}
	b.Log = append(b.Log, storage.LogLine{At: b.now, Actor: n.By, Action: n.Action, Target: b.in.ID, Body: raw})
}
