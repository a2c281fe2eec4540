package web

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Check is something that must work for the bot to work.
type Check struct {
	Name string // lower case, such as "storage"; shown to whoever asks
	// Do returns why it does not work now. It is given up after 2 s.
	Do func(context.Context) error
}

const checkWithin = 2 * time.Second

// readiness answers /readyz.
type readiness struct {
	checks []Check
	log    *slog.Logger

	mu      sync.Mutex
	failing map[string]bool
}

func newReadiness(checks []Check, log *slog.Logger) *readiness {
	return &readiness{checks: checks, log: log, failing: map[string]bool{}}
}

// ServeHTTP answers 200 if every check passes, else 503, with the state of
// each.
func (r *readiness) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	ctx, cancel := context.WithTimeout(req.Context(), checkWithin)
	defer cancel()
	results := make([]error, len(r.checks))
	var wg sync.WaitGroup
	for i, c := range r.checks {
		wg.Go(func() { results[i] = within(ctx, c) })
	}
	wg.Wait()
	answer := struct {
		Ready  bool              `json:"ready"`
		Checks map[string]string `json:"checks"`
	}{true, map[string]string{}}
	status := http.StatusOK
	for i, c := range r.checks {
		answer.Checks[c.Name] = "ok"
		if results[i] != nil {
			answer.Checks[c.Name] = "failing"
			answer.Ready, status = false, http.StatusServiceUnavailable
		}
		if req.Context().Err() == nil {
			r.note(c.Name, results[i])
		}
	}
	writeJSON(w, status, answer)
}

// within does the check, and stops waiting when ctx ends even if the check
// does not look at it.
func within(ctx context.Context, c Check) error {
	done := make(chan error, 1)
	go func() { done <- c.Do(ctx) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// note logs a check that begins to fail or recovers.
func (r *readiness) note(name string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if was := r.failing[name]; was == (err != nil) {
		return
	}
	r.failing[name] = err != nil
	if err != nil {
		r.log.Warn("readiness check fails", "check", name, "error", err)
		return
	}
	r.log.Info("readiness check passes again", "check", name)
}

// writeJSON answers with v; a client that went away is nobody's error.
func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
