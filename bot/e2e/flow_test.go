package e2e

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/engagement"
	"animo/bot/sandbox"
	"animo/bot/sandbox/world"
	"animo/storage/sqlite"
)

const (
	flowKills = 10
	flowLife  = 1200 * time.Millisecond // of a process, more or less
)

// The process is killed ten times while people write: each of their messages
// is counted, and counted once, in its channel.
func TestTenKillsLoseNoMessage(t *testing.T) {
	both(t, chat.English, func(t *testing.T, sb *sandbox.Sandbox, s *side) {
		f := &flow{t: t, sb: sb, s: s, data: filepath.Join(t.TempDir(), "animo.db"), sent: map[string]int{}}
		f.start()
		s.connected()
		ctx, stop := context.WithCancel(t.Context())
		over := make(chan struct{})
		go func() {
			defer close(over)
			f.send(ctx)
		}()
		for n := range flowKills {
			time.Sleep(flowLife + time.Duration(n%3)*200*time.Millisecond)
			f.bot.kill()
			f.start()
		}
		stop()
		<-over
		began := time.Now()
		if !f.settle() {
			return
		}
		total := 0
		for _, n := range f.sent {
			total += n
		}
		t.Logf("%s: %d messages in %d channels, %d kills; all counted once, %v after the last (%.0f a second)",
			s.name, total, len(f.sent), flowKills, time.Since(began).Round(time.Millisecond), float64(total)/f.took.Seconds())
	})
}

type flow struct {
	t    *testing.T
	sb   *sandbox.Sandbox
	s    *side
	data string
	bot  *process
	sent map[string]int // by channel
	took time.Duration
}

func (f *flow) start() {
	f.t.Helper()
	f.bot = startProcess(f.t, f.sb, f.s.name, f.data, 0)
}

// send writes at an even rate.
func (f *flow) send(ctx context.Context) {
	open := []string{f.s.channel("general"), f.s.contests()}
	people := f.s.people()
	began := time.Now()
	tick := time.NewTicker(time.Second / 100)
	defer tick.Stop()
	for n := 0; ; {
		select {
		case <-ctx.Done():
			f.took = time.Since(began)
			return
		case <-tick.C:
		}
		for ; n < int(time.Since(began).Seconds()*flowRate); n++ {
			in := open[n%len(open)]
			if r := f.s.act(world.Action{As: people[n%len(people)], Kind: world.ActMessage, Channel: in, Text: fmt.Sprint("message ", n)}); r.OK {
				f.sent[in]++
			}
		}
	}
}

// settleWithin is how long reading back may take on a busy machine: on Slack a
// channel is read whole before the first of it is counted.
const settleWithin = 2 * time.Minute

// settle waits until the counts are the sender's.
func (f *flow) settle() bool {
	f.t.Helper()
	got := f.counted()
	for end := time.Now().Add(settleWithin); !maps.Equal(got, f.sent); got = f.counted() {
		if time.Now().After(end) {
			f.t.Errorf("counted %v\nsent    %v\nthe last bot's log:\n%s", got, f.sent, f.bot.out)
			return false
		}
		time.Sleep(200 * time.Millisecond)
	}
	// Nothing is counted twice later, by what Slack repeats after three seconds.
	time.Sleep(4 * time.Second)
	if got = f.counted(); !maps.Equal(got, f.sent) {
		f.t.Errorf("counted %v in the end, sent %v", got, f.sent)
		return false
	}
	return true
}

// counted is how many messages the store knows of, by channel.
func (f *flow) counted() map[string]int {
	f.t.Helper()
	store, err := sqlite.OpenSnapshot(f.t.Context(), f.data)
	if err != nil {
		f.t.Fatal(err)
	}
	defer store.Close()
	tenants, err := store.Tenants(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	got := map[string]int{}
	for _, tenant := range tenants {
		for r, err := range store.Export(f.t.Context(), tenant) {
			if err != nil {
				f.t.Fatal(err)
			}
			if c := r.Counter; c != nil && c.Name == engagement.Messages {
				id := chat.Native(chat.ChannelID(c.Key))
				got[id[strings.LastIndex(id, "/")+1:]] += int(c.Value)
			}
		}
	}
	return got
}
