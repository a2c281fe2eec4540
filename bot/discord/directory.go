package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/bwmarrin/discordgo"

	"animo/bot/chat"
)

var errNotOurs = errors.New("no id of discord")

// native returns Discord's part of an id, refusing those of other networks and
// what is no snowflake, since it becomes part of an address.
func native[T chat.SpaceID | chat.ChannelID | chat.MemberID | chat.RoleID](doing string, id T) (string, error) {
	n := chat.Native(id)
	if chat.NetworkOf(id) != chat.Discord || !isSnowflake(n) {
		return "", refused(doing, fmt.Errorf("%q: %w", string(id), errNotOurs))
	}
	return n, nil
}

func isSnowflake(s string) bool {
	if s == "" || len(s) > 20 {
		return false
	}
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// Member implements chat.Directory. It always asks Discord.
func (a *Adapter) Member(ctx context.Context, space chat.SpaceID, id chat.MemberID) (chat.Member, error) {
	const doing = "look up a member"
	guildID, err := native(doing, space)
	if err != nil {
		return chat.Member{}, err
	}
	userID, err := native(doing, id)
	if err != nil {
		return chat.Member{}, err
	}
	var m member
	err = a.call(ctx, get(doing, discordgo.EndpointGuildMember(guildID, userID)), &m)
	if isCode(err, 10007) {
		return chat.Member{Actor: chat.Actor{ID: id, Created: created(userID)}}, nil
	}
	if err != nil {
		return chat.Member{}, err
	}
	g, err := a.guild(ctx, guildID)
	if err != nil {
		return chat.Member{}, err
	}
	actor := m.actor(m.User)
	actor.Manager = g.base(userID, m.Roles)&manages != 0
	return chat.Member{Actor: actor, Present: true}, nil
}

// Channel implements chat.Directory.
func (a *Adapter) Channel(ctx context.Context, id chat.ChannelID) (chat.Channel, error) {
	const doing = "look up a channel"
	channelID, err := native(doing, id)
	if err != nil {
		return chat.Channel{}, err
	}
	self, err := a.whoami(ctx)
	if err != nil {
		return chat.Channel{}, err
	}
	home, known := a.guilds.home(channelID)
	ch := channel{ID: channelID, Guild: home}
	if !known {
		err := a.call(ctx, get(doing, discordgo.EndpointChannel(channelID)), &ch)
		if err != nil {
			return chat.Channel{}, err
		}
		if ch.Guild == "" {
			return chat.Channel{ID: id, Private: true}, nil
		}
	}
	g, err := a.guild(ctx, ch.Guild)
	if err != nil {
		return chat.Channel{}, err
	}
	if c, ok := g.channels[channelID]; ok {
		ch = c
	}
	return g.channel(ch, self.User), nil
}

// channel describes a channel as the bot may use it.
func (g *guild) channel(ch channel, self string) chat.Channel {
	place := ch
	if ch.thread() {
		place = g.channels[ch.Parent]
	}
	everyone := place.overwritten(g.roles[g.ID].Permissions, g.ID, "", nil)
	private := !everyone.has(discordgo.PermissionViewChannel) || ch.Kind == discordgo.ChannelTypeGuildPrivateThread
	return chat.Channel{
		ID:      chat.NewID[chat.ChannelID](chat.Discord, ch.ID),
		Space:   chat.NewID[chat.SpaceID](chat.Discord, g.ID),
		Name:    ch.Name,
		Private: private,
		Missing: g.in(ch, self, g.mine).missing(ch.thread()),
	}
}

// Channels implements chat.Directory: text and announcement channels, in the
// order in which clients show them. Threads are left out.
func (a *Adapter) Channels(ctx context.Context, space chat.SpaceID) ([]chat.Channel, error) {
	guildID, err := native("list channels", space)
	if err != nil {
		return nil, err
	}
	self, err := a.whoami(ctx)
	if err != nil {
		return nil, err
	}
	g, err := a.guild(ctx, guildID)
	if err != nil {
		return nil, err
	}
	var out []chat.Channel
	for _, ch := range g.ordered() {
		if !slices.Contains(g.channel(ch, self.User).Missing, rightViewChannel) {
			out = append(out, g.channel(ch, self.User))
		}
	}
	return out, nil
}

func (g *guild) ordered() []channel {
	var out []channel
	for _, ch := range g.channels {
		if ch.Kind == discordgo.ChannelTypeGuildText || ch.Kind == discordgo.ChannelTypeGuildNews {
			out = append(out, ch)
		}
	}
	slices.SortFunc(out, func(x, y channel) int {
		return cmp.Or(
			cmp.Compare(g.channels[x.Parent].Position, g.channels[y.Parent].Position),
			cmp.Compare(x.Position, y.Position), cmp.Compare(x.ID, y.ID))
	})
	return out
}

// Roles implements chat.Directory: all but @everyone, whose id is that of the
// guild (docs: topics/permissions#role-object), as clients order them: of two in
// the same place the one with the lower id comes first.
func (a *Adapter) Roles(ctx context.Context, space chat.SpaceID) ([]chat.Role, error) {
	guildID, err := native("list roles", space)
	if err != nil {
		return nil, err
	}
	self, err := a.whoami(ctx)
	if err != nil {
		return nil, err
	}
	g, err := a.guild(ctx, guildID)
	if err != nil {
		return nil, err
	}
	gives := g.base(self.User, g.mine).has(discordgo.PermissionManageRoles)
	top := g.top()
	delete(g.roles, g.ID)
	sorted := slices.SortedFunc(maps.Values(g.roles), func(x, y role) int {
		return cmp.Or(cmp.Compare(y.Position, x.Position), cmp.Compare(len(x.ID), len(y.ID)), cmp.Compare(x.ID, y.ID))
	})
	out := make([]chat.Role, 0, len(sorted))
	for _, r := range sorted {
		out = append(out, chat.Role{ID: chat.NewID[chat.RoleID](chat.Discord, r.ID), Name: r.Name, Managed: r.Managed, Beyond: !gives || !r.below(top)})
	}
	return out, nil
}

// top is the bot's highest role.
func (g *guild) top() role {
	top := g.roles[g.ID] // everybody's, the lowest of all
	for _, id := range g.mine {
		if r, ok := g.roles[id]; ok && top.below(r) {
			top = r
		}
	}
	return top
}

// below says whether a role can be given by whoever has the other one as their
// highest (docs: topics/permissions#permission-hierarchy); of two in the same
// place the one with the lower id is the higher.
func (r role) below(o role) bool {
	return cmp.Or(cmp.Compare(r.Position, o.Position), cmp.Compare(len(o.ID), len(r.ID)), cmp.Compare(o.ID, r.ID)) < 0
}

// errNoList says why nobody is told to be in a channel: whoever may read one is
// in it, and nobody joins.
var errNoList = errors.New("channels have no list of members here")

// InChannels is refused; see Capabilities.ChannelMembers.
func (a *Adapter) InChannels(context.Context, chat.SpaceID, chat.MemberID, []chat.ChannelID) (map[chat.ChannelID]bool, error) {
	return nil, refused("look up the channels of a member", errNoList)
}

// Space implements chat.Directory.
func (a *Adapter) Space(ctx context.Context, id chat.SpaceID) (chat.Space, error) {
	guildID, err := native("look up a space", id)
	if err != nil {
		return chat.Space{}, err
	}
	g, err := a.guild(ctx, guildID)
	if err != nil {
		return chat.Space{}, err
	}
	return chat.Space{ID: id, Name: g.Name, Locale: g.Locale, Owner: chat.NewID[chat.MemberID](chat.Discord, g.Owner)}, nil
}

// Permalink implements chat.Directory. It asks nobody
// (docs: reference#message-formatting has no page for it; it is the address
// that clients copy).
func (a *Adapter) Permalink(_ context.Context, space chat.SpaceID, ref chat.MessageRef) (string, error) {
	const doing = "link to a message"
	channelID, err := native(doing, ref.Channel)
	if err != nil {
		return "", err
	}
	guildID := "@me"
	if space != "" {
		if guildID, err = native(doing, space); err != nil {
			return "", err
		}
	}
	if !isSnowflake(ref.ID) {
		return "", refused(doing, fmt.Errorf("%q is no message", ref.ID))
	}
	return "https://discord.com/channels/" + guildID + "/" + channelID + "/" + ref.ID, nil
}

// guild returns a copy of what is known of a guild, asking Discord for what is
// not. A guild that the bot is not in is gone.
func (a *Adapter) guild(ctx context.Context, id string) (*guild, error) {
	var found *guild
	if a.guilds.look(id, func(g *guild) { found = g.clone() }) {
		return found, nil
	}
	self, err := a.whoami(ctx)
	if err != nil {
		return nil, err
	}
	mark := a.guilds.mark(id)
	var raw rawGuild
	err = a.call(ctx, get("look up a space", discordgo.EndpointGuild(id)), &raw)
	if isCode(err, 50001) {
		return nil, &chat.Error{Trouble: chat.TroubleGone, Doing: "look up a space", Err: err}
	}
	if err != nil {
		return nil, err
	}
	err = a.call(ctx, get("list channels", discordgo.EndpointGuildChannels(id)), &raw.Channels)
	if err != nil {
		return nil, err
	}
	var me member
	err = a.call(ctx, get("look up the bot's roles", discordgo.EndpointGuildMember(id, self.User)), &me)
	if err != nil {
		return nil, err
	}
	me.User.ID = self.User
	raw.Members = []member{me}
	g := raw.build(self.User)
	a.guilds.put(g.clone(), mark)
	return g, nil
}

func (g *guild) clone() *guild {
	c := *g
	c.roles, c.channels, c.mine = maps.Clone(g.roles), maps.Clone(g.channels), slices.Clone(g.mine)
	return &c
}

// rawGuild is a guild as GUILD_CREATE and the REST interface describe it.
type rawGuild struct {
	guild
	Roles       []role       `json:"roles"`
	Channels    []rawChannel `json:"channels"`
	Threads     []rawChannel `json:"threads"`
	Members     []member     `json:"members"`
	Unavailable bool         `json:"unavailable"`
}

// rawChannel is a channel with what is of use at one moment only.
type rawChannel struct {
	channel
	Last string `json:"last_message_id"`
}

func (r *rawGuild) build(self string) *guild {
	g := &guild{
		ID: r.ID, Name: r.Name, Locale: r.Locale, Owner: r.Owner,
		roles: make(map[string]role, len(r.Roles)), channels: make(map[string]channel, len(r.Channels)+len(r.Threads)),
	}
	for _, ro := range r.Roles {
		g.roles[ro.ID] = ro
	}
	for _, ch := range slices.Concat(r.Channels, r.Threads) {
		ch.Guild = g.ID
		g.channels[ch.ID] = ch.channel
	}
	for _, m := range r.Members {
		if m.User.ID == self {
			g.mine = m.Roles
		}
	}
	return g
}

// created reads when an account, a message or an interaction was made off its
// id (docs: reference#snowflakes).
func created(id string) time.Time {
	t, err := discordgo.SnowflakeTimestamp(id)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// isCode says whether Discord refused with an error code.
func isCode(err error, code int) bool {
	var e *apiError
	return errors.As(err, &e) && e.code == code
}
