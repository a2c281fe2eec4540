package slack

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"animo/bot/chat"
	"animo/bot/quota"
)

// reading is how much of a channel is read back.
type reading struct {
	// page is how many messages are asked for at once.
	page int
	// hold is how many are kept until the oldest can be handed over, which
	// Slack tells last.
	hold int
	// back is by how much the first message of a thread may be older than
	// what is wanted, for its replies still to be found.
	back time.Duration
}

// usualReading asks for as much as Slack gives ("maximum of 999",
// docs.slack.dev/reference/methods/conversations.history#arguments).
func usualReading() reading { return reading{page: 999, hold: 10_000, back: 24 * time.Hour} }

const (
	readHistory = "read history"
	// longestTurn is how long a turn is waited for, at most: the reader of
	// many threads would else begin anew each time it outran the tier.
	longestTurn = 5 * time.Second
	// beyond is added to the clock for the end of the span that is read. A span
	// with a beginning alone is read from there by some accounts, one with both
	// ends from its newest message by all
	// (docs.slack.dev/reference/methods/conversations.history#pagination-time,
	// github.com/slackhq/slack-api-docs/issues/4).
	beyond = 24 * time.Hour
)

// Since reads the channel's history, newest first as Slack tells it, and then
// the threads that have newer replies; a reply stands among the others by its
// time, and one that is also shown in the channel counts once. At most 10,000
// messages are handed over, the newest; a warning tells of the rest. Replies
// to messages that are over a day older than after and from are not found,
// since Slack has no list of threads.
//
// Each page and each thread is a call, of which there are 50 a minute
// (docs.slack.dev/reference/methods/conversations.replies); Since waits for
// its turns, but goes back with TroubleLimited where Slack itself refuses.
// Who spoke is looked up as for those who speak now: without a turn at once
// there is an id alone.
func (a *Adapter) Since(ctx context.Context, s chat.Stretch, each func(chat.Posted) error) error {
	me, channel, err := a.place(ctx, s.In, readHistory)
	if err == nil {
		err = me.serves(s.Space, readHistory)
	}
	if err != nil {
		return err
	}
	p := &past{a: a, me: me, channel: channel, after: s.After, before: s.Before, from: s.From}
	if err := p.read(ctx); err != nil {
		return err
	}
	for _, u := range p.told {
		if err := ctx.Err(); err != nil {
			return &chat.Error{Trouble: chat.TroubleTransient, Doing: readHistory, Err: err}
		}
		if err := each(p.posted(ctx, u)); err != nil {
			return err
		}
	}
	return nil
}

// past is what a channel said after one message and not before an instant.
type past struct {
	a       *Adapter
	me      identity
	channel string
	after   string
	before  string
	from    time.Time

	told  []utterance
	pages int
	cut   bool // there was more than is held
}

// utterance is what is kept of a message until it is handed over.
type utterance struct {
	ts, thread, user, name, text string
	bot                          bool
}

func (p *past) read(ctx context.Context) error {
	threads, err := p.readChannel(ctx)
	if err != nil {
		return err
	}
	for _, parent := range threads {
		err := p.readThread(ctx, parent)
		if t := chat.TroubleOf(err); t == chat.TroubleAuth || t.Final() {
			// Slack gave the channel to this token and keeps its threads.
			p.a.log.WarnContext(ctx, "threads cannot be read back; what was missed in them is lost", "channel", p.channel, "error", err)
			break
		}
		if err != nil {
			return err
		}
	}
	p.tidy()
	if p.cut {
		p.a.log.WarnContext(ctx, "a channel said more than is read back", "channel", p.channel,
			"held", len(p.told), "pages_read", p.pages, "unread_from", p.edge(), "unread_to", moment(p.told[0].ts))
	}
	return nil
}

// readChannel reads the channel and returns the threads in which something
// was said.
func (p *past) readChannel(ctx context.Context) (threads []string, err error) {
	q := slack.GetConversationHistoryParameters{
		ChannelID: p.channel, Limit: p.a.reading.page, Latest: p.end(),
	}
	if oldest := p.edge().Add(-p.a.reading.back); oldest.Unix() > 0 {
		q.Oldest = timestamp(oldest)
	}
	for {
		var page *slack.GetConversationHistoryResponse
		err := p.ask(ctx, func(ctx context.Context) (err error) {
			page, err = p.a.reads.GetConversationHistoryContext(ctx, &q)
			return err
		})
		if err != nil {
			return nil, err
		}
		last := ""
		for _, m := range page.Messages {
			last = m.Timestamp
			p.keep(m)
			if p.answered(m.LatestReply) {
				threads = append(threads, m.Timestamp)
			}
		}
		if q.Cursor = page.ResponseMetaData.NextCursor; q.Cursor == "" {
			return threads, nil
		}
		if len(p.told) >= p.a.reading.hold && p.wants(last) {
			p.cut = true
			return threads, nil
		}
	}
}

