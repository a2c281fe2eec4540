package discordwire

import "slices"

// Permission is a set of Discord's permission bits (topics/permissions).
type Permission uint64

// The permissions that this Discord knows the effect of.
const (
	KickMembers         Permission = 1 << 1
	BanMembers          Permission = 1 << 2
	Administrator       Permission = 1 << 3
	ManageChannels      Permission = 1 << 4
	ManageGuild         Permission = 1 << 5
	AddReactions        Permission = 1 << 6
	ViewAuditLog        Permission = 1 << 7
	ViewChannel         Permission = 1 << 10
	SendMessages        Permission = 1 << 11
	ManageMessages      Permission = 1 << 13
	EmbedLinks          Permission = 1 << 14
	AttachFiles         Permission = 1 << 15
	ReadMessageHistory  Permission = 1 << 16
	MentionEveryone     Permission = 1 << 17
	UseExternalEmojis   Permission = 1 << 18
	ChangeNickname      Permission = 1 << 26
	ManageNicknames     Permission = 1 << 27
	ManageRoles         Permission = 1 << 28
	UseCommands         Permission = 1 << 31
	ManageThreads       Permission = 1 << 34
	CreatePublicThreads Permission = 1 << 35
	SendInThreads       Permission = 1 << 38
	ModerateMembers     Permission = 1 << 40
	SendPolls           Permission = 1 << 49
	PinMessages         Permission = 1 << 51
)

const (
	allPermissions Permission = 1<<53 - 1

	memberPermissions = ViewChannel | SendMessages | ReadMessageHistory | AddReactions | EmbedLinks |
		AttachFiles | ChangeNickname | UseCommands | CreatePublicThreads | SendInThreads |
		UseExternalEmojis | SendPolls

	teamPermissions = ManageGuild | ManageChannels | ManageRoles | ManageMessages | ManageNicknames |
		ManageThreads | KickMembers | BanMembers | ModerateMembers | MentionEveryone | ViewAuditLog | PinMessages

	botPermissions = memberPermissions | ManageChannels | ManageRoles | ManageMessages | ManageNicknames |
		ManageThreads | KickMembers | BanMembers | ModerateMembers | MentionEveryone | ViewAuditLog | PinMessages

	// directPermissions are what both sides may do in a direct message.
	directPermissions = ViewChannel | SendMessages | ReadMessageHistory | AddReactions | EmbedLinks |
		AttachFiles | UseCommands | UseExternalEmojis | SendPolls | PinMessages

	// silencedPermissions are all that a time-out leaves
	// (topics/permissions#permissions-for-timed-out-members).
	silencedPermissions = ViewChannel | ReadMessageHistory
)

func (p Permission) has(want Permission) bool { return p&want == want }

// overwrite changes permissions in one channel for a role (Type 0) or a
// member (Type 1) (resources/channel#overwrite-object).
type overwrite struct {
	ID    string     `json:"id"`
	Type  int        `json:"type"`
	Allow Permission `json:"allow,string"`
	Deny  Permission `json:"deny,string"`
}

const (
	overwriteRole   = 0
	overwriteMember = 1
)

// guildPermissions computes a member's permissions before any overwrite; who
// is not a member has none.
func (s *Server) guildPermissions(g *guild, userID string) Permission {
	m := g.members[userID]
	if m == nil {
		return 0
	}
	if g.OwnerID == userID {
		return allPermissions
	}
	var p Permission
	for _, r := range g.Roles {
		if r.ID == g.ID || slices.Contains(m.Roles, r.ID) {
			p |= r.Permissions
		}
	}
	if p.has(Administrator) {
		return allPermissions
	}
	return p
}

// permissions computes what a person may do in a channel, after overwrites,
// time-outs and what a missing permission takes with it
// (topics/permissions#permission-overwrites, #implicit-permissions).
func (s *Server) permissions(ch *channel, userID string) Permission {
	if ch.isDirect() {
		if userID == s.self || userID == ch.With {
			return directPermissions
		}
		return 0
	}
	if parent := s.channels[ch.ParentID]; ch.isThread() && parent != nil {
		return s.permissions(parent, userID)
	}
	g := s.guilds[ch.GuildID]
	p := s.guildPermissions(g, userID)
	if p == allPermissions || p == 0 {
		return p
	}
	p = ch.overwritten(p, g, g.members[userID])
	if s.silenced(g, userID) {
		p &= silencedPermissions
	}
	if !p.has(ViewChannel) {
		return 0
	}
	if !p.has(SendMessages) {
		p &^= MentionEveryone | EmbedLinks | AttachFiles
	}
	return p
}

func (ch *channel) overwritten(p Permission, g *guild, m *member) Permission {
	var allow, deny Permission
	for _, o := range ch.Overwrites {
		switch {
		case o.Type == overwriteRole && o.ID == g.ID:
			p = p&^o.Deny | o.Allow
		case o.Type == overwriteRole && slices.Contains(m.Roles, o.ID):
			allow |= o.Allow
			deny |= o.Deny
		}
	}
	p = p&^deny | allow
	for _, o := range ch.Overwrites {
		if o.Type == overwriteMember && o.ID == m.User {
			p = p&^o.Deny | o.Allow
		}
	}
	return p
}

func (s *Server) silenced(g *guild, userID string) bool {
	m := g.members[userID]
	return m != nil && m.Until != nil && m.Until.After(s.clock.Now())
}

func (s *Server) canView(ch *channel, userID string) bool {
	return s.permissions(ch, userID).has(ViewChannel)
}

func (s *Server) canWrite(ch *channel, userID string) bool {
	if ch.isThread() {
		return s.permissions(ch, userID).has(ViewChannel | SendInThreads)
	}
	return s.permissions(ch, userID).has(ViewChannel | SendMessages)
}

// rank is the position of a member's highest role; the owner outranks all.
func (g *guild) rank(userID string) int {
	if g.OwnerID == userID {
		return int(^uint(0) >> 1)
	}
	m := g.members[userID]
	if m == nil {
		return -1
	}
	top := 0
	for _, r := range g.Roles {
		if slices.Contains(m.Roles, r.ID) {
			top = max(top, r.Position)
		}
	}
	return top
}
