package eligibility

import (
	"strings"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
)

// Lines tells a member each condition that they fail and what would help.
func Lines(p i18n.Printer, failures []Failure) []chat.Line {
	out := make([]chat.Line, 0, len(failures))
	for _, f := range failures {
		out = append(out, f.line(p))
	}
	return out
}

func (f Failure) line(p i18n.Printer) chat.Line {
	if f.Unknown {
		return p.Line("eligibility.fails.unknown", i18n.In("condition", f.condition(p)...))
	}
	n := i18n.Count(int64(len(f.Roles)))
	switch f.Code {
	case Absent:
		return p.Line("eligibility.fails.absent")
	case Blocked:
		return p.Line("eligibility.fails.blocked")
	case Denied:
		return p.Line("eligibility.fails.denied", n, i18n.In("roles", roles(p, f.Roles, "or")...))
	case All:
		return p.Line("eligibility.fails.all", n, i18n.In("roles", roles(p, f.Roles, "and")...))
	case Any:
		return p.Line("eligibility.fails.any", n, i18n.In("roles", roles(p, f.Roles, "or")...))
	case None:
		return p.Line("eligibility.fails.none", n, i18n.In("roles", roles(p, f.Roles, "or")...))
	case Account:
		return p.Line("eligibility.fails.account", f.waiting(p)...)
	case Member:
		return p.Line("eligibility.fails.member", f.waiting(p)...)
	case Channels:
		return p.Line("eligibility.fails.channels", i18n.In("channels", channels(p, f.Channels, "and")...))
	case Guest:
		return p.Line("eligibility.fails.guest")
	}
	return f.wrote(p)
}

func (f Failure) waiting(p i18n.Printer) []i18n.Arg {
	return []i18n.Arg{
		i18n.Str("has", p.DurationText(roughly(f.Has))), i18n.Str("least", p.DurationText(f.Least)),
		i18n.In("at", chat.Moment(f.Until.Add(time.Second-1), chat.MomentFull)), // never before it is enough
	}
}

func (f Failure) wrote(p i18n.Printer) chat.Line {
	more, has, of := i18n.Count(int64(f.Of-f.Messages)), i18n.Num("has", int64(f.Messages)), i18n.Num("of", int64(f.Of))
	within := i18n.Str("within", p.DurationText(days(f.Days)))
	if len(f.Channels) == 0 {
		return p.Line("eligibility.fails.messages", more, has, of, within)
	}
	return p.Line("eligibility.fails.messages_in", more, has, of, within, i18n.In("channels", channels(p, f.Channels, "or")...))
}

// condition is what is asked for, whether it is met or not.
func (f Failure) condition(p i18n.Printer) chat.Line {
	var r Rules
	switch f.Code {
	case Denied:
		r.Denied = f.Roles
	case All:
		r.All = f.Roles
	case Any:
		r.Any = f.Roles
	case None:
		r.None = f.Roles
	case Account:
		r.Account = f.Least
	case Member:
		r.Member = f.Least
	case Wrote:
		r.Messages = Messages{f.Of, f.Days, f.Channels}
	case Channels:
		r.Channels = f.Channels
	case Guest:
		r.NoGuests = true
	}
	return chat.Join(Describe(p, r, Bonus{}), chat.T(" "))
}

// Describe says what is asked of members and what bonus tickets there are, each
// in a line, for a card and the rules page; nothing where everyone may take part
// with one ticket. Who is blocked by name is not told.
func Describe(p i18n.Printer, r Rules, b Bonus) []chat.Line {
	var out []chat.Line
	listed := func(id, join string, list []chat.RoleID) {
		if len(list) > 0 {
			out = append(out, p.Line("eligibility.rule."+id, i18n.Count(int64(len(list))), i18n.In("roles", roles(p, list, join)...)))
		}
	}
	listed("all", "and", r.All)
	listed("any", "or", r.Any)
	listed("none", "or", r.None)
	if r.Account > 0 {
		out = append(out, p.Line("eligibility.rule.account", i18n.Str("least", p.DurationText(r.Account))))
	}
	if r.Member > 0 {
		out = append(out, p.Line("eligibility.rule.member", i18n.Str("least", p.DurationText(r.Member))))
	}
	if r.Messages.Least > 0 {
		out = append(out, r.Messages.line(p))
	}
	if len(r.Channels) > 0 {
		out = append(out, p.Line("eligibility.rule.channels", i18n.In("channels", channels(p, r.Channels, "and")...)))
	}
	if r.NoGuests {
		out = append(out, p.Line("eligibility.rule.guest"))
	}
	if r.demands() {
		listed("bypass", "or", r.Bypass)
	}
	listed("denied", "or", r.Denied)
	return append(out, b.lines(p)...)
}

