package discordwire

import (
	"crypto/rand"
	"encoding/json"
	"strings"
)

// maxMembersChunk is how many members one GUILD_MEMBERS_CHUNK holds
// (events/gateway-events#request-guild-members).
const maxMembersChunk = 1000

// identity is the data of IDENTIFY (events/gateway-events#identify).
type identity struct {
	Token      string         `json:"token"`
	Properties map[string]any `json:"properties"`
	Large      int            `json:"large_threshold"`
	Shard      []int64        `json:"shard"`
	Intents    *Intents       `json:"intents"`
}

// identifyLink starts a session, or closes the connection with the code that
// says what is wrong.
func (s *Server) identifyLink(l *link, d json.RawMessage, host string) {
	var id identity
	switch {
	case l.session != nil:
		l.end(closeTwice, "Already authenticated")
	case json.Unmarshal(d, &id) != nil || id.Properties == nil:
		l.end(closeDecode, "Decode error")
	case !s.tokenOK(strings.TrimPrefix(id.Token, "Bot ")):
		l.end(closeToken, "Authentication failed")
	case id.Intents == nil || *id.Intents&^knownIntents != 0:
		l.end(closeIntents, "Invalid intent(s)")
	case *id.Intents&privileged&^s.opt.Privileged != 0:
		l.end(closeDisallowed, "Disallowed intent(s)")
	case id.Shard != nil && (len(id.Shard) != 2 || id.Shard[0] < 0 || id.Shard[0] >= id.Shard[1]):
		l.end(closeShard, "Invalid shard")
	default:
		s.ready(l, id, host)
	}
}

func (s *Server) ready(l *link, id identity, host string) {
	ses := &session{id: strings.ToLower(rand.Text()), intents: *id.Intents, shard: [2]int64{0, 1}, large: 50, link: l}
	if id.Shard != nil {
		ses.shard = [2]int64{id.Shard[0], id.Shard[1]}
	}
	if id.Large >= 50 && id.Large <= 250 {
		ses.large = id.Large
	}
	s.sessions[ses.id], l.session = ses, ses
	var here []*guild
	stubs := []object{}
	for _, g := range s.sortedGuilds() {
		if g.members[s.self] != nil && ses.covers(event{guild: g.ID}) {
			here = append(here, g)
			stubs = append(stubs, object{"id": g.ID, "unavailable": true})
		}
	}
	s.sendTo(ses, event{name: "READY", data: object{
		"v": 10, "user": s.selfUser(), "guilds": stubs, "session_id": ses.id, "session_type": "normal",
		"resume_gateway_url": "ws://" + host + "/gateway", "shard": ses.shard,
		"application":      object{"id": s.self, "flags": s.applicationFlags()},
		"private_channels": []any{}, "relationships": []any{}, "presences": []any{}, "guild_join_requests": []any{},
		"user_settings": object{}, "_trace": []any{},
	}})
	for _, g := range here {
		if ses.intents&intentGuilds != 0 {
			s.sendTo(ses, s.guildCreate(g, ses))
		}
	}
	s.stateChanged()
}

// resumeLink takes a session up again and replays what it missed. A session
// that is unknown, too old or too far behind gets an invalid session that
// cannot resume.
func (s *Server) resumeLink(l *link, d json.RawMessage) {
	var r struct {
		Token   string `json:"token"`
		Session string `json:"session_id"`
		Seq     int64  `json:"seq"`
	}
	if l.session != nil {
		l.end(closeTwice, "Already authenticated")
		return
	}
	if json.Unmarshal(d, &r) != nil {
		l.end(closeDecode, "Decode error")
		return
	}
	if !s.tokenOK(strings.TrimPrefix(r.Token, "Bot ")) {
		l.end(closeToken, "Authentication failed")
		return
	}
	ses := s.sessions[r.Session]
	if ses == nil || s.stale(ses) {
		l.push(item{data: packet(opInvalid, false)})
		return
	}
	if r.Seq < 0 || r.Seq > ses.seq {
		delete(s.sessions, ses.id)
		l.end(closeSeq, "Invalid seq")
		return
	}
	missed, ok := ses.missed(r.Seq)
	if !ok {
		delete(s.sessions, ses.id)
		l.push(item{data: packet(opInvalid, false)})
		return
	}
	if old := ses.link; old != nil {
		old.session = nil
		old.end(4000, "Resumed elsewhere")
	}
	ses.link, l.session = l, ses
	for _, f := range missed {
		l.push(item{data: f.data})
	}
	s.sendTo(ses, event{name: "RESUMED", data: object{"_trace": []any{}}})
	s.stateChanged()
}

// sendMembers answers Request Guild Members. Asking for all members needs
// their intent (events/gateway-events#request-guild-members).
func (s *Server) sendMembers(l *link, d json.RawMessage) {
	var q struct {
		Guild string          `json:"guild_id"`
		Query *string         `json:"query"`
		Limit int             `json:"limit"`
		Users json.RawMessage `json:"user_ids"`
		Nonce string          `json:"nonce"`
	}
	switch {
	case l.session == nil:
		l.end(closeNotIdentified, "Not authenticated")
		return
	case json.Unmarshal(d, &q) != nil || q.Query == nil && q.Users == nil:
		l.end(closeDecode, "Decode error")
		return
	case q.Query != nil && *q.Query == "" && q.Limit == 0 && l.session.intents&IntentMembers == 0:
		l.end(closeDisallowed, "Disallowed intent(s)")
		return
	}
	g := s.guilds[q.Guild]
	if g == nil {
		return
	}
	var found []*member
	absent := []string{}
	if q.Users != nil {
		found, absent = g.pick(userIDs(q.Users))
	} else {
		found = s.membersCalled(g, *q.Query)
		if q.Limit > 0 && len(found) > q.Limit {
			found = found[:q.Limit]
		}
	}
	s.sendChunks(l.session, g, found, absent, q.Nonce)
}

// userIDs reads one id or a list of them.
func userIDs(raw json.RawMessage) []string {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	var many []string
	if json.Unmarshal(raw, &many) != nil {
		return nil
	}
	return many
}

func (g *guild) pick(ids []string) (found []*member, absent []string) {
	absent = []string{}
	for _, id := range ids {
		if m := g.members[id]; m != nil {
			found = append(found, m)
		} else {
			absent = append(absent, id)
		}
	}
	return found, absent
}

func (s *Server) sendChunks(ses *session, g *guild, found []*member, absent []string, nonce string) {
	count := max(1, (len(found)+maxMembersChunk-1)/maxMembersChunk)
	for i := range count {
		part := found[i*maxMembersChunk : min(len(found), (i+1)*maxMembersChunk)]
		members := make([]object, len(part))
		for j, m := range part {
			members[j] = s.memberWire(m, true)
		}
		o := object{"guild_id": g.ID, "members": members, "chunk_index": i, "chunk_count": count, "not_found": absent}
		if nonce != "" {
			o["nonce"] = nonce
		}
		s.sendTo(ses, event{name: "GUILD_MEMBERS_CHUNK", data: o})
	}
}
