package discord

import (
	"encoding/json"
	"fmt"
	"time"

	"animo/bot/chat"
)

// take handles one dispatch of the gateway. What cannot be read is logged and
// passed over.
func (a *Adapter) take(in chat.Inbox, kind string, data json.RawMessage) {
	if err := a.event(in, kind, data); err != nil {
		a.log.Warn("gateway event not understood", "event", kind, "error", err)
	}
}

func (a *Adapter) event(in chat.Inbox, kind string, data json.RawMessage) error {
	switch kind {
	case "INTERACTION_CREATE":
		return a.interaction(in, data)
	case "MESSAGE_CREATE":
		return decoded(data, func(m messageEvent) { a.posted(in, m) })
	case "MESSAGE_UPDATE":
		return decoded(data, func(m messageEvent) { a.edited(in, m) })
	case "MESSAGE_DELETE":
		return decoded(data, func(m messageEvent) { a.deleted(in, m) })
	case "MESSAGE_DELETE_BULK":
		return decoded(data, func(m bulkEvent) { a.deletedMany(in, m) })
	case "GUILD_MEMBER_ADD":
		return decoded(data, func(m memberEvent) { a.joined(in, m) })
	case "GUILD_MEMBER_UPDATE":
		return decoded(data, func(m memberEvent) { a.changed(in, m) })
	case "GUILD_MEMBER_REMOVE":
		return decoded(data, func(m memberEvent) { a.left(in, m) })
	case "GUILD_CREATE":
		return decoded(data, func(g rawGuild) { a.arrived(in, g) })
	case "GUILD_DELETE":
		return decoded(data, func(g rawGuild) { a.departed(in, g) })
	default:
		return a.remember(kind, data)
	}
}

// meta fills what every event has. space may be empty: a direct conversation.
func meta(id, guildID, channelID string, actor chat.Actor, at time.Time) chat.Meta {
	m := chat.Meta{ID: id, Actor: actor, At: at}
	if guildID != "" {
		m.Space = chat.NewID[chat.SpaceID](chat.Discord, guildID)
	}
	if channelID != "" {
		m.Channel = chat.NewID[chat.ChannelID](chat.Discord, channelID)
	}
	return m
}

func ref(channelID, messageID string) chat.MessageRef {
	return chat.MessageRef{Channel: chat.NewID[chat.ChannelID](chat.Discord, channelID), ID: messageID}
}

// messageEvent is a message as the gateway tells of it.
type messageEvent struct {
	ID      string `json:"id"`
	Channel string `json:"channel_id"`
	Guild   string `json:"guild_id"`
	Author  *user  `json:"author"`
	Member  member `json:"member"`
	Content string `json:"content"`
	Kind    int    `json:"type"`
	Webhook string `json:"webhook_id"`
	Edited  string `json:"edited_timestamp"`
}

// Kinds of message that somebody wrote; the others are notices of Discord's
// (docs: resources/message#message-object-message-types).
func (m messageEvent) written() bool {
	switch m.Kind {
	case 0, 19, 20, 23: // plain, reply, answer to a command, answer to a message command
		return m.Author != nil && m.ID != "" && m.Channel != ""
	}
	return false
}

// where returns the channel that a message counts for and the thread it is in.
func (a *Adapter) where(m messageEvent) (channelID, thread string) {
	if parent, ok := a.guilds.threadIn(m.Guild, m.Channel); ok {
		return parent, m.Channel
	}
	return m.Channel, ""
}

func (a *Adapter) author(m messageEvent) chat.Actor {
	actor := m.Member.actor(*m.Author)
	actor.Bot = actor.Bot || m.Webhook != "" || a.isSelf(m.Author.ID)
	a.guilds.look(m.Guild, func(g *guild) {
		actor.Manager = g.base(m.Author.ID, m.Member.Roles)&manages != 0
	})
	return actor
}

func (a *Adapter) posted(in chat.Inbox, m messageEvent) {
	if !m.written() {
		return
	}
	channelID, thread := a.where(m)
	in.Deliver(chat.Posted{
		Meta:    meta("posted:"+m.ID, m.Guild, channelID, a.author(m), created(m.ID)),
		Message: ref(m.Channel, m.ID), Thread: thread, Text: m.Content,
	})
}

// edited tells of a change by the author; Discord also sends an update when it
// has looked a link up, without a time of edit.
func (a *Adapter) edited(in chat.Inbox, m messageEvent) {
	if !m.written() || m.Edited == "" {
		return
	}
	at, err := time.Parse(time.RFC3339, m.Edited)
	if err != nil {
		return
	}
	channelID, _ := a.where(m)
	in.Deliver(chat.Edited{
		Meta:    meta("edited:"+m.ID+":"+m.Edited, m.Guild, channelID, a.author(m), at.UTC()),
		Message: ref(m.Channel, m.ID), Text: m.Content,
	})
}

