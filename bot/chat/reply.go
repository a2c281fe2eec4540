package chat

import (
	"context"
	"time"
)

// Reply is a handler's answer to an interaction. The zero value acknowledges
// and says nothing.
type Reply struct {
	Card   *Card // what is said
	Public bool  // for everyone in the channel; otherwise for the actor alone
	// Replace puts Card in the place of the private message that was pressed
	// on, instead of saying it below.
	Replace bool
	Form    *Form // opened before the actor; Card is then ignored
	// Wrong says what is wrong with a submitted form, by field. Where the
	// platform can, the form stays open with these sentences; where it
	// cannot, Card is shown instead: it says the same and offers the form
	// again with what was typed.
	Wrong map[string]string
	// Choices answer Completing, at most 25.
	Choices []Choice
	// Files go along with Card.
	Files []File
}

// File is a small file sent with a reply or a post.
type File struct {
	Name string `json:"name"`
	Type string `json:"type"` // MIME type
	Data []byte `json:"data"` // at most 8 MiB
}

// Private is a reply for the actor alone.
func Private(c Card) Reply { return Reply{Card: &c} }

// PrivateLine is a reply of one sentence for the actor alone.
func PrivateLine(l Line) Reply { return Private(Say(l)) }

// Responder answers one interaction. It is used by one goroutine at a time.
type Responder interface {
	// Patience is how long the platform lets a handler think before Defer
	// must be called. Zero means that the platform has been answered already.
	Patience() time.Duration
	// Defer acknowledges; the answer follows. private says whether it will be
	// for the actor alone. It returns an *Error.
	Defer(ctx context.Context, private bool) error
	// Respond sends the answer. It is called once and returns an *Error;
	// TroubleExpired says that it came too late.
	Respond(ctx context.Context, r Reply) error
}
