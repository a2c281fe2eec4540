package eligibility

import (
	"strconv"
	"strings"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
)

// WriteRules writes rules as staff type them, one condition in a line, so that
// ReadRules reads them back; members who are blocked are left out.
func WriteRules(p i18n.Printer, r Rules, names Names) string {
	w := writer{p: p, names: names}
	w.roles(keyRoles, "and", r.All)
	w.roles(keyRoles, "or", r.Any)
	w.roles(keyWithout, "or", r.None)
	w.age(keyAccount, r.Account)
	w.age(keyMember, r.Member)
	if m := r.Messages; m.Least > 0 {
		value := strconv.Itoa(m.Least) + " " + p.Text("eligibility.word.within") + " " + p.DurationText(days(m.Days))
		if len(m.In) > 0 {
			value += " " + p.Text("eligibility.word.where") + " " + w.channels(m.In)
		}
		w.line(keyMessages, value)
	}
	if len(r.Channels) > 0 {
		w.line(keyChannels, w.channels(r.Channels))
	}
	if r.NoGuests {
		w.line(keyGuests, p.Text("eligibility.word.no"))
	}
	w.roles(keyBypass, "or", r.Bypass)
	w.roles(keyDenied, "or", r.Denied)
	return strings.Join(w.lines, "\n")
}

// WriteBonus writes a bonus as staff type it, so that ReadBonus reads it back.
func WriteBonus(p i18n.Printer, b Bonus, names Names) string {
	w := writer{p: p, names: names}
	for _, g := range b.Grounds {
		n := strconv.Itoa(g.Tickets)
		switch {
		case g.Booster:
			w.line(keyBoost, n)
		case g.Insider:
			w.line(keyInsider, n)
		default:
			w.add(call(string(g.Role), names.roles(), '@'), n)
		}
	}
	if b.Mode == Highest {
		w.line(keyMode, p.Text("eligibility.word.highest"))
	}
	if b.Cap > 0 {
		w.line(keyCap, strconv.Itoa(b.Cap))
	}
	return strings.Join(w.lines, "\n")
}

type writer struct {
	p     i18n.Printer
	names Names
	lines []string
}

func (w *writer) add(name, value string) {
	w.lines = append(w.lines, w.p.Text("eligibility.line", i18n.Str("key", name), i18n.Str("value", value)))
}

func (w *writer) line(k key, value string) { w.add(w.p.Text("eligibility.key."+string(k)), value) }

func (w *writer) roles(k key, join string, ids []chat.RoleID) {
	if len(ids) == 0 {
		return
	}
	w.line(k, callAll(ids, w.names.roles(), '@', " "+w.p.Text("eligibility.word."+join)+" "))
}

func (w *writer) age(k key, least time.Duration) {
	if least > 0 {
		w.line(k, w.p.DurationText(least))
	}
}

func (w *writer) channels(ids []chat.ChannelID) string {
	return callAll(ids, w.names.channels(), '#', ", ")
}
