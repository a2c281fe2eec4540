package i18n

import (
	_ "embed"
	"strings"
	"time"
)

// zoneNames lists the names of the IANA time zone database, one a line: first
// those of its zone.tab, then the older names that still mean the same. Those
// behind "=" are no cities.
//
//go:embed zones.txt
var zoneNames string

// exonyms are cities whose French name is not the database's, and some that
// people name for a zone that is called by another city; folded.
var exonyms = map[string]string{
	"alger": "Africa/Algiers", "athenes": "Europe/Athens", "bale": "Europe/Zurich",
	"berne": "Europe/Zurich", "bruxelles": "Europe/Brussels", "dublin": "Europe/Dublin",
	"geneve": "Europe/Zurich", "geneva": "Europe/Zurich", "la reunion": "Indian/Reunion",
	"le caire": "Africa/Cairo", "lisbonne": "Europe/Lisbon", "londres": "Europe/London",
	"lyon": "Europe/Paris", "marseille": "Europe/Paris", "pekin": "Asia/Shanghai",
	"beijing": "Asia/Shanghai", "quebec": "America/Toronto", "varsovie": "Europe/Warsaw",
	"vienne": "Europe/Vienna", "san francisco": "America/Los_Angeles", "boston": "America/New_York",
	"washington": "America/New_York", "bombay": "Asia/Kolkata", "mumbai": "Asia/Kolkata",
}

// ReadZone reads the name of a time zone: an IANA name ("Europe/Paris",
// "UTC") or the city in it ("Paris", "New York"), whatever the case and the
// accents. "Local" is none, as it depends on the machine. Its error is a
// *ReadError. The names come with the program; their rules come from the
// system or from time/tzdata, which the program imports.
func ReadZone(text string) (*time.Location, error) {
	r := &reader{typed: text}
	folded, ok := fold(text)
	if ok && folded == "" {
		return nil, r.refuse("dates.error.zone_empty")
	}
	name, known := zoneName(folded)
	if !ok || !known {
		return nil, r.refuse("dates.error.zone")
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, r.refuse("dates.error.zone")
	}
	return loc, nil
}

func zoneName(folded string) (string, bool) {
	wanted := strings.ReplaceAll(folded, " ", "_")
	city := ""
	for name := range strings.Lines(zoneNames) {
		name, noCity := strings.CutPrefix(strings.TrimSpace(name), "=")
		lower := strings.ToLower(name)
		if lower == wanted {
			return name, true
		}
		if city == "" && !noCity && strings.HasSuffix(lower, "/"+wanted) {
			city = name
		}
	}
	if name, ok := exonyms[folded]; ok {
		return name, true
	}
	return city, city != ""
}
