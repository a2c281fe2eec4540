package redis

import (
	"fmt"

	"animo/storage"
)

// maxParts is how many arguments one call may have; Redis takes 1,048,576.
const maxParts = 1_000_000

// message is the keys and arguments of a script that reads them in order.
type message struct {
	sp   space
	t    storage.Tenant
	keys []string
	args []any
}

func (m *message) key(keys ...string) { m.keys = append(m.keys, keys...) }

func (m *message) put(args ...any) { m.args = append(m.args, args...) }

// body of nil is written as the empty one.
func (m *message) body(b []byte) {
	if b == nil {
		b = []byte{}
	}
	m.put(b)
}

func (m *message) flag(is bool) {
	if is {
		m.put(1)
		return
	}
	m.put(0)
}

// call makes the call of the message, unless it is too long for one.
func (m *message) size() error {
	if n := len(m.keys) + len(m.args); n > maxParts {
		return fmt.Errorf("%d keys and values at once, at most %d: %w", n, maxParts, storage.ErrTooLarge)
	}
	return nil
}

// numbering gives names the numbers from 1 in the order of their coming.
type numbering struct {
	names  []string
	number map[string]int
}

func newNumbering() *numbering { return &numbering{number: map[string]int{}} }

func (n *numbering) of(name string) int {
	if i, ok := n.number[name]; ok {
		return i
	}
	n.names = append(n.names, name)
	n.number[name] = len(n.names)
	return len(n.names)
}
