package discordwire

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// nonceMemory is how long a nonce is remembered: the "past few minutes" of
// resources/message#create-message.
const nonceMemory = 2 * time.Minute

type nonceKey struct{ channel, author, nonce string }

type nonceUse struct {
	message string
	at      time.Time
}

// storedFile is an attachment's content.
type storedFile struct {
	Name        string `json:"name"`
	ContentType string `json:"content_type"`
	Data        []byte `json:"data"`
}

// nonceText reads a nonce, which is a string or an integer.
func nonceText(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// repeated finds the message that the same nonce made, if the body enforces
// it. If that was deleted since, it is an unknown message and none is made
// (discord-api-docs pull request 6647).
func (s *Server) repeated(ch *channel, b object) (*message, error) {
	nonce := nonceText(b["nonce"])
	if nonce == "" || !truth(b["enforce_nonce"]) {
		return nil, nil
	}
	use, ok := s.nonces[nonceKey{ch.ID, s.self, nonce}]
	if !ok || s.clock.Now().Sub(use.at) > nonceMemory {
		return nil, nil
	}
	m := s.history(ch.ID).find(use.message)
	if m == nil {
		return nil, refuse(unknownMessage)
	}
	return m, nil
}

// remember keeps a message's nonce, and forgets those too old to matter.
func (s *Server) remember(m *message) {
	now := s.clock.Now()
	for key, use := range s.nonces {
		if now.Sub(use.at) > nonceMemory {
			delete(s.nonces, key)
		}
	}
	if m.nonce != "" {
		s.nonces[nonceKey{m.ChannelID, m.Author.ID, m.nonce}] = nonceUse{m.ID, idTime(m.ID)}
	}
}

func (s *Server) newMessage(ch *channel, author *person) *message {
	m := &message{ID: s.ids.next(), ChannelID: ch.ID, Author: author.user(), Timestamp: stamp(s.clock.Now())}
	return m.clean()
}

// compose makes a message of the bot's from a body, or says what is wrong
// with it; answered is the interaction it answers, if any. Nobody is told yet.
func (s *Server) compose(ch *channel, c *call, b object, answered *interaction) (*message, error) {
	flags := whole(b["flags"])
	if err := s.validateMessage(b, c.files, flags&flagComponentsV2 != 0, true); err != nil {
		return nil, err
	}
	m := s.newMessage(ch, s.people[s.self])
	m.TTS = truth(b["tts"])
	m.Flags = flags & (flagSuppressEmbeds | flagSuppressNotifications | flagComponentsV2)
	if answered != nil {
		s.sign(answered, m, flags)
	}
	if err := s.reply(ch, m, b); err != nil {
		return nil, err
	}
	s.fillMessage(ch, m, c, b)
	if m.empty() {
		return nil, refuse(emptyMessage)
	}
	return m, nil
}

// fillMessage puts what a valid body has into a message; what it leaves out
// stays as it was.
func (s *Server) fillMessage(ch *channel, m *message, c *call, b object) {
	s.fillAttachments(ch, m, c, b)
	if v, ok := b["content"]; ok {
		m.Content = strings.TrimSpace(str(v))
	}
	if v, ok := b["embeds"]; ok {
		m.Embeds = embedsOf(list(v))
	}
	if v, ok := b["components"]; ok {
		m.Components = list(v)
		numberComponents(m.Components)
	}
	if v, ok := b["poll"]; ok && v != nil {
		m.Poll = s.pollOf(obj(v))
	}
	links := attachmentLinks(m)
	relink(m.Embeds, links)
	relink(m.Components, links)
	s.ping(ch, m, b["allowed_mentions"], s.self)
	m.clean()
}

func embedsOf(embeds []any) []any {
	for _, e := range embeds {
		if o := obj(e); o != nil && o["type"] == nil {
			o["type"] = "rich"
		}
	}
	return embeds
}

// numberComponents gives each component an id, as Discord does, from 1 in
// reading order, leaving those that the bot chose.
func numberComponents(top []any) {
	taken := map[int]bool{}
	walkComponents(top, func(o object) { taken[whole(o["id"])] = true })
	next := 1
	walkComponents(top, func(o object) {
		if whole(o["id"]) != 0 {
			return
		}
		for taken[next] {
			next++
		}
		o["id"] = next
		next++
	})
}

// walkComponents visits components in reading order, nested ones included.
func walkComponents(top []any, visit func(object)) {
	for _, v := range top {
		o := obj(v)
		if o == nil {
			continue
		}
		visit(o)
		walkComponents(list(o["components"]), visit)
		for _, key := range []string{"accessory", "component"} {
			if o[key] != nil {
				walkComponents([]any{o[key]}, visit)
			}
		}
	}
}

// fillAttachments keeps the request's files and, in an edit, drops those that
// its attachments leave out (reference#editing-message-attachments).
func (s *Server) fillAttachments(ch *channel, m *message, c *call, b object) {
	described := map[string]string{}
	if v, ok := b["attachments"]; ok {
		keep := []attachment{}
		for _, item := range list(v) {
			id := fmt.Sprint(obj(item)["id"])
			described[id] = str(obj(item)["description"])
			for _, a := range m.Attachments {
				if a.ID == id {
					keep = append(keep, a)
				}
			}
		}
		m.Attachments = keep
	}
	for _, f := range c.files {
		id := s.ids.next()
		at := c.base() + "/attachments/" + ch.ID + "/" + id + "/" + url.PathEscape(f.name)
		m.Attachments = append(m.Attachments, attachment{
			ID: id, Filename: f.name, Description: described[f.index], ContentType: f.contentType,
			Size: len(f.data), URL: at, ProxyURL: at,
		})
		s.keep(keyFile+id, storedFile{f.name, f.contentType, f.data})
	}
}

func attachmentLinks(m *message) map[string]attachment {
	links := map[string]attachment{}
	for _, a := range m.Attachments {
		links["attachment://"+a.Filename] = a
	}
	return links
}

// relink replaces attachment:// addresses by those the files are served at.
func relink(v any, links map[string]attachment) {
	switch t := v.(type) {
	case []any:
		for _, item := range t {
			relink(item, links)
		}
	case object:
		if a, ok := links[str(t["url"])]; ok {
			t["url"], t["proxy_url"] = a.URL, a.URL
			t["attachment_id"], t["content_type"] = a.ID, a.ContentType
		}
		for _, item := range t {
			relink(item, links)
		}
	}
}

// pollOf gives a poll object, without votes (resources/poll#poll-object).
func (s *Server) pollOf(b object) object {
	hours := 24
	if n, ok := num(b["duration"]); ok {
		hours = int(n)
	}
	answers, counts := []any{}, []any{}
	for i, v := range list(b["answers"]) {
		answers = append(answers, object{"answer_id": i + 1, "poll_media": obj(v)["poll_media"]})
		counts = append(counts, object{"id": i + 1, "count": 0, "me_voted": false})
	}
	return object{
		"question": b["question"], "answers": answers, "allow_multiselect": truth(b["allow_multiselect"]), "layout_type": 1,
		"expiry":  stamp(s.clock.Now().Add(time.Duration(hours) * time.Hour)),
		"results": object{"is_finalized": false, "answer_counts": counts},
	}
}

// reply makes m an answer to an earlier message, if the body refers to one.
func (s *Server) reply(ch *channel, m *message, b object) error {
	ref := obj(b["message_reference"])
	id := str(ref["message_id"])
	if id == "" {
		return nil
	}
	to := s.history(ch.ID).find(id)
	if to == nil || to.viewer != "" {
		if missing, ok := ref["fail_if_not_exists"].(bool); ok && !missing {
			return nil
		}
		return badForm("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
	}
	m.Type = messageReply
	m.Reference = object{"type": 0, "message_id": id, "channel_id": ch.ID, "guild_id": ch.GuildID}
	copied := *to
	copied.Referenced = nil
	m.Referenced = &copied
	return nil
}

// edit applies a body to a message: what it leaves out stays. The flag
// IS_COMPONENTS_V2 can come and never goes.
func (s *Server) edit(ch *channel, m *message, c *call, b object) error {
	v2 := m.isV2() || whole(b["flags"])&flagComponentsV2 != 0
	if err := s.validateMessage(b, c.files, v2, false); err != nil {
		return err
	}
	next := *m
	if v2 {
		next.Flags |= flagComponentsV2
	}
	if v, ok := num(b["flags"]); ok {
		next.Flags = next.Flags&^flagSuppressEmbeds | int(v)&flagSuppressEmbeds
	}
	next.Flags &^= flagLoading
	s.fillMessage(ch, &next, c, b)
	if next.empty() {
		return refuse(emptyMessage)
	}
	if v2 && (next.Content != "" || len(next.Embeds) > 0 || next.Poll != nil) {
		return badForm("flags", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
			"The content, embeds and poll must be taken away when adding MessageFlags.IS_COMPONENTS_V2")
	}
	if !m.waiting() {
		at := stamp(s.clock.Now())
		next.Edited = &at
	}
	*m = next
	s.messageChanged(m)
	return nil
}

func itoa(n int) string { return strconv.Itoa(n) }
