package i18n

// period is a span of time that schedules repeat by.
type period int

const (
	perNothing period = iota
	perHour
	perDay
	perWeekday
	perWeekend
	perWeek
	perMonth
	perYear
)

// The words below are folded: lower case, without accents.

var periods = map[string]period{
	"hour": perHour, "hours": perHour, "hourly": perHour, "heure": perHour, "heures": perHour,
	"day": perDay, "days": perDay, "daily": perDay, "jour": perDay, "jours": perDay, "quotidiennement": perDay,
	"weekday": perWeekday, "weekdays": perWeekday, "workday": perWeekday, "workdays": perWeekday,
	"weekend": perWeekend, "weekends": perWeekend,
	"week": perWeek, "weeks": perWeek, "weekly": perWeek, "semaine": perWeek, "semaines": perWeek,
	"year": perYear, "years": perYear, "yearly": perYear, "annee": perYear, "ans": perYear,
	"month": perMonth, "months": perMonth, "monthly": perMonth, "mois": perMonth,
}

var (
	scheduleLeads = lead{
		"every": true, "each": true, "all": true, "on": true, "the": true,
		"tous": true, "toutes": true, "chaque": true, "le": true, "la": true, "les": true,
	}
	ofWords    = lead{"of": true, "du": true, "de": true, "every": true, "each": true, "the": true, "chaque": true}
	rangeWords = lead{"to": true, "through": true, "au": true, "a": true, "-": true}
	lastWords  = lead{"last": true, "dernier": true, "derniere": true}
	nthWords   = lead{
		"first": true, "second": true, "third": true, "fourth": true, "fifth": true,
		"premier": true, "deuxieme": true, "troisieme": true, "quatrieme": true, "cinquieme": true,
	}
	workdays = lead{"ouvre": true, "ouvres": true}
)
