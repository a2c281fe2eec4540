package storage

import (
	"context"
	"encoding/json"
	"errors"
	"hash/fnv"
	"iter"
	"strconv"
	"time"
)

// Tenant owns data: a community's id, or System.
type Tenant string

// System is the tenant of what belongs to the bot itself, such as which
// community a space belongs to and where a gateway session stands.
const System Tenant = "system"

// Partitions is the number of parts among which tenants are spread.
const Partitions = 256

// Partition returns the part that the tenant falls in, from 0 to
// Partitions-1; it never changes.
func (t Tenant) Partition() int {
	h := fnv.New32a()
	h.Write([]byte(t))
	return int(h.Sum32() % Partitions)
}

// Errors that callers tell apart with errors.Is.
var (
	// ErrNotFound says that the tenant has no such document or entry.
	ErrNotFound = errors.New("not found")
	// ErrConflict says that something is not as the Change expects: read
	// again and decide again.
	ErrConflict = errors.New("changed meanwhile")
	// ErrRepeated says that the Change's Once was committed before.
	ErrRepeated = errors.New("committed before")
	// ErrFenced says that the lease of the Change's Fence was given away.
	ErrFenced = errors.New("no longer owner")
	// ErrBusy says that another process holds the store.
	ErrBusy = errors.New("in use by another process")
	// ErrTooLarge says that a body is over 1 MiB.
	ErrTooLarge = errors.New("too large")
)

// MaxBody is the largest body, in bytes.
const MaxBody = 1 << 20

// Doc is a versioned document.
type Doc struct {
	Kind    string          // such as "instance"; letters, digits, "-" and "_"
	ID      string          // unique within tenant and kind
	Version int64           // from 1, up by one at each write
	Index   string          // by which List finds it; "" if it is not to be listed
	Body    json.RawMessage // JSON
}

// DocPut writes or deletes a document.
type DocPut struct {
	Kind, ID string
	// Version is that of the document as it was read; 0 if it must not exist.
	Version int64
	Index   string
	Body    json.RawMessage
	Delete  bool
}

// DocCheck demands that a document still has a version, without writing it:
// entries are added under such a check, so that they do not hinder each
// other but never slip into a game that has closed.
type DocCheck struct {
	Kind, ID string
	Version  int64 // 0: must not exist
}

// Expect says what an EntryPut expects to find.
type Expect uint8

// The expectations.
const (
	ExpectAny Expect = iota
	ExpectAbsent
	ExpectPresent
)

// Entry is one member's part in a game.
type Entry struct {
	Key  string          // who, such as a member's id; not empty, at most 200 bytes
	Seq  int64           // from 1 in order of first entry; never given twice in a set
	At   time.Time       // when it was first entered
	Body json.RawMessage // nil if there is nothing more to say
}

// EntryPut adds, changes or removes an entry of a set. A set holds the
// entries of one game and comes into being with the first.
type EntryPut struct {
	Set    string
	Key    string
	At     time.Time
	Body   json.RawMessage
	Delete bool
	Expect Expect
}

// TallyAdd adds to a named number of a set, which starts at 0.
type TallyAdd struct {
	Set, Name string
	Delta     int64
}

// Job is something due.
type Job struct {
	Tenant   Tenant
	Key      string // unique within the tenant; putting it again replaces it
	Kind     string
	Due      time.Time
	Body     json.RawMessage
	Attempts int    // how often it was leased before
	Token    string // set by LeaseJobs
}

// Effect is something to be said or done on a platform.
type Effect struct {
	Tenant Tenant
	// Key is unique within the tenant. Putting it again while it waits
	// replaces Body and Priority and moves Due to the earlier of the two;
	// if it is being carried out at that moment it comes again afterwards.
	Key      string
	Lane     string // effects of one lane go out in order; not empty
	Priority int    // lower goes first among lanes
	Due      time.Time
	Body     json.RawMessage
	Attempts int       // how often it was leased before
	Tried    time.Time // when it was first leased, zero if never
	Token    string    // set by LeaseEffects
}

// Done marks a leased job or effect as done. Where the lease is no longer
// held, the commit fails with ErrConflict.
type Done struct {
	Key, Token string
}

// Retry gives a leased effect back, to come again at Due.
type Retry struct {
	Key, Token string
	Due        time.Time
}

// LogLine is one line of the append-only log.
type LogLine struct {
	N      int64 // from 1 within the tenant, set by the store
	At     time.Time
	Actor  string // who did it: a member's id, or "animo"
	Action string // what: "giveaway.edit"
	Target string // to what
	Body   json.RawMessage
}

// Once is an event that may be committed one time only.
type Once struct {
	Key string
	For time.Duration // how long it is remembered
}

// PartitionLease names the lease of a partition, from 0 to Partitions-1.
func PartitionLease(n int) string { return "partition/" + strconv.Itoa(n) }

// Fence is the proof of a lease: a commit that carries it fails with
// ErrFenced once the lease was given to somebody else. A Change can carry the
// Fence of its tenant's own partition alone (PartitionLease).
type Fence struct {
	Lease string
	Token int64
}

