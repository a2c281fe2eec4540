package slack

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"time"

	"animo/bot/chat"
)

// intake turns Slack's payloads into chat events, whichever receiver they
// came through.
type intake struct {
	a     *Adapter
	me    identity
	in    chat.Inbox
	lanes *lanes
	line  string // the chat.Meta.Line of what it takes
}

// newIntake makes an intake with a Line of its own. So whatever a process took
// and did not come to handle before it was killed lies between two Lines, and
// is read back: Slack, to which it was acknowledged, does not send it again.
func newIntake(ctx context.Context, a *Adapter, me identity, in chat.Inbox) *intake {
	return &intake{a: a, me: me, in: in, lanes: newLanes(ctx), line: rand.Text()}
}

// on returns an intake into the same lanes that has another Line.
func (k *intake) on(line string) *intake {
	out := *k
	out.line = line
	return &out
}

// arrived tells that the workspace is served from now on, once all is
// delivered that came before: else what came on the Line before would look as
// if it came after the gap.
func (k *intake) arrived() {
	now := k.a.now()
	k.lanes.behindAll(func(ctx context.Context) {
		name := k.me.name
		if s, err := k.a.Space(ctx, spaceID(k.me.team)); err == nil {
			name = s.Name
		}
		k.in.Deliver(chat.Arrived{
			Meta: chat.Meta{ID: "arrived-" + k.line, Space: spaceID(k.me.team), At: now, Line: k.line},
			Name: name,
		}, nil)
	})
}

// event queues one event and calls done, once, when it is handled; an error
// means that it was not taken, and Slack is to repeat it.
func (k *intake) event(payload []byte, done func()) error {
	var c callback
	if err := json.Unmarshal(payload, &c); err != nil {
		// repeating would not make it readable
		k.a.log.Warn("slack sent an event that cannot be read", "error", err)
		done()
		return nil
	}
	if c.Type != "event_callback" {
		done()
		return nil
	}
	k.note(c.Event)
	author, convert := k.conversion(c)
	if convert == nil {
		done()
		return nil
	}
	name := c.Event.Username
	key := cmp.Or(c.Event.Channel.ID, author)
	taken := k.lanes.offer(key, func(ctx context.Context) {
		m := k.meta(c)
		if author != "" {
			m.Actor = k.a.people.actor(ctx, k.me.team, author, name, inPassing)
		}
		m.Actor.Bot = m.Actor.Bot || k.byBot(c.Event)
		k.in.Deliver(convert(m), done)
	})
	if !taken {
		return errFull
	}
	return nil
}

func (k *intake) meta(c callback) chat.Meta {
	m := chat.Meta{ID: c.ID, Space: spaceID(k.me.team), At: moment(c.Event.TS), Line: k.line}
	if c.Event.Channel.ID != "" {
		m.Channel = channelID(k.me.team, c.Event.Channel.ID)
	}
	if m.At.IsZero() {
		m.At = time.Unix(c.Time, 0).UTC()
	}
	return m
}

// byBot says whether a message is by the bot itself or by another app.
func (k *intake) byBot(e event) bool {
	for _, m := range []*message{e.Message, e.Previous} {
		if m != nil && (m.Bot != "" || m.User == k.me.user) {
			return true
		}
	}
	return e.Bot != "" || e.Subtype == "bot_message" || e.User.ID == k.me.user
}

// note keeps what is remembered of members and groups up to date.
func (k *intake) note(e event) {
	switch e.Type {
	case "user_change", "team_join":
		if e.User.User != nil && e.User.User.Locale != "" {
			k.a.people.learn(e.User.User)
		} else {
			k.a.people.forget(e.User.ID)
		}
	case "subteam_members_changed", "subteam_updated", "subteam_created":
		k.a.people.forgetGroups()
	}
}

// conversion says who caused an event and how it becomes one of ours; nil for
// events of no interest.
func (k *intake) conversion(c callback) (author string, to func(chat.Meta) chat.Event) {
	e := c.Event
	switch e.Type {
	case "message":
		return k.messageEvent(e)
	case "team_join":
		return e.User.ID, func(m chat.Meta) chat.Event { return chat.Joined{Meta: m} }
	case "user_change":
		if e.User.User != nil && e.User.User.Deleted {
			return e.User.ID, func(m chat.Meta) chat.Event { return chat.Left{Meta: m} }
		}
	case "app_uninstalled":
		return "", func(m chat.Meta) chat.Event { return chat.Departed{Meta: m} }
	}
	return "", nil
}

// spoken are the message subtypes by which someone says something; the others
// are Slack's own remarks (docs.slack.dev/reference/events/message#subtypes).
var spoken = map[string]bool{"": true, "file_share": true, "me_message": true, "thread_broadcast": true, "bot_message": true}

func (k *intake) messageEvent(e event) (string, func(chat.Meta) chat.Event) {
	ref := func(ts string) chat.MessageRef {
		return chat.MessageRef{Channel: channelID(k.me.team, e.Channel.ID), ID: ts}
	}
	switch {
	case e.Channel.ID == "":
	case spoken[e.Subtype] && e.TS != "":
		thread := e.Thread
		if thread == e.TS {
			thread = ""
		}
		return e.User.ID, func(m chat.Meta) chat.Event {
			return chat.Posted{Meta: m, Message: ref(e.TS), Thread: thread, Text: plainText(e.Text)}
		}
	case e.Subtype == "message_deleted" && e.Deleted != "":
		author := ""
		if e.Previous != nil {
			author = e.Previous.User
		}
		return author, func(m chat.Meta) chat.Event { return chat.Deleted{Meta: m, Message: ref(e.Deleted)} }
	case e.Subtype == "message_changed" && e.Message != nil && e.Message.TS != "":
		return e.Message.User, k.changed(e, ref(e.Message.TS))
	}
	return "", nil
}

// changed tells an author's edit from what Slack changes by itself, such as a
// link that gets its preview, and from a message deleted while it has replies.
func (k *intake) changed(e event, ref chat.MessageRef) func(chat.Meta) chat.Event {
	switch {
	case e.Message.Subtype == "tombstone":
		return func(m chat.Meta) chat.Event { return chat.Deleted{Meta: m, Message: ref} }
	case e.Previous != nil && e.Previous.Text == e.Message.Text:
		return nil
	}
	return func(m chat.Meta) chat.Event {
		return chat.Edited{Meta: m, Message: ref, Text: plainText(e.Message.Text)}
	}
}
