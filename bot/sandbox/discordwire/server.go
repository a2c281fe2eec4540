package discordwire

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"animo/bot/sandbox/world"
)

// Intents are gateway intents (events/gateway#list-of-intents).
type Intents uint32

// The privileged intents, which the developer portal switches on.
const (
	IntentMembers        Intents = 1 << 1
	IntentPresences      Intents = 1 << 8
	IntentMessageContent Intents = 1 << 15
)

// Options say what kind of Discord to run. Only Clock and Store are required.
type Options struct {
	Clock *world.Clock
	Store *world.Store // may be shared; keys begin with "discord/"
	// Token is the only bot token accepted; empty accepts any.
	Token string
	// Language is that of the ready-made guild and people: "fr", else English.
	Language string
	// Privileged are the privileged intents switched on; asking for another
	// in IDENTIFY closes the connection with 4014.
	Privileged Intents
	// EnforceLimits answers 429 beyond the rate limits. The headers are sent
	// in any case.
	EnforceLimits bool
	// HeartbeatInterval is what HELLO announces; 41.25 s if zero.
	HeartbeatInterval time.Duration
	// SessionMemory is how long a lost session can resume; 3 min if zero.
	SessionMemory time.Duration
	// AckWindow is how long an interaction may stay unanswered; if zero, the
	// 3 s of interactions/receiving-and-responding#responding-to-an-interaction.
	AckWindow time.Duration
	// Shards is how many shards GET /gateway/bot recommends; 1 if zero.
	Shards int
	// Concurrency is how many of them may identify in five seconds, one of each
	// remainder (events/gateway#session-start-limit-object); 1 if zero.
	Concurrency int
}

func (o *Options) fill() error {
	if o.Clock == nil || o.Store == nil {
		return errors.New("a local discord needs a clock and a store")
	}
	if o.HeartbeatInterval == 0 {
		o.HeartbeatInterval = 41250 * time.Millisecond
	}
	if o.SessionMemory == 0 {
		o.SessionMemory = 3 * time.Minute
	}
	if o.AckWindow == 0 {
		o.AckWindow = 3 * time.Second
	}
	o.Shards, o.Concurrency = max(o.Shards, 1), max(o.Concurrency, 1)
	return nil
}

// Server is a local Discord. It is safe for concurrent use.
type Server struct {
	opt     Options
	clock   *world.Clock
	store   *world.Store
	handler http.Handler
	control http.Handler
	feed    world.Feed
	ids     *mint
	limits  *limiter
	faults  faultRules
	log     journal

	mu       sync.Mutex // guards all below
	self     string     // id of the bot's user and application
	broken   error      // the store's first failure
	people   map[string]*person
	guilds   map[string]*guild
	channels map[string]*channel
	logs     map[string]*history
	commands map[string][]*command // by guild; "" are global
	created  map[string]int        // commands made, by scope and day
	nonces   map[nonceKey]nonceUse

	asked  map[string]*interaction // by id
	tokens map[string]*interaction // by token
	recent []*interaction          // oldest first
	modals map[string]*openModal

	sessions map[string]*session
	links    map[*link]bool
	twice    int           // so many events are sent twice
	late     time.Duration // events leave so much later
	closed   bool
}

// New reads the world from the store, or makes it at the first start.
func New(opt Options) (*Server, error) {
	if err := opt.fill(); err != nil {
		return nil, err
	}
	s := &Server{
		opt: opt, clock: opt.Clock, store: opt.Store,
		ids: &mint{clock: opt.Clock}, limits: newLimiter(opt.EnforceLimits),
		people: map[string]*person{}, guilds: map[string]*guild{}, channels: map[string]*channel{},
		logs: map[string]*history{}, commands: map[string][]*command{}, created: map[string]int{},
		nonces: map[nonceKey]nonceUse{}, asked: map[string]*interaction{}, tokens: map[string]*interaction{},
		modals: map[string]*openModal{}, sessions: map[string]*session{}, links: map[*link]bool{},
	}
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("load the local discord: %w", err)
	}
	if s.self == "" {
		s.found()
	}
	s.control = s.controlHandler()
	s.handler = s.rootHandler()
	return s, s.broken
}

func (s *Server) rootHandler() http.Handler {
	api := s.apiHandler()
	mux := http.NewServeMux()
	for _, prefix := range []string{"/api/v9", "/api/v10", "/api"} {
		mux.Handle(prefix+"/", http.StripPrefix(prefix, api))
	}
	mux.HandleFunc("/gateway", s.serveGateway)
	mux.HandleFunc("/gateway/{$}", s.serveGateway)
	mux.HandleFunc("GET /attachments/{channel}/{id}/{name}", s.serveFile)
	mux.Handle("/_sandbox/", http.StripPrefix("/_sandbox", s.control))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if v := oldVersion(r.URL.Path); v {
			writeReply(w, failure(refuse(invalidVersion)))
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func oldVersion(path string) bool {
	rest, ok := strings.CutPrefix(path, "/api/v")
	version, _, _ := strings.Cut(rest, "/")
	return ok && version != "9" && version != "10"
}

// Handler serves everything: /api/, /gateway, /attachments/ and /_sandbox/.
func (s *Server) Handler() http.Handler { return s.handler }

// Control serves the control interface of package world alone, at paths such
// as "/state" or "state", for a page that mounts it under its own prefix.
func (s *Server) Control() http.Handler { return s.control }

// Close ends all gateway connections. The store stays open.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	links := s.liveLinks()
	s.mu.Unlock()
	for _, l := range links {
		l.cut()
	}
	return nil
}
