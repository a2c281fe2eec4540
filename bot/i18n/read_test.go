package i18n

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
	"unicode"
	"unicode/utf8"

	"animo/bot/chat"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// friday is the now of most tests: Friday 23 January 2026, 10:00 in Paris.
func friday(t testing.TB) time.Time {
	return time.Date(2026, 1, 23, 10, 0, 0, 0, zone(t, "Europe/Paris"))
}

func TestDurationsAreReadInBothLanguages(t *testing.T) {
	b := embedded(t)
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"2h": 2 * time.Hour, "90m": 90 * time.Minute, "1w2d": 9 * day, "7j": 7 * day, "45s": 45 * time.Second,
		"2 sem": 14 * day, "2 sem.": 14 * day, "1 mois": 30 * day, "1mo": 30 * day, "1 an": 365 * day, "1y": 365 * day,
		"2 hours 30 min": 150 * time.Minute, "2h30": 150 * time.Minute, "1 h 30": 90 * time.Minute,
		"2h30m": 150 * time.Minute, "2 heures et 30 minutes": 150 * time.Minute, "1 day, 2 hours": 26 * time.Hour,
		"3 jours": 3 * day, "une heure": time.Hour, "an hour": time.Hour, "une heure et demie": 90 * time.Minute,
		"2 hours and a half": 150 * time.Minute, "half an hour": 30 * time.Minute, "une demi-heure": 30 * time.Minute,
		"1,5h": 90 * time.Minute, "1.5h": 90 * time.Minute, "0,25 j": 6 * time.Hour, "deux semaines": 14 * day,
		"sept jours": 7 * day, "dans 2h": 2 * time.Hour, "in 2h": 2 * time.Hour, "d’ici 3 jours": 3 * day,
		"D'ICI à 3 JOURS": 3 * day, "  2   H  ": 2 * time.Hour, "2\u00a0heures": 2 * time.Hour,
		"1 année": 365 * day, "366 jours": Max, "pendant 10 minutes": 10 * time.Minute, "20h": 20 * time.Hour,
	} {
		for _, l := range chat.Languages() {
			p := b.Printer(l)
			if got, err := p.ReadDuration(text); err != nil || got != want {
				t.Errorf("%s %q: %v %v, want %v", l, text, got, err, want)
			}
			w, err := p.ReadWhen(text, friday(t), time.UTC)
			if err != nil || !w.IsDuration || w.Duration != want || !w.At.Equal(friday(t).Add(want)) {
				t.Errorf("%s %q as a moment: %+v %v", l, text, w, err)
			}
		}
	}
}

