package proof

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// instantDomain begins what hidden instants are made of.
const instantDomain = "animo instant\x00"

// Instant derives a hidden instant of an instance from its seed: a whole second
// from from on and before until, each as likely as the others. n tells the
// instants of one instance apart. A window of less than a second has from alone.
//
//	offset = first 8 bytes of HMAC-SHA256(seed, "animo instant\x00" instance "\x00" n)
//	         modulo the seconds of the window; n: 4 bytes, most significant first
//
// So the commitment binds the instants as it binds the ranks, and whoever has
// the seed can derive them.
func Instant(seed Seed, instance string, n uint32, from, until time.Time) time.Time {
	seconds := until.Unix() - from.Unix()
	if seconds < 1 {
		return from.UTC().Truncate(time.Second)
	}
	mac := hmac.New(sha256.New, seed[:])
	mac.Write(binary.BigEndian.AppendUint32(append(append([]byte(instantDomain), instance...), 0), n))
	offset := binary.BigEndian.Uint64(mac.Sum(nil)) % uint64(seconds)
	return time.Unix(from.Unix()+int64(offset), 0).UTC()
}
