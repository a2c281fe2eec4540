package discordwire

import (
	"slices"
	"sync"

	"animo/bot/sandbox/world"
)

// maxJournal bounds the log of the bot's requests.
const maxJournal = 20000

// journal records what the bot asked, in order of arrival.
type journal struct {
	mu   sync.Mutex
	list []*world.Request
	n    int
}

func (j *journal) begin(r world.Request) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.n++
	r.N = j.n
	j.list = append(j.list, &r)
	if len(j.list) > maxJournal+maxJournal/10 {
		j.list = slices.Clone(j.list[len(j.list)-maxJournal:])
	}
	return r.N
}

func (j *journal) end(n, status int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if i := n - j.first(); i >= 0 && i < len(j.list) {
		j.list[i].Status = status
	}
}

func (j *journal) first() int { return j.n - len(j.list) + 1 }

// Log returns what the bot asked after request number n: REST calls, and the
// gateway frames it sent (method "WS"), heartbeats aside. It holds the last
// 20,000; a status of 0 is a call still under way or broken off.
func (s *Server) Log(n int) []world.Request {
	j := &s.log
	j.mu.Lock()
	defer j.mu.Unlock()
	from := min(max(n+1-j.first(), 0), len(j.list))
	out := make([]world.Request, 0, len(j.list)-from)
	for _, r := range j.list[from:] {
		out = append(out, *r)
	}
	return out
}
