package quota

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"animo/storage"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scraps is a store of scraps as several processes see it: what is read may be
// old by the time it is written, and then the writer is told.
type scraps struct {
	mu     sync.Mutex
	values map[string]string
	broken bool
	slow   time.Duration
	writes int
}

func (s *scraps) revise(ctx context.Context, keys []string, change func(time.Time, [][]byte) ([]storage.Scrap, error)) error {
	for {
		time.Sleep(s.slow)
		s.mu.Lock()
		if s.broken {
			s.mu.Unlock()
			return errors.New("no answer")
		}
		was := make([]string, len(keys))
		values := make([][]byte, len(keys))
		for i, k := range keys {
			if was[i] = s.values[k]; was[i] != "" {
				values[i] = []byte(was[i])
			}
		}
		s.mu.Unlock()
		next, err := change(time.Now().Round(time.Microsecond), values)
		if err != nil || next == nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		time.Sleep(s.slow)
		if s.write(keys, was, next) {
			return nil
		}
	}
}

func (s *scraps) write(keys, was []string, next []storage.Scrap) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, k := range keys {
		if s.values[k] != was[i] {
			return false
		}
	}
	s.writes++
	for i, k := range keys {
		if delete(s.values, k); next[i].For > 0 {
			s.values[k] = string(next[i].Body)
		}
	}
	return true
}

func replicasOf(n int, s *scraps) (all []*Gate) {
	for range n {
		all = append(all, New(Config{Prefix: "p/", Now: time.Now, Board: Shared(s.revise), Log: slog.New(slog.DiscardHandler)}))
	}
	return all
}

func newScraps() *scraps { return &scraps{values: map[string]string{}, slow: 100 * time.Microsecond} }

// insist asks until the request may be sent.
func insist(t *testing.T, g *Gate, a Ask) Leave {
	for {
		l, err := g.Pass(t.Context(), a, time.Second)
		if err == nil {
			return l
		}
		var soon *TooSoon
		if !errors.As(err, &soon) || soon.Wait <= 0 {
			t.Errorf("%v", err)
			return l
		}
		time.Sleep(soon.Wait)
	}
}

// platform counts the requests of a window as the other side does.
type platform struct {
	mu      sync.Mutex
	most    int
	length  time.Duration
	used    int
	until   time.Time
	refused int
	sent    int
}

func (p *platform) answer() *Told {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := time.Now(); !now.Before(p.until) {
		p.used, p.until = 0, now.Add(p.length)
	}
	p.sent++
	if p.used++; p.used > p.most {
		p.refused++
	}
	return &Told{Most: p.most, Left: max(p.most-p.used, 0), Reset: time.Until(p.until) + time.Millisecond}
}

func TestReplicasTogetherOverdrawNoWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &platform{most: 5, length: 5 * time.Second}
		gates := replicasOf(3, newScraps())
		var all sync.WaitGroup
		for i := range 60 {
			all.Go(func() {
				g := gates[i%3]
				l := insist(t, g, Ask{Window: "w"})
				time.Sleep(time.Duration(20+rand.IntN(20)) * time.Millisecond)
				told := p.answer()
				time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
				g.Done(l, "", told)
			})
		}
		began := time.Now()
		all.Wait()
		if p.sent != 60 || p.refused != 0 {
			t.Errorf("%d sent, %d refused", p.sent, p.refused)
		}
		if took := time.Since(began); took > 70*time.Second {
			t.Errorf("60 requests at 5 in 5 s took %v", took)
		}
	})
}

func TestReplicasTogetherKeepToABudget(t *testing.T) {
	for _, n := range []int{1, 3} {
		synctest.Test(t, func(t *testing.T) {
			var mu sync.Mutex
			var at []time.Time
			budget := Budget{Key: "b", Every: time.Second / 42, Burst: 6}
			gates := replicasOf(n, newScraps())
			var all sync.WaitGroup
			for i := range 300 {
				all.Go(func() {
					insist(t, gates[i%n], Ask{Budgets: []Budget{budget}})
					mu.Lock()
					defer mu.Unlock()
					at = append(at, time.Now())
				})
			}
			all.Wait()
			for i := 50; i < len(at); i++ {
				if d := at[i].Sub(at[i-50]); d < time.Second {
					t.Fatalf("%d replicas: 51 calls within %v", n, d)
				}
			}
			if took := at[299].Sub(at[0]); took > 9*time.Second {
				t.Errorf("%d replicas: 300 calls took %v", n, took)
			}
		})
	}
}

