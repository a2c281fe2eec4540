package slackwire

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"animo/bot/sandbox/world"
)

// Options say what Slack is started with.
type Options struct {
	// Clock is the sandbox's time; nil means the machine's.
	Clock *world.Clock
	// Store keeps the workspace; nil keeps it in memory.
	Store *world.Store
	// Manifest is the app manifest, YAML or JSON, that the app was created
	// from. The app has these commands, shortcuts, scopes and subscriptions
	// and no others; an empty manifest is an app that may do nothing.
	Manifest []byte
	// BotToken and AppToken are the only tokens accepted; empty accepts any
	// that begins with xoxb- or xapp-.
	BotToken, AppToken string
	// SigningSecret signs HTTP deliveries.
	SigningSecret string
	// Language of the ready-made workspace and of its people's clients: "en"
	// (the default) or "fr".
	Language string
	// EnforceLimits answers 429 past Slack's rate limits.
	EnforceLimits bool
	// RetryDelays are the pauses before each repetition of an event, on the
	// sandbox's clock; nil means at once, 1 minute, 5 minutes.
	RetryDelays []time.Duration
	// AckTimeout is how long the bot has to acknowledge, on the machine's
	// clock; 0 means 3 seconds.
	AckTimeout time.Duration
}

// Server is one Slack with one workspace. Its methods may be called from
// several goroutines.
type Server struct {
	opts  Options
	clock *world.Clock
	store *world.Store
	kit   *kit
	table map[string]method
	feed  world.Feed
	calls journal
	link  link
	post  poster

	ctx  context.Context // ends at Close; background work has no caller's
	stop context.CancelFunc
	work sync.WaitGroup

	mu       sync.Mutex
	app      manifest
	space    workspace
	lastTS   int64 // microseconds of the newest timestamp given out
	base     string
	triggers expiring[*exchange]
	replies  expiring[*replyURL]
	waiting  map[string][]*exchange // by user: actions whose answer is awaited
	private  map[string][]*message  // ephemeral messages, by user and channel
	inputs   map[string]stateValues // what a person entered in a message, by user and message
	uploads  map[string]*upload
	limits   limiter
	faults   []*faultRule
	queue    eventQueue
	dupes    int           // so many of the next events are delivered twice
	late     time.Duration // every event is held back so long
	settle   time.Duration // how long an action waits for an answer beyond the acknowledgement
	closing  atomic.Bool
}

const (
	ackTimeout = 3 * time.Second // docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response
	settleTime = time.Second
)

// New starts a Slack. The first start with an empty Store makes the workspace.
func New(o Options) (*Server, error) {
	if o.Clock == nil {
		o.Clock = world.NewClock(time.Now, time.Time{})
	}
	if o.Store == nil {
		store, err := world.OpenStore("")
		if err != nil {
			return nil, fmt.Errorf("open memory store: %w", err)
		}
		o.Store = store
	}
	if o.AckTimeout == 0 {
		o.AckTimeout = ackTimeout
	}
	if o.RetryDelays == nil {
		o.RetryDelays = []time.Duration{0, time.Minute, 5 * time.Minute}
	}
	app, err := parseManifest(o.Manifest)
	if err != nil {
		return nil, err
	}
	s := newServer(o)
	s.app = app
	if err := s.load(); err != nil {
		s.stop()
		return nil, fmt.Errorf("load workspace: %w", err)
	}
	s.work.Go(s.runEvents)
	return s, nil
}

func newServer(o Options) *Server {
	ctx, stop := context.WithCancel(context.Background())
	return &Server{
		opts: o, clock: o.Clock, store: o.Store, kit: newKit(), table: methodTable(),
		ctx: ctx, stop: stop, settle: settleTime,
		waiting: map[string][]*exchange{}, private: map[string][]*message{},
		inputs: map[string]stateValues{}, uploads: map[string]*upload{},
		triggers: newExpiring[*exchange](triggerKept), replies: newExpiring[*replyURL](replyKept),
		limits: limiter{}, queue: newEventQueue(),
	}
}

// Handler serves Slack's address: /api/METHOD, /link (Socket Mode),
// /response/… , /files/… and, under /_sandbox/, the control interface.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", s.serveAPI)
	mux.HandleFunc("GET /link", s.serveLink)
	mux.HandleFunc("POST /response/{token}", s.serveResponseURL)
	mux.HandleFunc("POST /files/upload/v1/{ticket}", s.serveUpload)
	mux.HandleFunc("GET /files/{id}/{name}", s.serveFile)
	mux.Handle("/_sandbox/", http.StripPrefix("/_sandbox", s.Control()))
	return mux
}

// SetManifest gives the app another manifest, as an administrator of the app
// would: scopes, commands and subscriptions change at once. If it turns Socket
// Mode off, the connections are told "link_disabled" and closed.
func (s *Server) SetManifest(b []byte) error {
	app, err := parseManifest(b)
	if err != nil {
		return err
	}
	s.mu.Lock()
	was := s.app
	s.app = app
	s.mu.Unlock()
	if was.Settings.SocketMode && !app.Settings.SocketMode {
		s.link.disconnect(s.ctx, s.link.all(), reasonDisabled, 0)
	}
	s.feed.Publish(world.Event{Kind: world.EventState})
	return nil
}

// Close ends every connection and waits for background work. Events not yet
// acknowledged stay in the Store.
func (s *Server) Close() error {
	if s.closing.Swap(true) {
		return errors.New("slack already closed")
	}
	s.stop()
	s.link.dropAll()
	s.work.Wait()
	return nil
}

// sleep waits until the sandbox's clock shows at, or the server closes.
func (s *Server) sleep(at time.Time) bool {
	for {
		moved := s.clock.Moved()
		left := at.Sub(s.clock.Now())
		if left <= 0 {
			return s.ctx.Err() == nil
		}
		timer := time.NewTimer(left)
		select {
		case <-s.ctx.Done():
			timer.Stop()
			return false
		case <-moved:
		case <-timer.C:
		}
		timer.Stop()
	}
}
