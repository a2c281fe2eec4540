package discord

import (
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"animo/bot/chat"
)

// row is one action row: up to five buttons, or one menu.
type row struct {
	block    int // index of the card's block
	controls []discordgo.MessageComponent
}

func (r row) cost() int { return 1 + len(r.controls) }

func (r row) component() discordgo.MessageComponent {
	return discordgo.ActionsRow{Components: r.controls}
}

// layControls lays a card's controls out in rows. Those that Discord would not
// take, or for which there is no room, are counted in out.
func layControls(c chat.Card, out *int) []row {
	var rows []row
	used := make(map[string]bool) // a custom_id stands once in a message
	room := maxControls
	for i, b := range c.Blocks {
		open := false // the last row is of this block, and of buttons
		for _, ctl := range b.Controls {
			component, id := control(ctl)
			button := ctl.Kind == chat.ControlButton || ctl.Kind == chat.ControlLink
			joins := open && button && len(rows[len(rows)-1].controls) < maxRowButtons
			cost := 2
			if joins {
				cost = 1
			}
			if component == nil || cost > room || (id != "" && used[id]) {
				*out++
				continue
			}
			used[id] = true
			room -= cost
			if joins {
				last := &rows[len(rows)-1]
				last.controls = append(last.controls, component)
			} else {
				rows = append(rows, row{block: i, controls: []discordgo.MessageComponent{component}})
			}
			open = button
		}
	}
	return rows
}

// control turns a control into a component with its custom_id; nil if Discord
// has no such thing.
func control(c chat.Control) (discordgo.MessageComponent, string) {
	if c.Kind == chat.ControlLink {
		address := webAddress(c.URL)
		if address == "" || length(address) > maxURL {
			return nil, ""
		}
		b := button(c)
		b.Style, b.URL = discordgo.LinkButton, address
		return b, ""
	}
	id := c.Action.String()
	if c.Action.IsZero() || len(id) > chat.MaxAction {
		return nil, ""
	}
	if c.Kind == chat.ControlButton {
		b := button(c)
		b.Style, b.CustomID = tone(c.Tone), id
		return b, id
	}
	m, ok := menu(c)
	if !ok {
		return nil, ""
	}
	m.CustomID = id
	return m, id
}

func button(c chat.Control) discordgo.Button {
	b := discordgo.Button{Label: cut(c.Label, maxButtonLabel), Disabled: c.Disabled}
	if isEmoji(c.Emoji) {
		b.Emoji = &discordgo.ComponentEmoji{Name: c.Emoji}
	}
	if b.Label == "" && b.Emoji == nil {
		b.Label = "…"
	}
	return b
}

// isEmoji says whether Discord may take s for an emoji; it refuses the whole
// message over a wrong one.
func isEmoji(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for _, r := range s {
		if r < 0x2000 && r != 0xA9 && r != 0xAE && !strings.ContainsRune("#*0123456789", r) {
			return false
		}
	}
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x2000 || r == 0xA9 || r == 0xAE }) >= 0
}

func tone(t chat.Tone) discordgo.ButtonStyle {
	switch t {
	case chat.TonePrimary:
		return discordgo.PrimaryButton
	case chat.ToneGood:
		return discordgo.SuccessButton
	case chat.ToneDanger:
		return discordgo.DangerButton
	}
	return discordgo.SecondaryButton
}

var menus = map[chat.ControlKind]discordgo.SelectMenuType{
	chat.ControlMenu:        discordgo.StringSelectMenu,
	chat.ControlMemberMenu:  discordgo.UserSelectMenu,
	chat.ControlRoleMenu:    discordgo.RoleSelectMenu,
	chat.ControlChannelMenu: discordgo.ChannelSelectMenu,
}

func menu(c chat.Control) (discordgo.SelectMenu, bool) {
	kind, ok := menus[c.Kind]
	if !ok {
		return discordgo.SelectMenu{}, false
	}
	m := discordgo.SelectMenu{MenuType: kind, Placeholder: cut(c.Placeholder, maxPlaceholder), Disabled: c.Disabled}
	most := maxOptions
	if kind == discordgo.StringSelectMenu {
		m.Options = options(c.Options, max(c.Max, 1))
		most = len(m.Options)
		if most == 0 {
			return m, false
		}
		if len(c.Options) > most {
			m.Placeholder = leftOut(c.Placeholder, len(c.Options)-most)
		}
	}
	if kind == discordgo.ChannelSelectMenu {
		m.ChannelTypes = writable
	}
	m.MaxValues = min(max(c.Max, 1), most)
	least := min(max(c.Min, 1), m.MaxValues)
	m.MinValues = &least
	return m, true
}

// writable are the kinds of channel in which cards are posted.
var writable = []discordgo.ChannelType{discordgo.ChannelTypeGuildText, discordgo.ChannelTypeGuildNews}

// options turns choices into a menu's options: those with a value of their own,
// at most chosen of them chosen.
func options(choices []chat.Choice, chosen int) []discordgo.SelectMenuOption {
	var out []discordgo.SelectMenuOption
	seen := make(map[string]bool)
	for _, c := range choices {
		if len(out) == maxOptions || c.Value == "" || seen[c.Value] || length(c.Value) > maxOptionText {
			continue
		}
		seen[c.Value] = true
		o := discordgo.SelectMenuOption{
			Label: cut(c.Label, maxOptionText), Value: c.Value,
			Description: cut(c.Description, maxOptionText), Default: c.Chosen && chosen > 0,
		}
		if strings.TrimSpace(o.Label) == "" {
			o.Label = c.Value
		}
		if o.Default {
			chosen--
		}
		out = append(out, o)
	}
	return out
}

// leftOut says on a menu how many choices it does not show.
func leftOut(placeholder string, n int) string {
	note := "… (+" + strconv.Itoa(n) + ")"
	return strings.TrimSpace(cut(placeholder, maxPlaceholder-length(note)-1) + " " + note)
}
