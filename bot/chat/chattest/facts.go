package chattest

import (
	"slices"
	"strings"
	"testing"

	"animo/bot/chat"
)

// knowsFacts holds a platform to what its capabilities promise of members, both
// when they are looked up and when they act.
func knowsFacts(t *testing.T, s *suite) {
	caps := s.Platform.Capabilities()
	two := s.member(t, s.Two)
	switch {
	case two.Bare || two.Guest || !two.Boosts.IsZero() || slices.Contains(two.Roles, s.Role):
		t.Errorf("%+v", two)
	case two.Created.IsZero() == caps.AccountAge || two.Joined.IsZero() == caps.JoinDate:
		t.Errorf("%+v on a platform that %+v", two, caps)
	}
	if m := s.member(t, s.Staff); !slices.Contains(m.Roles, s.Role) {
		t.Errorf("staff without their role: %+v", m)
	}
	if caps.Guests != (s.Guest != "") || caps.Guests && !s.member(t, s.Guest).Guest {
		t.Errorf("the guest %q is not known for one", s.Guest)
	}
	if caps.Boosts != (s.Booster != "") || caps.Boosts && s.member(t, s.Booster).Boosts.IsZero() {
		t.Errorf("the booster %q is not known for one", s.Booster)
	}
	s.answers(func(chat.Event) chat.Reply { return chat.Reply{} })
	s.types(t, "/check say")
	acts, found := hears[chat.Invoked](t, s).Actor, s.member(t, s.One)
	same := slices.Equal(acts.Roles, found.Roles) && acts.Joined.Equal(found.Joined) && acts.Created.Equal(found.Created)
	if acts.Bare || !same || acts.Guest != found.Guest {
		t.Errorf("who acts is %+v, who is looked up %+v", acts, found.Actor)
	}
}

func (s *suite) member(t *testing.T, id chat.MemberID) chat.Member {
	t.Helper()
	m, err := s.Platform.Member(t.Context(), s.Space, id)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func listsRoles(t *testing.T, s *suite) {
	roles, err := s.Platform.Roles(t.Context(), s.Space)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[chat.RoleID]bool{}
	for _, r := range roles {
		if r.Name == "" || strings.Contains(r.Name, "everyone") || seen[r.ID] {
			t.Errorf("%+v among %+v", r, roles)
		}
		seen[r.ID] = true
	}
	if !seen[s.Role] {
		t.Errorf("%s is not among %+v", s.Role, roles)
	}
	if _, err := s.Platform.Roles(t.Context(), "elsewhere:1"); !chat.TroubleOf(err).Final() {
		t.Errorf("the roles of another network: %v", err)
	}
}

func knowsChannels(t *testing.T, s *suite) {
	ask := func(id chat.MemberID, channels ...chat.ChannelID) (map[chat.ChannelID]bool, error) {
		return s.Platform.InChannels(t.Context(), s.Space, id, channels)
	}
	if !s.Platform.Capabilities().ChannelMembers {
		if in, err := ask(s.One, s.Open); chat.TroubleOf(err) != chat.TroubleRefused {
			t.Errorf("%v, %v", in, err)
		}
		return
	}
	for id, apart := range map[chat.MemberID]bool{s.Staff: true, s.Two: false, s.Absent: false} {
		if in, err := ask(id, s.Open, s.Apart); err != nil || in[s.Apart] != apart || in[s.Open] != (id != s.Absent) {
			t.Errorf("%s is in %v, %v", id, in, err)
		}
	}
	if _, err := ask(s.One, s.Open, s.Nowhere); chat.TroubleOf(err) != chat.TroubleGone {
		t.Errorf("a channel that is nowhere: %v", err)
	}
}
