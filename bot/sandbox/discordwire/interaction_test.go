package discordwire_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"animo/bot/sandbox/world"
)

func TestAPressReachesTheBotAndItsAnswerThePerson(t *testing.T) {
	h := open(t)
	asked := make(chan o, 1)
	h.bot(func(in o) o {
		asked <- in
		return o{"type": 4, "data": o{"content": "You are in", "flags": 64}}
	})
	m := h.post(o{"content": "Giveaway", "components": []o{row(button("enter", "Enter"))}}).id()
	res := h.act(world.Action{As: one, Kind: world.ActPress, Message: m, Control: "enter"})
	if !res.OK || res.Took <= 0 {
		t.Fatalf("%+v", res)
	}
	in := <-asked
	for want, path := range map[any][]any{
		"enter": {"data", "custom_id"}, 2.0: {"data", "component_type"}, 3.0: {"type"}, m: {"message", "id"},
		one: {"member", "user", "id"}, "en-US": {"locale"}, h.guild: {"guild_id"}, h.general: {"channel_id"}, 0.0: {"context"},
	} {
		if got := dig(in, path...); got != want {
			t.Errorf("%v is %v, want %v", path, got, want)
		}
	}
	if got := last(h, one); got.ID != res.Message || !got.Private {
		t.Errorf("the person sees %+v", got)
	}
	if got := last(h, two); got.ID != m {
		t.Errorf("others see %+v", got)
	}
	h.refused(10008, "GET", "/channels/"+h.general+"/messages/"+res.Message, nil)
}

func TestDisabledAndAbsentControlsAreNotPressed(t *testing.T) {
	h := open(t)
	h.bot(func(o) o { t.Error("the bot was asked"); return nil })
	off := button("off", "Off")
	off["disabled"] = true
	m := h.post(o{"components": []o{row(off), row(o{
		"type": 3, "custom_id": "menu", "min_values": 1, "max_values": 2,
		"options": []o{{"label": "A", "value": "a"}, {"label": "B", "value": "b"}},
	})}}).id()
	for _, a := range []world.Action{
		{As: one, Message: m, Control: "off"},
		{As: one, Message: m, Control: "none"},
		{As: one, Message: nobody, Control: "off"},
		{As: one, Message: m, Control: "menu"},
		{As: one, Message: m, Control: "menu", Values: []string{"c"}},
		{As: one, Message: m, Control: "menu", Values: []string{"a", "a"}},
	} {
		a.Kind = world.ActPress
		if res := h.act(a); res.OK || res.Error == "" {
			t.Errorf("%+v: %+v", a, res)
		}
	}
}

func TestChoicesComeWithWhatTheyStandFor(t *testing.T) {
	h := open(t)
	asked := make(chan o, 1)
	h.bot(func(in o) o { asked <- in; return o{"type": 6} })
	m := h.post(o{"components": []o{row(o{"type": 5, "custom_id": "who"}), row(o{"type": 8, "custom_id": "where", "channel_types": []int{0}})}}).id()
	if res := h.act(world.Action{As: one, Kind: world.ActPress, Message: m, Control: "who", Values: []string{two}}); !res.OK {
		t.Fatal(res.Error)
	}
	in := <-asked
	if dig(in, "data", "resolved", "users", two, "username") != "member-2" || dig(in, "data", "resolved", "members", two, "permissions") == nil {
		t.Errorf("%v", in["data"])
	}
	if res := h.act(world.Action{As: one, Kind: world.ActPress, Message: m, Control: "where", Values: []string{h.general}}); !res.OK {
		t.Fatal(res.Error)
	}
	if in := <-asked; dig(in, "data", "resolved", "channels", h.general, "name") != "general" {
		t.Errorf("%v", in["data"])
	}
}

func TestAnUnansweredInteractionFails(t *testing.T) {
	h := open(t, quickly)
	m := h.post(o{"components": []o{row(button("a", "A"))}}).id()
	press := world.Action{As: one, Kind: world.ActPress, Message: m, Control: "a"}
	if res := h.act(press); res.OK || res.Error != "The application did not respond" || res.Took > quick {
		t.Errorf("with nobody connected: %+v", res)
	}
	asked := make(chan o, 1)
	h.bot(func(in o) o { asked <- in; return nil })
	if res := h.act(press); res.OK || res.Error != "The application did not respond" || res.Took < quick {
		t.Errorf("with a silent bot: %+v", res)
	}
	if a := h.callback(<-asked, o{"type": 6}); a.code() != 10062 || a.status != 404 {
		t.Errorf("too late: %d %s", a.status, a.raw)
	}
}

