package i18n

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"animo/bot/chat"
)

func TestSchedulesAreReadInBothLanguages(t *testing.T) {
	b := embedded(t)
	for text, want := range map[string]string{
		"every monday 9am": "0 9 * * 1", "Every Monday at 9:00": "0 9 * * 1", "mondays at 9am": "0 9 * * 1", "on mondays at 9 am": "0 9 * * 1",
		"monday at 9:00": "0 9 * * 1", "9:00 every monday": "0 9 * * 1", "every mon. 9:30": "30 9 * * 1", "weekly on monday at 9:00": "0 9 * * 1",
		"every week on Monday and Thursday at 9:00": "0 9 * * 1,4", "every Monday, Wednesday and Friday at 18:00": "0 18 * * 1,3,5",
		"each sunday noon": "0 12 * * 0", "every friday": "0 20 * * 5", "every friday evening": "0 20 * * 5", "every friday morning": "0 9 * * 5",
		"every friday at 6:30 pm": "30 18 * * 5", "every friday at 9h in the evening": "0 21 * * 5",
		"every weekday at 9:00": "0 9 * * 1-5", "weekdays 9am": "0 9 * * 1-5", "on weekdays at 9:00": "0 9 * * 1-5",
		"monday to friday at 9:00": "0 9 * * 1-5", "from Monday to Friday at 9:00": "0 9 * * 1-5", "mon-fri 9:00": "0 9 * * 1-5",
		"tuesday through thursday 9:00": "0 9 * * 2,3,4", "saturday to monday 9:00": "0 9 * * 0,1,6", "monday to sunday 9:00": "0 9 * * *",
		"every weekend at 10:00": "0 10 * * 0,6", "weekends at 10:00": "0 10 * * 0,6",
		"every day at 9:00": "0 9 * * *", "daily at 9:00": "0 9 * * *", "every day": "0 20 * * *", "every day at midnight": "0 0 * * *",
		"every friday at midnight": "0 0 * * 6", "every saturday at midnight": "0 0 * * 0", "every weekday at midnight": "0 0 * * 2,3,4,5,6",
		"on the 1st of the month at 10:00": "0 10 1 * *", "the 15th of every month at 10:00": "0 10 15 * *", "every 1st of the month 10am": "0 10 1 * *",
		"every month on the 15th at 10:00": "0 10 15 * *", "monthly on the 31st at 10:00": "0 10 31 * *",
		"on the 1st and 15th of the month at 9:00": "0 9 1,15 * *", "on the 15th and the 1st of each month at 9:00": "0 9 1,15 * *",
		"every december 25 at 9:00": "0 9 25 12 *", "every 25 December at 9:00": "0 9 25 12 *", "on 29 February of every year at 9:00": "0 9 29 2 *",
		"every year on december 25th at 9:00": "0 9 25 12 *",
		"every hour":                          "0 * * * *", "hourly": "0 * * * *", "every 6 hours": "0 */6 * * *", "every two hours": "0 */2 * * *",

		"tous les lundis 9h": "0 9 * * 1", "tous les lundis à 9 h": "0 9 * * 1", "chaque lundi à 9h30": "30 9 * * 1", "le lundi à 9h": "0 9 * * 1",
		"lundi 9h": "0 9 * * 1", "à 9h tous les lundis": "0 9 * * 1", "Tous les lundis et jeudis à 18h": "0 18 * * 1,4",
		"les lundis, mercredis et vendredis à 18h": "0 18 * * 1,3,5", "tous les lundis et tous les jeudis à 18h": "0 18 * * 1,4",
		"tous les dimanches midi": "0 12 * * 0", "tous les vendredis soir": "0 20 * * 5", "tous les vendredis à 9h du soir": "0 21 * * 5",
		"du lundi au vendredi à 8h30": "30 8 * * 1-5", "du mardi au jeudi 9h": "0 9 * * 2,3,4", "de lundi à vendredi à 9h": "0 9 * * 1-5",
		"tous les jours ouvrés à 9h": "0 9 * * 1-5", "en semaine à 9h": "0 9 * * 1-5", "chaque semaine le lundi à 9h": "0 9 * * 1",
		"tous les week-ends à 10h": "0 10 * * 0,6", "le week-end à 10h": "0 10 * * 0,6", "chaque week end 10h": "0 10 * * 0,6",
		"tous les jours à 9h": "0 9 * * *", "chaque jour à 9h": "0 9 * * *", "tous les jours": "0 20 * * *", "tous les jours à minuit": "0 0 * * *",
		"le 1er du mois à 10h": "0 10 1 * *", "le 1er de chaque mois à 10h": "0 10 1 * *", "tous les 15 du mois à 10h": "0 10 15 * *",
		"tous les mois le 15 à 10h": "0 10 15 * *", "chaque mois, le 15 à 10h": "0 10 15 * *", "les 1er et 15 du mois à 9h": "0 9 1,15 * *",
		"le 25 décembre de chaque année à 9h": "0 9 25 12 *", "tous les 25 décembre à 9h": "0 9 25 12 *", "tous les ans le 1er janvier à 0h": "0 0 1 1 *",
		"toutes les heures": "0 * * * *", "toutes les 6 heures": "0 */6 * * *", "toutes les deux heures": "0 */2 * * *",
	} {
		for _, l := range chat.Languages() {
			if got, err := b.Printer(l).ReadSchedule(text); err != nil || got != want {
				t.Errorf("%s %q: %q %v, want %q", l, text, got, err, want)
			}
		}
	}
}

