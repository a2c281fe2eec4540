package engine_test

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
	"animo/bot/chat/chattest"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/engine"
	"animo/games/giveaway"
	"animo/storage"
	"animo/storage/storagetest"
)

func readState(raw json.RawMessage) (s giveaway.State, err error) {
	err = json.Unmarshal(raw, &s)
	return s, err
}

func TestAGiveawayFromStartToAnnouncement(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.start(func(p *giveaway.Params) { p.Role, p.RoleFor = role, 24*time.Hour })
	h.drain()
	h.enter(id, 0, 5)
	h.settle(h.Now().Add(10 * time.Second))
	if n := h.entrantsShown(); n != "5" || len(h.posts(channel)) != 1 {
		t.Fatalf("the card shows %q entrants", n)
	}
	h.settle(h.state(id).Ends.Add(time.Minute))
	s := h.state(id)
	winners := s.PastWinners()
	if s.Phase != giveaway.PhaseAnnounced || len(winners) != 2 || s.Late {
		t.Fatalf("%+v", s)
	}
	posts := h.platform.Posts(channel)
	if len(posts) != 2 || posts[1].Message.ReplyTo != posts[0].Ref || !slices.Equal(posts[1].Message.Card.Pings.Members, winners) {
		t.Fatalf("%+v", posts)
	}
	if !strings.Contains(posts[0].Message.Card.Plain(), "@"+string(winners[1])) {
		t.Errorf("the card does not name the winners:\n%s", posts[0].Message.Card.Plain())
	}
	for _, m := range winners {
		if got := h.posts(chattest.DirectOf(m)); len(got) != 1 || !slices.Equal(h.platform.Given(m), []chat.RoleID{role}) {
			t.Errorf("%s is told %q and has the roles %v", m, got, h.platform.Given(m))
		}
	}
	if got := h.posts(chattest.DirectOf(host)); len(got) != 1 {
		t.Errorf("the host is told %q", got)
	}
	h.settle(h.Now().Add(25 * time.Hour))
	if got := h.platform.Given(winners[0]); len(got) != 0 {
		t.Errorf("after its time the role is kept: %v", got)
	}
	actions := h.actions()
	if !slices.Equal(actions, []string{"giveaway.draw", "giveaway.start"}) {
		t.Errorf("the log has %v", actions)
	}
}

func (h *house) actions() []string {
	h.Helper()
	lines, err := h.file.Log(h.Context(), h.tenant(), 0, 100)
	h.must(err)
	var out []string
	for _, l := range lines {
		out = append(out, l.Action)
	}
	return out
}

func TestAMemberEntersOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.start()
	h.enter(id, 0, 2)
	prize := i18n.In("prize", chat.Strong(chat.T("Prize")))
	reply, err := h.press(id, giveaway.VerbEnter, member(1), "again")
	h.must(err)
	if want := h.text("giveaway.entered_already", prize, i18n.Num("number", 2)); !strings.Contains(reply.Card.Plain(), want) {
		t.Errorf("told %q, not %q", reply.Card.Plain(), want)
	}
	h.enter(id, 2, 3)
	tally, err := h.file.Tally(h.Context(), h.tenant(), id)
	h.must(err)
	if tally.Entries != 3 {
		t.Errorf("%d entries", tally.Entries)
	}
}

// TestAThousandEnterSideBySide is acceptance 6: a thousand presses in ten
// seconds are all counted, each member is told their own number, and the card
// is edited a few times.
func TestAThousandEnterSideBySide(t *testing.T) {
	t.Parallel()
	const seconds, each = 10, 100
	h := newHouse(t)
	id := h.start()
	h.drain()
	c, p := h.community(), h.words.Printer(chat.English)
	var mu sync.Mutex
	told := map[string]bool{}
	for s := range seconds {
		var wg sync.WaitGroup
		for n := range each {
			wg.Go(func() {
				m := member(s*each + n)
				reply, err := h.engine.Press(t.Context(), c, pressed(id, giveaway.VerbEnter, m, string(m)), p)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				told[reply.Card.Blocks[0].Line.Plain()] = true
			})
		}
		wg.Wait()
		h.drain()
		h.pass(time.Second)
	}
	h.settle(h.Now().Add(10 * time.Second))
	for n := range seconds * each {
		want := h.text("giveaway.entered", i18n.In("prize", chat.T("Prize")), i18n.Num("number", int64(n+1)))
		if !told[want] {
			t.Fatalf("nobody is told %q", want)
		}
	}
	card := h.platform.Posts(channel)[0]
	if n := h.entrantsShown(); card.Edits == 0 || card.Edits > 4 || n != "1,000" {
		t.Errorf("%d edits, and %q entrants are shown", card.Edits, n)
	}
}