func TestDatesAreReadInBothLanguages(t *testing.T) {
	b := embedded(t)
	for text, want := range map[string]string{
		"demain 20h": "2026-01-24 20:00", "demain à 20h30": "2026-01-24 20:30", "DEMAIN A 20 H 30": "2026-01-24 20:30",
		"tomorrow 8pm": "2026-01-24 20:00", "tomorrow at 20:00": "2026-01-24 20:00", "8pm tomorrow": "2026-01-24 20:00",
		"20h demain": "2026-01-24 20:00", "demain": "2026-01-24 20:00", "demain matin": "2026-01-24 09:00",
		"tomorrow afternoon": "2026-01-24 15:00", "après-demain 8h": "2026-01-25 08:00",
		"the day after tomorrow at noon": "2026-01-25 12:00", "ce soir": "2026-01-23 20:00", "tonight": "2026-01-23 20:00",
		"tonight at 9:00": "2026-01-23 21:00", "ce soir à 9h": "2026-01-23 21:00", "demain 8h du matin": "2026-01-24 08:00",
		"cet après-midi": "2026-01-23 15:00", "midi": "2026-01-23 12:00", "noon": "2026-01-23 12:00",
		"minuit": "2026-01-24 00:00", "vendredi minuit": "2026-01-24 00:00", "demain 0h": "2026-01-24 00:00", "demain 00:00": "2026-01-24 00:00",
		"tomorrow 12am": "2026-01-24 00:00", "tomorrow 12pm": "2026-01-24 12:00", "24:00": "2026-01-24 00:00",
		"today 18:00": "2026-01-23 18:00", "aujourd'hui 18h": "2026-01-23 18:00", "aujourd’hui 18h": "2026-01-23 18:00",
		"à 20h": "2026-01-23 20:00", "at 8pm": "2026-01-23 20:00", "20:00": "2026-01-23 20:00", "à 9h": "2026-01-24 09:00",
		"vendredi 18h30": "2026-01-23 18:30", "vendredi 9h": "2026-01-30 09:00", "friday 6:30 pm": "2026-01-23 18:30",
		"fri. 6:30 p.m.": "2026-01-23 18:30", "ce vendredi": "2026-01-23 20:00", "vendredi prochain": "2026-01-30 20:00",
		"next friday": "2026-01-30 20:00", "next monday": "2026-01-26 20:00", "lundi": "2026-01-26 20:00",
		"jeudi soir": "2026-01-29 20:00", "until sunday 6pm": "2026-01-25 18:00", "jusqu'à dimanche 18h": "2026-01-25 18:00",
		"20/01 10h": "2027-01-20 10:00", "24/01 10h": "2026-01-24 10:00", "20/01/2027 10:00": "2027-01-20 10:00",
		"20/01/27 10h": "2027-01-20 10:00", "le 5/2 à 8 h": "2026-02-05 08:00", "20-01-2027": "2027-01-20 20:00",
		"20 janvier 10h": "2027-01-20 10:00", "1er février": "2026-02-01 20:00", "1 FEVRIER 2026": "2026-02-01 20:00",
		"Jan 20 10am": "2027-01-20 10:00", "20 january 2027": "2027-01-20 20:00", "January 20th, 2027 at 10:15": "2027-01-20 10:15",
		"the 2nd of march": "2026-03-02 20:00", "15 mars 20h15": "2026-03-15 20:15", "20h 15 mars": "2026-03-15 20:00",
		"mars 15 20h15": "2026-03-15 20:15", "3 août": "2026-08-03 20:00", "25 déc. 8h": "2026-12-25 08:00",
		"samedi 24 janvier 2026 à 20\u00a0h\u00a000": "2026-01-24 20:00", "Saturday 24 January 2026 at 20:00": "2026-01-24 20:00",
		"2027-01-20T10:00": "2027-01-20 10:00", "2027-01-20 10:00": "2027-01-20 10:00", "2027-01-20": "2027-01-20 20:00",
		"2027-01-20T10:00:00+01:00": "2027-01-20 10:00", "2027-01-20T09:00:00.000Z": "2027-01-20 10:00",
		"2027-01-20T04:00:00-0500": "2027-01-20 10:00", "demain 20h UTC": "2026-01-24 21:00", "demain 20h (UTC+2)": "2026-01-24 19:00",
		"31 décembre minuit": "2027-01-01 00:00",
	} {
		for _, l := range chat.Languages() {
			w, err := b.Printer(l).ReadWhen(text, friday(t), zone(t, "Europe/Paris"))
			if err != nil {
				t.Errorf("%s %q: %v", l, text, err)
			} else if got := w.At.In(zone(t, "Europe/Paris")).Format("2006-01-02 15:04"); got != want || w.IsDuration {
				t.Errorf("%s %q: %s, want %s", l, text, got, want)
			}
		}
	}
}

func TestWhatCannotBeMeantGetsItsSentence(t *testing.T) {
	b := embedded(t)
	for text, want := range map[string]string{
		"": "empty", "   ": "empty", "0": "not_positive", "0h": "not_positive", "-5m": "not_positive", "−5m": "not_positive",
		"30": "no_unit", "5000 years": "too_long", "367d": "too_long", "1 an 2 jours": "too_long",
		"99999999999999999999h": "too_long", "999999999,999 ans": "too_long", "2h75": "hour",
		"demain 25h": "hour", "demain 20:60": "hour", "tomorrow 13pm": "hour", "24h30 demain": "hour", "demain 20h UTC+15": "hour",
		"99999999999:00": "hour", "demain 8": "bare_hour", "at 8": "bare_hour", "tonight at 3am": "part", "demain matin 20h": "part",
		"31/02": "no_such_day", "30/02 10h": "no_such_day", "29/02/2027": "no_such_day", "0/01": "no_such_day",
		"32 janvier": "no_such_day", "01/20": "day_first", "20/13": "no_such_month", "20/33": "no_such_month", "5/0": "no_such_month",
		"hier": "past", "yesterday 8pm": "past", "01/01/2020": "past", "aujourd'hui 8h": "past", "23/01 9h": "past",
		"avant-hier": "past", "0000-01-01": "past", "29/02": "too_far", "01/01/2030": "too_far", "9999-12-31": "too_far",
		"vendredi 24 janvier": "weekday", "monday 2027-01-20": "weekday",
		"bananas": "nonsense", "2": "no_unit", "2h bananas": "word", "demain bananes": "word", "20h demain bananes": "word",
		"2h2h": "nonsense", "h": "nonsense", "٣h": "nonsense", "２h": "nonsense", "demain demain": "word", "1.2.3h": "nonsense",
		"1,2345h": "nonsense", "20:0": "hour", "tomorrow 20": "bare_hour", "\xff": "nonsense", "明日": "nonsense",
		"soir ce matin": "word", "jan 2027": "nonsense", "20/01/2027/3": "nonsense", "mar 10h": "nonsense", "2h)": "nonsense", "demain 20h (": "hour",
	} {
		for _, l := range chat.Languages() {
			p := b.Printer(l)
			w, err := p.ReadWhen(text, friday(t), zone(t, "Europe/Paris"))
			var wrong *ReadError
			if !errors.As(err, &wrong) {
				t.Errorf("%s %q was read as %v", l, text, w.At)
			} else if wrong.ID != "dates.error."+want {
				t.Errorf("%s %q: %s, want %s", l, text, wrong.ID, want)
			} else if said := wrong.Text(p); strings.ContainsAny(said, "{}") || !strings.HasSuffix(said, ".") {
				t.Errorf("%s %q: sentence %q", l, text, said)
			}
		}
	}
}

