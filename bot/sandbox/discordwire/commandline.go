package discordwire

import (
	"strings"
	"unicode"

	"animo/bot/sandbox/world"
)

// line is a command line as far as it has been read: which command, by which
// subcommands, with which options.
type line struct {
	cmd     *command
	path    []*option // group and subcommand
	options []*option // those of the last of them
	given   []typed
}

// typed is an option with what was typed for it.
type typed struct {
	opt    *option
	raw    string
	quoted bool
	open   bool // the text ended inside the value
}

// actCommand runs a typed line such as
//
//	/giveaway start duration:2h prize:"A year of Nitro" winners:3
//
// as a client would: it never reaches the bot unless every option is good.
func (s *Server) actCommand(a world.Action, p *person) (*interaction, error) {
	ch, err := s.place(a.Channel, p)
	if err != nil {
		return nil, err
	}
	l, err := s.readLine(ch, p, a.Text)
	if err != nil {
		return nil, err
	}
	r := resolver{s: s, ch: ch, out: object{}}
	values, err := s.values(l, p, &r)
	if err != nil {
		return nil, err
	}
	in := s.newInteraction(askCommand, p, ch)
	in.command = l.title("") // with subcommands (interactions/receiving-and-responding#message-interaction-object)
	data := l.data(values)
	if len(r.out) > 0 {
		data["resolved"] = r.out
	}
	s.ask(in, data)
	return in, nil
}

// data nests options under their group and subcommand.
func (l *line) data(options []object) object {
	for i := len(l.path) - 1; i >= 0; i-- {
		options = []object{{"name": l.path[i].Name, "type": l.path[i].Type, "options": options}}
	}
	o := l.cmd.data()
	o["options"] = options
	return o
}

func answersTo(locale, word, name string, names map[string]string) bool {
	return word != "" && (strings.EqualFold(word, name) || strings.EqualFold(word, names[locale]))
}

func cutWord(text string) (word, rest string) {
	text = strings.TrimLeftFunc(text, unicode.IsSpace)
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		return text[:i], strings.TrimLeftFunc(text[i:], unicode.IsSpace)
	}
	return text, ""
}

// readLine finds the command and its subcommand, then its options.
func (s *Server) readLine(ch *channel, p *person, text string) (*line, error) {
	word, rest := cutWord(strings.TrimPrefix(strings.TrimSpace(text), "/"))
	l := &line{}
	for _, cmd := range s.offered(ch, p.ID, commandChat) {
		if answersTo(p.Locale, word, cmd.Name, cmd.Names) {
			l.cmd = cmd
			break
		}
	}
	if l.cmd == nil {
		return nil, sayNoCommand.err(p.Locale, word)
	}
	l.options = l.cmd.Options
	for nested(l.options) {
		var sub string
		sub, rest = cutWord(rest)
		opt := optionCalled(l.options, p.Locale, sub)
		if opt == nil {
			return nil, sayNoSub.err(p.Locale, l.title(p.Locale), optionNames(l.options, p.Locale))
		}
		l.path = append(l.path, opt)
		l.options = opt.Options
	}
	return l, l.readOptions(rest, p.Locale)
}

// title is the command as typed, without slash and options.
func (l *line) title(locale string) string {
	words := []string{localised(locale, l.cmd.Name, l.cmd.Names)}
	for _, opt := range l.path {
		words = append(words, localised(locale, opt.Name, opt.Names))
	}
	return strings.Join(words, " ")
}

func optionCalled(options []*option, locale, word string) *option {
	for _, opt := range options {
		if answersTo(locale, word, opt.Name, opt.Names) {
			return opt
		}
	}
	return nil
}

func optionNames(options []*option, locale string) string {
	var names []string
	for _, opt := range options {
		names = append(names, localised(locale, opt.Name, opt.Names))
	}
	return strings.Join(names, ", ")
}

// quotes are the pairs that may stand around a value with spaces in it.
var quotes = map[rune]rune{'"': '"', '“': '”', '„': '“', '«': '»'}

// readOptions reads name:value pairs. A value goes on to the next pair, so
// that quotes are needed only around one that looks like a pair itself.
func (l *line) readOptions(text, locale string) error {
	for {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		if text == "" {
			return nil
		}
		name, after, pair := cutName(text)
		if !pair {
			var word string
			word, text = cutWord(text)
			if !l.extend(word) {
				return sayStray.err(locale, word)
			}
			continue
		}
		opt := optionCalled(l.options, locale, name)
		if opt == nil {
			return sayNoOption.err(locale, l.title(locale), name)
		}
		if l.has(opt) {
			return sayTwice.err(locale, name)
		}
		v := typed{opt: opt}
		v.raw, v.quoted, v.open, text = cutValue(after)
		l.given = append(l.given, v)
	}
}

// cutName reads the name of a pair. What begins with a digit or is followed
// by a second slash, such as 12:30 or https://, is no name.
func cutName(text string) (name, after string, ok bool) {
	i := strings.IndexFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_' && r != '\''
	})
	if i <= 0 || text[i] != ':' || text[0] >= '0' && text[0] <= '9' || strings.HasPrefix(text[i:], "://") {
		return "", "", false
	}
	return text[:i], text[i+1:], true
}

// cutValue reads a value: what stands between quotes, or one word.
func cutValue(text string) (value string, quoted, open bool, rest string) {
	for start, end := range quotes {
		inner, ok := strings.CutPrefix(text, string(start))
		if !ok {
			continue
		}
		value, rest, ok = strings.Cut(inner, string(end))
		return strings.TrimSpace(value), true, !ok, rest
	}
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		return text[:i], false, false, text[i:]
	}
	return text, false, true, ""
}

// extend adds a word to the last value, if that can have more than one.
func (l *line) extend(word string) bool {
	if len(l.given) == 0 || l.given[len(l.given)-1].quoted {
		return false
	}
	last := &l.given[len(l.given)-1]
	last.raw = strings.TrimSpace(last.raw + " " + word)
	return true
}

func (l *line) has(opt *option) bool {
	for _, v := range l.given {
		if v.opt == opt {
			return true
		}
	}
	return false
}
