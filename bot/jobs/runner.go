package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"animo/bot/replicas"
	"animo/storage"
)

const (
	leaseFor  = time.Minute
	handleFor = 45 * time.Second // with againFor, less than the lease
	againFor  = 10 * time.Second
	workers   = 32
	tick      = 500 * time.Millisecond
	firstWait = time.Second
	longWait  = time.Minute
)

// Handler does a job. Its commit must carry Done(job); a handler that finds
// nothing left to do commits just that. After an error the job comes again,
// later each time.
type Handler func(ctx context.Context, job storage.Job) error

// Meter counts what was done; telemetry implements it.
type Meter interface {
	JobDone(kind, outcome string, late time.Duration)
}

// Done is the mark that a job is done, for the Change of its handler.
func Done(j storage.Job) []storage.Done {
	return []storage.Done{{Key: j.Key, Token: j.Token}}
}

// Config is what a Runner needs.
type Config struct {
	Store    storage.Store
	Owner    string          // this process
	Share    *replicas.Share // nil means everything
	Now      func() time.Time
	Log      *slog.Logger
	Meter    Meter
	Handlers map[string]Handler // by Job.Kind
}

// Runner runs due jobs.
type Runner struct {
	Config
	kick chan struct{}
	busy chan struct{} // one token for each worker at work
	wg   sync.WaitGroup

	mu     sync.Mutex
	failed map[string]int // how often in a row, by tenant and key
}

// NewRunner returns a runner.
func NewRunner(c Config) *Runner {
	return &Runner{Config: c, kick: make(chan struct{}, 1), busy: make(chan struct{}, workers), failed: make(map[string]int)}
}

// Kick makes the runner look at once.
func (r *Runner) Kick() {
	select {
	case r.kick <- struct{}{}:
	default:
	}
}

// Run runs jobs until ctx ends, and returns once those under way are done. A
// slow job holds nobody up while a worker is free.
func (r *Runner) Run(ctx context.Context) error {
	defer r.wg.Wait()
	t := time.NewTicker(tick)
	defer t.Stop()
	for {
		if err := r.drain(ctx); err != nil && ctx.Err() == nil {
			r.Log.Error("lease jobs", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		case <-r.kick:
		}
	}
}

// drain hands out what is due until nothing is or all workers are busy; a
// worker that is done kicks.
func (r *Runner) drain(ctx context.Context) error {
	for {
		free := cap(r.busy) - len(r.busy)
		if free == 0 || ctx.Err() != nil {
			return nil
		}
		due, err := r.lease(ctx, free)
		if err != nil || len(due) == 0 {
			return err
		}
		for _, j := range due {
			r.busy <- struct{}{}
			r.wg.Go(func() {
				defer func() { <-r.busy; r.Kick() }()
				r.do(ctx, j)
			})
		}
	}
}

func (r *Runner) lease(ctx context.Context, n int) ([]storage.Job, error) {
	return r.Store.LeaseJobs(ctx, storage.Claim{Owner: r.Owner, Partitions: r.Share.Partitions(), Now: r.Now(), For: leaseFor, Limit: n})
}

// Step runs what is due now, waits for it and says how many jobs that were.
// Tests use it in place of Run.
func (r *Runner) Step(ctx context.Context) (int, error) {
	due, err := r.lease(ctx, workers)
	var wg sync.WaitGroup
	for _, j := range due {
		wg.Go(func() { r.do(ctx, j) })
	}
	wg.Wait()
	return len(due), err
}

// do carries one job through, even if the runner is told to stop meanwhile.
func (r *Runner) do(ctx context.Context, j storage.Job) {
	ctx = context.WithoutCancel(ctx)
	work, leave, ok := r.Share.Enter(ctx, j.Tenant)
	if !ok { // another replica has its partition now
		if err := r.putBack(ctx, j, j.Due); err != nil && !errors.Is(err, storage.ErrConflict) {
			r.Log.Warn("leave a job to another replica", "key", j.Key, "error", err)
		}
		return
	}
	defer leave()
	late := r.Now().Sub(j.Due)
	err := r.handle(work, j)
	if err == nil {
		r.forget(j)
		r.Meter.JobDone(j.Kind, "done", late)
		return
	}
	r.Log.Error("job failed", "kind", j.Kind, "key", j.Key, "error", err)
	r.Meter.JobDone(j.Kind, "failed", late)
	err = r.putBack(ctx, j, r.Now().Add(r.wait(j)))
	switch {
	case errors.Is(err, storage.ErrConflict):
		r.forget(j)
	case err != nil:
		r.Log.Error("put job back", "kind", j.Kind, "key", j.Key, "error", err)
	}
}

func (r *Runner) handle(ctx context.Context, j storage.Job) (err error) {
	ctx, cancel := context.WithTimeout(ctx, handleFor)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	h, ok := r.Handlers[j.Kind]
	if !ok {
		return fmt.Errorf("no handler for a job of kind %q", j.Kind)
	}
	return h(ctx, j)
}

// putBack gives a job back, to come again at due; storage.ErrConflict if
// somebody else holds or did it, or it was put anew.
func (r *Runner) putBack(ctx context.Context, j storage.Job, due time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, againFor)
	defer cancel()
	next := j
	next.Due = due
	_, err := r.Store.Commit(ctx, j.Tenant, storage.Change{DoneJobs: Done(j), Jobs: []storage.Job{next}, Now: r.Now()})
	return err
}

func (r *Runner) wait(j storage.Job) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := string(j.Tenant) + "/" + j.Key
	n := r.failed[k]
	r.failed[k]++
	return min(firstWait<<min(n, 10), longWait)
}

func (r *Runner) forget(j storage.Job) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.failed, string(j.Tenant)+"/"+j.Key)
}
