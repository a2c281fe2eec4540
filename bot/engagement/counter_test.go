package engagement

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/storage"
	"animo/storage/storagetest"
)

// heard says a message that comes in on a line.
func (d *desk) heard(in chat.ChannelID, line string) chat.Posted {
	d.t.Helper()
	p := d.say(in)
	p.Line = line
	d.hear(p)
	return p
}

func (d *desk) wants(t *testing.T, in chat.ChannelID, want int) {
	t.Helper()
	if got := d.counted(in); got != want {
		t.Errorf("%d messages counted in %s, want %d", got, in, want)
	}
}

// readings are the channels whose history was read, in order.
func (d *desk) readings() int {
	n := 0
	for _, call := range d.rec.Calls() {
		if strings.HasPrefix(call, "Since") {
			n++
		}
	}
	return n
}

func TestMembersAreCountedAndNobodyElse(t *testing.T) {
	d := start(t)
	d.heard(plaza, "a")
	bot := d.say(plaza)
	bot.Actor.Bot = true
	d.hear(bot)
	alone := d.say(plaza)
	alone.Space = ""
	d.hear(alone)
	d.wants(t, plaza, 1)
}

func TestAThreadCountsForItsChannel(t *testing.T) {
	d := start(t)
	p := d.say(plaza)
	p.Message.Channel, p.Thread, p.Line = "discord:11", "discord:11", "a"
	d.hear(p)
	d.heard(plaza, "a")
	d.wants(t, plaza, 2)
}

func TestAMessageCountsForTheHourInWhichItWasWritten(t *testing.T) {
	d := start(t)
	d.heard(plaza, "a")
	p := d.say(plaza)
	d.clock = d.clock.Add(3 * time.Hour)
	d.arrive("b", nil)
	d.catchUp()
	counters, err := d.store.Counters(t.Context(), storage.Tenant(town), storage.CounterQuery{
		Name: Messages, Key: string(plaza), From: p.At.Truncate(time.Hour), To: p.At.Truncate(time.Hour).Add(time.Hour),
	})
	if err != nil || len(counters) != 1 || counters[0].Value != 2 {
		t.Errorf("%+v, %v", counters, err)
	}
}

func TestWhatWasMissedIsReadBackOldestFirstAndLate(t *testing.T) {
	d := start(t)
	d.heard(plaza, "a")
	d.catchUp()
	var missed, read []string
	for range 5 {
		missed = append(missed, d.say(plaza).Message.ID)
	}
	d.before = func(p chat.Posted) {
		read = append(read, p.Message.ID)
		if !p.Late || p.Line != "b" {
			t.Errorf("%s comes with %+v", p.Message.ID, p.Meta)
		}
	}
	d.arrive("b", nil)
	d.catchUp()
	if !slices.Equal(read, missed) {
		t.Errorf("read %v, missed %v", read, missed)
	}
	d.wants(t, plaza, 6)
	before := d.readings()
	d.arrive("b", nil)
	d.catchUp()
	d.wants(t, plaza, 6)
	if d.readings() != before {
		t.Error("history was read though nothing can be missing")
	}
}

func TestWhatComesOnTheLineMeanwhileIsNotCountedTwice(t *testing.T) {
	d := start(t)
	d.heard(plaza, "a")
	for range 3 {
		d.say(plaza)
	}
	d.heard(plaza, "b") // before the space arrives
	d.before = func(p chat.Posted) {
		if p.Message.ID == "1003" {
			d.heard(plaza, "b")
		}
	}
	d.arrive("b", nil)
	d.catchUp()
	d.wants(t, plaza, 6)
}

// A message may wait in its queue while its line breaks and the next one comes
// up: it tells nothing of what neither of them brought.
func TestWhatWaitedOnABrokenLineHidesNothing(t *testing.T) {
	for _, gaveWay := range []bool{false, true} {
		d := start(t)
		d.heard(plaza, "a")
		d.catchUp()
		first, waiting := d.say(plaza), d.say(plaza)
		first.Line, waiting.Line = "a", "a"
		for range 3 {
			d.say(plaza) // no line brings these
		}
		d.before = func(chat.Posted) {
			d.before = func(chat.Posted) {}
			if gaveWay {
				d.Lost(first, func() {})
			} else {
				d.hear(first)
			}
			d.hear(waiting)
		}
		d.arrive("b", nil)
		d.catchUp()
		d.wants(t, plaza, 6)
		d.heard(plaza, "b")
		d.catchUp()
		d.wants(t, plaza, 7)
	}
}

// Where each replica has a line of its own, an older one goes on telling.
func TestAnotherLineThatGoesOnEndsAHole(t *testing.T) {
	d := start(t)
	d.heard(plaza, "a")
	d.catchUp()
	d.before = func(chat.Posted) {
		d.before = func(chat.Posted) {}
		d.clock = d.clock.Add(2 * arrival)
		d.heard(plaza, "a")
	}
	d.say(plaza)
	d.arrive("b", nil)
	d.catchUp()
	d.wants(t, plaza, 3)
	d.heard(plaza, "a")
	d.heard(plaza, "b")
	d.wants(t, plaza, 5)
}