func TestWhatIsNoScheduleGetsItsSentence(t *testing.T) {
	b := embedded(t)
	for text, want := range map[string]string{
		"": "empty", "  ": "empty", "\xff": "nonsense", "明日": "nonsense", "bananas": "nonsense", "every": "nonsense", "9h": "nonsense", "2h30": "nonsense",
		"tomorrow 9am": "nonsense", "demain 9h": "nonsense", "every bananas": "word", "every monday bananas": "word", "tous les lundis bananes": "word",
		"every monday 9:00 9:00": "nonsense", "every monday every tuesday": "word", "tous les jours ouvrables à 9h": "word", "every hour at 9:00": "nonsense",
		"every monday at 25:00": "hour", "every monday 9:60": "hour", "every monday at 9:00:30": "hour", "every monday 13pm": "hour",
		"every monday at 9": "bare_hour", "tous les lundis à 9": "bare_hour", "every monday morning at 20:00": "part",
		"every monday at 9:00 UTC": "zone", "tous les lundis à 9h (UTC+2)": "zone", "le 1er du mois à minuit": "midnight", "every 25 december at midnight": "midnight",
		"every 5 hours": "hours", "toutes les 0 heures": "hours", "every 24 hours": "hours", "toutes les 99999999999 heures": "hours",
		"every week": "which_day", "every week at 9:00": "which_day", "tous les mois à 9h": "which_day", "every year": "which_day", "every year on the 3rd": "which_month",
		"every other monday at 9:00": "other", "un lundi sur deux à 9h": "other", "every second monday": "other", "tous les 2 jours à 9h": "other",
		"toutes les deux semaines": "other", "every 3 months": "other", "lundi sur deux": "other",
		"le premier lundi du mois à 9h": "nth", "1er jeudi du mois": "nth", "the 2nd monday of the month": "nth", "the second monday of the month": "nth", "every month on the first monday": "nth",
		"le dernier jour du mois à 9h": "last", "the last friday of the month": "last", "every month on the last day": "last",
		"le 32 du mois à 9h": "no_such_day", "on the 0th of the month": "no_such_day", "every 30 february at 9:00": "no_such_day", "le 99999999999 du mois": "no_such_day",
		"monday to bananas": "word", "le 15 à 9h": "which_month", "on the 1st at 9:00": "which_month", "15 à 9h": "word", "0 9 * * 1": "nonsense",
	} {
		for _, l := range chat.Languages() {
			p := b.Printer(l)
			spec, err := p.ReadSchedule(text)
			var wrong *ReadError
			if !errors.As(err, &wrong) {
				t.Errorf("%s %q was read as %q", l, text, spec)
			} else if wrong.ID != "schedule.error."+want {
				t.Errorf("%s %q: %s, want %s", l, text, wrong.ID, want)
			} else if said := wrong.Text(p); strings.ContainsAny(said, "{}") || !strings.HasSuffix(said, ".") {
				t.Errorf("%s %q: sentence %q", l, text, said)
			}
		}
	}
}

