package discord_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"animo/bot/chat"
	"animo/bot/discord/gateway"
)

// disk is a Sessions that nothing reaches any more once the process is killed.
type disk struct {
	*sessions
	mu   sync.Mutex
	gone bool
}

// Save implements gateway.Sessions.
func (d *disk) Save(ctx context.Context, shard int, v gateway.Session) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.gone {
		return nil
	}
	return d.sessions.Save(ctx, shard, v)
}

// seq is the number of the last event that counts as handled.
func (d *disk) seq() int64 {
	s, _ := d.Load(context.Background(), 0)
	return s.Seq
}

func (d *disk) kill() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.gone = true
}

// slow is an inbox that has not handled yet what begins with a word.
type slow struct {
	word string
	mu   sync.Mutex
	came []string // texts
	line map[string]bool
	open map[string]func() // what is not handled
}

func newSlow(word string) *slow {
	return &slow{word: word, line: map[string]bool{}, open: map[string]func(){}}
}

// Deliver implements chat.Inbox.
func (s *slow) Deliver(e chat.Event, done func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := e.(chat.Posted)
	if ok {
		s.came = append(s.came, p.Text)
		s.line[p.Line] = true
	}
	if ok && strings.HasPrefix(p.Text, s.word) {
		s.open[p.Text] = done
	} else if done != nil {
		done()
	}
}

// Interact implements chat.Inbox.
func (s *slow) Interact(_ chat.Event, _ chat.Responder, done func()) { done() }

func (s *slow) texts() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.came)
}

func (s *slow) handle(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[text]()
}

// runs runs an adapter into an inbox; stop ends it.
func (l *local) runs(in chat.Inbox, kept gateway.Sessions) (stop func()) {
	l.Helper()
	a := l.adapterWith(l.config(), kept)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx, in) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			l.Errorf("Run ended with %v", err)
		}
	})
	l.Cleanup(stop)
	return stop
}

func TestAKilledProcessGetsWhatItHadNotHandledAgain(t *testing.T) {
	l := open(t)
	kept := &disk{sessions: l.sessions}
	first := newSlow("slow")
	stop := l.runs(first, kept)
	until(t, "the bot is there", l.Connected)
	for i := range 5 {
		l.chatter(fmt.Sprint("done", i))
	}
	l.chatter("slow but handled")
	l.Join(l.GuildID(), "new", 0, true) // still in screening: no event, and held by nobody
	l.chatter("slow for ever")
	for i := range 5 {
		l.chatter(fmt.Sprint("after", i))
	}
	until(t, "all has come", func() bool { return len(first.texts()) == 12 })
	const ready, guild, join = 1, 1, 1
	before := int64(ready + guild + 5)
	until(t, "what was handled is kept", func() bool { return kept.seq() == before })
	first.handle("slow but handled")
	before += 1 + join
	until(t, "what is handled since is kept", func() bool { return kept.seq() == before })
	kept.kill()
	stop()

	l.chatter("while it was gone")
	second := newSlow("nothing")
	l.runs(second, l.sessions)
	want := []string{"slow for ever", "after0", "after1", "after2", "after3", "after4", "while it was gone"}
	until(t, "it comes again", func() bool { return len(second.texts()) >= len(want) })
	if got := second.texts(); !slices.Equal(got, want) {
		t.Errorf("%q came again, want %q", got, want)
	}
	if fmt.Sprint(first.line) != fmt.Sprint(second.line) || len(second.line) != 1 {
		t.Errorf("on the lines %v and %v", first.line, second.line)
	}
}

func TestWhatIsHandledWhileTheBotStopsIsNotRepeated(t *testing.T) {
	l := open(t)
	first := newSlow("slow")
	stop := l.runs(first, l.sessions)
	until(t, "the bot is there", l.Connected)
	l.chatter("slow one")
	l.chatter("quick")
	l.chatter("slow two")
	until(t, "all has come", func() bool { return len(first.texts()) == 3 })
	stop()
	first.handle("slow two")
	first.handle("slow one")
	l.chatter("while it was gone")
	second := newSlow("nothing")
	l.runs(second, l.sessions)
	until(t, "a word", func() bool { return len(second.texts()) > 0 })
	if got := second.texts(); !slices.Equal(got, []string{"while it was gone"}) {
		t.Errorf("%q came", got)
	}
}
