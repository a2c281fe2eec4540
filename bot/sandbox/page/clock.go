package page

import (
	"encoding/json"
	"net/http"
	"time"
)

// maxAdvance bounds one step of the clock: a wish for more is a slip of the
// hand, and time cannot be turned back.
const maxAdvance = 366 * 24 * time.Hour

// maxBody is more than any request to the clock needs, in bytes.
const maxBody = 4096

type clockAnswer struct {
	Now   *time.Time `json:"now,omitempty"`
	Error string     `json:"error,omitempty"`
}

func (c Config) serveClock(w http.ResponseWriter, _ *http.Request) {
	now := c.Clock.Now()
	answer(w, http.StatusOK, clockAnswer{Now: &now})
}

// moveClock reads {"advance":"1h"}, a Go duration above zero.
func (c Config) moveClock(w http.ResponseWriter, r *http.Request) {
	var wish struct {
		Advance string `json:"advance"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&wish); err != nil {
		answer(w, http.StatusBadRequest, clockAnswer{Error: `want {"advance":"1h"}`})
		return
	}
	d, err := time.ParseDuration(wish.Advance)
	if err != nil || d <= 0 || d > maxAdvance {
		answer(w, http.StatusBadRequest, clockAnswer{Error: "advance must be above zero and at most " + maxAdvance.String()})
		return
	}
	now := c.Clock.Advance(d)
	if c.OnAdvance != nil {
		c.OnAdvance(d)
	}
	answer(w, http.StatusOK, clockAnswer{Now: &now})
}
