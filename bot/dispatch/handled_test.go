package dispatch_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/chat/chattest"
	"animo/bot/dispatch"
)

// tally notes which events were told to be handled, in order.
type tally struct {
	mu   sync.Mutex
	done []string
}

// told notes that an event is handled.
func (l *tally) told(id string) func() {
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.done = append(l.done, id)
	}
}

func (l *tally) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.done)
}

func TestAnEventIsHandledOnceTheListenersHaveReturned(t *testing.T) {
	d := open(t)
	hold, begun := make(chan struct{}), make(chan struct{})
	d.listen = func(chat.Event) error {
		close(begun)
		<-hold
		return nil
	}
	var l tally
	d.Deliver(posted("discord:1", 1), l.told("posted"))
	<-begun
	if told := l.all(); len(told) > 0 {
		t.Errorf("handled too early: %v", told)
	}
	close(hold)
	d.end(t)
	if told := l.all(); !slices.Equal(told, []string{"posted"}) {
		t.Errorf("handled: %v", told)
	}
}

func TestAnInteractionIsHandledOnceItsHandlerHasReturned(t *testing.T) {
	d := open(t)
	var l tally
	d.interact = func(context.Context, chat.Event) (chat.Reply, error) {
		if told := l.all(); len(told) > 0 {
			t.Errorf("handled too early: %v", told)
		}
		return chat.Reply{}, nil
	}
	d.Interact(pressed("discord:1", "p"), chattest.NewAnswers(time.Hour), l.told("press"))
	d.end(t)
	if told := l.all(); !slices.Equal(told, []string{"press"}) {
		t.Errorf("handled: %v", told)
	}
}

func TestARedeliveryIsHandledAtOnce(t *testing.T) {
	d := open(t)
	var l tally
	for _, id := range []string{"first", "second"} {
		d.Deliver(posted("discord:1", 1), l.told(id))
	}
	d.end(t)
	if told := l.all(); len(told) != 2 {
		t.Errorf("handled: %v", told)
	}
}

func TestWhatIsTurnedAwayAtTheEndIsNotHandled(t *testing.T) {
	d := open(t)
	d.end(t)
	var l tally
	d.Deliver(posted("discord:1", 1), l.told("posted"))
	d.Interact(pressed("discord:1", "p"), chattest.NewAnswers(time.Hour), l.told("press"))
	if told := l.all(); len(told) > 0 {
		t.Errorf("handled: %v", told)
	}
}

// flood fills the queue of a channel whose first message is held up, and one
// more comes.
func flood(t *testing.T, d *desk, l *tally) {
	t.Helper()
	hold, begun := make(chan struct{}), make(chan struct{})
	var once sync.Once
	d.listen = func(chat.Event) error {
		once.Do(func() { close(begun) })
		<-hold
		return nil
	}
	d.Deliver(posted("discord:1", -1), nil)
	<-begun
	for n := range 1001 {
		d.Deliver(posted("discord:1", n), l.told(posted("discord:1", n).ID))
	}
	close(hold)
	d.end(t)
}

func TestWhatGivesWayIsHandedToWhoeverWantsIt(t *testing.T) {
	d := open(t)
	var lost []string
	d.Dispatcher = dispatch.New(d.config(func(e chat.Event, done func()) {
		lost = append(lost, e.Head().ID)
		done()
	}))
	var l tally
	flood(t, d, &l)
	if want := []string{"discord:1-0"}; !slices.Equal(lost, want) || !slices.Equal(l.all()[:1], want) || len(l.all()) != 1001 {
		t.Errorf("lost %v, %d handled", lost, len(l.all()))
	}
}

func TestWhatGivesWayIsNotHandledUntilItsTakerSaysSo(t *testing.T) {
	d := open(t)
	d.Dispatcher = dispatch.New(d.config(func(chat.Event, func()) {}))
	var l tally
	flood(t, d, &l)
	if told := l.all(); len(told) != 1000 || slices.Contains(told, "discord:1-0") {
		t.Errorf("%d handled, the first of them %s", len(told), told[0])
	}
}

func TestWhatGivesWayIsHandledIfNobodyWantsIt(t *testing.T) {
	d := open(t)
	var l tally
	flood(t, d, &l)
	if told := l.all(); len(told) != 1001 {
		t.Errorf("%d handled", len(told))
	}
}
