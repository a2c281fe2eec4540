package discordwire

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"animo/bot/sandbox/world"
)

// call is one request to the REST interface.
type call struct {
	*http.Request
	payload
}

// endpoint answers a call with the mutex held. A nil answer is 204.
type endpoint func(*Server, *call) (any, error)

// routes maps patterns of net/http, below the version, to endpoints.
type routes map[string]endpoint

// created is an answer with status 201.
type created struct{ value any }

func (c *call) body() object { return obj(c.value) }

// base is the server's own address as the client knows it.
func (c *call) base() string { return "http://" + c.Host }

func (c *call) limit(most, usual int) (int, error) {
	text := c.URL.Query().Get("limit")
	if text == "" {
		return usual, nil
	}
	var f form
	f.number("limit", text, 1, int64(most))
	return whole(text), f.err()
}

// reply is an answer on its way out.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (s *Server) apiHandler() http.Handler {
	mux := http.NewServeMux()
	for _, family := range []routes{
		selfRoutes, guildRoutes, memberRoutes, channelRoutes, messageRoutes,
		reactionRoutes, threadRoutes, commandRoutes, callbackRoutes, webhookRoutes,
	} {
		for pattern, e := range family {
			mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.answer(pattern, e, w, r) })
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); pattern == "" {
			status := unrouted(mux, r)
			s.answer("", func(*Server, *call) (any, error) { return nil, plain(status) }, w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// unrouted tells a path that does not exist from one that takes other methods.
func unrouted(mux *http.ServeMux, r *http.Request) int {
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		other := *r
		other.Method = method
		if _, pattern := mux.Handler(&other); pattern != "" {
			return http.StatusMethodNotAllowed
		}
	}
	return http.StatusNotFound
}

func (s *Server) answer(pattern string, e endpoint, w http.ResponseWriter, r *http.Request) {
	p, bad := readPayload(w, r)
	path := loggedPath(r.URL.Path)
	n := s.log.begin(world.Request{At: s.clock.Now(), Method: r.Method, Path: path, Body: p.raw})
	rule := s.faults.match(r.Method, path)
	if rule != nil && rule.Delay > 0 {
		time.Sleep(rule.Delay)
	}
	var out reply
	if rule == nil || !rule.goesWrong() || rule.Apply {
		out = s.perform(pattern, e, &call{Request: r, payload: p}, bad)
	}
	if rule != nil && rule.Status != 0 {
		out = rule.reply()
	}
	s.log.end(n, out.status)
	if rule != nil && (rule.Reset || rule.Cut) {
		breakOff(w, out, rule.Cut)
	}
	writeReply(w, out)
}

// perform checks who calls and how often, then runs the endpoint.
func (s *Server) perform(pattern string, e endpoint, c *call, bad error) reply {
	if !s.authorised(pattern, c.Request) {
		return failure(plain(http.StatusUnauthorized))
	}
	head, limited := s.limits.take(pattern, c.Request)
	out := reply{}
	switch {
	case limited != nil:
		out = *limited
	case bad != nil:
		out = failure(bad)
	default:
		out = s.run(e, c)
	}
	if out.header == nil {
		out.header = http.Header{}
	}
	for key, v := range head {
		out.header[key] = v
	}
	return out
}

// authorised checks the bot's token; a path that carries an interaction's
// token needs no other, nor does GET /gateway.
func (s *Server) authorised(pattern string, r *http.Request) bool {
	if strings.Contains(pattern, "{token}") || pattern == "GET /gateway" {
		return true
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bot ")
	return ok && s.tokenOK(token)
}

func (s *Server) tokenOK(token string) bool {
	return token != "" && (s.opt.Token == "" || token == s.opt.Token)
}

func (s *Server) run(e endpoint, c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, err := e(s, c)
	if err == nil {
		err = s.broken
	}
	if err != nil {
		return failure(err)
	}
	return success(v)
}

func success(v any) reply {
	status := http.StatusOK
	if c, ok := v.(created); ok {
		status, v = http.StatusCreated, c.value
	}
	if v == nil {
		return reply{status: http.StatusNoContent}
	}
	body, err := json.Marshal(v)
	if err != nil {
		return failure(err)
	}
	return reply{status: status, body: body}
}

func failure(err error) reply {
	var r *refusal
	if !errors.As(err, &r) {
		r = plain(http.StatusInternalServerError)
	}
	body, err := json.Marshal(r)
	if err != nil {
		return reply{status: http.StatusInternalServerError}
	}
	return reply{status: r.Status, body: body}
}

func writeReply(w http.ResponseWriter, out reply) {
	for key, v := range out.header {
		w.Header()[key] = v
	}
	if out.body != nil {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(out.body)))
	}
	w.WriteHeader(out.status)
	_, _ = w.Write(out.body) // the client is gone, which is its own affair
}

// loggedPath leaves an interaction's token out of a path.
func loggedPath(path string) string {
	parts := strings.Split(path, "/")
	if len(parts) > 3 && slices.Contains([]string{"interactions", "webhooks"}, parts[1]) {
		parts[3] = "{token}"
	}
	return strings.Join(parts, "/")
}
