package i18n

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/gohugoio/locales"
	"github.com/gohugoio/locales/en"
	"github.com/gohugoio/locales/fr"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"animo/bot/chat"
)

//go:embed catalog/*.toml
var catalog embed.FS

// Bundle holds the catalogues of every language. It does not change once made.
type Bundle struct {
	catalogues map[chat.Language]map[string]message
	printers   map[chat.Language]Printer
}

// New reads the embedded catalogues. An error names the file and the message
// that is wrong; it is a fault of the build, not of the surroundings.
func New() (*Bundle, error) { return load(catalog) }

func load(files fs.FS) (*Bundle, error) {
	names, err := fs.Glob(files, "catalog/*.toml")
	if err != nil {
		return nil, fmt.Errorf("list catalogues: %w", err)
	}
	b := &Bundle{
		catalogues: make(map[chat.Language]map[string]message),
		printers:   make(map[chat.Language]Printer),
	}
	for _, l := range chat.Languages() {
		b.catalogues[l] = make(map[string]message)
	}
	texts := goi18n.NewBundle(language.English)
	for _, name := range names {
		if err := b.read(files, name, texts); err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", path.Base(name), err)
		}
	}
	for _, l := range chat.Languages() {
		b.printers[l] = newPrinter(b, l, texts)
	}
	return b, nil
}

func (b *Bundle) read(files fs.FS, name string, texts *goi18n.Bundle) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	file, err := goi18n.ParseMessageFileBytes(data, name, map[string]goi18n.UnmarshalFunc{"toml": toml.Unmarshal})
	if err != nil {
		return err
	}
	known, ok := b.catalogues[chat.Language(file.Tag.String())]
	if !ok {
		return fmt.Errorf("%q is no language of ours: name the file <area>.<language>.toml", file.Tag)
	}
	for _, m := range file.Messages {
		if _, twice := known[m.ID]; twice {
			return fmt.Errorf("message %q: stands in two catalogues", m.ID)
		}
		checked, err := check(m, pluralForms(chat.Language(file.Tag.String())))
		if err != nil {
			return fmt.Errorf("message %q: %w", m.ID, err)
		}
		known[m.ID] = checked
	}
	return texts.AddMessages(file.Tag, file.Messages...)
}

// Printer returns the printer of a language, the English one for a language
// that is not ours.
func (b *Bundle) Printer(l chat.Language) Printer {
	if p, ok := b.printers[l]; ok {
		return p
	}
	return b.printers[chat.English]
}

// Wording returns a message that takes no arguments in every language: for the
// names and summaries of commands.
func (b *Bundle) Wording(id string) chat.Wording {
	w := make(chat.Wording, len(b.printers))
	for l, p := range b.printers {
		w[l] = p.Text(id)
	}
	return w
}

// IDs lists a language's messages, sorted.
func (b *Bundle) IDs(l chat.Language) []string {
	ids := make([]string, 0, len(b.catalogues[l]))
	for id := range b.catalogues[l] {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Args lists the arguments that a message names in any of its plural forms,
// sorted.
func (b *Bundle) Args(l chat.Language, id string) []string {
	return slices.Clone(b.catalogues[l][id].args)
}

// Match finds the language of a locale such as "fr-CA" or "en_US"; false if it
// is none of ours.
func Match(locale string) (chat.Language, bool) {
	locale, _, _ = strings.Cut(locale, ".")
	tag, err := language.Parse(locale)
	var unknown language.ValueError // well formed, with a subtag that nobody registered
	if err != nil && !errors.As(err, &unknown) {
		return "", false
	}
	base, _ := tag.Base()
	l := chat.Language(base.String())
	return l, slices.Contains(chat.Languages(), l)
}

// numbers returns the separators and the names of days and months.
func numbers(l chat.Language) locales.Translator {
	if l == chat.French {
		return fr.New()
	}
	return en.New()
}
