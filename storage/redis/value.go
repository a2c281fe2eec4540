package redis

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"animo/storage"
)

// micros writes a time as Redis keeps it.
func micros(t time.Time) string { return strconv.FormatInt(t.UnixMicro(), 10) }

func moment(v any) time.Time { return time.UnixMicro(intOf(v)).UTC() }

func limited(limit, most int) error {
	if limit < 1 || limit > most {
		return fmt.Errorf("limit %d is not between 1 and %d", limit, most)
	}
	return nil
}

const maxKey = 200

// valid refuses what could not be kept, before anything is sent.
func valid(t storage.Tenant, c storage.Change) error {
	if t == "" {
		return errors.New("the tenant is empty")
	}
	if c.Once != nil && c.Now.IsZero() {
		return errors.New("a change that may be committed once only needs the time")
	}
	if home := storage.PartitionLease(t.Partition()); c.Fence != nil && c.Fence.Lease != home {
		return fmt.Errorf("a change of %s can carry the fence of %s only, not that of %s", t, home, c.Fence.Lease)
	}
	for _, e := range c.Entries {
		if err := validKey(e.Key); err != nil {
			return err
		}
	}
	for _, e := range c.Effects {
		if err := validLane(e); err != nil {
			return err
		}
	}
	return validBodies(c)
}

func validKey(key string) error {
	if key == "" || len(key) > maxKey {
		return fmt.Errorf("the key of an entry has %d bytes, not 1 to %d", len(key), maxKey)
	}
	return nil
}

func validBodies(c storage.Change) error {
	var errs []error
	for _, d := range c.Docs {
		errs = append(errs, validBody(d.Kind, d.ID, d.Body))
	}
	for _, e := range c.Entries {
		errs = append(errs, validBody("entry", e.Key, e.Body))
	}
	for _, j := range c.Jobs {
		errs = append(errs, validBody("job", j.Key, j.Body))
	}
	for _, e := range c.Effects {
		errs = append(errs, validBody("effect", e.Key, e.Body))
	}
	for _, l := range c.Log {
		errs = append(errs, validBody("log line", l.Action, l.Body))
	}
	return errors.Join(errs...)
}

func validBody(what, key string, body json.RawMessage) error {
	if len(body) > storage.MaxBody {
		return fmt.Errorf("%s %s: body of %d bytes: %w", what, key, len(body), storage.ErrTooLarge)
	}
	return nil
}
