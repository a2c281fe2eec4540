package engagement

import (
	"fmt"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"animo/bot/chat"
)

// sent is a message on its way to the counter.
type sent struct {
	chat.Posted
	handled bool
}

// folk are the members of the town.
func folk() []chat.MemberID { return []chat.MemberID{"discord:7", "discord:8", "discord:9"} }

// life is a counter in a town whose line breaks, whose queues are full at
// times, and whose process is killed.
type life struct {
	*desk
	r      *rapid.T
	told   bool // the platform says what is newest when the bot arrives
	up     bool
	number int // of the line
	came   []*sent
	queues map[chat.ChannelID][]*sent
	newest map[chat.ChannelID]string
	said   map[chat.ChannelID]int
	wrote  map[string]int // by name of a member in a channel
}

func (l *life) line() string { return fmt.Sprint("line-", l.number) }

func (l *life) anywhere() chat.ChannelID {
	return rapid.SampledFrom([]chat.ChannelID{plaza, alley}).Draw(l.r, "channel")
}

// connect brings a new line up.
func (l *life) connect() {
	l.number, l.up, l.came = l.number+1, true, nil
	if !l.told {
		l.arrive(l.line(), nil)
		return
	}
	newest := map[chat.ChannelID]string{plaza: l.newest[plaza], alley: l.newest[alley]}
	l.arrive(l.line(), newest)
}

// speak writes a message, which comes in if the line is up.
func (l *life) speak() {
	in := l.anywhere()
	l.by = rapid.SampledFrom(folk()).Draw(l.r, "member")
	p := l.say(in)
	l.newest[in] = p.Message.ID
	l.said[in]++
	l.wrote[spokeName(in, l.by)]++
	if l.up {
		p.Line = l.line()
		l.bring(&sent{Posted: p})
	}
}

func (l *life) bring(m *sent) {
	l.came = append(l.came, m)
	in := m.Message.Channel
	l.queues[in] = append(l.queues[in], m)
}

func (l *life) handle(in chat.ChannelID) {
	q := l.queues[in]
	if len(q) == 0 {
		return
	}
	l.queues[in] = q[1:]
	l.hear(q[0].Posted)
	q[0].handled = true
}

// overtake lets a message come before the one it followed.
func (l *life) overtake() {
	if q := l.queues[l.anywhere()]; len(q) > 1 {
		q[0], q[1] = q[1], q[0]
	}
}

// giveWay loses a message that waits.
func (l *life) giveWay() {
	in := l.anywhere()
	if q := l.queues[in]; len(q) > 1 {
		l.queues[in] = q[1:]
		l.Lost(q[0].Posted, func() { q[0].handled = true })
	}
}

// repeat delivers something again that came within the last minutes.
func (l *life) repeat() {
	if !l.up || len(l.came) == 0 {
		return
	}
	m := rapid.SampledFrom(l.came).Draw(l.r, "again")
	if l.clock.Sub(m.At) < againWithin-time.Minute {
		l.bring(&sent{Posted: m.Posted})
	}
}

// die ends the process. Another goes on with the line from the first message
// that was not handled, or opens a new one.
func (l *life) die() {
	came := l.came
	l.queues = map[chat.ChannelID][]*sent{}
	l.born()
	if !l.up || rapid.Bool().Draw(l.r, "session lost") {
		l.connect()
		return
	}
	l.came = nil
	for i, m := range came {
		if !m.handled {
			for _, m := range came[i:] {
				l.bring(&sent{Posted: m.Posted})
			}
			break
		}
	}
	l.arrive(l.line(), nil)
}

func (l *life) reconnect() {
	if l.up {
		l.up = false
		return
	}
	l.connect()
}

func (l *life) wait() {
	l.clock = l.clock.Add(time.Duration(rapid.IntRange(1, 300).Draw(l.r, "seconds")) * time.Second)
}

// end lets everything come in and be handled.
func (l *life) end() {
	l.before = func(chat.Posted) {}
	if !l.up {
		l.connect()
	}
	for _, in := range []chat.ChannelID{plaza, alley} {
		for len(l.queues[in]) > 0 {
			l.handle(in)
		}
		// What gave way without a successor is found with the next message.
		p := l.say(in)
		l.said[in]++
		l.wrote[spokeName(in, p.Actor.ID)]++
		p.Line = l.line()
		l.hear(p)
	}
	l.catchUp()
}

// Whatever becomes of lines, queues and processes, each message is counted
// once.
func TestEachMessageIsCountedOnce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		l := &life{
			desk: open(t, dir), r: r, told: rapid.Bool().Draw(r, "told"),
			queues: map[chat.ChannelID][]*sent{}, newest: map[chat.ChannelID]string{}, said: map[chat.ChannelID]int{},
			wrote: map[string]int{},
		}
		l.clock = l.clock.Truncate(24 * time.Hour).Add(23 * time.Hour) // a day ends meanwhile
		defer l.store.Close()
		l.connect()
		steps := map[string]func(){
			"speak": l.speak, "speak more": l.speak, "overtake": l.overtake, "give way": l.giveWay, "repeat": l.repeat,
			"handle": func() { l.handle(l.anywhere()) }, "handle more": func() { l.handle(l.anywhere()) },
			"die": l.die, "reconnect": l.reconnect, "wait": l.wait, "read back": l.catchUp,
		}
		names := rapid.SampledFrom([]string{
			"speak", "speak more", "overtake", "give way", "repeat", "handle", "handle more", "die", "reconnect", "wait", "read back",
		})
		busy := false // one disturbance at a time
		l.before = func(chat.Posted) {
			if busy {
				return
			}
			busy = true
			if rapid.IntRange(0, 3).Draw(r, "disturbed") == 0 {
				steps[rapid.SampledFrom([]string{"speak", "handle", "repeat", "overtake"}).Draw(r, "meanwhile")]()
			}
			busy = false
		}
		for range rapid.IntRange(5, 60).Draw(r, "steps") {
			steps[names.Draw(r, "step")]()
		}
		l.end()
		for in, want := range l.said {
			if got := l.counted(in); got != want {
				r.Fatalf("%d messages counted in %s, %d were said", got, in, want)
			}
			for _, m := range folk() {
				if got, want := l.desk.wrote(m, 1, in), l.wrote[spokeName(in, m)]; got != want {
					r.Fatalf("%d messages of %s counted in %s, %d were said", got, m, in, want)
				}
			}
		}
	})
}
