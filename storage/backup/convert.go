package backup

import "animo/storage"

// fromStore turns what a store hands over into what stands in the file: times
// in UTC, and nothing where nothing is meant.
func fromStore(r storage.Record) (f record) {
	switch {
	case r.Doc != nil:
		f.Doc = &doc{r.Doc.Kind, r.Doc.ID, r.Doc.Version, r.Doc.Index, r.Doc.Body}
	case r.Set != nil:
		f.Set = &set{r.Set.Name, r.Set.Last, r.Set.Numbers}
	case r.Entry != nil:
		e := r.Entry
		f.Entry = &entry{e.Set, e.Key, e.Seq, e.At.UTC(), e.Body}
	case r.Job != nil:
		j := r.Job
		f.Job = &job{j.Key, j.Kind, j.Due.UTC(), j.Attempts, j.Body}
	case r.Effect != nil:
		e := r.Effect
		f.Effect = &effect{e.Key, e.Lane, e.Priority, e.Due.UTC(), e.Attempts, e.Tried.UTC(), e.Body}
	case r.Log != nil:
		l := r.Log
		f.Log = &logLine{l.N, l.At.UTC(), l.Actor, l.Action, l.Target, l.Body}
	case r.Counter != nil:
		c := r.Counter
		f.Counter = &counter{c.Name, c.Key, c.Hour.UTC(), c.Value}
	case r.Once != nil:
		f.Once = &once{r.Once.Key, r.Once.Until.UTC()}
	}
	return f
}

// toStore is the way back.
func (f record) toStore() (r storage.Record) {
	switch {
	case f.Doc != nil:
		r.Doc = &storage.Doc{Kind: f.Doc.Kind, ID: f.Doc.ID, Version: f.Doc.Version, Index: f.Doc.Index, Body: f.Doc.Body}
	case f.Set != nil:
		r.Set = &storage.SetRecord{Name: f.Set.Name, Last: f.Set.Last, Numbers: f.Set.Numbers}
	case f.Entry != nil:
		e := f.Entry
		r.Entry = &storage.EntryRecord{Set: e.Set, Key: e.Key, Seq: e.Seq, At: e.At, Body: e.Body}
	case f.Job != nil:
		j := f.Job
		r.Job = &storage.Job{Key: j.Key, Kind: j.Kind, Due: j.Due, Attempts: j.Attempts, Body: j.Body}
	case f.Effect != nil:
		e := f.Effect
		r.Effect = &storage.Effect{
			Key: e.Key, Lane: e.Lane, Priority: e.Priority, Due: e.Due, Attempts: e.Attempts, Tried: e.Tried, Body: e.Body,
		}
	case f.Log != nil:
		l := f.Log
		r.Log = &storage.LogLine{N: l.N, At: l.At, Actor: l.Actor, Action: l.Action, Target: l.Target, Body: l.Body}
	case f.Counter != nil:
		c := f.Counter
		r.Counter = &storage.Counter{Name: c.Name, Key: c.Key, Hour: c.Hour, Value: c.Value}
	case f.Once != nil:
		r.Once = &storage.OnceRecord{Key: f.Once.Key, Until: f.Once.Until}
	}
	return r
}

// isRecord says whether a line holds one.
func (f record) isRecord() bool { return f != record{} }
