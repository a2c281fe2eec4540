package discord

import (
	"encoding/json"
	"time"

	"animo/bot/chat"
)

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

// decodedMessage reads a message and hands it to f.
func decodedMessage(data json.RawMessage, f func(messageEvent)) error {
	m, err := readMessage(data)
	if err == nil {
		f(m)
	}
	return err
}

// where returns the channel that a message counts for and the thread it is in.
func (a *Adapter) where(m messageEvent) (channelID, thread string) {
	if parent, ok := a.guilds.threadIn(m.Guild, m.Channel); ok {
		return parent, m.Channel
	}
	return m.Channel, ""
}

// author describes who wrote a message; whether they manage the guild is left
// open.
func (a *Adapter) author(m messageEvent) chat.Actor {
	actor := m.Member.actor(*m.Author)
	actor.Bot = actor.Bot || m.Webhook != "" || a.isSelf(m.Author.ID)
	return actor
}

func (a *Adapter) liveAuthor(m messageEvent) chat.Actor {
	actor := a.author(m)
	a.guilds.look(m.Guild, func(g *guild) {
		actor.Manager = g.base(m.Author.ID, m.Member.Roles)&manages != 0
	})
	return actor
}

func (a *Adapter) posted(in *intake, m messageEvent) {
	if !m.written() {
		return
	}
	channelID, thread := a.where(m)
	in.deliver(chat.Posted{
		Meta:    in.meta("posted:"+m.ID, m.Guild, channelID, a.liveAuthor(m), created(m.ID)),
		Message: ref(m.Channel, m.ID), Thread: thread, Text: m.Content,
	})
}

// edited tells of a change by the author; Discord also sends an update when it
// has looked a link up, without a time of edit.
func (a *Adapter) edited(in *intake, m messageEvent) {
	if !m.written() || m.Edited == "" {
		return
	}
	at, err := time.Parse(time.RFC3339, m.Edited)
	if err != nil {
		return
	}
	channelID, _ := a.where(m)
	in.deliver(chat.Edited{
		Meta:    in.meta("edited:"+m.ID+":"+m.Edited, m.Guild, channelID, a.liveAuthor(m), at.UTC()),
		Message: ref(m.Channel, m.ID), Text: m.Content,
	})
}

// deleted tells of a message that is gone. Discord does not say by whom.
func (a *Adapter) deleted(in *intake, m messageEvent) {
	if m.ID == "" || m.Channel == "" {
		return
	}
	channelID, _ := a.where(m)
	in.deliver(chat.Deleted{
		Meta:    in.meta("deleted:"+m.ID, m.Guild, channelID, chat.Actor{}, a.deps.Now().UTC()),
		Message: ref(m.Channel, m.ID),
	})
}

type bulkEvent struct {
	IDs     []string `json:"ids"`
	Channel string   `json:"channel_id"`
	Guild   string   `json:"guild_id"`
}

func (a *Adapter) deletedMany(in *intake, b bulkEvent) {
	for _, id := range b.IDs {
		a.deleted(in, messageEvent{ID: id, Channel: b.Channel, Guild: b.Guild})
	}
}
