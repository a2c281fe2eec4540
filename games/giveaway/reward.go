package giveaway

import (
	"slices"
	"strings"

	"animo/bot/chat"
	"animo/games"
)

const takePrefix = "take:"

func wakeTake(m chat.MemberID) string { return takePrefix + string(m) }

func takeBack(wake string) (chat.MemberID, bool) {
	m, ok := strings.CutPrefix(wake, takePrefix)
	return chat.MemberID(m), ok
}

// reward tells the winners and the host, and gives the role.
func reward(o outcome, s State, r Round, l games.Look) outcome {
	for _, m := range r.Winners() {
		o.Directs = append(o.Directs, games.Direct{
			Member: m, Name: slotOfRound(r.N), Card: toWinner(s, r, m, l), Tell: true,
		})
		if s.Role == "" {
			continue
		}
		o.Grants = append(o.Grants, games.Grant{Member: m, Role: s.Role, Name: "give"})
		if s.RoleFor > 0 {
			o.Wakes = append(o.Wakes, games.Wake{Name: wakeTake(m), At: r.At.Add(s.RoleFor)})
		}
	}
	o.Directs = append(o.Directs, games.Direct{Member: s.Host, Name: "host-" + slotOfRound(r.N), Card: toHost(s, r, l)})
	return o
}

// roleOver takes a role back that was given for a time.
func roleOver(s State, m chat.MemberID, l games.Look) outcome {
	won := slices.IndexFunc(s.Rounds, func(r Round) bool { return slices.Contains(r.Winners(), m) })
	if won < 0 || slices.Contains(s.Taken, m) {
		return outcome{}
	}
	if end := s.Rounds[won].At.Add(s.RoleFor); l.Now.Before(end) {
		return outcome{Wakes: []games.Wake{{Name: wakeTake(m), At: end}}}
	}
	o := takeRole(outcome{}, &s, m)
	o.State = &s
	return o
}

// takeRole takes the role back, once, if one was given.
func takeRole(o outcome, s *State, m chat.MemberID) outcome {
	if s.Role == "" || slices.Contains(s.Taken, m) {
		return o
	}
	s.Taken = append(slices.Clone(s.Taken), m)
	o.Grants = append(o.Grants, games.Grant{Member: m, Role: s.Role, Name: "take", Take: true})
	o.Cancel = append(o.Cancel, wakeTake(m))
	return o
}
