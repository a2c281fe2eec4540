package outbox

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"time"

	"animo/bot/chat"
	"animo/storage"
)

// ItemKind says what an Item does.
type ItemKind string

// The kinds of item.
const (
	ItemPost   ItemKind = "post"   // Message to Channel
	ItemDirect ItemKind = "direct" // Message to Member alone
	ItemRedraw ItemKind = "redraw" // edits the message in Slot of Subject
	ItemDelete ItemKind = "delete" // removes the message in Slot of Subject
	ItemGrant  ItemKind = "grant"  // gives Role to Member, or takes it
)

// Item is the body of an effect.
type Item struct {
	Kind    ItemKind       `json:"kind"`
	Space   chat.SpaceID   `json:"space"`
	Channel chat.ChannelID `json:"channel,omitempty"`
	Member  chat.MemberID  `json:"member,omitempty"`
	Role    chat.RoleID    `json:"role,omitempty"`
	Take    bool           `json:"take,omitempty"`
	Card    chat.Card      `json:"card,omitzero"`
	Subject string         `json:"subject,omitempty"`  // the instance it speaks for
	Slot    string         `json:"slot,omitempty"`     // names the message within the subject
	ReplyTo string         `json:"reply_to,omitempty"` // slot of the message answered
	Drawn   bool           `json:"drawn,omitempty"`    // shows its subject as it is, and is redrawn
	Tell    bool           `json:"tell,omitempty"`     // a JobSpoke follows
	Until   time.Time      `json:"until,omitzero"`     // given up after
}

// The kinds of document and job that the outbox writes.
const (
	KindSlot        = "slot"        // id Subject/Slot: where a message stands
	KindPosted      = "posted"      // id MessageRef: what it shows
	KindUndelivered = "undelivered" // an item that the platform refused
	JobSpoke        = "outbox.spoke"
)

// Slot tells where the message of a slot stands.
type Slot struct {
	Ref chat.MessageRef `json:"ref"`
}

// Posted tells what a message shows.
type Posted struct {
	Subject string `json:"subject"`
	Slot    string `json:"slot"`
}

// Spoke is the body of a JobSpoke: what became of an item.
type Spoke struct {
	Subject string        `json:"subject"`
	Slot    string        `json:"slot,omitempty"`
	Member  chat.MemberID `json:"member,omitempty"`
	Trouble chat.Trouble  `json:"trouble,omitempty"`
}

// Undelivered is an item given up, kept so that it can be tried again.
type Undelivered struct {
	Key     string       `json:"key"`
	Item    Item         `json:"item"`
	Trouble chat.Trouble `json:"trouble"`
	Missing string       `json:"missing,omitempty"`
	At      time.Time    `json:"at"`
}

// Priorities of what the outbox itself says; games have their own.
const (
	PriorityTeam   = 25
	PriorityRedraw = 40
)

// lane returns what the item must stay in order with.
func (i Item) lane() string {
	switch i.Kind {
	case ItemRedraw:
		return string(i.Channel) + "/" + i.Subject
	case ItemDirect, ItemGrant:
		return string(i.Member)
	}
	return string(i.Channel)
}

// network returns the platform that the item is for.
func (i Item) network() chat.Network { return chat.NetworkOf(i.Space) }

// Effect makes the effect that carries an item. The key names it within the
// tenant: the same key is never said twice.
func Effect(key string, priority int, due time.Time, i Item) (storage.Effect, error) {
	body, err := json.Marshal(i)
	if err != nil {
		return storage.Effect{}, fmt.Errorf("write an effect: %w", err)
	}
	return storage.Effect{Key: key, Lane: i.lane(), Priority: priority, Due: due, Body: body}, nil
}

// redrawFor is how long a redraw waits for a message that is not posted.
const redrawFor = 24 * time.Hour

// Redraw makes the effect that edits the message in a subject's slot. There
// is one for each subject, however often it is put.
func Redraw(subject, slot string, space chat.SpaceID, channel chat.ChannelID, due time.Time) (storage.Effect, error) {
	return Effect(RedrawKey(subject), PriorityRedraw, due, Item{
		Kind: ItemRedraw, Space: space, Channel: channel, Subject: subject, Slot: slot, Until: due.Add(redrawFor),
	})
}

// RedrawKey is the key of a subject's Redraw.
func RedrawKey(subject string) string { return "redraw/" + subject }

// messageKey makes the key that the platform keeps with the message: 24
// characters that differ between effects.
func messageKey(e storage.Effect) string {
	sum := sha256.Sum256([]byte(string(e.Tenant) + "\x00" + e.Key))
	return base32.StdEncoding.EncodeToString(sum[:15])
}
