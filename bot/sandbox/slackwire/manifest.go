package slackwire

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// manifest is what of an app manifest changes the app's behaviour
// (docs.slack.dev/reference/app-manifest). Request URLs are not among it: they
// name a public host, and what runs here calls only where DeliverTo says.
type manifest struct {
	Display struct {
		Name string `yaml:"name"`
	} `yaml:"display_information"`
	Features struct {
		Home struct {
			HomeTab      *bool `yaml:"home_tab_enabled"`
			MessagesTab  *bool `yaml:"messages_tab_enabled"`
			MessagesRead *bool `yaml:"messages_tab_read_only_enabled"`
		} `yaml:"app_home"`
		Commands  []command  `yaml:"slash_commands"`
		Shortcuts []shortcut `yaml:"shortcuts"`
	} `yaml:"features"`
	OAuth struct {
		Scopes struct {
			Bot []string `yaml:"bot"`
		} `yaml:"scopes"`
	} `yaml:"oauth_config"`
	Settings struct {
		Events struct {
			Bot []string `yaml:"bot_events"`
		} `yaml:"event_subscriptions"`
		Interactivity struct {
			Enabled bool `yaml:"is_enabled"`
		} `yaml:"interactivity"`
		SocketMode bool `yaml:"socket_mode_enabled"`
	} `yaml:"settings"`
}

type command struct {
	Command      string `yaml:"command"`
	Description  string `yaml:"description"`
	UsageHint    string `yaml:"usage_hint"`
	ShouldEscape bool   `yaml:"should_escape"`
}

type shortcut struct {
	Name        string `yaml:"name"`
	Type        string `yaml:"type"` // "message" or "global"
	CallbackID  string `yaml:"callback_id"`
	Description string `yaml:"description"`
}

// Limits of the manifest schema (docs.slack.dev/reference/app-manifest).
const (
	maxAppName      = 35
	maxCommands     = 50
	maxCommand      = 32
	maxCommandText  = 2000
	maxUsageHint    = 1000
	maxShortcuts    = 10
	maxShortcut     = 24
	maxShortcutText = 150
	maxCallbackID   = 255
	maxBotEvents    = 100
)

// parseManifest reads and checks a manifest.
func parseManifest(b []byte) (manifest, error) {
	var m manifest
	if len(b) == 0 {
		return m, nil
	}
	if err := yaml.Unmarshal(b, &m); err != nil {
		return m, fmt.Errorf("read app manifest: %w", err)
	}
	if err := m.check(); err != nil {
		return m, fmt.Errorf("check app manifest: %w", err)
	}
	return m, nil
}

func (m *manifest) check() error {
	if !within(m.Display.Name, 1, maxAppName) {
		return fmt.Errorf("display_information.name needs 1 to %d characters", maxAppName)
	}
	if n := len(m.Features.Commands); n > maxCommands {
		return fmt.Errorf("%d slash commands, at most %d", n, maxCommands)
	}
	if n := len(m.Features.Shortcuts); n > maxShortcuts {
		return fmt.Errorf("%d shortcuts, at most %d", n, maxShortcuts)
	}
	if n := len(m.Settings.Events.Bot); n > maxBotEvents {
		return fmt.Errorf("%d bot events, at most %d", n, maxBotEvents)
	}
	seen := map[string]bool{}
	for _, c := range m.Features.Commands {
		if err := c.check(); err != nil {
			return err
		}
		if seen[c.Command] {
			return fmt.Errorf("slash command %s appears twice", c.Command)
		}
		seen[c.Command] = true
	}
	for _, sc := range m.Features.Shortcuts {
		if err := sc.check(); err != nil {
			return err
		}
	}
	return nil
}

func (c command) check() error {
	switch {
	case !strings.HasPrefix(c.Command, "/") || !within(c.Command, 2, maxCommand) || strings.ContainsAny(c.Command, " \t\n"):
		return fmt.Errorf("slash command %q: want a slash and up to %d characters without spaces", c.Command, maxCommand-1)
	case !within(c.Description, 1, maxCommandText):
		return fmt.Errorf("slash command %s: description needs 1 to %d characters", c.Command, maxCommandText)
	case utf8.RuneCountInString(c.UsageHint) > maxUsageHint:
		return fmt.Errorf("slash command %s: usage_hint has more than %d characters", c.Command, maxUsageHint)
	}
	return nil
}

func (c shortcut) check() error {
	switch {
	case !within(c.Name, 1, maxShortcut):
		return fmt.Errorf("shortcut %q: name needs 1 to %d characters", c.Name, maxShortcut)
	case c.Type != "message" && c.Type != "global":
		return fmt.Errorf("shortcut %q: type is message or global", c.Name)
	case !within(c.CallbackID, 1, maxCallbackID):
		return fmt.Errorf("shortcut %q: callback_id needs 1 to %d characters", c.Name, maxCallbackID)
	case !within(c.Description, 1, maxShortcutText):
		return fmt.Errorf("shortcut %q: description needs 1 to %d characters", c.Name, maxShortcutText)
	}
	return nil
}

func within(s string, low, high int) bool {
	n := utf8.RuneCountInString(s)
	return n >= low && n <= high
}

func (m *manifest) grants(scope string) bool { return slices.Contains(m.OAuth.Scopes.Bot, scope) }

// grantsAny tells whether one of the scopes is granted; none needed is enough.
func (m *manifest) grantsAny(scopes []string) bool {
	return len(scopes) == 0 || slices.ContainsFunc(scopes, m.grants)
}

func (m *manifest) command(name string) *command {
	i := slices.IndexFunc(m.Features.Commands, func(c command) bool { return c.Command == name })
	if i < 0 || !m.grants("commands") {
		return nil
	}
	return &m.Features.Commands[i]
}

func (m *manifest) shortcut(callback, kind string) *shortcut {
	i := slices.IndexFunc(m.Features.Shortcuts, func(c shortcut) bool { return c.CallbackID == callback && c.Type == kind })
	if i < 0 || !m.grants("commands") {
		return nil
	}
	return &m.Features.Shortcuts[i]
}

// subscribes tells whether the app subscribes to an event by its manifest name
// ("message.channels") and has the scope that Slack wants for it.
func (m *manifest) subscribes(name string) bool {
	return slices.Contains(m.Settings.Events.Bot, name) && m.grantsAny(eventScopes(name))
}

// eventScopes returns the scopes of which an event needs one
// (docs.slack.dev/reference/events).
func eventScopes(name string) []string {
	switch name {
	case "app_mention":
		return []string{"app_mentions:read"}
	case "channel_created", "channel_left":
		return []string{"channels:read"}
	case "group_left":
		return []string{"groups:read"}
	case "member_joined_channel", "member_left_channel":
		return []string{"channels:read", "groups:read"}
	case "message.channels":
		return []string{"channels:history"}
	case "message.groups":
		return []string{"groups:history"}
	case "message.im":
		return []string{"im:history"}
	case "pin_added", "pin_removed":
		return []string{"pins:read"}
	case "reaction_added", "reaction_removed":
		return []string{"reactions:read"}
	case "team_join", "user_change":
		return []string{"users:read"}
	}
	return nil
}