// readThread reads the replies to a message.
func (p *past) readThread(ctx context.Context, parent string) error {
	q := slack.GetConversationRepliesParameters{
		ChannelID: p.channel, Timestamp: parent, Limit: p.a.reading.page,
		Latest: p.end(), Inclusive: true,
	}
	if edge := p.edge(); edge.Unix() > 0 {
		q.Oldest = timestamp(edge)
	}
	for {
		var page []slack.Message
		err := p.ask(ctx, func(ctx context.Context) (err error) {
			page, _, q.Cursor, err = p.a.reads.GetConversationRepliesContext(ctx, &q)
			return err
		})
		if chat.TroubleOf(err) == chat.TroubleGone {
			return nil // deleted since the channel was read
		}
		if err != nil {
			return err
		}
		for _, m := range page {
			p.keep(m)
		}
		if q.Cursor == "" {
			return nil
		}
	}
}

// ask makes a call, and waits for its turn.
func (p *past) ask(ctx context.Context, do func(context.Context) error) error {
	for {
		c := call{doing: readHistory}
		err := c.err(do(c.watch(ctx)))
		var soon *quota.TooSoon
		if errors.As(err, &soon) && soon.Wait <= longestTurn && pause(ctx, soon.Wait) {
			continue
		}
		if err == nil {
			p.pages++
		}
		return err
	}
}

// edge is the instant before which nothing is wanted, zero for none.
func (p *past) edge() time.Time {
	if at := moment(p.after); at.After(p.from) {
		return at
	}
	return p.from
}

// end is the end of the span that is read.
func (p *past) end() string { return cmp.Or(p.before, timestamp(p.a.now().Add(beyond))) }

// wants says whether a message with this timestamp is to be handed over.
func (p *past) wants(ts string) bool {
	within := p.before == "" || chat.Newer(p.before, ts)
	return within && chat.Newer(ts, p.after) && !moment(ts).Before(p.from)
}

// answered says whether a thread whose last reply this is may hold some that
// are to be handed over.
func (p *past) answered(ts string) bool {
	return ts != "" && chat.Newer(ts, p.after) && !moment(ts).Before(p.from)
}

// keep keeps a message by which someone said something.
func (p *past) keep(m slack.Message) {
	if !spoken[m.SubType] || !p.wants(m.Timestamp) {
		return
	}
	s := utterance{
		ts: m.Timestamp, thread: m.ThreadTimestamp, user: m.User, name: m.Username, text: plainText(m.Text),
		bot: m.BotID != "" || m.SubType == slack.MsgSubTypeBotMessage || m.User == p.me.user,
	}
	if s.thread == s.ts {
		s.thread = ""
	}
	if p.told = append(p.told, s); len(p.told) >= 2*p.a.reading.hold {
		p.tidy()
	}
}

// tidy sorts what was kept, takes out what came twice, and what is too much.
func (p *past) tidy() {
	slices.SortFunc(p.told, func(a, b utterance) int { return cmp.Or(cmp.Compare(len(a.ts), len(b.ts)), cmp.Compare(a.ts, b.ts)) })
	p.told = slices.CompactFunc(p.told, func(a, b utterance) bool { return a.ts == b.ts })
	if over := len(p.told) - p.a.reading.hold; over > 0 {
		p.told = slices.Delete(p.told, 0, over)
		p.cut = true
	}
}

// posted is a message as it is handed over. Its id is the same at each
// reading, and none of a live event's.
func (p *past) posted(ctx context.Context, s utterance) chat.Posted {
	in := channelID(p.me.team, p.channel)
	m := chat.Meta{
		ID: "history:" + p.channel + ":" + s.ts, Space: spaceID(p.me.team), Channel: in, At: moment(s.ts), Late: true,
	}
	if s.user != "" {
		m.Actor = p.a.people.actor(ctx, p.me.team, s.user, s.name, inPassing)
	}
	m.Actor.Bot = m.Actor.Bot || s.bot
	return chat.Posted{Meta: m, Message: chat.MessageRef{Channel: in, ID: s.ts}, Thread: s.thread, Text: s.text}
}
