package games_test

import (
	"encoding/json"
	"errors"
	"testing"

	"animo/bot/chat"
	"animo/games"
)

// tower is a game that grows with each press.
type tower struct{}

type height struct {
	Storeys int `json:"storeys"`
}

func (tower) Kind() string { return "tower" }

func (tower) Decide(s height, e games.Event, _ games.Look) (games.Outcome[height], error) {
	switch e := e.(type) {
	case games.Pressed:
		if e.Verb == "topple" {
			return games.Outcome[height]{}, games.Refuse(chat.Words("no"))
		}
		s.Storeys++
		return games.Outcome[height]{
			State: &s, Enter: []games.Enter{{Member: "a"}}, Leave: []chat.MemberID{"b"}, Wakes: []games.Wake{{Name: "c"}},
			Cancel: []string{"d"}, Ask: &games.Question{Name: "e"}, Posts: []games.Post{{Slot: "f"}},
			Directs: []games.Direct{{Name: "g"}}, Grants: []games.Grant{{Name: "h"}}, Redraw: games.RedrawState, Remove: true,
			Update: []games.Enter{{Member: "j"}}, Retract: []string{"k"},
			Notes: []games.Note{{By: "i"}}, Answer: func(games.Standing) chat.Reply { return chat.Reply{Public: true} },
		}, nil
	}
	return games.Outcome[height]{}, nil
}

func (tower) Show(s height, _ games.Look) chat.Card {
	return chat.Say(chat.Words(string(rune('0' + s.Storeys))))
}

func (tower) Sum(s height) games.Summary { return games.Summary{Title: string(rune('0' + s.Storeys))} }

func TestASealedGameCarriesEverythingOver(t *testing.T) {
	g := games.Seal[height](tower{})
	o, err := g.Decide(json.RawMessage(`{"storeys":4}`), games.Pressed{}, games.Look{})
	if err != nil || o.State == nil || string(*o.State) != `{"storeys":5}` {
		t.Fatalf("%+v, %v", o, err)
	}
	if len(o.Enter)+len(o.Leave)+len(o.Wakes)+len(o.Cancel)+len(o.Posts)+len(o.Directs)+len(o.Grants)+len(o.Notes)+len(o.Update)+len(o.Retract) != 10 {
		t.Errorf("something is lost: %+v", o)
	}
	if o.Ask == nil || o.Redraw != games.RedrawState || !o.Remove || !o.Answer(games.Standing{}).Public {
		t.Errorf("something is lost: %+v", o)
	}
	card, err := g.Show(*o.State, games.Look{})
	sum, err2 := g.Sum(*o.State)
	if err != nil || err2 != nil || card.Plain() != "5" || sum.Title != "5" || g.Kind() != "tower" {
		t.Errorf("%q, %q, %v, %v", card.Plain(), sum.Title, err, err2)
	}
}

func TestASealedGameStartsFromNothing(t *testing.T) {
	o, err := games.Seal[height](tower{}).Decide(nil, games.Pressed{}, games.Look{})
	if err != nil || string(*o.State) != `{"storeys":1}` {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestAnUnchangedStateStaysNil(t *testing.T) {
	o, err := games.Seal[height](tower{}).Decide(json.RawMessage(`{"storeys":4}`), games.Woke{}, games.Look{})
	if err != nil || o.State != nil {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestARefusalComesThroughTheSeal(t *testing.T) {
	_, err := games.Seal[height](tower{}).Decide(nil, games.Pressed{Verb: "topple"}, games.Look{})
	var r *games.Refusal
	if !errors.As(err, &r) || r.Line.Plain() != "no" || r.Error() != "refused: no" {
		t.Errorf("%v", err)
	}
}

func TestAStateThatCannotBeReadIsAnError(t *testing.T) {
	g, bad := games.Seal[height](tower{}), json.RawMessage(`{"storeys":"many"}`)
	_, err1 := g.Decide(bad, games.Pressed{}, games.Look{})
	_, err2 := g.Show(bad, games.Look{})
	_, err3 := g.Sum(bad)
	if err1 == nil || err2 == nil || err3 == nil {
		t.Errorf("%v, %v, %v", err1, err2, err3)
	}
}

// hooded is a tower whose entries bear other names.
type hooded struct{ tower }

func (hooded) Mask(s height, m chat.MemberID) chat.MemberID {
	return chat.MemberID(string(rune('0'+s.Storeys))) + m
}

func TestAMaskedGameNamesItsEntries(t *testing.T) {
	state := json.RawMessage(`{"storeys":4}`)
	for _, row := range []struct {
		game   games.Game
		member chat.MemberID
		want   chat.MemberID
	}{
		{games.Seal[height](tower{}), "m", "m"}, {games.Seal[height](hooded{}), "m", "4m"}, {games.Seal[height](hooded{}), "", ""},
	} {
		if got, err := row.game.Mask(state, row.member); got != row.want || err != nil {
			t.Errorf("%q becomes %q, want %q: %v", row.member, got, row.want, err)
		}
	}
	if _, err := games.Seal[height](hooded{}).Mask(json.RawMessage(`[]`), "m"); err == nil {
		t.Error("a state that cannot be read gives a mask")
	}
}
