package engagement

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"animo/bot/chat"
	"animo/storage"
)

// survey returns the channels and threads of a space in which something may be
// missing, each with a hole for it.
func (r reading) survey(ctx context.Context) ([]chat.ChannelID, error) {
	marks, err := r.marks(ctx)
	if err != nil || len(marks) == 0 {
		return nil, err // nothing is counted here yet
	}
	newest, told, err := r.listed(ctx)
	if err != nil {
		return nil, err
	}
	for in := range newest {
		if _, known := marks[in]; !known {
			marks[in] = mark{}
		}
	}
	var out []chat.ChannelID
	for _, in := range slices.Sorted(maps.Keys(marks)) {
		m := marks[in]
		missed := false
		if !slices.Contains(m.Lines, r.line) {
			id, listed := newest[in]
			missed = mayMiss(id, listed, told, m.Last, r.Now().Sub(m.At))
			if err := r.join(ctx, in, missed); err != nil {
				return out, err
			}
		}
		if missed || len(m.Holes) > 0 {
			out = append(out, in)
		}
	}
	return out, nil
}

// mayMiss says whether a channel holds what is not counted. Where the platform
// told of the newest messages, one that it does not list may be a thread in
// the archive; where it did not, the bot is not there any more.
func mayMiss(newest string, listed, told bool, last string, silent time.Duration) bool {
	switch {
	case !listed:
		return told && silent < stillTalking
	case !told:
		return true
	}
	return chat.Newer(newest, last)
}

// join notes that the line tells of a channel from now on, and that what came
// before may be missing.
func (r reading) join(ctx context.Context, in chat.ChannelID, missed bool) error {
	return r.change(ctx, r.tenant, r.space, in, func(m *mark) (storage.Change, bool) {
		if m.Last == "" && !missed || !m.join(r.line) {
			return storage.Change{}, false // nothing came ever; or something meanwhile
		}
		if missed {
			m.open(m.ahead(r.since, r.line, r.Now()))
		}
		return storage.Change{}, true
	})
}

// marks reads all marks of the space.
func (r reading) marks(ctx context.Context) (map[chat.ChannelID]mark, error) {
	marks := make(map[chat.ChannelID]mark)
	q := storage.ListQuery{Kind: kindMark, Prefix: markIndex(r.space), Limit: page}
	for {
		docs, err := r.Store.List(ctx, r.tenant, q)
		if err != nil {
			return nil, err
		}
		for _, d := range docs {
			var m mark
			if err := json.Unmarshal(d.Body, &m); err != nil {
				return nil, fmt.Errorf("read the mark of %s: %w", d.ID, err)
			}
			marks[chat.ChannelID(d.ID)] = m
		}
		if len(docs) < page {
			return marks, nil
		}
		q.After = &docs[len(docs)-1]
	}
}

// listed returns the newest message of each channel from which the bot hears;
// told is false if the platform only said which those are.
func (r reading) listed(ctx context.Context) (newest map[chat.ChannelID]string, told bool, err error) {
	if r.newest != nil {
		return r.newest, true, nil
	}
	p, err := r.platform()
	if err != nil {
		return nil, false, err
	}
	channels, err := p.Channels(ctx, r.space)
	if err != nil {
		return nil, false, err
	}
	newest = make(map[chat.ChannelID]string, len(channels))
	for _, ch := range channels {
		if !ch.Deaf {
			newest[ch.ID] = ""
		}
	}
	return newest, false, nil
}
