package slackwire

import (
	"encoding/json"
	"sync"
	"time"

	"animo/bot/sandbox/world"
)

// journalSize is how many calls the log keeps.
const journalSize = 20000

// journal is the log of the calls that the bot made.
type journal struct {
	mu    sync.Mutex
	n     int
	calls []world.Request
}

func (j *journal) note(at time.Time, verb, path string, status int, body json.RawMessage) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.n++
	if len(j.calls) >= journalSize+journalSize/10 { // cut in lumps, not at each call
		j.calls = append([]world.Request(nil), j.calls[len(j.calls)-journalSize+1:]...)
	}
	j.calls = append(j.calls, world.Request{N: j.n, At: at.UTC(), Method: verb, Path: path, Status: status, Body: body})
}

// after returns the calls noted since number n.
func (j *journal) after(n int) []world.Request {
	j.mu.Lock()
	defer j.mu.Unlock()
	first := max(0, len(j.calls)-journalSize)
	if len(j.calls) > 0 {
		first = max(first, n-j.calls[0].N+1)
	}
	if first >= len(j.calls) {
		return []world.Request{}
	}
	return append([]world.Request(nil), j.calls[first:]...)
}

// Log returns the calls that the bot made since number n, oldest first: Web
// API methods by name, posts to response URLs as "response_url", uploads as
// "upload". The last 20,000 are kept.
func (s *Server) Log(n int) []world.Request { return s.calls.after(n) }
