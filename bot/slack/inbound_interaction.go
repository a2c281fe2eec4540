package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"time"

	"animo/bot/chat"
)

var (
	// errClosed: Run has ended, or not begun.
	errClosed = errors.New("the adapter is not running")
	// errFull: so much waits that an event is better repeated later.
	errFull = errors.New("too many events wait")
)

// command acknowledges a typed command and queues it.
func (k *intake) command(c slashCommand, ack *ack) {
	ack.send(nil)
	k.interact(c.User, func(ctx context.Context) {
		line := reader{menu: *k.a.menu.Load(), prefix: k.a.conf.CommandPrefix, resolve: k.resolve(ctx)}.read(c.Command, c.Text)
		e := chat.Invoked{
			Meta: k.interactionMeta(ctx, c.Trigger, c.Channel, c.User, c.UserName, k.a.now(), inPerson),
			Path: line.path, Args: k.values(line), Mistakes: line.mistakes,
		}
		k.in.Interact(e, &responder{
			a: k.a, team: k.me.team, user: c.User, trigger: c.Trigger, ack: ack,
			back: way{Channel: c.Channel, ReplyURL: c.ReplyURL},
		}, nil)
	})
}

// interaction reads a press, a shortcut or a form. What the adapter does not
// know is acknowledged and dropped.
func (k *intake) interaction(payload []byte, ack *ack) {
	var i interaction
	if err := json.Unmarshal(payload, &i); err != nil {
		ack.send(nil)
		k.a.log.Warn("slack sent an interaction that cannot be read", "error", err)
		return
	}
	switch i.Type {
	case "block_actions":
		ack.send(nil)
		k.pressed(i, ack)
	case "message_action":
		ack.send(nil)
		k.shortcut(i, ack)
	case "view_submission":
		k.submitted(i, ack)
	default:
		ack.send(nil)
	}
}

// interact queues an interaction behind those of the same member.
func (k *intake) interact(user string, f func(context.Context)) {
	if !k.lanes.put(user, f) {
		k.a.log.Warn("an interaction came while the adapter was stopping")
	}
}

func (k *intake) interactionMeta(ctx context.Context, id, channel, user, name string, at time.Time, how urgency) chat.Meta {
	m := chat.Meta{
		ID: id, Space: spaceID(k.me.team), At: at, Line: k.line,
		Actor: k.a.people.actor(ctx, k.me.team, user, name, how),
	}
	if channel != "" {
		m.Channel = channelID(k.me.team, channel)
	}
	if m.At.IsZero() {
		m.At = k.a.now()
	}
	return m
}

// repeated is what controls.go puts before the second of two equal actions.
var repeated = regexp.MustCompile(`^\d+~`)

func (k *intake) pressed(i interaction, ack *ack) {
	if len(i.Actions) == 0 {
		return
	}
	el := i.Actions[0]
	action, err := chat.ParseAction(repeated.ReplaceAllString(el.ActionID, ""))
	if err != nil {
		return // a link button, or another app's
	}
	channel := cmp.Or(i.Channel.ID, i.Container.Channel)
	k.interact(i.User.ID, func(ctx context.Context) {
		e := chat.Pressed{
			Meta:    k.interactionMeta(ctx, i.Trigger, channel, i.User.ID, i.User.Name, moment(el.TS), inPassing),
			Action:  action,
			Values:  k.chosen(el),
			Message: chat.MessageRef{Channel: channelID(k.me.team, channel), ID: cmp.Or(i.Container.MessageTS, i.Message.TS)},
			Private: i.Container.Ephemeral,
		}
		k.in.Interact(e, &responder{
			a: k.a, team: k.me.team, user: i.User.ID, trigger: i.Trigger, ack: ack,
			back: way{Channel: channel, ReplyURL: i.ReplyURL, Private: i.Container.Ephemeral},
		}, nil)
	})
}

