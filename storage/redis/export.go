package redis

import (
	"context"
	"fmt"
	"iter"
	"strconv"

	"animo/storage"
)

// exportPage is how many records are read at a time: few enough that their
// bodies come before the connection counts as lost, however large.
const exportPage = 200

// Export hands over all that a tenant owns, in pages: documents, each set
// before its entries, jobs, effects in the order of their lanes, the log,
// counters, first-time keys. What was there all the time is in it; of what
// changes meanwhile either state. A leased effect comes as it will when its
// lease has run out: with its Attempts and Tried, since it may have been said,
// and at the earlier time if it was put again.
func (s *Store) Export(ctx context.Context, t storage.Tenant) iter.Seq2[storage.Record, error] {
	return func(yield func(storage.Record, error) bool) {
		x := &export{s: s, ctx: ctx, t: t, sp: s.spaceOf(t), yield: yield}
		for _, part := range []func() error{x.docs, x.sets, x.jobs, x.effects, x.log, x.counters, x.once} {
			if err := part(); err != nil {
				yield(storage.Record{}, fmt.Errorf("export %s: %w", t, err))
				return
			}
			if x.stopped {
				return
			}
		}
	}
}

// export is one export under way. It holds its context, since it lives within
// one call only.
type export struct {
	s       *Store
	ctx     context.Context
	t       storage.Tenant
	sp      space
	yield   func(storage.Record, error) bool
	stopped bool
}

func (x *export) hand(r storage.Record) {
	x.stopped = x.stopped || !x.yield(r, nil)
}

// byName calls see with each page of a set that is sorted by name.
func (x *export) byName(key string, see func(names []string) error) error {
	return x.s.byName(x.ctx, key, func(names []string) (bool, error) {
		err := see(names)
		return !x.stopped, err
	})
}

func (s *Store) byName(ctx context.Context, key string, see func(names []string) (bool, error)) error {
	for least := "-"; ; {
		page := plain("ZRANGEBYLEX", key, least, "+", "LIMIT", 0, exportPage)
		if err := s.do(ctx, page); err != nil {
			return err
		}
		names := make([]string, 0, exportPage)
		for _, v := range page.list() {
			names = append(names, textOf(v))
		}
		if more, err := see(names); err != nil || !more || len(names) < exportPage {
			return err
		}
		least = "(" + names[len(names)-1]
	}
}

