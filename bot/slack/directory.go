package slack

import (
	"context"

	"github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"

	"animo/bot/chat"
)

// What a channel can lack, as Slack's errors name it.
const (
	missingMembership = "not_in_channel" // remedy: /invite the bot
	missingArchive    = "is_archived"
	missingWriting    = "restricted_action"
)

const (
	channelPage  = 200
	channelPages = 50
	// lookAt is how many members are looked up at once for a card.
	lookAt = 8
)

// Member looks up a member. Slack tells neither when they joined nor when
// their account was made. While the user groups cannot be listed the member is
// returned as far as known, as a bare one.
func (a *Adapter) Member(ctx context.Context, space chat.SpaceID, id chat.MemberID) (chat.Member, error) {
	me, native, err := a.within(ctx, space, id, "look up member")
	if err != nil {
		return chat.Member{}, err
	}
	u, err := a.people.get(ctx, native, inPerson)
	if err != nil {
		return chat.Member{}, err
	}
	return chat.Member{Actor: a.people.actor(ctx, me.team, native, u.name, inPerson), Present: !u.gone}, nil
}

// within checks that a space and a member are of this workspace.
func (a *Adapter) within(ctx context.Context, space chat.SpaceID, id chat.MemberID, doing string) (identity, string, error) {
	me, err := a.identify(ctx)
	if err != nil {
		return me, "", err
	}
	if err := me.serves(space, doing); err != nil {
		return me, "", err
	}
	native, err := ours(me.team, id, doing)
	return me, native, err
}

// serves says whether a space is the adapter's workspace.
func (me identity) serves(space chat.SpaceID, doing string) error {
	if space != spaceID(me.team) {
		return &chat.Error{Trouble: chat.TroubleGone, Doing: doing, Err: errOtherSpace}
	}
	return nil
}

// Channel looks up a channel. Missing holds "not_in_channel", "is_archived"
// or "restricted_action".
func (a *Adapter) Channel(ctx context.Context, id chat.ChannelID) (chat.Channel, error) {
	me, native, err := a.place(ctx, id, "look up channel")
	if err != nil {
		return chat.Channel{}, err
	}
	c := call{doing: "look up channel"}
	found, err := a.reads.GetConversationInfoContext(c.watch(ctx), &slack.GetConversationInfoInput{ChannelID: native})
	if err != nil {
		return chat.Channel{}, c.err(err)
	}
	return me.channel(*found), nil
}

func (me identity) channel(c slack.Channel) chat.Channel {
	out := chat.Channel{
		ID: channelID(me.team, c.ID), Space: spaceID(me.team), Name: c.Name,
		Private: c.IsPrivate || c.IsGroup || c.IsIM || c.IsMpIM,
	}
	if !c.IsMember && !c.IsIM {
		out.Deaf = true
		out.Missing = append(out.Missing, missingMembership)
	}
	if c.IsArchived {
		out.Missing = append(out.Missing, missingArchive)
	}
	if c.IsReadOnly {
		out.Missing = append(out.Missing, missingWriting)
	}
	return out
}

// Channels lists the public channels and the private ones that the bot is in,
// archived ones left out, 10,000 at most.
func (a *Adapter) Channels(ctx context.Context, space chat.SpaceID) ([]chat.Channel, error) {
	me, err := a.identify(ctx)
	if err != nil {
		return nil, err
	}
	if err := me.serves(space, "list channels"); err != nil {
		return nil, err
	}
	p := slack.GetConversationsParameters{
		Types: []string{"public_channel", "private_channel"}, ExcludeArchived: true, Limit: channelPage,
	}
	var out []chat.Channel
	for range channelPages {
		c := call{doing: "list channels"}
		page, next, err := a.reads.GetConversationsContext(c.watch(ctx), &p)
		if err != nil {
			return nil, c.err(err)
		}
		for _, channel := range page {
			out = append(out, me.channel(channel))
		}
		if next == "" {
			break
		}
		p.Cursor = next
	}
	return out, nil
}

