package discord

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/bwmarrin/discordgo"

	"animo/bot/chat"
)

// troubles says what Discord's error codes mean
// (docs: topics/opcodes-and-status-codes#json-json-error-codes).
var troubles = map[int]chat.Trouble{
	10003: chat.TroubleGone, // unknown channel
	10004: chat.TroubleGone, // unknown guild
	10007: chat.TroubleGone, // unknown member
	10008: chat.TroubleGone, // unknown message
	10011: chat.TroubleGone, // unknown role
	10013: chat.TroubleGone, // unknown user

	10015: chat.TroubleExpired, // unknown webhook: the interaction is forgotten
	10062: chat.TroubleExpired, // unknown interaction: the three seconds are over
	40060: chat.TroubleExpired, // interaction already acknowledged
	50027: chat.TroubleExpired, // invalid webhook token: the fifteen minutes are over

	50001:  chat.TroubleForbidden, // missing access
	50009:  chat.TroubleForbidden, // verification level too high
	50013:  chat.TroubleForbidden, // missing permissions
	160002: chat.TroubleForbidden, // cannot reply without reading the history

	50007: chat.TroubleUnreachable, // cannot send messages to this user
	50278: chat.TroubleUnreachable, // no guild in common

	20016: chat.TroubleLimited, // slow mode
	20028: chat.TroubleLimited, // channel write limit
	31001: chat.TroubleLimited, // guild is busy
	40003: chat.TroubleLimited, // direct messages opened too fast

	50014: chat.TroubleAuth, // invalid token
}

// statuses says what an HTTP status means whose code is not in troubles.
var statuses = map[int]chat.Trouble{
	http.StatusUnauthorized:    chat.TroubleAuth,
	http.StatusForbidden:       chat.TroubleForbidden,
	http.StatusNotFound:        chat.TroubleGone,
	http.StatusTooManyRequests: chat.TroubleLimited,
}

// trouble turns a failed call into an *chat.Error.
func (r *request) trouble(x *exchange, err error) *chat.Error {
	e := &chat.Error{Doing: r.doing, Err: err, Trouble: chat.TroubleTransient}
	var own *chat.Error
	if errors.As(err, &own) {
		e.Trouble, e.RetryAfter, e.Err = own.Trouble, own.RetryAfter, own.Err
		return e
	}
	code := errorCode(err)
	switch {
	case x.status < 400 || x.status >= 500:
		e.Trouble = r.broken(x)
	case troubles[code] != "":
		e.Trouble = troubles[code]
	case statuses[x.status] != "":
		e.Trouble = statuses[x.status]
	default:
		e.Trouble = chat.TroubleRefused
	}
	switch e.Trouble {
	case chat.TroubleLimited:
		e.RetryAfter = max(x.after, retryAfter(x.header)) + grace
	case chat.TroubleForbidden:
		e.Missing = r.missing(code)
	}
	return e
}

// broken says what a failure of the network or of Discord itself means: if the
// request had left, and saying it again would be heard twice, nobody knows.
func (r *request) broken(x *exchange) chat.Trouble {
	if r.once && x.sent.Load() {
		return chat.TroubleUnsure
	}
	return chat.TroubleTransient
}

func (r *request) missing(code int) string {
	switch {
	case code == 50001:
		return rightViewChannel
	case code == 160002:
		return rightReadHistory
	}
	return r.needs
}

// errorCode returns Discord's own code, 0 if the answer had none.
func errorCode(err error) int {
	var rest *discordgo.RESTError
	if errors.As(err, &rest) && rest.Message != nil {
		return rest.Message.Code
	}
	return 0
}

// shown cuts an error down to what may be logged: discordgo's hold the whole
// request and answer, and the address, which for an answer to an interaction
// is a token.
func shown(x *exchange, err error) error {
	if x.status >= 400 {
		e := &apiError{status: x.status, message: http.StatusText(x.status)}
		var rest *discordgo.RESTError
		if errors.As(err, &rest) && rest.Message != nil && rest.Message.Message != "" {
			e.code, e.message = rest.Message.Code, rest.Message.Message
		}
		return e
	}
	var address *url.Error
	if errors.As(err, &address) {
		return address.Err
	}
	return err
}

// apiError is a refusal by Discord without what it refused.
type apiError struct {
	status, code int
	message      string
}

func (e *apiError) Error() string {
	return fmt.Sprintf("discord answered %d (%d): %s", e.status, e.code, e.message)
}

// refused builds an error for what the adapter itself will not send.
func refused(doing string, err error) error {
	return &chat.Error{Trouble: chat.TroubleRefused, Doing: doing, Err: err}
}