// deleted tells of a message that is gone. Discord does not say by whom.
func (a *Adapter) deleted(in chat.Inbox, m messageEvent) {
	if m.ID == "" || m.Channel == "" {
		return
	}
	channelID, _ := a.where(m)
	in.Deliver(chat.Deleted{
		Meta:    meta("deleted:"+m.ID, m.Guild, channelID, chat.Actor{}, a.deps.Now().UTC()),
		Message: ref(m.Channel, m.ID),
	})
}

type bulkEvent struct {
	IDs     []string `json:"ids"`
	Channel string   `json:"channel_id"`
	Guild   string   `json:"guild_id"`
}

func (a *Adapter) deletedMany(in chat.Inbox, b bulkEvent) {
	for _, id := range b.IDs {
		a.deleted(in, messageEvent{ID: id, Channel: b.Channel, Guild: b.Guild})
	}
}

// memberEvent is a member who comes, changes or goes.
type memberEvent struct {
	Guild string `json:"guild_id"`
	member
}

type memberKey struct{ guild, user string }

// manyPending bounds how many members in screening are remembered; beyond it
// some are told of late or not at all.
const manyPending = 20_000

// joined tells of a newcomer, unless membership screening is still before
// them: then they count once it is done.
func (a *Adapter) joined(in chat.Inbox, e memberEvent) {
	if e.Guild == "" || e.User.ID == "" {
		return
	}
	key := memberKey{e.Guild, e.User.ID}
	a.mu.Lock()
	if e.Pending && len(a.pending) < manyPending {
		a.pending[key] = true
	}
	a.mu.Unlock()
	if !e.Pending {
		a.welcome(in, e)
	}
}

func (a *Adapter) welcome(in chat.Inbox, e memberEvent) {
	joined := time.Time(e.Joined)
	in.Deliver(chat.Joined{Meta: meta(
		fmt.Sprintf("joined:%s:%s:%d", e.Guild, e.User.ID, joined.UnixMilli()),
		e.Guild, "", e.actor(e.User), joined,
	)})
}

// changed follows a member's roles, the bot's own among them, and the end of
// screening. An update alone does not say that screening ended just now.
func (a *Adapter) changed(in chat.Inbox, e memberEvent) {
	if a.isSelf(e.User.ID) {
		a.guilds.change(e.Guild, func(g *guild) { g.mine = e.Roles })
		return
	}
	key := memberKey{e.Guild, e.User.ID}
	a.mu.Lock()
	ended := a.pending[key] && !e.Pending
	if ended {
		delete(a.pending, key)
	}
	a.mu.Unlock()
	if ended {
		a.welcome(in, e)
	}
}

// leftWithin is how close together two departures of one member are taken for
// one: Discord gives them nothing to tell them apart by.
const leftWithin = 10 * time.Second

func (a *Adapter) left(in chat.Inbox, e memberEvent) {
	if e.Guild == "" || e.User.ID == "" || a.isSelf(e.User.ID) {
		return
	}
	a.mu.Lock()
	delete(a.pending, memberKey{e.Guild, e.User.ID})
	a.mu.Unlock()
	now := a.deps.Now().UTC()
	id := fmt.Sprintf("left:%s:%s:%d", e.Guild, e.User.ID, now.Unix()/int64(leftWithin/time.Second))
	in.Deliver(chat.Left{Meta: meta(id, e.Guild, "", e.actor(e.User), now)})
}

// arrived remembers a guild and tells of it. Discord sends it at each new
// session, when an outage ends and when the bot is invited.
func (a *Adapter) arrived(in chat.Inbox, raw rawGuild) {
	if raw.ID == "" || raw.Unavailable {
		return
	}
	a.mu.Lock()
	self := a.self.User
	for _, m := range raw.Members {
		if m.Pending && len(a.pending) < manyPending {
			a.pending[memberKey{raw.ID, m.User.ID}] = true
		}
	}
	a.mu.Unlock()
	a.guilds.arrive(raw.build(self))
	a.announce(in, raw.ID, raw.Name, raw.Locale)
}

func (a *Adapter) announce(in chat.Inbox, guildID, name, locale string) {
	now := a.deps.Now().UTC()
	in.Deliver(chat.Arrived{
		Meta: meta(fmt.Sprintf("arrived:%s:%d", guildID, now.UnixNano()), guildID, "", chat.Actor{}, now),
		Name: name, Locale: locale,
	})
}

// departed tells of a guild that the bot was removed from; one that is only
// unavailable has an outage and comes back.
func (a *Adapter) departed(in chat.Inbox, raw rawGuild) {
	if raw.ID == "" || raw.Unavailable {
		return
	}
	a.guilds.depart(raw.ID)
	now := a.deps.Now().UTC()
	in.Deliver(chat.Departed{Meta: meta(fmt.Sprintf("departed:%s:%d", raw.ID, now.Unix()), raw.ID, "", chat.Actor{}, now)})
}
