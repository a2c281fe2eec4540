package terms

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games/eligibility"
)

// Key names a section whatever the language.
type Key string

// The sections, as Keys orders them. A page without a law named has no KeyLaw.
const (
	KeyOrganiser Key = "organiser"
	KeyContest   Key = "contest"
	KeyDates     Key = "dates"
	KeyWho       Key = "who"
	KeyEntry     Key = "entry"
	KeyPrizes    Key = "prizes"
	KeyDraw      Key = "draw"
	KeyClaim     Key = "claim"
	KeyReroll    Key = "reroll"
	KeyStaff     Key = "staff"
	KeyCancel    Key = "cancel"
	KeyLiability Key = "liability"
	KeyData      Key = "data"
	KeyLaw       Key = "law"
	keyVersion   Key = "version" // differs in every version
)

// Keys are all sections but the last, which tells of the version.
func Keys() []Key {
	return []Key{
		KeyOrganiser, KeyContest, KeyDates, KeyWho, KeyEntry, KeyPrizes, KeyDraw, KeyClaim, KeyReroll, KeyStaff,
		KeyCancel, KeyLiability, KeyData, KeyLaw,
	}
}

// Title is what a section is called.
func (k Key) Title(p i18n.Printer) string { return p.Text("terms.section." + string(k)) }

// edition is which version is being written.
type edition struct {
	n        int
	at       time.Time
	language chat.Language // that prevails
	changed  []Key
	before   string // hash of the version before, "" for none
}

// writer fills a page section by section.
type writer struct {
	Source
	edition
	p     i18n.Printer
	keys  []Key
	lines map[Key][]Line
}

func write(p i18n.Printer, s Source, e edition) *writer {
	w := &writer{Source: s, edition: e, p: p, lines: map[Key][]Line{}}
	for _, section := range []func(){
		w.organiser, w.contest, w.dates, w.who, w.entry, w.prizes, w.draw, w.claim, w.reroll, w.staff, w.cancel,
		w.liability, w.data, w.law, w.version,
	} {
		section()
	}
	return w
}

func (w *writer) put(k Key, item bool, lines []chat.Line) {
	if _, begun := w.lines[k]; !begun {
		w.keys = append(w.keys, k)
	}
	for _, l := range lines {
		if t := w.text(l); t != "" {
			w.lines[k] = append(w.lines[k], Line{Text: t, Item: item})
		}
	}
}

func (w *writer) say(k Key, lines ...chat.Line)  { w.put(k, false, lines) }
func (w *writer) list(k Key, items ...chat.Line) { w.put(k, true, items) }

func (w *writer) document() Document {
	d := Document{
		Title:   oneLine(w.p.Text("terms.title", i18n.Str("title", w.Title))),
		Preface: w.p.Text("terms.preface", i18n.Num("n", int64(w.n)), i18n.Str("at", w.date(w.p, w.at))),
	}
	for i, k := range w.keys {
		title := w.p.Text("terms.article", i18n.Num("n", int64(i+1)), i18n.Str("title", k.Title(w.p)))
		d.Sections = append(d.Sections, Section{Title: title, Lines: w.lines[k]})
	}
	return d
}

// parts digest each section, to tell which of them change. The title belongs to
// the one that names the giveaway.
func (w *writer) parts() map[Key]string {
	const length = 16 // bytes: two texts never meet by accident
	out := map[Key]string{}
	for _, k := range w.keys {
		if k == keyVersion {
			continue
		}
		sum := sha256.Sum256([]byte(Document{Sections: []Section{{Lines: w.lines[k]}}}.Markdown()))
		out[k] = hex.EncodeToString(sum[:length])
	}
	return out
}

func (w *writer) organiser() {
	p, o := w.p, w.Organiser
	if o.Name == "" {
		w.say(KeyOrganiser, p.Line("terms.organiser.unknown", w.community(p)))
	} else {
		w.say(KeyOrganiser, p.Line("terms.organiser.known", i18n.Str("name", o.Name)))
	}
	w.say(KeyOrganiser, w.reach("terms.organiser.contact", "terms.organiser.contact_team"))
}

// reach says how the organiser is reached: by the first message with a contact,
// by the second without.
func (w *writer) reach(contact, team string) chat.Line {
	if w.Organiser.Contact == "" {
		return w.p.Line(team, w.community(w.p), w.platform())
	}
	return w.p.Line(contact, i18n.Str("contact", w.Organiser.Contact))
}

func (w *writer) contest() {
	p := w.p
	w.say(KeyContest, p.Line("terms.contest.title", i18n.Str("title", w.Title)),
		p.Line("terms.contest.place", i18n.Str("place", w.place(p)), w.community(p), w.platform()))
	if w.ID != "" {
		w.say(KeyContest, p.Line("terms.contest.id", i18n.Str("id", w.ID)))
	}
	if strings.TrimSpace(w.Description) != "" {
		w.say(KeyContest, p.Line("terms.contest.description"))
		for l := range strings.SplitSeq(w.Description, "\n") {
			w.say(KeyContest, chat.Words(l))
		}
	}
}

func (w *writer) dates() {
	p := w.p
	w.say(KeyDates, p.Line("terms.dates.opens", i18n.Str("opens", w.date(p, w.Opens))),
		p.Line("terms.dates.ends", i18n.Str("ends", w.date(p, w.Ends))))
	if w.Places > 0 {
		w.say(KeyDates, p.Line("terms.dates.places", i18n.Count(w.Places)))
	}
	zone := time.UTC
	if w.Zone != nil {
		zone = w.Zone
	}
	w.say(KeyDates, p.Line("terms.dates.pause"), p.Line("terms.dates.zone", i18n.Str("zone", zone.String())))
}

func (w *writer) who() {
	p := w.p
	conditions := eligibility.Describe(p, w.Who, eligibility.Bonus{})
	if len(conditions) == 0 {
		w.say(KeyWho, p.Line("terms.who.everyone", w.community(p)))
	} else {
		w.say(KeyWho, p.Line("terms.who.conditions", w.community(p)))
		w.list(KeyWho, conditions...)
		w.say(KeyWho, p.Line("terms.who.checked"))
	}
	if len(conditions) > 0 && !w.Who.Lasting().IsZero() {
		w.say(KeyWho, p.Line("terms.who.lasting"))
	}
	w.say(KeyWho, p.Line("terms.who.bots"))
}

func (w *writer) entry() {
	p, button := w.p, w.Button
	if button == "" {
		button = p.Text("giveaway.button.enter")
	}
	w.say(KeyEntry, p.Line("terms.entry.how", i18n.Str("button", button)), p.Line("terms.entry.once"))
	if w.Bonus.IsZero() {
		w.say(KeyEntry, p.Line("terms.entry.ticket"))
		return
	}
	w.say(KeyEntry, p.Line("terms.entry.bonus"))
	w.list(KeyEntry, eligibility.Describe(p, eligibility.Rules{}, w.Bonus)...)
	w.say(KeyEntry, p.Line("terms.entry.counted"))
}
