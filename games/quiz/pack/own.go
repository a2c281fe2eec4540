package pack

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
)

//go:embed data/*.toml data/prompts/*.toml
var data embed.FS

// Own are the packs that come with Animo, in the order of their files' names.
// An error names the file and the question; it is a fault of the build.
func Own() ([]Pack, error) { return readAll("data/*.toml", Read) }

// OwnPrompts are the lists of prompts that come with Animo, likewise: one of
// each kind in each language.
func OwnPrompts() ([]Prompts, error) { return readAll("data/prompts/*.toml", ReadPrompts) }

func readAll[T any](pattern string, read func(name string, data []byte) (T, error)) ([]T, error) {
	names, err := fs.Glob(data, pattern)
	if err != nil {
		return nil, fmt.Errorf("list Animo's own packs: %w", err)
	}
	var out []T
	for _, name := range names {
		text, err := data.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read Animo's own pack: %w", err)
		}
		p, err := read(path.Base(name), text)
		if err != nil {
			return nil, fmt.Errorf("read Animo's own pack: %w", err)
		}
		out = append(out, p)
	}
	return out, nil
}
