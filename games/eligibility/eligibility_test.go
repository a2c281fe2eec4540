package eligibility_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/eligibility"
	"animo/games/gamestest"
)

const (
	vip   chat.RoleID    = "discord:301"
	adult chat.RoleID    = "discord:302"
	muted chat.RoleID    = "discord:303"
	team  chat.RoleID    = "discord:304"
	me    chat.MemberID  = "discord:42"
	hall  chat.ChannelID = "discord:401"
	cave  chat.ChannelID = "discord:402"
	day                  = 24 * time.Hour
)

var catalogue = sync.OnceValues(i18n.New)

func printer(t interface{ Fatal(...any) }, l chat.Language) i18n.Printer {
	words, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	return words.Printer(l)
}

func now() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// someone is a member of a year with one role, who wrote three messages and is
// in the hall.
func someone(change ...func(*games.Facts)) games.Facts {
	f := games.Facts{
		Actor: chat.Actor{ID: me, Roles: []chat.RoleID{vip}, Created: now().Add(-400 * day), Joined: now().Add(-365 * day)},
		Wrote: new(3), In: map[chat.ChannelID]bool{hall: true, cave: false},
	}
	for _, c := range change {
		c(&f)
	}
	return f
}

func has(roles ...chat.RoleID) func(*games.Facts) { return func(f *games.Facts) { f.Roles = roles } }

func codes(failures []eligibility.Failure) (out []eligibility.Code) {
	for _, f := range failures {
		out = append(out, f.Code)
	}
	return out
}

// TestBlockedAndDeniedComeBeforeBypassAndThatBeforeRequirements holds the order
// that the package promises.
func TestBlockedAndDeniedComeBeforeBypassAndThatBeforeRequirements(t *testing.T) {
	rules := eligibility.Rules{
		All: []chat.RoleID{adult}, Any: []chat.RoleID{adult}, None: []chat.RoleID{vip}, Account: 500 * day, Member: 500 * day,
		Messages: eligibility.Messages{Least: 5, Days: 7}, Channels: []chat.ChannelID{cave}, NoGuests: true,
		Bypass: []chat.RoleID{team}, Denied: []chat.RoleID{muted}, Blocked: []chat.MemberID{me},
	}
	unblocked := rules
	unblocked.Blocked = nil
	stranger := func(f *games.Facts) { f.ID = "discord:43"; f.Guest = true }
	everything := []eligibility.Code{
		eligibility.All, eligibility.Any, eligibility.None, eligibility.Account, eligibility.Member,
		eligibility.Wrote, eligibility.Channels, eligibility.Guest,
	}
	for name, row := range map[string]struct {
		rules eligibility.Rules
		facts games.Facts
		want  []eligibility.Code
	}{
		"blocked, denied and exempt": {rules, someone(has(muted, team)), []eligibility.Code{eligibility.Blocked}},
		"denied and exempt":          {unblocked, someone(has(muted, team)), []eligibility.Code{eligibility.Denied}},
		"denied":                     {unblocked, someone(has(muted)), []eligibility.Code{eligibility.Denied}},
		"exempt":                     {unblocked, someone(has(team, vip)), nil},
		"blocked and exempt":         {rules, someone(has(team)), []eligibility.Code{eligibility.Blocked}},
		"judged":                     {rules, someone(stranger), everything},
		"gone":                       {rules, someone(func(f *games.Facts) { f.Absent = true }), []eligibility.Code{eligibility.Absent}},
	} {
		if got := codes(eligibility.Judge(row.rules, row.facts, now())); !slices.Equal(got, row.want) {
			t.Errorf("%s: %v, want %v", name, got, row.want)
		}
	}
}

