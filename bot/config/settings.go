package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"animo/bot/chat"
)

// kind is the type that a setting has in TOML.
type kind string

const (
	kindText     kind = "String"
	kindSwitch   kind = "Bool"
	kindNumber   kind = "Integer"
	kindDuration kind = "duration"
)

// setting is one thing an operator may choose.
type setting struct {
	key     string // as in TOML, with its section
	kind    kind
	meaning string
	example string // a right value, for errors and the example file
	field   func(*Config) any
}

// settings lists every setting, in the order in which they are explained.
func settings() []setting {
	return []setting{
		{"language", kindText, "Language of new communities: " + either(languages()) + ". Each community can change its own with /setup.", "fr", func(c *Config) any { return &c.Language }},
		{"zone", kindText, "Time zone of new communities, an IANA name. Each community can change its own with /setup.", "Europe/Paris", func(c *Config) any { return &c.Zone }},
		{"shutdown_grace", kindDuration, "How long a stop waits for what is under way, from 1s to 10m.", "15s", func(c *Config) any { return &c.ShutdownGrace }},

		{"discord.token", kindText, "Token of the Discord bot (Developer Portal, Bot, Token). Empty leaves Discord out.", "", func(c *Config) any { return &c.Discord.Token }},
		{"discord.api_url", kindText, "Another server that speaks Discord's protocol, such as a rehearsal's. Empty means Discord's own.", "http://127.0.0.1:8001", func(c *Config) any { return &c.Discord.APIURL }},
		{"discord.members_intent", kindSwitch, "Ask for the Server Members intent, which welcome needs. It must be on in the Developer Portal too.", "true", func(c *Config) any { return &c.Discord.MembersIntent }},
		{"discord.content_intent", kindSwitch, "Ask for the Message Content intent, which moderation of texts needs. It must be on in the Developer Portal too.", "false", func(c *Config) any { return &c.Discord.ContentIntent }},
		{"discord.compress", kindSwitch, "Compress what Discord sends (zlib-stream): less traffic, more work.", "false", func(c *Config) any { return &c.Discord.Compress }},
		{"discord.shards", kindNumber, "How many shards all replicas run together; the same on each of them. 0 takes as many as Discord recommends.", "3", func(c *Config) any { return &c.Discord.Shards }},

		{"slack.bot_token", kindText, "Bot token of the Slack app; begins with xoxb-. Empty leaves Slack out.", "", func(c *Config) any { return &c.Slack.BotToken }},
		{"slack.app_token", kindText, "App-level token for Socket Mode; begins with xapp-. Either this or the signing secret is needed.", "", func(c *Config) any { return &c.Slack.AppToken }},
		{"slack.signing_secret", kindText, "Signing secret, for requests that Slack sends to http.listen.", "", func(c *Config) any { return &c.Slack.SigningSecret }},
		{"slack.api_url", kindText, "Another server that speaks Slack's protocol, such as a rehearsal's. Empty means Slack's own.", "http://127.0.0.1:8002/api", func(c *Config) any { return &c.Slack.APIURL }},
		{"slack.command_prefix", kindText, "Put before each slash command, if another app of the workspace owns names such as /poll.", "animo-", func(c *Config) any { return &c.Slack.CommandPrefix }},
		{"slack.language", kindText, "Language of the slash commands' names: " + either(languages()) + ". Empty means that of new communities.", "fr", func(c *Config) any { return &c.Slack.Language }},

		{"storage.url", kindText, "Where everything is remembered: sqlite:PATH for one process, or redis://HOST, rediss://, redis+sentinel://HOST,HOST/MASTER, redis+cluster://HOST,HOST for any number.", "sqlite:animo.db", func(c *Config) any { return &c.Storage.URL }},

		{"http.listen", kindText, "Address of health, metrics and Slack's requests. Empty, or off, means none.", "127.0.0.1:8080", func(c *Config) any { return &c.HTTP.Listen }},

		{"log.level", kindText, "How much is logged: debug, info, warn or error.", "info", func(c *Config) any { return &c.Log.Level }},
		{"log.format", kindText, "How it is logged: text or json.", "json", func(c *Config) any { return &c.Log.Format }},
	}
}

// either joins alternatives: "a, b or c".
func either(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// find returns the setting with a key.
func find(key string) (setting, bool) {
	for _, s := range settings() {
		if s.key == key {
			return s, true
		}
	}
	return setting{}, false
}

// keys lists the keys of all settings.
func keys() []string {
	var out []string
	for _, s := range settings() {
		out = append(out, s.key)
	}
	return out
}

// sections lists the TOML tables in which settings stand.
func sections() []string {
	var out []string
	for _, s := range settings() {
		if name := s.section(); name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// prefix begins the name of each environment variable.
const prefix = "ANIMO_"

// env is the name of the setting's environment variable.
func (s setting) env() string {
	return prefix + strings.ToUpper(strings.ReplaceAll(s.key, ".", "_"))
}

// file is the name of the variable that names a file with the value, "" for
// a setting that is no secret.
func (s setting) file() string {
	switch s.field(&Config{}).(type) {
	case *Secret, *StorageURL:
		return s.env() + "_FILE"
	}
	return ""
}

// section is the TOML table in which the setting stands, "" for none.
func (s setting) section() string {
	before, _, ok := strings.Cut(s.key, ".")
	if !ok {
		return ""
	}
	return before
}

// show writes the setting's value for people, without secrets.
func (s setting) show(c Config) string {
	switch v := s.field(&c).(type) {
	case *string:
		return *v
	case *chat.Language:
		return string(*v)
	case *bool:
		return strconv.FormatBool(*v)
	case *int:
		return strconv.Itoa(*v)
	case *time.Duration:
		return short(*v)
	case fmt.Stringer:
		return v.String()
	}
	return ""
}

// short writes a duration without the zero parts at its end: 10m, not 10m0s.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// literal writes a value as TOML does.
func (s setting) literal(value string) string {
	if s.kind == kindSwitch || s.kind == kindNumber {
		return value
	}
	return strconv.Quote(value)
}

// howTo shows both ways in which the setting is written.
func (s setting) howTo() string {
	if s.example == "" {
		return fmt.Sprintf("set %s or %s", s.env(), s.file())
	}
	return fmt.Sprintf("write for example %s = %s, or %s=%s", s.key, s.literal(s.example), s.env(), s.example)
}
