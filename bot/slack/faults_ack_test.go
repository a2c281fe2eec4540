package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/sandbox/world"
)

// ackWithin is what Slack waits, and a margin for a machine under load.
const ackWithin = 3 * time.Second

func TestEverythingIsAcknowledgedInTimeWhateverTheHandlerDoes(t *testing.T) {
	d := open(t)
	f := testForm()
	done := d.answers(func(e chat.Event) chat.Reply {
		if _, ok := e.(chat.Invoked); ok {
			return chat.Reply{Form: &f}
		}
		<-d.ctx.Done() // this handler never returns
		return chat.Reply{}
	})
	enter := chat.Act("giveaway", "enter", "1")
	ref := must(d.a.Post(t.Context(), d.channel("general"), chat.Message{Key: "k", Card: card(chat.Button(enter, "Enter", chat.TonePrimary))}))(t)
	opened := d.types("member-1", "/help")
	if err := <-done; err != nil || opened.Modal == nil {
		t.Fatalf("%v %+v", err, opened)
	}
	for name, r := range map[string]world.Result{
		"a press": d.act("member-1", world.Action{Kind: world.ActPress, Message: ref.ID, Control: enter.String()}),
		"a form":  d.act("member-1", world.Action{Kind: world.ActSubmit, Modal: opened.Modal.ID, Fields: map[string][]string{"prize": {"x"}}}),
		"another": d.types("member-2", "/help"),
	} {
		if !r.OK || r.Took >= ackWithin {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestLookUpsThatHangHoldUpNoAcknowledgementAndLoseNoEvent(t *testing.T) {
	d, l := counting(t)
	people := d.AddPeople(30)
	d.fault(world.Fault{Path: `^(users\.info|usergroups\.list)$`, Delay: 1500 * time.Millisecond})
	var done []string
	for n := range 600 { // more than ever waited in one lane
		text := fmt.Sprint("message ", n)
		if _, err := d.Server.Post(people[n%len(people)], d.ChannelID("general"), text); err != nil {
			t.Fatal(err)
		}
		done = append(done, text)
	}
	began := time.Now()
	if r := d.types("member-1", "/giveaway end 7"); !r.OK || r.Took >= ackWithin {
		t.Errorf("%+v", r)
	}
	d.settle(l, append(done, "command 7"))
	t.Logf("all was handled %v after the last", time.Since(began))
}

func TestAnAcknowledgementIsNeverTooLargeToBeHeard(t *testing.T) {
	t.Parallel()
	wrong, fields := map[string]string{}, []string{}
	for n := range 30 {
		name := fmt.Sprint("field-", n)
		fields = append(fields, name)
		wrong[name] = strings.Repeat("<é>\"", 2000)
	}
	var sent []any
	r := responder{form: true, fields: fields, ack: newAck(func(p any) error { sent = append(sent, p); return nil })}
	if !r.keepOpen(wrong) || len(sent) != 1 {
		t.Fatalf("acknowledged %d times", len(sent))
	}
	b := must(json.Marshal(sent[0]))(t)
	if len(b) >= 20<<10 || strings.Count(string(b), "field-") != len(fields) {
		t.Errorf("%d bytes", len(b))
	}
}

func TestAFullHouseLeavesEventsToSlackAndTakesEveryInteraction(t *testing.T) {
	t.Parallel()
	k, in := alone(t)
	k.lanes.queued.Store(maxQueued)
	if err := k.event([]byte(`{"type":"event_callback","event":{"type":"message","channel":"C1","user":"U1","text":"x","ts":"1.2"}}`), func() {}); err == nil {
		t.Error("an event was taken and will not be repeated")
	}
	acked := false
	k.command(slashCommand{User: "U1", Command: "/help", Trigger: "t"}, newAck(func(any) error { acked = true; return nil }))
	if _, ok := (<-in.events).(chat.Invoked); !ok || !acked {
		t.Error("a command was not taken")
	}
	k.lanes.queued.Store(0)
	if err := k.event([]byte(`{"type":"event_callback","event":{"type":"message","channel":"C1","user":"U1","text":"x","ts":"1.2"}}`), func() {}); err != nil {
		t.Error(err)
	}
	<-in.events
}

func TestWhatIsTakenIsDeliveredEvenIfRunEnds(t *testing.T) {
	k, in := alone(t)
	ctx, stop := context.WithCancel(t.Context())
	k.lanes = newLanes(ctx)
	const n = 200
	for i := range n {
		payload := fmt.Sprintf(`{"type":"event_callback","event_id":"Ev%d","event":{"type":"message","channel":"C1","user":"U0","text":"x","ts":"1.2"}}`, i)
		if err := k.event([]byte(payload), func() {}); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	k.lanes.wait()
	if len(in.events) != n {
		t.Errorf("%d of %d events were delivered", len(in.events), n)
	}
}
