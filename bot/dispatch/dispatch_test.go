package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"animo/bot/chat"
	"animo/bot/chat/chattest"
	"animo/bot/dispatch"
)

func TestAChannelKeepsItsOrder(t *testing.T) {
	d := open(t)
	var mu sync.Mutex
	got := map[chat.ChannelID][]string{}
	d.listen = func(e chat.Event) error {
		mu.Lock()
		defer mu.Unlock()
		m := e.(chat.Posted)
		got[m.Channel] = append(got[m.Channel], m.Text)
		return nil
	}
	var want []string
	for n := range 500 {
		want = append(want, fmt.Sprint(n))
		for c := range 4 {
			d.Deliver(posted(chat.ChannelID(fmt.Sprintf("discord:%d", c)), n), nil)
		}
	}
	d.end(t)
	for c, texts := range got {
		if !slices.Equal(texts, want) {
			t.Errorf("%s heard %v", c, texts)
		}
	}
	if len(got) != 4 || d.total("discord message") != 2000 {
		t.Errorf("%d channels, %d messages counted", len(got), d.total("discord message"))
	}
}

func TestChannelsDoNotWaitForEachOther(t *testing.T) {
	d := open(t)
	hold, passed := make(chan struct{}), make(chan chat.ChannelID, 10)
	d.listen = func(e chat.Event) error {
		if e.Head().Channel == "discord:slow" {
			<-hold
		}
		passed <- e.Head().Channel
		return nil
	}
	d.Deliver(posted("discord:slow", 1), nil)
	d.Deliver(posted("discord:fast", 1), nil)
	if c := <-passed; c != "discord:fast" {
		t.Errorf("%s came first", c)
	}
	close(hold)
	d.end(t)
}

func TestPressesWaitForThoseOfTheirMemberAlone(t *testing.T) {
	d := open(t)
	hold, passed := make(chan struct{}), make(chan string, 10)
	d.interact = func(_ context.Context, e chat.Event) (chat.Reply, error) {
		if e.Head().ID == "first" {
			<-hold
		}
		passed <- e.Head().ID
		return chat.Reply{}, nil
	}
	press := func(id string, by chat.MemberID) {
		p := pressed("discord:1", id)
		p.Actor.ID = by
		d.Interact(p, chattest.NewAnswers(0), nil)
	}
	press("first", "discord:7")
	press("second", "discord:7")
	for n := range 5 { // some of them share a lane with the first
		press(fmt.Sprint("other", n), chat.MemberID(fmt.Sprint("discord:", 100+n)))
	}
	if id := <-passed; !strings.HasPrefix(id, "other") {
		t.Errorf("%s came first", id)
	}
	close(hold)
	d.end(t)
	var order []string
	for range 6 {
		if id := <-passed; !strings.HasPrefix(id, "other") {
			order = append(order, id)
		}
	}
	if !slices.Equal(order, []string{"first", "second"}) {
		t.Errorf("one member's presses came as %v", order)
	}
}

func TestSpacesDoNotWaitForEachOther(t *testing.T) {
	d := open(t)
	hold, passed := make(chan struct{}), make(chan chat.SpaceID, 10)
	d.listen = func(e chat.Event) error {
		if e.Head().Space == "discord:1" {
			<-hold
		}
		passed <- e.Head().Space
		return nil
	}
	d.Deliver(chat.Joined{Meta: chat.Meta{ID: "a", Space: "discord:1"}}, nil)
	d.Deliver(chat.Joined{Meta: chat.Meta{ID: "b", Space: "discord:2"}}, nil)
	if s := <-passed; s != "discord:2" {
		t.Errorf("%s came first", s)
	}
	close(hold)
	d.end(t)
}

