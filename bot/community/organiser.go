package community

import (
	"cmp"
	"time"
)

// Organiser is who answers for a community's giveaways: what their rules pages
// say. It is asked once.
type Organiser struct {
	Name    string `json:"name,omitempty"`
	Contact string `json:"contact,omitempty"` // an address of any kind
	Law     string `json:"law,omitempty"`     // which law applies, in the organiser's own words
}

// Hours are when somebody of the team is about, in the community's time zone,
// in hours from midnight.
type Hours struct {
	From int `json:"from"` // from 0
	To   int `json:"to"`   // up to 24; later than From
}

// defaultHours hold until a team chooses its own.
func defaultHours() Hours { return Hours{From: 8, To: 22} }

// OpeningHours are the team's hours.
func (s Settings) OpeningHours() Hours { return cmp.Or(s.Hours, defaultHours()) }

// Sound says whether the hours are on one day and in order.
func (h Hours) Sound() bool { return h.From >= 0 && h.From < h.To && h.To <= 24 }

// Holds says whether an instant lies within the hours, both ends included, on
// clocks in loc.
func (h Hours) Holds(at time.Time, loc *time.Location) bool {
	at = at.In(loc)
	minute := at.Hour()*60 + at.Minute()
	return minute >= h.From*60 && minute <= h.To*60
}
