package discord

import (
	"time"

	"animo/bot/chat"
	"animo/bot/discord/gateway"
)

// intake is the way of one shard's events into the inbox. It serves one
// dispatch after the other; what it hands over keeps that dispatch from
// counting as handled.
type intake struct {
	box     chat.Inbox
	line    string           // id of the gateway's session, "" before it begins
	receipt *gateway.Receipt // of the dispatch, nil for what is no dispatch
}

// begin turns to the next dispatch.
func (in *intake) begin(r *gateway.Receipt) { in.receipt, in.line = r, r.Session() }

func (in *intake) deliver(e chat.Event) { in.box.Deliver(e, in.held()) }

func (in *intake) interact(e chat.Event, r chat.Responder) { in.box.Interact(e, r, in.held()) }

func (in *intake) held() (done func()) {
	if in.receipt == nil {
		return nil
	}
	return in.receipt.Hold()
}

// meta fills what every event has. guildID may be empty: a direct conversation.
func (in *intake) meta(id, guildID, channelID string, actor chat.Actor, at time.Time) chat.Meta {
	m := chat.Meta{ID: id, Actor: actor, At: at, Line: in.line}
	if guildID != "" {
		m.Space = chat.NewID[chat.SpaceID](chat.Discord, guildID)
	}
	if channelID != "" {
		m.Channel = chat.NewID[chat.ChannelID](chat.Discord, channelID)
	}
	return m
}