// entrantsShown is the number on the card in the channel.
func (h *house) entrantsShown() string {
	for _, b := range h.platform.Posts(channel)[0].Message.Card.Blocks {
		for _, f := range b.Fields {
			if f.Label == h.text("giveaway.field.entrants") {
				return f.Value.Plain()
			}
		}
	}
	return ""
}

// TestTheSameEventTwiceDoesNothingTwice is acceptance 11.
func TestTheSameEventTwiceDoesNothingTwice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.request(h.params(), "start")
	id, err := h.engine.Start(t.Context(), r)
	h.must(err)
	if _, err := h.engine.Start(t.Context(), r); !errors.Is(err, storage.ErrRepeated) {
		t.Errorf("started again: %v", err)
	}
	list, err := h.engine.List(t.Context(), h.community(), giveaway.Kind, games.StatusOpen, 10)
	h.must(err)
	if len(list) != 1 {
		t.Errorf("%d giveaways", len(list))
	}
	h.enter(id, 0, 3)
	_, err = h.press(id, giveaway.VerbLeave, member(0), "leave")
	h.must(err)
	reply, err := h.press(id, giveaway.VerbEnter, member(0), "enter-0") // comes late, once more
	if err != nil || reply.Card != nil {
		t.Errorf("%+v, %v", reply, err)
	}
	if tally, _ := h.file.Tally(t.Context(), h.tenant(), id); tally.Entries != 2 {
		t.Errorf("%d entries", tally.Entries)
	}
	for range 2 {
		_, err := h.order(id, giveaway.OrderPause, "pause")
		if err != nil {
			h.refusedWith(err, "giveaway.refused.paused_already")
		}
	}
	_, err = h.order(id, giveaway.OrderResume, "resume")
	h.must(err)
	if reply, err := h.order(id, giveaway.OrderPause, "pause"); err != nil || reply.Card != nil {
		t.Errorf("%+v, %v", reply, err)
	}
	if s := h.state(id); s.Phase != giveaway.PhaseOpen {
		t.Errorf("%s", s.Phase)
	}
}

// TestAnInstanceOfAnotherCommunityIsNotFound is acceptance 9.
func TestAnInstanceOfAnotherCommunityIsNotFound(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.start()
	other, err := h.book.Of(t.Context(), "discord:11")
	h.must(err)
	p := h.words.Printer(chat.English)
	_, err1 := h.engine.Press(t.Context(), other, pressed(id, giveaway.VerbEnter, member(0), "x"), p)
	_, err2 := h.engine.Order(t.Context(), other, id, games.Ordered{By: chat.Actor{ID: host}, Verb: giveaway.OrderEnd}, "y", p)
	_, err3 := h.engine.Get(t.Context(), other, giveaway.Kind, id)
	_, err4 := h.engine.Draw(t.Context(), other.Tenant(), id)
	for _, err := range []error{err1, err2, err3, err4} {
		if !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("%v", err)
		}
	}
	if s := h.state(id); s.Phase != giveaway.PhaseOpen {
		t.Errorf("%s", s.Phase)
	}
	if list, err := h.engine.List(t.Context(), other, giveaway.Kind, games.StatusOpen, 10); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
}

// TestAnOverdueGiveawayEndsAtBootLateAndOnce is the first half of acceptance
// 2: the process was down over the end.
func TestAnOverdueGiveawayEndsAtBootLateAndOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.start()
	h.enter(id, 0, 5)
	h.drain()
	h.must(h.file.Close())
	h.pass(90 * time.Minute)
	h.boot()
	h.settle(h.Now().Add(time.Minute))
	h.announcedLate(id)
}

func (h *house) announcedLate(id string) {
	h.Helper()
	s, posts := h.state(id), h.posts(channel)
	late := h.text("giveaway.announce.late", i18n.In("end", chat.Moment(s.Ends, chat.MomentFull)))
	if len(s.Rounds) != 1 || len(posts) != 2 || !strings.Contains(posts[1], late) {
		h.Errorf("%+v\n%s", s.Rounds, strings.Join(posts, "\n---\n"))
	}
}

