package config

import (
	"errors"
	"fmt"
	"strings"

	"github.com/caarlos0/env/v11"
)

// secretFiles holds what stands in the files that *_FILE variables name.
type secretFiles struct {
	DiscordToken       string `env:"DISCORD_TOKEN_FILE,file"`
	SlackBotToken      string `env:"SLACK_BOT_TOKEN_FILE,file"`
	SlackAppToken      string `env:"SLACK_APP_TOKEN_FILE,file"`
	SlackSigningSecret string `env:"SLACK_SIGNING_SECRET_FILE,file"`
	StorageURL         string `env:"STORAGE_URL_FILE,file"`
}

// byKey lists the contents by the key of their setting.
func (f secretFiles) byKey() map[string]string {
	return map[string]string{
		"discord.token":        f.DiscordToken,
		"slack.bot_token":      f.SlackBotToken,
		"slack.app_token":      f.SlackAppToken,
		"slack.signing_secret": f.SlackSigningSecret,
		"storage.url":          f.StorageURL,
	}
}

// readEnvironment takes over what the environment says.
func (c *Config) readEnvironment(environ []string) error {
	vars := env.ToMap(environ)
	o := env.Options{Environment: vars, Prefix: prefix}
	wrong := plainErrors(env.ParseWithOptions(c, o), vars)
	for _, s := range settings() {
		value, there := vars[s.env()]
		if value != "" {
			c.origins[s.key] = "environment " + s.env()
		}
		if there && value == "" && s.key == "http.listen" {
			c.HTTP.Listen = ""
			c.origins[s.key] = "environment " + s.env()
		}
	}
	var files secretFiles
	err := env.ParseWithOptions(&files, o)
	wrong = append(wrong, plainErrors(err, vars)...)
	if err == nil {
		wrong = append(wrong, c.takeSecrets(files, vars)...)
	}
	return errors.Join(wrong...)
}

// takeSecrets puts what stood in files into the settings.
func (c *Config) takeSecrets(files secretFiles, vars map[string]string) (wrong []error) {
	contents := files.byKey()
	for _, s := range settings() {
		name := s.file()
		if name == "" || vars[name] == "" {
			continue
		}
		if vars[s.env()] != "" {
			wrong = append(wrong, fmt.Errorf("%s and %s are both set; keep one of them", s.env(), name))
			continue
		}
		value := strings.TrimSpace(contents[s.key])
		if value == "" {
			// Taken as it is, it would leave the platform out without a word.
			wrong = append(wrong, fmt.Errorf("%s names %q, in which nothing stands; write the secret into it, and nothing else", name, vars[name]))
			continue
		}
		switch f := s.field(c).(type) {
		case *Secret:
			*f = Secret(value)
		case *StorageURL:
			*f = StorageURL(value)
		}
		c.origins[s.key] = "file named by " + name
	}
	return wrong
}

// plainErrors words what the library found as sentences.
func plainErrors(err error, vars map[string]string) []error {
	var all env.AggregateError
	if !errors.As(err, &all) {
		return nil
	}
	var out []error
	for _, e := range all.Errors {
		var parse env.ParseError
		var load env.LoadFileContentError
		switch {
		case errors.As(e, &parse):
			out = append(out, parseError(parse.Name, vars))
		case errors.As(e, &load):
			out = append(out, fmt.Errorf("%s names %q, which cannot be read: %w", load.Key, load.Filename, load.Err))
		default:
			out = append(out, e)
		}
	}
	return out
}

// parseError words a value that is no switch, number or duration. The library knows
// only the field's name, which its variable ends in; no secret comes here,
// since any text is a secret.
func parseError(field string, vars map[string]string) error {
	for _, s := range settings() {
		words := strings.ReplaceAll(strings.ToLower(s.env()), "_", "")
		if s.kind == kindText || !strings.HasSuffix(words, strings.ToLower(field)) {
			continue
		}
		what := map[kind]string{kindSwitch: "neither true nor false", kindNumber: "no whole number", kindDuration: "no duration"}[s.kind]
		return fmt.Errorf("%s is %q, which is %s; %s", s.env(), vars[s.env()], what, s.howTo())
	}
	return fmt.Errorf("the environment variable for %s cannot be read", field)
}
