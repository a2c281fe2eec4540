package advent

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"animo/bot/chat"
	"animo/games"
	"animo/games/proof"
)

const drawPrefix = "draw-"

func wakeDraw(day int) string { return drawPrefix + strconv.Itoa(day) }

func drawOf(wake string) (day int, ok bool) {
	text, ok := strings.CutPrefix(wake, drawPrefix)
	day, err := strconv.Atoi(text)
	return day, ok && err == nil
}

func (d Draw) question() string { return fmt.Sprintf("draw-%d-%d", d.Day, d.Ask) }

// askAtOnce is how many members one question names: each answer is kept, so
// that a draw of many winners gets on however slowly a platform is asked.
const askAtOnce = 20

// begin begins a draw for which no question was asked yet. The final one waits
// for all others.
func begin(s State, day int, l games.Look) (outcome, error) {
	at := slices.IndexFunc(s.Draws, func(d Draw) bool { return d.Day == day && d.Ask == 0 })
	if at < 0 || day == 0 && len(s.Draws) > 1 {
		return outcome{}, nil
	}
	return s.ask(at, l)
}

// ask asks about the next in rank, or concludes if there are none.
func (s State) ask(at int, l games.Look) (outcome, error) {
	d := s.Draws[at]
	next, err := s.candidates(d, l)
	if err != nil {
		return outcome{}, err
	}
	if len(next) == 0 {
		return s.conclude(at, l), nil
	}
	d.Asked, d.Ask = next[:min(len(next), askAtOnce)], d.Ask+1
	s.Draws = slices.Clone(s.Draws)
	s.Draws[at] = d
	return outcome{State: &s, Ask: &games.Question{Name: d.question(), Members: d.Asked}}, nil
}

// candidates are the next in rank, as many as are still wanted. In the final
// draw it sums the frozen list up, for the proof.
func (s *State) candidates(d Draw, l games.Look) ([]chat.MemberID, error) {
	want := proof.Wanted{Winners: []int{d.Want - len(d.Kept)}, OneWin: true, Excluded: map[chat.MemberID]proof.Verdict{}}
	for _, m := range d.Kept {
		want.Excluded[m] = proof.WonBefore
	}
	for _, m := range d.Left {
		want.Excluded[m] = proof.Left
	}
	seed, err := proof.ParseSeed(s.Seed)
	if err != nil {
		return nil, err
	}
	instance := l.ID
	if d.Day > 0 {
		instance += "/" + strconv.Itoa(d.Day)
	}
	if want.Winners[0] == 0 {
		return nil, nil
	}
	ranking, err := proof.NewRanking(seed, instance, want)
	if err != nil {
		return nil, fmt.Errorf("rank the entrants: %w", err)
	}
	for e, err := range s.tickets(d.Day, l.Bodies()) {
		if err == nil {
			err = ranking.Add(e.Member, e.Tickets)
		}
		if err != nil {
			return nil, fmt.Errorf("rank the entrants: %w", err)
		}
	}
	if d.Day == 0 && s.Sum == nil {
		sum := ranking.Sum()
		s.Sum = &sum
	}
	var out []chat.MemberID
	for _, c := range ranking.Best(1) {
		if c.Verdict == "" {
			out = append(out, c.Member)
		}
	}
	return out, nil
}

// tickets iterates over who takes part in the draw of a day, in the order of the
// entries: those who opened its box on its day, or everyone in the final one.
func (s State) tickets(day int, entries iter.Seq2[games.Entry, error]) iter.Seq2[proof.Entry, error] {
	return func(yield func(proof.Entry, error) bool) {
		for e, err := range entries {
			var opened Opened
			if err == nil {
				opened, err = ReadOpened(e.Body)
			}
			tickets := 1
			switch {
			case day > 0 && err == nil && !opened.OnTime(day):
				continue
			case day == 0:
				tickets = s.Tickets(opened)
			}
			if !yield(proof.Entry{Member: e.Member, Tickets: tickets}, err) {
				return
			}
		}
	}
}

// answered keeps those who are there and asks about the next ones in the place
// of those who are not.
func answered(s State, e games.Answered, l games.Look) (outcome, error) {
	at := slices.IndexFunc(s.Draws, func(d Draw) bool { return d.Ask > 0 && d.question() == e.Question })
	if at < 0 {
		return outcome{}, nil
	}
	s.Draws = slices.Clone(s.Draws)
	d := &s.Draws[at]
	d.Kept, d.Left = slices.Clone(d.Kept), slices.Clone(d.Left)
	for _, m := range d.Asked {
		if e.Present[m] {
			d.Kept = append(d.Kept, m)
		} else {
			d.Left = append(d.Left, m)
		}
	}
	d.Asked = nil
	return s.ask(at, l)
}

// conclude makes the winners of a draw known.
func (s State) conclude(at int, l games.Look) outcome {
	d := s.Draws[at]
	s.Draws = slices.Delete(slices.Clone(s.Draws), at, at+1)
	if len(s.Draws) == 0 {
		s.Draws = nil
	}
	o := outcome{Redraw: games.RedrawState}
	if d.Day > 0 {
		s.Days = s.mend()
		s.Days[d.Day-1].Winners = d.Kept
		if s.Phase == PhaseClosing && len(s.Draws) == 1 {
			o.Wakes = []games.Wake{{Name: wakeDraw(0), At: l.Now}}
		}
		if len(d.Kept) > 0 {
			o.Posts = []games.Post{{Slot: fmt.Sprintf("drawn-%d", d.Day), Card: drawnCard(s, d, l), Priority: games.PriorityEnd}}
		}
	} else {
		s.Result, s.Drawn, s.Phase = &d, l.Now, PhaseDrawn
		o.Posts = []games.Post{{Slot: SlotResult, Card: resultCard(s, l), Priority: games.PriorityEnd, ReplyTo: SlotCard, Tell: true}}
		o.Directs = []games.Direct{{Member: s.Host, Name: "over", Card: toHost(s, l)}}
	}
	for _, m := range d.Kept {
		o.Directs = append(o.Directs, games.Direct{Member: m, Name: wakeDraw(d.Day), Card: toWinner(s, d, m, l)})
	}
	o.Notes = []games.Note{{By: animo, Action: "advent.draw", Body: d}}
	o.State = &s
	return o
}
