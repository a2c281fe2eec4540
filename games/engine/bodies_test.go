package engine_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"animo/bot/chat"
	"animo/games"
	"animo/games/engine"
)

// ledger is a game in which each press writes one letter more into the body of
// a member's entry, and "read" posts all bodies in another channel.
type ledger struct{}

type page struct {
	Read []string `json:"read"`
}

const elsewhere chat.ChannelID = "discord:21"

func (ledger) Kind() string { return "ledger" }

func (ledger) Decide(s page, e games.Event, l games.Look) (games.Outcome[page], error) {
	p, ok := e.(games.Pressed)
	switch {
	case !ok:
		return games.Outcome[page]{
			State: &page{}, Posts: []games.Post{{Slot: "opening", Card: chat.Say(chat.Words("opening"))}},
		}, nil
	case p.Verb == "read":
		for e, err := range l.Bodies() {
			if err != nil {
				return games.Outcome[page]{}, err
			}
			s.Read = append(s.Read, fmt.Sprintf("%s %d %s", e.Member, e.Seq, e.Body))
		}
		return games.Outcome[page]{
			State: &s, Retract: []string{"opening"},
			Posts: []games.Post{{Slot: "read", Channel: elsewhere, Card: chat.Say(chat.Words(strings.Join(s.Read, "; ")))}},
		}, nil
	case l.Own == nil:
		return games.Outcome[page]{Enter: []games.Enter{{Member: p.By.ID, Body: json.RawMessage(`"a"`)}}}, nil
	}
	var text string
	if err := json.Unmarshal(l.Own.Body, &text); err != nil {
		return games.Outcome[page]{}, err
	}
	body, err := json.Marshal(text + "a")
	return games.Outcome[page]{Update: []games.Enter{{Member: p.By.ID, Body: body}}}, err
}

func (ledger) Show(page, games.Look) chat.Card { return chat.Card{} }
func (ledger) Sum(page) games.Summary          { return games.Summary{Status: games.StatusOpen} }

func TestABodyIsReplacedAndRead(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.platform.AddChannel(chat.Channel{ID: elsewhere, Space: space})
	id, err := h.engine.Start(t.Context(), engine.StartRequest{
		Community: h.community(), Space: space, Channel: channel, Kind: "ledger", By: chat.Actor{ID: host}, EventID: "start",
	})
	h.must(err)
	for n, m := range []int{2, 1, 2, 2} {
		_, err := h.press(id, "write", member(m), fmt.Sprint("write-", n))
		h.must(err)
		h.drain()
	}
	if got := h.posts(channel); len(got) != 1 {
		t.Fatalf("posted %q", got)
	}
	h.reboot()
	_, err = h.press(id, "read", host, "read")
	h.must(err)
	h.drain()
	want := fmt.Sprintf(`%s 2 "a"; %s 1 "aaa"`, member(1), member(2))
	if got := h.posts(elsewhere); len(got) != 1 || got[0] != want {
		t.Errorf("read %q, want %q", got, want)
	}
	if got := h.posts(channel); len(got) != 0 {
		t.Errorf("what was taken back is still there: %q", got)
	}
}
