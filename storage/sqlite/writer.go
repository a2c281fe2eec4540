package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
)

const (
	queueLen = 1024
	batchMax = 256
)

var errClosed = errors.New("the store is closed")

// op is one caller's part of a transaction. Whoever moves its state away
// from waiting decides: the writer takes it, or the caller gives it up.
type op struct {
	state atomic.Int32
	loose bool
	run   func(*writer) error
	err   error
	done  chan struct{}
}

const (
	waiting int32 = iota
	taken
	givenUp
)

// writer owns the only connection that writes. Its methods other than shut
// are for the goroutine that runs loop, and hence for ops.
type writer struct {
	conn    *sql.Conn
	stmts   map[string]*sql.Stmt
	queue   chan *op
	stop    chan struct{}
	ended   chan struct{}
	normal  bool  // whether synchronous is NORMAL at the moment
	lanePos int64 // the last place given out in any lane
	scrub   bool  // whether the log holds what is to be gone
}

func startWriter(conn *sql.Conn) (*writer, error) {
	w := &writer{
		conn:  conn,
		stmts: map[string]*sql.Stmt{},
		queue: make(chan *op, queueLen),
		stop:  make(chan struct{}),
		ended: make(chan struct{}),
	}
	err := w.row(`SELECT max(coalesce(max(pos), 0), coalesce(max(again_pos), 0)) FROM effects`).Scan(&w.lanePos)
	if err != nil {
		return nil, errors.Join(err, w.free())
	}
	go w.loop()
	return w, nil
}

// do has run performed by the writer. If ctx ends before its turn comes
// nothing has been changed.
func (s *Store) do(ctx context.Context, loose bool, run func(*writer) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	o := &op{loose: loose, run: run, done: make(chan struct{})}
	select {
	case s.w.queue <- o:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.w.ended:
		return errClosed
	}
	var early error
	select {
	case <-o.done:
		return o.err
	case <-ctx.Done():
		early = ctx.Err()
	case <-s.w.ended:
		early = errClosed
	}
	if o.state.CompareAndSwap(waiting, givenUp) {
		return early
	}
	<-o.done
	return o.err
}

func (w *writer) loop() {
	defer close(w.ended)
	for {
		select {
		case o := <-w.queue:
			w.batch(w.gather(o))
		case <-w.stop:
			for len(w.queue) > 0 {
				w.batch(w.gather(<-w.queue))
			}
			return
		}
	}
}

// gather takes what is waiting by now: while the disk is slow, batches grow.
func (w *writer) gather(first *op) []*op {
	var ops []*op
	for o := first; ; {
		if o.state.CompareAndSwap(waiting, taken) {
			ops = append(ops, o)
		}
		if len(ops) == batchMax {
			return ops
		}
		select {
		case o = <-w.queue:
		default:
			return ops
		}
	}
}

func (w *writer) batch(ops []*op) {
	if len(ops) == 0 {
		return
	}
	err := w.transact(ops)
	w.empty()
	for _, o := range ops {
		if err != nil {
			o.err = fmt.Errorf("write to the file: %w", err)
		}
		close(o.done)
	}
}

// empty brings the log into the file, in which secure_delete has put zeros over
// what is gone, and cuts it to nothing. Where a reader holds it up, it is tried
// again after the next batch (sqlite.org/pragma.html#pragma_wal_checkpoint).
func (w *writer) empty() {
	if !w.scrub {
		return
	}
	var busy, frames, moved int
	err := w.conn.QueryRowContext(context.Background(), `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &moved)
	w.scrub = err != nil || busy != 0
}

// transact fails as a whole only where nothing of any op was written.
func (w *writer) transact(ops []*op) error {
	loose := true
	for _, o := range ops {
		loose = loose && o.loose
	}
	if err := w.synchronous(loose); err != nil {
		return err
	}
	if err := w.exec(`BEGIN IMMEDIATE`); err != nil {
		return err
	}
	for _, o := range ops {
		if err := w.within(o); err != nil {
			w.rollback()
			return err
		}
	}
	if err := w.exec(`COMMIT`); err != nil {
		w.rollback()
		return err
	}
	return nil
}

// within runs an op in a savepoint; its own failure is noted in the op, and
// only that of the savepoint is returned.
func (w *writer) within(o *op) error {
	if err := w.exec(`SAVEPOINT op`); err != nil {
		return err
	}
	if o.err = o.run(w); o.err != nil {
		if err := w.exec(`ROLLBACK TO op`); err != nil {
			return errors.Join(o.err, err)
		}
	}
	return w.exec(`RELEASE op`)
}

// rollback is silent, since SQLite has often rolled back by itself by now, as
// it does when the disk is full.
func (w *writer) rollback() {
	_ = w.exec(`ROLLBACK`)
}

// synchronous switches whether a commit waits for the disk. The statement is
// not prepared ahead, because SQLite obeys it while it prepares it.
func (w *writer) synchronous(normal bool) error {
	if normal == w.normal {
		return nil
	}
	mode := `PRAGMA synchronous = FULL`
	if normal {
		mode = `PRAGMA synchronous = NORMAL`
	}
	if _, err := w.conn.ExecContext(context.Background(), mode); err != nil {
		return err
	}
	w.normal = normal
	return nil
}

func (w *writer) shut() error {
	close(w.stop)
	<-w.ended
	return w.free()
}

func (w *writer) free() error {
	var errs []error
	for _, st := range w.stmts {
		errs = append(errs, st.Close())
	}
	return errors.Join(append(errs, w.conn.Close())...)
}
