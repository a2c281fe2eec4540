// Package i18n says and reads things in English and French.
//
// # Saying
//
// Sentences stand in catalog/<area>.<language>.toml, one file per area and
// language; every file there is embedded and loaded. Write ids flat and quoted,
// since some words ("id", "one", "other", "description") are go-i18n's own when
// they stand alone as a TOML key:
//
//	"giveaway.entered" = "You are in, {{.member}}."
//
//	["giveaway.entrants"]
//	one = "**{{.count}}** entrant"
//	other = "**{{.count}}** entrants"
//
// English has the plural forms one and other, French one, many ("1 000 000 de
// participants") and other; a message with one of them has them all. {{.name}}
// is the only template syntax. **bold** and `code` are the only markup, and a
// line break is one. Arguments are inlines that are put in place of their
// placeholders after the markup has been read, so that no argument can bring
// markup with it: members' words stay literal.
//
// A message that is missing in a language is said in English; one that is
// missing altogether is shown as its id, and a missing argument as its name
// in braces. The package's tests find both before a member does.
//
// # Reading
//
// ReadWhen, ReadDuration, ReadSchedule and ReadZone read what a person types. They read both
// languages whatever the printer's, since a French speaker may write in an
// English community. They are strict: they either understand every word or
// refuse with a ReadError, a sentence that names what is wrong and shows an
// example that works. What was understood is echoed by DurationText, DateText
// and ScheduleText; ReadWhen reads the former back as the same minute, and
// ReadSchedule the latter as the same schedule.
//
// The choices they make where people's habits differ:
//   - A bare amount of time ("20h", "2h30") is a duration. A time of day is
//     told from it by a word ("at 8pm", "à 20h") or its form ("20:00", "8pm").
//   - "m" means minutes, "mo" and "mois" months. A month is 30 days and a year
//     365; neither follows the calendar.
//   - In 20/01 the day comes first, always; 01/20 is refused.
//   - A date without a year is the next such date; a weekday is the next such
//     day, today included if its time is still to come; "next friday" and
//     "vendredi prochain" are the first Friday after today. "mar" is March.
//   - A day without a time means 20:00, when most communities are about, and
//     so does an evening; a morning is 09:00, an afternoon 15:00.
//   - Midnight of a named day is the one at its end: "vendredi minuit" is the
//     instant at which Saturday begins.
//   - A local time that the clocks skip is the instant right after the skip; one
//     that they show twice is the first.
package i18n
