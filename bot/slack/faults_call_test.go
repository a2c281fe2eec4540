package slack

import (
	"log/slog"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/outbox"
	"animo/bot/sandbox/world"
	"animo/storage"
	"animo/storage/sqlite"
)

// faulty are the ways in which a call fails, with and without effect; all but
// the limit happen as often as a test likes.
func faulty() map[string]world.Fault {
	return map[string]world.Fault{
		"reset after the effect":      {Reset: true, Apply: true},
		"reset before the effect":     {Reset: true},
		"answer cut after the effect": {Cut: true, Apply: true},
		"answer cut, no effect":       {Cut: true},
		"500 after the effect":        {Status: 500, Apply: true},
		"503 without effect":          {Status: 503},
		"502 with a page":             {Status: 502, Body: "<html>bad gateway</html>"},
		"200 with a page":             {Status: 200, Body: "<html>maintenance</html>"},
		"429":                         {Status: 429, RetryAfter: time.Second, Times: 1},
	}
}

// mute is a Meter that counts nothing.
type mute struct{}

// EffectDone implements outbox.Meter.
func (mute) EffectDone(string, string, string) {}

func TestAnAmbiguousPostIsLookedForBeforeItIsRepeatedAndSaidOnce(t *testing.T) {
	d := open(t)
	d.a.Hasten()
	store := must(sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "animo.db")))(t)
	defer store.Close()
	box := outbox.New(outbox.Config{
		Store: store, Platforms: map[chat.Network]chat.Platform{chat.Slack: d.a}, Owner: "one", Now: d.clock.Now,
		Log: slog.New(slog.DiscardHandler), Meter: mute{}, Pace: &outbox.Pace{}, Spoke: func() {},
	})
	tenant := storage.Tenant(spaceID(d.TeamID()))
	for name, f := range faulty() {
		f.Path, f.Times = `^chat\.postMessage$`, 2-f.Times
		d.fault(f)
		logged := len(d.Log(0))
		e := must(outbox.Effect(name, 1, d.clock.Now(), outbox.Item{
			Kind: outbox.ItemPost, Space: spaceID(d.TeamID()), Channel: d.channel("general"), Card: chat.Say(chat.Words(name)),
		}))(t)
		must(store.Commit(t.Context(), tenant, storage.Change{Now: d.clock.Now(), Effects: []storage.Effect{e}}))(t)
		began := time.Now()
		d.until(name+" is said", func() bool {
			d.clock.Advance(time.Minute)
			n := must(box.Step(t.Context()))(t)
			_, waiting, err := store.NextDue(t.Context(), nil)
			return err == nil && n == 0 && waiting.IsZero()
		})
		t.Logf("%s: said after %v", name, time.Since(began))
		asked := false
		for _, r := range d.Log(logged) {
			if r.Path == "chat.postMessage" && r.Status != http.StatusTooManyRequests {
				if asked {
					t.Errorf("%s: posted again without a look", name)
				}
				asked = true
			}
			asked = asked && r.Path != "conversations.history"
		}
		said := 0
		for _, m := range d.seen("member-1", "general") {
			if text(m) == name {
				said++
			}
		}
		if said != 1 {
			t.Errorf("%s: said %d times", name, said)
		}
	}
}

func TestAReadThatFailsSaysSoAndTheNextOneWorks(t *testing.T) {
	d := open(t)
	general := d.channel("general")
	must(d.a.Post(t.Context(), general, hello("k")))(t)
	for name, f := range faulty() {
		if f.Status == http.StatusTooManyRequests {
			continue // nothing may be asked for a second
		}
		f.Path, f.Times = `^conversations\.history$`, 1
		d.fault(f)
		_, found, err := d.a.Find(t.Context(), general, "k", time.Time{})
		if trouble := chat.TroubleOf(err); found == (err != nil) || err != nil && trouble != chat.TroubleTransient {
			t.Errorf("%s: found %v, %v", name, found, err)
		}
		if _, found, err := d.a.Find(t.Context(), general, "k", time.Time{}); !found || err != nil {
			t.Errorf("%s: then found %v, %v", name, found, err)
		}
	}
}

func TestALineIsOpenedInSpiteOfFailingCalls(t *testing.T) {
	for name, f := range faulty() {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			f.Path, f.Times = `^apps\.connections\.open$`, 2-f.Times
			d.fault(f)
			before, began := d.dials(), time.Now()
			d.Drop()
			d.until("two lines are up", func() bool { return d.dials() >= before+lineCount+f.Times && d.Connections() == lineCount })
			t.Logf("recovered after %v", time.Since(began))
			if took := time.Since(began); took < f.RetryAfter {
				t.Errorf("asked again after %v", took)
			}
		})
	}
}

func TestAnAnswerThatDidNotHappenIsGivenAgainAndOneThatMayHaveIsNot(t *testing.T) {
	for name, c := range map[string]struct {
		fault world.Fault
		times int
	}{
		"limited":                   {world.Fault{Status: 429, RetryAfter: time.Second, Times: 1}, 1},
		"reset after it was shown":  {world.Fault{Reset: true, Apply: true, Times: 1}, 1},
		"cut after it was shown":    {world.Fault{Cut: true, Apply: true, Times: 1}, 1},
		"failed after it was shown": {world.Fault{Status: 500, Apply: true, Times: 1}, 1},
		"expired":                   {world.Fault{Status: 404, Times: 1}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			done := d.answers(func(chat.Event) chat.Reply { return chat.PrivateLine(chat.Words("answered")) })
			c.fault.Path = "^response_url$"
			d.fault(c.fault)
			began := time.Now()
			d.types("member-1", "/help")
			err := <-done
			t.Logf("%v after %v", err, time.Since(began))
			said := 0
			for _, m := range d.seen("member-1", "general") {
				if text(m) == "answered" {
					said++
				}
			}
			if said != c.times {
				t.Errorf("answered %d times: %v", said, err)
			}
		})
	}
}
