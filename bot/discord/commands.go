package discord

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/bwmarrin/discordgo"

	"animo/bot/chat"
)

// Register implements chat.Platform. All commands are replaced at once, and
// only if they changed since the last time or are not there: Discord allows
// 200 creations a day (docs: interactions/application-commands#registering-a-command).
func (a *Adapter) Register(ctx context.Context, m chat.CommandMenu) error {
	self, err := a.whoami(ctx)
	if err != nil {
		return err
	}
	commands := applicationCommands(m)
	sum, err := hash(self.Application, commands)
	if err != nil {
		return err
	}
	last, err := a.deps.Hashes.Load(ctx)
	if err != nil {
		return fmt.Errorf("load the hash of the commands: %w", err)
	}
	if last == sum {
		same, err := a.offered(ctx, self.Application, commands)
		if err != nil || same {
			return err
		}
	}
	err = a.call(ctx, request{
		doing: "register commands", method: http.MethodPut,
		url:  discordgo.EndpointApplicationGlobalCommands(self.Application),
		body: commands,
	}, nil)
	if err != nil {
		return err
	}
	if err := a.deps.Hashes.Save(ctx, sum); err != nil {
		return fmt.Errorf("save the hash of the commands: %w", err)
	}
	return nil
}

func hash(application string, commands []*discordgo.ApplicationCommand) (string, error) {
	b, err := json.Marshal(commands)
	if err != nil {
		return "", fmt.Errorf("write the commands: %w", err)
	}
	sum := sha256.Sum256(append([]byte(application+"\n"), b...))
	return hex.EncodeToString(sum[:]), nil
}

// offered says whether Discord has these commands by name; that they are the
// same in the rest is for the hash to tell.
func (a *Adapter) offered(ctx context.Context, application string, want []*discordgo.ApplicationCommand) (bool, error) {
	var have []struct {
		Name string                           `json:"name"`
		Kind discordgo.ApplicationCommandType `json:"type"`
	}
	err := a.call(ctx, get("list commands", discordgo.EndpointApplicationGlobalCommands(application)), &have)
	if err != nil || len(have) != len(want) {
		return false, err
	}
	for _, w := range want {
		there := false
		for _, h := range have {
			there = there || (h.Name == w.Name && h.Kind == w.Type)
		}
		if !there {
			return false, nil
		}
	}
	return true, nil
}

// applicationCommands turns the menu into what Discord registers.
func applicationCommands(m chat.CommandMenu) []*discordgo.ApplicationCommand {
	out := []*discordgo.ApplicationCommand{}
	for _, c := range m.Commands {
		cmd := newCommand(discordgo.ChatApplicationCommand, c.Name, c.Names, c.Permission)
		cmd.Description, cmd.DescriptionLocalizations = summary(c.Summary, c.Name)
		cmd.Options = below(c)
		out = append(out, cmd)
	}
	for _, s := range m.Shortcuts {
		cmd := newCommand(discordgo.MessageApplicationCommand, s.Name, s.Names, s.Permission)
		out = append(out, cmd)
	}
	return out
}

// newCommand makes a command for guilds only. One for managers is hidden from
// those who do not hold Manage Server; one for staff is shown, since only the
// community knows which roles its staff holds.
func newCommand(kind discordgo.ApplicationCommandType, name string, names chat.Wording, p chat.Permission) *discordgo.ApplicationCommand {
	cmd := &discordgo.ApplicationCommand{
		Type: kind, Name: cut(name, maxCommandName),
		Contexts:         &[]discordgo.InteractionContextType{discordgo.InteractionContextGuild},
		IntegrationTypes: &[]discordgo.ApplicationIntegrationType{discordgo.ApplicationIntegrationGuildInstall},
	}
	if l := localized(names, name, maxCommandName); l != nil {
		cmd.NameLocalizations = &l
	}
	if p == chat.Manager {
		bits := int64(discordgo.PermissionManageGuild)
		cmd.DefaultMemberPermissions = &bits
	}
	return cmd
}

