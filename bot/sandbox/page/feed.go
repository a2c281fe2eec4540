package page

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"

	"animo/bot/sandbox/world"
)

// withClock adds to a platform's feed an event for each move of the clock, so
// that every open page shows the same time at once, whoever moved it.
func withClock(clock *world.Clock, feed http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		shared := &sharedWriter{ResponseWriter: w}
		var ticking sync.WaitGroup
		ended := make(chan struct{})
		ticking.Go(func() {
			for {
				moved := clock.Moved()
				select {
				case <-ended:
					return
				case <-moved:
					tell(shared, world.Event{Kind: world.EventClock, Data: clock.Now()})
				}
			}
		})
		feed.ServeHTTP(shared, r)
		close(ended)
		ticking.Wait() // nothing may write to w after the handler returns
	})
}

func tell(w *sharedWriter, e world.Event) {
	data, err := json.Marshal(e)
	if err != nil {
		return
	}
	// A page that went away ends the feed's own writing.
	_, _ = fmt.Fprintf(w, "data: %s\n\n", data)
	_ = w.FlushError()
}

// sharedWriter lets two goroutines write whole events to one answer. Each
// Write must be a whole event, as those of world.Feed are.
type sharedWriter struct {
	http.ResponseWriter
	mu sync.Mutex
}

func (w *sharedWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ResponseWriter.Write(b)
}

// FlushError is what http.ResponseController calls to flush.
func (w *sharedWriter) FlushError() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return http.NewResponseController(w.ResponseWriter).Flush()
}
