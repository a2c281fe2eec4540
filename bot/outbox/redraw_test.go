package outbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/outbox"
	"animo/storage"
)

// shows puts the post that a subject's redraws edit.
func (d *desk) shows(subject string) {
	d.t.Helper()
	i := post("as it began")
	i.Subject, i.Slot, i.Drawn = subject, "card", true
	d.put(subject+"/post", 0, i)
}

func TestAThousandChangesMakeFewEdits(t *testing.T) {
	d := open(t)
	d.shows("game")
	d.step()
	begun := d.now()
	for n := range 1000 { // in ten seconds
		d.redraw("game")
		if n%3 == 0 {
			d.step()
		}
		d.advance(10 * time.Millisecond)
	}
	d.until(time.Minute)
	took := d.now().Sub(begun)
	p := d.rec.Posts(general)[0]
	if most := int(took/outbox.RedrawEvery) + 1; p.Edits < 2 || p.Edits > most {
		t.Errorf("%d edits in %v", p.Edits, took)
	}
	if want := fmt.Sprint("game drawing ", d.drawn); p.Message.Card.Plain() != want {
		t.Errorf("it shows %q, not %q", p.Message.Card.Plain(), want)
	}
}

func TestTheFirstChangeIsShownAtOnce(t *testing.T) {
	d := open(t)
	d.shows("game")
	d.step()
	d.redraw("game")
	d.step()
	if p := d.rec.Posts(general)[0]; p.Edits != 1 {
		t.Errorf("%d edits", p.Edits)
	}
}

func TestAChangeDuringAnEditKeepsThePace(t *testing.T) {
	d := open(t)
	d.shows("game")
	d.step()
	d.redraw("game")
	once := true
	d.rec.Fail = func(call string) error {
		if call == "Edit" && once {
			once = false
			d.redraw("game") // while the edit is on its way
		}
		return nil
	}
	d.step()
	if p := d.rec.Posts(general)[0]; p.Edits != 1 {
		t.Errorf("%d edits at once", p.Edits)
	}
	d.advance(outbox.RedrawEvery - time.Millisecond)
	if d.step(); d.rec.Posts(general)[0].Edits != 1 {
		t.Error("edited too soon")
	}
	d.advance(time.Millisecond)
	if d.step(); d.rec.Posts(general)[0].Edits != 2 {
		t.Error("the change is not shown")
	}
}

func TestWhatMembersWaitForIsShownSooner(t *testing.T) {
	d := open(t)
	d.shows("game")
	d.step()
	d.redraw("game")
	d.step()
	d.redraw("game")
	d.redraw("game", true)
	d.advance(1999 * time.Millisecond)
	if d.step(); d.rec.Posts(general)[0].Edits != 1 {
		t.Error("edited too soon")
	}
	d.advance(time.Millisecond)
	if d.step(); d.rec.Posts(general)[0].Edits != 2 {
		t.Error("not edited after two seconds")
	}
}

func TestARedrawWaitsForItsPost(t *testing.T) {
	d := open(t)
	d.fail(trouble(chat.TroubleTransient), trouble(chat.TroubleTransient), trouble(chat.TroubleTransient))
	d.shows("game")
	d.redraw("game")
	d.step()
	if d.calls("Edit") != 0 {
		t.Error("edited before it is there")
	}
	d.until(10 * time.Minute)
	p := d.rec.Posts(general)
	if len(p) != 1 || p[0].Edits == 0 || !strings.HasPrefix(p[0].Message.Card.Plain(), "game drawing") {
		t.Errorf("%+v", p)
	}
}

func TestAPostThatGoesOutLateIsDrawnAnew(t *testing.T) {
	d := open(t)
	d.fail(trouble(chat.TroubleTransient))
	d.shows("game")
	d.until(10 * time.Minute)
	if p := d.rec.Posts(general)[0]; p.Edits != 1 || p.Message.Card.Plain() != "game drawing 1" {
		t.Errorf("%+v", p)
	}
}

func TestARedrawOfWhatIsNotThereEndsSilently(t *testing.T) {
	d := open(t)
	d.redraw("never posted")
	d.step()
	d.advance(25 * time.Hour)
	d.until(time.Minute)
	d.shows("game")
	d.step()
	if err := d.rec.Delete(t.Context(), d.rec.Posts(general)[0].Ref); err != nil {
		t.Fatal(err)
	}
	d.redraw("game") // its message is gone
	d.step()
	d.advance(time.Hour)
	d.gone = true
	d.redraw("game") // and now the game is
	if d.step(); len(d.kept()) != 0 || len(d.said(team)) != 0 {
		t.Errorf("kept %v, told %v", d.kept(), d.said(team))
	}
}

func TestADrawingThatPanicsHurtsNobodyElse(t *testing.T) {
	d := open(t)
	d.shows("cursed")
	d.step()
	d.redraw("cursed")
	d.step()
	d.put("a", 0, post("hello"))
	d.step()
	if got := d.said(general); len(got) != 2 || !strings.Contains(d.log.String(), "it cannot be drawn") {
		t.Errorf("%v", got)
	}
	d.advance(time.Hour)
	if d.step() != 0 || len(d.kept()) != 1 {
		t.Errorf("it comes again; kept %d", len(d.kept()))
	}
}

func TestAMessageIsRemoved(t *testing.T) {
	d := open(t)
	d.shows("game")
	remove := outbox.Item{Kind: outbox.ItemDelete, Space: space, Channel: general, Subject: "game", Slot: "card"}
	d.put("remove", 0, remove)
	d.step()
	if got := d.said(general); len(got) != 0 || d.calls("Delete") != 1 {
		t.Errorf("%v", got)
	}
	remove.Subject = "never posted"
	d.put("remove nothing", 0, remove)
	if d.step(); d.calls("Delete") != 1 || len(d.kept()) != 0 {
		t.Error("what was never posted cannot be removed")
	}
}

func TestARightThatRedrawsLackIsToldOnce(t *testing.T) {
	d := open(t)
	d.shows("game")
	d.step()
	d.rec.Fail = func(call string) error {
		if call == "Edit" {
			return &chat.Error{Trouble: chat.TroubleForbidden, Doing: "edit", Missing: "Send Messages"}
		}
		return nil
	}
	for range 50 {
		d.redraw("game")
		d.step()
		d.advance(time.Minute)
	}
	if got := d.said(team); len(got) != 1 || len(d.kept()) != 1 {
		t.Errorf("%d notices, %d kept", len(got), len(d.kept()))
	}
	d.rec.Fail = nil
	if err := outbox.Again(t.Context(), d.store, tenant, d.kept()[0].ID, storage.Change{Now: d.now()}); err != nil {
		t.Fatal(err)
	}
	if d.step(); d.rec.Posts(general)[0].Edits != 1 || len(d.kept()) != 0 {
		t.Errorf("%d edits", d.rec.Posts(general)[0].Edits)
	}
}
