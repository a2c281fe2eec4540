package storage

// Level says how much a Notice matters.
type Level uint8

// The levels.
const (
	Fine     Level = iota // it is as it should be
	Doubtful              // Animo runs, and may lose what members have done
	Unfit                 // Animo must not run on it
)

// Notice is one thing that a store found out about the servers under it, for
// the operator.
type Notice struct {
	Level Level
	// Code names a sentence with its remedy; it begins with the driver's name:
	// "redis_snapshots".
	Code string
	Args map[string]string // fill the sentence; {"minutes": "60"}
}

// Fault is a Notice for which a store refuses to be opened, or would be
// refused the next time.
type Fault struct {
	Notice
	Err error // in plain English, with the remedy
}

// Error is the sentence in English.
func (f *Fault) Error() string { return f.Err.Error() }

// Unwrap returns the error that the Fault stands for.
func (f *Fault) Unwrap() error { return f.Err }
