package poll

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"animo/bot/chat"
	"animo/games"
)

// Names of the sums.
const (
	numVoters = "voters"
	numWeight = "weight"
)

func numOption(no int) string { return "option-" + strconv.Itoa(no) }

// Ballot is the body of a voter's entry.
type Ballot struct {
	Chosen []int `json:"c,omitempty"` // numbers of options, in order; none once taken back
	Weight int   `json:"w,omitempty"` // what it counts; 0 stands for 1
	Change int   `json:"n"`           // from 1, up by one with each change
}

// ReadBallot reads the body of an entry.
func ReadBallot(raw json.RawMessage) (Ballot, error) {
	var b Ballot
	if len(raw) == 0 {
		return b, nil
	}
	if err := json.Unmarshal(raw, &b); err != nil {
		return b, fmt.Errorf("read a ballot: %w", err)
	}
	return b, nil
}

func own(l games.Look) (Ballot, error) {
	if l.Own == nil {
		return Ballot{}, nil
	}
	return ReadBallot(l.Own.Body)
}

// cast says whether it is a vote.
func (b Ballot) cast() bool { return len(b.Chosen) > 0 }

func (b Ballot) weight() int { return max(b.Weight, 1) }

// counts adds a ballot to sums, or takes it away.
func (s State) counts(sums map[string]int64, b Ballot, sign int64) {
	if !b.cast() {
		return
	}
	w := sign * int64(b.weight())
	for _, no := range b.Chosen {
		sums[numOption(no)] += w
	}
	sums[numVoters] += sign
	if len(s.Weights) > 0 {
		sums[numWeight] += w
	}
}

// stampMark parts the name of a voter's entry from the number of a change. It
// is in no id.
const stampMark = "#"

func stamp(name chat.MemberID, change int) chat.MemberID {
	return name + chat.MemberID(stampMark+strconv.Itoa(change))
}

// IsStamp says whether an entry is the stamp of a change and no ballot.
func IsStamp(name chat.MemberID) bool { return strings.Contains(string(name), stampMark) }

// put gives the member who acts another ballot: see the package comment on how
// votes are counted.
func (s State) put(o outcome, l games.Look, name chat.MemberID, before, after Ballot) (outcome, error) {
	after.Change = before.Change + 1
	if after.Weight == 1 {
		after.Weight = 0
	}
	slices.Sort(after.Chosen)
	raw, err := json.Marshal(after)
	if err != nil {
		return outcome{}, fmt.Errorf("write a ballot: %w", err)
	}
	sums := map[string]int64{}
	s.counts(sums, before, -1)
	s.counts(sums, after, 1)
	for n, d := range sums {
		if d == 0 {
			delete(sums, n)
		}
	}
	o.Count, o.Redraw = sums, max(o.Redraw, games.RedrawCount)
	o.Enter = append(o.Enter, games.Enter{Member: stamp(name, after.Change)})
	if l.Own == nil {
		o.Enter = append(o.Enter, games.Enter{Member: name, Body: raw})
		return o, nil
	}
	o.Update = append(o.Update, games.Enter{Member: name, Body: raw})
	o.Leave = append(o.Leave, stamp(name, before.Change))
	return o, nil
}

// Tally are the sums of a poll.
type Tally struct {
	Votes  []int64 // what each option has, weighted
	Voters int64   // how many members voted
	Weight int64   // the sum of their weights
}

// Tally reads the sums: those of the close, or those of now.
func (s State) Tally(numbers map[string]int64) Tally {
	if s.Phase == PhaseClosed {
		return Tally{Votes: s.Votes, Voters: s.Voters, Weight: s.Weight}
	}
	t := Tally{Votes: make([]int64, len(s.List)), Voters: numbers[numVoters], Weight: numbers[numVoters]}
	for i, o := range s.List {
		t.Votes[i] = numbers[numOption(o.No)]
	}
	if len(s.Weights) > 0 {
		t.Weight = numbers[numWeight]
	}
	return t
}
