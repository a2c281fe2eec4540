package slack

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"animo/bot/chat"
)

// postEvent names the metadata that carries a post's key
// (docs.slack.dev/messaging/message-metadata).
const postEvent = "animo_post"

const (
	historyPage  = 200
	historyPages = 10
	// clockMargin allows for a Slack whose clock is behind ours.
	clockMargin = time.Minute
)

// Post sends a message, with m.Key in its metadata. An answer to another
// message goes into its thread and is shown in the channel too.
func (a *Adapter) Post(ctx context.Context, to chat.ChannelID, m chat.Message) (chat.MessageRef, error) {
	me, channel, err := a.place(ctx, to, "post to channel")
	if err != nil {
		return chat.MessageRef{}, err
	}
	look, err := a.look(ctx, m.Card, false)
	if err != nil {
		return chat.MessageRef{}, err
	}
	files, err := a.upload(ctx, m.Files)
	if err != nil {
		return chat.MessageRef{}, err
	}
	options := append(render(m.Card, look).post(), slack.MsgOptionMetadata(slack.SlackMetadata{
		EventType: postEvent, EventPayload: map[string]any{"key": m.Key},
	}))
	id, ts, err := a.say(ctx, channel, m.ReplyTo.ID, options)
	if err != nil {
		return chat.MessageRef{}, err
	}
	if len(files) > 0 {
		if err := a.share(ctx, files, id, ts); err != nil {
			// the message stands: saying it again would be worse
			a.log.WarnContext(ctx, "a post stands without its files", "error", err)
		}
	}
	return chat.MessageRef{Channel: channelID(me.team, id), ID: ts}, nil
}

// parentless are the errors of a reply whose first message is not there any
// more (docs.slack.dev/reference/methods/chat.postMessage#errors).
var parentless = []string{"thread_not_found", "message_not_found", "cannot_reply_to_message"}

// say posts, in the thread of a message if there is one: what is to be said is
// said even if someone deleted that message.
func (a *Adapter) say(ctx context.Context, channel, thread string, options []slack.MsgOption) (id, ts string, err error) {
	c := call{doing: "post to channel", says: true, channel: channel}
	if thread == "" {
		id, ts, err = a.api.PostMessageContext(c.watch(ctx), channel, options...)
		return id, ts, c.err(err)
	}
	reply := append(slices.Clone(options), slack.MsgOptionTS(thread), slack.MsgOptionBroadcast())
	id, ts, err = a.api.PostMessageContext(c.watch(ctx), channel, reply...)
	var refused slack.SlackErrorResponse
	if errors.As(err, &refused) && slices.Contains(parentless, refused.Err) {
		return a.say(ctx, channel, "", options)
	}
	return id, ts, c.err(err)
}

// place returns who the bot is and what Slack calls a channel.
func (a *Adapter) place(ctx context.Context, id chat.ChannelID, doing string) (identity, string, error) {
	me, err := a.identify(ctx)
	if err != nil {
		return me, "", err
	}
	channel, err := ours(me.team, id, doing)
	return me, channel, err
}

// Edit replaces the card of one of the bot's messages; its key stays.
func (a *Adapter) Edit(ctx context.Context, ref chat.MessageRef, card chat.Card) error {
	_, channel, err := a.place(ctx, ref.Channel, "edit message")
	if err != nil {
		return err
	}
	look, err := a.look(ctx, card, false)
	if err != nil {
		return err
	}
	m := render(card, look)
	c := call{doing: "edit message"}
	_, _, _, err = a.api.UpdateMessageContext(c.watch(ctx), channel, ref.ID, m.options()...)
	return c.err(err)
}

// Delete removes one of the bot's messages.
func (a *Adapter) Delete(ctx context.Context, ref chat.MessageRef) error {
	_, channel, err := a.place(ctx, ref.Channel, "delete message")
	if err != nil {
		return err
	}
	c := call{doing: "delete message"}
	_, _, err = a.api.DeleteMessageContext(c.watch(ctx), channel, ref.ID)
	if err = c.err(err); chat.TroubleOf(err) == chat.TroubleGone {
		return nil
	}
	return err
}

// Find reads the channel's history, newest first, at most 2,000 messages back.
func (a *Adapter) Find(ctx context.Context, in chat.ChannelID, key string, since time.Time) (chat.MessageRef, bool, error) {
	me, channel, err := a.place(ctx, in, "find message")
	if err != nil {
		return chat.MessageRef{}, false, err
	}
	p := slack.GetConversationHistoryParameters{
		ChannelID: channel, Limit: historyPage, IncludeAllMetadata: true, Inclusive: true, Latest: timestamp(a.now().Add(beyond)),
	}
	if oldest := since.Add(-clockMargin); oldest.Unix() > 0 {
		p.Oldest = timestamp(oldest)
	}
	for range historyPages {
		c := call{doing: "find message"}
		page, err := a.reads.GetConversationHistoryContext(c.watch(ctx), &p)
		if err != nil {
			return chat.MessageRef{}, false, c.err(err)
		}
		for _, m := range page.Messages {
			if me.wrote(m) && m.Metadata.EventType == postEvent && m.Metadata.EventPayload["key"] == key {
				return chat.MessageRef{Channel: in, ID: m.Timestamp}, true, nil
			}
		}
		if p.Cursor = page.ResponseMetaData.NextCursor; p.Cursor == "" {
			break
		}
	}
	return chat.MessageRef{}, false, nil
}

// wrote says whether a message is the bot's: metadata alone proves nothing,
// any app can write it.
func (me identity) wrote(m slack.Message) bool {
	return m.User == me.user || m.BotID != "" && m.BotID == me.bot
}

// Direct opens the direct conversation with a member.
func (a *Adapter) Direct(ctx context.Context, m chat.MemberID) (chat.ChannelID, error) {
	me, err := a.identify(ctx)
	if err != nil {
		return "", err
	}
	id, err := ours(me.team, m, "open direct conversation")
	if err != nil {
		return "", err
	}
	c := call{doing: "open direct conversation"}
	channel, _, _, err := a.reads.OpenConversationContext(c.watch(ctx), &slack.OpenConversationParameters{Users: []string{id}, ReturnIM: true})
	if err != nil {
		return "", c.err(err)
	}
	return channelID(me.team, channel.ID), nil
}
