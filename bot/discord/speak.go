package discord

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"animo/bot/chat"
)

// message is a card on its way: the body of every request that posts or edits
// one. discordgo's own types carry keys that do not go with cards, and lack
// the nonce.
type message struct {
	Components []discordgo.MessageComponent      `json:"components"`
	Mentions   *discordgo.MessageAllowedMentions `json:"allowed_mentions"`
	Flags      int                               `json:"flags"`
	Nonce      string                            `json:"nonce,omitempty"`
	Enforce    bool                              `json:"enforce_nonce,omitempty"`
	Reference  *discordgo.MessageReference       `json:"message_reference,omitempty"`
}

func newMessage(c chat.Card, key string, files []chat.File) message {
	r := render(c, key, files)
	return message{Components: r.components, Mentions: r.mentions, Flags: flagCards}
}

// Post implements chat.Speaker. The key goes along as a nonce that Discord
// enforces for some minutes: a repetition returns the first message
// (docs: resources/message#create-message).
func (a *Adapter) Post(ctx context.Context, to chat.ChannelID, m chat.Message) (chat.MessageRef, error) {
	const doing = "post to channel"
	channelID, err := native(doing, to)
	if err != nil {
		return chat.MessageRef{}, err
	}
	body := newMessage(m.Card, m.Key, m.Files)
	body.Nonce, body.Enforce = m.Key, m.Key != ""
	if isSnowflake(m.ReplyTo.ID) {
		must := false
		body.Reference = &discordgo.MessageReference{MessageID: m.ReplyTo.ID, ChannelID: channelID, FailIfNotExists: &must}
	}
	var posted struct {
		ID      string `json:"id"`
		Channel string `json:"channel_id"`
	}
	err = a.call(ctx, request{
		doing: doing, method: http.MethodPost, url: discordgo.EndpointChannelMessages(channelID),
		body: body, files: m.Files, once: true, needs: rightSendMessages,
	}, &posted)
	if err != nil {
		return chat.MessageRef{}, err
	}
	return chat.MessageRef{Channel: to, ID: posted.ID}, nil
}

// Edit implements chat.Speaker.
func (a *Adapter) Edit(ctx context.Context, ref chat.MessageRef, c chat.Card) error {
	address, err := messageURL("edit a message", ref)
	if err != nil {
		return err
	}
	return a.call(ctx, request{
		doing: "edit a message", method: http.MethodPatch, url: address,
		body: newMessage(c, "", nil), needs: rightSendMessages,
	}, nil)
}

// Delete implements chat.Speaker. It also deletes members' messages, where the
// bot holds Manage Messages.
func (a *Adapter) Delete(ctx context.Context, ref chat.MessageRef) error {
	address, err := messageURL("delete a message", ref)
	if err != nil {
		return err
	}
	err = a.call(ctx, request{
		doing: "delete a message", method: http.MethodDelete, url: address,
		needs: rightManageMessages,
	}, nil)
	if chat.TroubleOf(err) == chat.TroubleGone {
		return nil
	}
	return err
}

func messageURL(doing string, ref chat.MessageRef) (string, error) {
	channelID, err := native(doing, ref.Channel)
	if err != nil {
		return "", err
	}
	if !isSnowflake(ref.ID) {
		return "", refused(doing, errNotOurs)
	}
	return discordgo.EndpointChannelMessage(channelID, ref.ID), nil
}

// Direct implements chat.Speaker. That a member takes no direct messages shows
// only at the first Post.
func (a *Adapter) Direct(ctx context.Context, m chat.MemberID) (chat.ChannelID, error) {
	const doing = "open a direct conversation"
	userID, err := native(doing, m)
	if err != nil {
		return "", err
	}
	var ch struct {
		ID string `json:"id"`
	}
	err = a.call(ctx, request{
		doing: doing, method: http.MethodPost, url: discordgo.EndpointUserChannels("@me"),
		body: map[string]string{"recipient_id": userID},
	}, &ch)
	if err != nil {
		return "", err
	}
	return chat.NewID[chat.ChannelID](chat.Discord, ch.ID), nil
}

// skew is how far our clock and Discord's may differ.
const skew = 10 * time.Second

// Find implements chat.Speaker. It reads up to 1,000 messages from since on.
// Discord does not keep a nonce with the message that it came with (Rapptz/
// discord.py issue 2451), so that a message is known by the id of its
// outermost component, which is made from the key and kept until an edit.
func (a *Adapter) Find(ctx context.Context, in chat.ChannelID, key string, since time.Time) (chat.MessageRef, bool, error) {
	const doing = "look for a message"
	channelID, err := native(doing, in)
	if err != nil || key == "" {
		return chat.MessageRef{}, false, err
	}
	self, err := a.whoami(ctx)
	if err != nil {
		return chat.MessageRef{}, false, err
	}
	after := snowflakeAt(since.Add(-skew))
	for range maxHistoryPages {
		q := url.Values{"limit": {strconv.Itoa(maxHistoryPage)}, "after": {after}}
		var page []pastMessage
		r := get(doing, discordgo.EndpointChannelMessages(channelID)+"?"+q.Encode())
		r.needs = rightReadHistory
		if err := a.call(ctx, r, &page); err != nil {
			return chat.MessageRef{}, false, err
		}
		for _, m := range page {
			if m.Author.ID == self.User && m.has(key) {
				return chat.MessageRef{Channel: in, ID: m.ID}, true, nil
			}
			after = later(after, m.ID)
		}
		if len(page) < maxHistoryPage {
			break
		}
	}
	return chat.MessageRef{}, false, nil
}

type pastMessage struct {
	ID     string `json:"id"`
	Author struct {
		ID string `json:"id"`
	} `json:"author"`
	Nonce      json.RawMessage `json:"nonce"`
	Components []struct {
		ID int `json:"id"`
	} `json:"components"`
}

func (m pastMessage) has(key string) bool {
	if strings.Trim(string(m.Nonce), `"`) == key {
		return true
	}
	for _, c := range m.Components {
		if c.ID == messageID(key) {
			return true
		}
	}
	return false
}

// snowflakeAt returns the least id of what was made at t (docs: reference#snowflakes).
func snowflakeAt(t time.Time) string {
	const epoch = 1420070400000 // the first instant of 2015, in milliseconds
	return strconv.FormatInt(max(t.UnixMilli()-epoch, 0)<<22, 10)
}

// later returns the later of two snowflakes.
func later(x, y string) string {
	if len(x) > len(y) || (len(x) == len(y) && x >= y) {
		return x
	}
	return y
}
