package engagement

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/storage"
	"animo/storage/storagetest"
)

const (
	ann chat.MemberID = "discord:70"
	bob chat.MemberID = "discord:80"
)

// says lets a member write so many messages, which come in.
func (d *desk) says(m chat.MemberID, in chat.ChannelID, n int) {
	d.t.Helper()
	for d.by = m; n > 0; n-- {
		d.heard(in, "a")
	}
	d.catchUp()
}

func (d *desk) hasWritten(m chat.MemberID, want, days int, in ...chat.ChannelID) {
	d.t.Helper()
	if got := d.wrote(m, days, in...); got != want {
		d.t.Errorf("%s wrote %d messages in %d days in %v, want %d", m, got, days, in, want)
	}
}

func TestMessagesAreCountedByMemberDayAndChannel(t *testing.T) {
	d := start(t)
	d.says(ann, plaza, 3)
	d.says(ann, alley, 2)
	d.says(bob, plaza, 1)
	d.clock = d.clock.AddDate(0, 0, 3)
	d.says(ann, plaza, 4)
	d.hasWritten(ann, 4, 1)
	d.hasWritten(ann, 4, 2)
	d.hasWritten(ann, 9, 3)
	d.hasWritten(ann, 7, 3, plaza)
	d.hasWritten(ann, 2, 3, alley)
	d.hasWritten(ann, 9, 3, plaza, alley)
	d.hasWritten(bob, 1, 3)
	d.hasWritten(bob, 0, 1)
	d.hasWritten(bob, 0, 3, alley)
	d.hasWritten("discord:7", 0, 30)
	d.hasWritten("slack:T1/U1", 0, 30)
}

func TestAThreadCountsForItsAuthorInItsChannel(t *testing.T) {
	d := start(t)
	d.by = ann
	p := d.say(plaza)
	p.Message.Channel, p.Thread, p.Line = "discord:11", "discord:11", "a"
	d.hear(p)
	d.catchUp()
	d.hasWritten(ann, 1, 1, plaza)
	d.hasWritten(ann, 0, 1, "discord:11")
}

func TestAMonthIsCountedAndNoMore(t *testing.T) {
	d := start(t)
	d.says(ann, plaza, 1)
	first := d.clock
	for _, days := range []int{1, 15, 29, 30} {
		d.clock = first.AddDate(0, 0, days)
		d.hasWritten(ann, 1, MaxDays)
		d.hasWritten(ann, 1, 1000)
		d.hasWritten(ann, 0, days-1)
		d.hasWritten(ann, 0, -1)
	}
	d.clock = first.AddDate(0, 0, 31)
	d.hasWritten(ann, 0, MaxDays)
}

// due leases what is to be forgotten at an instant.
func (d *desk) due(at time.Time) []storage.Job {
	d.t.Helper()
	due, err := d.store.LeaseJobs(d.t.Context(), storage.Claim{Owner: "test", Now: at, For: time.Minute, Limit: 100})
	if err != nil {
		d.t.Fatal(err)
	}
	return slices.DeleteFunc(due, func(j storage.Job) bool { return j.Kind != JobForget })
}

// sets are the names of all sets of the town.
func (d *desk) sets() map[string]bool {
	d.t.Helper()
	out := map[string]bool{}
	for r, err := range d.store.Export(d.t.Context(), storage.Tenant(town)) {
		if err != nil {
			d.t.Fatal(err)
		}
		if r.Set != nil {
			out[r.Set.Name] = true
		}
	}
	return out
}

func TestADayIsForgottenAfterAMonth(t *testing.T) {
	d := start(t)
	d.says(ann, plaza, 2)
	d.born() // plans it once more
	d.says(bob, plaza, 1)
	first := d.clock.UTC().Truncate(24 * time.Hour)
	d.clock = d.clock.AddDate(0, 0, 1)
	d.says(ann, plaza, 1)
	if early := d.due(first.AddDate(0, 0, keepDays+1).Add(-time.Second)); len(early) > 0 {
		t.Errorf("%+v", early)
	}
	late := d.due(first.AddDate(0, 0, keepDays+1).Add(forgetWithin))
	if len(late) != 1 {
		t.Fatalf("%+v", late)
	}
	d.Store = &storagetest.Failing{Store: d.store, Before: storagetest.FailAt(1, errors.New("disk full"))}
	if err := d.Forget(t.Context(), late[0]); err == nil {
		t.Error("nobody is told that the disk is full")
	}
	d.Store = d.store
	if err := d.Forget(t.Context(), late[0]); err != nil {
		t.Fatal(err)
	}
	if left := d.sets(); len(left) != 1 || !left[spokeSet(d.clock.UTC().Format(dayLayout), ann)] {
		t.Errorf("%v", left)
	}
	d.hasWritten(ann, 1, 2)
	if again := d.due(first.AddDate(0, 0, keepDays+1).Add(forgetWithin)); len(again) != 0 {
		t.Errorf("the job is not done: %+v", again)
	}
}

