package terms

import (
	"errors"
	"regexp"
	"strings"
	"unicode"
)

// Document is a page as it is read, in one language.
type Document struct {
	Title    string
	Preface  string // which version it is
	Sections []Section
}

// Section is a titled part of a page.
type Section struct {
	Title string
	Lines []Line
}

// Line is a paragraph, or an item of a list: plain text without a line break.
type Line struct {
	Text string
	Item bool
}

// Markdown writes the file that is downloaded, whose bytes are hashed: UTF-8,
// one blank line between blocks, a line feed at the end. Everything in it that
// could be read as markup is escaped, since prizes are members' words.
func (d Document) Markdown() string {
	var b strings.Builder
	b.WriteString("# " + escapeTitle(d.Title) + "\n")
	if d.Preface != "" {
		b.WriteString("\n" + escape(d.Preface) + "\n")
	}
	for _, s := range d.Sections {
		b.WriteString("\n## " + escapeTitle(s.Title) + "\n")
		item := false
		for _, l := range s.Lines {
			if !l.Item || !item {
				b.WriteByte('\n')
			}
			if item = l.Item; item {
				b.WriteString("- ")
			}
			b.WriteString(escape(l.Text) + "\n")
		}
	}
	return b.String()
}

var errNoPage = errors.New("this is no rules page")

// Parse reads what Markdown wrote.
func Parse(text string) (d Document, err error) {
	title, ok := strings.CutPrefix(text, "# ")
	if !ok {
		return d, errNoPage
	}
	lines := strings.Split(title, "\n")
	d.Title = unescape(lines[0])
	for _, l := range lines[1:] {
		section, isTitle := strings.CutPrefix(l, "## ")
		item, isItem := strings.CutPrefix(l, "- ")
		last := len(d.Sections) - 1
		switch {
		case l == "":
		case isTitle:
			d.Sections = append(d.Sections, Section{Title: unescape(section)})
		case last < 0:
			d.Preface = unescape(l)
		default:
			d.Sections[last].Lines = append(d.Sections[last].Lines, Line{Text: unescape(item), Item: isItem})
		}
	}
	return d, nil
}

const (
	marks      = "\\`*_[]<>|~&"
	linesBegin = "#+-="
)

// numbered is what Markdown would take for the number of an item.
var numbered = regexp.MustCompile(`^\d+[.)]`)

// escape makes text literal in Markdown (CommonMark 0.31, 2.4: a backslash
// before ASCII punctuation).
func escape(text string) string {
	var b strings.Builder
	number := len(numbered.FindString(text)) - 1
	for i, c := range text {
		if strings.ContainsRune(marks, c) || i == 0 && strings.ContainsRune(linesBegin, c) || i == number {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// escapeTitle is escape behind the sign of a title, where a number is none of an
// item, and a "#" may close the title.
func escapeTitle(text string) string {
	var b strings.Builder
	for _, c := range text {
		if strings.ContainsRune(marks+"#", c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

func unescape(text string) string {
	var b strings.Builder
	escaped := false
	for _, c := range text {
		if c == '\\' && !escaped {
			escaped = true
			continue
		}
		escaped = false
		b.WriteRune(c)
	}
	return b.String()
}

// oneLine leaves of a text what stands on one line; unbreakable spaces stay.
func oneLine(text string) string {
	text = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || unicode.In(c, unicode.Zl, unicode.Zp) {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return strings.TrimSpace(text)
}
