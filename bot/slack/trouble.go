package slack

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"animo/bot/chat"
	"animo/bot/quota"
)

// troubles says what Slack's error codes mean; a code that is not listed is a
// refusal (docs.slack.dev/reference/methods, the errors of each method used).
var troubles = map[string]chat.Trouble{
	"channel_not_found": chat.TroubleGone, "message_not_found": chat.TroubleGone,
	"user_not_found": chat.TroubleGone, "users_not_found": chat.TroubleGone,
	"thread_not_found": chat.TroubleGone, "is_archived": chat.TroubleGone,
	"team_not_found": chat.TroubleGone, "user_not_visible": chat.TroubleGone,

	"not_in_channel": chat.TroubleForbidden, "restricted_action": chat.TroubleForbidden,
	"restricted_action_read_only_channel": chat.TroubleForbidden, "restricted_action_thread_only_channel": chat.TroubleForbidden,
	"restricted_action_non_threadable_channel": chat.TroubleForbidden,
	"cant_update_message":                      chat.TroubleForbidden, "cant_delete_message": chat.TroubleForbidden,
	"cant_broadcast_message": chat.TroubleForbidden, "user_not_in_channel": chat.TroubleForbidden,
	"access_denied": chat.TroubleForbidden, "no_permission": chat.TroubleForbidden,
	"edit_window_closed": chat.TroubleForbidden, "ekm_access_denied": chat.TroubleForbidden,

	"cannot_dm_bot": chat.TroubleUnreachable, "user_disabled": chat.TroubleUnreachable,
	"messages_tab_disabled": chat.TroubleUnreachable, "im_disabled": chat.TroubleUnreachable,

	"invalid_auth": chat.TroubleAuth, "not_authed": chat.TroubleAuth, "token_revoked": chat.TroubleAuth,
	"token_expired": chat.TroubleAuth, "account_inactive": chat.TroubleAuth, "missing_scope": chat.TroubleAuth,
	"not_allowed_token_type": chat.TroubleAuth, "org_login_required": chat.TroubleAuth,

	"expired_trigger_id": chat.TroubleExpired, "trigger_expired": chat.TroubleExpired,
	"exchanged_trigger_id": chat.TroubleExpired, "trigger_exchanged": chat.TroubleExpired,
	"expired_url": chat.TroubleExpired, "used_url": chat.TroubleExpired,

	"ratelimited": chat.TroubleLimited, "rate_limited": chat.TroubleLimited,

	"internal_error": chat.TroubleUnsure, "fatal_error": chat.TroubleUnsure,
	"service_unavailable": chat.TroubleUnsure, "request_timeout": chat.TroubleUnsure,
}

// unknownRetry is the pause after a limit that came without Retry-After.
const unknownRetry = 30 * time.Second

// call is one call to Slack: what is being done, whether doing it twice would
// show, and whether the request got out.
type call struct {
	doing   string
	says    bool   // members would see it twice
	channel string // with chat.postMessage, which is limited by channel
	hurry   bool   // do without rather than wait for a turn
	sent    atomic.Bool

	block  func(time.Duration) // set by the gate: lets nobody else ask meanwhile
	banned time.Duration       // what a 429 said
}

// callKey is where a context carries its call to the gate.
type callKey struct{}

// callIn returns the call that a request belongs to.
func callIn(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{}
}

// watch returns a context that notes when the request is written: an error
// before that means that nothing happened.
func (c *call) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(context.WithValue(ctx, callKey{}, c), &httptrace.ClientTrace{
		WroteHeaders: func() { c.sent.Store(true) },
	})
}

// err turns an error of slack-go into a *chat.Error; nil stays nil.
func (c *call) err(err error) error {
	if err == nil {
		return nil
	}
	out := &chat.Error{Trouble: c.unsure(), Doing: c.doing, Err: scrub(err)}
	var limited *slack.RateLimitedError
	var refused slack.SlackErrorResponse
	var status slack.StatusCodeError
	var soon *quota.TooSoon
	switch {
	case errors.As(err, &soon):
		out.Trouble, out.RetryAfter = chat.TroubleLimited, soon.Wait
	case c.banned > 0: // whatever else slack-go makes of that answer
		out.Trouble, out.RetryAfter = chat.TroubleLimited, c.banned
	case errors.As(err, &limited):
		out.Trouble, out.RetryAfter = chat.TroubleLimited, limited.RetryAfter
	case errors.As(err, &refused):
		c.code(out, refused)
	case errors.As(err, &status):
		out.Trouble, out.RetryAfter = c.status(status.Code)
	}
	return out
}

func (c *call) code(out *chat.Error, refused slack.SlackErrorResponse) {
	out.Trouble = chat.TroubleRefused
	if t, known := troubles[refused.Err]; known {
		out.Trouble = t
	}
	switch out.Trouble {
	case chat.TroubleUnsure:
		out.Trouble = c.unsure()
	case chat.TroubleLimited:
		out.RetryAfter = unknownRetry
		if c.block != nil {
			c.block(unknownRetry)
		}
	case chat.TroubleForbidden:
		out.Missing = refused.Err
	case chat.TroubleAuth:
		out.Missing = refused.Needed
	}
}

func (c *call) status(code int) (chat.Trouble, time.Duration) {
	switch {
	case code == http.StatusTooManyRequests:
		return chat.TroubleLimited, unknownRetry
	case code == http.StatusNotFound, code == http.StatusGone:
		return chat.TroubleExpired, 0 // only response URLs end so; an unknown method is an error code
	case code >= http.StatusInternalServerError:
		return c.unsure(), 0
	default:
		return chat.TroubleRefused, 0
	}
}

// unsure is the trouble of a call whose answer is not known.
func (c *call) unsure() chat.Trouble {
	if c.says && c.sent.Load() {
		return chat.TroubleUnsure
	}
	return chat.TroubleTransient
}

// scrub takes the address out of a network error: response URLs and websocket
// tickets are secrets while they live.
func scrub(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	var t *tls.CertificateVerificationError
	if errors.As(err, &t) {
		return t.Err
	}
	return err
}

// fatal says whether an error needs an operator: trying again is pointless.
func fatal(err error) bool { return chat.TroubleOf(err) == chat.TroubleAuth }
