package discord

import (
	"encoding/json"

	"github.com/bwmarrin/discordgo"

	"animo/bot/chat"
)

// modal is a form as Discord takes it
// (docs: interactions/receiving-and-responding#interaction-response-object-modal).
type modal struct {
	CustomID   string                       `json:"custom_id"`
	Title      string                       `json:"title"`
	Components []discordgo.MessageComponent `json:"components"`
}

// renderForm turns a form into a modal, cut to what Discord takes.
func renderForm(f chat.Form) modal {
	m := modal{CustomID: f.Action.String(), Title: orDots(cut(f.Title, maxFormTitle))}
	for _, field := range f.Fields[:min(len(f.Fields), chat.MaxFormFields)] {
		m.Components = append(m.Components, label{
			Label:       orDots(cut(field.Label, maxFieldLabel)),
			Description: cut(field.Hint, maxFieldHint),
			Component:   renderField(field),
		})
	}
	return m
}

func renderField(f chat.FormField) discordgo.MessageComponent {
	switch f.Kind {
	case chat.FieldChoice:
		if choices := options(chosen(f), 1); len(choices) > 0 {
			return choice{
				Kind: discordgo.SelectMenuComponent, CustomID: f.Name, Options: choices,
				Placeholder: cut(f.Placeholder, maxPlaceholder), Required: f.Required,
			}
		}
	case chat.FieldChannel:
		c := choice{
			Kind: discordgo.ChannelSelectMenuComponent, CustomID: f.Name, ChannelTypes: writable,
			Placeholder: cut(f.Placeholder, maxPlaceholder), Required: f.Required,
		}
		if n, err := native("", chat.ChannelID(f.Value)); err == nil {
			c.Defaults = []discordgo.SelectMenuDefaultValue{{ID: n, Type: discordgo.SelectMenuDefaultValueChannel}}
		}
		return c
	}
	in := input{
		CustomID: f.Name, Style: discordgo.TextInputShort, Required: f.Required,
		Placeholder: cut(f.Placeholder, maxFieldHolder), MaxLength: maxFieldText,
	}
	if f.Kind == chat.FieldLong {
		in.Style = discordgo.TextInputParagraph
	}
	if f.Max > 0 {
		in.MaxLength = min(f.Max, maxFieldText)
	}
	in.Value = cut(f.Value, in.MaxLength)
	return in
}

// chosen marks the option that is the field's value.
func chosen(f chat.FormField) []chat.Choice {
	out := make([]chat.Choice, len(f.Options))
	for i, o := range f.Options {
		if f.Value != "" {
			o.Chosen = o.Value == f.Value
		}
		out[i] = o
	}
	return out
}

// orDots stands in for a text that must not be empty.
func orDots(s string) string {
	if s == "" {
		return "…"
	}
	return s
}

// labelComponent is a field of a modal with its label, which discordgo lacks
// (docs: components/reference#label).
const labelComponent discordgo.ComponentType = 18

type label struct {
	Label       string                     `json:"label"`
	Description string                     `json:"description,omitempty"`
	Component   discordgo.MessageComponent `json:"component"`
}

// Type implements discordgo.MessageComponent.
func (label) Type() discordgo.ComponentType { return labelComponent }

// MarshalJSON implements discordgo.MessageComponent.
func (l label) MarshalJSON() ([]byte, error) {
	type plain label
	return json.Marshal(struct {
		Type discordgo.ComponentType `json:"type"`
		plain
	}{l.Type(), plain(l)})
}

// input is a text input within a label, which takes no label of its own
// (docs: components/reference#text-input).
type input struct {
	CustomID    string                   `json:"custom_id"`
	Style       discordgo.TextInputStyle `json:"style"`
	Required    bool                     `json:"required"`
	Placeholder string                   `json:"placeholder,omitempty"`
	Value       string                   `json:"value,omitempty"`
	MaxLength   int                      `json:"max_length,omitempty"`
}

// Type implements discordgo.MessageComponent.
func (input) Type() discordgo.ComponentType { return discordgo.TextInputComponent }

// MarshalJSON implements discordgo.MessageComponent.
func (i input) MarshalJSON() ([]byte, error) {
	type plain input
	return json.Marshal(struct {
		Type discordgo.ComponentType `json:"type"`
		plain
	}{i.Type(), plain(i)})
}

// choice is a menu within a label, where it may be required
// (docs: components/reference#string-select).
type choice struct {
	Kind         discordgo.ComponentType            `json:"type"`
	CustomID     string                             `json:"custom_id"`
	Placeholder  string                             `json:"placeholder,omitempty"`
	Required     bool                               `json:"required"`
	Options      []discordgo.SelectMenuOption       `json:"options,omitempty"`
	Defaults     []discordgo.SelectMenuDefaultValue `json:"default_values,omitempty"`
	ChannelTypes []discordgo.ChannelType            `json:"channel_types,omitempty"`
}

// Type implements discordgo.MessageComponent.
func (c choice) Type() discordgo.ComponentType { return c.Kind }

// MarshalJSON implements discordgo.MessageComponent.
func (c choice) MarshalJSON() ([]byte, error) {
	type plain choice
	return json.Marshal(plain(c))
}
