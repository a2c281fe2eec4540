package slackwire

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"
)

// object is a JSON object of which nothing is known in advance.
type object = map[string]any

// workspace is everything that people of one Slack share.
type workspace struct {
	team     team
	people   []*person // in order of arrival
	channels []*channel
	groups   []*group
	files    map[string]*file
	modals   map[string][]*view // by user: the open modal and what lies beneath
	homes    map[string]*view   // by user

	index map[string]*person // people by id and by handle, made when asked for
}

// team is the workspace's own record, with the ids of the app in it.
type team struct {
	ID, Name, Domain     string
	AppID, BotID, BotUID string
	Language             string
	Created              time.Time
}

// person is a member of the workspace, or the bot.
type person struct {
	ID, Name, Display, Colour, Email, Locale, TZ string
	Admin, Owner, Guest, Bot, Deleted            bool
	Created, Joined, Updated                     time.Time
}

// Kinds of channel, as events name them in channel_type.
const (
	kindPublic  = "channel"
	kindPrivate = "group"
	kindDirect  = "im"
)

type channel struct {
	ID, Name, Kind, Topic, Creator string
	User                           string // of a direct conversation
	Members                        []string
	Created, TopicSet              time.Time
	Archived, General              bool
	Restricted                     bool // only administrators may post
	Pins                           []string

	messages []*message // oldest first
}

func (c *channel) has(user string) bool { return slices.Contains(c.Members, user) }

// find returns the message of a timestamp.
func (c *channel) find(ts string) *message {
	i, ok := c.search(ts)
	if !ok {
		return nil
	}
	return c.messages[i]
}

func (c *channel) search(ts string) (int, bool) {
	micros, ok := parseTS(ts)
	if !ok {
		return 0, false
	}
	i, found := slices.BinarySearchFunc(c.messages, micros, func(m *message, t int64) int {
		at, _ := parseTS(m.TS)
		return cmp.Compare(at, t)
	})
	return i, found
}

// group is a user group.
type group struct {
	ID, Handle, Name string
	Users            []string
	Created          time.Time
}

// message is a message as conversations.history returns it.
type message struct {
	Type         string          `json:"type"`
	Subtype      string          `json:"subtype,omitempty"`
	ClientMsgID  string          `json:"client_msg_id,omitempty"`
	User         string          `json:"user,omitempty"`
	Username     string          `json:"username,omitempty"`
	Icons        json.RawMessage `json:"icons,omitempty"`
	BotID        string          `json:"bot_id,omitempty"`
	AppID        string          `json:"app_id,omitempty"`
	BotProfile   *botProfile     `json:"bot_profile,omitempty"`
	Team         string          `json:"team,omitempty"`
	Text         string          `json:"text"`
	Blocks       json.RawMessage `json:"blocks,omitempty"`
	Attachments  json.RawMessage `json:"attachments,omitempty"`
	Metadata     json.RawMessage `json:"metadata,omitempty"`
	Files        []object        `json:"files,omitempty"`
	Upload       *bool           `json:"upload,omitempty"`
	Inviter      string          `json:"inviter,omitempty"`
	Topic        string          `json:"topic,omitempty"`
	Edited       *edit           `json:"edited,omitempty"`
	TS           string          `json:"ts"`
	ThreadTS     string          `json:"thread_ts,omitempty"`
	ParentUserID string          `json:"parent_user_id,omitempty"`
	ReplyCount   int             `json:"reply_count,omitempty"`
	ReplyUsersN  int             `json:"reply_users_count,omitempty"`
	ReplyUsers   []string        `json:"reply_users,omitempty"`
	LatestReply  string          `json:"latest_reply,omitempty"`
	Reactions    []reaction      `json:"reactions,omitempty"`
	PinnedTo     []string        `json:"pinned_to,omitempty"`
	Ephemeral    bool            `json:"is_ephemeral,omitempty"`
}

type botProfile struct {
	ID      string `json:"id"`
	AppID   string `json:"app_id"`
	UserID  string `json:"user_id"`
	Name    string `json:"name"`
	Deleted bool   `json:"deleted"`
	Updated int64  `json:"updated"`
	TeamID  string `json:"team_id"`
}

type edit struct {
	User string `json:"user"`
	TS   string `json:"ts"`
}

type reaction struct {
	Name  string   `json:"name"`
	Users []string `json:"users"`
	Count int      `json:"count"`
}

// inChannel tells whether the message shows in the channel itself and not
// only in a thread.
func (m *message) inChannel() bool {
	return m.ThreadTS == "" || m.ThreadTS == m.TS || m.Subtype == "thread_broadcast"
}

// copied returns a message that later changes of m leave alone.
func (m *message) copied() *message {
	c := *m
	c.Reactions = slices.Clone(m.Reactions)
	for i := range c.Reactions {
		c.Reactions[i].Users = slices.Clone(m.Reactions[i].Users)
	}
	c.PinnedTo, c.ReplyUsers = slices.Clone(m.PinnedTo), slices.Clone(m.ReplyUsers)
	return &c
}

// bare returns the message without its metadata, which history gives only
// when asked for.
func (m *message) bare() *message {
	c := m.copied()
	c.Metadata = nil
	return c
}

func (w *workspace) person(id string) *person {
	if p := w.named(id); p != nil && p.ID == id {
		return p
	}
	return nil
}

// named returns the person of a handle, or of an id. People are only ever
// added, so the index is old when it is too short.
func (w *workspace) named(name string) *person {
	if len(w.index) != 2*len(w.people) {
		w.index = make(map[string]*person, 2*len(w.people))
		for _, p := range w.people {
			w.index[p.Name], w.index[p.ID] = p, p
		}
	}
	return w.index[name]
}

func (w *workspace) channel(id string) *channel {
	for _, c := range w.channels {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// channelNamed returns the channel of a name without "#".
func (w *workspace) channelNamed(name string) *channel {
	for _, c := range w.channels {
		if c.Name == name && c.Kind != kindDirect {
			return c
		}
	}
	return nil
}

// sees tells whether a person may read a channel.
func (w *workspace) sees(user string, c *channel) bool {
	if c.has(user) {
		return true
	}
	p := w.person(user)
	return c.Kind == kindPublic && p != nil && !p.Guest && !p.Deleted
}

// writes tells whether a person may post in a channel.
func (w *workspace) writes(user string, c *channel) bool {
	p := w.person(user)
	if p == nil || p.Deleted || c.Archived || !c.has(user) {
		return false
	}
	return !c.Restricted || p.Admin
}
