package pack

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"animo/bot/chat"
	"animo/bot/i18n"
)

// Read reads and checks a pack; name is what its writer calls the file. An
// error is a Faults.
func Read(name string, data []byte) (Pack, error) {
	f, ok := open(name, "pack.at.question", data)
	if !ok {
		return Pack{}, f.file.faults
	}
	p := Pack{Head: f.head()}
	tables := f.tables("question")
	f.rest()
	seen := twins{}
	for i, values := range tables {
		q := fields{file: f.file, values: values, number: i + 1}
		p.Questions = append(p.Questions, q.question(p.Head, seen))
	}
	if len(f.file.faults) > 0 {
		return Pack{}, f.file.faults
	}
	return p, nil
}

// open reads the syntax of a file.
func open(name, where string, data []byte) (*fields, bool) {
	f := &fields{file: &file{name: name, where: where}}
	if len(data) > MaxBytes {
		f.fault("pack.fault.bytes", i18n.Num("length", int64(len(data)+1023)>>10), i18n.Num("most", MaxBytes>>10))
		return f, false
	}
	if _, err := toml.Decode(string(data), &f.values); err != nil {
		line, syntax := 1, toml.ParseError{}
		if errors.As(err, &syntax) {
			line = max(syntax.Position.Line, 1)
		}
		f.fault("pack.fault.syntax", i18n.Str("line", strconv.Itoa(line)), i18n.Str("example", example("title")))
		return f, false
	}
	return f, true
}

func (f *fields) head() Head {
	h := Head{ID: f.id()}
	var languages []string
	for _, l := range chat.Languages() {
		languages = append(languages, string(l))
	}
	h.Language = chat.Language(f.oneOf("language", languages...))
	h.Title = f.text("title", MaxTitle, false)
	h.Author = f.text("author", MaxName, false)
	h.Licence = f.text("licence", MaxName, false)
	v, _ := f.take("version")
	n, ok := v.(int64)
	if !ok || n < 1 || n > 1<<31-1 {
		f.faultAt("version", "pack.fault.version")
	}
	h.Version = int(n)
	return h
}

// id is an id in small letters, digits and hyphens.
func (f *fields) id() string {
	id := f.text("id", MaxID, false)
	if strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		f.faultAt("id", "pack.fault.id", i18n.Str("text", quoted(id)))
		return ""
	}
	return id
}

func (f *fields) question(h Head, seen twins) Question {
	f.item, _ = f.values["id"].(string)
	q := Question{
		Pack:        h.ID,
		ID:          f.id(),
		Language:    h.Language,
		Text:        f.text("text", MaxText, false),
		Kind:        Kind(f.oneOf("kind", string(Choice), string(Free))),
		Explanation: f.text("explanation", MaxExplanation, false),
		Tags:        f.texts("tags", 1, MaxTags, MaxTag),
		Difficulty:  Difficulty(f.oneOf("difficulty", string(Easy), string(Medium), string(Hard))),
		Image:       f.image(),
	}
	seen.check(f, q.ID, q.Text)
	switch q.Kind {
	case Choice:
		f.choices(&q)
	case Free:
		f.answers(&q)
	default: // which other keys it may have is not known
		return q
	}
	f.rest()
	return q
}

func (f *fields) image() string {
	s := f.text("image", MaxImage, true)
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		f.faultAt("image", "pack.fault.image", i18n.Str("text", quoted(s)))
		return ""
	}
	return s
}

func (f *fields) choices(q *Question) {
	q.Choices = f.texts("choices", MinChoices, MaxChoices, MaxChoice)
	q.Several = f.flag("several")
	q.Right = f.numbers("right")
	if q.Choices == nil || q.Right == nil {
		return
	}
	f.twins(q.Choices)
	for i, n := range q.Right {
		if n < 1 || n > len(q.Choices) || slices.Contains(q.Right[:i], n) {
			f.faultAt("right", "pack.fault.right", i18n.Num("most", int64(len(q.Choices))))
			return
		}
	}
	switch {
	case len(q.Right) == len(q.Choices):
		f.faultAt("right", "pack.fault.all_right")
	case len(q.Right) > 1 && !q.Several:
		f.faultAt("several", "pack.fault.several")
	}
	slices.Sort(q.Right)
	for i := range q.Right {
		q.Right[i]--
	}
}

func (f *fields) answers(q *Question) {
	q.Answers = f.texts("answers", 1, MaxAnswers, MaxAnswer)
	q.Wrong = f.texts("wrong", 0, MaxAnswers, MaxAnswer)
	for _, a := range slices.Concat(q.Answers, q.Wrong) {
		if len(forms(a, q.Language)) == 0 {
			f.faultAt("answers", "pack.fault.no_letters", i18n.Str("text", quoted(a)))
			return
		}
	}
	for _, w := range q.Wrong {
		if exactly(q.Answers, w, q.Language) {
			f.fault("pack.fault.right_and_wrong", i18n.Str("text", quoted(w)))
		}
	}
}