func TestWhatOneIsForbiddenNobodySends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gates := replicasOf(2, newScraps())
		gates[0].Bar("x", 5*time.Second)
		var soon *TooSoon
		if _, err := gates[1].Pass(t.Context(), Ask{Bars: []string{"y", "x"}}, time.Second); !errors.As(err, &soon) || soon.Wait < 4*time.Second || soon.Wait > 5*time.Second {
			t.Fatalf("%v", err)
		}
		if _, err := gates[1].Pass(t.Context(), Ask{Bars: []string{"y"}}, 0); err != nil {
			t.Errorf("another limit: %v", err)
		}
		gates[0].Bar("x", time.Second) // shorter than what is left
		time.Sleep(4500 * time.Millisecond)
		began := time.Now()
		if _, err := gates[1].Pass(t.Context(), Ask{Bars: []string{"x"}}, time.Second); err != nil || time.Since(began) < 400*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func TestABanThatComesWhileATurnIsWaitedForHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gates := replicasOf(2, newScraps())
		ask := Ask{Bars: []string{"x"}, Budgets: []Budget{{Key: "b", Every: 500 * time.Millisecond, Burst: 1}}, Window: "w"}
		gates[0].Done(insist(t, gates[0], ask), "", &Told{Most: 10, Left: 9, Reset: time.Minute})
		var all sync.WaitGroup
		all.Go(func() {
			var soon *TooSoon
			if _, err := gates[0].Pass(t.Context(), ask, time.Second); !errors.As(err, &soon) || soon.Wait < 8*time.Second {
				t.Errorf("%v", err)
			}
		})
		time.Sleep(100 * time.Millisecond)
		gates[1].Bar("x", 10*time.Second)
		all.Wait()
		time.Sleep(10 * time.Second)
		for range 9 { // the place in the window was given back
			l := insist(t, gates[1], Ask{Window: "w"})
			gates[1].Done(l, "", nil)
		}
		var soon *TooSoon
		if _, err := gates[1].Pass(t.Context(), Ask{Window: "w"}, 0); !errors.As(err, &soon) {
			t.Errorf("an eleventh of ten: %v", err)
		}
	})
}

func TestAReplicaThatDiesTakesNoPlaceWithIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gates := replicasOf(2, newScraps())
		insist(t, gates[0], Ask{Window: "w"}) // and is never heard of again
		var soon *TooSoon
		if _, err := gates[1].Pass(t.Context(), Ask{Window: "w"}, time.Second); !errors.As(err, &soon) {
			t.Fatalf("%v", err)
		}
		time.Sleep(flight)
		if _, err := gates[1].Pass(t.Context(), Ask{Window: "w"}, 0); err != nil {
			t.Errorf("%v", err)
		}
	})
}

func TestANameThatOneLearnsAllKnow(t *testing.T) {
	gates := replicasOf(2, newScraps())
	gates[0].SetAlias("route", "abc")
	if got, err := gates[1].Alias(t.Context(), "route"); got != "abc" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := gates[1].Alias(t.Context(), "other"); got != "" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestWithoutItsBoardAProcessKeepsToTheLimitsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		s := newScraps()
		g := New(Config{Now: time.Now, Board: Shared(s.revise), Log: slog.New(slog.NewTextHandler(&log, nil))})
		ask := Ask{Budgets: []Budget{{Key: "b", Every: time.Minute, Burst: 2}}}
		s.broken = true
		for i := range 5 {
			if _, err := g.Pass(t.Context(), ask, time.Second); (err == nil) != (i < 2) {
				t.Errorf("call %d: %v", i, err)
			}
		}
		s.broken = false
		if _, err := g.Pass(t.Context(), ask, time.Second); err != nil {
			t.Errorf("the board is back: %v", err)
		}
		if n := strings.Count(log.String(), "\n"); n != 2 {
			t.Errorf("the log says\n%s", &log)
		}
	})
}

