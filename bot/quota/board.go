package quota

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"animo/storage"
)

// Board is where notes are kept.
type Board interface {
	// Revise has change look at the notes of keys, at the board's time, and
	// writes all of them back if it says so. change may be called again,
	// when others have written meanwhile.
	Revise(ctx context.Context, keys []string, change func(now time.Time, notes []Note) bool) error
}

// Shared is a board in a store that several processes use; revise is as
// Revise of storage/redis.
func Shared(revise func(context.Context, []string, func(time.Time, [][]byte) ([]storage.Scrap, error)) error) Board {
	return shared(revise)
}

type shared func(context.Context, []string, func(time.Time, [][]byte) ([]storage.Scrap, error)) error

// Revise implements Board. A note that cannot be read is one of a later
// version; it is not overwritten.
func (s shared) Revise(ctx context.Context, keys []string, change func(time.Time, []Note) bool) error {
	return s(ctx, keys, func(now time.Time, values [][]byte) ([]storage.Scrap, error) {
		notes := make([]Note, len(values))
		for i, v := range values {
			if v == nil {
				continue
			}
			if err := json.Unmarshal(v, &notes[i]); err != nil {
				return nil, fmt.Errorf("read the note %s: %w", keys[i], err)
			}
		}
		if !change(now, notes) {
			return nil, nil
		}
		out := make([]storage.Scrap, len(notes))
		for i := range notes {
			body, err := json.Marshal(&notes[i])
			if err != nil {
				return nil, err
			}
			out[i] = storage.Scrap{Body: body, For: notes[i].keep(now)}
		}
		return out, nil
	})
}

// memory is the board of a process that is alone.
type memory struct {
	now func() time.Time

	mu      sync.Mutex
	notes   map[string]Note
	sweepAt int
}

// many is how many notes are remembered before those are swept that know
// nothing any more.
const many = 512

func newMemory(now func() time.Time) *memory {
	return &memory{now: now, notes: make(map[string]Note), sweepAt: many}
}

// Revise implements Board.
func (m *memory) Revise(ctx context.Context, keys []string, change func(time.Time, []Note) bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	notes := make([]Note, len(keys))
	for i, k := range keys {
		notes[i] = m.notes[k]
	}
	if !change(now, notes) {
		return nil
	}
	for i, k := range keys {
		m.notes[k] = notes[i]
	}
	if len(m.notes) >= m.sweepAt {
		for k, n := range m.notes {
			if n.Window.Known = false; n.keep(now) == 0 { // that costs a question, and memory is dearer here
				delete(m.notes, k)
			}
		}
		m.sweepAt = max(many, 2*len(m.notes))
	}
	return nil
}
