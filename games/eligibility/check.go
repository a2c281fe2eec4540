package eligibility

import (
	"slices"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// Bounds of what can be asked for.
const (
	MaxRoles    = 10 // in one list
	MaxChannels = 10
	MaxBlocked  = 100
	MaxMessages = 1000
	MaxAge      = 5 * 365 * day // of an account, or as a member
	MaxGrounds  = 10
)

// Check refuses rules and a bonus that are out of bounds or contradict
// themselves, and those that a platform cannot judge: it names what to ask for
// instead. The error is a *games.Refusal.
func Check(p i18n.Printer, r Rules, b Bonus, caps chat.Capabilities) error {
	for _, check := range []func(i18n.Printer, chat.Capabilities) error{
		r.checkPlatform, r.checkLists, r.checkNumbers, r.checkSense, b.check,
	} {
		if err := check(p, caps); err != nil {
			return err
		}
	}
	return nil
}

func (r Rules) checkPlatform(p i18n.Printer, caps chat.Capabilities) error {
	name := i18n.Str("platform", caps.Name)
	switch {
	case r.Account > 0 && !caps.AccountAge:
		return games.Refuse(p.Line("eligibility.refused.no_account", name))
	case r.Member > 0 && !caps.JoinDate:
		return games.Refuse(p.Line("eligibility.refused.no_member", name))
	case r.NoGuests && !caps.Guests:
		return games.Refuse(p.Line("eligibility.refused.no_guests", name))
	case len(r.Channels) > 0 && !caps.ChannelMembers:
		return games.Refuse(p.Line("eligibility.refused.no_channels", name))
	}
	return nil
}

func (r Rules) checkLists(p i18n.Printer, _ chat.Capabilities) error {
	for _, list := range [][]chat.RoleID{r.All, r.Any, r.None, r.Bypass, r.Denied} {
		if len(list) > MaxRoles {
			return games.Refuse(p.Line("eligibility.refused.roles", i18n.Num("given", int64(len(list))), i18n.Num("max", MaxRoles)))
		}
	}
	for _, list := range [][]chat.ChannelID{r.Channels, r.Messages.In} {
		if len(list) > MaxChannels {
			return games.Refuse(p.Line("eligibility.refused.channels", i18n.Num("given", int64(len(list))), i18n.Num("max", MaxChannels)))
		}
	}
	if len(r.Blocked) > MaxBlocked {
		return games.Refuse(p.Line("eligibility.refused.blocked", i18n.Num("max", MaxBlocked)))
	}
	return nil
}

func (r Rules) checkNumbers(p i18n.Printer, _ chat.Capabilities) error {
	m := r.Messages
	switch {
	case outside(r.Account), outside(r.Member):
		return games.Refuse(p.Line("eligibility.refused.age", i18n.Str("max", p.DurationText(MaxAge))))
	case m.Least < 0, m.Least > MaxMessages:
		return games.Refuse(p.Line("eligibility.refused.messages", i18n.Num("given", int64(m.Least)), i18n.Num("max", MaxMessages)))
	case m.Least > 0 && (m.Days < 1 || m.Days > games.MaxDays):
		return games.Refuse(p.Line("eligibility.refused.days", i18n.Num("given", int64(m.Days)), i18n.Num("max", games.MaxDays)))
	}
	return nil
}

func outside(age time.Duration) bool { return age < 0 || age > MaxAge }

// checkSense refuses what nobody could meet.
func (r Rules) checkSense(p i18n.Printer, _ chat.Capabilities) error {
	wanted := slices.Clone(r.All)
	if len(r.Any) == 1 {
		wanted = append(wanted, r.Any[0])
	}
	for _, pair := range [][2][]chat.RoleID{{wanted, slices.Concat(r.None, r.Denied)}, {r.Bypass, r.Denied}} {
		if both := shared(pair[0], pair[1]); len(both) > 0 {
			return games.Refuse(p.Line("eligibility.refused.both", i18n.In("role", chat.MentionRole(both[0]))))
		}
	}
	if len(r.Any) > 0 && len(lacked(r.Any, slices.Concat(r.None, r.Denied))) == 0 {
		return games.Refuse(p.Line("eligibility.refused.both", i18n.In("role", chat.MentionRole(r.Any[0]))))
	}
	return nil
}

func (b Bonus) check(p i18n.Printer, caps chat.Capabilities) error {
	name := i18n.Str("platform", caps.Name)
	if len(b.Grounds) > MaxGrounds {
		return games.Refuse(p.Line("eligibility.refused.grounds", i18n.Num("given", int64(len(b.Grounds))), i18n.Num("max", MaxGrounds)))
	}
	if b.Cap < 0 || b.Cap > MaxTickets || b.Cap == 1 {
		return games.Refuse(p.Line("eligibility.refused.cap", i18n.Num("given", int64(b.Cap)), i18n.Num("max", MaxTickets)))
	}
	for n, g := range b.Grounds {
		same := func(o Ground) bool { return o.Role == g.Role && o.Booster == g.Booster && o.Insider == g.Insider }
		switch {
		case g.Booster && !caps.Boosts:
			return games.Refuse(p.Line("eligibility.refused.no_boosts", name))
		case g.Insider && !caps.Guests:
			return games.Refuse(p.Line("eligibility.refused.no_insiders", name))
		case g.Tickets < 1 || g.Tickets >= MaxTickets:
			return games.Refuse(p.Line("eligibility.refused.tickets", i18n.Num("given", int64(g.Tickets)), i18n.Num("max", MaxTickets-1)))
		case slices.ContainsFunc(b.Grounds[:n], same):
			return games.Refuse(p.Line("eligibility.refused.ground_twice", i18n.In("ground", g.name(p)...)))
		}
	}
	return nil
}
