package redis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
	goredis "github.com/redis/go-redis/v9"
)

// call is one command or script, and its answer.
type call struct {
	script *goredis.Script // nil for a plain command
	keys   []string
	args   []any
	whole  bool // the server did not know the script: send its text
	cmd    *goredis.Cmd
	// confirm is how long to wait for a replica in the same round trip, at the
	// first try only; waited is then what came of it.
	confirm time.Duration
	waited  *goredis.Cmd
}

func plain(args ...any) *call { return &call{args: args} }

func scripted(s *goredis.Script, keys []string, args ...any) *call {
	return &call{script: s, keys: keys, args: args}
}

// pipelined is how many calls travel together.
const pipelined = 256

// do performs the calls, several in one round trip to each server. What fails
// for a reason that passes is tried again for as long as the store's patience
// lasts, so every call must be one that may be repeated. An answer of nil is
// no error.
func (s *Store) do(ctx context.Context, calls ...*call) error {
	for len(calls) > pipelined {
		if err := s.do(ctx, calls[:pipelined]...); err != nil {
			return err
		}
		calls = calls[pipelined:]
	}
	limited, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.MaxInterval = 20*time.Millisecond, time.Second
	var before error // what failed last, which the end of our patience says nothing of
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.send(limited, calls)
		left, failed := unanswered(calls)
		if before != nil && errors.Is(failed, context.DeadlineExceeded) {
			failed = before
		}
		before = failed
		if failed == nil && len(left) == 0 {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if failed != nil && (!passes(failed) || !pause(limited, wait.NextBackOff())) {
			return cmp.Or(ctx.Err(), explain(failed))
		}
		s.lookAround(ctx, failed)
		calls = left
	}
}

// lookAround is done after an error of the line, when another server may be the
// master: replicas are looked for anew, and a Cluster's client asks who the
// masters are, which of itself it would do after ten seconds of trying. A
// timeout says nothing of replicas: the master may be waiting for one.
func (s *Store) lookAround(ctx context.Context, failed error) {
	var answered goredis.Error
	if failed == nil || errors.As(failed, &answered) {
		return
	}
	var line net.Error
	if !errors.As(failed, &line) || !line.Timeout() {
		s.replication.doubt()
	}
	if cluster, ok := s.client.(*goredis.ClusterClient); ok {
		cluster.ReloadState(ctx)
	}
}

func (s *Store) send(ctx context.Context, calls []*call) {
	if len(calls) == 1 && calls[0].confirm == 0 {
		calls[0].enter(ctx, s.client)
		return
	}
	pipe := s.client.Pipeline()
	for _, c := range calls {
		c.enter(ctx, pipe)
	}
	_, _ = pipe.Exec(ctx) // each call knows its own error
}

// receiver is a client, or a pipeline that sends later.
type receiver interface {
	goredis.Scripter
	Do(ctx context.Context, args ...any) *goredis.Cmd
}

func (c *call) enter(ctx context.Context, to receiver) {
	switch {
	case c.script == nil:
		c.cmd = to.Do(ctx, c.args...)
	case c.whole:
		c.cmd = c.script.Eval(ctx, to, c.keys, c.args...)
	default:
		c.cmd = c.script.EvalSha(ctx, to, c.keys, c.args...)
	}
	c.waited = nil
	if c.confirm > 0 {
		c.waited = waitFor(ctx, to, c.confirm)
		c.confirm = 0
	}
}

// unanswered returns the calls that are to be made again, and the worst of
// their errors: nil if servers only did not know the scripts yet.
func unanswered(calls []*call) (left []*call, failed error) {
	for _, c := range calls {
		err := c.cmd.Err()
		switch {
		case err == nil || errors.Is(err, goredis.Nil):
			continue
		case goredis.HasErrorPrefix(err, "NOSCRIPT"):
			c.whole = true
		case failed == nil || !passes(err):
			failed = err
		}
		left = append(left, c)
	}
	return left, failed
}

// pause waits, and says false when ctx ends first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// The answers, read as what they should be; another shape reads as nothing.

func (c *call) list() []any { return listOf(c.cmd.Val()) }

// wrote says whether a script may have written anything: those that lease
// nothing answer with an empty list.
func (c *call) wrote() bool {
	l, is := c.cmd.Val().([]any)
	return !is || len(l) > 0
}

func (c *call) text() string { return textOf(c.cmd.Val()) }

func (c *call) int() int64 { return intOf(c.cmd.Val()) }

func listOf(v any) []any {
	l, _ := v.([]any)
	return l
}

func textOf(v any) string {
	t, _ := v.(string)
	return t
}

func intOf(v any) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case string:
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil { // a score
			f, _ := strconv.ParseFloat(v, 64)
			n = int64(f)
		}
		return n
	}
	return 0
}

// bodyOf is nil for an answer of nil.
func bodyOf(v any) []byte {
	if t, ok := v.(string); ok {
		return []byte(t)
	}
	return nil
}

// fields reads a row of a script's answer.
func fields(v any, n int) ([]any, error) {
	l := listOf(v)
	if len(l) != n {
		return nil, fmt.Errorf("redis answered %d values where %d were expected", len(l), n)
	}
	return l, nil
}