func TestEveryExampleOfAScheduleCanBeRead(t *testing.T) {
	b, examples := embedded(t), 0
	for _, l := range chat.Languages() {
		p := b.Printer(l)
		for _, id := range b.IDs(l) {
			if !strings.HasPrefix(id, "schedule.error.") {
				continue
			}
			for _, in := range p.Line(id) {
				if in.Kind != chat.KindCode {
					continue
				}
				examples++
				if _, err := p.ReadSchedule(in.Text); err != nil {
					t.Errorf("%s %s: %v", l, id, err)
				}
			}
		}
	}
	if examples < 30 {
		t.Errorf("only %d examples: the sentences are not looked at", examples)
	}
}

func TestAScheduleIsSaidInWords(t *testing.T) {
	b := embedded(t)
	for spec, want := range map[string][2]string{
		"0 9 * * *":    {"every day at 09:00", "tous les jours à 9 h 00"},
		"30 18 * * 5":  {"every Friday at 18:30", "tous les vendredis à 18 h 30"},
		"0 9 * * 1,4":  {"every Monday and Thursday at 09:00", "tous les lundis et jeudis à 9 h 00"},
		"0 9 * * 0,6":  {"every Saturday and Sunday at 09:00", "tous les samedis et dimanches à 9 h 00"},
		"0 9 * * 7":    {"every Sunday at 09:00", "tous les dimanches à 9 h 00"},
		"0 9 * * 1-5":  {"from Monday to Friday at 09:00", "du lundi au vendredi à 9 h 00"},
		"0 10 1 * *":   {"on the 1st of every month at 10:00", "le 1er de chaque mois à 10 h 00"},
		"0 0 1,15 * *": {"on the 1st and 15th of every month at 00:00", "les 1er et 15 de chaque mois à 0 h 00"},
		"0 9 2,3,22 * *": {
			"on the 2nd, 3rd and 22nd of every month at 09:00", "les 2, 3 et 22 de chaque mois à 9 h 00",
		},
		"0 9 11,12,13 * *": {"on the 11th, 12th and 13th of every month at 09:00", "les 11, 12 et 13 de chaque mois à 9 h 00"},
		"0 9 20,21,31 * *": {"on the 20th, 21st and 31st of every month at 09:00", "les 20, 21 et 31 de chaque mois à 9 h 00"},
		"0 9 25 12 *":      {"on 25 December of every year at 09:00", "le 25 décembre de chaque année à 9 h 00"},
		"0 9 1 5 *":        {"on 1 May of every year at 09:00", "le 1er mai de chaque année à 9 h 00"},
		"0 * * * *":        {"every hour", "toutes les heures"},
		"0 */6 * * *":      {"every 6 hours", "toutes les 6 heures"},
	} {
		for i, l := range chat.Languages() {
			got, ok := b.Printer(l).ScheduleText(spec)
			if strings.ReplaceAll(got, "\u00a0", " ") != want[i] || !ok {
				t.Errorf("%s %q: %q, want %q", l, spec, got, want[i])
			}
		}
	}
	for _, spec := range []string{
		"", "* * * * *", "*/15 * * * *", "15 * * * *", "0 9 1 * 1", "0 9-17 * * *", "0 9 * 1 *", "0 9 31 2 *", "0 */5 * * *", "@daily",
		"0 9 * * mon", "61 9 * * *", "0 9 * * 8", "0 9 0 * *", "00 09 * * *", "0 9 1,2 12 *", "0 9 * * 1 *", "0 9 ? * 1",
	} {
		if got, ok := b.Printer(chat.English).ScheduleText(spec); ok {
			t.Errorf("%q is said as %q", spec, got)
		}
	}
}

