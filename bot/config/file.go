package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// readFile takes over what the TOML file says.
func (c *Config) readFile(name string) error {
	path := name
	if path == "" {
		path = DefaultFile
	}
	text, err := os.ReadFile(path)
	if name == "" && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the configuration file cannot be read: %w", err)
	}
	return c.readTOML(path, string(text))
}

// readTOML reads the text twice: first as it is, so that every wrong key and
// type is found, then into the struct, where the first would end it.
func (c *Config) readTOML(path, text string) error {
	var raw map[string]any
	md, err := toml.Decode(text, &raw)
	if err != nil {
		return syntaxError(path, err)
	}
	var wrong []error
	for _, key := range leaves(md) {
		if err := checkKey(md, key, raw); err != nil {
			wrong = append(wrong, fmt.Errorf("%s%s: %w", path, lineOf(text, key), err))
			continue
		}
		c.origins[key.String()] = "file " + path
	}
	if len(wrong) > 0 {
		return errors.Join(wrong...)
	}
	if _, err := toml.Decode(text, c); err != nil {
		return syntaxError(path, err)
	}
	return nil
}

// leaves returns the keys of a document, each once, cut to the depth at which
// settings stand: nothing below an unknown key needs to be named.
func leaves(md toml.MetaData) []toml.Key {
	var out []toml.Key
	seen := map[string]bool{}
	for _, key := range md.Keys() {
		if len(key) == 1 && isSection(key[0]) && md.Type(key...) == "Hash" {
			continue
		}
		depth := 1
		if isSection(key[0]) {
			depth = min(len(key), 2)
		}
		key = key[:depth]
		if name := key.String(); !seen[name] {
			seen[name] = true
			out = append(out, key)
		}
	}
	return out
}

func isSection(name string) bool { return slices.Contains(sections(), name) }

func checkKey(md toml.MetaData, key toml.Key, raw map[string]any) error {
	name := strings.Join(key, ".")
	if len(key) == 1 && isSection(name) {
		return fmt.Errorf("%s is a section; write [%s] on a line of its own and its settings below", name, name)
	}
	s, ok := find(name)
	if !ok && len(key) == 1 && isTable(md, key[0]) {
		return fmt.Errorf("there is no section [%s]; the nearest is [%s]", name, nearest(name, sections()))
	}
	if !ok {
		return fmt.Errorf("there is no setting %s; the nearest is %s", name, nearest(name, keys()))
	}
	want := string(s.kind)
	if s.kind == kindDuration {
		want = string(kindText)
	}
	if got := md.Type(key...); got != want {
		return fmt.Errorf("%s must be %s; %s", name, typeName(s.kind), s.howTo())
	}
	if s.kind != kindDuration {
		return nil
	}
	value, _ := lookUp(raw, key).(string)
	if _, err := time.ParseDuration(value); err != nil {
		return fmt.Errorf("%s is %q, which is no duration; %s", name, value, s.howTo())
	}
	return nil
}

// isTable says whether a top-level name has keys below it; the decoder knows
// no type for one that stands only in dotted keys.
func isTable(md toml.MetaData, name string) bool {
	for _, key := range md.Keys() {
		if len(key) > 1 && key[0] == name {
			return true
		}
	}
	return md.Type(name) == "Hash"
}

// lookUp returns what stands at a key, nil if nothing does.
func lookUp(table map[string]any, key toml.Key) any {
	if len(key) == 1 {
		return table[key[0]]
	}
	inner, _ := table[key[0]].(map[string]any)
	return lookUp(inner, key[1:])
}

func typeName(k kind) string {
	switch k {
	case kindSwitch:
		return "true or false, without quotes"
	case kindNumber:
		return "a whole number, without quotes"
	case kindDuration:
		return "a duration in quotes"
	}
	return "a text in quotes"
}

// syntaxError says where the text stops being TOML. What the parser quotes
// from the line is left out: it may be a piece of a token without quotes.
func syntaxError(path string, err error) error {
	var at toml.ParseError
	if !errors.As(err, &at) {
		return fmt.Errorf("%s cannot be read as TOML", path)
	}
	quoted := regexp.MustCompile(`'[^']*'|"[^"]*"|` + "`[^`]*`")
	return fmt.Errorf("%s, line %d: this is not TOML (%s); a setting is written as zone = \"Europe/Paris\"",
		path, at.Position.Line, quoted.ReplaceAllString(at.Message, "…"))
}

// lineOf returns ", line N" for the line on which a key stands, "" if it is
// not found: the decoder does not keep lines of keys.
func lineOf(text string, key toml.Key) string {
	want := strings.Join(key, ".")
	section, around := "", 0
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		name, isPair := "", false
		if strings.HasPrefix(line, "[") {
			section = plainKey(strings.Trim(strings.SplitN(line, "]", 2)[0], "["))
			name = section
		} else if left, _, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(line, "#") {
			name, isPair = strings.TrimPrefix(section+"."+plainKey(left), "."), true
		}
		if name == want || isPair && strings.HasPrefix(name, want+".") {
			return fmt.Sprintf(", line %d", i+1)
		}
		if isPair && strings.HasPrefix(want, name+".") {
			around = i + 1
		}
	}
	if around > 0 {
		return fmt.Sprintf(", line %d", around)
	}
	return ""
}

// plainKey writes a TOML key without spaces and quotes.
func plainKey(s string) string {
	return strings.NewReplacer(" ", "", "\t", "", `"`, "", "'", "").Replace(s)
}