func TestARedeliveryIsDroppedForFifteenMinutes(t *testing.T) {
	d := open(t)
	var mu sync.Mutex
	heard := 0
	d.listen = func(chat.Event) error { mu.Lock(); defer mu.Unlock(); heard++; return nil }
	d.interact = func(context.Context, chat.Event) (chat.Reply, error) { return chat.PrivateLine(chat.Words("in")), nil }
	first, second := chattest.NewAnswers(0), chattest.NewAnswers(0)
	d.Deliver(posted("discord:1", 1), nil)
	d.Interact(pressed("discord:1", "p"), first, nil)
	for _, later := range []time.Duration{0, time.Minute, 14 * time.Minute} {
		d.advance(later - d.ahead)
		d.Deliver(posted("discord:1", 1), nil)
		d.Interact(pressed("discord:1", "p"), second, nil)
	}
	if d.total("redelivered") != 6 {
		t.Errorf("%d dropped", d.total("redelivered"))
	}
	d.advance(2 * time.Hour)
	d.Deliver(posted("discord:1", 1), nil)
	d.end(t)
	if heard != 2 || len(first.Replies()) != 1 || len(second.Replies()) != 0 {
		t.Errorf("heard %d times, answered %d and %d", heard, len(first.Replies()), len(second.Replies()))
	}
}

func TestARedeliveryIsKnownForTheWholeTime(t *testing.T) {
	d := open(t)
	for n := range 120 {
		d.Deliver(posted("discord:1", n), nil)
		if n >= 14 {
			before := d.total("redelivered")
			d.Deliver(posted("discord:1", n-14), nil)
			if d.total("redelivered") != before+1 {
				t.Fatalf("minute %d: what came 14 minutes ago is not known", n)
			}
		}
		d.advance(time.Minute)
	}
	d.end(t)
}

func TestAnEventWithoutAnIDIsAlwaysNew(t *testing.T) {
	d := open(t)
	heard := make(chan chat.Event, 10)
	d.listen = func(e chat.Event) error { heard <- e; return nil }
	for range 3 {
		d.Deliver(chat.Left{Meta: chat.Meta{Space: "slack:T1"}}, nil)
	}
	d.end(t)
	if len(heard) != 3 {
		t.Errorf("%d heard", len(heard))
	}
}

func TestAFullQueueDropsTheOldestMessageAndNoInteraction(t *testing.T) {
	const size, more = 1000, 20
	d := open(t)
	hold, begun := make(chan struct{}), make(chan struct{})
	var heard []string
	d.listen = func(e chat.Event) error {
		if e.(chat.Posted).Text == "-1" {
			close(begun)
			<-hold
		}
		heard = append(heard, e.(chat.Posted).Text)
		return nil
	}
	d.interact = func(context.Context, chat.Event) (chat.Reply, error) { return chat.Reply{}, nil }
	d.Deliver(posted("discord:1", -1), nil)
	<-begun
	answers := make([]*chattest.Answers, more)
	for i := range answers {
		answers[i] = chattest.NewAnswers(0)
		d.Interact(typed("discord:1", fmt.Sprint("p", i)), answers[i], nil)
	}
	for n := range size {
		d.Deliver(posted("discord:1", n), nil)
	}
	close(hold)
	d.end(t)
	if d.total("queue_full") != more || len(heard) != 1+size-more || heard[1] != fmt.Sprint(more) || heard[len(heard)-1] != fmt.Sprint(size-1) {
		t.Errorf("%d dropped, %d heard: %v…", d.total("queue_full"), len(heard), heard[:3])
	}
	for i, a := range answers {
		if len(a.Replies()) != 1 {
			t.Errorf("press %d got %d answers", i, len(a.Replies()))
		}
	}
}

func TestAMessageGivesWayToAQueueFullOfInteractions(t *testing.T) {
	d := open(t)
	hold, begun := make(chan struct{}), make(chan struct{})
	var once sync.Once
	heard := make(chan chat.Event, 1)
	d.listen = func(e chat.Event) error { heard <- e; return nil }
	d.interact = func(context.Context, chat.Event) (chat.Reply, error) {
		once.Do(func() { close(begun) })
		<-hold
		return chat.Reply{}, nil
	}
	d.Interact(typed("discord:1", "first"), chattest.NewAnswers(0), nil)
	<-begun
	for i := range 1001 {
		d.Interact(typed("discord:1", fmt.Sprint("p", i)), chattest.NewAnswers(0), nil)
	}
	d.Deliver(posted("discord:1", 1), nil)
	close(hold)
	d.end(t)
	if len(heard) != 0 || d.total("queue_full") != 1 || d.total("command done") != 1002 {
		t.Errorf("%d messages heard, %d dropped, %d presses", len(heard), d.total("queue_full"), d.total("command done"))
	}
}

