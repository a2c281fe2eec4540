package storage

import "time"

// Scrap is a value that several processes share for a moment, outside of any
// commit and of any backup. Only a store that several processes may use has
// them; see Revise of storage/redis.
type Scrap struct {
	Body []byte
	For  time.Duration // how long it is kept; 0 or less deletes it
}
