package discordwire_test

import (
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"animo/bot/sandbox/discordwire"
	"animo/bot/sandbox/world"
)

func TestFaultsComeAfterTheirSkipsAndEnd(t *testing.T) {
	h := open(t)
	if status := h.control("PUT", "faults", []world.Fault{{Method: "POST", Path: "^/channels/[0-9]+/messages$", Skip: 1, Times: 2, Status: 503}}, nil); status != 204 {
		t.Fatalf("status %d", status)
	}
	path := "/channels/" + h.general + "/messages"
	for i, want := range []int{200, 503, 503, 200} {
		if a := h.call(0, "POST", path, o{"content": "x"}); a.status != want {
			t.Errorf("call %d: %d", i, a.status)
		}
	}
	h.call(200, "GET", path, nil)
	if n := len(h.Messages(one, h.general)); n != 2 {
		t.Errorf("%d messages, want the two that went through", n)
	}
	if status := h.control("PUT", "faults", []world.Fault{{Path: "("}}, nil); status != 400 {
		t.Errorf("a bad expression: %d", status)
	}
}

func TestARateLimitFaultSaysHowLong(t *testing.T) {
	h := open(t)
	if err := h.SetFaults([]world.Fault{{Status: 429, RetryAfter: 1500 * time.Millisecond, Global: true, Times: 1}}); err != nil {
		t.Fatal(err)
	}
	a := h.call(429, "GET", "/users/@me", nil)
	if a.o["retry_after"] != 1.5 || a.o["global"] != true || a.header.Get("X-RateLimit-Global") != "true" || a.header.Get("Retry-After") == "" {
		t.Errorf("%s %v", a.raw, a.header)
	}
}

func TestACallCanTakeEffectAndStillFail(t *testing.T) {
	h := open(t)
	for i, f := range []world.Fault{
		{Apply: true, Reset: true, Times: 1},
		{Apply: true, Cut: true, Times: 1},
		{Apply: true, Status: 502, Body: `{"oops":1}`, Times: 1},
	} {
		if err := h.SetFaults([]world.Fault{f}); err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(h.request("POST", "/channels/"+h.general+"/messages", o{"content": "x"}))
		if err == nil {
			_, err = io.ReadAll(res.Body)
			res.Body.Close()
		}
		if (err == nil) != (f.Status != 0) {
			t.Errorf("fault %d: %v", i, err)
		}
		if n := len(h.Messages(one, h.general)); n != i+1 {
			t.Errorf("after fault %d: %d messages", i, n)
		}
	}
	if err := h.SetFaults([]world.Fault{{Reset: true, Times: 1}}); err != nil {
		t.Fatal(err)
	}
	if _, err := http.DefaultClient.Do(h.request("POST", "/channels/"+h.general+"/messages", o{"content": "x"})); err == nil {
		t.Error("a reset answered")
	}
	if n := len(h.Messages(one, h.general)); n != 3 {
		t.Errorf("a call reset without effect made message %d", n)
	}
}

func TestAFaultCanOnlyDelay(t *testing.T) {
	h := open(t)
	if err := h.SetFaults([]world.Fault{{Delay: 60 * time.Millisecond}}); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	h.call(200, "GET", "/users/@me", nil)
	if d := time.Since(began); d < 60*time.Millisecond {
		t.Errorf("answered after %v", d)
	}
}

func TestBucketsCountDownAndRefuse(t *testing.T) {
	h := open(t, func(opt *discordwire.Options) { opt.EnforceLimits = true })
	path := "/channels/" + h.general + "/messages"
	for left := 4; left >= 0; left-- {
		a := h.call(200, "POST", path, o{"content": "x"})
		if a.header.Get("X-RateLimit-Remaining") != strconv.Itoa(left) || a.header.Get("X-RateLimit-Bucket") == "" || a.header.Get("X-RateLimit-Limit") != "5" {
			t.Errorf("%v", a.header)
		}
	}
	a := h.call(429, "POST", path, o{"content": "x"})
	after, _ := a.o["retry_after"].(float64)
	if after <= 0 || after > 5 || a.o["global"] != false || a.header.Get("X-RateLimit-Scope") != "user" {
		t.Errorf("%s", a.raw)
	}
	other := "/channels/" + h.ChannelID("contests") + "/messages"
	h.call(200, "POST", other, o{"content": "another channel has its own bucket"})
	if n := len(h.Messages(one, h.general)); n != 5 {
		t.Errorf("%d messages", n)
	}
}

func TestFiftyCallsASecondAreTheMostButForInteractions(t *testing.T) {
	h := open(t, func(opt *discordwire.Options) { opt.EnforceLimits = true })
	ids := h.AddPeople(h.guild, 8)
	limited := 0
	for i := range 80 {
		path := "/guilds/" + h.guild + "/members/" + ids[i%8]
		switch i % 4 {
		case 1:
			path = "/users/" + ids[i%8]
		case 2:
			path = "/channels/" + h.general
		case 3:
			path = "/users/@me"
		}
		a := h.call(0, "GET", path, nil)
		if a.o["global"] == true {
			limited++
		}
	}
	if limited == 0 {
		t.Skip("the machine was too slow for 51 calls in a second")
	}
	h.refused(10062, "POST", "/interactions/"+nobody+"/t/callback", o{"type": 6})
}

func TestUnenforcedLimitsStillSendTheirHeaders(t *testing.T) {
	h := open(t)
	for range 12 {
		a := h.post(o{"content": "x"})
		if a.header.Get("X-RateLimit-Remaining") != "4" {
			t.Fatalf("%v", a.header)
		}
	}
}
