package outbox_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/chat/chattest"
	"animo/bot/outbox"
	"animo/storage"
	"animo/storage/storagetest"
)

func TestWhatThePlatformWillNeverTakeIsKeptAndTheTeamIsTold(t *testing.T) {
	for _, kind := range []chat.Trouble{chat.TroubleForbidden, chat.TroubleGone, chat.TroubleRefused} {
		d := open(t)
		d.fail(&chat.Error{Trouble: kind, Doing: "post", Missing: "Send Messages"})
		d.put("a", 0, post("hello"))
		d.put("b", 0, post("and then"))
		d.step()
		kept := d.kept()
		if len(kept) != 1 {
			t.Fatalf("%s: %d kept", kind, len(kept))
		}
		var u outbox.Undelivered
		if err := json.Unmarshal(kept[0].Body, &u); err != nil || u.Key != "a" || u.Trouble != kind || u.Missing != "Send Messages" || u.Item.Card.Plain() != "hello" || !u.At.Equal(d.now()) {
			t.Errorf("%s: %+v %v", kind, u, err)
		}
		if got, want := d.said(team), "undelivered "+kept[0].ID+" "+string(kind)+" Send Messages"; !slices.Equal(got, []string{want}) {
			t.Errorf("%s: the team reads %v", kind, got)
		}
		if got := d.said(general); !slices.Equal(got, []string{"and then"}) {
			t.Errorf("%s: what follows is held up: %v", kind, got)
		}
	}
}

func TestWhatWasGivenUpIsTriedAgainOnce(t *testing.T) {
	d := open(t)
	d.fail(trouble(chat.TroubleForbidden))
	d.put("a", 0, post("hello"))
	d.step()
	id := d.kept()[0].ID
	var wg sync.WaitGroup
	results := make(chan error, 5)
	for range 5 {
		wg.Go(func() { results <- outbox.Again(t.Context(), d.store, tenant, id, storage.Change{Now: d.now()}) })
	}
	wg.Wait()
	close(results)
	taken := 0
	for err := range results {
		switch {
		case err == nil:
			taken++
		case !errors.Is(err, storage.ErrNotFound):
			t.Error(err)
		}
	}
	d.step()
	if got := d.said(general); taken != 1 || !slices.Equal(got, []string{"hello"}) || len(d.kept()) != 0 {
		t.Errorf("taken %d times; said %v; kept %d", taken, got, len(d.kept()))
	}
	if err := outbox.Again(t.Context(), d.store, "discord:2", id, storage.Change{Now: d.now()}); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("another community: %v", err)
	}
}

func TestACardTriedAgainShowsTheGameAsItIsNow(t *testing.T) {
	d := open(t)
	d.fail(trouble(chat.TroubleForbidden))
	card := post("as it was at the start")
	card.Subject, card.Slot, card.Drawn = "G1", "card", true
	d.put("G1/post/card", 0, card)
	d.step()
	d.advance(48 * time.Hour)
	if err := outbox.Again(t.Context(), d.store, tenant, d.kept()[0].ID, storage.Change{Now: d.now()}); err != nil {
		t.Fatal(err)
	}
	d.until(time.Minute)
	if got := d.said(general); !slices.Equal(got, []string{"G1 drawing 1"}) {
		t.Errorf("the channel shows %v", got)
	}
}

func TestWhatFailsAgainIsToldAgain(t *testing.T) {
	d := open(t)
	d.fail(trouble(chat.TroubleForbidden))
	d.put("a", 0, post("hello"))
	d.step()
	d.fail(trouble(chat.TroubleGone))
	if err := outbox.Again(t.Context(), d.store, tenant, d.kept()[0].ID, storage.Change{Now: d.now()}); err != nil {
		t.Fatal(err)
	}
	d.step()
	posts := d.rec.Posts(team)
	if len(posts) != 2 || posts[0].Message.Key == posts[1].Message.Key || len(d.kept()) != 1 {
		t.Errorf("%+v", posts)
	}
}

func TestATeamChannelThatFailsIsNotToldOfItself(t *testing.T) {
	d := open(t)
	forbidden := trouble(chat.TroubleForbidden)
	d.fail(forbidden, forbidden)
	d.put("a", 0, post("hello"))
	d.step()
	d.advance(time.Hour)
	if n := d.step(); n != 0 || len(d.kept()) != 2 || len(d.said(team)) != 0 {
		t.Errorf("%d more effects, %d kept", n, len(d.kept()))
	}
}

func TestACommunityWithoutATeamChannelKeepsWhatWasGivenUp(t *testing.T) {
	d := open(t)
	d.hasTeam = false
	d.fail(trouble(chat.TroubleForbidden))
	d.put("a", 0, post("hello"))
	if d.step(); len(d.kept()) != 1 || len(d.said(team)) != 0 {
		t.Errorf("%d kept, told %v", len(d.kept()), d.said(team))
	}
}

func TestAMemberWhoTakesNoMessagesIsNobodysTrouble(t *testing.T) {
	d := open(t)
	i := outbox.Item{Kind: outbox.ItemDirect, Space: space, Member: member, Card: say("you won"), Subject: "game", Slot: "dm", Tell: true}
	d.fail(trouble(chat.TroubleUnreachable))
	d.put("a", 0, i)
	d.step()
	news := d.news()
	if len(d.kept()) != 0 || len(d.said(team)) != 0 || len(news) != 1 || !strings.Contains(string(news[0].Body), "unreachable") {
		t.Errorf("kept %v, told %v, news %+v", d.kept(), d.said(team), news)
	}
	d.put("b", 0, i)
	if d.step(); len(d.said(chattest.DirectOf(member))) != 1 {
		t.Errorf("%v", d.rec.Calls())
	}
}

func TestARoleThatCannotBeGivenIsTold(t *testing.T) {
	d := open(t)
	d.fail(trouble(chat.TroubleForbidden))
	d.put("a", 0, outbox.Item{Kind: outbox.ItemGrant, Space: space, Member: member, Role: "discord:30"})
	d.step()
	if len(d.said(team)) != 1 {
		t.Fatal("the team is not told")
	}
	if err := outbox.Again(t.Context(), d.store, tenant, d.kept()[0].ID, storage.Change{Now: d.now()}); err != nil {
		t.Fatal(err)
	}
	if d.step(); len(d.rec.Given(member)) != 1 {
		t.Error("not given")
	}
}

func TestGivingUpOutlivesAStoreThatFails(t *testing.T) {
	broken := false
	d := open(t, func(s storage.Store) storage.Store {
		return &storagetest.Failing{Store: s, Before: func(op string, _ int) error {
			if broken && op == "Commit" {
				broken = false
				return errLost
			}
			return nil
		}}
	})
	d.fail(trouble(chat.TroubleForbidden), trouble(chat.TroubleForbidden))
	d.put("a", 0, post("hello"))
	broken = true
	d.step()
	if len(d.kept()) != 0 {
		t.Fatal("the commit did not fail")
	}
	d.advance(leased)
	d.until(10 * time.Minute)
	if len(d.kept()) != 1 || len(d.said(team)) != 1 {
		t.Errorf("%d kept, told %v", len(d.kept()), d.said(team))
	}
}