// slowly answers an event after so long with one second of patience, and
// returns what came of it.
func slowly(t *testing.T, e chat.Event, form bool, took time.Duration) (deferred int, replies []chat.Reply) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := open(t)
		d.forms = form
		d.interact = func(context.Context, chat.Event) (chat.Reply, error) {
			time.Sleep(took)
			return chat.PrivateLine(chat.Words("done")), nil
		}
		a := chattest.NewAnswers(time.Second)
		d.Interact(e, a, nil)
		time.Sleep(took + time.Minute)
		synctest.Wait()
		d.end(t)
		deferred, replies = a.Deferred(), a.Replies()
	})
	return deferred, replies
}

func TestASlowHandlerIsAcknowledgedForAndThenAnswers(t *testing.T) {
	for took, want := range map[time.Duration]int{0: 0, 900 * time.Millisecond: 0, 1100 * time.Millisecond: 1, 25 * time.Second: 1} {
		deferred, replies := slowly(t, pressed("discord:1", "p"), false, took)
		if deferred != want || len(replies) != 1 || replies[0].Card.Plain() != "done" {
			t.Errorf("after %v: acknowledged %d times, %d answers", took, deferred, len(replies))
		}
	}
}

func TestWhatMayOpenAFormIsNeverAcknowledgedBefore(t *testing.T) {
	if deferred, replies := slowly(t, chat.Invoked{Meta: chat.Meta{ID: "i", Channel: "discord:1"}}, true, 10*time.Second); deferred != 0 || len(replies) != 1 {
		t.Errorf("acknowledged %d times, %d answers", deferred, len(replies))
	}
}

func TestSuggestionsAreNeverAcknowledged(t *testing.T) {
	if deferred, replies := slowly(t, chat.Completing{Meta: chat.Meta{ID: "c", Channel: "discord:1"}}, false, 10*time.Second); deferred != 0 || len(replies) != 1 {
		t.Errorf("acknowledged %d times, %d answers", deferred, len(replies))
	}
}

func TestPatienceCountsFromTheMomentOfThePress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t)
		d.interact = func(_ context.Context, e chat.Event) (chat.Reply, error) {
			time.Sleep(700 * time.Millisecond)
			return chat.Reply{}, nil
		}
		first, second := chattest.NewAnswers(time.Second), chattest.NewAnswers(time.Second)
		d.Interact(pressed("discord:1", "a"), first, nil)
		d.Interact(pressed("discord:1", "b"), second, nil)
		d.end(t)
		if first.Deferred() != 0 || second.Deferred() != 1 {
			t.Errorf("acknowledged %d and %d times", first.Deferred(), second.Deferred())
		}
	})
}

func TestAHandlerIsGivenADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t)
		d.interact = func(ctx context.Context, _ chat.Event) (chat.Reply, error) {
			<-ctx.Done()
			return chat.Reply{}, ctx.Err()
		}
		a := chattest.NewAnswers(0)
		d.Interact(pressed("discord:1", "a"), a, nil)
		begun := time.Now()
		<-a.Answered()
		if took := time.Since(begun); took > time.Minute || !strings.HasPrefix(a.Replies()[0].Card.Plain(), "mishap") {
			t.Errorf("%+v after %v", a.Replies(), took)
		}
		d.end(t)
	})
}

