package redis

import (
	"errors"
	"fmt"

	"animo/storage"
)

// validRecord refuses a record that no store can have handed over.
func validRecord(r storage.Record) error {
	things := 0
	for _, there := range []bool{
		r.Doc != nil, r.Set != nil, r.Entry != nil, r.Job != nil, r.Effect != nil, r.Log != nil, r.Counter != nil, r.Once != nil,
	} {
		if there {
			things++
		}
	}
	if things != 1 {
		return fmt.Errorf("a record is one thing, not %d", things)
	}
	switch {
	case r.Doc != nil:
		return errors.Join(atLeast("the version of document "+r.Doc.ID, r.Doc.Version, 1), validBody(r.Doc.Kind, r.Doc.ID, r.Doc.Body))
	case r.Set != nil:
		return atLeast("the last number of set "+r.Set.Name, r.Set.Last, 0)
	case r.Entry != nil:
		return errors.Join(validKey(r.Entry.Key), atLeast("the number of entry "+r.Entry.Key, r.Entry.Seq, 1),
			validBody("entry", r.Entry.Key, r.Entry.Body))
	case r.Job != nil:
		return errors.Join(atLeast("the attempts of job "+r.Job.Key, int64(r.Job.Attempts), 0), validBody("job", r.Job.Key, r.Job.Body))
	case r.Effect != nil:
		return errors.Join(validLane(*r.Effect), atLeast("the attempts of effect "+r.Effect.Key, int64(r.Effect.Attempts), 0),
			validBody("effect", r.Effect.Key, r.Effect.Body))
	case r.Log != nil:
		return errors.Join(atLeast("the number of a log line", r.Log.N, 1), validBody("log line", r.Log.Action, r.Log.Body))
	}
	return nil
}

func atLeast(what string, n, least int64) error {
	if n < least {
		return fmt.Errorf("%s is %d, not at least %d", what, n, least)
	}
	return nil
}

func validLane(e storage.Effect) error {
	if e.Lane == "" {
		return fmt.Errorf("effect %s has no lane", e.Key)
	}
	return nil
}