func TestEachConditionIsJudged(t *testing.T) {
	type rules = eligibility.Rules
	r := func(ids ...chat.RoleID) []chat.RoleID { return ids }
	for name, row := range map[string]struct {
		rules rules
		facts games.Facts
		want  eligibility.Failure // zero if the member may take part
	}{
		"everyone":    {rules{}, games.Facts{}, eligibility.Failure{}},
		"all":         {rules{All: r(vip)}, someone(), eligibility.Failure{}},
		"not all":     {rules{All: r(vip, adult, team)}, someone(), eligibility.Failure{Code: eligibility.All, Roles: r(adult, team)}},
		"any":         {rules{Any: r(adult, vip)}, someone(), eligibility.Failure{}},
		"not any":     {rules{Any: r(adult, team)}, someone(), eligibility.Failure{Code: eligibility.Any, Roles: r(adult, team)}},
		"none":        {rules{None: r(muted)}, someone(), eligibility.Failure{}},
		"not none":    {rules{None: r(muted, vip)}, someone(), eligibility.Failure{Code: eligibility.None, Roles: r(vip)}},
		"old account": {rules{Account: 400 * day}, someone(), eligibility.Failure{}},
		"young":       {rules{Account: 401 * day}, someone(), eligibility.Failure{Code: eligibility.Account, Has: 400 * day, Least: 401 * day, Until: now().Add(day)}},
		"long there":  {rules{Member: 365 * day}, someone(), eligibility.Failure{}},
		"newcomer":    {rules{Member: 366 * day}, someone(), eligibility.Failure{Code: eligibility.Member, Has: 365 * day, Least: 366 * day, Until: now().Add(day)}},
		"from tomorrow": {
			rules{Member: day},
			someone(func(f *games.Facts) { f.Joined = now().Add(time.Hour) }),
			eligibility.Failure{Code: eligibility.Member, Least: day, Until: now().Add(day + time.Hour)},
		},
		"messages":     {rules{Messages: eligibility.Messages{Least: 3, Days: 7}}, someone(), eligibility.Failure{}},
		"few messages": {rules{Messages: eligibility.Messages{Least: 4, Days: 7}}, someone(), eligibility.Failure{Code: eligibility.Wrote, Messages: 3, Of: 4, Days: 7}},
		"channels":     {rules{Channels: []chat.ChannelID{hall}}, someone(), eligibility.Failure{}},
		"not there":    {rules{Channels: []chat.ChannelID{hall, cave}}, someone(), eligibility.Failure{Code: eligibility.Channels, Channels: []chat.ChannelID{cave}}},
		"no guest":     {rules{NoGuests: true}, someone(), eligibility.Failure{}},
		"guest":        {rules{NoGuests: true}, someone(func(f *games.Facts) { f.Guest = true }), eligibility.Failure{Code: eligibility.Guest}},
	} {
		got := eligibility.Judge(row.rules, row.facts, now())
		want := []eligibility.Failure{row.want}
		if row.want.Code == "" {
			want = nil
		}
		if !reflect.DeepEqual(got, want) && len(got)+len(want) > 0 {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

func TestNobodyIsLetInOnAGuess(t *testing.T) {
	unknown := games.Facts{Actor: chat.Actor{ID: me, Bare: true}}
	for _, r := range []eligibility.Rules{
		{All: []chat.RoleID{vip}},
		{Any: []chat.RoleID{vip}},
		{None: []chat.RoleID{vip}},
		{Denied: []chat.RoleID{vip}},
		{Account: day},
		{Member: day},
		{Messages: eligibility.Messages{Least: 1, Days: 1}},
		{Channels: []chat.ChannelID{hall}},
		{NoGuests: true},
	} {
		got := eligibility.Judge(r, unknown, now())
		if len(got) != 1 || !got[0].Unknown {
			t.Errorf("%+v: %+v", r, got)
		}
		for _, l := range chat.Languages() {
			if text := eligibility.Lines(printer(t, l), got)[0].Plain(); strings.Contains(text, "{") {
				t.Errorf("%q", text)
			}
		}
	}
}

// anyRules draws rules; no role is both asked for and kept out.
func anyRules(t *rapid.T) eligibility.Rules {
	roles := func(label string, ids ...chat.RoleID) []chat.RoleID {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 0, len(ids), rapid.ID).Draw(t, label)
	}
	age := func(label string) time.Duration {
		return time.Duration(rapid.IntRange(0, 60).Draw(t, label)) * day
	}
	channels := rapid.SliceOfDistinct(rapid.SampledFrom([]chat.ChannelID{hall, cave}), rapid.ID)
	r := eligibility.Rules{
		All: roles("all", vip, adult), Any: roles("any", vip, adult), None: roles("none", muted), Bypass: roles("bypass", team),
		Denied: roles("denied", muted, "discord:305"), Account: age("account"), Member: age("member"),
		Channels: channels.Draw(t, "channels"), NoGuests: rapid.Bool().Draw(t, "guests"),
	}
	if rapid.Bool().Draw(t, "messages") {
		r.Messages = eligibility.Messages{
			Least: rapid.IntRange(1, 9).Draw(t, "least"), Days: rapid.IntRange(1, 30).Draw(t, "days"), In: channels.Draw(t, "in"),
		}
	}
	if rapid.Bool().Draw(t, "blocked") {
		r.Blocked = []chat.MemberID{me}
	}
	return r
}

func anyBonus(t *rapid.T) eligibility.Bonus {
	grounds := []eligibility.Ground{{Role: vip}, {Role: adult}, {Booster: true}, {Insider: true}}
	b := eligibility.Bonus{Grounds: rapid.SliceOfDistinct(rapid.SampledFrom(grounds), rapid.ID).Draw(t, "grounds")}
	for i := range b.Grounds {
		b.Grounds[i].Tickets = rapid.IntRange(1, 9).Draw(t, "tickets")
	}
	b.Mode = rapid.SampledFrom([]eligibility.Mode{eligibility.Stack, eligibility.Highest}).Draw(t, "mode")
	b.Cap = rapid.SampledFrom([]int{0, 2, 5, 20}).Draw(t, "cap")
	return b
}

func TestRulesSurviveJSONAndTheirZeroIsShort(t *testing.T) {
	if raw, err := json.Marshal([]any{eligibility.Rules{}, eligibility.Bonus{}}); err != nil || string(raw) != `[{},{}]` {
		t.Errorf("%s, %v", raw, err)
	}
	fixed := eligibility.Rules{All: []chat.RoleID{vip}, Account: day, Messages: eligibility.Messages{Least: 5, Days: 7}, NoGuests: true, Blocked: []chat.MemberID{me}}
	const want = `{"all":["discord:301"],"account":86400000000000,"messages":{"least":5,"days":7},"no_guests":true,"blocked":["discord:42"]}`
	if raw, err := json.Marshal(fixed); err != nil || string(raw) != want {
		t.Errorf("%s, %v: what is stored must stay readable", raw, err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		r, b := anyRules(rt), anyBonus(rt)
		raw, err := json.Marshal([]any{r, b})
		if err != nil {
			rt.Fatal(err)
		}
		var r2 eligibility.Rules
		var b2 eligibility.Bonus
		if err := json.Unmarshal(raw, &[]any{&r2, &b2}); err != nil {
			rt.Fatal(err)
		}
		again, _ := json.Marshal([]any{r2, b2})
		if string(again) != string(raw) {
			rt.Fatalf("%s became %s", raw, again)
		}
	})
}

// TestWhatIsKnownSufficesAndIsAskedOnce plays what a game does: it asks Know,
// is given what that wants, and never asks again.
func TestWhatIsKnownSufficesAndIsAskedOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r, b := anyRules(rt), anyBonus(rt)
		truth := gamestest.Anybody(rt, now())
		truth.ID = rapid.SampledFrom([]chat.MemberID{me, "discord:43"}).Draw(rt, "who")
		by := truth.Actor
		if rapid.Bool().Draw(rt, "bare") {
			by = chat.Actor{ID: truth.ID, Bare: true}
		}
		f, err := eligibility.Know(r, b, by, games.Look{Private: printer(rt, chat.English)})
		var w *games.Wanting
		if errors.As(err, &w) {
			told := games.Facts{Actor: by}
			if w.Actor {
				told.Actor = truth.Actor
			}
			if w.Days > 0 {
				told.Wrote = truth.Wrote
			}
			if len(w.In) > 0 {
				told.In = map[chat.ChannelID]bool{}
				for _, ch := range w.In {
					told.In[ch] = truth.In[ch]
				}
			}
			f, err = eligibility.Know(r, b, by, games.Look{Facts: &told, Private: printer(rt, chat.English)})
		}
		if err != nil {
			rt.Fatalf("%+v: %v", r, err)
		}
		got, want := eligibility.Judge(r, f, now()), eligibility.Judge(r, truth, now())
		if !reflect.DeepEqual(got, want) {
			rt.Fatalf("judged %+v, in truth %+v", got, want)
		}
		if len(got) > 0 {
			return
		}
		n, _ := b.Tickets(f)
		if m, _ := b.Tickets(truth); n != m {
			rt.Fatalf("%d tickets, in truth %d", n, m)
		}
	})
}

