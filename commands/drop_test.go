package commands_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/games"
	"animo/games/drop"
	"animo/games/engine"
)

// drops starts a drop and returns its id.
func (s *side) drops(args ...string) string {
	s.t.Helper()
	before := s.listed(drop.Kind)
	who := s.staff()
	if slices.Contains(args, "role") {
		who = s.manager()
	}
	reply := s.types(who, "drop start", append([]string{"prize", "Nitro"}, args...)...)
	s.settle()
	for _, l := range s.listed(drop.Kind) {
		if !slices.ContainsFunc(before, func(b engine.Listed) bool { return b.ID == l.ID }) {
			return l.ID
		}
	}
	s.t.Fatalf("no drop was started: %s", said(reply))
	return ""
}

// listed are the games of a kind that are not over.
func (s *side) listed(kind string) []engine.Listed {
	s.t.Helper()
	c, err := s.book.Load(s.t.Context(), chat.CommunityID(s.space))
	must(s.t, err)
	l, err := s.engine.List(s.t.Context(), c, kind, games.StatusOpen, 100)
	must(s.t, err)
	return l
}

func (s *side) drop(id string) (out drop.State) {
	s.t.Helper()
	c, err := s.book.Load(s.t.Context(), chat.CommunityID(s.space))
	must(s.t, err)
	l, err := s.engine.Get(s.t.Context(), c, drop.Kind, id)
	must(s.t, err)
	must(s.t, json.Unmarshal(l.State, &out))
	return out
}

func (s *side) takes(name, id string) chat.Reply {
	s.t.Helper()
	return s.presses(s.member(name), chat.Act(drop.Kind, drop.VerbTake, id))
}

func TestADropIsWonByTheFastest(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.drops("winners", "2")
		posts := s.posts("general")
		if len(posts) != 1 {
			t.Fatalf("%d posts", len(posts))
		}
		if got := control(t, &posts[0].Message.Card, drop.VerbTake); got.Action.Subject != id {
			t.Errorf("%+v", got)
		}
		if s.drop(id).Shown.IsZero() {
			t.Error("nobody told the drop when its card was there")
		}
		s.now = s.now.Add(1200 * time.Millisecond)
		s.holds(s.takes("ann", id), s.in("Nitro is yours, in 1.2 s", "Nitro est à vous, en 1,2 s"), s.in("No. 1 of 2", "N° 1 sur 2"))
		s.holds(s.takes("ann", id), s.in("yours already", "déjà à vous"))
		s.now = s.now.Add(time.Minute)
		s.takes("bob", id)
		s.settle()
		s.changesNothing(func() {
			s.holds(s.takes("eve", id), s.in("others were faster", "d’autres ont été plus rapides"), "@"+string(s.id("ann"))+" ("+s.in("1.2", "1,2"))
		})
		s.pass(time.Minute)
		if w := s.drop(id).Wins; len(w) != 2 || w[0].Member != s.id("ann") || w[1].Member != s.id("bob") {
			t.Errorf("%+v", w)
		}
		card := s.posts("general")[0].Message.Card
		if text := card.Plain(); !strings.Contains(text, "1. @"+string(s.id("ann"))) || strings.Contains(text, drop.VerbTake) {
			t.Errorf("the card is\n%s", text)
		}
	})
}

func TestACrowdNeverWinsMoreThanThereIs(t *testing.T) {
	for _, winners := range []int{1, 5} {
		t.Run(fmt.Sprint(winners), func(t *testing.T) {
			s := on(t, chat.Discord)
			id := s.drops("winners", fmt.Sprint(winners))
			c, err := s.book.Load(t.Context(), chat.CommunityID(s.space))
			must(t, err)
			b, err := words()
			must(t, err)
			const crowd = 100
			var all sync.WaitGroup
			won, late := make(chan string, 2*crowd), make(chan string, 2*crowd)
			began := time.Now()
			for n := range 2 * crowd { // everybody presses twice
				all.Go(func() {
					press := chat.Pressed{
						Meta:   chat.Meta{ID: fmt.Sprint("crowd-", n), Space: s.space, Actor: s.member(fmt.Sprint("m", n%crowd))},
						Action: chat.Act(drop.Kind, drop.VerbTake, id),
					}
					reply, err := s.engine.Press(t.Context(), c, press, b.Printer(chat.English))
					var refusal *games.Refusal
					switch {
					case errors.As(err, &refusal):
						late <- refusal.Line.Plain()
					case err != nil:
						t.Error(err)
					default:
						won <- said(reply)
					}
				})
			}
			all.Wait()
			t.Logf("%d presses in %s", 2*crowd, time.Since(began))
			close(won)
			close(late)
			first := 0
			for text := range won {
				if strings.Contains(text, "You got it") {
					first++
				}
			}
			if w := s.drop(id).Wins; first != winners || len(w) != winners {
				t.Errorf("%d were told that they won, %d did, of %d", first, len(w), winners)
			}
			for text := range late {
				if !strings.Contains(text, "Too late") {
					t.Errorf("a loser is told %q", text)
				}
			}
		})
	}
}