// What ReadSchedule understood is said in words, and read back from either
// language as the same.
func TestEveryScheduleIsReadBack(t *testing.T) {
	b := embedded(t)
	rapid.Check(t, func(rt *rapid.T) {
		at := rapid.SampledFrom([]string{" at 0:00", " at 9:30", " à 23h59", " at noon", " evening", "", " minuit"}).Draw(rt, "time")
		days := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"monday", "mardi", "wed", "jeudis", "friday", "sat", "dimanche"}), 1, 7, rapid.ID).Draw(rt, "days")
		often := rapid.SampledFrom([]string{
			"every day", "en semaine", "every weekend", strings.Join(days, ", "), days[0] + " to " + days[len(days)-1], "le 3 du mois", "les 1er, 22 et 31 du mois", "every may 5",
		}).Draw(rt, "often")
		readScheduleBack(rt, b, often+at)
	})
}

func TestEvenALongScheduleIsReadBack(t *testing.T) {
	readScheduleBack(t, embedded(t), "le 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31 du mois à 9h")
}

type fataler interface {
	Fatalf(format string, args ...any)
}

func readScheduleBack(t fataler, b *Bundle, text string) {
	for _, l := range chat.Languages() {
		p := b.Printer(l)
		spec, err := p.ReadSchedule(text)
		if err != nil {
			var wrong *ReadError
			if !errors.As(err, &wrong) || !p.Has(wrong.ID) || wrong.Text(p) == "" {
				t.Fatalf("%q: %v has no sentence", text, err)
			}
			continue
		}
		said, ok := p.ScheduleText(spec)
		if !ok {
			t.Fatalf("%q gave %q, for which there are no words", text, spec)
		}
		for _, reader := range chat.Languages() {
			if again, err := b.Printer(reader).ReadSchedule(said); err != nil || again != spec {
				t.Fatalf("%q gave %q, said as %q, read back as %q %v", text, spec, said, again, err)
			}
		}
	}
}

func FuzzReadSchedule(f *testing.F) {
	for _, seed := range []string{
		"every monday 9am", "tous les lundis et jeudis à 18h30", "le 1er du mois à 10h", "les 1er, 15 et 31 du mois", "mon-fri 9:00", "every 6 hours",
		"du samedi au lundi minuit", "every december 25th at 9:00", "le 29 février de chaque année", "un lundi sur deux", "en semaine 9h du soir",
		"every week on", "every ,", "et lundi", "1er", "the the", "every monday at 9:00 (UTC", "toutes les 12 heures", "every may",
	} {
		f.Add(seed)
	}
	b := embedded(f)
	f.Fuzz(func(t *testing.T, text string) { readScheduleBack(t, b, text) })
}

func FuzzScheduleText(f *testing.F) {
	for _, seed := range []string{"0 9 * * 1", "0 9 1,15 * *", "0 */6 * * *", "0 9 25 12 *", "0 9 * * 0,7", "* * * * *", "0 9 , * *"} {
		f.Add(seed)
	}
	b := embedded(f)
	f.Fuzz(func(t *testing.T, spec string) {
		for _, l := range chat.Languages() {
			if said, ok := b.Printer(l).ScheduleText(spec); ok {
				if _, err := b.Printer(l).ReadSchedule(said); err != nil {
					t.Fatalf("%q is said as %q, which is not read back: %v", spec, said, err)
				}
			}
		}
	})
}