// Change is everything that follows from one decision. What is done, cancelled
// or dropped is taken away before anything is put, so that a job may be done
// and put again under its key in one Change.
type Change struct {
	Checks      []DocCheck
	Docs        []DocPut
	Entries     []EntryPut
	Tallies     []TallyAdd
	Jobs        []Job    // put; Tenant, Attempts and Token are ignored
	Cancel      []string // jobs by key; one that is not there is no error
	DoneJobs    []Done
	Effects     []Effect // put; Tenant, Attempts, Tried and Token are ignored
	Drop        []string // effects by key, unless they are being carried out; one that is not there is no error
	DoneEffects []Done
	Retries     []Retry
	Log         []LogLine
	Counts      []CounterAdd
	Once        *Once
	Fence       *Fence
	Now         time.Time // the caller's clock, by which Once is forgotten
	Loose       bool      // may be lost with the machine: nothing that members would miss
	// Scrub asks that the store's own files hold nothing any more of what this
	// change wrote over or deleted, as far as the driver can; see its package.
	Scrub bool
}

// Receipt tells what a commit made of a Change.
type Receipt struct {
	Seqs []int64 // the Seq of each of Change.Entries; 0 for deletions
}

// Tally is the numbers of a set.
type Tally struct {
	Entries int64 // how many entries it holds
	Numbers map[string]int64
}

// ListQuery asks for documents of a kind whose index begins with Prefix, in
// order of (Index, ID).
type ListQuery struct {
	Kind   string
	Prefix string
	After  *Doc // the last one already seen, of which Index and ID count
	Limit  int  // 1 to 1000
}

// Claim asks for due jobs or effects.
type Claim struct {
	Owner      string // this process
	Partitions []int  // nil means all
	Now        time.Time
	For        time.Duration // how long the lease lasts
	Limit      int
}

// CounterAdd adds to an hourly counter.
type CounterAdd struct {
	Name  string    // such as "messages"
	Key   string    // such as a channel's id, or ""
	Hour  time.Time // truncated to the hour by the store
	Delta int64
}

// Counter is the value of a counter in one hour.
type Counter struct {
	Name, Key string
	Hour      time.Time
	Value     int64
}

// CounterQuery asks for the counters of a name from From up to and without
// To; an empty Key means all keys.
type CounterQuery struct {
	Name, Key string
	From, To  time.Time
}

// Store is the port.
type Store interface {
	// Get reads a document; ErrNotFound if there is none.
	Get(ctx context.Context, t Tenant, kind, id string) (Doc, error)
	// List reads documents by index.
	List(ctx context.Context, t Tenant, q ListQuery) ([]Doc, error)
	// Commit applies a change whole, or fails with ErrConflict, ErrRepeated,
	// ErrFenced or ErrTooLarge and writes nothing.
	Commit(ctx context.Context, t Tenant, c Change) (Receipt, error)

	// Entry reads one entry of a set; ErrNotFound if there is none.
	Entry(ctx context.Context, t Tenant, set, key string) (Entry, error)
	// Entries reads up to limit (1 to 10,000) entries of a set with keys after
	// the given one, in order of key.
	Entries(ctx context.Context, t Tenant, set, after string, limit int) ([]Entry, error)
	// EntryKeys reads just the keys, up to limit (1 to 100,000): what a draw
	// streams over.
	EntryKeys(ctx context.Context, t Tenant, set, after string, limit int) ([]string, error)
	// Tally reads the numbers of a set; a set that does not exist has none.
	Tally(ctx context.Context, t Tenant, set string) (Tally, error)
	// DropSet deletes a set with all its entries and numbers; one that does
	// not exist is no error.
	DropSet(ctx context.Context, t Tenant, set string) error

	// LeaseJobs leases due jobs, the most overdue first.
	LeaseJobs(ctx context.Context, c Claim) ([]Job, error)
	// LeaseEffects leases the first waiting effect of each lane that is due,
	// in order of priority and then of Due.
	LeaseEffects(ctx context.Context, c Claim) ([]Effect, error)
	// Free ends the leases of all jobs and effects in these partitions, nil
	// for all, whoever holds them: the tokens are worth nothing any more, and
	// what was tried stays known. Whoever takes a partition over calls it.
	Free(ctx context.Context, partitions []int) error
	// NextDue returns when the next job and the next effect that nobody holds
	// are due; zero if there is none.
	NextDue(ctx context.Context, partitions []int) (job, effect time.Time, err error)

	// Counters reads counters in order of hour, then key.
	Counters(ctx context.Context, t Tenant, q CounterQuery) ([]Counter, error)

	// Log reads up to limit (1 or more) lines with numbers below before (0: the newest),
	// newest first.
	Log(ctx context.Context, t Tenant, before int64, limit int) ([]LogLine, error)

	// First says whether key is seen for the first time within its time.
	First(ctx context.Context, t Tenant, o Once, now time.Time) (bool, error)

	// Acquire takes or renews a lease for owner; ok is false while another
	// owner holds it. A new holder gets a greater token than any before.
	Acquire(ctx context.Context, lease, owner string, now time.Time, d time.Duration) (f Fence, ok bool, err error)
	// Release gives up a lease that owner holds.
	Release(ctx context.Context, lease, owner string) error

	// Export hands over all that a tenant owns, in pages, but no leases. What
	// is written meanwhile may be in it or not.
	Export(ctx context.Context, t Tenant) iter.Seq2[Record, error]
	// Import writes records as they are: with their versions, numbers and
	// attempts. A tenant's records come in the order of Export, in as many
	// calls as it takes; what is there already under the same name is an
	// ErrConflict.
	Import(ctx context.Context, t Tenant, records []Record) error

	// Tenants lists all tenants that own anything.
	Tenants(ctx context.Context) ([]Tenant, error)
	// Check says what is wrong with the store, in plain English for the
	// operator; nil if nothing is.
	Check(ctx context.Context) error
	// Close frees what the store holds.
	Close() error
}
