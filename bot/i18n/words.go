package i18n

import "time"

const (
	dayLength   = 24 * time.Hour
	weekLength  = 7 * dayLength
	monthLength = 30 * dayLength
	yearLength  = 365 * dayLength
)

// The words below are folded: lower case, without accents.

var units = map[string]time.Duration{
	"s": time.Second, "sec": time.Second, "secs": time.Second, "second": time.Second,
	"seconds": time.Second, "seconde": time.Second, "secondes": time.Second,
	"m": time.Minute, "mn": time.Minute, "min": time.Minute, "mins": time.Minute,
	"minute": time.Minute, "minutes": time.Minute,
	"h": time.Hour, "hr": time.Hour, "hrs": time.Hour, "hour": time.Hour, "hours": time.Hour,
	"heure": time.Hour, "heures": time.Hour,
	"demiheure": 30 * time.Minute,
	"d":         dayLength, "day": dayLength, "days": dayLength,
	"j": dayLength, "jr": dayLength, "jrs": dayLength, "jour": dayLength, "jours": dayLength,
	"w": weekLength, "wk": weekLength, "wks": weekLength, "week": weekLength, "weeks": weekLength,
	"sem": weekLength, "sems": weekLength, "semaine": weekLength, "semaines": weekLength,
	"mo": monthLength, "mos": monthLength, "month": monthLength, "months": monthLength, "mois": monthLength,
	"y": yearLength, "yr": yearLength, "yrs": yearLength, "year": yearLength, "years": yearLength,
	"an": yearLength, "ans": yearLength, "annee": yearLength, "annees": yearLength,
}

var amounts = map[string]int{
	"a": 1, "an": 1, "one": 1, "un": 1, "une": 1,
	"two": 2, "deux": 2, "three": 3, "trois": 3, "four": 4, "quatre": 4, "five": 5, "cinq": 5,
	"six": 6, "seven": 7, "sept": 7, "eight": 8, "huit": 8, "nine": 9, "neuf": 9, "ten": 10, "dix": 10,
	"eleven": 11, "onze": 11, "twelve": 12, "douze": 12,
}

var weekdays = map[string]time.Weekday{
	"monday": time.Monday, "mon": time.Monday, "lundi": time.Monday, "lun": time.Monday,
	"tuesday": time.Tuesday, "tue": time.Tuesday, "tues": time.Tuesday, "mardi": time.Tuesday,
	"wednesday": time.Wednesday, "wed": time.Wednesday, "mercredi": time.Wednesday, "mer": time.Wednesday,
	"thursday": time.Thursday, "thu": time.Thursday, "thur": time.Thursday, "thurs": time.Thursday,
	"jeudi": time.Thursday, "jeu": time.Thursday,
	"friday": time.Friday, "fri": time.Friday, "vendredi": time.Friday, "ven": time.Friday,
	"saturday": time.Saturday, "sat": time.Saturday, "samedi": time.Saturday, "sam": time.Saturday,
	"sunday": time.Sunday, "sun": time.Sunday, "dimanche": time.Sunday, "dim": time.Sunday,
}

var months = map[string]time.Month{
	"january": 1, "jan": 1, "janvier": 1, "janv": 1,
	"february": 2, "feb": 2, "fevrier": 2, "fev": 2, "fevr": 2,
	"march": 3, "mar": 3, "mars": 3,
	"april": 4, "apr": 4, "avril": 4, "avr": 4,
	"may": 5, "mai": 5,
	"june": 6, "jun": 6, "juin": 6,
	"july": 7, "jul": 7, "juillet": 7, "juil": 7,
	"august": 8, "aug": 8, "aout": 8,
	"september": 9, "sep": 9, "sept": 9, "septembre": 9,
	"october": 10, "oct": 10, "octobre": 10,
	"november": 11, "nov": 11, "novembre": 11,
	"december": 12, "dec": 12, "decembre": 12,
}

// days are days told from today.
var days = map[string]int{
	"avanthier": -2, "hier": -1, "yesterday": -1,
	"today": 0, "aujourdhui": 0,
	"tomorrow": 1, "demain": 1, "apresdemain": 2,
}

// part is a part of the day.
type part struct {
	named    bool
	usual    int // the hour it means when none is said
	from, to int // the hours that belong to it, to included
}

var parts = map[string]part{
	"morning": {true, 9, 0, 11}, "matin": {true, 9, 0, 11},
	"afternoon": {true, 15, 12, 19}, "apresmidi": {true, 15, 12, 19},
	"evening": {true, 20, 17, 24}, "night": {true, 20, 17, 24}, "soir": {true, 20, 17, 24},
}

// wholeDay is meant where no part is named.
var wholeDay = part{usual: 20, from: 0, to: 24}

// lead lists words that may stand before a duration or a date and say nothing
// more about it.
type lead map[string]bool

var (
	durationLeads = lead{"in": true, "dans": true, "dici": true, "for": true, "pendant": true, "pour": true, "within": true, "sous": true}
	dateLeads     = lead{"le": true, "on": true, "the": true, "until": true, "till": true, "by": true, "jusqua": true, "dici": true, "pour": true}
	clockLeads    = lead{"a": true, "at": true, "vers": true, "@": true, ",": true}
	thisWords     = lead{"this": true, "ce": true, "cet": true}
	suffixes      = lead{"er": true, "st": true, "nd": true, "rd": true, "th": true}
)
