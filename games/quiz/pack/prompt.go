package pack

import (
	"iter"
	"strings"

	"animo/bot/chat"
)

// PromptKind says what a prompt asks for.
type PromptKind string

// The kinds of prompts.
const (
	Daily  PromptKind = "daily"  // a question of the day
	Rather PromptKind = "rather" // a choice between two things
	Theme  PromptKind = "theme"  // a theme for a day
)

// Prompts is a checked file of prompts of one kind.
type Prompts struct {
	Head
	Kind    PromptKind `json:"kind"`
	Prompts []Prompt   `json:"prompts"`
}

// Prompt is a light question that has no right answer. Its words are literal
// text.
type Prompt struct {
	List     string        `json:"list"` // the id of its Prompts
	ID       string        `json:"id"`   // unique in its list
	Language chat.Language `json:"language"`
	Kind     PromptKind    `json:"kind"`
	Title    string        `json:"title,omitempty"`   // of a theme
	Text     string        `json:"text,omitempty"`    // of a question or a theme
	Options  []string      `json:"options,omitempty"` // the two of a choice
}

// Key names the prompt among those of all lists: at most 81 characters.
func (p Prompt) Key() string { return p.List + "/" + p.ID }

// InOrder gives the prompts, each once, in an order that follows from the
// seed, as Bank.Questions does.
func (l Prompts) InOrder(used func(key string) bool, seed []byte) iter.Seq2[Prompt, bool] {
	return inOrder(l.Prompts, used, seed)
}

// ReadPrompts reads and checks a file of prompts; name is what its writer calls
// the file. An error is a Faults.
//
// The file has the head of a pack, a kind, and tables [[prompt]] with an id
// and, for daily, a text; for rather, options = ["…", "…"]; for theme, a title
// and a text.
func ReadPrompts(name string, data []byte) (Prompts, error) {
	f, ok := open(name, "pack.at.prompt", data)
	if !ok {
		return Prompts{}, f.file.faults
	}
	l := Prompts{Head: f.head(), Kind: PromptKind(f.oneOf("kind", string(Daily), string(Rather), string(Theme)))}
	tables := f.tables("prompt")
	f.rest()
	seen := twins{}
	for i, values := range tables {
		p := fields{file: f.file, values: values, number: i + 1}
		l.Prompts = append(l.Prompts, p.prompt(l, seen))
	}
	if len(f.file.faults) > 0 {
		return Prompts{}, f.file.faults
	}
	return l, nil
}

func (f *fields) prompt(l Prompts, seen twins) Prompt {
	f.item, _ = f.values["id"].(string)
	p := Prompt{List: l.ID, ID: f.id(), Language: l.Language, Kind: l.Kind}
	switch l.Kind {
	case Daily:
		p.Text = f.text("text", MaxText, false)
	case Rather:
		p.Options = f.texts("options", 2, 2, MaxChoice)
		f.twins(p.Options)
	case Theme:
		p.Title = f.text("title", MaxTitle, false)
		p.Text = f.text("text", MaxText, false)
	default: // which other keys it may have is not known
		return p
	}
	seen.check(f, p.ID, p.said())
	f.rest()
	return p
}

// said is what tells the prompt from others.
func (p Prompt) said() string {
	if p.Kind == Theme {
		return p.Title
	}
	return p.Text + strings.Join(p.Options, " / ")
}
