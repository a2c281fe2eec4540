package slack

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"animo/bot/chat"
)

// rows renders controls in rows of five; from is how many rows stand above.
// An action travels as action_id, which must be unique within its row: the
// second of two equal ones is "2~…". What can do nothing is left out.
func (k *look) rows(controls []chat.Control, from int) []slack.Block {
	var out []slack.Block
	var row []slack.BlockElement
	seen := map[string]int{}
	flush := func() {
		if len(row) > 0 {
			out = append(out, slack.NewActionBlock(fmt.Sprintf("row-%d", from+len(out)+1), row...))
		}
		row, seen = nil, map[string]int{}
	}
	for _, c := range controls {
		id := c.Action.String()
		if c.Kind == chat.ControlLink {
			id = "link" // no action: a press only opens the page
		}
		if seen[id]++; seen[id] > 1 {
			id = fmt.Sprintf("%d~%s", seen[id], id)
		}
		if el := k.control(c, id); el != nil {
			row = append(row, el)
		}
		if len(row) == perRow {
			flush()
		}
	}
	flush()
	return out
}

// control renders one control; nil if there is nothing to press.
func (k *look) control(c chat.Control, id string) slack.BlockElement {
	if c.Disabled {
		return nil
	}
	switch c.Kind {
	case chat.ControlButton:
		return button(c, id)
	case chat.ControlLink:
		if !webAddress(c.URL, maxURL) {
			return nil
		}
		el := button(c, id)
		el.URL, el.Value = c.URL, ""
		return el
	case chat.ControlMenu:
		return menu(c, id, slack.OptTypeStatic, slack.MultiOptTypeStatic, options(c.Options))
	case chat.ControlRoleMenu:
		return menu(c, id, slack.OptTypeStatic, slack.MultiOptTypeStatic, options(k.groupChoices(c.Options)))
	case chat.ControlMemberMenu:
		return menu(c, id, slack.OptTypeUser, slack.MultiOptTypeUser, chosenOptions{free: true})
	case chat.ControlChannelMenu:
		return menu(c, id, slack.OptTypeConversations, slack.MultiOptTypeConversations, chosenOptions{free: true, channels: true})
	}
	return nil
}

func button(c chat.Control, id string) *slack.ButtonBlockElement {
	el := slack.NewButtonBlockElement(id, "", plainObject(strings.TrimSpace(c.Emoji+" "+c.Label), maxButton))
	switch c.Tone {
	case chat.TonePrimary, chat.ToneGood:
		el.Style = slack.StylePrimary
	case chat.ToneDanger:
		el.Style = slack.StyleDanger
	}
	el.Confirm = confirm(c.Confirm, c.Tone)
	return el
}

func confirm(c *chat.Confirm, tone chat.Tone) *slack.ConfirmationBlockObject {
	if c == nil {
		return nil
	}
	out := slack.NewConfirmationBlockObject(plainObject(c.Title, maxConfirmTitle), plainObject(c.Text, maxConfirmText),
		plainObject(c.Yes, maxConfirmYes), plainObject(c.No, maxConfirmYes))
	if tone == chat.ToneDanger {
		out.Style = slack.StyleDanger
	}
	return out
}

// chosenOptions are a menu's options and those chosen already.
type chosenOptions struct {
	all, chosen []*slack.OptionBlockObject
	free        bool // Slack fills the menu
	channels    bool // with channels
}

func options(choices []chat.Choice) chosenOptions {
	var out chosenOptions
	seen := map[string]bool{}
	for _, c := range choices {
		if c.Value == "" || len(c.Value) > maxOptionValue || seen[c.Value] || len(out.all) == maxOptions {
			continue
		}
		seen[c.Value] = true
		o := slack.NewOptionBlockObject(c.Value, plainObject(cmp.Or(c.Label, c.Value), maxOption), nil)
		if c.Description != "" {
			o.Description = plainObject(c.Description, maxOption)
		}
		out.all = append(out.all, o)
		if c.Chosen {
			out.chosen = append(out.chosen, o)
		}
	}
	return out
}

// groupChoices are the user groups: Slack has no menu of them.
func (k *look) groupChoices(given []chat.Choice) []chat.Choice {
	chosen := map[string]bool{}
	for _, c := range given {
		chosen[c.Value] = c.Chosen
	}
	out := make([]chat.Choice, 0, len(k.groups))
	for _, g := range k.groups {
		id := string(roleID(k.team, g.id))
		out = append(out, chat.Choice{Value: id, Label: "@" + g.handle, Description: g.name, Chosen: chosen[id]})
	}
	return out
}

// menu is a select menu, of several choices if the control takes more than
// one. Slack knows no least number.
func menu(c chat.Control, id, one, several string, o chosenOptions) slack.BlockElement {
	if len(o.all) == 0 && !o.free {
		return nil
	}
	hint := plainObject(cmp.Or(c.Placeholder, c.Label), maxPlaceholder)
	if c.Max <= 1 {
		el := slack.NewOptionsSelectBlockElement(one, hint, id, o.all...)
		if len(o.chosen) > 0 {
			el.InitialOption = o.chosen[0]
		}
		el.Confirm, el.Filter = confirm(c.Confirm, c.Tone), o.filter()
		return el
	}
	el := slack.NewOptionsMultiSelectBlockElement(several, hint, id, o.all...)
	most := c.Max
	el.InitialOptions, el.MaxSelectedItems = o.chosen[:min(len(o.chosen), most)], &most
	el.Confirm, el.Filter = confirm(c.Confirm, c.Tone), o.filter()
	return el
}

// filter keeps direct conversations and those of other organisations out of a
// menu of channels.
func (o chosenOptions) filter() *slack.SelectBlockElementFilter {
	if !o.channels {
		return nil
	}
	return &slack.SelectBlockElementFilter{Include: []string{"public", "private"}, ExcludeExternalSharedChannels: true}
}
