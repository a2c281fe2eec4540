package pack

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"animo/bot/i18n"
)

// file gathers the faults of one file.
type file struct {
	name   string
	where  string // pack.at.question or pack.at.prompt
	faults Faults
}

// fields are the keys of one table of a file. What is taken is gone, so that
// what is left at the end is unknown.
type fields struct {
	file   *file
	values map[string]any
	number int
	item   string
	known  []string
}

func (f *fields) fault(id string, args ...i18n.Arg) {
	f.file.faults = append(f.file.faults, Fault{
		ID: id, Args: args, File: f.file.name, Number: f.number, Item: f.item, where: f.file.where,
	})
}

// faultAt is a fault of what stands at a key, shown with an example of it.
func (f *fields) faultAt(key, id string, args ...i18n.Arg) {
	f.fault(id, append(args, i18n.Str("key", key), i18n.Str("example", example(key)))...)
}

// take gives what stands at a key; false if nothing does.
func (f *fields) take(key string) (any, bool) {
	f.known = append(f.known, key)
	v, ok := f.values[key]
	delete(f.values, key)
	return v, ok
}

// text is a text of at most so many characters. It may be missing only if it
// is optional.
func (f *fields) text(key string, most int, optional bool) string {
	v, ok := f.take(key)
	s, isText := v.(string)
	switch {
	case !ok && optional:
		return ""
	case !ok:
		f.faultAt(key, "pack.fault.missing")
		return ""
	case !isText:
		f.faultAt(key, "pack.fault.not_text")
		return ""
	}
	return f.checked(key, s, most)
}

// checked is a text without space around it, or "" with a fault.
func (f *fields) checked(key, s string, most int) string {
	s = strings.TrimSpace(s)
	switch n := utf8.RuneCountInString(s); {
	case s == "":
		f.faultAt(key, "pack.fault.empty")
		return ""
	case n > most:
		f.fault("pack.fault.long", i18n.Str("key", key), i18n.Num("length", int64(n)), i18n.Num("most", int64(most)), i18n.Str("text", quoted(s)))
		return ""
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || turnsText(r) }):
		f.fault("pack.fault.control", i18n.Str("key", key), i18n.Str("text", quoted(s)))
		return ""
	}
	return s
}

// turnsText says whether a character breaks a line or turns the direction of
// what follows, with which a text shows as something else than it is.
func turnsText(r rune) bool {
	return r >= '\u2028' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
}

// texts is a list of texts; nil with a fault if it is none.
func (f *fields) texts(key string, least, most, length int) []string {
	v, ok := f.take(key)
	if !ok && least == 0 {
		return nil
	}
	list, isList := v.([]any)
	if !isList {
		f.faultAt(key, "pack.fault.not_texts")
		return nil
	}
	if len(list) < least || len(list) > most {
		f.faultAt(key, "pack.fault.number_of", i18n.Num("length", int64(len(list))), i18n.Num("least", int64(least)), i18n.Num("most", int64(most)))
		return nil
	}
	var out []string
	for _, item := range list {
		s, isText := item.(string)
		if !isText {
			f.faultAt(key, "pack.fault.not_texts")
			return nil
		}
		if s = f.checked(key, s, length); s == "" {
			return nil
		}
		out = append(out, s)
	}
	return out
}

// numbers is a list of whole numbers; nil with a fault if it is none.
func (f *fields) numbers(key string) []int {
	v, _ := f.take(key)
	list, ok := v.([]any)
	out := make([]int, 0, len(list))
	for _, item := range list {
		n, isNumber := item.(int64)
		ok = ok && isNumber
		out = append(out, int(min(max(n, 0), MaxQuestions)))
	}
	if !ok || len(out) == 0 {
		f.faultAt(key, "pack.fault.not_numbers")
		return nil
	}
	return out
}

// oneOf is a word of a list.
func (f *fields) oneOf(key string, words ...string) string {
	v, _ := f.take(key)
	s, ok := v.(string)
	if !ok || !slices.Contains(words, s) {
		f.fault("pack.fault.one_of", i18n.Str("key", key), i18n.Str("words", strings.Join(words, ", ")),
			i18n.Str("example", key+` = "`+words[0]+`"`))
		return ""
	}
	return s
}

// flag is true, false, or missing, which means false.
func (f *fields) flag(key string) bool {
	v, ok := f.take(key)
	b, isFlag := v.(bool)
	if ok && !isFlag {
		f.faultAt(key, "pack.fault.not_flag")
	}
	return b
}

// tables are what [[key]] opens, in order.
func (f *fields) tables(key string) []map[string]any {
	v, _ := f.take(key)
	list, ok := v.([]map[string]any)
	switch {
	case !ok:
		f.fault("pack.fault.no_tables", i18n.Str("key", "[["+key+"]]"))
	case len(list) > MaxQuestions:
		f.fault("pack.fault.many", i18n.Num("length", int64(len(list))), i18n.Num("most", MaxQuestions))
		return nil
	}
	return list
}

// rest refuses what nothing took.
func (f *fields) rest() {
	slices.Sort(f.known)
	for _, key := range slices.Sorted(maps.Keys(f.values)) {
		f.fault("pack.fault.unknown", i18n.Str("key", quoted(key)), i18n.Str("known", strings.Join(slices.Compact(f.known), ", ")))
	}
}

// example is a line of a file that is right.
func example(key string) string {
	line, ok := map[string]string{
		"id":      `id = "capitals"`,
		"version": `version = 1`,
		"choices": `choices = ["Sydney", "Canberra"]`,
		"right":   `right = [2]`,
		"several": `several = true`,
		"answers": `answers = ["Canberra"]`,
		"wrong":   `wrong = ["Sydney"]`,
		"tags":    `tags = ["geography"]`,
		"image":   `image = "https://example.org/map.png"`,
		"options": `options = ["mountains", "seaside"]`,
	}[key]
	if !ok {
		return key + ` = "…"`
	}
	return line
}