// chosen returns what was picked in a menu, ids as ours.
func (k *intake) chosen(el element) []string {
	var out []string
	for _, o := range append([]option{el.Option}, el.Options...) {
		if o.Value != "" {
			out = append(out, o.Value)
		}
	}
	for _, u := range append([]string{el.User}, el.Users...) {
		if u != "" {
			out = append(out, string(memberID(k.me.team, u)))
		}
	}
	for _, c := range slices.Concat([]string{el.Channel, el.Room}, el.Channels, el.Rooms) {
		if c != "" {
			out = append(out, string(channelID(k.me.team, c)))
		}
	}
	return out
}

func (k *intake) shortcut(i interaction, ack *ack) {
	if i.Callback == "" || i.Channel.ID == "" {
		return
	}
	k.interact(i.User.ID, func(ctx context.Context) {
		e := chat.Shortcut{
			Meta:    k.interactionMeta(ctx, i.Trigger, i.Channel.ID, i.User.ID, i.User.Name, moment(i.ActionTS), inPerson),
			Name:    i.Callback,
			Message: chat.MessageRef{Channel: channelID(k.me.team, i.Channel.ID), ID: i.Message.TS},
		}
		k.in.Interact(e, &responder{
			a: k.a, team: k.me.team, user: i.User.ID, trigger: i.Trigger, ack: ack,
			back: way{Channel: i.Channel.ID, ReplyURL: i.ReplyURL},
		}, nil)
	})
}

func (k *intake) submitted(i interaction, ack *ack) {
	action, err := chat.ParseAction(i.View.Callback)
	if err != nil {
		ack.send(nil)
		return
	}
	var back way
	if json.Unmarshal([]byte(i.View.Data), &back) != nil {
		back = way{}
	}
	// the handler may keep the form open, but not Slack waiting
	ack.within(ackTime)
	fields := make([]string, 0, len(i.View.State.Values))
	values := make(chat.Values, len(i.View.State.Values))
	for block, elements := range i.View.State.Values {
		fields = append(fields, block)
		for _, el := range elements {
			values[block] = k.answer(el)
		}
	}
	k.interact(i.User.ID, func(ctx context.Context) {
		id := cmp.Or(i.Trigger, i.View.ID+"-"+i.View.Hash)
		e := chat.Submitted{
			Meta:   k.interactionMeta(ctx, id, back.Channel, i.User.ID, i.User.Name, k.a.now(), inPerson),
			Action: action, Values: values,
		}
		k.in.Interact(e, &responder{
			a: k.a, team: k.me.team, user: i.User.ID, trigger: i.Trigger, ack: ack,
			back: back, fields: fields, form: true,
		}, nil)
	})
}

// answer returns what a field of a form holds.
func (k *intake) answer(el element) string {
	if picked := k.chosen(el); len(picked) > 0 {
		return picked[0]
	}
	return el.Value
}

// values returns a command's arguments with ids as ours.
func (k *intake) values(l line) chat.Values {
	out := make(chat.Values, len(l.args))
	for name, a := range l.args {
		switch a.kind {
		case chat.OptionMember:
			out[name] = string(memberID(k.me.team, a.text))
		case chat.OptionChannel:
			out[name] = string(channelID(k.me.team, a.text))
		case chat.OptionRole:
			out[name] = string(roleID(k.me.team, a.text))
		default:
			out[name] = a.text
		}
	}
	return out
}

// resolve finds what is named by "@name" or "#name" where Slack did not turn
// it into an id.
func (k *intake) resolve(ctx context.Context) resolver {
	return func(kind chat.OptionKind, name string) (string, bool) {
		switch kind {
		case chat.OptionRole:
			for _, g := range k.a.people.allGroups(ctx) {
				if fold(g.handle) == fold(name) {
					return g.id, true
				}
			}
		case chat.OptionChannel:
			list, err := k.a.Channels(ctx, spaceID(k.me.team))
			if err != nil {
				return "", false
			}
			for _, c := range list {
				if fold(c.Name) == fold(name) {
					return local(c.ID), true
				}
			}
		}
		return "", false
	}
}
