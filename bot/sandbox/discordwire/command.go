package discordwire

import (
	"encoding/json"
	"slices"
)

// Application command types
// (interactions/application-commands#application-command-object-application-command-types).
const (
	commandChat    = 1
	commandUser    = 2
	commandMessage = 3
	commandEntry   = 4
)

// Command option types
// (interactions/application-commands#application-command-object-application-command-option-type).
const (
	optionSub         = 1
	optionGroup       = 2
	optionString      = 3
	optionInteger     = 4
	optionBoolean     = 5
	optionUser        = 6
	optionChannel     = 7
	optionRole        = 8
	optionMentionable = 9
	optionNumber      = 10
	optionAttachment  = 11
)

// command is an application command.
type command struct {
	ID            string            `json:"id"`
	ApplicationID string            `json:"application_id"`
	GuildID       string            `json:"guild_id,omitempty"`
	Version       string            `json:"version"`
	Type          int               `json:"type"`
	Name          string            `json:"name"`
	Names         map[string]string `json:"name_localizations"`
	Description   string            `json:"description"`
	Descriptions  map[string]string `json:"description_localizations"`
	Options       []*option         `json:"options,omitempty"`
	Permissions   *json.Number      `json:"default_member_permissions"`
	DMs           *bool             `json:"dm_permission,omitempty"`
	Contexts      []int             `json:"contexts"`
	Installs      []int             `json:"integration_types,omitempty"`
	NSFW          bool              `json:"nsfw"`
}

// option is an option, a subcommand or a group of subcommands.
type option struct {
	Type         int               `json:"type"`
	Name         string            `json:"name"`
	Names        map[string]string `json:"name_localizations,omitempty"`
	Description  string            `json:"description"`
	Descriptions map[string]string `json:"description_localizations,omitempty"`
	Required     bool              `json:"required,omitempty"`
	Choices      []choice          `json:"choices,omitempty"`
	Options      []*option         `json:"options,omitempty"`
	ChannelTypes []int             `json:"channel_types,omitempty"`
	Min          *json.Number      `json:"min_value,omitempty"`
	Max          *json.Number      `json:"max_value,omitempty"`
	MinLength    *int              `json:"min_length,omitempty"`
	MaxLength    *int              `json:"max_length,omitempty"`
	Autocomplete bool              `json:"autocomplete,omitempty"`
}

// choice is a value offered for an option.
type choice struct {
	Name  string            `json:"name"`
	Names map[string]string `json:"name_localizations,omitempty"`
	Value any               `json:"value"`
}

// localised returns the translation for a client's language, or the plain text.
func localised(locale, plain string, translated map[string]string) string {
	if t := translated[locale]; t != "" {
		return t
	}
	return plain
}

func commandKey(scope string) string {
	if scope == "" {
		return keyCommands + "global"
	}
	return keyCommands + scope
}

func commandScope(key string) string {
	if key == "global" {
		return ""
	}
	return key
}

// nested says whether the command's first level is of subcommands.
func nested(options []*option) bool {
	return len(options) > 0 && (options[0].Type == optionSub || options[0].Type == optionGroup)
}

// offered gives the commands of a type that a person's client offers in a
// channel: the guild's, then the global ones, those apart that they lack the
// permission for (interactions/application-commands#permissions).
func (s *Server) offered(ch *channel, userID string, kind int) []*command {
	var out []*command
	all := s.commands[""]
	if !ch.isDirect() {
		all = slices.Concat(s.commands[ch.GuildID], all)
	}
	have := s.permissions(ch, userID)
	if !have.has(UseCommands) {
		return nil
	}
	for _, cmd := range all {
		if cmd.Type == kind && cmd.usable(ch, have) {
			out = append(out, cmd)
		}
	}
	return out
}

// Interaction contexts
// (interactions/receiving-and-responding#interaction-object-interaction-context-types).
const (
	contextGuild  = 0
	contextBotDM  = 1
	integrateHere = 0 // GUILD_INSTALL
)

func (cmd *command) usable(ch *channel, have Permission) bool {
	context := contextGuild
	if ch.isDirect() {
		context = contextBotDM
	}
	if cmd.Contexts != nil && !slices.Contains(cmd.Contexts, context) {
		return false
	}
	if ch.isDirect() {
		return cmd.GuildID == "" && (cmd.DMs == nil || *cmd.DMs)
	}
	if cmd.Permissions == nil || have == allPermissions {
		return true
	}
	need, ok := num(*cmd.Permissions)
	return ok && need != 0 && have.has(Permission(need))
}
