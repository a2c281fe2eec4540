package slackwire

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// call is one call of a Web API method, while the server is locked for it.
type call struct {
	*Server
	args arguments
	base string // scheme and host that the caller used
}

// refusal is an answer with "ok": false.
type refusal struct {
	code  string
	extra object // further members of the answer
	wait  time.Duration
}

func (r *refusal) Error() string { return r.code }

// refuse answers with an error code and nothing else.
func refuse(code string) error { return &refusal{code: code} }

// refuseArgument answers invalid_arguments with what is wrong.
func refuseArgument(format string, args ...any) error {
	return refuseWith("invalid_arguments", []string{"[ERROR] " + fmt.Sprintf(format, args...)})
}

func refuseWith(code string, messages []string) error {
	return &refusal{code: code, extra: object{"response_metadata": object{"messages": messages}}}
}

// answer is what goes back over HTTP.
type answer struct {
	status int
	header map[string]string
	body   []byte
}

func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	args, token, warnings, code := readArguments(r)
	base := baseURL(r)
	run := func() answer {
		s.mu.Lock()
		defer s.mu.Unlock()
		if code != "" {
			return s.reply(nil, refuse(code), nil)
		}
		res, err := s.invoke(name, token, call{s, args, base})
		return s.reply(res, err, warnings)
	}
	s.answer(w, r, name, args, run)
}

// answer runs a call, or makes it go wrong as the faults in force say, and
// notes it in the log.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, path string, args arguments, run func() answer) {
	f := s.fault(r.Method, path)
	sent := toJSON(args) // before the call has its way with them
	var a answer
	if f.applies() {
		a = run()
	}
	a = f.spoil(a)
	s.calls.note(s.clock.Now(), r.Method, path, a.status, sent)
	f.send(w, r, a)
}

// invoke calls a method for a token, in the order of Slack's checks: method,
// token, scope, rate, arguments. The caller holds s.mu.
func (s *Server) invoke(name, token string, c call) (object, error) {
	s.base = c.base
	m, ok := s.table[name]
	if !ok {
		return nil, refuse("unknown_method")
	}
	if err := s.authorise(m, token); err != nil {
		return nil, err
	}
	if err := s.needs(m.scopes...); err != nil {
		return nil, err
	}
	if wait := s.overLimit(name, m, c.args); wait > 0 {
		return nil, &refusal{code: "ratelimited", wait: wait}
	}
	for _, arg := range m.required {
		if !c.args.has(arg) {
			return nil, refuseArgument("missing required field: %s", arg)
		}
	}
	return m.do(&c)
}

func (s *Server) authorise(m method, token string) error {
	want := map[string]string{botToken: s.opts.BotToken, appToken: s.opts.AppToken}
	if m.token == "" {
		return nil
	}
	switch {
	case token == "":
		return refuse("not_authed")
	case !strings.HasPrefix(token, botToken) && !strings.HasPrefix(token, appToken):
		return refuse("invalid_auth")
	case want[token[:len(botToken)]] != "" && want[token[:len(botToken)]] != token:
		return refuse("invalid_auth")
	case !strings.HasPrefix(token, m.token):
		return refuse("not_allowed_token_type")
	}
	return nil
}

// needs wants one of the scopes to be granted.
func (s *Server) needs(scopes ...string) error {
	if s.app.grantsAny(scopes) {
		return nil
	}
	return &refusal{code: "missing_scope", extra: object{
		"needed": scopes[0], "provided": strings.Join(s.app.OAuth.Scopes.Bot, ","),
	}}
}

// reply shapes the answer to a call. The caller holds s.mu, since the answer
// may hold what others change.
func (s *Server) reply(res object, err error, warnings []string) answer {
	scopes := strings.Join(s.app.OAuth.Scopes.Bot, ",")
	out := object{"ok": err == nil}
	a := answer{status: http.StatusOK, header: map[string]string{
		"Content-Type": "application/json; charset=utf-8", "X-OAuth-Scopes": scopes, "X-Slack-Req-Id": freshHex(16),
	}}
	maps.Copy(out, res)
	var r *refusal
	if errors.As(err, &r) {
		out["error"] = r.code
		maps.Copy(out, r.extra)
		if r.wait > 0 {
			a.status = http.StatusTooManyRequests
			a.header["Retry-After"] = strconv.Itoa(seconds(r.wait))
		}
	}
	if own, ok := out["warning"].(string); ok {
		warnings = append(warnings, own)
	}
	if len(warnings) > 0 {
		out["warning"] = strings.Join(warnings, ",")
		meta, _ := out["response_metadata"].(object)
		if meta == nil {
			meta = object{}
		}
		meta["warnings"] = warnings
		out["response_metadata"] = meta
	}
	a.body = toJSON(out)
	return a
}

// seconds rounds up, since Retry-After counts whole seconds.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

func baseURL(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // the reader went away: there is nobody left to tell
}
