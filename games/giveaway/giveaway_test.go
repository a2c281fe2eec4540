package giveaway_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/gamestest"
	"animo/games/giveaway"
)

var catalogue = sync.OnceValues(i18n.New)

func newWorld(t testing.TB) *world {
	t.Helper()
	words, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	w := gamestest.NewWorld(words, games.Rules[giveaway.State](giveaway.Rules{}))
	w.Members = w.Members[:0]
	for n := range 30 {
		w.Members = append(w.Members, memberNo(n))
	}
	return w
}

func hour(w *world) giveaway.Params {
	return giveaway.Params{Prize: "Prize", Winners: 2, Ends: w.Now.Add(time.Hour)}
}

// opened starts a giveaway of an hour that so many members have entered.
func opened(t testing.TB, entrants int, change ...func(*giveaway.Params)) *world {
	t.Helper()
	w := newWorld(t)
	p := hour(w)
	for _, f := range change {
		f(&p)
	}
	taken(t, w.Start(t, p))
	for _, m := range w.Members[:entrants] {
		taken(t, w.Press(t, m, giveaway.VerbEnter))
	}
	return w
}

// over lets the giveaway end and be drawn.
func over(t testing.TB, entrants int, change ...func(*giveaway.Params)) *world {
	t.Helper()
	w := opened(t, entrants, change...)
	w.SettleUntil(t, w.State.Ends)
	if w.State.Phase != giveaway.PhaseAnnounced {
		t.Fatalf("the giveaway is %s", w.State.Phase)
	}
	return w
}

func taken(t testing.TB, r *games.Refusal) {
	t.Helper()
	if r != nil {
		t.Fatal(r)
	}
}

// refused demands this sentence in both languages, and that nothing else
// follows.
func refused(t testing.TB, w *world, do func() *games.Refusal, id string, args ...i18n.Arg) {
	t.Helper()
	for _, w.Private = range chat.Languages() {
		r := do()
		if r == nil {
			t.Fatalf("not refused; expected %s", id)
		}
		if want := w.Words.Printer(w.Private).Text(id, args...); r.Line.Plain() != want {
			t.Errorf("refused with %q, not %q", r.Line.Plain(), want)
		}
		if w.Last.State != nil || w.Last.Enter != nil || w.Last.Posts != nil {
			t.Errorf("a refusal changes something: %+v", w.Last)
		}
	}
}

func answers(t testing.TB, w *world, parts ...string) {
	t.Helper()
	if w.Reply.Card == nil {
		t.Fatalf("no answer; expected one with %q", parts)
	}
	says(t, *w.Reply.Card, parts...)
}

func says(t testing.TB, c chat.Card, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(c.Plain(), p) {
			t.Errorf("%q is not in:\n%s", p, c.Plain())
		}
	}
}

func text(w *world, id string, args ...i18n.Arg) string {
	return w.Words.Printer(w.Language).Text(id, args...)
}

func private(w *world, id string, args ...i18n.Arg) string {
	return w.Words.Printer(w.Private).Text(id, args...)
}

// slots lists what was posted, by slot.
func slots(w *world) []string {
	var out []string
	for _, p := range w.Posts {
		out = append(out, p.Slot)
	}
	return out
}

func shown(t testing.TB, w *world) chat.Card {
	t.Helper()
	p := w.Words.Printer(w.Language)
	return giveaway.Rules{}.Show(w.State, games.Look{ID: "WRLD2345", Now: w.Now, Public: p, Caps: w.Caps, Entries: int64(len(w.Entries))})
}

func TestAStartPostsTheCardAndWakesAtTheEnd(t *testing.T) {
	w := opened(t, 0, func(p *giveaway.Params) {
		p.Ping, p.Image, p.Thumb = "discord:5", "https://example.org/a.png", "https://example.org/b.png"
		p.Button, p.Emoji, p.Accent, p.Description = "Me!", "🎁", 0x112233, "About it"
	})
	if got := slots(w); !slices.Equal(got, []string{giveaway.SlotCard}) {
		t.Fatalf("posts %v", got)
	}
	c := w.Posts[0].Card
	says(t, c, "🎉 Prize", "About it", "[Me!]", "@discord:5", "@discord:1")
	if !slices.Equal(c.Pings.Roles, []chat.RoleID{"discord:5"}) || c.Accent != 0x112233 || c.Thumb == nil {
		t.Errorf("%+v", c)
	}
	if !w.Wakes[giveaway.WakeEnd].Equal(w.State.Ends) {
		t.Errorf("wakes %v", w.Wakes)
	}
}

