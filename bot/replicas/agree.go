package replicas

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"animo/storage"
)

// kindAgreed are documents of storage.System: what replicas agreed on.
const kindAgreed = "agreed"

// Agree returns the number that the replicas alive agreed on under a name; the
// first of them to ask says which. A nil Replicas agrees with itself.
func (r *Replicas) Agree(ctx context.Context, name string, number int) (int, error) {
	if r == nil {
		return number, nil
	}
	for {
		now, err := r.Clock(ctx)
		if err != nil {
			return 0, fmt.Errorf("read the shared clock: %w", err)
		}
		var agreed int
		version, err := storage.Load(ctx, r.Store, storage.System, kindAgreed, name, &agreed)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return 0, fmt.Errorf("read what was agreed on %s: %w", name, err)
		}
		alive, err := r.meet(ctx, now)
		if err != nil {
			return 0, err
		}
		if version > 0 && (len(alive) > 1 || agreed == number) {
			return agreed, nil
		}
		body, err := json.Marshal(number)
		if err != nil {
			return 0, err
		}
		_, err = r.Store.Commit(ctx, storage.System, storage.Change{
			Docs: []storage.DocPut{{Kind: kindAgreed, ID: name, Version: version, Body: body}}, Now: now,
		})
		if !errors.Is(err, storage.ErrConflict) {
			return number, err
		}
	}
}
