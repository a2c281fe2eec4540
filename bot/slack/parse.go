package slack

import (
	"slices"
	"strconv"
	"strings"

	"animo/bot/chat"
)

// resolver finds the id of what a member named by "@name" or "#name".
type resolver func(kind chat.OptionKind, name string) (id string, ok bool)

// reader reads command lines: "/giveaway start 2h "Nitro" winners:3". Words of
// commands and options count in every language, with or without accents.
type reader struct {
	menu    chat.CommandMenu
	prefix  string
	resolve resolver
}

// line is a command line that was read.
type line struct {
	path     []string
	args     map[string]arg
	mistakes []chat.Mistake
}

// arg is the value of one option; ids as Slack writes them.
type arg struct {
	kind chat.OptionKind
	text string
}

// read reads a line. The path is as long as it was understood; a command that
// is not in the menu gives its own word as path and a mistake.
func (r reader) read(command, text string) line {
	l := line{args: map[string]arg{}}
	typed := strings.TrimPrefix(command, "/")
	name := typed
	if short, had := strings.CutPrefix(fold(typed), fold(r.prefix)); had {
		name = short
	}
	spec, ok := match(r.menu.Commands, name)
	if !ok {
		name = strings.TrimPrefix(typed, r.prefix) // as typed, not as compared
		l.path = []string{name}
		l.mistakes = []chat.Mistake{{Kind: chat.MistakeCommand, Text: name}}
		return l
	}
	l.path = []string{spec.Name}
	rest := words(text)
	for len(spec.Sub) > 0 {
		if len(rest) == 0 {
			l.wrong(chat.MistakeCommand, "", "")
			return l
		}
		sub, ok := match(spec.Sub, rest[0].whole)
		if !ok {
			l.wrong(chat.MistakeCommand, "", plainText(rest[0].whole))
			return l
		}
		spec, rest = sub, rest[1:]
		l.path = append(l.path, spec.Name)
	}
	r.options(&l, spec.Options, rest)
	return l
}

// match finds a command by any of its names.
func match(specs []chat.CommandSpec, typed string) (chat.CommandSpec, bool) {
	for _, s := range specs {
		if named(typed, s.Name, s.Names) {
			return s, true
		}
	}
	return chat.CommandSpec{}, false
}

// named says whether typed is one of something's names.
func named(typed, name string, names chat.Wording) bool {
	t := slug(typed)
	if t == "" {
		return false
	}
	if t == slug(name) {
		return true
	}
	for _, n := range names {
		if t == slug(n) {
			return true
		}
	}
	return false
}

// slug is a folded name with "-" for whatever separates its words.
func slug(s string) string {
	return strings.Join(strings.FieldsFunc(fold(s), func(c rune) bool { return c == ' ' || c == '_' || c == '-' || c == '\u00a0' }), "-")
}

func (l *line) wrong(kind chat.MistakeKind, option, text string) {
	l.mistakes = append(l.mistakes, chat.Mistake{Kind: kind, Option: option, Text: text})
}

// options fills the options: those with a name first, then the other words in
// the order of the spec.
func (r reader) options(l *line, specs []chat.OptionSpec, rest []word) {
	var loose []word
	tried := map[string]bool{}
	for _, w := range rest {
		i := slices.IndexFunc(specs, func(s chat.OptionSpec) bool { return w.name != "" && named(w.name, s.Name, s.Names) })
		if i < 0 {
			loose = append(loose, w)
			continue
		}
		if tried[specs[i].Name] {
			l.wrong(chat.MistakeTwice, specs[i].Name, plainText(w.text))
			continue
		}
		tried[specs[i].Name] = true
		r.take(l, specs[i], w)
	}
	for _, w := range loose {
		r.place(l, specs, tried, w)
	}
	for _, s := range specs {
		if s.Required && !tried[s.Name] {
			l.wrong(chat.MistakeMissing, s.Name, "")
		}
	}
}

// take gives an option the value that was typed for it.
func (r reader) take(l *line, s chat.OptionSpec, w word) {
	if w.open {
		l.wrong(chat.MistakeQuote, s.Name, plainText(w.whole))
		return
	}
	if v, ok := r.value(s, w); ok {
		l.args[s.Name] = arg{kind: s.Kind, text: v}
		return
	}
	l.wrong(chat.MistakeKindOf, s.Name, plainText(w.text))
}

