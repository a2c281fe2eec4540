package outbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"animo/bot/chat"
	"animo/bot/chat/chattest"
	"animo/bot/outbox"
	"animo/storage"
	"animo/storage/storagetest"
)

func TestWhatIsPutIsSaidOnceInOrder(t *testing.T) {
	d := open(t)
	var want []string
	for n := range 20 {
		text := fmt.Sprint("message ", n)
		d.put(text, n%3, post(text))
		want = append(want, text)
	}
	d.step()
	d.advance(time.Hour)
	if n := d.step(); n != 0 {
		t.Errorf("%d effects come again", n)
	}
	if got := d.said(general); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	keys := map[string]bool{}
	for _, p := range d.rec.Posts(general) {
		if len(p.Message.Key) == 0 || len(p.Message.Key) > 25 || keys[p.Message.Key] {
			t.Errorf("key %q", p.Message.Key)
		}
		keys[p.Message.Key] = true
	}
	if d.calls("Find") != 0 || d.total("post done") != 20 {
		t.Errorf("%d look-ups, %d counted", d.calls("Find"), d.total("post done"))
	}
}

func TestAFailureHoldsUpItsChannelAndNoOther(t *testing.T) {
	d := open(t)
	d.fail(trouble(chat.TroubleTransient))
	d.put("a", 10, post("first"))
	d.put("b", 0, post("second"))
	other := post("elsewhere")
	other.Channel = "discord:12"
	d.put("c", 20, other)
	d.step()
	if len(d.said(general)) != 0 || len(d.said("discord:12")) != 1 {
		t.Errorf("%v %v", d.said(general), d.said("discord:12"))
	}
	d.until(time.Minute)
	if got := d.said(general); !slices.Equal(got, []string{"first", "second"}) {
		t.Errorf("%v", got)
	}
}

func TestWhatMattersMoreIsSaidFirst(t *testing.T) {
	d := open(t)
	for n, priority := range []int{40, 10, 30, 0, 20} {
		i := post(fmt.Sprint(priority))
		i.Channel = chat.ChannelID(fmt.Sprint("discord:3", n))
		d.put(fmt.Sprint(n), priority, i)
	}
	d.step()
	refs := map[string]string{}
	for n := range 5 {
		p := d.rec.Posts(chat.ChannelID(fmt.Sprint("discord:3", n)))[0]
		refs[p.Ref.ID] = p.Message.Card.Plain()
	}
	if got := []string{refs["1"], refs["2"], refs["3"], refs["4"], refs["5"]}; !slices.Equal(got, []string{"0", "10", "20", "30", "40"}) {
		t.Errorf("%v", got)
	}
}

