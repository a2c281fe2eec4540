package slack

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"animo/bot/chat"
	"animo/bot/sandbox/world"
)

// TestOneListAnswersForACrowd: a thousand members who press at once cost a
// page of their channel's list, not a call each.
func TestOneListAnswersForACrowd(t *testing.T) {
	d := open(t)
	crowd := d.AddPeople(1000)
	in := d.channel("general")
	for _, id := range crowd {
		found, err := d.a.InChannels(t.Context(), spaceID(d.TeamID()), memberID(d.TeamID(), id), []chat.ChannelID{in})
		if err != nil || !found[in] {
			t.Fatalf("%v, %v", found, err)
		}
	}
	if n := len(d.requests("^conversations.members$")); n > 3 {
		t.Errorf("%d calls", n)
	}
}

// Whoever joins a channel because a game asks for it is found when they press
// again, and a list is not read for everybody who is not on it.
func TestWhoJoinsAChannelIsFoundSoonAndWhoLeavesLater(t *testing.T) {
	d := open(t)
	var passed atomic.Int64
	l := newLists(d.a.reads, func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).Add(time.Duration(passed.Load())) })
	where := must(d.AddChannel("club", false, "member-1"))(t)
	one, two := d.UserID("member-1"), d.UserID("member-2")
	is := func(who string, want bool, calls int) {
		t.Helper()
		if got, err := l.has(t.Context(), where, who); err != nil || got != want {
			t.Errorf("%v, %v, want %v", got, err, want)
		}
		if n := len(d.requests("^conversations.members$")); n != calls {
			t.Errorf("%d calls, want %d", n, calls)
		}
	}
	is(one, true, 1)
	is(two, false, 1)
	if err := d.AddToChannel("member-2", where); err != nil {
		t.Fatal(err)
	}
	is(two, false, 1)
	passed.Add(int64(askAgain))
	is(two, true, 2)
	if err := d.RemoveFromChannel("member-1", where); err != nil {
		t.Fatal(err)
	}
	passed.Add(int64(rememberFor - time.Second))
	is(one, true, 2)
	passed.Add(int64(time.Second))
	is(one, false, 3)
	passed.Store(-int64(time.Hour)) // a rehearsal sets its clock back
	is(two, true, 4)
}

func TestAListThatCannotBeReadIsNoAbsence(t *testing.T) {
	d := open(t)
	me := d.member("member-1")
	ask := func(in chat.ChannelID) error {
		_, err := d.a.InChannels(t.Context(), spaceID(d.TeamID()), me, []chat.ChannelID{in})
		return err
	}
	secret := must(d.AddChannel("secret", true, "member-1"))(t)
	if err := ask(channelID(d.TeamID(), secret)); chat.TroubleOf(err) != chat.TroubleGone {
		t.Errorf("a private channel without the bot: %v", err)
	}
	if err := ask("slack:T0OTHER/C1"); chat.TroubleOf(err) != chat.TroubleGone {
		t.Errorf("a channel of another workspace: %v", err)
	}
	d.fault(world.Fault{Path: "conversations.members", Status: 500, Times: 10})
	if err := ask(d.channel("general")); chat.TroubleOf(err) != chat.TroubleTransient {
		t.Errorf("an outage: %v", err)
	}
}

func TestChannelListsAreNotRememberedWithoutEnd(t *testing.T) {
	l := newLists(nil, time.Now)
	for i := range 3 * maxLists {
		l.remember(fmt.Sprint("C", i), list{})
	}
	if len(l.known) > maxLists {
		t.Errorf("%d lists", len(l.known))
	}
}

// Guests are those with a guest account and those of another workspace; who
// belongs to the organisation is at home in all of its workspaces.
func TestWhoIsAGuest(t *testing.T) {
	now := time.Now()
	for name, row := range map[string]struct {
		user  slack.User
		guest bool
	}{
		"member":              {slack.User{ID: "U1", TeamID: "T1"}, false},
		"nothing known":       {slack.User{ID: "U1"}, false},
		"multi-channel guest": {slack.User{ID: "U1", TeamID: "T1", IsRestricted: true}, true},
		"single-channel":      {slack.User{ID: "U1", TeamID: "T1", IsUltraRestricted: true}, true},
		"shared channel":      {slack.User{ID: "U1", TeamID: "T2"}, true},
		"stranger":            {slack.User{ID: "U1", TeamID: "T2", IsStranger: true}, true},
		"same organisation":   {slack.User{ID: "U1", TeamID: "T2", Enterprise: slack.EnterpriseUser{Teams: []string{"T2", "T1"}}}, false},
		"guest of the same":   {slack.User{ID: "U1", TeamID: "T2", IsRestricted: true, Enterprise: slack.EnterpriseUser{Teams: []string{"T1"}}}, true},
	} {
		p := newPeople(nil, func() time.Time { return now })
		if got := p.learn(&row.user).guest("T1"); got != row.guest {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// While the user groups are out of reach nobody is taken for a member of none.
func TestUnknownGroupsMakeAMemberBare(t *testing.T) {
	d := open(t)
	d.fault(world.Fault{Path: "usergroups.list", Status: 500, Times: 10})
	m, err := d.a.Member(t.Context(), spaceID(d.TeamID()), d.member("admin"))
	if err != nil || !m.Bare || !m.Present || !m.Manager {
		t.Errorf("%+v, %v", m, err)
	}
	if roles, err := d.a.Roles(t.Context(), spaceID(d.TeamID())); chat.TroubleOf(err) != chat.TroubleTransient {
		t.Errorf("%+v, %v", roles, err)
	}
}
