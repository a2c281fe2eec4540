package poll

import (
	"slices"
	"time"

	"animo/bot/chat"
)

// Phase is where a poll stands.
type Phase string

// The phases, as drawn in the package comment.
const (
	PhaseOpen      Phase = "open"
	PhaseClosing   Phase = "closing"
	PhaseClosed    Phase = "closed"
	PhaseCancelled Phase = "cancelled"
)

// Option is an answer that members may choose.
type Option struct {
	No   int           `json:"no"` // from 1
	Text string        `json:"text"`
	By   chat.MemberID `json:"by,omitempty"` // who proposed it, under the mask in an anonymous poll
}

// State is a poll.
type State struct {
	Params
	Phase   Phase         `json:"phase"`
	Host    chat.MemberID `json:"host"`
	Key     Key           `json:"key,omitempty"` // of an anonymous poll, while it is open
	List    []Option      `json:"list"`
	Waiting []Option      `json:"waiting,omitempty"` // proposed, to be accepted; numbered by themselves
	Offered int           `json:"offered,omitempty"` // how many ever waited
	Refused []Option      `json:"refused,omitempty"` // by staff, so that nobody proposes without end
	Times   int           `json:"times"`             // how often it was opened
	Closed  time.Time     `json:"closed,omitzero"`   // or cancelled
	Why     string        `json:"why,omitempty"`     // of a cancellation
	Votes   []int64       `json:"votes,omitempty"`   // once closed: what each option of List has, weighted
	Voters  int64         `json:"voters,omitempty"`  // once closed: how many members voted
	Weight  int64         `json:"weight,omitempty"`  // once closed: the sum of their weights
}

// Option finds an option by its number.
func (s State) Option(no int) (Option, bool) {
	if no < 1 || no > len(s.List) {
		return Option{}, false
	}
	return s.List[no-1], true
}

// Over says whether the result is known.
func (s State) Over() bool { return s.Phase == PhaseClosed }

// Seen says whether results may be shown to someone, who has voted or not.
func (s State) Seen(voted bool) bool {
	switch s.Phase {
	case PhaseClosed:
		return true
	case PhaseOpen:
		return s.Results == ResultsAlways || s.Results == ResultsVoted && voted
	}
	return false
}

// same finds an option that reads the same but for case and accents.
func same(list []Option, text string) (Option, bool) {
	want := fold(text)
	i := slices.IndexFunc(list, func(o Option) bool { return fold(o.Text) == want })
	if i < 0 {
		return Option{}, false
	}
	return list[i], true
}

// proposed counts the options that a member, under their mask, ever proposed.
func (s State) proposed(by chat.MemberID) int {
	n := 0
	for _, o := range slices.Concat(s.List, s.Waiting, s.Refused) {
		if o.By == by {
			n++
		}
	}
	return n
}

// forget takes out of the state what could tell who did what, and what only an
// open poll needs.
func (s *State) forget() {
	s.Waiting, s.Refused, s.Key = nil, nil, ""
	if s.Public {
		return
	}
	s.List = slices.Clone(s.List)
	for i := range s.List {
		s.List[i].By = ""
	}
}
