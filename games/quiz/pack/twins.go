package pack

import (
	"strings"

	"animo/bot/i18n"
)

// twins remembers which ids and texts a file has had, and where.
type twins map[string]int

// check refuses an id or a text that was there before.
func (t twins) check(f *fields, id, text string) {
	if n := t["id "+id]; n > 0 && id != "" {
		f.fault("pack.fault.same_id", i18n.Num("number", int64(n)), i18n.Str("id", quoted(id)))
	} else if n := t["text "+Fold(text)]; n > 0 && Fold(text) != "" {
		f.fault("pack.fault.same_text", i18n.Num("number", int64(n)), i18n.Str("text", quoted(text)))
	}
	t["id "+id], t["text "+Fold(text)] = f.number, f.number
}

// twins refuses two choices that members could not tell from each other. Signs
// and accents count: "+" is no "-", and a question may be about an accent.
func (f *fields) twins(choices []string) {
	seen := map[string]string{}
	for _, s := range choices {
		key := strings.ToLower(strings.Join(strings.Fields(s), " "))
		if before, ok := seen[key]; ok {
			f.fault("pack.fault.same_choice", i18n.Str("first", quoted(before)), i18n.Str("second", quoted(s)))
		}
		seen[key] = s
	}
}