func TestAnInteractionIsAnsweredOnce(t *testing.T) {
	h := open(t)
	second := make(chan answer, 1)
	h.bot(func(in o) o {
		for _, wrong := range []o{
			{"type": 99},
			{"type": 8, "data": o{"choices": []o{}}},
			{"type": 4, "data": o{"content": ""}},
			{"type": 9, "data": o{"title": "", "custom_id": "x", "components": []o{}}},
		} {
			if a := h.callback(in, wrong); a.status != 400 {
				t.Errorf("%v: %d %s", wrong, a.status, a.raw)
			}
		}
		h.callback(in, o{"type": 7, "data": o{"content": "new"}})
		second <- h.callback(in, o{"type": 6})
		return nil
	})
	m := h.post(o{"content": "old", "components": []o{row(button("a", "A"))}}).id()
	if res := h.act(world.Action{As: one, Kind: world.ActPress, Message: m, Control: "a"}); !res.OK {
		t.Fatal(res.Error)
	}
	if got := h.call(200, "GET", "/channels/"+h.general+"/messages/"+m, nil); got.o["content"] != "new" {
		t.Errorf("%s", got.raw)
	}
	if a := <-second; a.code() != 40060 {
		t.Errorf("a second answer: %d %s", a.status, a.raw)
	}
}

func TestTheTokenOutlivesTheAnswerByFifteenMinutes(t *testing.T) {
	h := open(t)
	asked := make(chan o, 1)
	h.bot(func(in o) o { asked <- in; return o{"type": 5, "data": o{"flags": 64}} })
	m := h.post(o{"components": []o{row(button("a", "A"))}}).id()
	if res := h.act(world.Action{As: one, Kind: world.ActPress, Message: m, Control: "a"}); !res.OK {
		t.Fatal(res.Error)
	}
	in := <-asked
	if got := last(h, one); !got.Waiting || !got.Private {
		t.Errorf("a deferred answer shows as %+v", got)
	}
	if a := h.callback(in, o{"type": 6}); a.code() != 40060 {
		t.Errorf("a second callback: %d %s", a.status, a.raw)
	}
	h.refused(50006, "PATCH", h.hook(in, "/messages/@original"), o{})
	first := h.call(200, "POST", h.hook(in, ""), o{"content": "first"})
	if got := last(h, one); got.ID != first.id() || got.Waiting {
		t.Errorf("the first followup did not take the deferred answer's place: %+v", got)
	}
	second := h.call(200, "POST", h.hook(in, "?wait=true"), o{"content": "second", "flags": 64})
	h.call(200, "PATCH", h.hook(in, "/messages/"+second.id()), o{"content": "third"})
	if got := h.call(200, "GET", h.hook(in, "/messages/@original"), nil); got.o["content"] != "first" {
		t.Errorf("%s", got.raw)
	}
	h.refused(10008, "GET", h.hook(in, "/messages/"+m), nil)
	h.call(204, "DELETE", h.hook(in, "/messages/@original"), nil)
	h.clock.Advance(16 * time.Minute)
	h.refused(50027, "PATCH", h.hook(in, "/messages/"+second.id()), o{"content": "late"})
}

func TestFollowupsWaitForTheFirstAnswer(t *testing.T) {
	h := open(t)
	early := make(chan answer, 1)
	h.bot(func(in o) o {
		early <- h.call(0, "POST", h.hook(in, ""), o{"content": "early"})
		return o{"type": 6}
	})
	m := h.post(o{"components": []o{row(button("a", "A"))}}).id()
	h.act(world.Action{As: one, Kind: world.ActPress, Message: m, Control: "a"})
	if a := <-early; a.code() != 10015 {
		t.Errorf("%d %s", a.status, a.raw)
	}
}

func modal() o {
	return o{"type": 9, "data": o{"custom_id": "form", "title": "A form", "components": []o{
		row(o{"type": 4, "custom_id": "prize", "label": "Prize", "style": 1, "min_length": 2, "max_length": 5}),
		{"type": 18, "label": "Winners", "component": o{"type": 3, "custom_id": "winners", "options": []o{
			{"label": "One", "value": "1"}, {"label": "Two", "value": "2"},
		}}},
		{"type": 18, "label": "Note", "component": o{"type": 4, "custom_id": "note", "style": 2, "required": false}},
	}}}
}

