package replicas

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// want is something that is to run on one replica at a time.
type want struct {
	granted chan context.Context // the lease, when it is had
	renewed *time.Timer          // ends it; nil while it is not held
	end     context.CancelFunc
}

// Hold runs something on one replica at a time: here whenever name falls to
// this one. The context of run ends when the lease does; when run has ended
// with it, Hold waits until the name falls here again. It returns when ctx
// ends, with nil, or with the error of run. A nil Replicas runs it at once.
func (r *Replicas) Hold(ctx context.Context, name string, run func(context.Context) error) error {
	if r == nil {
		return run(ctx)
	}
	w := &want{granted: make(chan context.Context)}
	r.mu.Lock()
	if r.wants[name] != nil {
		r.mu.Unlock()
		return fmt.Errorf("%s is wanted twice", name)
	}
	r.wants[name] = w
	r.mu.Unlock()
	r.stir()
	defer func() {
		r.mu.Lock()
		delete(r.wants, name)
		r.mu.Unlock()
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case lease := <-w.granted:
			err := r.runUnder(ctx, lease, name, w, run)
			if err != nil || ctx.Err() != nil {
				return err
			}
		}
	}
}

// runUnder runs something while its lease lasts, and gives the lease back.
func (r *Replicas) runUnder(ctx, lease context.Context, name string, w *want, run func(context.Context) error) error {
	work, end := context.WithCancel(ctx)
	defer end()
	defer context.AfterFunc(lease, end)()
	err := run(work)
	if lost := lease.Err() != nil; lost {
		err = nil
	}
	r.mu.Lock()
	w.stop()
	r.mu.Unlock()
	free, stop := context.WithTimeout(context.WithoutCancel(ctx), r.pace.lease)
	defer stop()
	if relErr := r.Store.Release(free, name, r.Owner); relErr != nil {
		r.Log.Warn("give a lease back", "lease", name, "error", relErr)
	}
	return err
}

// stop ends the lease here; the caller holds the lock.
func (w *want) stop() {
	if w.renewed != nil {
		w.renewed.Stop()
		w.end()
		w.renewed, w.end = nil, nil
	}
}

// leases takes, renews and leaves what Hold wants.
func (r *Replicas) leases(ctx context.Context, now time.Time, alive []string) error {
	r.mu.Lock()
	wants := make(map[string]*want, len(r.wants))
	for name, w := range r.wants {
		wants[name] = w
	}
	r.mu.Unlock()
	var errs []error
	for name, w := range wants {
		errs = append(errs, r.look(ctx, now, name, w, fallsTo(name, alive) == r.Owner))
	}
	return errors.Join(errs...)
}

func (r *Replicas) look(ctx context.Context, now time.Time, name string, w *want, mine bool) error {
	if !mine {
		r.mu.Lock()
		defer r.mu.Unlock()
		if w.end != nil {
			w.end() // what runs is told, and gives the lease back once it has ended
		}
		return nil
	}
	began := r.Machine()
	_, ok, err := r.Store.Acquire(ctx, name, r.Owner, now, r.pace.lease)
	if err != nil {
		return fmt.Errorf("lease %s: %w", name, err)
	}
	left := r.pace.lease - r.pace.margin - r.Machine().Sub(began)
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case !ok:
		w.stop()
	case w.renewed != nil:
		w.renewed.Reset(left)
	default:
		r.grant(name, w, left)
	}
	return nil
}

// grant lets the waiting Hold run; the caller holds the lock. One that has not
// come back from its last run yet is granted it with the next beat.
func (r *Replicas) grant(name string, w *want, left time.Duration) {
	lease, end := context.WithCancel(context.Background())
	select {
	case w.granted <- lease:
		w.end, w.renewed = end, time.AfterFunc(left, end)
		r.Log.Info("lease taken", "lease", name)
	default:
		end()
	}
}

// Turn waits until nobody has had the turn called name for as long as every;
// one replica has it at a time. A nil Replicas does not wait.
func (r *Replicas) Turn(ctx context.Context, name string, every time.Duration) error {
	if r == nil {
		return nil
	}
	owner := fmt.Sprintf("%s-%d", r.Owner, r.Machine().UnixNano())
	for {
		now, err := r.Clock(ctx)
		if err != nil {
			return fmt.Errorf("read the shared clock: %w", err)
		}
		_, ok, err := r.Store.Acquire(ctx, name, owner, now, every)
		if err != nil {
			return fmt.Errorf("wait for the turn %s: %w", name, err)
		}
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(every / 10):
		}
	}
}
