package engagement

import (
	"slices"
	"time"

	"animo/bot/chat"
)

// mark says which messages of a channel or thread are counted.
type mark struct {
	// Lines are those that messages came on lately. There are several where
	// each replica has its own.
	Lines []string  `json:"lines"`
	Last  string    `json:"last"` // id of the newest message counted, "" for none
	At    time.Time `json:"at"`   // when that was written
	// Recent are the ids counted last, the newest, which is Last, at the end.
	// One that was overtaken comes among them.
	Recent []string `json:"recent,omitempty"`
	Holes  []hole   `json:"holes,omitempty"`
}

const (
	maxRecent = 16
	maxLines  = 12 // Slack takes ten connections of an app
	// arrival is how long before we know of it a bot may have been there, by
	// the platform's clock.
	arrival = 10 * time.Second
)

// hole is a stretch of messages, its ends not included, that is to be read from
// history. It grows as long as Before is empty: no message newer than Over has
// come since on the line, or on another one so late that it cannot have waited
// since before the line began.
type hole struct {
	After  string    `json:"after,omitempty"`
	From   time.Time `json:"from,omitzero"` // nothing older belongs to it
	Over   string    `json:"over,omitempty"`
	Before string    `json:"before,omitempty"`
	Skip   []string  `json:"skip,omitempty"` // what lies in it and is counted
	Line   string    `json:"line,omitempty"` // by which it was opened
	Began  time.Time `json:"began,omitzero"` // when that line did, or a little later
}

// ends says whether a message that is newer than Over ends the hole: from it
// on the line tells.
func (h hole) ends(e chat.Posted) bool {
	return e.Line == h.Line || h.Line == "" || e.At.After(h.Began.Add(arrival))
}

func (h hole) holds(id string) bool {
	return chat.Newer(id, h.After) && (h.Before == "" || chat.Newer(h.Before, id))
}

// missing is a message that did not get through.
type missing struct {
	id   string
	at   time.Time
	done func() // to be called once a hole is stored for it
}

// verdict says what to do with a message.
type verdict int

const (
	pass  verdict = iota // counted already, or left to the history
	again                // behind the mark: count it unless it was
	count
)

// live takes a message that came on a line, after those that are missing;
// since is when the bot came. opened says that a hole was opened.
func (m *mark) live(e chat.Posted, lost []missing, since time.Time) (v verdict, opened bool) {
	id := e.Message.ID
	if fresh := m.join(e.Line) || m.Last == "" && len(m.Holes) == 0; fresh || len(lost) > 0 {
		m.miss(e, lost, fresh, since)
		opened = true
	}
	for i := range m.Holes {
		h := &m.Holes[i]
		switch {
		case h.Before != "" || !chat.Newer(id, h.After) || !chat.Newer(id, h.Over):
		case h.ends(e):
			h.Before = id
		default:
			h.Over = id
		}
	}
	for _, h := range m.Holes {
		if h.holds(id) {
			return pass, opened
		}
	}
	switch {
	case slices.Contains(m.Recent, id):
		return pass, opened
	case !chat.Newer(id, m.Last):
		return again, opened
	}
	return count, opened
}

// join notes a line and says whether it is new here.
func (m *mark) join(line string) bool {
	if slices.Contains(m.Lines, line) {
		return false
	}
	m.Lines = append(slices.Clone(m.Lines), line)
	m.Lines = m.Lines[max(0, len(m.Lines)-maxLines):]
	return true
}

// counted notes that a message is counted.
func (m *mark) counted(id string, at time.Time) {
	if chat.Newer(id, m.Last) {
		m.Last, m.At = id, at
	}
	i, _ := slices.BinarySearchFunc(m.Recent, id, func(old, id string) int {
		if chat.Newer(id, old) {
			return -1
		}
		return 1
	})
	m.Recent = slices.Insert(slices.Clone(m.Recent), i, id)
	m.Recent = m.Recent[max(0, len(m.Recent)-maxRecent):]
}

// miss opens the holes for messages that did not get through, and with broken
// for what no line told of. A message behind the mark may stand among such as
// are counted, which their first-time keys tell.
func (m *mark) miss(e chat.Posted, lost []missing, broken bool, since time.Time) {
	ahead := m.ahead(since, e.Line, e.At)
	for _, l := range lost {
		if !chat.Newer(l.id, m.Last) {
			m.Holes = append(m.Holes, hole{From: l.at, Before: m.Last})
			continue
		}
		broken = true
		if chat.Newer(l.id, ahead.Over) {
			ahead.Over = l.id
		}
	}
	if broken {
		m.open(ahead)
	}
}

// ahead is the hole for all that may come after the mark, up to what a line
// tells. It begins a little before it, for what was overtaken.
func (m *mark) ahead(since time.Time, line string, began time.Time) hole {
	if m.Last == "" {
		return hole{From: since.Add(-arrival), Line: line, Began: began}
	}
	return hole{After: m.Recent[0], Skip: m.Recent[1:], Over: m.Last, Line: line, Began: began}
}

// open adds a hole, unless one is open: then that grows.
func (m *mark) open(h hole) {
	for i := range m.Holes {
		if old := &m.Holes[i]; old.Before == "" {
			if chat.Newer(h.Over, old.Over) {
				old.Over = h.Over
			}
			if h.Began.After(old.Began) { // what waited on an older line tells nothing of the newer
				old.Line, old.Began = h.Line, h.Began
			}
			return
		}
	}
	m.Holes = append(m.Holes, h)
}

// late takes a message read from history. The hole it lies in ends at it from
// now on: history is read oldest first.
func (m *mark) late(e chat.Posted) verdict {
	id := e.Message.ID
	for i := range m.Holes {
		h := &m.Holes[i]
		if !h.holds(id) {
			continue
		}
		if slices.Contains(h.Skip, id) {
			return pass
		}
		h.After = id
		return count
	}
	return pass
}

// filled takes away the oldest hole, which was read to its end when nothing
// newer than over was known to lie in it. If something is by now, it stays, to
// be read once more.
func (m *mark) filled(over string) {
	if len(m.Holes) == 0 {
		return
	}
	if h := m.Holes[0]; chat.Newer(h.Over, over) && chat.Newer(h.Over, h.After) {
		return
	}
	m.Holes = m.Holes[1:]
}
