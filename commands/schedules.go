package commands

import (
	"errors"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/bot/jobs"
	"animo/games"
)

// readCron reads what comes again and again, in words or as the five fields of
// cron, by the clock of the community. Its errors are sentences for the member.
func readCron(r *Request, text string) (jobs.Cron, error) {
	zone := r.Community.Location()
	cron, err := jobs.ParseCron(text, zone)
	if err == nil {
		return cron, nil
	}
	typed := i18n.Str("typed", shorten(readableLine(text), 60))
	example := i18n.In("example", chat.Code("0 18 * * 5"))
	switch {
	case errors.Is(err, jobs.ErrCronZone):
		return cron, games.Refuse(r.Private.Line("staff.cron.zone", typed, example))
	case errors.Is(err, jobs.ErrCronEvery):
		return cron, games.Refuse(r.Private.Line("staff.cron.every", typed))
	case errors.Is(err, jobs.ErrCronNever):
		return cron, games.Refuse(r.Private.Line("staff.cron.never", typed, example))
	case looksLikeCron(text):
		return cron, games.Refuse(r.Private.Line("staff.cron.syntax", typed, example))
	}
	spec, err := r.Private.ReadSchedule(text)
	if err != nil {
		return cron, err
	}
	return jobs.ParseCron(spec, zone)
}

// looksLikeCron says whether a text that is no schedule was meant as cron and
// not as words.
func looksLikeCron(text string) bool {
	fields := strings.Fields(text)
	if len(fields) > 0 && strings.HasPrefix(fields[0], "@") {
		return true
	}
	if len(fields) < 4 {
		return false
	}
	return strings.Trim(fields[0]+fields[1], "0123456789*/,-?") == ""
}
