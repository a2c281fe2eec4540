package eligibility

import (
	"slices"
	"time"

	"animo/bot/chat"
	"animo/games"
)

// Code names a condition that a member fails.
type Code string

// The codes, in the order in which failures are told. The first three stand
// alone.
const (
	Absent   Code = "absent" // left, was banned or is deactivated
	Blocked  Code = "blocked"
	Denied   Code = "denied"
	All      Code = "all"
	Any      Code = "any"
	None     Code = "none"
	Account  Code = "account"
	Member   Code = "member"
	Wrote    Code = "messages"
	Channels Code = "channels"
	Guest    Code = "guest"
)

// Failure is a condition that a member fails, with what a sentence about it
// needs. Fields that do not belong to the condition are zero.
type Failure struct {
	Code     Code             `json:"code"`
	Unknown  bool             `json:"unknown,omitempty"`  // it cannot be told whether the member meets it
	Roles    []chat.RoleID    `json:"roles,omitempty"`    // lacked, or to be without
	Channels []chat.ChannelID `json:"channels,omitempty"` // to be in, or where messages count
	Has      time.Duration    `json:"has,omitempty"`      // age of the account, time as a member
	Least    time.Duration    `json:"least,omitempty"`
	Until    time.Time        `json:"until,omitzero"` // when waiting is enough
	Messages int              `json:"messages,omitempty"`
	Of       int              `json:"of,omitempty"` // messages asked for
	Days     int              `json:"days,omitempty"`
}

// Judge returns each condition that a member fails at an instant; none if they
// may take part.
func Judge(r Rules, f games.Facts, now time.Time) []Failure {
	switch {
	case f.Absent:
		return []Failure{{Code: Absent}}
	case slices.Contains(r.Blocked, f.ID):
		return []Failure{{Code: Blocked}}
	case len(shared(r.Denied, f.Roles)) > 0:
		return []Failure{{Code: Denied, Roles: shared(r.Denied, f.Roles)}}
	case len(r.Denied) > 0 && f.Bare:
		return []Failure{{Code: Denied, Unknown: true, Roles: r.Denied}}
	case r.standing(f) == exempt:
		return nil
	}
	return slices.Concat(r.roles(f), r.ages(f, now), r.presence(f))
}

func (r Rules) roles(f games.Facts) (out []Failure) {
	if lacks := lacked(r.All, f.Roles); len(lacks) > 0 {
		out = append(out, Failure{Code: All, Roles: lacks, Unknown: f.Bare})
	}
	if len(r.Any) > 0 && len(shared(r.Any, f.Roles)) == 0 {
		out = append(out, Failure{Code: Any, Roles: r.Any, Unknown: f.Bare})
	}
	if has := shared(r.None, f.Roles); len(has) > 0 {
		out = append(out, Failure{Code: None, Roles: has})
	} else if len(r.None) > 0 && f.Bare {
		out = append(out, Failure{Code: None, Roles: r.None, Unknown: true})
	}
	return out
}

func (r Rules) ages(f games.Facts, now time.Time) (out []Failure) {
	for _, age := range []struct {
		code  Code
		least time.Duration
		since time.Time
	}{{Account, r.Account, f.Created}, {Member, r.Member, f.Joined}} {
		ready := age.since.Add(age.least)
		switch {
		case age.least <= 0:
		case age.since.IsZero():
			out = append(out, Failure{Code: age.code, Least: age.least, Unknown: true})
		case now.Before(ready):
			out = append(out, Failure{Code: age.code, Least: age.least, Has: max(0, now.Sub(age.since)), Until: ready})
		}
	}
	return out
}

func (r Rules) presence(f games.Facts) (out []Failure) {
	m := r.Messages
	switch {
	case m.Least <= 0:
	case f.Wrote == nil:
		out = append(out, Failure{Code: Wrote, Of: m.Least, Days: m.Days, Channels: m.In, Unknown: true})
	case *f.Wrote < m.Least:
		out = append(out, Failure{Code: Wrote, Messages: *f.Wrote, Of: m.Least, Days: m.Days, Channels: m.In})
	}
	if unseen := missing(r.Channels, f.In); len(unseen) > 0 {
		out = append(out, Failure{Code: Channels, Channels: unseen, Unknown: true})
	}
	var outside []chat.ChannelID
	for _, ch := range r.Channels {
		if in, known := f.In[ch]; known && !in {
			outside = append(outside, ch)
		}
	}
	if len(outside) > 0 {
		out = append(out, Failure{Code: Channels, Channels: outside})
	}
	if r.NoGuests && (f.Guest || f.Bare) {
		out = append(out, Failure{Code: Guest, Unknown: !f.Guest})
	}
	return out
}
