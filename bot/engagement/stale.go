package engagement

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"animo/storage"
)

const (
	// keepMarks is how long the mark of a channel in which nobody writes is
	// kept, longer than anything is read back.
	keepMarks = 30 * 24 * time.Hour
	staleAt   = 200 // once
)

// Stale lists some marks that are of no more use, to be deleted: of threads
// that fell silent and channels that are gone.
func (c *Counter) Stale(ctx context.Context, t storage.Tenant) ([]storage.DocPut, error) {
	var out []storage.DocPut
	q := storage.ListQuery{Kind: kindMark, Limit: page}
	for {
		docs, err := c.Store.List(ctx, t, q)
		if err != nil {
			return nil, err
		}
		for _, d := range docs {
			var m mark
			if err := json.Unmarshal(d.Body, &m); err != nil {
				return nil, fmt.Errorf("read the mark of %s: %w", d.ID, err)
			}
			if c.Now().Sub(m.At) > keepMarks && len(out) < staleAt {
				out = append(out, storage.DocPut{Kind: kindMark, ID: d.ID, Version: d.Version, Delete: true})
			}
		}
		if len(docs) < page || len(out) == staleAt {
			return out, nil
		}
		q.After = &docs[len(docs)-1]
	}
}
