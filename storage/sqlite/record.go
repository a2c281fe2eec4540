package sqlite

import (
	"errors"
	"fmt"

	"animo/storage"
)

// validRecord refuses a record that no store can have handed over.
func validRecord(r storage.Record) error {
	set := 0
	for _, there := range []bool{
		r.Doc != nil, r.Set != nil, r.Entry != nil, r.Job != nil, r.Effect != nil, r.Log != nil, r.Counter != nil, r.Once != nil,
	} {
		if there {
			set++
		}
	}
	if set != 1 {
		return fmt.Errorf("a record is one thing, not %d", set)
	}
	switch {
	case r.Doc != nil && r.Doc.Version < 1:
		return fmt.Errorf("document %s %s has version %d", r.Doc.Kind, r.Doc.ID, r.Doc.Version)
	case r.Set != nil && r.Set.Last < 0:
		return fmt.Errorf("set %s has given out %d numbers", r.Set.Name, r.Set.Last)
	case r.Entry != nil && r.Entry.Seq < 1:
		return fmt.Errorf("entry %s of %s has number %d", r.Entry.Key, r.Entry.Set, r.Entry.Seq)
	case r.Log != nil && r.Log.N < 1:
		return fmt.Errorf("a line of the log has number %d", r.Log.N)
	case r.Job != nil && r.Job.Attempts < 0, r.Effect != nil && r.Effect.Attempts < 0:
		return errors.New("something was tried less than never")
	}
	return valid("record", asChange(r))
}

// asChange is the Change that would put the record, by which its keys and
// bodies are judged.
func asChange(r storage.Record) (c storage.Change) {
	switch {
	case r.Doc != nil:
		c.Docs = []storage.DocPut{{Kind: r.Doc.Kind, ID: r.Doc.ID, Body: r.Doc.Body}}
	case r.Entry != nil:
		c.Entries = []storage.EntryPut{{Key: r.Entry.Key, Body: r.Entry.Body}}
	case r.Job != nil:
		c.Jobs = []storage.Job{*r.Job}
	case r.Effect != nil:
		c.Effects = []storage.Effect{*r.Effect}
	case r.Log != nil:
		c.Log = []storage.LogLine{*r.Log}
	}
	return c
}