func (m Messages) line(p i18n.Printer) chat.Line {
	n, within := i18n.Count(int64(m.Least)), i18n.Str("within", p.DurationText(days(m.Days)))
	if len(m.In) == 0 {
		return p.Line("eligibility.rule.messages", n, within)
	}
	return p.Line("eligibility.rule.messages_in", n, within, i18n.In("channels", channels(p, m.In, "or")...))
}

func (b Bonus) lines(p i18n.Printer) (out []chat.Line) {
	for _, g := range b.Grounds {
		out = append(out, p.Line("eligibility.bonus.ground", i18n.Count(int64(g.Tickets)), i18n.In("ground", g.name(p)...)))
	}
	if b.Mode == Highest && len(b.Grounds) > 1 {
		out = append(out, p.Line("eligibility.bonus.highest"))
	}
	if b.Cap > 0 && len(b.Grounds) > 0 {
		out = append(out, p.Line("eligibility.bonus.cap", i18n.Count(int64(b.Cap))))
	}
	return out
}

func (g Ground) name(p i18n.Printer) chat.Line {
	switch {
	case g.Booster:
		return p.Line("eligibility.bonus.booster")
	case g.Insider:
		return p.Line("eligibility.bonus.insider")
	}
	return chat.L(chat.MentionRole(g.Role))
}

// TicketLine tells a member how many tickets they have, and what for: the
// results of Bonus.Tickets.
func TicketLine(p i18n.Printer, tickets int, applied []Ground) chat.Line {
	n := i18n.Count(int64(tickets))
	if len(applied) == 0 {
		return p.Line("eligibility.tickets.plain", n)
	}
	grounds := make([]chat.Line, len(applied))
	for i, g := range applied {
		grounds[i] = p.Line("eligibility.tickets.ground", i18n.Num("tickets", int64(g.Tickets)), i18n.In("ground", g.name(p)...))
	}
	return p.Line("eligibility.tickets.bonus", n, i18n.In("grounds", list(p, grounds, "and")...))
}

func roles(p i18n.Printer, ids []chat.RoleID, join string) chat.Line {
	names := make([]chat.Line, len(ids))
	for i, id := range ids {
		names[i] = chat.L(chat.MentionRole(id))
	}
	return list(p, names, join)
}

func channels(p i18n.Printer, ids []chat.ChannelID, join string) chat.Line {
	names := make([]chat.Line, len(ids))
	for i, id := range ids {
		names[i] = chat.L(chat.MentionChannel(id))
	}
	return list(p, names, join)
}

// list writes "a, b and c", or "or" in place of "and".
func list(p i18n.Printer, items []chat.Line, join string) chat.Line {
	if len(items) < 2 {
		return chat.Join(items, chat.Break())
	}
	last := len(items) - 1
	return p.Line("eligibility.list."+join, i18n.In("first", chat.Join(items[:last], chat.T(", "))...), i18n.In("last", items[last]...))
}

const day = 24 * time.Hour

func days(n int) time.Duration { return time.Duration(n) * day }

// roughly leaves the greatest unit of a duration.
func roughly(d time.Duration) time.Duration {
	for _, unit := range []time.Duration{day, time.Hour, time.Minute} {
		if d >= unit {
			return d.Truncate(unit)
		}
	}
	return d
}

// quoted is what was typed as a sentence repeats it: on one line, cut.
func quoted(typed string) string {
	const most = 60
	runes := []rune(strings.Join(strings.Fields(typed), " "))
	if len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return string(runes)
}