// A commit that fails has planned nothing.
func TestAFailedCommitPlansNothing(t *testing.T) {
	d := start(t)
	d.by = ann
	p := d.say(plaza)
	p.Line = "a"
	d.Store = &storagetest.Failing{Store: d.store, Before: storagetest.FailAt(1, errors.New("disk full"))}
	if err := d.Hear(t.Context(), p); err == nil {
		t.Fatal("nobody is told")
	}
	d.Store = d.store
	d.says(ann, plaza, 1)
	if due := d.due(d.clock.AddDate(0, 0, 40)); len(due) != 1 {
		t.Errorf("%+v", due)
	}
	d.hasWritten(ann, 2, 1)
}

// A store may lose what was committed last with its machine.
func TestADayIsPlannedAgainWithinTheHour(t *testing.T) {
	d := start(t)
	d.says(ann, plaza, 1)
	lost := storage.Change{Cancel: []string{forgetJob(storage.Tenant(town), d.clock).Key}}
	if _, err := d.store.Commit(t.Context(), storage.Tenant(town), lost); err != nil {
		t.Fatal(err)
	}
	d.says(ann, plaza, 1)
	if due := d.due(d.clock.AddDate(0, 0, 40)); len(due) != 0 {
		t.Errorf("planned with each message: %+v", due)
	}
	d.clock = d.clock.Add(planAgain)
	d.says(ann, plaza, 1)
	if due := d.due(d.clock.AddDate(0, 0, 40)); len(due) != 1 {
		t.Errorf("%+v", due)
	}
}

func TestAJobThatCannotBeReadIsAnError(t *testing.T) {
	d := start(t)
	if err := d.Forget(t.Context(), storage.Job{Tenant: storage.Tenant(town), Body: json.RawMessage(`5`)}); err == nil {
		t.Error("no error")
	}
}

// BenchmarkMessage is what counting one message costs, and what of it counting
// by member adds.
func BenchmarkMessage(b *testing.B) {
	for _, how := range []struct {
		name string
		bare bool
	}{{"by member", false}, {"without", true}} {
		b.Run(how.name, func(b *testing.B) {
			d := open(b, b.TempDir())
			defer d.store.Close()
			for n := 0; b.Loop(); n++ {
				p := chat.Posted{
					Meta:    chat.Meta{Space: town, Channel: plaza, Actor: chat.Actor{ID: chat.MemberID(fmt.Sprint("discord:", 1000+n%500))}, At: d.clock, Line: "a"},
					Message: chat.MessageRef{Channel: plaza, ID: fmt.Sprint(1_000_000 + n)},
				}
				if how.bare {
					p.Actor.ID = ""
				}
				d.hear(p)
			}
		})
	}
}

// BenchmarkSpoke is what it costs to know how much one of 20,000 members wrote
// in a month of which every day is full.
func BenchmarkSpoke(b *testing.B) {
	d := open(b, b.TempDir())
	defer d.store.Close()
	who := func(n int) chat.MemberID { return chat.MemberID(fmt.Sprint("discord:", 100_000_000_000_000_000+n)) }
	for back := range MaxDays + 1 {
		day := d.clock.AddDate(0, 0, -back).Format(dayLayout)
		var c storage.Change
		for n := range 20_000 {
			c.Tallies = append(c.Tallies, storage.TallyAdd{Set: spokeSet(day, who(n)), Name: spokeName(plaza, who(n)), Delta: 1})
		}
		if _, err := d.store.Commit(b.Context(), storage.Tenant(town), c); err != nil {
			b.Fatal(err)
		}
	}
	for n := 0; b.Loop(); n++ {
		if got := d.wrote(who(n%20_000), MaxDays); got != MaxDays+1 {
			b.Fatal(got)
		}
	}
}
