package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Options say what the server shows.
type Options struct {
	// Listen is host:port; port 0 takes a free one.
	Listen string
	Log    *slog.Logger
	// Checks are asked by /readyz, all at once, each for at most 2 s.
	Checks []Check
	// Metrics answers /metrics; nil leaves it out.
	Metrics http.Handler
	// Mounts are further handlers by pattern, such as "/slack/".
	Mounts map[string]http.Handler
	// Grace is how long Run waits at its end for requests under way; 0 means
	// 5 s.
	Grace time.Duration
}

// Server is the bot's own HTTP server.
type Server struct {
	options Options
	http    *http.Server
	ready   *readiness

	mu       sync.Mutex
	listener net.Listener
}

const (
	maxHeader   = 64 << 10
	readWithin  = 10 * time.Second
	writeWithin = 30 * time.Second
	idleAtMost  = 2 * time.Minute
	grace       = 5 * time.Second
)

// New returns a server that does not listen yet.
func New(o Options) *Server {
	if o.Grace == 0 {
		o.Grace = grace
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{options: o, ready: newReadiness(o.Checks, o.Log)}
	s.http = &http.Server{
		Handler:           s.routes(),
		MaxHeaderBytes:    maxHeader,
		ReadHeaderTimeout: readWithin,
		ReadTimeout:       readWithin,
		WriteTimeout:      writeWithin,
		IdleTimeout:       idleAtMost,
		ErrorLog:          slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}
	return s
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]bool{"alive": true})
	})
	mux.Handle("GET /readyz", s.ready)
	if s.options.Metrics != nil {
		mux.Handle("GET /metrics", s.options.Metrics)
	}
	for pattern, h := range s.options.Mounts {
		mux.Handle(pattern, h)
	}
	return mux
}

// Listen takes the port, so that an address in use is known before anything
// else starts. Run does it if it was not done; a second call does nothing.
func (s *Server) Listen() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener != nil {
		return nil
	}
	l, err := net.Listen("tcp", s.options.Listen)
	if err != nil {
		return fmt.Errorf("listen for health and metrics: %w", err)
	}
	s.listener = l
	return nil
}

// Addr returns the host:port that is listened on, "" before Listen.
func (s *Server) Addr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener == nil {
		return ""
	}
	return s.listener.Addr().String()
}

// Run serves until ctx ends, then lets requests under way finish within the
// grace. It returns nil after such an end, and runs once.
func (s *Server) Run(ctx context.Context) error {
	if err := s.Listen(); err != nil {
		return err
	}
	s.options.Log.Info("http server listens", "addr", s.Addr())
	failed := make(chan error, 1)
	go func() { failed <- s.http.Serve(s.listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve http: %w", err)
	case <-ctx.Done():
	}
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.options.Grace)
	defer cancel()
	err := s.http.Shutdown(limit)
	if errors.Is(err, context.DeadlineExceeded) {
		s.options.Log.Warn("http requests cut off at stop")
		err = s.http.Close()
	}
	if served := <-failed; err == nil && !errors.Is(served, http.ErrServerClosed) {
		err = served
	}
	if err != nil {
		return fmt.Errorf("stop http: %w", err)
	}
	return nil
}
