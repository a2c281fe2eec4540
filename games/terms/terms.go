package terms

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
)

// Bounds of what is typed for a page, in characters.
const (
	MaxName    = 200 // of the organiser
	MaxContact = 200
	MaxLaw     = 500
	MaxValue   = 60 // of a lot
)

// Organiser is who answers for a giveaway.
type Organiser struct {
	Name    string `json:"name,omitempty"`    // "" if nobody has said yet
	Contact string `json:"contact,omitempty"` // how to reach them: an address of any kind
	Law     string `json:"law,omitempty"`     // which law applies, in the organiser's own words
}

// Terms are what a giveaway keeps for its rules page: what it was told at the
// launch and could not know by itself, and every version of the page.
type Terms struct {
	Organiser Organiser         `json:"organiser,omitzero"`
	Community string            `json:"community,omitempty"` // its name
	Channel   string            `json:"channel,omitempty"`   // its name
	Names     map[string]string `json:"names,omitempty"`     // of roles and channels, by id
	Value     string            `json:"value,omitempty"`     // of the prize where there are no lots

	Versions []Version `json:"versions,omitempty"`
	// Parts are the sections of the latest version by their digest, to tell
	// what changed.
	Parts map[Key]string `json:"parts,omitempty"`
}

// Version is a page as it was in force from a moment on.
type Version struct {
	N        int                    `json:"n"` // from 1
	At       time.Time              `json:"at"`
	Language chat.Language          `json:"language"`          // that prevails
	Changed  []Key                  `json:"changed,omitempty"` // sections, against the version before
	Files    map[chat.Language]File `json:"files"`
	// Hash is the SHA-256, in hexadecimal, of the bytes of the Markdown file in
	// the language that prevails.
	Hash string `json:"sha256"`
}

// Fresh are terms without any version: what a new giveaway starts from.
func (t Terms) Fresh() Terms {
	t.Versions, t.Parts = nil, nil
	return t
}

// Revise adds a version if the page would read otherwise than its latest. The
// language that prevails is the printer's at the first version, and stays.
func (t Terms) Revise(s Source, at time.Time, p i18n.Printer) Terms {
	e := edition{n: len(t.Versions) + 1, at: at, language: p.Language()}
	before, ok := t.Current()
	if ok {
		e.language, e.before = before.Language, before.Hash
	}
	parts := write(p.In(e.language), s, e).parts()
	if e.changed = changed(t.Parts, parts); ok && len(e.changed) == 0 {
		return t
	}
	v := Version{N: e.n, At: at.UTC(), Language: e.language, Files: map[chat.Language]File{}}
	if ok {
		v.Changed = e.changed
	}
	for _, l := range chat.Languages() {
		text := write(p.In(l), s, e).document().Markdown()
		first := ""
		if ok {
			first, _ = t.Text(1, l) // a damaged one is told when it is read
		}
		if v.Files[l] = pack(text, first); l == v.Language {
			v.Hash = Hash(text)
		}
	}
	t.Versions, t.Parts = append(slices.Clone(t.Versions), v), parts
	return t
}

// Draft writes the page as it would be, in the printer's language.
func Draft(p i18n.Printer, s Source, at time.Time) Document {
	return write(p, s, edition{n: 1, at: at, language: p.Language()}).document()
}

// Current is the latest version; false if there is none.
func (t Terms) Current() (Version, bool) { return t.Version(len(t.Versions)) }

// Version is the nth; false if there is none.
func (t Terms) Version(n int) (Version, bool) {
	if n < 1 || n > len(t.Versions) {
		return Version{}, false
	}
	return t.Versions[n-1], true
}

// Text is the Markdown file of the nth version in a language; in the one that
// prevails for a language that is not ours. That there is no such version is an
// error.
func (t Terms) Text(n int, l chat.Language) (string, error) {
	v, ok := t.Version(n)
	if !ok {
		return "", fmt.Errorf("a rules page has %d versions, none is version %d", len(t.Versions), n)
	}
	if _, ok := v.Files[l]; !ok {
		l = v.Language
	}
	first := ""
	if n > 1 {
		var err error
		if first, err = t.Text(1, l); err != nil {
			return "", err
		}
	}
	return v.Files[l].unpack(first)
}

// Hash is the SHA-256 of a file, in hexadecimal.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// changed lists the sections that differ, in the order of a page.
func changed(before, after map[Key]string) (out []Key) {
	for _, k := range Keys() {
		if before[k] != after[k] {
			out = append(out, k)
		}
	}
	return out
}
