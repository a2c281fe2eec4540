package slack

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"animo/bot/chat"
)

// ManifestOptions say for whom a manifest is made.
type ManifestOptions struct {
	// Language names the commands and describes them; English if empty.
	Language chat.Language
	// CommandPrefix goes before each command's name; see Config.
	CommandPrefix string
	// BaseURL is the public https address in front of HTTPHandler. Empty
	// means Socket Mode, which needs none.
	BaseURL string
}

// Limits of a manifest (docs.slack.dev/reference/app-manifest).
const (
	maxCommands     = 50
	maxCommandName  = 32 // with its slash
	maxUsageHint    = 1000
	maxShortcuts    = 10
	maxShortcutName = 24
	maxShortcutText = 150
)

// scopes are what the bot's calls and events need
// (docs.slack.dev/reference/scopes).
func scopes() []string {
	return []string{
		"channels:history", "groups:history", "im:history", // events, Find, Since
		"channels:read", "groups:read", "im:read", // Channel, Channels, InChannels
		"chat:write", "commands", "files:write", "im:write",
		"team:read", "usergroups:read", "users:read",
	}
}

// events are those that the adapter reads.
func events() []string {
	return []string{
		"app_uninstalled", "message.channels", "message.groups",
		"subteam_members_changed", "team_join", "user_change",
	}
}

type manifest struct {
	Metadata struct {
		Major int `yaml:"major_version"`
		Minor int `yaml:"minor_version"`
	} `yaml:"_metadata"`
	Display struct {
		Name        string `yaml:"name"`
		Description string `yaml:"description"`
		Colour      string `yaml:"background_color"`
	} `yaml:"display_information"`
	Features manifestFeatures `yaml:"features"`
	OAuth    struct {
		Scopes struct {
			Bot []string `yaml:"bot"`
		} `yaml:"scopes"`
	} `yaml:"oauth_config"`
	Settings manifestSettings `yaml:"settings"`
}

type manifestFeatures struct {
	Home struct {
		Home     bool `yaml:"home_tab_enabled"`
		Messages bool `yaml:"messages_tab_enabled"`
		ReadOnly bool `yaml:"messages_tab_read_only_enabled"`
	} `yaml:"app_home"`
	Bot struct {
		Name   string `yaml:"display_name"`
		Online bool   `yaml:"always_online"`
	} `yaml:"bot_user"`
	Shortcuts []manifestShortcut `yaml:"shortcuts,omitempty"`
	Commands  []manifestCommand  `yaml:"slash_commands,omitempty"`
}

type manifestShortcut struct {
	Name        string `yaml:"name"`
	Type        string `yaml:"type"`
	Callback    string `yaml:"callback_id"`
	Description string `yaml:"description"`
}

type manifestCommand struct {
	Command     string `yaml:"command"`
	URL         string `yaml:"url,omitempty"`
	Description string `yaml:"description"`
	Usage       string `yaml:"usage_hint,omitempty"`
	Escape      bool   `yaml:"should_escape"`
}

type manifestSettings struct {
	Events struct {
		URL string   `yaml:"request_url,omitempty"`
		Bot []string `yaml:"bot_events"`
	} `yaml:"event_subscriptions"`
	Interactivity struct {
		Enabled bool   `yaml:"is_enabled"`
		URL     string `yaml:"request_url,omitempty"`
	} `yaml:"interactivity"`
	OrgDeploy     bool `yaml:"org_deploy_enabled"`
	SocketMode    bool `yaml:"socket_mode_enabled"`
	TokenRotation bool `yaml:"token_rotation_enabled"`
}

// descriptions are what people read in the app directory.
var descriptions = chat.Wording{
	chat.English: "Contests, polls and quizzes, scheduled posts, welcome and a daily digest for your community.",
	chat.French:  "Concours, sondages et quiz, publications planifiées, accueil et bilan quotidien pour votre communauté.",
}

