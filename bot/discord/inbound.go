package discord

import (
	"encoding/json"
	"fmt"
	"time"

	"animo/bot/chat"
)

// take handles one dispatch of the gateway. What cannot be read is logged and
// passed over.
func (a *Adapter) take(in *intake, kind string, data json.RawMessage) {
	if err := a.event(in, kind, data); err != nil {
		a.log.Warn("gateway event not understood", "event", kind, "error", err)
	}
}

func (a *Adapter) event(in *intake, kind string, data json.RawMessage) error {
	switch kind {
	case "INTERACTION_CREATE":
		return a.interaction(in, data)
	case "MESSAGE_CREATE":
		return decodedMessage(data, func(m messageEvent) { a.posted(in, m) })
	case "MESSAGE_UPDATE":
		return decodedMessage(data, func(m messageEvent) { a.edited(in, m) })
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
func (a *Adapter) joined(in *intake, e memberEvent) {
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

func (a *Adapter) welcome(in *intake, e memberEvent) {
	joined := time.Time(e.Joined)
	in.deliver(chat.Joined{Meta: in.meta(
		fmt.Sprintf("joined:%s:%s:%d", e.Guild, e.User.ID, joined.UnixMilli()),
		e.Guild, "", e.actor(e.User), joined,
	)})
}

// changed follows a member's roles, the bot's own among them, and the end of
// screening. An update alone does not say that screening ended just now.
func (a *Adapter) changed(in *intake, e memberEvent) {
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

func (a *Adapter) left(in *intake, e memberEvent) {
	if e.Guild == "" || e.User.ID == "" || a.isSelf(e.User.ID) {
		return
	}
	a.mu.Lock()
	delete(a.pending, memberKey{e.Guild, e.User.ID})
	a.mu.Unlock()
	now := a.deps.Now().UTC()
	id := fmt.Sprintf("left:%s:%s:%d", e.Guild, e.User.ID, now.Unix()/int64(leftWithin/time.Second))
	in.deliver(chat.Left{Meta: in.meta(id, e.Guild, "", e.actor(e.User), now)})
}

// arrived remembers a guild and tells of it. Discord sends it at each new
// session, when an outage ends and when the bot is invited.
func (a *Adapter) arrived(in *intake, raw rawGuild) {
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
	g := raw.build(self)
	newest := raw.newest(g, self)
	a.guilds.arrive(g)
	a.announce(in, raw, newest)
}

func (a *Adapter) announce(in *intake, g rawGuild, newest map[chat.ChannelID]string) {
	now := a.deps.Now().UTC()
	in.deliver(chat.Arrived{
		Meta: in.meta(fmt.Sprintf("arrived:%s:%d", g.ID, now.UnixNano()), g.ID, "", chat.Actor{}, now),
		Name: g.Name, Locale: g.Locale, Newest: newest,
	})
}

// departed tells of a guild that the bot was removed from; one that is only
// unavailable has an outage and comes back.
func (a *Adapter) departed(in *intake, raw rawGuild) {
	if raw.ID == "" || raw.Unavailable {
		return
	}
	a.guilds.depart(raw.ID)
	now := a.deps.Now().UTC()
	in.deliver(chat.Departed{Meta: in.meta(fmt.Sprintf("departed:%s:%d", raw.ID, now.Unix()), raw.ID, "", chat.Actor{}, now)})
}
