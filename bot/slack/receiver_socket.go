package slack

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/coder/websocket"
	"golang.org/x/sync/errgroup"

	"animo/bot/chat"
)

const (
	// lineCount: Slack replaces each connection every few hours.
	lineCount = 2
	// maxLines is how many connections Slack takes of an app
	// (docs.slack.dev/apis/events-api/using-socket-mode).
	maxLines = 10
	// maxFrame bounds what is read; Slack's largest payloads are modals of
	// some 250 KB.
	maxFrame = 4 << 20
	// writeFor is how long an acknowledgement may take to be written.
	writeFor = 5 * time.Second
)

// pace is how fast lines are looked after.
type pace struct {
	// ping: a line on which nothing comes any more is dead after so long. It
	// is pinged twice in that time, and has half of it to answer.
	ping time.Duration
	// drain is how long a line that Slack takes down is still read.
	drain time.Duration
	// first is about how long after a break a line is opened again.
	first time.Duration
	// settled is how long a line must hold for its back-off to start anew.
	settled time.Duration
}

func usualPace() pace {
	return pace{ping: 10 * time.Second, drain: 15 * time.Second, first: 100 * time.Millisecond, settled: 30 * time.Second}
}

var (
	// errDisabled: an operator turned Socket Mode off (disconnect reason
	// "link_disabled").
	errDisabled = errors.New("socket mode is turned off for the app")
	// errSilent: a ping went unanswered.
	errSilent = errors.New("the line is silent")
)

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
	draining sync.WaitGroup

	mu   sync.Mutex
	up   int     // lines on which Slack sends
	held *intake // of what comes in while one of them is up
}

// join counts a line in that said hello, and gives it the chat.Meta.Line of
// what it brings: that of the lines that are up, else a new one, with which
// the workspace arrives.
//
// A line that Slack takes down is up no more, though it is read until it
// closes: from then on Slack need not send on it. If another is up, that one
// holds the Line for the successor. If none is, something may be missing until
// the successor says hello, which so begins a new Line; what the old one still
// brings meanwhile keeps the old Line, since each line keeps what it was given
// here. So it cannot pass for something that came after the gap.
//
// A line that is dead counts as up until its silence is noticed, some seconds
// later. What Slack sends on it meanwhile is acknowledged by nobody and comes
// again on another (docs.slack.dev/apis/events-api#retries).
func (s *sockets) join(l *link) {
	if l.hello {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l.hello, l.up = true, true
	if s.up++; s.up == 1 {
		s.held = s.k.on(rand.Text())
		s.held.arrived()
	}
	l.k = s.held
}

// leave counts a line out that said goodbye or broke.
func (s *sockets) leave(l *link) {
	if !l.up {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l.up = false
	s.up--
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
	wait.InitialInterval = s.a.pace.first
	wait.Reset()
	hasty := false // the line before was replaced before it had settled
	for ctx.Err() == nil {
		began := s.a.machine()
		replaced, err := s.line(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, errDisabled) || fatal(err):
			return fmt.Errorf("socket mode: %w", err)
		}
		if s.a.machine().Sub(began) > s.a.pace.settled {
			wait.Reset()
			hasty = false
		}
		if replaced && !hasty {
			hasty = true // should Slack take every new line down, it is not asked without end
			continue
		}
		s.a.log.InfoContext(ctx, "a slack line ended", "replaced", replaced, "error", err)
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
	lctx, stop := context.WithCancelCause(ctx)
	l := newLink(s, conn)
	s.draining.Go(func() { l.watch(lctx, stop) })
	goodbye, err := l.serve(lctx)
	if errors.Is(context.Cause(lctx), errSilent) {
		err = errSilent
	}
	if !goodbye || errors.Is(err, errDisabled) {
		l.end(stop)
		return false, err
	}
	s.draining.Go(func() {
		dctx, cancel := context.WithTimeout(lctx, s.a.pace.drain)
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