// place finds the option for a word without a name: a mention goes to the
// first free option of its kind, any other word to the first free one. A word
// that an optional option cannot read is one too many: most often the second
// word of a text without quotes.
func (r reader) place(l *line, specs []chat.OptionSpec, tried map[string]bool, w word) {
	w = joined(w)
	free := func(s chat.OptionSpec) bool { return !tried[s.Name] }
	i := slices.IndexFunc(specs, func(s chat.OptionSpec) bool { return free(s) && mentions(s.Kind, w) })
	if i < 0 {
		i = slices.IndexFunc(specs, func(s chat.OptionSpec) bool { return free(s) || s.Rest })
	}
	switch {
	case i >= 0 && !free(specs[i]) && !w.open:
		r.more(l, specs[i], w)
		return
	case w.open:
		option := ""
		if i >= 0 {
			option = specs[i].Name
			tried[option] = true
		}
		l.wrong(chat.MistakeQuote, option, plainText(w.whole))
		return
	case i < 0:
		l.extra(w)
		return
	}
	if _, ok := r.value(specs[i], w); !ok && !specs[i].Required {
		l.extra(w)
		return
	}
	tried[specs[i].Name] = true
	r.take(l, specs[i], w)
}

// more adds a word to an option that takes all that is left over.
func (r reader) more(l *line, s chat.OptionSpec, w word) {
	if name, ok := meant(w); ok {
		l.wrong(chat.MistakeUnknown, name, plainText(w.whole))
		return
	}
	text, ok := r.value(s, w)
	if !ok {
		return // nothing but spaces
	}
	had, there := l.args[s.Name]
	switch {
	case there && w.quoted:
		text = had.text + "\n" + text
	case there:
		text = had.text + " " + text
	}
	l.args[s.Name] = arg{kind: s.Kind, text: text}
}

// joined undoes the splitting of "10:30" and "https://…" at the colon, where
// what stands before it is no option's name.
func joined(w word) word {
	if w.name == "" {
		return w
	}
	if !w.quoted && !w.open {
		w.text = w.whole
	} else {
		w.text = w.name + ":" + w.text
	}
	w.name = ""
	return w
}

// extra reports a word that no option takes; one like "winers:3" was meant to
// be an option.
func (l *line) extra(w word) {
	if name, ok := meant(w); ok {
		l.wrong(chat.MistakeUnknown, name, plainText(w.whole))
		return
	}
	l.wrong(chat.MistakeExtra, "", plainText(w.text))
}

// meant says whether a word was meant to be an option, and which.
func meant(w word) (name string, ok bool) {
	name, n := namePrefix(w.whole)
	return name, n > 0 && n < len(w.whole) && !strings.HasPrefix(w.whole[n:], "//") && strings.IndexFunc(name, isDigit) < 0
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// sigils begin a mention as Slack writes it and as a person types it.
var sigils = map[chat.OptionKind][2]string{
	chat.OptionMember:  {"<@", "@"},
	chat.OptionChannel: {"<#", "#"},
	chat.OptionRole:    {"<!subteam^", "@"},
}

// mentions says whether a word looks like a mention of this kind.
func mentions(kind chat.OptionKind, w word) bool {
	s, ok := sigils[kind]
	return ok && !w.quoted && (strings.HasPrefix(w.text, s[0]) || len(w.text) > 1 && strings.HasPrefix(w.text, s[1]))
}

// value reads a word as an option's kind wants it.
func (r reader) value(s chat.OptionSpec, w word) (string, bool) {
	text := strings.TrimSpace(plainText(w.text))
	switch {
	case sigils[s.Kind] != [2]string{}:
		return r.mention(s.Kind, w)
	case s.Kind == chat.OptionInteger:
		n, err := strconv.ParseInt(text, 10, 64)
		return strconv.FormatInt(n, 10), err == nil
	case s.Kind == chat.OptionBoolean:
		return truth(text)
	case text == "":
		return "", false
	case len(s.Choices) > 0:
		return choice(s.Choices, text)
	}
	return text, true
}

// mention reads "<@U1|name>", "<#C1|name>", "<!subteam^S1|@name>", "@name" or
// "#name" as the id.
func (r reader) mention(kind chat.OptionKind, w word) (string, bool) {
	s := sigils[kind]
	if inner, ok := strings.CutPrefix(w.text, s[0]); ok {
		inner, closed := strings.CutSuffix(inner, ">")
		id, _, _ := strings.Cut(inner, "|")
		return id, closed && isID(id)
	}
	name := strings.TrimSpace(strings.TrimPrefix(entities.Replace(w.text), s[1]))
	if name == "" || r.resolve == nil {
		return "", false
	}
	return r.resolve(kind, name)
}

// isID says whether s can be an id of Slack's: capitals and digits.
func isID(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

func truth(s string) (string, bool) {
	switch fold(s) {
	case "yes", "y", "true", "on", "1", "oui", "o", "vrai":
		return "true", true
	case "no", "n", "false", "off", "0", "non", "faux":
		return "false", true
	}
	return "", false
}

func choice(choices []chat.ChoiceSpec, text string) (string, bool) {
	for _, c := range choices {
		if named(text, c.Value, c.Names) {
			return c.Value, true
		}
	}
	return "", false
}
