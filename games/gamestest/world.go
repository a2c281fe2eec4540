package gamestest

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// TB is what a World reports to; *testing.T and *rapid.T are ones.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
}

// World performs one game in memory and remembers everything it asked for.
type World[S any] struct {
	Rules    games.Rules[S]
	Words    *i18n.Bundle
	Caps     chat.Capabilities
	Language chat.Language // of the community
	Private  chat.Language // of whoever acts
	Seed     [32]byte      // of Look.Chance
	Now      time.Time
	Members  []chat.MemberID
	Gone     map[chat.MemberID]bool // not in the space at the moment
	// Known is what the platform and the counts would tell of a member; of one
	// who is not there: nothing but the id, no message and no channel.
	Known map[chat.MemberID]games.Facts
	Blind bool // nothing can be looked up at the moment

	State     S
	Entries   map[chat.MemberID]games.Entry
	Numbers   map[string]int64
	Wakes     map[string]time.Time // to come
	Names     []string             // of all wake-ups that ever were asked for
	Questions []games.Question     // all that were ever asked
	Posts     []games.Post
	Retracted []string // slots of posts that were deleted
	Directs   []games.Direct
	Grants    []games.Grant
	Notes     []games.Note
	Told      []games.Spoke          // what the game wants news of
	Seen      map[chat.MemberID]bool // were present in an answer
	Last      games.Outcome[S]       // of the last step, zero after a refusal
	Reply     chat.Reply             // to who acted last
	seq       int64                  // of the latest entry
	waiting   map[string]bool        // questions without an answer
	news      []games.Spoke          // not handed over yet
	once      map[string]bool        // keys of what was said and done
	slots     map[string]bool        // of what was posted
	facts     *games.Facts           // of the member who acts, while the game decides with them
	after     func()                 // called after each event; nil for nothing
}

const id = "WRLD2345"

// NewWorld returns a world of a crowd of nine before the start, on a platform
// that can do everything.
func NewWorld[S any](words *i18n.Bundle, r games.Rules[S]) *World[S] {
	return &World[S]{
		Rules: r, Words: words, Language: chat.English, Private: chat.French,
		Caps: chat.Capabilities{
			Network: chat.Discord, Name: "Discord", Accents: true, Roles: true, RoleMentions: true,
			AccountAge: true, JoinDate: true, Boosts: true, Guests: true, ChannelMembers: true,
			RelativeTime: true, MaxText: 4000, MaxPings: 100, MaxBlocks: 30,
		},
		Now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Members: crowdOf(crowd),
		Gone: map[chat.MemberID]bool{}, Known: map[chat.MemberID]games.Facts{}, Entries: map[chat.MemberID]games.Entry{}, Numbers: map[string]int64{}, Wakes: map[string]time.Time{},
		Seen: map[chat.MemberID]bool{}, waiting: map[string]bool{}, once: map[string]bool{}, slots: map[string]bool{},
	}
}

func newWorld[S any](t *rapid.T, words *i18n.Bundle, r games.Rules[S]) *World[S] {
	w := NewWorld(words, r)
	w.Language = rapid.SampledFrom(chat.Languages()).Draw(t, "language")
	w.Private = rapid.SampledFrom(chat.Languages()).Draw(t, "private language")
	w.Caps.Roles = rapid.Bool().Draw(t, "roles")
	copy(w.Seed[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "seed"))
	w.Now = w.Now.Add(time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "now")))
	return w
}

// Start opens the game with these parameters, which are handed over as JSON.
func (w *World[S]) Start(t TB, params any) *games.Refusal {
	t.Helper()
	raw, err := json.Marshal(params)
	if err != nil {
		t.Fatalf("write the parameters: %v", err)
	}
	return w.Do(t, games.Started{By: chat.Actor{ID: "discord:1"}, Params: raw})
}

// Press lets a member press.
func (w *World[S]) Press(t TB, m chat.MemberID, verb string) *games.Refusal {
	t.Helper()
	return w.Do(t, games.Pressed{By: w.actor(m), Verb: verb})
}

// Order lets staff give an order.
func (w *World[S]) Order(t TB, verb string, args map[string]string) *games.Refusal {
	t.Helper()
	return w.Do(t, games.Ordered{By: chat.Actor{ID: "discord:1"}, Verb: verb, Args: args})
}

// Do hands an event to the game and performs what follows. It returns the
// refusal, if there is one; any other error fails the test.
func (w *World[S]) Do(t TB, e games.Event) *games.Refusal {
	t.Helper()
	r := w.do(t, e)
	if w.after != nil {
		w.after()
	}
	return r
}

