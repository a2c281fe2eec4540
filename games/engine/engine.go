package engine

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"iter"
	"log/slog"
	"slices"
	"sync"
	"time"

	"animo/bot/chat"
	"animo/bot/community"
	"animo/bot/i18n"
	"animo/bot/outbox"
	"animo/games"
	"animo/storage"
)

// Kinds of document and job that the engine writes.
const (
	KindInstance = "instance"
	JobWake      = "game.wake"
	JobAsk       = "game.ask"

	retries = 20
	onceFor = 24 * time.Hour
	// SlotCard is the slot of the message that shows the game and is redrawn.
	SlotCard = "card"
)

// Instance is a running or finished game.
type Instance struct {
	ID      string          `json:"-"`
	Kind    string          `json:"kind"`
	Space   chat.SpaceID    `json:"space"`
	Channel chat.ChannelID  `json:"channel"`
	Created time.Time       `json:"created"`
	State   json.RawMessage `json:"state"`
}

// Config is what an Engine needs.
type Config struct {
	Store     storage.Store
	Games     []games.Game
	Book      *community.Book
	Words     *i18n.Bundle
	Platforms map[chat.Network]chat.Platform
	Activity  Activity // nil if no messages are counted
	Now       func() time.Time
	Chance    io.Reader // cryptographic randomness
	Log       *slog.Logger
	Pace      *outbox.Pace
	Jobs      func() // called when a job was put
	Effects   func() // called when an effect was put
}

// Engine performs games.
type Engine struct {
	Config
	games map[string]games.Game
	// turns are taken by those who decide again on an instance since another
	// was faster, so that a crowd does not drive each other out for ever.
	turns [64]sync.Mutex
}

// New returns an engine; two games of one kind are an error.
func New(c Config) (*Engine, error) {
	e := &Engine{Config: c, games: make(map[string]games.Game)}
	for _, g := range c.Games {
		if e.games[g.Kind()] != nil {
			return nil, fmt.Errorf("two games are called %q", g.Kind())
		}
		e.games[g.Kind()] = g
	}
	return e, nil
}

// Knows says whether a game of this kind can be performed.
func (e *Engine) Knows(kind string) bool { return e.games[kind] != nil }

// act is one event on its way through the engine.
type act struct {
	community community.Community
	event     games.Event
	private   i18n.Printer   // language of the member who acts
	subject   chat.MemberID  // whose entry the game looks at
	facts     *games.Facts   // of the member who acts, once they were asked for
	change    storage.Change // what is committed along with the outcome
}

// idLetters spell an instance's id: no letter is taken for another.
const (
	idLetters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	idLength  = 8
)

var seed = maphash.MakeSeed()

// newID returns an id that is short enough to be typed; with 30^8 of them a
// community never meets the same twice, and the commit demands that it is new.
func newID() string {
	raw := make([]byte, idLength)
	rand.Read(raw)
	for i, b := range raw {
		raw[i] = idLetters[int(b)%len(idLetters)]
	}
	return string(raw)
}

// StartRequest asks for a new instance.
type StartRequest struct {
	Community community.Community
	Space     chat.SpaceID
	Channel   chat.ChannelID
	Kind      string
	By        chat.Actor
	Private   i18n.Printer
	Params    any            // marshals to the JSON that the kind takes
	Change    storage.Change // committed along, such as the end of a draft
	EventID   string         // of the interaction: started once
}

// Start opens a game and returns its id. A *games.Refusal changes nothing.
func (e *Engine) Start(ctx context.Context, r StartRequest) (string, error) {
	g, ok := e.games[r.Kind]
	if !ok {
		return "", fmt.Errorf("no game is called %q", r.Kind)
	}
	params, err := json.Marshal(r.Params)
	if err != nil {
		return "", fmt.Errorf("write the parameters: %w", err)
	}
	now := e.Now()
	in := Instance{ID: newID(), Kind: r.Kind, Space: r.Space, Channel: r.Channel, Created: now}
	a := act{
		community: r.Community, event: games.Started{By: r.By, Params: params}, private: r.Private,
		change: r.Change,
	}
	a.change.Once = once(r.EventID)
	o, err := g.Decide(nil, a.event, e.look(ctx, in, a, storage.Tally{}, nil, now))
	if err != nil {
		return "", err
	}
	c, err := e.changeOf(in, 0, g, o, a, now)
	if err != nil {
		return "", err
	}
	if _, err := e.Store.Commit(ctx, r.Community.Tenant(), c); err != nil {
		return "", fmt.Errorf("start a %s: %w", r.Kind, err)
	}
	e.kick(c)
	return in.ID, nil
}

func once(eventID string) *storage.Once {
	if eventID == "" {
		return nil
	}
	return &storage.Once{Key: "event/" + eventID, For: onceFor}
}

// perform lets an instance decide upon an event and commits the outcome.
func (e *Engine) perform(ctx context.Context, id string, a act) (chat.Reply, error) {
	var turn *sync.Mutex
	for range retries {
		reply, err := e.try(ctx, id, a)
		var w *wanted
		if errors.As(err, &w) {
			if a.facts, err = e.learn(ctx, a, w); err == nil {
				continue
			}
		}
		if !errors.Is(err, storage.ErrConflict) {
			return reply, err
		}
		if turn == nil {
			turn = &e.turns[maphash.String(seed, id)%uint64(len(e.turns))]
			turn.Lock()
			defer turn.Unlock()
		}
	}
	return chat.Reply{}, fmt.Errorf("decide on %s: %w", id, storage.ErrConflict)
}

