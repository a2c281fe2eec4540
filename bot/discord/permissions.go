package discord

import (
	"strconv"

	"github.com/bwmarrin/discordgo"
)

// The rights that the bot leans on, as Discord's settings name them
// (docs: topics/permissions#permissions-bitwise-permission-flags).
const (
	rightViewChannel     = "View Channel"
	rightSendMessages    = "Send Messages"
	rightSendInThreads   = "Send Messages in Threads"
	rightReadHistory     = "Read Message History"
	rightAttachFiles     = "Attach Files"
	rightManageRoles     = "Manage Roles"
	rightManageMessages  = "Manage Messages"
	rightConnect         = "Connect"
	rightMentionEveryone = "Mention @everyone, @here, and All Roles"
)

// permission is a set of Discord's rights. It travels as a string of digits.
type permission uint64

// everything is what an owner or an administrator may do.
const everything permission = 1<<63 - 1

const manages = permission(discordgo.PermissionAdministrator | discordgo.PermissionManageGuild)

// UnmarshalJSON reads a string of digits; what is not one grants nothing.
func (p *permission) UnmarshalJSON(b []byte) error {
	s := string(b)
	if len(s) >= 2 && s[0] == '"' {
		s = s[1 : len(s)-1]
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		n = 0
	}
	*p = permission(n)
	return nil
}

func (p permission) has(right int64) bool { return p&permission(right) == permission(right) }

// overwrite changes rights in one channel, for a role (kind 0) or a member (1).
type overwrite struct {
	ID    string     `json:"id"`
	Kind  int        `json:"type"`
	Allow permission `json:"allow"`
	Deny  permission `json:"deny"`
}

// base computes what somebody with these roles may do in the whole guild
// (docs: topics/permissions#permission-overwrites).
func (g *guild) base(user string, roles []string) permission {
	if user != "" && user == g.Owner {
		return everything
	}
	p := g.roles[g.ID].Permissions
	for _, id := range roles {
		p |= g.roles[id].Permissions
	}
	if p.has(discordgo.PermissionAdministrator) {
		return everything
	}
	return p
}

// in computes what somebody may do in a channel. A thread has the rights of
// the channel it is in.
func (g *guild) in(ch channel, user string, roles []string) permission {
	p := g.base(user, roles)
	if p == everything {
		return p
	}
	if ch.thread() {
		ch = g.channels[ch.Parent]
	}
	held := make(map[string]bool, len(roles))
	for _, id := range roles {
		held[id] = true
	}
	p = ch.overwritten(p, g.ID, user, held)
	if !p.has(discordgo.PermissionViewChannel) {
		return 0
	}
	return p
}

func (ch channel) overwritten(p permission, everyone, user string, held map[string]bool) permission {
	var allow, deny, ownAllow, ownDeny permission
	for _, o := range ch.Overwrites {
		switch {
		case o.Kind == 0 && o.ID == everyone:
			p = p&^o.Deny | o.Allow
		case o.Kind == 0 && held[o.ID]:
			allow, deny = allow|o.Allow, deny|o.Deny
		case o.Kind == 1 && o.ID == user:
			ownAllow, ownDeny = o.Allow, o.Deny
		}
	}
	p = p&^deny | allow
	return p&^ownDeny | ownAllow
}

// missing names the rights that p lacks to work in a channel. Cards need no
// further right: Embed Links governs embeds, which are not used.
func (p permission) missing(thread bool) []string {
	var out []string
	lack := func(right int64, name string) {
		if !p.has(right) {
			out = append(out, name)
		}
	}
	lack(discordgo.PermissionViewChannel, rightViewChannel)
	if thread {
		lack(discordgo.PermissionSendMessagesInThreads, rightSendInThreads)
	} else {
		lack(discordgo.PermissionSendMessages, rightSendMessages)
	}
	lack(discordgo.PermissionReadMessageHistory, rightReadHistory)
	return out
}

// hidden names the right whose lack keeps a channel's messages from being
// read, "" if none lacks (docs: resources/message#get-channel-messages).
func (p permission) hidden(ch channel) string {
	switch {
	case !p.has(discordgo.PermissionViewChannel):
		return rightViewChannel
	case !p.has(discordgo.PermissionReadMessageHistory):
		return rightReadHistory
	case ch.spoken() && !p.has(discordgo.PermissionVoiceConnect):
		return rightConnect
	}
	return ""
}