func TestOnlyADurationIsADuration(t *testing.T) {
	p := embedded(t).Printer(chat.French)
	for text, want := range map[string]string{
		"demain": "not_duration", "20/01": "not_duration", "": "empty_duration", "\xff": "not_duration",
		"0": "not_positive", "30": "no_unit", "400j": "too_long",
	} {
		d, err := p.ReadDuration(text)
		var wrong *ReadError
		if !errors.As(err, &wrong) || wrong.ID != "dates.error."+want {
			t.Errorf("%q: %v %v, want %s", text, d, err, want)
		}
	}
}

func TestEveryExampleInASentenceCanBeRead(t *testing.T) {
	b, examples := embedded(t), 0
	for _, l := range chat.Languages() {
		p := b.Printer(l)
		for _, id := range b.IDs(l) {
			if !strings.HasPrefix(id, errorArea) {
				continue
			}
			for _, in := range p.Line(id, Str("example", "20/01")) {
				if in.Kind != chat.KindCode {
					continue
				}
				examples++
				if err := readExample(t, p, id, in.Text); err != nil {
					t.Errorf("%s %s: %v", l, id, err)
				}
			}
		}
	}
	if examples < 40 {
		t.Errorf("only %d examples: the sentences are not looked at", examples)
	}
}

func readExample(t *testing.T, p Printer, id, example string) error {
	var err error
	switch {
	case strings.Contains(id, "zone"):
		_, err = ReadZone(example)
	case strings.HasSuffix(id, "duration"):
		_, err = p.ReadDuration(example)
	default:
		_, err = p.ReadWhen(example, friday(t), zone(t, "Europe/Paris"))
	}
	return err
}

func TestALongTextIsCutInTheSentence(t *testing.T) {
	p := embedded(t).Printer(chat.French)
	for _, text := range []string{strings.Repeat("é", 5000), strings.Repeat("a\n", 5000)} {
		_, err := p.ReadWhen(text, friday(t), time.UTC)
		var wrong *ReadError
		if !errors.As(err, &wrong) {
			t.Fatal(err)
		}
		quote := wrong.Args[0].line.Plain()
		if n := len([]rune(quote)); n != 60 || !strings.HasSuffix(quote, "…") || strings.Contains(quote, "\n") {
			t.Errorf("%d characters: %q", n, quote)
		}
	}
}

func TestWhatIsNoTextIsQuotedAsText(t *testing.T) {
	for _, text := range []string{strings.Repeat("\xf0", 9000), strings.Repeat("é", 399) + "\xc3", "\x00\x1b[31m"} {
		if got := quoted(text); !utf8.ValidString(got) || strings.ContainsFunc(got, unicode.IsControl) {
			t.Errorf("%q", got)
		}
	}
}

func TestTheOperatorSeesWhatWasWrong(t *testing.T) {
	_, err := embedded(t).Printer(chat.French).ReadWhen("demain 25h", friday(t), time.UTC)
	if got := err.Error(); got != `cannot read "demain 25h": hour` {
		t.Error(got)
	}
	if got := (&ReadError{ID: "dates.error.past"}).Error(); got != "cannot read what was typed: past" {
		t.Error(got)
	}
}

