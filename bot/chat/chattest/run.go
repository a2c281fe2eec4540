package chattest

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/dispatch"
)

// patience is how long Run waits for what must come.
const patience = 8 * time.Second

// Run checks that an adapter keeps the promises of chat.Platform.
func Run(t *testing.T, h Harness) {
	s := &suite{h: h, heard: make(chan chat.Event, 10_000)}
	d := dispatch.New(dispatch.Config{
		Handler: s, Listeners: []dispatch.Listener{s}, Now: time.Now, Log: slog.New(slog.DiscardHandler), Meter: noMeter{},
	})
	s.Stage = h.Start(t, menu(), d)
	for _, c := range []struct {
		name  string
		check func(*testing.T, *suite)
	}{
		{"the space is told of once connected", arrives},
		{"a message is posted, edited and deleted", speaks},
		{"a message is found by its key", finds},
		{"literal text neither formats nor pings", isLiteral},
		{"those are pinged who should be", pings},
		{"a private answer is seen by the actor alone", whispers},
		{"a public answer is seen by everyone", answersAloud},
		{"a slow handler is answered all the same", isPatient},
		{"a press is told with its action", isPressed},
		{"a form comes back filled in", fillsForms},
		{"what a call cannot do is told apart", refuses},
		{"a member is spoken to alone", speaksAlone},
		{"who is there and who is not is known", knowsMembers},
		{"what a member is asked to have is known, or said not to be", knowsFacts},
		{"the roles of the space are listed", listsRoles},
		{"who is in a channel is known, or said not to be", knowsChannels},
		{"a hundred winners are all named", namesAll},
		{"what was missed is read back, oldest first", readsBack},
	} {
		t.Run(c.name, func(t *testing.T) { c.check(t, s) })
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := d.Close(ctx); err != nil {
		t.Error(err)
	}
}

// suite hears and answers what its own actions bring about.
type suite struct {
	Stage
	h     Harness
	heard chan chat.Event

	mu     sync.Mutex
	answer func(chat.Event) chat.Reply
}

type noMeter struct{}

func (noMeter) Event(string, string)                              {}
func (noMeter) EventDropped(string, string)                       {}
func (noMeter) Interaction(string, string, string, time.Duration) {}

// Hear implements dispatch.Listener.
func (s *suite) Hear(_ context.Context, e chat.Event) error {
	s.heard <- e
	return nil
}

// Interact implements dispatch.Handler.
func (s *suite) Interact(_ context.Context, e chat.Event) (chat.Reply, error) {
	s.heard <- e
	s.mu.Lock()
	answer := s.answer
	s.mu.Unlock()
	if answer == nil {
		return chat.Reply{}, errors.New("nobody asked for this")
	}
	return answer(e), nil
}

// Mishap implements dispatch.Handler.
func (s *suite) Mishap(_ chat.Event, reference string) chat.Reply {
	return chat.PrivateLine(chat.Words("mishap " + reference))
}

// OpensForm implements dispatch.Handler.
func (s *suite) OpensForm(e chat.Event) bool {
	i, ok := e.(chat.Invoked)
	return ok && i.Path[len(i.Path)-1] == "form"
}

func (s *suite) answers(f func(chat.Event) chat.Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = f
}

// menu is the commands that the checks use.
func menu() chat.CommandMenu {
	word := func(s string) chat.Wording { return chat.Wording{chat.English: s, chat.French: s} }
	leaf := func(name string) chat.CommandSpec {
		return chat.CommandSpec{Name: name, Names: word(name), Summary: word("Check " + name), Permission: chat.Anyone}
	}
	form := leaf("form")
	form.OpensForm = true
	group := leaf("check")
	group.Sub = []chat.CommandSpec{leaf("say"), form}
	return chat.CommandMenu{Commands: []chat.CommandSpec{group}}
}

// hears waits for an event of one type and drops the others.
func hears[T chat.Event](t *testing.T, s *suite) T {
	t.Helper()
	late := time.After(patience)
	for {
		select {
		case e := <-s.heard:
			if found, ok := e.(T); ok {
				return found
			}
		case <-late:
			var want T
			t.Fatalf("no %T came", want)
		}
	}
}

// sees waits until a person sees a message that holds the text.
func (s *suite) sees(t *testing.T, as chat.MemberID, in chat.ChannelID, text string) Seen {
	t.Helper()
	var found Seen
	s.until(t, as, in, "sees "+text, func(all []Seen) bool {
		for _, m := range all {
			if strings.Contains(m.Text, text) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// until waits until what a person sees in a channel is as it should be.
func (s *suite) until(t *testing.T, as chat.MemberID, in chat.ChannelID, what string, met func([]Seen) bool) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		all := s.h.Messages(t, as, in)
		if met(all) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s never %s; there is: %+v", as, what, all)
		}
	}
}

func (s *suite) overlooks(t *testing.T, as chat.MemberID, in chat.ChannelID, text string) {
	t.Helper()
	for _, m := range s.h.Messages(t, as, in) {
		if strings.Contains(m.Text, text) {
			t.Errorf("%s sees %+v", as, m)
		}
	}
}

func (s *suite) post(t *testing.T, key string, c chat.Card) chat.MessageRef {
	t.Helper()
	ref, err := s.Platform.Post(t.Context(), s.Open, chat.Message{Key: key, Card: c})
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func (s *suite) types(t *testing.T, text string) Outcome {
	t.Helper()
	o := s.h.Command(t, s.One, s.Open, text)
	if o.Error != "" {
		t.Fatalf("%s: %s", text, o.Error)
	}
	return o
}
