package eligibility

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// What staff type in a form holds one condition in a line, in either language:
//
//	roles: @Member and @Adult
//	roles: @VIP or @Booster
//	without: @Muted
//	account: 7 days
//	member: 2 weeks
//	messages: 5 in 7 days in #general, #help
//	channels: #announcements
//	guests: no
//	exempt: @Team
//	excluded: @Banned from contests
//
// and one ground for a bonus:
//
//	@VIP: 2
//	boost: 1
//	no guest: 1
//	several: highest
//	most: 5
//
// A list of roles without "and" asks for one of them. Members are blocked by a
// command, since a text does not tell who is meant.

// reader reads lines of one text.
type reader struct {
	p     i18n.Printer
	names Names
	seen  map[key]bool
	rules Rules
	bonus Bonus
}

// ReadRules reads what WriteRules writes, and what staff made of it; no member
// is blocked in it. Errors are sentences for whoever typed. The rules are not
// checked: see Check.
func ReadRules(p i18n.Printer, typed string, names Names) (Rules, error) {
	r := reader{p: p, names: names, seen: map[key]bool{}}
	for line := range strings.Lines(typed) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		k, known := ruleKeys()[folded(name)]
		if !ok || !known {
			return Rules{}, games.Refuse(p.Line("eligibility.read.key", i18n.Str("typed", quoted(line))))
		}
		if value = strings.TrimSpace(value); value == "" {
			continue // taken back
		}
		if err := r.rule(k, line, value); err != nil {
			return Rules{}, err
		}
	}
	return r.rules, nil
}

// once refuses a line that is there twice.
func (r *reader) once(k key, line string) error {
	if r.seen[k] {
		return games.Refuse(r.p.Line("eligibility.read.twice", i18n.Str("typed", quoted(line))))
	}
	r.seen[k] = true
	return nil
}

func (r *reader) rule(k key, line, value string) (err error) {
	if k == keyRoles {
		return r.needed(line, value)
	}
	if err := r.once(k, line); err != nil {
		return err
	}
	switch k {
	case keyWithout:
		r.rules.None, _, err = r.roles(value)
	case keyBypass:
		r.rules.Bypass, _, err = r.roles(value)
	case keyDenied:
		r.rules.Denied, _, err = r.roles(value)
	case keyChannels:
		r.rules.Channels, err = r.channels(value)
	case keyAccount:
		r.rules.Account, err = r.p.ReadDuration(value)
	case keyMember:
		r.rules.Member, err = r.p.ReadDuration(value)
	case keyMessages:
		r.rules.Messages, err = r.messages(value)
	case keyGuests:
		if r.rules.NoGuests = slices.Contains(noWords, folded(value)); !r.rules.NoGuests {
			err = games.Refuse(r.p.Line("eligibility.read.guests", i18n.Str("typed", quoted(line))))
		}
	}
	return err
}

// needed reads roles of which all or any are asked for. One alone is asked for
// like those of an "and".
func (r *reader) needed(line, value string) error {
	ids, join, err := r.roles(value)
	switch {
	case err != nil:
		return err
	case join == "mixed":
		return games.Refuse(r.p.Line("eligibility.read.mixed", i18n.Str("typed", quoted(line))))
	case len(ids) == 1 || join == "and":
		r.rules.All = append(r.rules.All, lacked(ids, r.rules.All)...)
		return nil
	}
	r.rules.Any = ids
	return r.once(keyRoles, line)
}

func (r *reader) roles(value string) ([]chat.RoleID, string, error) {
	all := r.names.roles()
	got, wrong := find(value, all, '@')
	if wrong != nil {
		return nil, "", r.mistaken("eligibility.read.role", wrong, all, '@')
	}
	out := make([]chat.RoleID, len(got.ids))
	for i, id := range got.ids {
		out[i] = chat.RoleID(id)
	}
	return out, got.join, nil
}

func (r *reader) channels(value string) ([]chat.ChannelID, error) {
	all := r.names.channels()
	got, wrong := find(value, all, '#')
	if wrong != nil {
		return nil, r.mistaken("eligibility.read.channel", wrong, all, '#')
	}
	out := make([]chat.ChannelID, len(got.ids))
	for i, id := range got.ids {
		out[i] = chat.ChannelID(id)
	}
	return out, nil
}

