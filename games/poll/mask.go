package poll

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"animo/bot/chat"
)

// keySize is that of the digest: more adds nothing (RFC 2104, section 3).
const keySize = sha256.Size

// Key is the secret of an anonymous poll, in hexadecimal digits. It is written
// as JSON and in no other way.
type Key string

// String keeps the key out of whatever is printed.
func (Key) String() string { return "(secret)" }

// GoString does so for %#v.
func (Key) GoString() string { return "(secret)" }

// newKey draws a key.
func newKey(chance io.Reader) (Key, error) {
	raw := make([]byte, keySize)
	if _, err := io.ReadFull(chance, raw); err != nil {
		return "", fmt.Errorf("draw the key of a poll: %w", err)
	}
	return Key(hex.EncodeToString(raw)), nil
}

// Mask implements games.Masked: the name of a member's entry. In an anonymous
// poll that has been closed there is none.
func (Rules) Mask(s State, m chat.MemberID) chat.MemberID {
	switch {
	case s.Public:
		return m
	case s.Key == "":
		return ""
	}
	return s.Key.mask(m)
}

func (k Key) mask(m chat.MemberID) chat.MemberID {
	h := hmac.New(sha256.New, []byte(k))
	h.Write([]byte(m))
	return chat.MemberID(hex.EncodeToString(h.Sum(nil)))
}
