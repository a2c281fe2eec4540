package gamestest

import (
	"slices"
	"strings"
	"time"

	"animo/bot/chat"
	"animo/games"
)

// steps is how many steps a game may take to come to rest.
const steps = 1000

// perform does what an outcome asks for, as the engine would.
func (w *World[S]) perform(t TB, o games.Outcome[S]) {
	t.Helper()
	if o.State != nil {
		w.State = *o.State
		w.reread(t, w.State)
	}
	seq := w.enter(t, o)
	for _, name := range o.Cancel {
		delete(w.Wakes, name)
	}
	for _, wake := range o.Wakes {
		w.Wakes[wake.Name] = wake.At
		if !slices.Contains(w.Names, wake.Name) {
			w.Names = append(w.Names, wake.Name)
		}
	}
	if o.Ask != nil {
		w.first(t, "question/"+o.Ask.Name)
		w.Questions = append(w.Questions, *o.Ask)
		w.waiting[o.Ask.Name] = true
	}
	w.speak(t, o)
	w.Notes = append(w.Notes, o.Notes...)
	if o.Answer != nil {
		w.Reply = o.Answer(games.Standing{Seq: seq, Entries: int64(len(w.Entries)), Numbers: w.Numbers})
		if w.Reply.Card != nil {
			w.card(t, *w.Reply.Card)
		}
	}
}

func (w *World[S]) enter(t TB, o games.Outcome[S]) (seq int64) {
	t.Helper()
	for _, n := range o.Enter {
		if _, there := w.Entries[n.Member]; there {
			t.Fatalf("%s enters twice", n.Member)
		}
		w.seq++
		w.Entries[n.Member] = games.Entry{Member: n.Member, Seq: w.seq, Body: n.Body}
		seq = w.seq
	}
	for _, n := range o.Update {
		e, there := w.Entries[n.Member]
		if !there {
			t.Fatalf("%s gets another body and was not there", n.Member)
		}
		e.Body = n.Body
		w.Entries[n.Member] = e
	}
	for name, n := range o.Count {
		w.Numbers[name] += n
	}
	for _, m := range o.Leave {
		if _, there := w.Entries[m]; !there {
			t.Fatalf("%s leaves and was not there", m)
		}
		delete(w.Entries, m)
	}
	return seq
}

func (w *World[S]) speak(t TB, o games.Outcome[S]) {
	t.Helper()
	for _, p := range o.Posts {
		w.first(t, "post/"+p.Slot)
		w.slots[p.Slot] = true
		if p.Channel != "" && p.ReplyTo != "" {
			t.Fatalf("post %s answers %s from another channel", p.Slot, p.ReplyTo)
		}
		if p.ReplyTo != "" && !w.slots[p.ReplyTo] {
			t.Fatalf("post %s answers %s, which was never posted", p.Slot, p.ReplyTo)
		}
		w.card(t, p.Card)
		w.tell(p.Tell, games.Spoke{Slot: p.Slot})
	}
	for _, d := range o.Directs {
		w.first(t, "direct/"+string(d.Member)+"/"+d.Name)
		w.card(t, d.Card)
		w.tell(d.Tell, games.Spoke{Member: d.Member})
	}
	for _, g := range o.Grants {
		w.first(t, "grant/"+string(g.Member)+"/"+g.Name)
		if g.Role == "" || g.Member == "" {
			t.Fatalf("a grant of %q to %q", g.Role, g.Member)
		}
	}
	for _, slot := range o.Retract {
		w.first(t, "retract/"+slot)
		if !w.slots[slot] {
			t.Fatalf("post %s is to be deleted and was never posted", slot)
		}
	}
	w.Posts = append(w.Posts, o.Posts...)
	w.Retracted = append(w.Retracted, o.Retract...)
	w.Directs = append(w.Directs, o.Directs...)
	w.Grants = append(w.Grants, o.Grants...)
}

func (w *World[S]) tell(wanted bool, s games.Spoke) {
	if wanted {
		w.Told, w.news = append(w.Told, s), append(w.news, s)
	}
}

// first fails the test if something was said or done before: the engine knows
// it by this name, and its platform may take the second for the first.
func (w *World[S]) first(t TB, key string) {
	t.Helper()
	if w.once[key] {
		t.Fatalf("%s comes twice", key)
	}
	w.once[key] = true
}

// card demands that a card can be drawn, split and pressed on.
func (w *World[S]) card(t TB, c chat.Card) {
	t.Helper()
	if strings.Contains(c.Plain(), "{") {
		t.Fatalf("an argument is missing: %s", c.Plain())
	}
	chat.Split(c, w.Caps)
	for _, b := range c.Blocks {
		for _, control := range b.Controls {
			if control.URL != "" {
				continue
			}
			if got, err := chat.ParseAction(control.Action.String()); err != nil || got != control.Action {
				t.Fatalf("action %v becomes %v: %v", control.Action, got, err)
			}
		}
	}
}

// Wake wakes the game by name, whether it is due or not.
func (w *World[S]) Wake(t TB, name string) {
	t.Helper()
	due := w.Now
	if at, ok := w.Wakes[name]; ok {
		due = at
	}
	delete(w.Wakes, name)
	w.Do(t, games.Woke{Name: name, Due: due})
}

// Answer answers a question with who is there now.
func (w *World[S]) Answer(t TB, q games.Question) {
	t.Helper()
	present := make(map[chat.MemberID]bool, len(q.Members))
	for _, m := range q.Members {
		present[m] = !w.Gone[m]
		w.Seen[m] = w.Seen[m] || present[m]
	}
	delete(w.waiting, q.Name)
	w.Do(t, games.Answered{Question: q.Name, Present: present, Facts: w.asked(q)})
}

// next returns the wake-up that comes first.
func (w *World[S]) next() (string, bool) {
	var name string
	var first time.Time
	for n, at := range w.Wakes {
		if name == "" || at.Before(first) || at.Equal(first) && n < name {
			name, first = n, at
		}
	}
	return name, name != ""
}

// Settle brings everything that the game asked for, in time, until nothing is
// left to come.
func (w *World[S]) Settle(t TB) {
	t.Helper()
	w.SettleUntil(t, time.Time{})
}

// SettleUntil does so for what is due by then; a zero time means all.
func (w *World[S]) SettleUntil(t TB, end time.Time) {
	t.Helper()
	for range steps {
		if w.settled(t) {
			continue
		}
		name, ok := w.next()
		if !ok || !end.IsZero() && w.Wakes[name].After(end) {
			w.Now = later(w.Now, end)
			return
		}
		w.Now = later(w.Now, w.Wakes[name])
		w.Wake(t, name)
	}
	t.Fatalf("the game does not come to rest in %d steps", steps)
}

// settled brings news and answers, and says whether there were any.
func (w *World[S]) settled(t TB) bool {
	t.Helper()
	if len(w.news) > 0 {
		s := w.news[0]
		w.news = w.news[1:]
		w.Do(t, s)
		return true
	}
	for _, q := range w.Questions {
		if w.waiting[q.Name] {
			w.Answer(t, q)
			return true
		}
	}
	return false
}