func TestBadParametersAreRefusedWithTheirSentence(t *testing.T) {
	long := strings.Repeat("é", 3000)
	for name, row := range map[string]struct {
		change func(*giveaway.Params)
		id     string
		args   []i18n.Arg
	}{
		"no prize":      {func(p *giveaway.Params) { p.Prize = "" }, "no_prize", nil},
		"a blank prize": {func(p *giveaway.Params) { p.Prize = " \t" }, "no_prize", nil},
		"a prize of 3,000 characters": {
			func(p *giveaway.Params) { p.Prize = long }, "prize_long",
			[]i18n.Arg{i18n.Num("length", 3000), i18n.Num("max", giveaway.MaxPrize)},
		},
		"a long description": {
			func(p *giveaway.Params) { p.Description = long }, "description_long",
			[]i18n.Arg{i18n.Num("length", 3000), i18n.Num("max", giveaway.MaxDescription)},
		},
		"no winner": {
			func(p *giveaway.Params) { p.Winners = 0 }, "winners",
			[]i18n.Arg{i18n.Num("typed", 0), i18n.Num("max", giveaway.MaxWinners)},
		},
		"10,000 winners": {
			func(p *giveaway.Params) { p.Winners = 10_000 }, "winners",
			[]i18n.Arg{i18n.Num("typed", 10_000), i18n.Num("max", giveaway.MaxWinners)},
		},
		"an end that has passed": {
			func(p *giveaway.Params) { p.Ends = p.Ends.Add(-2 * time.Hour) }, "too_short", []i18n.Arg{i18n.Num("seconds", 10)},
		},
		"5,000 years": {func(p *giveaway.Params) { p.Ends = p.Ends.AddDate(5000, 0, 0) }, "too_long", nil},
		"a plain http image": {
			func(p *giveaway.Params) { p.Image = "http://example.org/a.png" }, "image",
			[]i18n.Arg{i18n.Str("typed", "http://example.org/a.png")},
		},
		"a thumbnail that is no address": {
			func(p *giveaway.Params) { p.Thumb = "javascript:alert(1)" }, "image", []i18n.Arg{i18n.Str("typed", "javascript:alert(1)")},
		},
		"an image without a host": {
			func(p *giveaway.Params) { p.Image = "https:///a.png" }, "image", []i18n.Arg{i18n.Str("typed", "https:///a.png")},
		},
		"an address that no platform takes": {
			func(p *giveaway.Params) { p.Image = `https://example.org/"><b` }, "image", []i18n.Arg{i18n.Str("typed", `https://example.org/"><b`)},
		},
		"an end a little too near": {
			func(p *giveaway.Params) { p.Ends = p.Ends.Add(7*time.Second - time.Hour) }, "too_short", []i18n.Arg{i18n.Num("seconds", 10)},
		},
		"days without a role": {
			func(p *giveaway.Params) { p.RoleFor = 24 * time.Hour }, "role_days_alone", nil,
		},
		"an endless address": {
			func(p *giveaway.Params) { p.Image = "https://example.org/" + long }, "image",
			[]i18n.Arg{i18n.Str("typed", "https://example.org/"+strings.Repeat("é", 39)+"…")},
		},
		"a long button": {
			func(p *giveaway.Params) { p.Button = strings.Repeat("b", 31) }, "button", []i18n.Arg{i18n.Num("max", giveaway.MaxButton)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := hour(w)
			row.change(&p)
			refused(t, w, func() *games.Refusal { return w.Start(t, p) }, "giveaway.refused."+row.id, row.args...)
		})
	}
}

func TestTheBoundsThemselvesAreAllowed(t *testing.T) {
	opened(t, 0, func(p *giveaway.Params) {
		p.Prize, p.Description = strings.Repeat("é", giveaway.MaxPrize), strings.Repeat("é", giveaway.MaxDescription)
		p.Button, p.Winners = strings.Repeat("é", giveaway.MaxButton), giveaway.MaxWinners
		p.Ends = p.Ends.Add(giveaway.MaxLength - time.Hour)
	})
	// A moment passes between reading "10s" and the check.
	opened(t, 0, func(p *giveaway.Params) { p.Ends = p.Ends.Add(giveaway.MinLength - time.Hour - 1200*time.Millisecond) })
}