// TestAPlatformThatIsDownOverTheEnd is the other half of acceptance 2: half an
// hour, in which the bot is up.
func TestAPlatformThatIsDownOverTheEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.start()
	h.enter(id, 0, 5)
	h.drain()
	end := h.state(id).Ends
	down := true
	h.platform.Fail = func(string) error {
		if down {
			return &chat.Error{Trouble: chat.TroubleTransient, Doing: "reach the platform"}
		}
		return nil
	}
	h.settle(end.Add(30 * time.Minute))
	if s := h.state(id); s.Phase != giveaway.PhaseClosing {
		t.Errorf("drawn without asking who is there: %s", s.Phase)
	}
	_, err := h.press(id, giveaway.VerbEnter, member(9), "late")
	h.refusedWith(err, "giveaway.refused.over")
	down = false
	h.settle(h.Now().Add(5 * time.Minute))
	h.announcedLate(id)
}

func TestMembersWhoLeftArePassedOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.start()
	h.enter(id, 0, 6)
	h.platform.AddMember(member(0), false)
	h.platform.AddMember(member(1), false)
	_, err := h.press(id, giveaway.VerbEnter, "discord:999", "unknown") // whom the platform does not know any more
	h.must(err)
	_, err = h.order(id, giveaway.OrderEdit, "edit", "winners", "7")
	h.must(err)
	h.settle(h.state(id).Ends.Add(time.Minute))
	winners := h.state(id).PastWinners()
	slices.Sort(winners)
	if want := []chat.MemberID{member(2), member(3), member(4), member(5)}; !slices.Equal(winners, want) {
		t.Errorf("%v win", winners)
	}
}

func TestARerollIsAnnouncedOnItsOwn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.start()
	h.enter(id, 0, 3)
	h.settle(h.state(id).Ends.Add(time.Minute))
	reply, err := h.order(id, giveaway.OrderReroll, "reroll")
	h.must(err)
	if want := h.text("giveaway.rerolling", i18n.Count(1)); reply.Card.Plain() != want {
		t.Errorf("told %q", reply.Card.Plain())
	}
	h.settle(h.Now().Add(time.Minute))
	s := h.state(id)
	if len(s.Rounds) != 2 || len(s.PastWinners()) != 3 || len(h.posts(channel)) != 3 || s.Phase != giveaway.PhaseAnnounced {
		t.Errorf("%+v, %d posts", s.Rounds, len(h.posts(channel)))
	}
	_, err = h.order(id, giveaway.OrderReroll, "reroll again")
	h.refusedWith(err, "giveaway.nobody_left")
}

// TestAHundredWinnersAreAnnouncedInParts is acceptance 14, on a platform that
// takes 2,000 characters.
func TestAHundredWinnersAreAnnouncedInParts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.platform.Caps.MaxText = 2000
	id := h.start(func(p *giveaway.Params) { p.Winners = giveaway.MaxWinners })
	h.enter(id, 0, 110)
	h.settle(h.state(id).Ends.Add(time.Minute))
	s, posts := h.state(id), h.platform.Posts(channel)[1:]
	if s.Phase != giveaway.PhaseAnnounced || len(posts) < 2 {
		t.Fatalf("%s in %d posts", s.Phase, len(posts))
	}
	pinged := map[chat.MemberID]int{}
	for _, p := range posts {
		if n := len(p.Message.Card.Plain()); n > 2*2000 {
			t.Errorf("a part of %d bytes", n)
		}
		for _, m := range p.Message.Card.Pings.Members {
			pinged[m]++
		}
		_, err := h.file.Get(t.Context(), h.tenant(), "posted", p.Ref.String())
		h.must(err) // so that each part can be rerolled from
	}
	for _, m := range s.PastWinners() {
		if pinged[m] != 1 {
			t.Errorf("%s is pinged %d times", m, pinged[m])
		}
	}
	if !s.Rounds[0].Said || len(pinged) != 100 {
		t.Errorf("%d are pinged", len(pinged))
	}
}

func TestADeletedGiveawayDisappears(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.start()
	h.enter(id, 0, 2) // a redraw waits
	_, err := h.order(id, giveaway.OrderDelete, "delete")
	h.must(err)
	h.settle(h.Now().Add(2 * time.Hour))
	if posts := h.posts(channel); len(posts) != 0 {
		t.Errorf("%q", posts)
	}
	if _, err := h.engine.Draw(t.Context(), h.tenant(), id); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("%v", err)
	}
	for _, s := range []games.Status{games.StatusOpen, games.StatusClosed} {
		if list, err := h.engine.List(t.Context(), h.community(), giveaway.Kind, s, 10); err != nil || len(list) != 0 {
			t.Errorf("%v, %v", list, err)
		}
	}
}

