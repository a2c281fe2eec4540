package discord

import (
	"encoding/json"
	"slices"
	"testing"
)

const (
	view    permission = 1 << 10
	send    permission = 1 << 11
	history permission = 1 << 16
	threads permission = 1 << 38
	all                = view | send | history | threads
)

func workshop() *guild {
	return &guild{
		ID: "1", Owner: "9",
		roles: map[string]role{
			"1": {ID: "1", Permissions: view | history},
			"2": {ID: "2", Permissions: send | threads},
			"3": {ID: "3", Permissions: 1 << 3},
		},
		channels: map[string]channel{
			"10": {ID: "10", Overwrites: []overwrite{{ID: "1", Deny: view}, {ID: "2", Allow: view}}},
		},
	}
}

func TestRightsFollowRolesAndOverwrites(t *testing.T) {
	g := workshop()
	for name, c := range map[string]struct {
		user  string
		roles []string
		over  []overwrite
		want  permission
	}{
		"everyone":                 {"5", nil, nil, view | history},
		"a role adds":              {"5", []string{"2"}, nil, all},
		"an unknown role":          {"5", []string{"77"}, nil, view | history},
		"the owner":                {"9", nil, []overwrite{{ID: "1", Deny: view}}, everything},
		"an administrator":         {"5", []string{"3"}, []overwrite{{ID: "1", Deny: view}}, everything},
		"everyone is denied":       {"5", []string{"2"}, []overwrite{{ID: "1", Deny: send}}, all &^ send},
		"a role is allowed again":  {"5", []string{"2"}, []overwrite{{ID: "1", Deny: send}, {ID: "2", Allow: send}}, all},
		"a role is denied":         {"5", []string{"2"}, []overwrite{{ID: "2", Deny: send}}, all &^ send},
		"allow wins among roles":   {"5", []string{"2", "4"}, []overwrite{{ID: "2", Allow: send}, {ID: "4", Deny: send}}, all},
		"the member is denied":     {"5", []string{"2"}, []overwrite{{ID: "5", Kind: 1, Deny: send}, {ID: "2", Allow: send}}, all &^ send},
		"another member is denied": {"5", []string{"2"}, []overwrite{{ID: "6", Kind: 1, Deny: send}}, all},
		"what cannot be seen":      {"5", []string{"2"}, []overwrite{{ID: "1", Deny: view}}, 0},
	} {
		if got := g.in(channel{Overwrites: c.over}, c.user, c.roles); got != c.want {
			t.Errorf("%s: %b, want %b", name, got, c.want)
		}
	}
}

func TestAThreadHasTheRightsOfItsChannel(t *testing.T) {
	g := workshop()
	thread := channel{ID: "11", Kind: 11, Parent: "10"}
	if got := g.in(thread, "5", nil); got != 0 {
		t.Errorf("a hidden channel's thread grants %b", got)
	}
	if got := g.in(thread, "5", []string{"2"}).missing(true); len(got) != 0 {
		t.Errorf("missing %v", got)
	}
}

func TestMissingRightsAreNamed(t *testing.T) {
	for p, want := range map[permission][]string{
		all:  nil,
		0:    {rightViewChannel, rightSendMessages, rightReadHistory},
		view: {rightSendMessages, rightReadHistory},
	} {
		if got := p.missing(false); !slices.Equal(got, want) {
			t.Errorf("%b lacks %v, want %v", p, got, want)
		}
	}
	if got := (all &^ threads).missing(true); !slices.Equal(got, []string{rightSendInThreads}) {
		t.Errorf("a thread lacks %v", got)
	}
}

func TestPermissionsAreReadFromStringsOfDigits(t *testing.T) {
	for in, want := range map[string]permission{`"1024"`: 1024, `1024`: 1024, `"x"`: 0, `null`: 0, `"-1"`: 0, `""`: 0} {
		var p permission = 7
		if err := json.Unmarshal([]byte(in), &p); err != nil || (p != want && in != "null") {
			t.Errorf("%s is %d, %v", in, p, err)
		}
	}
}

func TestAGuildReadWhileItChangedIsNotKept(t *testing.T) {
	s := newGuilds()
	s.follow(true)
	mark := s.mark("1")
	s.setChannel(channel{ID: "10", Guild: "1"})
	s.put(workshop(), mark)
	if s.look("1", func(*guild) {}) {
		t.Error("a stale guild is kept")
	}
	s.put(workshop(), s.mark("1"))
	if home, ok := s.home("10"); !ok || home != "1" {
		t.Error("a fresh guild is not kept")
	}
	s.depart("1")
	if _, ok := s.home("10"); ok {
		t.Error("a departed guild's channels are kept")
	}
}

func TestNothingIsKeptWhileNobodyTellsOfChanges(t *testing.T) {
	s := newGuilds()
	s.put(workshop(), s.mark("1"))
	if s.look("1", func(*guild) {}) {
		t.Error("kept without a connection")
	}
}