func (r *reader) mistaken(id string, wrong *mistake, all []named, sign rune) error {
	example := wrong.example
	switch {
	case wrong.ambiguous:
		id = "eligibility.read.ambiguous"
	case len(all) > 0:
		example = call(all[0].id, all, sign)
	default:
		example = string(sign) + "…" // there is none of that kind
	}
	return games.Refuse(r.p.Line(id, i18n.Str("typed", quoted(wrong.typed)), i18n.In("example", chat.T(example))))
}

// messages reads "5 in 7 days in #general".
func (r *reader) messages(value string) (m Messages, err error) {
	wrong := games.Refuse(r.p.Line("eligibility.read.messages", i18n.Str("typed", quoted(value))))
	number, rest, _ := strings.Cut(value, " ")
	if m.Least, err = strconv.Atoi(strings.TrimSpace(number)); err != nil {
		return m, wrong
	}
	rest = without(without(rest, messageWords, false), withinWords, false)
	within, where := rest, ""
	if i := strings.IndexAny(rest, "#<"); i >= 0 {
		within, where = without(rest[:i], whereWords, true), rest[i:]
	}
	d, err := r.p.ReadDuration(within)
	if err != nil {
		return m, wrong
	}
	m.Days = int((d + day - 1) / day)
	if where != "" {
		m.In, err = r.channels(where)
	}
	return m, err
}

// without takes one of the words from the beginning or the end of a text.
func without(s string, words []string, end bool) string {
	s = strings.TrimSpace(s)
	at := strings.IndexFunc(s, unicode.IsSpace)
	if end {
		at = strings.LastIndexFunc(s, unicode.IsSpace)
	}
	switch {
	case at < 0:
	case !end && slices.Contains(words, folded(s[:at])):
		s = s[at:]
	case end && slices.Contains(words, folded(s[at:])):
		s = s[:at]
	}
	return strings.TrimSpace(s)
}

// ReadBonus reads what WriteBonus writes, and what staff made of it. Errors are
// sentences for whoever typed. The bonus is not checked: see Check.
func ReadBonus(p i18n.Printer, typed string, names Names) (Bonus, error) {
	r := reader{p: p, names: names, seen: map[key]bool{}}
	for line := range strings.Lines(typed) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		at := strings.LastIndex(line, ":")
		if at < 0 {
			return Bonus{}, games.Refuse(p.Line("eligibility.read.bonus", i18n.Str("typed", quoted(line))))
		}
		name, value := strings.TrimSpace(line[:at]), strings.TrimSpace(line[at+1:])
		if value == "" {
			continue // taken back
		}
		if err := r.ground(name, line, value); err != nil {
			return Bonus{}, err
		}
	}
	return r.bonus, nil
}

func (r *reader) ground(name, line, value string) error {
	k, known := bonusKeys()[folded(name)]
	if known {
		if err := r.once(k, line); err != nil {
			return err
		}
	}
	if k == keyMode {
		return r.mode(line, value)
	}
	n, err := strconv.Atoi(strings.TrimPrefix(value, "+"))
	if err != nil {
		return games.Refuse(r.p.Line("eligibility.read.number", i18n.Str("typed", quoted(value))))
	}
	g := Ground{Tickets: n, Booster: k == keyBoost, Insider: k == keyInsider}
	switch {
	case k == keyCap:
		r.bonus.Cap = n
		return nil
	case !known:
		ids, _, err := r.roles(name)
		if err != nil {
			return err
		}
		if len(ids) != 1 {
			return games.Refuse(r.p.Line("eligibility.read.bonus", i18n.Str("typed", quoted(line))))
		}
		g.Role = ids[0]
	}
	r.bonus.Grounds = append(r.bonus.Grounds, g)
	return nil
}

func (r *reader) mode(line, value string) error {
	switch v := folded(value); {
	case slices.Contains(highestWords, v):
		r.bonus.Mode = Highest
	case slices.Contains(stackWords, v):
		r.bonus.Mode = Stack
	default:
		return games.Refuse(r.p.Line("eligibility.read.mode", i18n.Str("typed", quoted(line))))
	}
	return nil
}