// Roles lists the user groups by handle; none where the workspace's plan has
// none (docs.slack.dev/reference/methods/usergroups.list).
func (a *Adapter) Roles(ctx context.Context, space chat.SpaceID) ([]chat.Role, error) {
	const doing = "list user groups"
	me, err := a.identify(ctx)
	if err != nil {
		return nil, err
	}
	if err := me.serves(space, doing); err != nil {
		return nil, err
	}
	groups := a.people.allGroups(ctx)
	if !a.people.knowsGroups() {
		return nil, &chat.Error{Trouble: chat.TroubleTransient, Doing: doing, Err: errNoAnswer}
	}
	out := make([]chat.Role, 0, len(groups))
	for _, g := range groups {
		out = append(out, chat.Role{ID: roleID(me.team, g.id), Name: g.name, Handle: g.handle})
	}
	return out, nil
}

// InChannels reads the lists of members of the channels, of which each may have
// 20,000; one that is longer is TroubleRefused, a private one that the bot is
// not in TroubleGone.
func (a *Adapter) InChannels(ctx context.Context, space chat.SpaceID, id chat.MemberID, channels []chat.ChannelID) (map[chat.ChannelID]bool, error) {
	me, native, err := a.within(ctx, space, id, doingLists)
	if err != nil {
		return nil, err
	}
	out := make(map[chat.ChannelID]bool, len(channels))
	for _, ch := range channels {
		where, err := ours(me.team, ch, doingLists)
		if err != nil {
			return nil, err
		}
		if out[ch], err = a.lists.has(ctx, where, native); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Space looks up the workspace. Slack tells a bot neither its owner nor its
// language.
func (a *Adapter) Space(ctx context.Context, id chat.SpaceID) (chat.Space, error) {
	me, err := a.identify(ctx)
	if err != nil {
		return chat.Space{}, err
	}
	if err := me.serves(id, "look up workspace"); err != nil {
		return chat.Space{}, err
	}
	c := call{doing: "look up workspace"}
	t, err := a.reads.GetTeamInfoContext(c.watch(ctx))
	if err != nil {
		return chat.Space{}, c.err(err)
	}
	return chat.Space{ID: id, Name: t.Name}, nil
}

// Permalink returns the address of a message.
func (a *Adapter) Permalink(ctx context.Context, _ chat.SpaceID, ref chat.MessageRef) (string, error) {
	_, channel, err := a.place(ctx, ref.Channel, "find permalink")
	if err != nil {
		return "", err
	}
	c := call{doing: "find permalink"}
	link, err := a.reads.GetPermalinkContext(c.watch(ctx), &slack.PermalinkParameters{Channel: channel, Ts: ref.ID})
	return link, c.err(err)
}

// look gathers what the renderer needs to know besides the card: the names of
// those whom it must not mention, and the user groups.
func (a *Adapter) look(ctx context.Context, card chat.Card, private bool) (look, error) {
	me, err := a.identify(ctx)
	if err != nil {
		return look{}, err
	}
	k := look{team: me.team, private: private, names: map[chat.MemberID]string{}}
	if needsGroups(card) {
		k.groups = a.people.allGroups(ctx)
	}
	if private {
		return k, nil
	}
	pinged := pingedBy(card)
	var quiet []chat.MemberID
	for _, id := range card.Mentioned() {
		if !pinged[string(id)] && local(id) != "" {
			quiet = append(quiet, id)
		}
	}
	names := make([]string, len(quiet))
	var g errgroup.Group
	g.SetLimit(lookAt)
	for i, id := range quiet {
		g.Go(func() error {
			u, err := a.people.get(ctx, local(id), inPerson)
			names[i] = u.name
			if retryAfter(err) > 0 {
				return err // better late than nameless
			}
			return nil
		})
	}
	err = g.Wait()
	for i, id := range quiet {
		k.names[id] = names[i]
	}
	return k, err
}
