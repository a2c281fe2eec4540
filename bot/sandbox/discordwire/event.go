package discordwire

import (
	"encoding/json"
	"strconv"
	"time"
)

// Intents that events need (events/gateway#list-of-intents).
const (
	intentGuilds          Intents = 1 << 0
	intentMembers                 = IntentMembers
	intentModeration      Intents = 1 << 2
	intentGuildMessages   Intents = 1 << 9
	intentGuildReactions  Intents = 1 << 10
	intentDirectMessages  Intents = 1 << 12
	intentDirectReactions Intents = 1 << 13

	privileged = IntentMembers | IntentPresences | IntentMessageContent
	// knownIntents are all that are documented: 0–16, 20, 21, 24, 25.
	knownIntents Intents = 1<<17 - 1 | 1<<20 | 1<<21 | 1<<24 | 1<<25
)

// event is a dispatch, before it is known who gets it.
type event struct {
	name    string
	guild   string  // "" for direct messages
	intents Intents // any of them; none: everyone gets it
	data    any
	// stripped is what goes to who lacks the message content intent; nil if
	// that makes no difference.
	stripped any
	urgent   bool // not kept for a session that is not connected
}

// session is one IDENTIFY's stream of events. It outlives its connection by
// Options.SessionMemory.
type session struct {
	id      string
	intents Intents
	shard   [2]int64
	large   int // large_threshold
	seq     int64
	frames  []frame // the last maxFrames, for a replay
	link    *link   // nil: not connected
	lost    time.Time
}

type frame struct {
	seq  int64
	data []byte
}

// maxFrames bounds what a session can replay.
const maxFrames = 4096

func (ses *session) covers(e event) bool {
	if e.intents != 0 && ses.intents&e.intents == 0 {
		return false
	}
	if e.guild == "" {
		return ses.shard[0] == 0
	}
	id, err := strconv.ParseInt(e.guild, 10, 64)
	return err == nil && (id>>snowflakeShift)%ses.shard[1] == ses.shard[0]
}

// emit sends an event to every session that it concerns and says whether a
// connected one was among them.
func (s *Server) emit(e event) bool {
	reached := false
	for _, ses := range s.sessions {
		if s.stale(ses) {
			delete(s.sessions, ses.id)
			continue
		}
		if !ses.covers(e) || e.urgent && ses.link == nil {
			continue
		}
		s.sendTo(ses, e)
		reached = reached || ses.link != nil
	}
	return reached
}

func (s *Server) stale(ses *session) bool {
	return ses.link == nil && time.Since(ses.lost) > s.opt.SessionMemory
}

// sendTo appends an event to a session and to its connection.
func (s *Server) sendTo(ses *session, e event) {
	data := e.data
	if e.stripped != nil && ses.intents&IntentMessageContent == 0 {
		data = e.stripped
	}
	raw, err := json.Marshal(data)
	if err != nil {
		s.broken = err
		return
	}
	s.sendRaw(ses, e.name, raw)
	if s.twice > 0 {
		s.twice--
		s.sendRaw(ses, e.name, raw)
	}
}

func (s *Server) sendRaw(ses *session, name string, raw []byte) {
	ses.seq++
	b := make([]byte, 0, len(raw)+len(name)+48)
	b = append(b, `{"op":0,"t":"`...)
	b = append(b, name...)
	b = append(b, `","s":`...)
	b = strconv.AppendInt(b, ses.seq, 10)
	b = append(b, `,"d":`...)
	b = append(b, raw...)
	b = append(b, '}')
	ses.frames = append(ses.frames, frame{ses.seq, b})
	if len(ses.frames) > maxFrames+maxFrames/4 {
		ses.frames = append([]frame(nil), ses.frames[len(ses.frames)-maxFrames:]...)
	}
	if ses.link != nil {
		ses.link.push(item{data: b, at: time.Now().Add(s.late)})
	}
}

// missed gives the frames after seq, or false if they are not all kept.
func (ses *session) missed(seq int64) ([]frame, bool) {
	if seq == ses.seq {
		return nil, true
	}
	if len(ses.frames) == 0 || seq < ses.frames[0].seq-1 {
		return nil, false
	}
	return ses.frames[seq-ses.frames[0].seq+1:], true
}

// guildCreate gives the event that makes a guild available
// (events/gateway-events#guild-create). Members are the bot alone, unless the
// presence intent is asked for.
func (s *Server) guildCreate(g *guild, ses *session) event {
	o := s.guildWire(g)
	members := []object{s.memberWire(g.members[s.self], true)}
	if ses.intents&IntentPresences != 0 {
		for _, m := range g.sortedMembers() {
			if m.User != s.self && len(members) < ses.large {
				members = append(members, s.memberWire(m, true))
			}
		}
	}
	var threads []*channel
	for _, th := range s.guildChannels(g, true) {
		if !th.Archived && s.canView(th, s.self) {
			threads = append(threads, th)
		}
	}
	o["joined_at"], o["large"], o["unavailable"] = stamp(g.members[s.self].Joined), len(g.members) > ses.large, false
	o["member_count"], o["members"] = len(g.members), members
	o["channels"], o["threads"] = s.channelList(s.guildChannels(g, false)), s.channelList(threads)
	for _, key := range []string{"voice_states", "presences", "stage_instances", "guild_scheduled_events", "soundboard_sounds"} {
		o[key] = []any{}
	}
	return event{name: "GUILD_CREATE", guild: g.ID, intents: intentGuilds, data: o}
}