func TestABoardThatHangsHoldsNobodyUpForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hung := func(ctx context.Context, _ []string, _ func(time.Time, [][]byte) ([]storage.Scrap, error)) error {
			<-ctx.Done()
			return ctx.Err()
		}
		g := New(Config{Now: time.Now, Board: Shared(hung), Log: slog.New(slog.DiscardHandler)})
		began := time.Now()
		if _, err := g.Pass(t.Context(), Ask{Bars: []string{"x"}}, time.Second); err != nil || time.Since(began) > boardWithin {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer stop()
		if _, err := g.Pass(ctx, Ask{Bars: []string{"x"}}, time.Second); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
	})
}

func TestANoteOfALaterVersionIsNotOverwritten(t *testing.T) {
	s := newScraps()
	s.values["p/x"] = "later"
	replicasOf(1, s)[0].Bar("x", time.Hour)
	if s.values["p/x"] != "later" {
		t.Errorf("it is %q now", s.values["p/x"])
	}
}

func TestLimitsThatAreOverAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScraps()
		alone := New(Config{Now: time.Now})
		for i := range 5000 {
			for _, g := range append(replicasOf(1, s), alone) {
				ask := Ask{
					Bars: []string{fmt.Sprint("bar", i)}, Window: fmt.Sprint("w", i),
					Budgets: []Budget{{Key: fmt.Sprint("b", i), Every: time.Second, Burst: 2}},
				}
				g.Done(insist(t, g, ask), "", &Told{Most: 5, Left: 4, Reset: 2 * time.Second})
				g.Bar(ask.Bars[0], time.Second)
			}
			time.Sleep(50 * time.Millisecond)
		}
		if n := len(alone.own.notes); n > 2*many {
			t.Errorf("%d notes are remembered", n)
		}
	})
}

func TestANoteIsKeptForAsLongAsItMatters(t *testing.T) {
	now := time.Now()
	for _, row := range []struct {
		note Note
		want time.Duration
	}{
		{Note{}, 0},
		{Note{Until: now.Add(-time.Second)}, 0},
		{Note{Until: now.Add(time.Second), Full: now.Add(time.Minute)}, time.Minute},
		{Note{Window: Window{Flying: map[string]time.Time{"a": now.Add(time.Second)}}}, time.Second},
		{Note{Window: Window{Reset: now.Add(2 * time.Hour), Known: true}}, 2 * time.Hour},
		{Note{Window: Window{Known: true}}, keepWindow},
		{Note{Alias: "a"}, keepAlias},
	} {
		if got := row.note.keep(now); got != row.want {
			t.Errorf("%+v is kept for %v, want %v", row.note, got, row.want)
		}
	}
}

func TestWhatIsUnderWayWhenAWindowEndsCountsInTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := replicasOf(1, newScraps())[0]
		ask := Ask{Window: "w"}
		g.Done(insist(t, g, ask), "", &Told{Most: 3, Left: 2, Reset: time.Second})
		for range 2 {
			insist(t, g, ask) // on a line so slow that they arrive in the next window
		}
		time.Sleep(2 * time.Second)
		insist(t, g, ask)
		if _, err := g.Pass(t.Context(), ask, 0); err == nil {
			t.Error("four requests may arrive in a window of three")
		}
	})
}

func TestWhoWaitsForAWindowFollowsItToItsName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &platform{most: 3, length: time.Second}
		gates := replicasOf(2, newScraps())
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				g := gates[i%2]
				l := insist(t, g, Ask{Window: fmt.Sprint("route ", i%4)})
				time.Sleep(10 * time.Millisecond)
				g.Done(l, "limit", p.answer())
			})
		}
		all.Wait()
		if p.sent != 20 || p.refused > 3 { // four routes find out that they are one
			t.Errorf("%d sent, %d refused", p.sent, p.refused)
		}
	})
}