func TestAHiddenDropGivesNothingAway(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		reply := s.types(s.staff(), "drop start", "prize", "Nitro", "within", "3h")
		s.holds(reply, s.in("nobody knows", "personne ne connaît"))
		s.settle()
		if n := len(s.posts("general")); n > 0 {
			t.Fatalf("%d posts", n)
		}
		id := s.listed(drop.Kind)[0].ID
		at := s.drop(id).Appears
		lines, err := s.store.Log(t.Context(), s.tenant(), 0, 100)
		must(t, err)
		list := s.types(s.staff(), "drop list")
		s.holds(list, "Nitro", s.in("hidden, no later than ", "caché, au plus tard le ")+noon.Add(3*time.Hour).Format("2006-01-02 15:04"))
		for what, v := range map[string]any{"answer": reply, "list": list, "log": lines} {
			raw, err := json.Marshal(v)
			must(t, err)
			for _, form := range []string{at.UTC().Format("2006-01-02T15:04:05"), fmt.Sprint(at.Unix()), at.UTC().Format("15:04:05")} {
				if strings.Contains(string(raw), form) && at.Sub(noon) > time.Minute {
					t.Errorf("the %s tells that it appears at %s:\n%s", what, form, raw)
				}
			}
		}
		s.holds(s.takes("ann", id), s.in("its time has passed", "son temps est passé"))
		s.pass(at.Sub(s.now))
		if n := len(s.posts("general")); n != 1 {
			t.Fatalf("%d posts at its instant", n)
		}
		s.holds(s.takes("ann", id), s.in("You got it", "C’est gagné"))
	})
}

func TestAMemberNeitherListsNorStartsDrops(t *testing.T) {
	s := on(t, chat.Discord)
	s.drops("within", "3h")
	for _, path := range []string{"drop list", "drop start", "drop cancel"} {
		r := s.types(s.member("ann"), path, "prize", "x")
		if text := said(r); strings.Contains(text, "Nitro") || !strings.Contains(text, "team") {
			t.Errorf("%s: %s", path, text)
		}
	}
}

func TestADropIsCancelled(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.holds(s.types(s.staff(), "drop cancel"), s.in("no drop to come", "Aucun drop n’est à venir"))
		s.holds(s.types(s.staff(), "drop list"), s.in("There is no drop yet", "pas encore de drop"))
		s.drops("after", "2h")
		s.holds(s.types(s.staff(), "drop cancel"), s.in("Nobody has seen it", "Personne ne l’a vu"))
		first := s.drops()
		second := s.drops()
		s.holds(s.types(s.staff(), "drop cancel"), s.in("There are several", "Il y en a plusieurs"), "id:")
		s.holds(s.types(s.staff(), "drop cancel", "id", "nothing"), s.in("There is no drop", "Il n’y a pas de drop"))
		s.holds(s.types(s.staff(), "drop cancel", "id", strings.ToLower(first), "reason", "sold out"), s.in("is cancelled", "est annulé"))
		s.pass(time.Minute)
		if text := s.posts("general")[0].Message.Card.Plain(); !strings.Contains(text, "sold out") {
			t.Errorf("the card is\n%s", text)
		}
		s.holds(s.types(s.staff(), "drop cancel", "id", first), s.in("over already", "déjà terminé"))
		s.holds(s.types(s.staff(), "drop list"), second, first)
	})
}

func TestADropThatIsAskedForWronglyIsExplained(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		for _, row := range []struct {
			args            []string
			english, french string
		}{
			{[]string{"prize", " "}, "needs a prize", "a besoin d’un lot"},
			{[]string{"prize", strings.Repeat("x", 300)}, "at most 200 fit", "il en tient 200 au plus"},
			{[]string{"prize", "x", "winners", "101"}, "choose from 1 to 100", "choisissez de 1 à 100"},
			{[]string{"prize", "x", "after", "soonish"}, "soonish", "soonish"},
			{[]string{"prize", "x", "within", "5s"}, "from one minute to 31 days", "d’une minute à 31 jours"},
			{[]string{"prize", "x", "after", "3d", "within", "2h", "lasts", "3s"}, "stays open from one minute", "reste ouvert d’une minute"},
			{[]string{"prize", "x", "lasts", "a while"}, "a while", "a while"},
			{[]string{"prize", "x", "role_days", "3"}, "name the role as well", "indiquez aussi le rôle"},
		} {
			s.changesNothing(func() {
				s.holds(s.types(s.manager(), "drop start", row.args...), s.in(row.english, row.french))
			})
		}
		wants := s.in("Animo cannot give roles", "Animo ne peut pas donner de rôle")
		if s.platform.Caps.Roles {
			wants = s.in("Only those who manage", "Seules les personnes qui gèrent")
		}
		s.holds(s.types(s.staff(), "drop start", "prize", "x", "role", string(s.network)+":r"), wants)
		s.holds(s.types(s.staff(), "drop start", "prize", "x", "channel", string(s.channel("locked"))), s.in("Send Messages", "Envoyer des messages"))
	})
}