func TestNothingIsLookedUpWhereNothingIsAsked(t *testing.T) {
	bare := chat.Actor{ID: me, Bare: true}
	full := chat.Actor{ID: me, Roles: []chat.RoleID{team}, Joined: now()}
	asks := eligibility.Messages{Least: 5, Days: 7}
	for name, row := range map[string]struct {
		rules eligibility.Rules
		by    chat.Actor
		want  *games.Wanting
	}{
		"everyone":             {eligibility.Rules{}, bare, nil},
		"blocked":              {eligibility.Rules{Blocked: []chat.MemberID{me}, Messages: asks, All: []chat.RoleID{vip}}, bare, nil},
		"denied":               {eligibility.Rules{Denied: []chat.RoleID{team}, Messages: asks}, full, nil},
		"exempt":               {eligibility.Rules{Bypass: []chat.RoleID{team}, Messages: asks, Account: day}, full, nil},
		"full":                 {eligibility.Rules{All: []chat.RoleID{vip}, Member: day}, full, nil},
		"bare":                 {eligibility.Rules{All: []chat.RoleID{vip}}, bare, &games.Wanting{Actor: true}},
		"no age":               {eligibility.Rules{Account: day}, full, &games.Wanting{Actor: true}},
		"messages":             {eligibility.Rules{Messages: asks, All: []chat.RoleID{vip}}, full, &games.Wanting{Days: 7}},
		"all of it at once":    {eligibility.Rules{Messages: asks, All: []chat.RoleID{vip}, Channels: []chat.ChannelID{hall}}, bare, &games.Wanting{Actor: true, Days: 7, In: []chat.ChannelID{hall}}},
		"channels to somebody": {eligibility.Rules{Channels: []chat.ChannelID{hall}}, bare, &games.Wanting{In: []chat.ChannelID{hall}}},
	} {
		_, err := eligibility.Know(row.rules, eligibility.Bonus{}, row.by, games.Look{})
		var w *games.Wanting
		errors.As(err, &w)
		if !reflect.DeepEqual(w, row.want) {
			t.Errorf("%s: wants %+v, not %+v", name, w, row.want)
		}
	}
	if w := eligibility.Want(eligibility.Rules{Blocked: []chat.MemberID{me}}, eligibility.Bonus{}); w != nil {
		t.Errorf("%+v", w)
	}
	if w := eligibility.Want(eligibility.Rules{}, eligibility.Bonus{Grounds: []eligibility.Ground{{Booster: true, Tickets: 1}}}); w == nil || !w.Actor {
		t.Errorf("%+v", w)
	}
}