func TestAChannelWithNothingNewIsNotRead(t *testing.T) {
	d := start(t)
	p := d.heard(plaza, "a")
	q := d.heard(alley, "a")
	d.catchUp()
	before := d.readings()
	d.say(alley)
	d.arrive("b", map[chat.ChannelID]string{plaza: p.Message.ID, alley: "1003", "discord:30": ""})
	d.catchUp()
	if n := d.readings() - before; n != 1 {
		t.Errorf("%d readings, want one, of the channel with something newer than %s", n, q.Message.ID)
	}
	d.wants(t, alley, 2)
	before = d.readings()
	d.heard(plaza, "b")
	d.catchUp()
	if d.readings() != before {
		t.Error("a channel known to be whole was read again")
	}
}

func TestAThreadThatIsNotListedIsReadForAWeek(t *testing.T) {
	for silence, want := range map[time.Duration]int{6 * 24 * time.Hour: 1, 8 * 24 * time.Hour: 0} {
		d := start(t)
		d.heard(plaza, "a")
		d.catchUp()
		d.clock = d.clock.Add(silence)
		before := d.readings()
		d.arrive("b", map[chat.ChannelID]string{})
		d.catchUp()
		if n := d.readings() - before; n != want {
			t.Errorf("after %v: %d readings, want %d", silence, n, want)
		}
	}
}

func TestAChannelThatTheBotLeftIsNotRead(t *testing.T) {
	d := start(t)
	d.heard(plaza, "a")
	d.catchUp()
	before := d.readings()
	d.rec.AddChannel(chat.Channel{ID: plaza, Space: town, Deaf: true})
	d.rec.AddChannel(chat.Channel{ID: alley, Space: town, Deaf: true})
	d.arrive("b", nil)
	d.catchUp()
	if d.readings() != before {
		t.Error("history was read where the bot is not")
	}
}

func TestNothingOlderThanADayIsReadBack(t *testing.T) {
	d := start(t)
	d.heard(plaza, "a")
	d.say(plaza)
	d.clock = d.clock.Add(25 * time.Hour)
	d.say(plaza)
	d.arrive("b", nil)
	d.catchUp()
	d.wants(t, plaza, 2)
}

func TestAPlatformThatIsBusyIsAskedAgain(t *testing.T) {
	d := start(t)
	d.heard(plaza, "a")
	d.catchUp()
	d.say(plaza)
	tries := 0
	d.rec.Fail = func(call string) error {
		if tries++; call == "Since" && tries < 4 {
			return &chat.Error{Trouble: chat.TroubleLimited, RetryAfter: time.Millisecond}
		}
		return nil
	}
	d.arrive("b", map[chat.ChannelID]string{plaza: "1002"})
	d.catchUp()
	d.wants(t, plaza, 2)
}

func TestAHistoryThatCannotBeReadIsGivenUp(t *testing.T) {
	d := start(t)
	d.heard(plaza, "a")
	d.catchUp()
	d.say(plaza)
	d.rec.Fail = func(call string) error {
		if call == "Since" {
			return &chat.Error{Trouble: chat.TroubleForbidden, Missing: "Read Message History"}
		}
		return nil
	}
	d.arrive("b", nil)
	d.catchUp()
	d.rec.Fail = nil
	d.arrive("b", nil)
	d.catchUp()
	d.heard(plaza, "b")
	d.wants(t, plaza, 2)
}

func TestAReadingThatIsCutOffGoesOnWithTheNextProcess(t *testing.T) {
	d := start(t)
	d.heard(plaza, "a")
	for range 10 {
		d.say(plaza)
	}
	ctx, kill := context.WithCancel(t.Context())
	var read []string
	d.before = func(p chat.Posted) {
		if read = append(read, p.Message.ID); len(read) == 5 {
			kill()
		}
	}
	d.arrive("b", map[chat.ChannelID]string{plaza: "1011"})
	for e, ok := d.errands.take(); ok; e, ok = d.errands.take() {
		d.do(ctx, e)
		d.errands.done(e)
	}
	d.wants(t, plaza, 6)
	d.born()
	d.arrive("c", map[chat.ChannelID]string{plaza: "1011"})
	d.catchUp()
	d.wants(t, plaza, 11)
	if len(read) != 10 {
		t.Errorf("read %v: what was counted is read again", read)
	}
}

func TestAMessageThatCannotBeStoredIsReadBack(t *testing.T) {
	d := start(t)
	d.heard(plaza, "a")
	d.Store = &storagetest.Failing{Store: d.store, Before: storagetest.FailAt(1, errors.New("disk full"))}
	p := d.say(plaza)
	p.Line = "a"
	if err := d.Hear(t.Context(), p); err == nil {
		t.Error("nobody is told that the disk is full")
	}
	d.wants(t, plaza, 1)
	d.heard(plaza, "a")
	d.catchUp()
	d.wants(t, plaza, 3)
}

func TestWhatGaveWayIsHandledOnceItsHoleIsStored(t *testing.T) {
	d := start(t)
	d.heard(plaza, "a")
	p := d.say(plaza)
	p.Line = "a"
	handled := false
	d.Lost(p, func() { handled = true })
	if handled {
		t.Error("handled before anything was stored")
	}
	d.heard(plaza, "a")
	if !handled {
		t.Error("not handled though its hole is stored")
	}
	d.catchUp()
	d.wants(t, plaza, 3)
	for _, e := range []chat.Event{chat.Joined{}, chat.Posted{Meta: chat.Meta{Space: town, Actor: chat.Actor{Bot: true}}}} {
		handled = false
		d.Lost(e, func() { handled = true })
		if !handled {
			t.Errorf("%T is of no interest, and still held", e)
		}
	}
}