func TestAFormGoesThereAndBack(t *testing.T) {
	h := open(t)
	submitted := make(chan o, 1)
	h.bot(func(in o) o {
		if in["type"] == 5.0 {
			submitted <- in
			return o{"type": 4, "data": o{"content": "Noted"}}
		}
		return modal()
	})
	m := h.post(o{"components": []o{row(button("a", "A"))}}).id()
	res := h.act(world.Action{As: one, Kind: world.ActPress, Message: m, Control: "a"})
	if !res.OK || res.Modal == nil {
		t.Fatalf("%+v", res)
	}
	submit := func(as string, fields map[string][]string) world.Result {
		return h.act(world.Action{As: as, Kind: world.ActSubmit, Modal: res.Modal.ID, Fields: fields})
	}
	bad := submit(one, map[string][]string{"prize": {"x"}, "winners": {"3"}})
	if bad.OK || len(bad.FieldErrors) != 2 {
		t.Errorf("mistakes: %+v", bad)
	}
	if other := submit(two, map[string][]string{"prize": {"Nitro"}, "winners": {"2"}}); other.OK {
		t.Error("somebody else sent the form")
	}
	good := submit(one, map[string][]string{"prize": {"Nitro"}, "winners": {"2"}})
	if !good.OK || good.Message == "" {
		t.Fatalf("%+v", good)
	}
	in := <-submitted
	for want, path := range map[any][]any{
		"form": {"data", "custom_id"}, "Nitro": {"data", "components", 0, "components", 0, "value"},
		"2": {"data", "components", 1, "component", "values", 0}, "": {"data", "components", 2, "component", "value"},
		m: {"message", "id"}, 18.0: {"data", "components", 1, "type"},
	} {
		if got := dig(in, path...); got != want {
			t.Errorf("%v is %v, want %v", path, got, want)
		}
	}
	if again := submit(one, map[string][]string{"prize": {"Nitro"}, "winners": {"2"}}); again.OK {
		t.Error("a sent form is still open")
	}
}

func TestAMessagesMenuNamesTheMessage(t *testing.T) {
	h := open(t)
	asked := make(chan o, 1)
	h.bot(func(in o) o { asked <- in; return o{"type": 4, "data": o{"content": "Done", "flags": 64}} })
	h.commands(o{"type": 3, "name": "Reroll", "name_localizations": o{"fr": "Retirer"}, "default_member_permissions": "32"})
	id, err := h.Post(h.general, one, "a message")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(h.State(one).Shortcuts); n != 0 {
		t.Errorf("%d shortcuts are offered to who may not use them", n)
	}
	if res := h.act(world.Action{As: one, Kind: world.ActShortcut, Message: id, Control: "Reroll"}); res.OK {
		t.Error("a shortcut without the permission")
	}
	if err := h.SetLocale(mod, "fr"); err != nil {
		t.Fatal(err)
	}
	if got := h.State(mod).Shortcuts; len(got) != 1 || got[0] != (world.Shortcut{Name: "Reroll", Label: "Retirer"}) {
		t.Errorf("offered %v", got)
	}
	if res := h.act(world.Action{As: mod, Kind: world.ActShortcut, Message: id, Control: "Reroll"}); !res.OK {
		t.Fatal(res.Error)
	}
	in := <-asked
	if dig(in, "data", "target_id") != id || dig(in, "data", "resolved", "messages", id, "content") != "a message" {
		t.Errorf("%v", in["data"])
	}
}

func TestAThousandPressesAreAllAnswered(t *testing.T) {
	h := open(t)
	h.bot(func(o) o { return o{"type": 6} })
	people := h.AddPeople(h.guild, 1000)
	m := h.post(o{"components": []o{row(button("enter", "Enter"))}}).id()
	began := time.Now()
	var wg sync.WaitGroup
	fails := make(chan string, len(people))
	const atOnce = 40
	for lane := range atOnce {
		wg.Go(func() {
			for i := lane; i < len(people); i += atOnce {
				if res := h.act(world.Action{As: people[i], Kind: world.ActPress, Message: m, Control: "enter"}); !res.OK {
					fails <- res.Error
				}
			}
		})
	}
	wg.Wait()
	close(fails)
	if len(fails) > 0 || time.Since(began) > 10*time.Second {
		t.Errorf("%d of 1,000 failed in %v: %s", len(fails), time.Since(began), fmt.Sprint(<-fails))
	}
}
