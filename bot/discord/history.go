package discord

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/bwmarrin/discordgo"

	"animo/bot/chat"
)

// newest returns the id of the last message of each channel and thread that
// the bot may read; all of them, if its roles were not told. The message of
// that id may be gone (docs: resources/channel#channel-object).
func (r *rawGuild) newest(g *guild, self string) map[chat.ChannelID]string {
	known := slices.ContainsFunc(r.Members, func(m member) bool { return m.User.ID == self })
	out := make(map[chat.ChannelID]string, len(r.Channels)+len(r.Threads))
	for _, ch := range slices.Concat(r.Channels, r.Threads) {
		if !ch.talks() || known && g.in(ch.channel, self, g.mine).hidden(ch.channel) != "" {
			continue
		}
		out[chat.NewID[chat.ChannelID](chat.Discord, ch.ID)] = ch.Last
	}
	return out
}

var errDirect = errors.New("direct conversations are not read back")

// readBack begins the id of an event that was read from history, so that it is
// no repetition of the one that the gateway may have brought.
const readBack = "history:"

// Since implements chat.Historian. Text is there under the same conditions as
// on the gateway; the author's roles are not, since a message of the history
// comes without its member, and so only the owner is known to manage the guild
// (docs: resources/message#get-channel-messages). Direct conversations are not
// read. A lack of View Channel or of Read Message History is TroubleForbidden,
// although Discord answers the latter with an empty list.
func (a *Adapter) Since(ctx context.Context, s chat.Stretch, each func(chat.Posted) error) error {
	const doing = "read the history"
	p, err := a.past(ctx, doing, s.Space, s.In)
	if err != nil {
		return err
	}
	for _, id := range []string{s.After, s.Before} {
		if id != "" && !isSnowflake(id) {
			return refused(doing, fmt.Errorf("%q: %w", id, errNotOurs))
		}
	}
	after := later(s.After, justBefore(s.From))
	for {
		page, err := a.page(ctx, doing, p.channel, after)
		if err != nil {
			return err
		}
		begin := after
		for _, m := range page {
			if !chat.Newer(m.ID, after) {
				continue // of the same instant, Discord may repeat it (discord-api-docs issue 2816)
			}
			if s.Before != "" && !chat.Newer(s.Before, m.ID) {
				return nil
			}
			after = m.ID
			m.Channel = p.channel
			if !m.written() || created(m.ID).Before(s.From) {
				continue
			}
			if err := each(a.late(p, m)); err != nil {
				return err
			}
		}
		if len(page) < maxHistoryPage || after == begin {
			return nil
		}
	}
}

// past is a channel or thread whose history is read.
type past struct {
	guild   *guild
	channel string
	parent  string // of a thread, "" otherwise
}

// past finds out where messages of a channel count and whether the bot may
// read them.
func (a *Adapter) past(ctx context.Context, doing string, space chat.SpaceID, in chat.ChannelID) (past, error) {
	channelID, err := native(doing, in)
	if err != nil {
		return past{}, err
	}
	if space == "" {
		return past{}, refused(doing, errDirect)
	}
	guildID, err := native(doing, space)
	if err != nil {
		return past{}, err
	}
	self, err := a.whoami(ctx)
	if err != nil {
		return past{}, err
	}
	g, err := a.guild(ctx, guildID)
	if err != nil {
		return past{}, err
	}
	ch, known := g.channels[channelID]
	if !known { // a thread that is archived, or older than this process
		if err := a.call(ctx, get(doing, discordgo.EndpointChannel(channelID)), &ch); err != nil {
			return past{}, err
		}
	}
	switch lack := g.in(ch, self.User, g.mine).hidden(ch); {
	case ch.Guild != guildID:
		return past{}, refused(doing, errDirect)
	case lack != "":
		return past{}, &chat.Error{Trouble: chat.TroubleForbidden, Doing: doing, Missing: lack}
	}
	p := past{guild: g, channel: channelID}
	if ch.thread() {
		p.parent = ch.Parent
	}
	return p, nil
}

// page reads the messages that follow the one with an id, oldest first. The
// API takes those next to it, and lists them newest first.
func (a *Adapter) page(ctx context.Context, doing, channelID, after string) ([]messageEvent, error) {
	q := url.Values{"limit": {strconv.Itoa(maxHistoryPage)}, "after": {after}}
	r := get(doing, discordgo.EndpointChannelMessages(channelID)+"?"+q.Encode())
	r.needs = rightReadHistory
	var page []messageEvent
	if err := a.call(ctx, r, &page); err != nil {
		return nil, err
	}
	slices.SortFunc(page, func(x, y messageEvent) int {
		switch {
		case x.ID == y.ID:
			return 0
		case chat.Newer(x.ID, y.ID):
			return 1
		}
		return -1
	})
	return page, nil
}

// late tells of a message as posted does, but of one that was read back.
func (a *Adapter) late(p past, m messageEvent) chat.Posted {
	counts, thread := p.channel, ""
	if p.parent != "" {
		counts, thread = p.parent, p.channel
	}
	actor := a.author(m)
	actor.Manager = p.guild.base(m.Author.ID, nil)&manages != 0
	head := (&intake{}).meta(readBack+m.ID, p.guild.ID, counts, actor, created(m.ID))
	head.Late = true
	return chat.Posted{Meta: head, Message: ref(p.channel, m.ID), Thread: thread, Text: m.Content}
}

// justBefore returns the greatest id of what was made before t.
func justBefore(t time.Time) string {
	n, _ := strconv.ParseInt(snowflakeAt(t), 10, 64) // made of digits just now
	return strconv.FormatInt(max(n-1, 0), 10)
}
