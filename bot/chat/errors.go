package chat

import (
	"errors"
	"fmt"
	"time"
)

// Trouble says what a failed call to a platform means for the caller.
type Trouble string

// The kinds of trouble.
const (
	// TroubleTransient: try again later; nothing happened.
	TroubleTransient Trouble = "transient"
	// TroubleLimited: try again after RetryAfter; nothing happened.
	TroubleLimited Trouble = "limited"
	// TroubleUnsure: it may or may not have happened; look before repeating.
	TroubleUnsure Trouble = "unsure"
	// TroubleForbidden: a right is missing, named by Missing if known.
	TroubleForbidden Trouble = "forbidden"
	// TroubleGone: the channel, message or member is not there (any more).
	TroubleGone Trouble = "gone"
	// TroubleRefused: the platform will never take this.
	TroubleRefused Trouble = "refused"
	// TroubleUnreachable: the member does not take direct messages.
	TroubleUnreachable Trouble = "unreachable"
	// TroubleExpired: too late to answer this interaction.
	TroubleExpired Trouble = "expired"
	// TroubleAuth: the token is wrong or lacks a scope; an operator must act.
	TroubleAuth Trouble = "auth"
)

// Error is a failed call to a platform.
type Error struct {
	Trouble    Trouble
	Doing      string        // what was tried, lower case: "post to channel"
	Missing    string        // the missing right or scope, as the platform names it
	RetryAfter time.Duration // with TroubleLimited
	Err        error
}

// Error is for the operator: what was tried, the trouble, and why.
func (e *Error) Error() string {
	s := fmt.Sprintf("%s: %s", e.Doing, e.Trouble)
	if e.Missing != "" {
		s += " (" + e.Missing + ")"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns what the platform's library said, nil if nothing.
func (e *Error) Unwrap() error { return e.Err }

// TroubleOf says what err means: nothing if it is nil. An error that is not an
// *Error is transient: the caller tries again.
func TroubleOf(err error) Trouble {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Trouble
	}
	return TroubleTransient
}

// Final says whether trying the same call again is pointless.
func (t Trouble) Final() bool {
	switch t {
	case TroubleForbidden, TroubleGone, TroubleRefused, TroubleUnreachable, TroubleExpired:
		return true
	}
	return false
}