func TestEachAttemptWaitsLongerAndNeverVeryLong(t *testing.T) {
	d := open(t)
	d.goesDown(trouble(chat.TroubleTransient))
	d.put("a", 0, post("hello"))
	last := time.Duration(0)
	for attempt := range 14 {
		if d.step() != 1 {
			t.Fatalf("attempt %d is not due", attempt)
		}
		_, due, err := d.store.NextDue(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		wait := due.Sub(d.now())
		if least := min(time.Second<<attempt, 2*time.Minute); wait < least || wait > least*6/5 {
			t.Errorf("attempt %d waits %v", attempt, wait)
		}
		if wait < last*4/5 {
			t.Errorf("attempt %d waits %v after %v", attempt, wait, last)
		}
		last = wait
		d.advance(wait)
	}
}

func TestALimitIsKeptToTheLetter(t *testing.T) {
	d := open(t)
	d.fail(&chat.Error{Trouble: chat.TroubleLimited, Doing: "post", RetryAfter: 7300 * time.Millisecond})
	d.put("a", 0, post("hello"))
	d.step()
	d.advance(7299 * time.Millisecond)
	if n := d.step(); n != 0 || d.calls("Post") != 1 {
		t.Errorf("tried %d times before it may", d.calls("Post"))
	}
	d.advance(time.Millisecond)
	if d.step(); len(d.said(general)) != 1 {
		t.Error("not said when it may")
	}
}

func TestAPlatformThatIsDownForHoursLosesNothing(t *testing.T) {
	d := open(t)
	d.goesDown(trouble(chat.TroubleTransient))
	var want []string
	for n := range 10 {
		d.put(fmt.Sprint(n), 0, post(fmt.Sprint(n)))
		want = append(want, fmt.Sprint(n))
	}
	for range 36 {
		d.step()
		d.advance(10 * time.Minute)
	}
	d.Outbox = d.another("after a restart")
	d.goesDown(nil)
	if took := d.until(time.Hour); took > 5*time.Minute {
		t.Errorf("all is said after %v", took)
	}
	if got := d.said(general); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if len(d.kept()) != 0 {
		t.Errorf("given up: %v", d.kept())
	}
}

func TestAWrongTokenWaitsForTheOperator(t *testing.T) {
	d := open(t)
	d.goesDown(trouble(chat.TroubleAuth))
	d.put("a", 0, post("hello"))
	for range 10 {
		if d.step() != 1 {
			t.Fatal("not tried each minute")
		}
		d.advance(time.Minute)
	}
	d.goesDown(nil)
	d.step()
	if len(d.said(general)) != 1 || len(d.kept()) != 0 {
		t.Errorf("%v, kept %v", d.said(general), d.kept())
	}
}

func TestAPlatformThatIsNotConfiguredIsWaitedFor(t *testing.T) {
	d := open(t)
	i := post("hello")
	i.Space, i.Channel = "slack:T1", "slack:T1/C1"
	d.put("a", 0, i)
	d.step()
	d.advance(time.Hour)
	if d.step() != 1 || len(d.kept()) != 0 {
		t.Error("it is not kept for later")
	}
}

func TestAnUnsurePostIsLookedUpAndNotRepeated(t *testing.T) {
	d := open(t)
	d.fail(trouble(chat.TroubleUnsure)) // the recorder takes it all the same
	i := post("hello")
	i.Subject, i.Slot = "game", "card"
	d.put("a", 0, i)
	d.until(time.Minute)
	if d.calls("Post") != 1 || d.calls("Find") != 1 || len(d.said(general)) != 1 {
		t.Errorf("calls: %v", d.rec.Calls())
	}
	var slot outbox.Slot
	if _, err := storage.Load(t.Context(), d.store, tenant, outbox.KindSlot, "game/card", &slot); err != nil || slot.Ref != d.rec.Posts(general)[0].Ref {
		t.Errorf("%+v %v", slot, err)
	}
}

func TestALookUpThatFailsRepeatsNothing(t *testing.T) {
	d := open(t)
	d.fail(trouble(chat.TroubleUnsure))
	d.put("a", 0, post("hello"))
	d.step()
	d.goesDown(trouble(chat.TroubleTransient))
	d.advance(time.Minute)
	d.step()
	d.goesDown(nil)
	d.until(10 * time.Minute)
	if d.calls("Post") != 1 || len(d.said(general)) != 1 {
		t.Errorf("calls: %v", d.rec.Calls())
	}
}

func TestACrashBetweenSayingAndCommittingSaysItOnce(t *testing.T) {
	for _, kind := range []outbox.ItemKind{outbox.ItemPost, outbox.ItemDirect} {
		for _, written := range []bool{false, true} {
			broken := false
			d := open(t, func(s storage.Store) storage.Store {
				f := &storagetest.Failing{Store: s}
				hook := func(op string, _ int) error {
					if broken && op == "Commit" {
						broken = false
						return errLost
					}
					return nil
				}
				if written {
					f.After = hook
				} else {
					f.Before = hook
				}
				return f
			})
			i := outbox.Item{Kind: kind, Space: space, Channel: general, Member: member, Card: say("the winner"), Subject: "game", Slot: "end", Tell: true}
			where := general
			if kind == outbox.ItemDirect {
				where = chattest.DirectOf(member)
			}
			d.put("end", 0, i)
			broken = true
			d.step()
			if broken || len(d.said(where)) != 1 {
				t.Fatalf("%s: the commit did not fail, or nothing was said", kind)
			}
			d.Outbox = d.another("after the crash")
			d.advance(leased)
			d.until(10 * time.Minute)
			if got := d.said(where); len(got) != 1 || d.calls("Post") != 1 {
				t.Errorf("%s, written %v: %v", kind, written, got)
			}
			if n := len(d.news()); n != 1 {
				t.Errorf("%s, written %v: the game was told %d times", kind, written, n)
			}
		}
	}
}

func TestADroppedLeaseIsTakenUp(t *testing.T) {
	for _, spoken := range []bool{false, true} {
		d := open(t)
		d.put("a", 0, post("hello"))
		lost, err := d.store.LeaseEffects(t.Context(), storage.Claim{Owner: "the dead", Now: d.now(), For: time.Minute, Limit: 1})
		if err != nil || len(lost) != 1 {
			t.Fatal(lost, err)
		}
		if spoken { // the dead one spoke before it died
			key := keyOf(t, lost[0])
			if _, err := d.rec.Post(t.Context(), general, chat.Message{Card: say("hello"), Key: key}); err != nil {
				t.Fatal(err)
			}
		}
		if d.step() != 0 {
			t.Error("taken from one who may be alive")
		}
		d.advance(leased)
		d.step()
		if got := d.said(general); len(got) != 1 {
			t.Errorf("spoken %v: %v", spoken, got)
		}
		_, err = d.store.Commit(t.Context(), tenant, storage.Change{DoneEffects: []storage.Done{{Key: "a", Token: lost[0].Token}}, Now: d.now()})
		if err == nil {
			t.Error("the late owner still counts")
		}
	}
}

// keyOf learns the key of an effect's message from an outbox that says it
// elsewhere.
func keyOf(t *testing.T, e storage.Effect) string {
	t.Helper()
	d := open(t)
	d.commit(storage.Change{Effects: []storage.Effect{e}})
	d.step()
	return d.rec.Posts(general)[0].Message.Key
}

// hanging is a platform that answers only when nobody waits any more.
type hanging struct{ *chattest.Recorder }

// Post implements chat.Speaker.
func (hanging) Post(ctx context.Context, _ chat.ChannelID, _ chat.Message) (chat.MessageRef, error) {
	<-ctx.Done()
	return chat.MessageRef{}, &chat.Error{Trouble: chat.TroubleUnsure, Doing: "post", Err: ctx.Err()}
}

func TestAPlatformThatHangsLeavesTimeToPutTheEffectOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t)
		d.Platforms[chat.Discord] = hanging{d.rec}
		d.put("a", 0, post("hello"))
		begun := time.Now()
		if d.step() != 1 || time.Since(begun) > time.Minute {
			t.Errorf("an attempt lasted %v, as long as its lease", time.Since(begun))
		}
		_, due, err := d.store.NextDue(t.Context(), nil)
		if err != nil || due.IsZero() || due.Sub(d.now()) > 2*time.Second {
			t.Errorf("it comes again at %v, %v", due, err)
		}
	})
}