func (w *World[S]) do(t TB, e games.Event) *games.Refusal {
	t.Helper()
	w.Last, w.Reply = games.Outcome[S]{}, chat.Reply{}
	o, err := w.informed(t, e)
	var r *games.Refusal
	if errors.As(err, &r) {
		if r.Line.Plain() == "" {
			t.Fatalf("a refusal says nothing")
		}
		return r
	}
	if err != nil {
		t.Fatalf("decide on %T %+v: %v", e, e, err)
	}
	w.Last = o
	w.perform(t, o)
	w.show(t)
	return nil
}

// decide decides twice, once on the state as it is and once as a restart
// would leave it, and demands the same.
func (w *World[S]) decide(t TB, e games.Event) (games.Outcome[S], error) {
	t.Helper()
	o, err := w.Rules.Decide(w.State, e, w.look(e))
	again, errAgain := w.Rules.Decide(w.reread(t, w.State), e, w.look(e))
	if fmt.Sprint(err) != fmt.Sprint(errAgain) {
		t.Fatalf("deciding twice on %T: %v, then %v", e, err, errAgain)
	}
	if d := differs(w.plain(o), w.plain(again)); d != "" {
		t.Fatalf("deciding twice on %T differs:\n%s", e, d)
	}
	return o, err
}

// plain is an outcome that can be compared: with its answer instead of a
// function.
func (w *World[S]) plain(o games.Outcome[S]) any {
	var reply chat.Reply
	if o.Answer != nil {
		reply = o.Answer(games.Standing{Seq: w.seq + 1, Entries: int64(len(w.Entries)) + 1, Numbers: w.Numbers})
		o.Answer = nil
	}
	return struct {
		Outcome games.Outcome[S]
		Reply   chat.Reply
	}{o, reply}
}

func (w *World[S]) look(e games.Event) games.Look {
	var subject chat.MemberID
	switch e := e.(type) {
	case games.Pressed:
		subject = e.By.ID
	case games.Ordered:
		subject = chat.MemberID(e.Args["member"])
	}
	l := games.Look{
		ID: id, Now: w.Now, Chance: rand.NewChaCha8(w.Seed), Zone: time.UTC, Caps: w.Caps, Channel: "discord:2",
		Public: w.Words.Printer(w.Language), Private: w.Words.Printer(w.Private),
		Entries: int64(len(w.Entries)), Facts: w.facts, Numbers: w.Numbers, Keys: w.keys, Bodies: w.bodies,
	}
	if masked, ok := w.Rules.(games.Masked[S]); ok && subject != "" {
		subject = masked.Mask(w.State, subject)
	}
	if own, ok := w.Entries[subject]; ok {
		l.Own = &own
	}
	return l
}

// Look is what the game may look at when nobody acts.
func (w *World[S]) Look() games.Look { return w.look(nil) }

func (w *World[S]) keys() iter.Seq2[chat.MemberID, error] {
	return func(yield func(chat.MemberID, error) bool) {
		for _, m := range slices.Sorted(maps.Keys(w.Entries)) {
			if !yield(m, nil) {
				return
			}
		}
	}
}

func (w *World[S]) bodies() iter.Seq2[games.Entry, error] {
	return func(yield func(games.Entry, error) bool) {
		for _, m := range slices.Sorted(maps.Keys(w.Entries)) {
			if !yield(w.Entries[m], nil) {
				return
			}
		}
	}
}

// reread sends a state through JSON and demands that nothing gets lost.
func (w *World[S]) reread(t TB, s S) S {
	t.Helper()
	raw, err := json.Marshal(s)
	if err != nil {
		t.Fatalf("write the state: %v", err)
	}
	var back S
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatalf("read the state: %v", err)
	}
	if d := differs(s, back); d != "" {
		t.Fatalf("the state does not survive JSON:\n%s", d)
	}
	return back
}

// differs says what differs between two values, "" if nothing does.
func differs(a, b any) string {
	if reflect.DeepEqual(a, b) { // as a rule, and far quicker
		return ""
	}
	return cmp.Diff(a, b, cmpopts.EquateEmpty())
}

// Restart leaves of the state what JSON keeps.
func (w *World[S]) Restart(t *rapid.T) { w.State = w.reread(t, w.State) }

// show draws the card and sums the game up, in every language.
func (w *World[S]) show(t TB) {
	t.Helper()
	language := w.Language
	defer func() { w.Language = language }()
	for _, w.Language = range chat.Languages() {
		card := w.Rules.Show(w.State, w.look(nil))
		w.card(t, card)
		if again := w.Rules.Show(w.State, w.look(nil)); !reflect.DeepEqual(card, again) {
			t.Fatalf("showing twice differs:\n%s\n%s", card.Plain(), again.Plain())
		}
		sum := w.Rules.Sum(w.State)
		if !slices.Contains([]games.Status{games.StatusOpen, games.StatusClosed, games.StatusDeleted}, sum.Status) {
			t.Fatalf("status %q", sum.Status)
		}
		if !w.Words.Printer(w.Language).Has(sum.Label) {
			t.Fatalf("the label %q is not in the catalogue", sum.Label)
		}
	}
}