func (e *Engine) try(ctx context.Context, id string, a act) (chat.Reply, error) {
	t, now := a.community.Tenant(), e.Now()
	in, version, err := e.load(ctx, t, id)
	if err != nil {
		return chat.Reply{}, err
	}
	g, ok := e.games[in.Kind]
	if !ok {
		return chat.Reply{}, fmt.Errorf("no game is called %q", in.Kind)
	}
	tally, err := e.Store.Tally(ctx, t, id)
	if err != nil {
		return chat.Reply{}, fmt.Errorf("count the entries: %w", err)
	}
	subject, err := g.Mask(in.State, a.subject)
	if err != nil {
		return chat.Reply{}, err
	}
	own, err := e.entry(ctx, t, id, subject)
	if err != nil {
		return chat.Reply{}, err
	}
	o, err := g.Decide(in.State, a.event, e.look(ctx, in, a, tally, own, now))
	if err != nil {
		return chat.Reply{}, wantedBy(in, err)
	}
	c, err := e.changeOf(in, version, g, o, a, now)
	if err != nil {
		return chat.Reply{}, err
	}
	receipt, err := e.commit(ctx, t, c)
	if err != nil {
		return chat.Reply{}, err
	}
	return e.answer(ctx, t, id, o, receipt)
}

// commit skips the store when there is nothing to write.
func (e *Engine) commit(ctx context.Context, t storage.Tenant, c storage.Change) (storage.Receipt, error) {
	if len(c.Docs)+len(c.Entries)+len(c.Tallies)+len(c.Jobs)+len(c.Cancel)+len(c.DoneJobs)+len(c.Effects)+len(c.Log) == 0 {
		return storage.Receipt{}, nil
	}
	r, err := e.Store.Commit(ctx, t, c)
	if err == nil {
		e.kick(c)
	}
	return r, err
}

func (e *Engine) answer(ctx context.Context, t storage.Tenant, id string, o games.Outcome[json.RawMessage], r storage.Receipt) (chat.Reply, error) {
	if o.Answer == nil {
		return chat.Reply{}, nil
	}
	tally, err := e.Store.Tally(ctx, t, id)
	if err != nil {
		return chat.Reply{}, fmt.Errorf("count the entries: %w", err)
	}
	st := games.Standing{Entries: tally.Entries, Numbers: tally.Numbers}
	if len(o.Enter) > 0 && len(r.Seqs) > 0 {
		st.Seq = r.Seqs[0]
	}
	return o.Answer(st), nil
}

func (e *Engine) kick(c storage.Change) {
	if len(c.Jobs) > 0 {
		e.Jobs()
	}
	// A redraw that waits for its turn is found without a hurry.
	if slices.ContainsFunc(c.Effects, func(x storage.Effect) bool { return !x.Due.After(c.Now) }) {
		e.Effects()
	}
}

func (e *Engine) load(ctx context.Context, t storage.Tenant, id string) (Instance, int64, error) {
	in := Instance{ID: id}
	version, err := storage.Load(ctx, e.Store, t, KindInstance, id, &in)
	in.ID = id
	return in, version, err
}

func (e *Engine) entry(ctx context.Context, t storage.Tenant, id string, m chat.MemberID) (*games.Entry, error) {
	if m == "" {
		return nil, nil
	}
	got, err := e.Store.Entry(ctx, t, id, string(m))
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read an entry: %w", err)
	}
	return &games.Entry{Member: m, Seq: got.Seq, Body: got.Body}, nil
}

func (e *Engine) look(ctx context.Context, in Instance, a act, tally storage.Tally, own *games.Entry, now time.Time) games.Look {
	l := games.Look{
		ID: in.ID, Now: now, Chance: e.Chance, Public: e.Words.Printer(a.community.Language), Private: e.printer(a),
		Zone: a.community.Location(), Channel: in.Channel, Entries: tally.Entries, Numbers: tally.Numbers, Own: own, Facts: a.facts,
		Keys:   func() iter.Seq2[chat.MemberID, error] { return e.members(ctx, a.community.Tenant(), in.ID) },
		Bodies: func() iter.Seq2[games.Entry, error] { return e.bodies(ctx, a.community.Tenant(), in.ID) },
	}
	if p := e.Platforms[chat.NetworkOf(in.Space)]; p != nil {
		l.Caps = p.Capabilities()
	}
	return l
}

// printer returns the words of the member who acts, or of the community.
func (e *Engine) printer(a act) i18n.Printer {
	if a.private == (i18n.Printer{}) {
		return e.Words.Printer(a.community.Language)
	}
	return a.private
}

func (e *Engine) members(ctx context.Context, t storage.Tenant, id string) iter.Seq2[chat.MemberID, error] {
	return func(yield func(chat.MemberID, error) bool) {
		for k, err := range storage.AllKeys(ctx, e.Store, t, id) {
			if !yield(chat.MemberID(k), err) {
				return
			}
		}
	}
}

func (e *Engine) bodies(ctx context.Context, t storage.Tenant, id string) iter.Seq2[games.Entry, error] {
	return func(yield func(games.Entry, error) bool) {
		for got, err := range storage.AllEntries(ctx, e.Store, t, id) {
			if !yield(games.Entry{Member: chat.MemberID(got.Key), Seq: got.Seq, Body: got.Body}, err) {
				return
			}
		}
	}
}