// Rules that were changed while a member was looked up ask them to press again.
func TestWhoWasLookedUpForOtherRulesTriesAgain(t *testing.T) {
	l := games.Look{Facts: &games.Facts{Actor: chat.Actor{ID: me}}, Private: printer(t, chat.English)}
	_, err := eligibility.Know(eligibility.Rules{Messages: eligibility.Messages{Least: 1, Days: 1}}, eligibility.Bonus{}, chat.Actor{ID: me}, l)
	var r *games.Refusal
	if !errors.As(err, &r) || !strings.Contains(r.Line.Plain(), "press again") {
		t.Errorf("%v", err)
	}
}

func TestAgesAndMessagesAreForTheEntryAlone(t *testing.T) {
	all := eligibility.Rules{
		All: []chat.RoleID{vip}, Account: day, Member: day, Messages: eligibility.Messages{Least: 1, Days: 1},
		Channels: []chat.ChannelID{hall}, NoGuests: true, Denied: []chat.RoleID{muted},
	}
	want := eligibility.Rules{All: []chat.RoleID{vip}, Channels: []chat.ChannelID{hall}, NoGuests: true, Denied: []chat.RoleID{muted}}
	if got := all.Lasting(); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestTicketsStackOrTheHighestCounts(t *testing.T) {
	grounds := []eligibility.Ground{{Role: vip, Tickets: 2}, {Role: adult, Tickets: 5}, {Booster: true, Tickets: 3}, {Insider: true, Tickets: 1}}
	both := someone(has(vip, adult), func(f *games.Facts) { f.Boosts = now() })
	for name, row := range map[string]struct {
		bonus   eligibility.Bonus
		facts   games.Facts
		want    int
		applied []eligibility.Ground
	}{
		"none":           {eligibility.Bonus{}, both, 1, nil},
		"stack":          {eligibility.Bonus{Grounds: grounds}, both, 12, grounds},
		"highest":        {eligibility.Bonus{Grounds: grounds, Mode: eligibility.Highest}, both, 6, grounds[1:2]},
		"capped":         {eligibility.Bonus{Grounds: grounds, Cap: 4}, both, 4, grounds},
		"no ground":      {eligibility.Bonus{Grounds: grounds[1:3]}, someone(), 1, nil},
		"guest":          {eligibility.Bonus{Grounds: grounds}, someone(func(f *games.Facts) { f.Guest = true }), 3, grounds[:1]},
		"nothing known":  {eligibility.Bonus{Grounds: grounds}, games.Facts{Actor: chat.Actor{Bare: true}}, 1, nil},
		"over the limit": {eligibility.Bonus{Grounds: []eligibility.Ground{{Role: vip, Tickets: 9999}}}, both, eligibility.MaxTickets, []eligibility.Ground{{Role: vip, Tickets: 9999}}},
	} {
		if n, applied := row.bonus.Tickets(row.facts); n != row.want || !slices.Equal(applied, row.applied) {
			t.Errorf("%s: %d for %+v, want %d for %+v", name, n, applied, row.want, row.applied)
		}
	}
}

func mustJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(raw)
}