func TestAWinnerWithClosedMessagesIsToldInTheChannel(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.start(func(p *giveaway.Params) { p.Winners = 1 })
	h.enter(id, 0, 1)
	h.platform.Fail = func(call string) error {
		if call == "Direct" {
			return &chat.Error{Trouble: chat.TroubleUnreachable, Doing: "open a conversation"}
		}
		return nil
	}
	h.settle(h.state(id).Ends.Add(time.Minute))
	posts := h.posts(channel)
	want := h.text("giveaway.direct_failed", i18n.In("member", chat.Mention(member(0))), i18n.In("host", chat.Mention(host)))
	if len(posts) != 3 || posts[2] != want || h.state(id).Phase != giveaway.PhaseAnnounced {
		t.Errorf("%q", posts)
	}
}

func TestARefusalChangesNothingInTheStore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.start()
	h.enter(id, 0, 1)
	h.drain()
	count := &storagetest.Failing{}
	h.wrap = func(s storage.Store) storage.Store { count.Store = s; return count }
	h.reboot()
	h.community()
	before := count.Writes()
	_, err := h.engine.Start(t.Context(), h.request(h.params(func(p *giveaway.Params) { p.Winners = 10_000 }), "bad"))
	h.refusedWith(err, "giveaway.refused.winners", i18n.Num("typed", 10_000), i18n.Num("max", giveaway.MaxWinners))
	_, err = h.engine.Preview(t.Context(), h.request(h.params(func(p *giveaway.Params) { p.Prize = "" }), ""))
	h.refusedWith(err, "giveaway.refused.no_prize")
	_, err = h.press(id, giveaway.VerbLeave, member(5), "leave")
	h.refusedWith(err, "giveaway.refused.not_in")
	_, err = h.order(id, giveaway.OrderReroll, "reroll")
	h.refusedWith(err, "giveaway.refused.not_over")
	_, err = h.order(id, giveaway.OrderEdit, "edit", "prize", strings.Repeat("x", 3000))
	h.refusedWith(err, "giveaway.refused.prize_long", i18n.Num("length", 3000), i18n.Num("max", giveaway.MaxPrize))
	_, err = h.press(id, giveaway.VerbEnter, member(0), "again") // answered, and nothing to write
	h.must(err)
	if count.Writes() != before {
		t.Errorf("%d writes", count.Writes()-before)
	}
}

func TestAPreviewShowsTheCardAndKeepsNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	card, err := h.engine.Preview(t.Context(), h.request(h.params(), ""))
	h.must(err)
	if !strings.Contains(card.Plain(), "🎉 Prize") {
		t.Errorf("%s", card.Plain())
	}
	h.drain()
	list, err := h.engine.List(t.Context(), h.community(), giveaway.Kind, games.StatusOpen, 10)
	if err != nil || len(list) != 0 || len(h.posts(channel)) != 0 {
		t.Errorf("%v, %v, %q", list, err, h.posts(channel))
	}
}

func TestAConflictIsDecidedAgain(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		conflicts int
		well      bool
	}{{1, true}, {19, true}, {20, false}} {
		h := newHouse(t)
		id := h.start()
		first := 0
		fail := &storagetest.Failing{}
		fail.Before = func(op string, n int) error {
			if op == "Commit" && n >= first && n < first+row.conflicts {
				return fmt.Errorf("commit: %w", storage.ErrConflict)
			}
			return nil
		}
		h.community()
		h.wrap = func(s storage.Store) storage.Store { fail.Store = s; return fail }
		h.reboot()
		first = fail.Writes() + 1
		_, err := h.press(id, giveaway.VerbEnter, member(0), "enter")
		tally, err2 := h.file.Tally(t.Context(), h.tenant(), id)
		h.must(err2)
		if (err == nil) != row.well || (tally.Entries == 1) != row.well || err != nil && !errors.Is(err, storage.ErrConflict) {
			t.Errorf("%d conflicts: %v, %d entries", row.conflicts, err, tally.Entries)
		}
	}
}

func TestTwoOrdersAtOnceAreOneAfterTheOther(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.start()
	h.enter(id, 0, 9)
	c, p := h.community(), h.words.Printer(chat.English)
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for n := range 8 {
		wg.Go(func() {
			o := games.Ordered{By: chat.Actor{ID: host}, Verb: giveaway.OrderRemove, Args: map[string]string{"member": string(member(n / 2))}}
			_, err := h.engine.Order(t.Context(), c, id, o, fmt.Sprint("remove-", n), p)
			var r *games.Refusal
			if err != nil && !errors.As(err, &r) {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
			}
		})
	}
	wg.Wait()
	tally, err := h.file.Tally(t.Context(), h.tenant(), id)
	h.must(err)
	if s := h.state(id); done != 4 || len(s.Barred) != 4 || tally.Entries != 5 {
		t.Errorf("%d orders were carried out, %v taken out, %d entries", done, s.Barred, tally.Entries)
	}
}