// rows reads fields of hashes, in one round trip.
func (x *export) rows(keys []string, names ...any) ([][]any, error) {
	calls := make([]*call, len(keys))
	for i, k := range keys {
		calls[i] = plain(append([]any{"HMGET", k}, names...)...)
	}
	if err := x.s.do(x.ctx, calls...); err != nil {
		return nil, err
	}
	rows := make([][]any, len(keys))
	for i, c := range calls {
		var err error
		if rows[i], err = fields(c.cmd.Val(), len(names)); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func (x *export) docs() error {
	return x.byName(x.sp.of("kinds", x.t), func(kinds []string) error {
		for _, kind := range kinds {
			err := x.byName(x.sp.docs(x.t, kind), func(members []string) error { return x.docsOf(kind, members) })
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (x *export) docsOf(kind string, members []string) error {
	ids, keys := make([]string, len(members)), make([]string, len(members))
	for i, m := range members {
		_, ids[i] = parted(m)
		keys[i] = x.sp.doc(x.t, kind, ids[i])
	}
	rows, err := x.rows(keys, "v", "i", "b")
	if err != nil {
		return err
	}
	for i, row := range rows {
		if d, err := docOf(kind, append([]any{ids[i]}, row...)); err == nil && !x.stopped { // else it was deleted meanwhile
			x.hand(storage.Record{Doc: &d})
		}
	}
	return nil
}

func (x *export) sets() error {
	return x.byName(x.sp.of("sets", x.t), func(names []string) error {
		for _, name := range names {
			if err := x.set(name); err != nil || x.stopped {
				return err
			}
		}
		return nil
	})
}

func (x *export) set(name string) error {
	last := plain("HGET", x.sp.set(x.t, name), "last")
	if err := x.s.do(x.ctx, last); err != nil || last.cmd.Val() == nil {
		return err
	}
	tally, err := x.s.Tally(x.ctx, x.t, name)
	if err != nil {
		return err
	}
	x.hand(storage.Record{Set: &storage.SetRecord{Name: name, Last: last.int(), Numbers: tally.Numbers}})
	for after := ""; !x.stopped; {
		page, err := x.s.Entries(x.ctx, x.t, name, after, entryPage)
		if err != nil {
			return err
		}
		for _, e := range page {
			if !x.stopped {
				x.hand(storage.Record{Entry: &storage.EntryRecord{Set: name, Key: e.Key, Seq: e.Seq, At: e.At, Body: e.Body}})
			}
			after = e.Key
		}
		if len(page) < entryPage {
			return nil
		}
	}
	return nil
}

func (x *export) jobs() error {
	return x.byName(x.sp.of("jobs", x.t), func(names []string) error {
		keys := make([]string, len(names))
		for i, name := range names {
			keys[i] = x.sp.job(x.t, name)
		}
		rows, err := x.rows(keys, "k", "d", "b", "a")
		for i, v := range rows {
			if v[0] == nil || x.stopped {
				continue
			}
			x.hand(storage.Record{Job: &storage.Job{
				Tenant: x.t, Key: names[i], Kind: textOf(v[0]), Due: moment(v[1]), Body: bodyOf(v[2]), Attempts: int(intOf(v[3])),
			}})
		}
		return err
	})
}

func (x *export) effects() error {
	return x.byName(x.sp.of("lanes", x.t), func(lanes []string) error {
		for _, lane := range lanes {
			if err := x.lane(lane); err != nil || x.stopped {
				return err
			}
		}
		return nil
	})
}

// lane reads the effects of a lane by their places, of which no two are the
// same.
func (x *export) lane(lane string) error {
	for from := "-inf"; !x.stopped; {
		page := plain("ZRANGEBYSCORE", x.sp.lane(x.t, lane), from, "+inf", "WITHSCORES", "LIMIT", 0, exportPage)
		if err := x.s.do(x.ctx, page); err != nil {
			return err
		}
		list := page.list()
		var keys []string
		for i := 0; i+1 < len(list); i += 2 {
			keys = append(keys, textOf(list[i]))
			from = "(" + textOf(list[i+1])
		}
		if err := x.effectsOf(lane, keys); err != nil || len(keys) < exportPage {
			return err
		}
	}
	return nil
}

func (x *export) effectsOf(lane string, names []string) error {
	keys := make([]string, len(names))
	for i, name := range names {
		keys[i] = x.sp.effect(x.t, name)
	}
	rows, err := x.rows(keys, "p", "d", "b", "a", "r", "x")
	for i, v := range rows {
		if v[0] == nil || x.stopped {
			continue
		}
		e := storage.Effect{
			Tenant: x.t, Key: names[i], Lane: lane, Priority: int(intOf(v[0])), Due: moment(v[1]), Body: bodyOf(v[2]),
			Attempts: int(intOf(v[3])),
		}
		if v[4] != nil {
			e.Tried = moment(v[4])
		}
		if v[5] != nil && moment(v[5]).Before(e.Due) {
			e.Due = moment(v[5])
		}
		x.hand(storage.Record{Effect: &e})
	}
	return err
}

func (x *export) log() error {
	for from := "-"; !x.stopped; {
		page := plain("XRANGE", x.sp.of("log", x.t), from, "+", "COUNT", exportPage)
		if err := x.s.do(x.ctx, page); err != nil {
			return err
		}
		lines, err := logLines(page.list())
		if err != nil {
			return err
		}
		for _, l := range lines {
			if !x.stopped {
				x.hand(storage.Record{Log: &l})
			}
		}
		if len(lines) < exportPage {
			return nil
		}
		from = strconv.FormatInt(lines[len(lines)-1].N+1, 10)
	}
	return nil
}

func (x *export) counters() error {
	return x.byName(x.sp.of("names", x.t), func(names []string) error {
		for _, name := range names {
			if err := x.hours(name); err != nil || x.stopped {
				return err
			}
		}
		return nil
	})
}

func (x *export) hours(name string) error {
	for from := "-inf"; !x.stopped; {
		page := plain("ZRANGEBYSCORE", x.sp.hours(x.t, name), from, "+inf", "LIMIT", 0, exportPage)
		if err := x.s.do(x.ctx, page); err != nil {
			return err
		}
		for _, h := range page.list() {
			hour := intOf(h)
			counters, err := x.s.hourOf(x.ctx, x.sp.hour(x.t, name, hour), storage.Counter{Name: name, Hour: storage.HourTime(hour)})
			if err != nil {
				return err
			}
			for _, c := range counters {
				if !x.stopped {
					x.hand(storage.Record{Counter: &c})
				}
			}
			from = "(" + textOf(h)
		}
		if len(page.list()) < exportPage {
			return nil
		}
	}
	return nil
}

// once reads first-time keys by their time. Those of one instant are read
// together, since a page that ended among them could not be gone on from.
func (x *export) once() error {
	key := x.sp.of("once", x.t)
	for from := "-inf"; !x.stopped; {
		page := plain("ZRANGEBYSCORE", key, from, "+inf", "WITHSCORES", "LIMIT", 0, exportPage)
		if err := x.s.do(x.ctx, page); err != nil {
			return err
		}
		list := page.list()
		if len(list) == 0 {
			return nil
		}
		last := textOf(list[len(list)-1])
		whole := plain("ZRANGEBYSCORE", key, from, last, "WITHSCORES")
		if err := x.s.do(x.ctx, whole); err != nil {
			return err
		}
		all := whole.list()
		for i := 0; i+1 < len(all); i += 2 {
			if !x.stopped {
				x.hand(storage.Record{Once: &storage.OnceRecord{Key: textOf(all[i]), Until: moment(all[i+1])}})
			}
		}
		from = "(" + last
	}
	return nil
}
