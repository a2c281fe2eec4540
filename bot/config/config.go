package config

import (
	"errors"
	"time"

	"animo/bot/chat"
)

// Config is everything an operator may choose. Load returns a checked one.
type Config struct {
	Language      chat.Language `toml:"language" env:"LANGUAGE"`             // that of new communities
	Zone          string        `toml:"zone" env:"ZONE"`                     // IANA name; that of new communities
	ShutdownGrace time.Duration `toml:"shutdown_grace" env:"SHUTDOWN_GRACE"` // 1 s to 10 min
	Discord       Discord       `toml:"discord" envPrefix:"DISCORD_"`
	Slack         Slack         `toml:"slack" envPrefix:"SLACK_"`
	Storage       Storage       `toml:"storage" envPrefix:"STORAGE_"`
	HTTP          HTTP          `toml:"http" envPrefix:"HTTP_"`
	Log           Log           `toml:"log" envPrefix:"LOG_"`

	origins map[string]string // by key; a key that is missing has its default
}

// Discord is how to reach Discord.
type Discord struct {
	Token         Secret `toml:"token" env:"TOKEN"`     // "" leaves Discord out
	APIURL        string `toml:"api_url" env:"API_URL"` // "" is Discord's own
	MembersIntent bool   `toml:"members_intent" env:"MEMBERS_INTENT"`
	ContentIntent bool   `toml:"content_intent" env:"CONTENT_INTENT"`
	Compress      bool   `toml:"compress" env:"COMPRESS"`
	Shards        int    `toml:"shards" env:"SHARDS"` // 0 to 10,000; 0 is as many as Discord recommends
}

// Slack is how to reach Slack.
type Slack struct {
	BotToken      Secret        `toml:"bot_token" env:"BOT_TOKEN"`           // "" leaves Slack out
	AppToken      Secret        `toml:"app_token" env:"APP_TOKEN"`           // Socket Mode
	SigningSecret Secret        `toml:"signing_secret" env:"SIGNING_SECRET"` // HTTP receiver
	APIURL        string        `toml:"api_url" env:"API_URL"`               // "" is Slack's own
	CommandPrefix string        `toml:"command_prefix" env:"COMMAND_PREFIX"`
	Language      chat.Language `toml:"language" env:"LANGUAGE"` // of command names; Load fills it in
}

// Storage is where things are remembered.
type Storage struct {
	URL StorageURL `toml:"url" env:"URL"`
}

// HTTP is the bot's own server.
type HTTP struct {
	Listen string `toml:"listen" env:"LISTEN"` // host:port; "" is off
}

// Log is how the bot tells the operator what it does.
type Log struct {
	Level  string `toml:"level" env:"LEVEL"`   // debug, info, warn, error
	Format string `toml:"format" env:"FORMAT"` // text, json
}

// DefaultFile is the file that Load reads, if it is there, when none is named.
const DefaultFile = "animo.toml"

// Default is the configuration of an operator who chose nothing.
func Default() Config {
	return Config{
		Language:      chat.English,
		Zone:          "UTC",
		ShutdownGrace: 15 * time.Second,
		Discord:       Discord{MembersIntent: true},
		Slack:         Slack{Language: chat.English},
		Storage:       Storage{URL: "sqlite:animo.db"},
		HTTP:          HTTP{Listen: "127.0.0.1:8080"},
		Log:           Log{Level: "info", Format: "text"},
		origins:       map[string]string{},
	}
}

// Load reads the file, then the environment (as os.Environ gives it), then
// the files that *_FILE variables name, and checks the whole. An empty file
// name means DefaultFile if there is one. The error joins everything that is
// wrong, each a sentence with a right example.
func Load(file string, environ []string) (Config, error) {
	c := Default()
	c.Slack.Language = ""
	errFile := c.readFile(file)
	errEnv := c.readEnvironment(environ)
	if c.Slack.Language == "" {
		c.Slack.Language = c.Language
	}
	if err := errors.Join(errFile, errEnv, c.check()); err != nil {
		return Config{}, err
	}
	return c, nil
}

// Secrets returns every secret that is set, for a logger to leave out.
func (c Config) Secrets() []string {
	var out []string
	for _, s := range settings() {
		if v, ok := s.field(&c).(*Secret); ok && *v != "" {
			out = append(out, v.Reveal())
		}
	}
	return append(out, c.Storage.URL.passwords()...)
}