func TestWhatCannotBeReadIsDropped(t *testing.T) {
	d := open(t)
	d.commit(storage.Change{Effects: []storage.Effect{{Key: "odd", Lane: string(general), Due: d.now(), Body: json.RawMessage(`"?"`)}}})
	d.put("a", 0, post("hello"))
	d.step()
	if got := d.said(general); len(got) != 1 || !strings.Contains(d.log.String(), "cannot be read") {
		t.Errorf("%v %s", got, d.log.String())
	}
}

func TestAnAnswerPointsAtTheMessageOfItsSlot(t *testing.T) {
	d := open(t)
	first, second, third := post("the giveaway"), post("the winners"), post("an answer to nothing")
	first.Subject, first.Slot = "game", "card"
	second.Subject, second.ReplyTo = "game", "card"
	third.Subject, third.ReplyTo = "game", "nowhere"
	d.put("1", 0, first)
	d.put("2", 0, second)
	d.put("3", 0, third)
	d.step()
	p := d.rec.Posts(general)
	if len(p) != 3 || p[1].Message.ReplyTo != p[0].Ref || !p[2].Message.ReplyTo.IsZero() {
		t.Fatalf("%+v", p)
	}
	var posted outbox.Posted
	if _, err := storage.Load(t.Context(), d.store, tenant, outbox.KindPosted, p[0].Ref.String(), &posted); err != nil || posted != (outbox.Posted{Subject: "game", Slot: "card"}) {
		t.Errorf("%+v %v", posted, err)
	}
}

func TestTheGameIsToldWhatBecameOfIt(t *testing.T) {
	d := open(t)
	i := post("hello")
	i.Subject, i.Slot, i.Tell = "game", "end", true
	d.put("said", 0, i)
	d.step()
	d.fail(trouble(chat.TroubleGone))
	d.put("refused", 0, i)
	d.step()
	var got []outbox.Spoke
	for _, j := range d.news() {
		var s outbox.Spoke
		if err := json.Unmarshal(j.Body, &s); err != nil || j.Kind != outbox.JobSpoke {
			t.Fatal(j, err)
		}
		got = append(got, s)
	}
	want := []outbox.Spoke{{Subject: "game", Slot: "end"}, {Subject: "game", Slot: "end", Trouble: chat.TroubleGone}}
	if !slices.Equal(got, want) || d.spoke != 2 {
		t.Errorf("%+v, kicked %d times", got, d.spoke)
	}
}

func TestRolesAreGivenAndTaken(t *testing.T) {
	d := open(t)
	d.fail(trouble(chat.TroubleTransient))
	grant := outbox.Item{Kind: outbox.ItemGrant, Space: space, Member: member, Role: "discord:30"}
	d.put("give", 0, grant)
	d.until(time.Minute)
	if got := d.rec.Given(member); !slices.Equal(got, []chat.RoleID{"discord:30"}) {
		t.Errorf("%v", got)
	}
	grant.Take = true
	d.put("take", 0, grant)
	d.step()
	if got := d.rec.Given(member); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestSeveralWorkersSayEverythingOnce(t *testing.T) {
	d := open(t)
	const channels, each = 20, 10
	for n := range each {
		for c := range channels {
			i := post(fmt.Sprint(n))
			i.Channel = chat.ChannelID(fmt.Sprint("discord:5", c))
			d.put(fmt.Sprint(c, "/", n), 0, i)
		}
	}
	other := d.another("two")
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	for _, o := range []*outbox.Outbox{d.Outbox, other} {
		go func() { ended <- o.Run(ctx) }()
	}
	for end := time.Now().Add(8 * time.Second); d.total("post done") < channels*each && time.Now().Before(end); time.Sleep(time.Millisecond) {
	}
	d.put("late", 0, post("kicked"))
	d.Kick()
	for end := time.Now().Add(8 * time.Second); len(d.said(general)) == 0 && time.Now().Before(end); time.Sleep(time.Millisecond) {
	}
	stop()
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	for c := range channels {
		got := d.said(chat.ChannelID(fmt.Sprint("discord:5", c)))
		if want := []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}; !slices.Equal(got, want) {
			t.Errorf("channel %d: %v", c, got)
		}
	}
	if len(d.said(general)) != 1 {
		t.Errorf("%v", d.said(general))
	}
}