func TestListsAreTheLatestFirst(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var ids []string
	for n := range 3 {
		id, err := h.engine.Start(t.Context(), h.request(h.params(), fmt.Sprint("start-", n)))
		h.must(err)
		ids = append(ids, id)
		h.pass(time.Second)
	}
	_, err := h.order(ids[1], giveaway.OrderCancel, "cancel")
	h.must(err)
	h.enter(ids[2], 0, 2)
	open, err := h.engine.List(t.Context(), h.community(), giveaway.Kind, games.StatusOpen, 10)
	h.must(err)
	if len(open) != 2 || open[0].ID != ids[2] || open[1].ID != ids[0] || open[0].Entries != 2 || open[0].Title != "Prize" {
		t.Errorf("%+v", open)
	}
	closed, err := h.engine.List(t.Context(), h.community(), giveaway.Kind, games.StatusClosed, 10)
	if err != nil || len(closed) != 1 || closed[0].ID != ids[1] {
		t.Errorf("%+v, %v", closed, err)
	}
	if _, err := h.engine.Get(t.Context(), h.community(), "poll", ids[0]); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a giveaway is found as a poll: %v", err)
	}
}

func TestAJobOfAGameThatIsGoneIsDone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.community()
	for kind, body := range map[string]string{
		engine.JobWake: `{"id":"GONE","name":"end"}`, engine.JobAsk: `{"id":"GONE","question":"q","members":["discord:1"]}`,
		"outbox.spoke": `{"subject":"GONE","slot":"round-1"}`,
	} {
		_, err := h.file.Commit(t.Context(), h.tenant(), storage.Change{Jobs: []storage.Job{{
			Key: kind, Kind: kind, Due: h.Now(), Body: json.RawMessage(body),
		}}})
		h.must(err)
	}
	h.drain()
	if left := h.jobsLeft(); len(left) > 0 {
		t.Errorf("left to do %v", left)
	}
}

func TestTwoGamesOfOneKindAreRefused(t *testing.T) {
	t.Parallel()
	if _, err := engine.New(engine.Config{Games: []games.Game{giveaway.New(), giveaway.New()}}); err == nil {
		t.Error("no error")
	}
	e, err := engine.New(engine.Config{Games: []games.Game{giveaway.New()}})
	if err != nil || !e.Knows(giveaway.Kind) || e.Knows("poll") {
		t.Errorf("%v", err)
	}
	if _, err := e.Start(t.Context(), engine.StartRequest{Kind: "poll"}); err == nil {
		t.Error("a game that is not there starts")
	}
	if _, err := e.Preview(t.Context(), engine.StartRequest{Kind: "poll"}); err == nil {
		t.Error("a game that is not there is shown")
	}
}

func TestAFrenchCommunityReadsFrench(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.must(h.book.Arrived(t.Context(), space, "Une équipe", chat.French))
	id := h.start(func(p *giveaway.Params) { p.Winners = 1 })
	h.enter(id, 0, 1)
	h.settle(h.state(id).Ends.Add(time.Minute))
	posts := h.posts(channel)
	want := h.words.Printer(chat.French).Text("giveaway.announce.one", i18n.In("member", chat.Mention(member(0))), i18n.Str("prize", "Prize"))
	if len(posts) != 2 || !strings.HasPrefix(posts[1], want+"\n") {
		t.Errorf("%q", posts)
	}
}

// TestNobodySlipsInBehindTheEnd closes the giveaway after a press was decided
// on and before it is written.
func TestNobodySlipsInBehindTheEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.start()
	h.enter(id, 0, 2)
	between := -1
	hook := &storagetest.Failing{}
	hook.Before = func(_ string, n int) error {
		if n == between {
			_, err := h.order(id, giveaway.OrderEnd, "end")
			return err
		}
		return nil
	}
	h.wrap = func(s storage.Store) storage.Store { hook.Store = s; return hook }
	h.reboot()
	h.community()
	between = hook.Writes() + 1
	_, err := h.press(id, giveaway.VerbEnter, member(2), "late")
	h.refusedWith(err, "giveaway.refused.over")
	h.settle(h.Now().Add(time.Minute))
	tally, err := h.file.Tally(t.Context(), h.tenant(), id)
	h.must(err)
	if tally.Entries != 2 || h.state(id).Rounds[0].Entrants != 2 {
		t.Errorf("%d entries", tally.Entries)
	}
}
