package storage

import (
	"encoding/json"
	"time"
)

// Record is one thing that a tenant owns, as it moves from one store to
// another. Exactly one field is set.
type Record struct {
	Doc     *Doc         `json:"doc,omitempty"`
	Set     *SetRecord   `json:"set,omitempty"` // comes before its entries
	Entry   *EntryRecord `json:"entry,omitempty"`
	Job     *Job         `json:"job,omitempty"`    // with its Attempts, without its lease
	Effect  *Effect      `json:"effect,omitempty"` // likewise, with Tried; in the order of its lane
	Log     *LogLine     `json:"log,omitempty"`    // in the order of their numbers
	Counter *Counter     `json:"counter,omitempty"`
	Once    *OnceRecord  `json:"once,omitempty"`
}

// SetRecord is a set without its entries.
type SetRecord struct {
	Name    string           `json:"name"`
	Last    int64            `json:"last"` // the Seq given last
	Numbers map[string]int64 `json:"numbers,omitempty"`
}

// EntryRecord is an entry of a set.
type EntryRecord struct {
	Set  string          `json:"set"`
	Key  string          `json:"key"`
	Seq  int64           `json:"seq"`
	At   time.Time       `json:"at"`
	Body json.RawMessage `json:"body,omitempty"`
}

// OnceRecord is a first-time key.
type OnceRecord struct {
	Key   string    `json:"key"`
	Until time.Time `json:"until"`
}
