package world

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Kinds of Event.
const (
	EventMessage = "message" // Data: Message, new or changed
	EventDeleted = "deleted" // Data: Message, of which ID and Channel count
	EventModal   = "modal"   // Data: Modal, opened before the person
	EventState   = "state"   // something of State changed: ask again
	EventClock   = "clock"   // Data: the new time
	EventFailed  = "failed"  // Data: a sentence the client shows
	EventTyping  = "typing"  // Data: the bot is about to answer
	feedQueue    = 256       // events kept for a page that reads slowly
	feedBeat     = 15 * time.Second
)

// Event is one thing that a person's client would show.
type Event struct {
	Kind    string `json:"kind"`
	Channel string `json:"channel,omitempty"`
	// For is the only person who learns of it; empty means all who are
	// listening and pass the filter given to Serve.
	For  string `json:"-"`
	Data any    `json:"data,omitempty"`
}

// Feed hands events to every open page. The zero value is ready.
type Feed struct {
	mu   sync.Mutex
	subs map[chan Event]string
}

// Publish hands e to whoever may see it. A page too slow to keep up is told
// to ask for the state again instead.
func (f *Feed) Publish(e Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for ch, who := range f.subs {
		if e.For != "" && e.For != who {
			continue
		}
		select {
		case ch <- e:
		default:
			drain(ch)
			ch <- Event{Kind: EventState}
		}
	}
}

func drain(ch chan Event) {
	for {
		select {
		case <-ch:
		default:
			return
		}
	}
}

func (f *Feed) subscribe(who string) (chan Event, func()) {
	ch := make(chan Event, feedQueue)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.subs == nil {
		f.subs = make(map[chan Event]string)
	}
	f.subs[ch] = who
	return ch, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.subs, ch)
	}
}

// Serve writes events to w as server-sent events until the request ends.
// see, if not nil, says whether who may see an event that is for everyone.
func (f *Feed) Serve(w http.ResponseWriter, r *http.Request, who string, see func(Event) bool) {
	ch, stop := f.subscribe(who)
	defer stop()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	rc := http.NewResponseController(w)
	beat := time.NewTicker(feedBeat)
	defer beat.Stop()
	fmt.Fprint(w, ": open\n\n")
	for {
		if rc.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-beat.C:
			fmt.Fprint(w, ": beat\n\n")
		case e := <-ch:
			if e.For == "" && see != nil && !see(e) {
				continue
			}
			data, err := json.Marshal(e)
			if err != nil {
				continue
			}
			fmt.Fprintf(w, "data: %s\n\n", data)
		}
	}
}
