package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	_ "time/tzdata" // zones are checked also where the system has none, as in an empty image

	"animo/bot/chat"
)

// check returns everything that is wrong with the values themselves.
func (c *Config) check() error {
	wrong := []error{
		c.oneOf("language", languages()),
		c.oneOf("slack.language", languages()),
		c.oneOf("log.level", []string{"debug", "info", "warn", "error"}),
		c.oneOf("log.format", []string{"text", "json"}),
		c.say("zone", zoneTrouble(c.Zone)),
		c.say("shutdown_grace", graceTrouble(c.ShutdownGrace)),
		c.say("discord.api_url", addressTrouble(c.Discord.APIURL)),
		c.say("discord.shards", shardsTrouble(c.Discord.Shards)),
		c.say("slack.api_url", addressTrouble(c.Slack.APIURL)),
		c.say("slack.command_prefix", prefixTrouble(c.Slack.CommandPrefix)),
		c.say("storage.url", storageTrouble(c.Storage.URL)),
		c.say("http.listen", c.checkListen()),
		c.say("discord.token", tokenTrouble(c.Discord.Token, "", "the token is one word, without \"Bot \" before it")),
		c.say("slack.signing_secret", tokenTrouble(c.Slack.SigningSecret, "", "the secret is one word of letters and digits")),
		c.say("slack.bot_token", tokenTrouble(c.Slack.BotToken, c.slackStart("xoxb-"), "a bot token begins with xoxb-")),
		c.say("slack.app_token", tokenTrouble(c.Slack.AppToken, c.slackStart("xapp-"), "an app-level token begins with xapp-")),
	}
	return errors.Join(wrong...)
}

// say makes a sentence of what is wrong with a setting; nothing if trouble is
// empty.
func (c *Config) say(key, trouble string) error {
	if trouble == "" {
		return nil
	}
	s, _ := find(key)
	return fmt.Errorf("%s is %q (from %s): %s; %s", key, s.show(*c), c.origin(key), trouble, s.howTo())
}

func (c *Config) oneOf(key string, allowed []string) error {
	s, _ := find(key)
	if slices.Contains(allowed, s.show(*c)) {
		return nil
	}
	return c.say(key, "it must be one of "+strings.Join(allowed, ", "))
}

func languages() []string {
	var out []string
	for _, l := range chat.Languages() {
		out = append(out, string(l))
	}
	return out
}

func zoneTrouble(zone string) string {
	// "Local" would make the same schedule mean another hour on another
	// machine.
	if zone == "" || zone == "Local" {
		return "a time zone has a name of its own"
	}
	if _, err := time.LoadLocation(zone); err != nil {
		return "there is no such time zone"
	}
	return ""
}

func graceTrouble(d time.Duration) string {
	if d < time.Second || d > 10*time.Minute {
		return "it must be from 1s to 10m"
	}
	return ""
}

// maxShards is more than any bot has; each shard holds 2,500 guilds at most
// (docs: events/gateway#sharding).
const maxShards = 10_000

func shardsTrouble(n int) string {
	if n < 0 || n > maxShards {
		return fmt.Sprintf("it must be from 0 to %d", maxShards)
	}
	return ""
}

func addressTrouble(address string) string {
	if address == "" {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "it must be an http:// or https:// address"
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "it must hold neither user, query nor fragment"
	}
	return ""
}

// maxPrefix leaves room for the longest name: Slack takes commands of at most
// 32 characters (docs.slack.dev/interactivity/implementing-slash-commands).
const maxPrefix = 12

func prefixTrouble(p string) string {
	if !regexp.MustCompile(`^[a-z0-9_-]*$`).MatchString(p) || len(p) > maxPrefix {
		return fmt.Sprintf("it must be at most %d lower-case letters, digits, - and _", maxPrefix)
	}
	return ""
}

func storageTrouble(u StorageURL) string {
	switch u.Scheme() {
	case "sqlite":
		if u.Path() == "" {
			return "it must name a file"
		}
	case "redis", "rediss", "redis+sentinel", "redis+cluster":
		if u.String() == "[not readable]" {
			return "it must name a host, such as redis://127.0.0.1:6379/0"
		}
	default:
		return "it must begin with sqlite:, redis://, rediss://, redis+sentinel:// or redis+cluster://"
	}
	return ""
}

// checkListen also takes the word "off", which some shells can pass on more
// easily than an empty value.
func (c *Config) checkListen() string {
	if c.HTTP.Listen == "off" {
		c.HTTP.Listen = ""
	}
	if c.HTTP.Listen == "" {
		return ""
	}
	_, port, err := net.SplitHostPort(c.HTTP.Listen)
	if err != nil {
		return "it must be HOST:PORT"
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return "the port must be a number from 0 to 65535"
	}
	return ""
}

// slackStart is how a token must begin; another server than Slack's may have
// tokens of its own.
func (c *Config) slackStart(start string) string {
	if c.Slack.APIURL != "" {
		return ""
	}
	return start
}

func tokenTrouble(s Secret, start, rule string) string {
	if s == "" {
		return ""
	}
	if strings.ContainsAny(s.Reveal(), " \t\r\n\"'") || !strings.HasPrefix(s.Reveal(), start) {
		return rule
	}
	return ""
}
