package discordwire

import (
	"slices"
	"sort"
	"time"
)

// Message flags (resources/message#message-object-message-flags).
const (
	flagSuppressEmbeds        = 1 << 2
	flagHasThread             = 1 << 5
	flagEphemeral             = 1 << 6
	flagLoading               = 1 << 7
	flagSuppressNotifications = 1 << 12
	flagComponentsV2          = 1 << 15
)

// Message types (resources/message#message-object-message-types).
const (
	messageDefault = 0
	messagePinned  = 6
	messageThread  = 18
	messageReply   = 19
	messageCommand = 20
	messageMenu    = 23
)

type emoji struct {
	ID   *string `json:"id"`
	Name string  `json:"name"`
}

// reaction counts one emoji under a message.
type reaction struct {
	Count   int    `json:"count"`
	Details object `json:"count_details"`
	Me      bool   `json:"me"`
	MeBurst bool   `json:"me_burst"`
	Emoji   emoji  `json:"emoji"`
	Colours []any  `json:"burst_colors"`
}

// attachment is a file of a message, kept in the store under its id.
type attachment struct {
	ID          string `json:"id"`
	Filename    string `json:"filename"`
	Description string `json:"description,omitempty"`
	ContentType string `json:"content_type,omitempty"`
	Size        int    `json:"size"`
	URL         string `json:"url"`
	ProxyURL    string `json:"proxy_url"`
}

// message is a message object (resources/message#message-object).
type message struct {
	ID              string       `json:"id"`
	Type            int          `json:"type"`
	ChannelID       string       `json:"channel_id"`
	Author          user         `json:"author"`
	Content         string       `json:"content"`
	Timestamp       string       `json:"timestamp"`
	Edited          *string      `json:"edited_timestamp"`
	TTS             bool         `json:"tts"`
	MentionEveryone bool         `json:"mention_everyone"`
	Mentions        []user       `json:"mentions"`
	MentionRoles    []string     `json:"mention_roles"`
	Attachments     []attachment `json:"attachments"`
	Embeds          []any        `json:"embeds"`
	Components      []any        `json:"components"`
	Reactions       []reaction   `json:"reactions,omitempty"`
	Pinned          bool         `json:"pinned"`
	Flags           int          `json:"flags"`
	WebhookID       string       `json:"webhook_id,omitempty"`
	ApplicationID   string       `json:"application_id,omitempty"`
	Metadata        object       `json:"interaction_metadata,omitempty"`
	Interaction     object       `json:"interaction,omitempty"`
	Reference       object       `json:"message_reference,omitempty"`
	Referenced      *message     `json:"referenced_message,omitempty"`
	Thread          object       `json:"thread,omitempty"`
	Poll            object       `json:"poll,omitempty"`

	viewer   string              // who alone sees it; empty: everyone
	reactors map[string][]string // who reacted, by emoji name
	pinnedAt time.Time
	nonce    string // as text; Discord gives it back once and stores it nowhere
}

// sentMessage is a message as its sender alone learns of it, with the nonce,
// which a message read again has lost.
type sentMessage struct {
	*message
	Nonce string `json:"nonce,omitempty"`
}

// storedMessage is a message with what its wire form does not show.
type storedMessage struct {
	*message
	Reactors map[string][]string `json:"_reactors,omitempty"`
	PinnedAt time.Time           `json:"_pinned_at"`
	Nonce    string              `json:"_nonce,omitempty"`
}

func (m *message) isV2() bool    { return m.Flags&flagComponentsV2 != 0 }
func (m *message) waiting() bool { return m.Flags&flagLoading != 0 }

// empty says whether nothing would show (error 50006).
func (m *message) empty() bool {
	return m.Content == "" && len(m.Embeds) == 0 && len(m.Attachments) == 0 && len(m.Components) == 0 && m.Poll == nil
}

// silent is what is sent to a client without the message content intent
// (events/gateway#message-content-intent).
func (m *message) silent() *message {
	c := *m
	c.Content, c.Embeds, c.Attachments, c.Components, c.Poll = "", []any{}, []attachment{}, []any{}, nil
	return &c
}

// clean replaces absent lists by empty ones, as Discord sends them.
func (m *message) clean() *message {
	if m.Mentions == nil {
		m.Mentions = []user{}
	}
	if m.MentionRoles == nil {
		m.MentionRoles = []string{}
	}
	if m.Attachments == nil {
		m.Attachments = []attachment{}
	}
	if m.Embeds == nil {
		m.Embeds = []any{}
	}
	if m.Components == nil {
		m.Components = []any{}
	}
	return m
}

// history is a channel's messages, oldest first.
type history struct{ list []*message }

func (h *history) at(id string) int {
	return sort.Search(len(h.list), func(i int) bool { return !idLess(h.list[i].ID, id) })
}

func (h *history) find(id string) *message {
	if i := h.at(id); i < len(h.list) && h.list[i].ID == id {
		return h.list[i]
	}
	return nil
}

func (h *history) add(m *message) { h.list = slices.Insert(h.list, h.at(m.ID), m) }

func (h *history) remove(id string) {
	if i := h.at(id); i < len(h.list) && h.list[i].ID == id {
		h.list = slices.Delete(h.list, i, i+1)
	}
}

func (h *history) last() string {
	for _, m := range slices.Backward(h.list) {
		if m.viewer == "" {
			return m.ID
		}
	}
	return ""
}

// page gives up to limit public messages, newest first, before, after or
// around an id, or the newest (resources/message#get-channel-messages).
func (h *history) page(before, after, around string, limit int) []*message {
	public := make([]*message, 0, len(h.list))
	for _, m := range h.list {
		if m.viewer == "" {
			public = append(public, m)
		}
	}
	of := history{public}
	from, to := 0, len(public)
	switch {
	case around != "":
		from = max(0, of.at(around)-limit/2)
		to = min(len(public), from+limit)
	case before != "":
		to = of.at(before)
		from = max(0, to-limit)
	case after != "":
		from = of.at(after)
		if from < len(public) && public[from].ID == after {
			from++
		}
		to = min(len(public), from+limit)
	default:
		from = max(0, to-limit)
	}
	got := slices.Clone(public[from:to])
	slices.Reverse(got)
	return got
}
