package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/coder/websocket"
	"golang.org/x/sync/errgroup"

	"animo/bot/chat"
)

const (
	// lineCount: Slack replaces each connection every few hours and takes at
	// most 10 of an app (docs.slack.dev/apis/events-api/using-socket-mode).
	lineCount = 2
	// maxFrame bounds what is read; Slack's largest payloads are modals of
	// some 250 KB.
	maxFrame = 4 << 20
	// A line that does not answer a ping is dead.
	pingEvery  = 10 * time.Second
	pingWithin = 5 * time.Second
	// drainFor is how long a line that Slack takes down is still read.
	drainFor = 15 * time.Second
	// firstWait is about how long after a break a line is opened again.
	firstWait = 100 * time.Millisecond
	// settled is how long a line must hold for its back-off to start anew.
	settled = 30 * time.Second
)

// errDisabled: an operator turned Socket Mode off (disconnect reason
// "link_disabled").
var errDisabled = errors.New("socket mode is turned off for the app")

// frame is one message of a line.
type frame struct {
	Type     string          `json:"type"`
	Envelope string          `json:"envelope_id"`
	Reason   string          `json:"reason"`
	Payload  json.RawMessage `json:"payload"`
}

// sockets are the lines of one Run.
type sockets struct {
	a        *Adapter
	k        *intake
	up       atomic.Int32
	draining sync.WaitGroup
}

// runSockets keeps two lines up until ctx ends.
func (a *Adapter) runSockets(ctx context.Context, k *intake) error {
	s := &sockets{a: a, k: k}
	g, ctx := errgroup.WithContext(ctx)
	for range lineCount {
		g.Go(func() error { return s.keep(ctx) })
	}
	err := g.Wait()
	s.draining.Wait()
	return err
}

// keep opens a line again whenever it ends; an error means that it cannot.
func (s *sockets) keep(ctx context.Context) error {
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval = firstWait
	wait.Reset()
	for ctx.Err() == nil {
		began := s.a.machine()
		replaced, err := s.line(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, errDisabled) || fatal(err):
			return fmt.Errorf("socket mode: %w", err)
		case replaced:
			continue
		}
		s.a.log.InfoContext(ctx, "a slack line ended", "error", err)
		if s.a.machine().Sub(began) > settled {
			wait.Reset()
		}
		pause(ctx, max(wait.NextBackOff(), retryAfter(err)))
	}
	return nil
}

// line opens one line and serves it until it ends. With replaced it still
// lives for a while, read in the background, and the next can be opened.
func (s *sockets) line(ctx context.Context) (replaced bool, err error) {
	conn, err := s.dial(ctx)
	if err != nil {
		return false, err
	}
	lctx, stop := context.WithCancel(ctx)
	l := &link{s: s, conn: conn}
	s.draining.Go(func() { l.watch(lctx, stop) })
	goodbye, err := l.serve(lctx)
	if !goodbye || errors.Is(err, errDisabled) {
		l.end(stop)
		return false, err
	}
	s.draining.Go(func() {
		dctx, cancel := context.WithTimeout(lctx, drainFor)
		defer cancel()
		for again := true; again; {
			again, _ = l.serve(dctx)
		}
		l.end(stop)
	})
	return true, nil
}

// dial asks for an address and connects to it.
func (s *sockets) dial(ctx context.Context) (*websocket.Conn, error) {
	c := call{doing: "open a socket mode connection"}
	_, address, err := s.a.api.StartSocketModeContext(c.watch(ctx))
	if err != nil {
		return nil, c.err(err)
	}
	ctx, stop := context.WithTimeout(ctx, callTimeout)
	defer stop()
	conn, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{HTTPClient: s.a.lines, HTTPHeader: http.Header{}})
	if err != nil {
		return nil, &chat.Error{Trouble: chat.TroubleTransient, Doing: c.doing, Err: scrub(err)}
	}
	conn.SetReadLimit(maxFrame)
	return conn, nil
}