func TestSkippedAndRepeatedHoursAreDecided(t *testing.T) {
	b := embedded(t)
	for _, c := range []struct{ place, text, want string }{
		{"Europe/Paris", "29/03/2026 2h30", "2026-03-29T01:00:00Z"}, // skipped: 02:00 becomes 03:00
		{"Europe/Paris", "25/10/2026 2h30", "2026-10-25T00:30:00Z"}, // shown twice
		{"America/New_York", "2026-03-08 02:30", "2026-03-08T07:00:00Z"},
		{"America/New_York", "2026-11-01 01:30", "2026-11-01T05:30:00Z"},
		{"America/Havana", "08/03/2026 00:30", "2026-03-08T05:00:00Z"}, // midnight itself is skipped
		{"Australia/Lord_Howe", "05/04/2026 1h45", "2026-04-04T14:45:00Z"},
		{"Asia/Tokyo", "29/03/2026 2h30", "2026-03-28T17:30:00Z"},
	} {
		now := time.Date(2026, 1, 23, 9, 0, 0, 0, time.UTC)
		w, err := b.Printer(chat.English).ReadWhen(c.text, now, zone(t, c.place))
		if err != nil || w.At.Format(time.RFC3339) != c.want {
			t.Errorf("%s %q: %v %v, want %s", c.place, c.text, w.At, err, c.want)
		}
	}
}

func TestTheSecondOfTwoEqualHoursCarriesItsOffset(t *testing.T) {
	second := time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC)
	paris, p := zone(t, "Europe/Paris"), embedded(t).Printer(chat.French)
	text := p.DateText(second, paris)
	if want := "dimanche 25 octobre 2026 à 2\u00a0h\u00a030 (UTC+01:00)"; text != want {
		t.Errorf("%q, want %q", text, want)
	}
	if w, err := p.ReadWhen(text, second.Add(-time.Hour), paris); err != nil || !w.At.Equal(second) {
		t.Errorf("read back as %v %v", w.At, err)
	}
}

func TestEchoesReadAsAPersonWouldWriteThem(t *testing.T) {
	en, fr := embedded(t).Printer(chat.English), embedded(t).Printer(chat.French)
	w := When{At: time.Date(2026, 2, 1, 7, 5, 59, 0, time.UTC), Duration: 26*time.Hour + 30*time.Minute, IsDuration: true}
	paris := zone(t, "Europe/Paris")
	for got, want := range map[string]string{
		en.WhenText(w, paris):                             "in 1 day 2 hours 30 minutes, that is Sunday 1 February 2026 at 08:05",
		fr.WhenText(w, paris):                             "dans 1 jour 2 heures 30 minutes, soit dimanche 1er février 2026 à 8\u00a0h\u00a005",
		fr.WhenText(When{At: w.At}, time.UTC):             "dimanche 1er février 2026 à 7\u00a0h\u00a005",
		en.DurationText(0):                                "0 seconds",
		fr.DurationText(-90 * time.Second):                "1 minute 30 secondes",
		en.DurationText(time.Second + 9*time.Millisecond): "1 second",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := en.DurationText(math.MinInt64); !strings.HasPrefix(got, "106,751 days") {
		t.Errorf("the longest of all: %q", got)
	}
}

func TestZonesAreReadByNameAndByCity(t *testing.T) {
	for text, want := range map[string]string{
		"Europe/Paris": "Europe/Paris", "europe/paris": "Europe/Paris", "Paris": "Europe/Paris", " PARIS ": "Europe/Paris",
		"Montréal": "America/Montreal", "new york": "America/New_York", "São Paulo": "America/Sao_Paulo", "UTC": "UTC",
		"Bruxelles": "Europe/Brussels", "La Réunion": "Indian/Reunion", "Etc/GMT+5": "Etc/GMT+5", "buenos aires": "America/Argentina/Buenos_Aires",
	} {
		if loc, err := ReadZone(text); err != nil || loc.String() != want {
			t.Errorf("%q: %v %v, want %s", text, loc, err, want)
		}
	}
}

func TestWhatIsNoZoneGetsItsSentence(t *testing.T) {
	for text, want := range map[string]string{
		"": "zone_empty", " ": "zone_empty", "Local": "zone", "local": "zone", "Atlantis": "zone", "../etc/passwd": "zone",
		"/Paris": "zone", "Pacific": "zone", "posix/Europe/Paris": "zone", "東京": "zone", "+01:00": "zone", "=Canada/Eastern": "zone",
		strings.Repeat("x", 10_000): "zone",
	} {
		loc, err := ReadZone(text)
		var wrong *ReadError
		if !errors.As(err, &wrong) || wrong.ID != "dates.error."+want {
			t.Errorf("%q: %v %v, want %s", quoted(text), loc, err, want)
		}
	}
}

func TestEveryListedZoneCanBeLoaded(t *testing.T) {
	for name := range strings.Lines(zoneNames) {
		name = strings.TrimLeft(strings.TrimSpace(name), "=")
		if loc, err := ReadZone(name); err != nil || loc.String() != name {
			t.Errorf("%q: %v %v", name, loc, err)
		}
	}
	for city, name := range exonyms {
		if loc, err := ReadZone(city); err != nil || loc.String() != name {
			t.Errorf("%q: %v %v", city, loc, err)
		}
	}
}
