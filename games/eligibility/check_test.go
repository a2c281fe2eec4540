package eligibility_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/games"
	"animo/games/eligibility"
)

func able() chat.Capabilities {
	return chat.Capabilities{Name: "Everywhere", AccountAge: true, JoinDate: true, Boosts: true, Guests: true, ChannelMembers: true}
}

func TestWhatAPlatformCannotJudgeIsRefusedWithASubstitute(t *testing.T) {
	nothing := chat.Capabilities{Name: "Nowhere"}
	for name, row := range map[string]struct {
		rules eligibility.Rules
		bonus eligibility.Bonus
		want  string // the substitute
	}{
		"account":  {rules: eligibility.Rules{Account: day}, want: "Ask for a role, a channel or some messages instead"},
		"member":   {rules: eligibility.Rules{Member: day}, want: "Ask for a role, a channel or some messages instead"},
		"guests":   {rules: eligibility.Rules{NoGuests: true}, want: "Ask for a role that only members have instead"},
		"channels": {rules: eligibility.Rules{Channels: []chat.ChannelID{hall}}, want: "Ask for the role that may read it instead"},
		"boosts":   {bonus: eligibility.Bonus{Grounds: []eligibility.Ground{{Booster: true, Tickets: 1}}}, want: "bonus tickets for a role instead"},
		"insiders": {bonus: eligibility.Bonus{Grounds: []eligibility.Ground{{Insider: true, Tickets: 1}}}, want: "bonus tickets for a role instead"},
	} {
		if err := eligibility.Check(printer(t, chat.English), row.rules, row.bonus, able()); err != nil {
			t.Errorf("%s: refused where it is known: %v", name, err)
		}
		err := eligibility.Check(printer(t, chat.English), row.rules, row.bonus, nothing)
		var r *games.Refusal
		if !errors.As(err, &r) || !strings.Contains(r.Line.Plain(), row.want) || !strings.Contains(r.Line.Plain(), "Nowhere") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatIsOutOfBoundsIsRefused(t *testing.T) {
	type rules = eligibility.Rules
	many := func(n int) (out []chat.RoleID) {
		for i := range n {
			out = append(out, chat.RoleID(fmt.Sprint("discord:", i)))
		}
		return out
	}
	ground := func(n int) eligibility.Bonus {
		return eligibility.Bonus{Grounds: []eligibility.Ground{{Role: vip, Tickets: n}}}
	}
	var everybody eligibility.Bonus
	for _, id := range many(eligibility.MaxGrounds + 1) {
		everybody.Grounds = append(everybody.Grounds, eligibility.Ground{Role: id, Tickets: 1})
	}
	for name, row := range map[string]struct {
		rules rules
		bonus eligibility.Bonus
		want  string // "" if it is well
	}{
		"ten roles":     {rules: rules{Any: many(10)}},
		"eleven":        {rules: rules{Any: many(11)}, want: "at most 10"},
		"denied":        {rules: rules{Denied: many(11)}, want: "at most 10"},
		"channels":      {rules: rules{Channels: make([]chat.ChannelID, 11)}, want: "at most 10"},
		"counted in":    {rules: rules{Messages: eligibility.Messages{Least: 1, Days: 1, In: make([]chat.ChannelID, 11)}}, want: "at most 10"},
		"blocked":       {rules: rules{Blocked: make([]chat.MemberID, 101)}, want: "100 members"},
		"old":           {rules: rules{Account: eligibility.MaxAge + 1}, want: "1,825 days"},
		"negative":      {rules: rules{Member: -1}, want: "1,825 days"},
		"no days":       {rules: rules{Messages: eligibility.Messages{Least: 1}}, want: "1 to 30 days"},
		"31 days":       {rules: rules{Messages: eligibility.Messages{Least: 1, Days: 31}}, want: "1 to 30 days"},
		"30 days":       {rules: rules{Messages: eligibility.Messages{Least: 1, Days: 30}}},
		"less than one": {rules: rules{Messages: eligibility.Messages{Least: -1, Days: 30}}, want: "1 to 1,000"},
		"both":          {rules: rules{All: []chat.RoleID{vip}, None: []chat.RoleID{vip}}, want: "Nobody could take part: @discord:301"},
		"any denied":    {rules: rules{Any: []chat.RoleID{vip, adult}, None: []chat.RoleID{vip}, Denied: []chat.RoleID{adult}}, want: "Nobody could take part"},
		"one is left":   {rules: rules{Any: []chat.RoleID{vip, adult}, None: []chat.RoleID{vip}}},
		"exempt denied": {rules: rules{Bypass: []chat.RoleID{vip}, Denied: []chat.RoleID{vip}}, want: "Nobody could take part"},
		"no ticket":     {bonus: ground(0), want: "from 1 to 99"},
		"99 tickets":    {bonus: ground(99)},
		"100 tickets":   {bonus: ground(100), want: "from 1 to 99"},
		"twice":         {bonus: eligibility.Bonus{Grounds: append(ground(1).Grounds, ground(2).Grounds...)}, want: "twice"},
		"many grounds":  {bonus: everybody, want: "at most 10"},
		"cap":           {bonus: eligibility.Bonus{Cap: 101}, want: "from 2 to 100"},
		"cap of one":    {bonus: eligibility.Bonus{Cap: 1}, want: "from 2 to 100"},
	} {
		err := eligibility.Check(printer(t, chat.English), row.rules, row.bonus, able())
		var r *games.Refusal
		switch {
		case row.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case row.want != "" && (!errors.As(err, &r) || !strings.Contains(r.Line.Plain(), row.want)):
			t.Errorf("%s: %v, want %q", name, err, row.want)
		}
	}
}

// Rules that Check lets pass can be met by somebody.
func TestWhatPassesCanBeMet(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := anyRules(rt)
		r.Blocked = nil
		if eligibility.Check(printer(rt, chat.English), r, eligibility.Bonus{}, able()) != nil {
			return
		}
		f := games.Facts{Wrote: new(r.Messages.Least), In: map[chat.ChannelID]bool{hall: true, cave: true}}
		f.Created, f.Joined = now().Add(-r.Account), now().Add(-r.Member)
		f.Roles = append(append(f.Roles, r.All...), r.Any...)
		if failures := eligibility.Judge(r, f, now()); len(failures) > 0 {
			rt.Fatalf("%+v: %+v", r, failures)
		}
	})
}