// localized lists a text in the locales of Discord that differ from the plain
// one (docs: reference#locales); nil if none does.
func localized(w chat.Wording, plain string, limit int) map[discordgo.Locale]string {
	out := make(map[discordgo.Locale]string)
	for locale, language := range map[discordgo.Locale]chat.Language{
		discordgo.French: chat.French, discordgo.EnglishUS: chat.English, discordgo.EnglishGB: chat.English,
	} {
		if s := cut(w[language], limit); s != "" && s != plain {
			out[locale] = s
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// summary returns a description, which must not be empty, and its translations.
func summary(w chat.Wording, name string) (string, *map[discordgo.Locale]string) {
	plain := cut(cmp.Or(w[chat.English], name), maxCommandText)
	if l := localized(w, plain, maxCommandText); l != nil {
		return plain, &l
	}
	return plain, nil
}

// below turns sub-commands, or else options, into Discord's options.
func below(c chat.CommandSpec) []*discordgo.ApplicationCommandOption {
	var out []*discordgo.ApplicationCommandOption
	for _, s := range c.Sub {
		kind := discordgo.ApplicationCommandOptionSubCommand
		if len(s.Sub) > 0 {
			kind = discordgo.ApplicationCommandOptionSubCommandGroup
		}
		o := newOption(kind, s.Name, s.Names, s.Summary)
		o.Options = below(s)
		out = append(out, o)
	}
	if len(c.Sub) > 0 {
		return out
	}
	for _, o := range c.Options {
		out = append(out, commandOption(o))
	}
	// Discord wants required options first.
	slices.SortStableFunc(out, func(x, y *discordgo.ApplicationCommandOption) int {
		return cmp.Compare(rank(x.Required), rank(y.Required))
	})
	return out[:min(len(out), maxOptions)]
}

func rank(required bool) int {
	if required {
		return 0
	}
	return 1
}

func newOption(kind discordgo.ApplicationCommandOptionType, name string, names, text chat.Wording) *discordgo.ApplicationCommandOption {
	o := &discordgo.ApplicationCommandOption{
		Type: kind, Name: cut(name, maxCommandName), NameLocalizations: localized(names, name, maxCommandName),
	}
	plain, l := summary(text, name)
	o.Description = plain
	if l != nil {
		o.DescriptionLocalizations = *l
	}
	return o
}

var optionTypes = map[chat.OptionKind]discordgo.ApplicationCommandOptionType{
	chat.OptionText:    discordgo.ApplicationCommandOptionString,
	chat.OptionInteger: discordgo.ApplicationCommandOptionInteger,
	chat.OptionBoolean: discordgo.ApplicationCommandOptionBoolean,
	chat.OptionMember:  discordgo.ApplicationCommandOptionUser,
	chat.OptionChannel: discordgo.ApplicationCommandOptionChannel,
	chat.OptionRole:    discordgo.ApplicationCommandOptionRole,
}

func commandOption(spec chat.OptionSpec) *discordgo.ApplicationCommandOption {
	kind, ok := optionTypes[spec.Kind]
	if !ok {
		kind = discordgo.ApplicationCommandOptionString
	}
	o := newOption(kind, spec.Name, spec.Names, spec.Summary)
	o.Required = spec.Required
	switch kind {
	case discordgo.ApplicationCommandOptionChannel:
		o.ChannelTypes = writable
	case discordgo.ApplicationCommandOptionString:
		textBounds(o, spec)
		o.Choices = choicesOf(spec.Choices)
		o.Autocomplete = spec.Complete && len(o.Choices) == 0
	case discordgo.ApplicationCommandOptionInteger:
		if spec.Min != nil {
			least := float64(*spec.Min)
			o.MinValue = &least
		}
		if spec.Max != nil {
			o.MaxValue = float64(*spec.Max)
		}
		o.Autocomplete = spec.Complete
	}
	return o
}

// maxOptionLength is the longest text an option can ask for
// (docs: interactions/application-commands#application-command-object-application-command-option-structure).
const maxOptionLength = 6000

func textBounds(o *discordgo.ApplicationCommandOption, spec chat.OptionSpec) {
	if spec.Min != nil {
		least := min(max(*spec.Min, 0), maxOptionLength)
		o.MinLength = &least
	}
	if spec.Max != nil {
		o.MaxLength = min(max(*spec.Max, 1), maxOptionLength)
	}
}

func choicesOf(specs []chat.ChoiceSpec) []*discordgo.ApplicationCommandOptionChoice {
	var out []*discordgo.ApplicationCommandOptionChoice
	for _, c := range specs[:min(len(specs), maxChoices)] {
		name := cut(cmp.Or(c.Names[chat.English], c.Value), maxChoiceText)
		out = append(out, &discordgo.ApplicationCommandOptionChoice{
			Name: name, NameLocalizations: localized(c.Names, name, maxChoiceText), Value: c.Value,
		})
	}
	return out
}
