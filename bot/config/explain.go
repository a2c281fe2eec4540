package config

import (
	"fmt"
	"io"
	"strings"
)

// Explain writes every setting with its meaning, names, default and present
// value, and where that came from. Secrets are only said to be set or not.
func (c Config) Explain(w io.Writer) error {
	var b strings.Builder
	for _, s := range settings() {
		names := s.env()
		if s.file() != "" {
			names += ", or " + s.file()
		}
		fmt.Fprintf(&b, "%s\n  %s\n  environment: %s\n  default:     %s\n  now:         %s (from %s)\n\n",
			s.key, s.meaning, names, orNone(s.show(Default())), orNone(s.show(c)), c.origin(s.key))
	}
	_, err := io.WriteString(w, b.String())
	if err != nil {
		return fmt.Errorf("explain configuration: %w", err)
	}
	return nil
}

// origin says where the value of a setting came from.
func (c Config) origin(key string) string {
	if o := c.origins[key]; o != "" {
		return o
	}
	return "default"
}

func orNone(s string) string {
	if s == "" {
		return "(empty)"
	}
	return s
}

// Example returns a TOML file with every setting: at its default, or as a
// comment with an example where the default is empty. It stands in
// deploy/config.example.toml.
func Example() string {
	var b strings.Builder
	b.WriteString(`# Animo's configuration. Animo reads animo.toml in its working directory, or
# the file that --config names. Each setting is also an environment variable,
# which wins: discord.token is ANIMO_DISCORD_TOKEN. For each secret there is a
# variable that names a file with it: ANIMO_DISCORD_TOKEN_FILE.
`)
	section := ""
	for _, s := range settings() {
		if s.section() != section {
			section = s.section()
			fmt.Fprintf(&b, "\n[%s]\n", section)
		} else {
			b.WriteString("\n")
		}
		name := s.key[strings.LastIndex(s.key, ".")+1:]
		value := s.show(Default())
		start := ""
		if value == "" || value == Secret("").String() || s.key == "slack.language" {
			start, value = "# ", s.example
		}
		fmt.Fprintf(&b, "# %s\n%s%s = %s\n", s.meaning, start, name, s.literal(value))
	}
	return b.String()
}
