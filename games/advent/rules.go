package advent

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/proof"
)

// Rules are the calendar's.
type Rules struct{}

// New returns the game.
func New() games.Game { return games.Seal[State](Rules{}) }

// Names of wake-ups, posts, verbs and arguments.
const (
	WakeDay = "day" // the next box, or the end

	SlotCard   = "card"
	SlotResult = "result"

	VerbOpen = "open" // with the number of the box behind it, or as its value
	VerbMine = "mine"

	// ProofFamily is the family of the control that anybody may press to see
	// the final draw verified; commands answer it.
	ProofFamily = "advent-proof"
	VerbVerify  = "verify"

	OrderEnd  = "end"
	OrderEdit = "edit"

	// Arguments of OrderEdit besides "title" and "description".
	ArgFinal = "final" // a Lot as JSON
	ArgNo    = "box"   // the number of the box that is edited
	ArgBox   = "as"    // what it becomes, a Box as JSON
)

// animo is who acts when nobody does.
const animo = "animo"

// outcome shortens the signatures below.
type outcome = games.Outcome[State]

// Kind implements games.Rules.
func (Rules) Kind() string { return Kind }

// Decide implements games.Rules.
func (Rules) Decide(s State, e games.Event, l games.Look) (outcome, error) {
	switch e := e.(type) {
	case games.Started:
		return start(e, l)
	case games.Pressed:
		return pressed(s, e, l)
	case games.Ordered:
		return ordered(s, e, l)
	case games.Woke:
		return woke(s, e, l)
	case games.Answered:
		return answered(s, e, l)
	case games.Spoke:
		return spoke(s, e), nil
	}
	return outcome{}, fmt.Errorf("a calendar knows no event %T", e)
}

// Sum implements games.Rules.
func (Rules) Sum(s State) games.Summary {
	sum := games.Summary{Title: s.Title, Status: games.StatusOpen, Label: "advent.state." + string(s.Phase), Ends: s.Closed}
	switch s.Phase {
	case PhaseComing:
		sum.Ends = s.Days[0].Opens
	case PhaseRunning:
		sum.Ends = s.ends()
	case PhaseDrawn, PhaseAnnounced, PhaseCancelled:
		sum.Status = games.StatusClosed
	case PhaseClosing:
	}
	return sum
}

func start(e games.Started, l games.Look) (outcome, error) {
	var p Params
	if err := json.Unmarshal(e.Params, &p); err != nil {
		return outcome{}, fmt.Errorf("read the parameters of a calendar: %w", err)
	}
	if err := p.Check(l); err != nil {
		return outcome{}, err
	}
	seed, err := proof.NewSeed(l.Chance)
	if err != nil {
		return outcome{}, err
	}
	first := p.Starts
	if !first.After(l.Now) {
		first = l.Now
	}
	s := State{Params: p, Phase: PhaseComing, Host: e.By.ID, Seed: seed.String(), Opened: l.Now}
	s.Days = daysOf(p.Boxes, first, l.Zone, seed, l.ID)
	l.Entries = 0
	return outcome{
		State: &s, Wakes: []games.Wake{{Name: WakeDay, At: s.Days[0].Opens}},
		Posts: []games.Post{{Slot: SlotCard, Card: Rules{}.Show(s, l), Priority: games.PriorityAnnounce}},
		Notes: []games.Note{{By: string(e.By.ID), Action: "advent.start", Body: p}},
	}, nil
}

func woke(s State, e games.Woke, l games.Look) (outcome, error) {
	if day, ok := drawOf(e.Name); ok {
		return begin(s, day, l)
	}
	if e.Name != WakeDay || s.Phase != PhaseComing && s.Phase != PhaseRunning {
		return outcome{}, nil
	}
	if !l.Now.Before(s.ends()) {
		return closing(s, len(s.Days), l), nil
	}
	due := s.Today
	for due < len(s.Days) && !l.Now.Before(s.Days[due].Opens) {
		due++
	}
	if due == s.Today { // too early, as when the clock was set back
		return outcome{Wakes: []games.Wake{{Name: WakeDay, At: s.nextWake()}}}, nil
	}
	return turn(s, due, l), nil
}

// nextWake is when the next box comes, or the calendar ends.
func (s State) nextWake() time.Time {
	if s.Today == 0 {
		return s.Days[0].Opens
	}
	return s.Days[s.Today-1].Ends
}

// turn ends the day before and posts the box of another. Boxes in between, which
// came while the program was not running, are not posted.
func turn(s State, to int, l games.Look) outcome {
	o := endDay(&s, to, l)
	s.Today, s.Phase = to, PhaseRunning
	o.State, o.Redraw = &s, games.RedrawState
	o.Wakes = append(o.Wakes, games.Wake{Name: WakeDay, At: s.nextWake()})
	o.Posts = append(o.Posts, games.Post{
		Slot: fmt.Sprintf("day-%d", to), Card: dayCard(s, l), Priority: games.PriorityAnnounce,
	})
	return o
}

// endDay begins the draw of the day that is over and notes which days before
// another were missed.
func endDay(s *State, before int, l games.Look) (o outcome) {
	s.Days = s.mend()
	for n := s.Today + 1; n < before; n++ {
		s.Days[n-1].Missed = true
	}
	if s.Today > 0 && s.box(s.Today).Draw.Winners > 0 {
		s.Draws = append(slices.Clone(s.Draws), Draw{Day: s.Today, Want: s.box(s.Today).Draw.Winners})
		o.Wakes = []games.Wake{{Name: wakeDraw(s.Today), At: l.Now}}
	}
	return o
}

// closing freezes the entries. The draws are steps of their own: they read the
// entries only once no more can come in.
func closing(s State, last int, l games.Look) outcome {
	o := endDay(&s, last+1, l)
	s.Phase, s.Closed = PhaseClosing, l.Now
	o.Cancel, o.Redraw = []string{WakeDay}, games.RedrawLater
	s.Draws = append(slices.Clone(s.Draws), Draw{Want: s.Final.Winners})
	o.Wakes = append(o.Wakes, games.Wake{Name: wakeDraw(0), At: l.Now})
	o.State = &s
	return o
}

// spoke notes that the result was said.
func spoke(s State, e games.Spoke) outcome {
	if e.Slot != SlotResult || e.Member != "" || e.Trouble != "" || s.Phase != PhaseDrawn {
		return outcome{}
	}
	s.Phase = PhaseAnnounced
	return outcome{State: &s}
}

// said answers with one sentence.
func said(l games.Look, id string, args ...i18n.Arg) func(games.Standing) chat.Reply {
	return func(games.Standing) chat.Reply { return chat.PrivateLine(l.Private.Line(id, args...)) }
}
