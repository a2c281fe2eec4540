package terms

import (
	"cmp"
	"strings"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games/eligibility"
)

// Source is what a page is made from: a giveaway as its fields say.
type Source struct {
	Terms
	ID          string // "" before the launch
	Title       string
	Description string
	Platform    string // as people write it
	Button      string // that lets one enter; "" for the usual one

	Opens  time.Time
	Ends   time.Time
	Zone   *time.Location
	Places int64 // entrants at most, 0 for no bound

	Who   eligibility.Rules
	Bonus eligibility.Bonus

	Lots     []Lot // in the order in which they are drawn
	ManyWins bool  // one member may win several lots
	Role     chat.RoleID
	RoleFor  time.Duration // 0 for good

	Commitment string        // to the seed of the draw; "" before the launch
	Claim      time.Duration // for which winners may claim, 0 if they need not
	Redraws    int           // how often what nobody claims is drawn again by itself
}

// Lot is a prize with its number of winners and, if it was typed, its value.
type Lot struct {
	Prize   string
	Winners int
	Value   string
}

// place is the channel as a page names it.
func (s Source) place(p i18n.Printer) string {
	if s.Channel == "" {
		return p.Text("terms.channel_unnamed")
	}
	return p.Text("terms.channel", i18n.Str("name", s.Channel))
}

func (s Source) community(p i18n.Printer) i18n.Arg {
	if s.Community == "" {
		return i18n.Str("community", p.Text("terms.community_unnamed"))
	}
	return i18n.Str("community", p.Text("terms.community", i18n.Str("name", s.Community)))
}

func (s Source) platform() i18n.Arg { return i18n.Str("platform", s.Platform) }

// date writes an instant to the second, in the zone of the page.
func (s Source) date(p i18n.Printer, at time.Time) string {
	zone := s.Zone
	if zone == nil {
		zone = time.UTC
	}
	at = at.In(zone)
	text := p.DateText(at, zone)
	if at.Second() == 0 {
		return text
	}
	return p.Text("terms.date_seconds", i18n.Str("date", text),
		i18n.Str("seconds", p.DurationText(time.Duration(at.Second())*time.Second)))
}

// text writes a line as plain text, with roles and channels by their names.
func (s Source) text(l chat.Line) string {
	var b strings.Builder
	for _, in := range l {
		switch in.Kind {
		case chat.KindRole:
			b.WriteString("@" + s.name(in.ID))
		case chat.KindChannel:
			b.WriteString("#" + s.name(in.ID))
		case chat.KindStrong, chat.KindEm, chat.KindStrike:
			b.WriteString(s.text(in.Inner))
		default:
			b.WriteString(chat.L(in).Plain())
		}
	}
	return oneLine(b.String())
}

func (s Source) name(id string) string { return cmp.Or(s.Names[id], id) }
