package backup

import (
	"encoding/json"
	"time"

	"animo/storage"
)

// version is the newest form of file that this package knows, and the one it
// writes.
const version = 1

// Header says where a backup comes from.
type Header struct {
	Version int       `json:"version"`
	ID      string    `json:"id"` // tells two backups apart
	MadeAt  time.Time `json:"made_at"`
	Program string    `json:"program"` // the version of animo
	Store   string    `json:"store"`   // the driver, such as "sqlite"
}

// line is one line of a file. Exactly one of its fields is set, but for Sums,
// which goes with End.
type line struct {
	Header *Header        `json:"animo_backup,omitempty"`
	Begin  storage.Tenant `json:"begin,omitempty"`
	record
	End   storage.Tenant `json:"end,omitempty"`
	Sums  *Sums          `json:"sums,omitempty"`
	Total *total         `json:"total,omitempty"`
}

// total is the last line.
type total struct {
	Tenants int  `json:"tenants"`
	Sums    Sums `json:"sums"`
}

// record is a storage.Record as it stands in the file. The names in here are
// the format: they do not change with those of the port.
type record struct {
	Doc     *doc     `json:"doc,omitempty"`
	Set     *set     `json:"set,omitempty"`
	Entry   *entry   `json:"entry,omitempty"`
	Job     *job     `json:"job,omitempty"`
	Effect  *effect  `json:"effect,omitempty"`
	Log     *logLine `json:"log,omitempty"`
	Counter *counter `json:"counter,omitempty"`
	Once    *once    `json:"once,omitempty"`
}

type doc struct {
	Kind    string          `json:"kind"`
	ID      string          `json:"id"`
	Version int64           `json:"version"`
	Index   string          `json:"index,omitempty"`
	Body    json.RawMessage `json:"body,omitempty"`
}

type set struct {
	Name    string           `json:"name"`
	Last    int64            `json:"last,omitempty"`
	Numbers map[string]int64 `json:"numbers,omitempty"`
}

type entry struct {
	Set  string          `json:"set"`
	Key  string          `json:"key"`
	Seq  int64           `json:"seq"`
	At   time.Time       `json:"at"`
	Body json.RawMessage `json:"body,omitempty"`
}

type job struct {
	Key      string          `json:"key"`
	Kind     string          `json:"kind"`
	Due      time.Time       `json:"due"`
	Attempts int             `json:"attempts,omitempty"`
	Body     json.RawMessage `json:"body,omitempty"`
}

type effect struct {
	Key      string          `json:"key"`
	Lane     string          `json:"lane"`
	Priority int             `json:"priority,omitempty"`
	Due      time.Time       `json:"due"`
	Attempts int             `json:"attempts,omitempty"`
	Tried    time.Time       `json:"tried,omitzero"`
	Body     json.RawMessage `json:"body,omitempty"`
}

type logLine struct {
	N      int64           `json:"n"`
	At     time.Time       `json:"at"`
	Actor  string          `json:"actor,omitempty"`
	Action string          `json:"action,omitempty"`
	Target string          `json:"target,omitempty"`
	Body   json.RawMessage `json:"body,omitempty"`
}

type counter struct {
	Name  string    `json:"name"`
	Key   string    `json:"key,omitempty"`
	Hour  time.Time `json:"hour"`
	Value int64     `json:"value"`
}

type once struct {
	Key   string    `json:"key"`
	Until time.Time `json:"until"`
}
