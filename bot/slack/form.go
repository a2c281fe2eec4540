package slack

import (
	"cmp"
	"strings"

	"github.com/slack-go/slack"

	"animo/bot/chat"
)

// viewOf renders a form as a modal. A field's name is both block_id and
// action_id; data comes back with the answers.
func viewOf(f chat.Form, data string) slack.ModalViewRequest {
	v := slack.ModalViewRequest{
		Type:            slack.VTModal,
		Title:           plainObject(f.Title, maxViewTitle),
		Submit:          plainObject(cmp.Or(f.Submit, "OK"), maxViewButton),
		CallbackID:      cut(f.Action.String(), maxCallback),
		PrivateMetadata: data,
	}
	if f.Close != "" {
		v.Close = plainObject(f.Close, maxViewButton)
	}
	seen := map[string]bool{}
	for _, field := range f.Fields {
		if seen[field.Name] || len(seen) == chat.MaxFormFields {
			continue
		}
		seen[field.Name] = true
		if el := fieldElement(field); el != nil {
			v.Blocks.BlockSet = append(v.Blocks.BlockSet, input(field, el))
		}
	}
	return v
}

func input(f chat.FormField, el slack.BlockElement) *slack.InputBlock {
	var hint *slack.TextBlockObject
	if f.Hint != "" {
		hint = plainObject(f.Hint, maxLabel)
	}
	b := slack.NewInputBlock(f.Name, plainObject(f.Label, maxLabel), hint, el)
	b.Optional = !f.Required
	return b
}

// fieldElement is what is filled in; nil for a choice of nothing.
func fieldElement(f chat.FormField) slack.BlockElement {
	var hint *slack.TextBlockObject
	if f.Placeholder != "" {
		hint = plainObject(f.Placeholder, maxPlaceholder)
	}
	switch f.Kind {
	case chat.FieldChoice:
		return choiceElement(f, hint)
	case chat.FieldChannel:
		el := slack.NewOptionsSelectBlockElement(slack.OptTypeConversations, hint, f.Name)
		el.InitialConversation = local(chat.ChannelID(f.Value))
		el.Filter = chosenOptions{channels: true}.filter()
		return el
	default:
		el := slack.NewPlainTextInputBlockElement(hint, f.Name)
		el.Multiline = f.Kind == chat.FieldLong
		el.MaxLength = min(cmp.Or(f.Max, maxInput), maxInput)
		el.InitialValue = firstCharacters(f.Value, el.MaxLength)
		return el
	}
}

func choiceElement(f chat.FormField, hint *slack.TextBlockObject) slack.BlockElement {
	o := options(f.Options)
	if len(o.all) == 0 {
		return nil
	}
	el := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, hint, f.Name, o.all...)
	for _, option := range o.all {
		if option.Value == f.Value {
			el.InitialOption = option
		}
	}
	if el.InitialOption == nil && len(o.chosen) > 0 {
		el.InitialOption = o.chosen[0]
	}
	return el
}

// firstCharacters keeps what was typed as far as the field takes it, without
// an ellipsis, which would be sent in.
func firstCharacters(s string, n int) string {
	r := []rune(strings.ToValidUTF8(s, ""))
	return string(r[:min(len(r), n)])
}