// Manifest writes the app manifest, in YAML, from which an app is created that
// offers the menu and may do what the adapter does. It fails if the menu does
// not fit Slack: over 50 commands or 10 shortcuts, two of one name, or a name
// that is too long.
func Manifest(menu chat.CommandMenu, o ManifestOptions) ([]byte, error) {
	o.Language = cmp.Or(o.Language, chat.English)
	o.BaseURL = strings.TrimRight(o.BaseURL, "/")
	m := baseManifest(o)
	if len(menu.Commands) > maxCommands || len(menu.Shortcuts) > maxShortcuts {
		return nil, fmt.Errorf("slack takes %d commands and %d shortcuts, not %d and %d",
			maxCommands, maxShortcuts, len(menu.Commands), len(menu.Shortcuts))
	}
	seen := map[string]bool{}
	for _, spec := range menu.Commands {
		c := o.command(spec)
		if len(c.Command) > maxCommandName || seen[c.Command] {
			return nil, fmt.Errorf("command %s is too long or there twice", c.Command)
		}
		seen[c.Command] = true
		m.Features.Commands = append(m.Features.Commands, c)
	}
	for _, s := range menu.Shortcuts {
		name := s.Names.In(o.Language)
		m.Features.Shortcuts = append(m.Features.Shortcuts, manifestShortcut{
			Name: cut(cmp.Or(name, s.Name), maxShortcutName), Type: "message", Callback: s.Name,
			Description: cut("Animo: "+cmp.Or(name, s.Name), maxShortcutText),
		})
	}
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(m); err != nil {
		return nil, fmt.Errorf("write app manifest: %w", err)
	}
	return b.Bytes(), nil
}

func baseManifest(o ManifestOptions) manifest {
	var m manifest
	m.Metadata.Major, m.Metadata.Minor = 1, 1
	m.Display.Name, m.Display.Description, m.Display.Colour = "Animo", descriptions.In(o.Language), "#4f46e5"
	m.Features.Home.Messages = true // direct messages and commands beside them
	m.Features.Bot.Name, m.Features.Bot.Online = "Animo", true
	m.OAuth.Scopes.Bot = scopes()
	slices.Sort(m.OAuth.Scopes.Bot)
	m.Settings.Events.Bot = events()
	m.Settings.Interactivity.Enabled = true
	m.Settings.SocketMode = o.BaseURL == ""
	if o.BaseURL != "" {
		m.Settings.Events.URL = o.BaseURL + "/slack/events"
		m.Settings.Interactivity.URL = o.BaseURL + "/slack/interactivity"
	}
	return m
}

func (o ManifestOptions) command(spec chat.CommandSpec) manifestCommand {
	c := manifestCommand{
		Command:     "/" + commandSlug(o.CommandPrefix) + commandSlug(cmp.Or(spec.Names.In(o.Language), spec.Name)),
		Description: cmp.Or(spec.Summary.In(o.Language), spec.Name),
		Usage:       cut(o.usage(spec), maxUsageHint),
		Escape:      true, // so that @name and #name come as ids
	}
	if o.BaseURL != "" {
		c.URL = o.BaseURL + "/slack/commands"
	}
	return c
}

// commandSlug keeps what a slash command may be made of.
func commandSlug(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		case r == ' ':
			return '-'
		}
		return -1
	}, fold(s))
}

// usage is the hint behind a command: its sub-commands, or its options with
// what must be there in angle brackets and the rest in square ones.
func (o ManifestOptions) usage(spec chat.CommandSpec) string {
	parts := make([]string, 0, len(spec.Sub)+len(spec.Options))
	for _, s := range spec.Sub {
		parts = append(parts, cmp.Or(s.Names.In(o.Language), s.Name))
	}
	if len(parts) > 0 {
		return strings.Join(parts, " | ")
	}
	for _, s := range spec.Options {
		name := cmp.Or(s.Names.In(o.Language), s.Name)
		if s.Required {
			parts = append(parts, "<"+name+">")
		} else {
			parts = append(parts, "["+name+":…]")
		}
	}
	return strings.Join(parts, " ")
}
