package i18n

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"animo/bot/chat"
)

// places are zones with every kind of clock change.
func places(t testing.TB) []*time.Location {
	var out []*time.Location
	for _, name := range []string{
		"UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
		"America/Havana", "Pacific/Kiritimati", "Africa/Casablanca", "America/Sao_Paulo",
	} {
		out = append(out, zone(t, name))
	}
	return out
}

func FuzzReadWhen(f *testing.F) {
	for _, seed := range []string{
		"2h30", "1,5 h", "une heure et demie", "vendredi prochain 18h30", "tomorrow at 8:30 pm", "20/01/2027 10:00",
		"January 20th, 2027", "2027-01-20T10:00:00.000+01:00", "ce soir à 9h", "minuit", "29/02", "demain 20h (UTC+01:00)",
		"25/10 2h30", "29/03/2026 2h30", "in an hour", "d'ici à 3 jours", "0", "-5m", "9999999999h", "\u00a0«", "24:00 31/12",
	} {
		f.Add(seed, uint32(0), uint8(1))
	}
	b, locs := embedded(f), places(f)
	f.Fuzz(func(t *testing.T, text string, later uint32, place uint8) {
		now := friday(t).Add(time.Duration(later) * time.Second)
		loc := locs[int(place)%len(locs)]
		for _, l := range chat.Languages() {
			readAndReadBack(t, b, b.Printer(l), text, now, loc)
		}
	})
}

func readAndReadBack(t *testing.T, b *Bundle, p Printer, text string, now time.Time, loc *time.Location) {
	w, err := p.ReadWhen(text, now, loc)
	if err != nil {
		var wrong *ReadError
		if !errors.As(err, &wrong) || !p.Has(wrong.ID) || wrong.Text(p) == "" {
			t.Fatalf("%q: %v has no sentence", text, err)
		}
		return
	}
	if !w.At.After(now) || w.At.After(now.Add(Max)) {
		t.Fatalf("%q at %v gave %v", text, now, w.At)
	}
	minute := w.At.Truncate(time.Minute)
	for _, reader := range chat.Languages() {
		echo := p.DateText(w.At, loc)
		again, err := b.Printer(reader).ReadWhen(echo, minute.Add(-time.Second), loc)
		if err != nil || !again.At.Equal(minute) {
			t.Fatalf("%q at %v gave %v, echoed as %q, read back as %v %v", text, now, w.At, echo, again.At, err)
		}
	}
}

func TestEveryMinuteOfAYearIsReadBack(t *testing.T) {
	b, locs := embedded(t), places(t)
	start := friday(t)
	rapid.Check(t, func(rt *rapid.T) {
		at := start.Add(time.Duration(rapid.IntRange(1, int(Max/time.Minute)).Draw(rt, "minutes")) * time.Minute)
		loc := rapid.SampledFrom(locs).Draw(rt, "loc")
		p := b.Printer(rapid.SampledFrom(chat.Languages()).Draw(rt, "language"))
		got, err := p.ReadWhen(p.DateText(at, loc), at.Add(-time.Minute), loc)
		if err != nil || !got.At.Equal(at) {
			rt.Fatalf("%v became %v %v", at, got.At, err)
		}
	})
}

func TestEveryDurationIsReadBack(t *testing.T) {
	b := embedded(t)
	rapid.Check(t, func(rt *rapid.T) {
		d := time.Duration(rapid.Int64Range(1, int64(Max/time.Second)).Draw(rt, "seconds")) * time.Second
		p := b.Printer(rapid.SampledFrom(chat.Languages()).Draw(rt, "language"))
		if got, err := p.ReadDuration(p.DurationText(d)); err != nil || got != d {
			rt.Fatalf("%v became %v %v", d, got, err)
		}
	})
}