func TestARoleNeedsAPlatformThatGivesThem(t *testing.T) {
	w := newWorld(t)
	w.Caps.Roles, w.Caps.Name = false, "Slack"
	p := hour(w)
	p.Role = "slack:T1/S1"
	refused(t, w, func() *games.Refusal { return w.Start(t, p) }, "giveaway.refused.no_roles", i18n.Str("platform", "Slack"))
}

func TestAMemberEntersOnceAndIsToldTheirChance(t *testing.T) {
	w := opened(t, 7)
	answers(t, w, private(w, "giveaway.chance", i18n.Num("of", 4)), "7")
	if len(w.Entries) != 7 || w.Last.Redraw != games.RedrawCount || w.Last.State != nil {
		t.Errorf("%d entries, %+v", len(w.Entries), w.Last)
	}
	taken(t, w.Press(t, w.Members[2], giveaway.VerbEnter))
	answers(t, w, private(w, "giveaway.entered_already", i18n.Num("number", 3), i18n.In("prize", chat.Strong(chat.T("Prize")))))
	if len(w.Entries) != 7 || w.Last.Redraw != games.RedrawNone {
		t.Errorf("entering again changes something: %+v", w.Last)
	}
	few := opened(t, 2)
	answers(t, few, private(few, "giveaway.chance_certain"))
}

func TestAMemberLeavesAndMayComeBack(t *testing.T) {
	w := opened(t, 2)
	taken(t, w.Press(t, w.Members[0], giveaway.VerbLeave))
	answers(t, w, private(w, "giveaway.left"))
	if len(w.Entries) != 1 || w.Last.Redraw != games.RedrawCount || !w.Reply.Replace {
		t.Errorf("%v, %+v", w.Entries, w.Last)
	}
	refused(t, w, func() *games.Refusal { return w.Press(t, w.Members[0], giveaway.VerbLeave) }, "giveaway.refused.not_in")
	taken(t, w.Press(t, w.Members[0], giveaway.VerbEnter))
	if w.Entries[w.Members[0]].Seq != 3 {
		t.Errorf("no. %d", w.Entries[w.Members[0]].Seq)
	}
}

func TestNobodyEntersWhenTheyMustNot(t *testing.T) {
	w := opened(t, 1)
	bot := games.Pressed{By: chat.Actor{ID: w.Members[5], Bot: true}, Verb: giveaway.VerbEnter}
	refused(t, w, func() *games.Refusal { return w.Do(t, bot) }, "giveaway.refused.bot")
	taken(t, w.Order(t, giveaway.OrderRemove, map[string]string{"member": string(w.Members[0])}))
	enter := func() *games.Refusal { return w.Press(t, w.Members[0], giveaway.VerbEnter) }
	refused(t, w, enter, "giveaway.refused.barred", i18n.In("host", chat.Mention("discord:1")))
	taken(t, w.Order(t, giveaway.OrderPause, nil))
	refused(t, w, enter, "giveaway.refused.paused")
	taken(t, w.Order(t, giveaway.OrderResume, nil))
	w.Now = w.State.Ends // and the wake-up is late
	refused(t, w, enter, "giveaway.refused.over")
	taken(t, w.Order(t, giveaway.OrderCancel, nil))
	refused(t, w, enter, "giveaway.refused.cancelled")
}

func TestAnUnknownButtonOrOrderIsAnError(t *testing.T) {
	w := opened(t, 0)
	p := w.Words.Printer(chat.English)
	for _, e := range []games.Event{games.Pressed{Verb: "dance"}, games.Ordered{Verb: "dance"}} {
		_, err := giveaway.Rules{}.Decide(w.State, e, games.Look{Now: w.Now, Public: p, Private: p})
		if err == nil || !strings.Contains(err.Error(), "dance") {
			t.Errorf("%T: %v", e, err)
		}
	}
}

func TestTheCardCountsDownOnlyWhereThePlatformDoes(t *testing.T) {
	w := opened(t, 0)
	count := func() int { return strings.Count(fmt.Sprintf("%+v", shown(t, w)), string(chat.MomentRelative)) }
	with := count()
	w.Caps.RelativeTime = false
	if without := count(); with <= without {
		t.Errorf("%d relative moments with, %d without", with, without)
	}
}
