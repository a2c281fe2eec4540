package telemetry

import (
	"regexp"
	"sync"
)

// mostValues is how many values one label may take.
const mostValues = 64

// word is what a label value looks like: no id of a community, channel or
// member does, since those hold digits in number, a colon or a slash.
var word = regexp.MustCompile(`^[A-Za-z][A-Za-z_.-]{0,38}[0-9]{0,2}$`)

// labels keeps the values of each label bounded.
type labels struct {
	mu   sync.Mutex
	seen map[string]map[string]bool
}

func newLabels() *labels { return &labels{seen: map[string]map[string]bool{}} }

// value returns v if the label may take it, else "other"; "" is "none".
func (l *labels) value(label, v string) string {
	if v == "" {
		return "none"
	}
	if !word.MatchString(v) {
		return "other"
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	known := l.seen[label]
	if known == nil {
		known = map[string]bool{}
		l.seen[label] = known
	}
	if !known[v] && len(known) >= mostValues {
		return "other"
	}
	known[v] = true
	return v
}