func TestAFailureBecomesAMishapWithItsReferenceInTheLog(t *testing.T) {
	for name, fail := range map[string]func() error{
		"an error": func() error { return errors.New("disk full") },
		"a panic":  func() error { panic("disk full") },
	} {
		d := open(t)
		d.interact = func(context.Context, chat.Event) (chat.Reply, error) { return chat.Reply{}, fail() }
		a := chattest.NewAnswers(time.Hour)
		d.Interact(pressed("discord:1", "p"), a, nil)
		d.end(t)
		if len(a.Replies()) != 1 {
			t.Fatalf("%s: %d answers", name, len(a.Replies()))
		}
		ref, ok := strings.CutPrefix(a.Replies()[0].Card.Plain(), "mishap ")
		if !ok || !regexp.MustCompile(`^[A-Z0-9]{6}$`).MatchString(ref) {
			t.Errorf("%s: %q", name, ref)
		}
		log := d.log.String()
		if !strings.Contains(log, "reference="+ref) || !strings.Contains(log, "disk full") || strings.Count(log, "\n") != 1 {
			t.Errorf("%s: the log says %s", name, log)
		}
		if d.total("press failed") != 1 {
			t.Errorf("%s: not counted", name)
		}
	}
}

type deaf struct{ heard chan chat.Event }

// Hear implements dispatch.Listener.
func (d deaf) Hear(_ context.Context, e chat.Event) error {
	d.heard <- e
	return nil
}

func TestAListenerThatFailsHindersNobody(t *testing.T) {
	second := deaf{make(chan chat.Event, 10)}
	d := open(t, dispatch.Listener(second))
	d.listen = func(e chat.Event) error {
		if e.(chat.Posted).Text == "1" {
			panic("no such thing")
		}
		return errors.New("not today")
	}
	d.Deliver(posted("discord:1", 1), nil)
	d.Deliver(posted("discord:1", 2), nil)
	d.end(t)
	if len(second.heard) != 2 {
		t.Errorf("the second listener heard %d", len(second.heard))
	}
	if log := d.log.String(); !strings.Contains(log, "no such thing") || !strings.Contains(log, "not today") || strings.Count(log, "\n") != 2 {
		t.Errorf("the log says %s", log)
	}
}

func TestClosingWaitsForAnswersAndTakesNothingMore(t *testing.T) {
	d := open(t)
	hold, begun := make(chan struct{}), make(chan struct{})
	d.interact = func(context.Context, chat.Event) (chat.Reply, error) {
		close(begun)
		<-hold
		return chat.PrivateLine(chat.Words("done")), nil
	}
	a := chattest.NewAnswers(time.Hour)
	d.Interact(pressed("discord:1", "p"), a, nil)
	<-begun
	short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := d.Close(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("closing while somebody waits: %v", err)
	}
	late := chattest.NewAnswers(time.Hour)
	d.Interact(pressed("discord:1", "q"), late, nil)
	d.Deliver(posted("discord:2", 1), nil)
	close(hold)
	d.end(t)
	if len(a.Replies()) != 1 || len(late.Replies()) != 0 || d.total("stopping") != 2 {
		t.Errorf("%d and %d answers, %d turned away", len(a.Replies()), len(late.Replies()), d.total("stopping"))
	}
}

func TestClosingWhileEventsComeInLosesNoneThatWasTaken(t *testing.T) {
	d := open(t)
	var mu sync.Mutex
	heard := 0
	d.listen = func(chat.Event) error { mu.Lock(); defer mu.Unlock(); heard++; return nil }
	var wg sync.WaitGroup
	for c := range 8 {
		wg.Go(func() {
			for n := range 200 {
				d.Deliver(posted(chat.ChannelID(fmt.Sprintf("discord:%d", c)), n), nil)
			}
		})
	}
	d.end(t)
	mu.Lock()
	atClose := heard
	mu.Unlock()
	wg.Wait()
	mu.Lock()
	defer mu.Unlock()
	if heard != atClose || heard+d.total("stopping") != 1600 {
		t.Errorf("%d heard at the end, %d later, %d turned away", atClose, heard, d.total("stopping"))
	}
}
