package discord

import (
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"animo/bot/chat"
)

// allowed says whom a message may notify: nobody but those named, whatever its
// text holds (docs: resources/message#allowed-mentions-object).
func allowed(p chat.Pings) *discordgo.MessageAllowedMentions {
	out := &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}}
	if p.Everyone {
		out.Parse = append(out.Parse, discordgo.AllowedMentionTypeEveryone)
	}
	out.Users = natives(p.Members)
	out.Roles = natives(p.Roles)
	return out
}

// natives lists ids as Discord writes them, each once, those of others left
// out, at most maxPings.
func natives[T chat.MemberID | chat.RoleID](ids []T) []string {
	var out []string
	for _, id := range ids {
		n, err := native("", id)
		if err == nil && len(out) < maxPings && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// pings returns what must stand above the card so that those are notified whom
// its text does not mention: a ping needs its mention.
func (r *renderer) pings(c chat.Card) []discordgo.MessageComponent {
	var words []string
	if c.Pings.Everyone {
		words = append(words, "@everyone")
	}
	roles := mentionedRoles(c)
	for _, n := range natives(c.Pings.Roles) {
		if !roles[n] {
			words = append(words, "<@&"+n+">")
		}
	}
	members := c.Mentioned()
	for _, n := range natives(c.Pings.Members) {
		if !slices.Contains(members, chat.NewID[chat.MemberID](chat.Discord, n)) {
			words = append(words, "<@"+n+">")
		}
	}
	text := strings.Join(words, " ")
	if text == "" || !r.left.take(text) {
		return nil
	}
	r.room--
	return []discordgo.MessageComponent{discordgo.TextDisplay{Content: text}}
}

func mentionedRoles(c chat.Card) map[string]bool {
	out := make(map[string]bool)
	var visit func(chat.Line)
	visit = func(l chat.Line) {
		for _, in := range l {
			if in.Kind == chat.KindRole {
				out[chat.Native(chat.RoleID(in.ID))] = true
			}
			visit(in.Inner)
		}
	}
	for _, b := range c.Blocks {
		visit(b.Line)
		for _, f := range b.Fields {
			visit(f.Value)
		}
		for _, item := range b.Items {
			visit(item)
		}
	}
	return out
}
