package discordwire_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"animo/bot/sandbox/discordwire"
	"animo/bot/sandbox/world"
)

// Whatever is typed, the client answers with a sentence and completes without
// losing what stands before the cursor's word.
func FuzzATypedLineIsUnderstoodOrRefused(f *testing.F) {
	for _, line := range []string{
		"/giveaway start duration:2h prize:\"Nitro\" winners:3", "/giveaway start prize:«x", "/giveaway start host:@", "/",
		"/giveaway admin end id:", "/giveaway start :", "/giveaway start duration::: \"", "/giveaway  start\tduration:“”", "/\xff:",
	} {
		f.Add(line)
	}
	store, err := world.OpenStore("")
	if err != nil {
		f.Fatal(err)
	}
	s, err := discordwire.New(discordwire.Options{Clock: world.NewClock(time.Now, time.Time{}), Store: store})
	if err != nil {
		f.Fatal(err)
	}
	raw, err := json.Marshal([]o{giveaway()})
	if err != nil {
		f.Fatal(err)
	}
	put := httptest.NewRequest("PUT", "/api/v10/applications/"+s.BotID()+"/commands", bytes.NewReader(raw))
	put.Header.Set("Authorization", "Bot any")
	put.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	if s.Handler().ServeHTTP(w, put); w.Code != 200 {
		f.Fatal(w.Body)
	}
	channel := s.State(admin).Channels[0].ID
	f.Fuzz(func(t *testing.T, line string) {
		a := world.Action{As: one, Kind: world.ActCommand, Channel: channel, Text: line}
		if res := s.Act(context.Background(), a); res.OK || res.Error == "" {
			t.Errorf("%q: %+v", line, res)
		}
		for _, got := range s.Complete(context.Background(), a) {
			if !strings.HasPrefix(got.Insert, "/") {
				t.Errorf("%q completes to %q", line, got.Insert)
			}
		}
	})
}
