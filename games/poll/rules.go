package poll

import (
	"encoding/json"
	"fmt"
	"strconv"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// Rules are the poll's.
type Rules struct{}

var _ games.Masked[State] = Rules{}

// New returns the game.
func New() games.Game { return games.Seal[State](Rules{}) }

// Names of wake-ups, posts and verbs.
const (
	WakeEnd    = "end"
	WakeCount  = "count"
	WakeForget = "forget"

	SlotCard = "card"

	// What members press. A verb that names an option ends in a dot and its
	// number: VerbVote + "3".
	VerbVote     = "vote."    // for one option: instead of another, or besides others if several may be chosen
	VerbChoose   = "choose"   // exactly the options among the values
	VerbWithdraw = "withdraw" //
	VerbMine     = "mine"     //
	VerbNames    = "names"    // of a public poll
	// VerbOwn stands before what is pressed in the private answer that shows
	// one's vote, which is then replaced.
	VerbOwn     = "own."
	VerbDrop    = VerbOwn + "drop." // one option alone
	VerbPropose = "propose"         // text

	OrderClose  = "close"
	OrderReopen = "reopen"
	OrderCancel = "cancel"
	OrderAccept = "accept"
	OrderRefuse = "refuse"
)

// Families of controls that commands turn into presses and orders, since a
// form comes first or a right is checked.
const (
	PartFamily  = "poll-part"  // for everyone
	StaffFamily = "poll-staff" // for staff
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
	case games.Spoke, games.Answered:
		return outcome{}, nil // it asks nothing
	}
	return outcome{}, fmt.Errorf("a poll knows no event %T", e)
}

// Sum implements games.Rules.
func (Rules) Sum(s State) games.Summary {
	sum := games.Summary{Title: s.Question, Status: games.StatusOpen, Label: "poll.state." + string(s.Phase), Ends: s.Ends}
	if s.Phase == PhaseClosed || s.Phase == PhaseCancelled {
		sum.Status, sum.Ends = games.StatusClosed, s.Closed
	}
	return sum
}

func start(e games.Started, l games.Look) (outcome, error) {
	var p Params
	if err := json.Unmarshal(e.Params, &p); err != nil {
		return outcome{}, fmt.Errorf("read the parameters of a poll: %w", err)
	}
	if err := p.Check(l); err != nil {
		return outcome{}, err
	}
	s := State{Params: p, Phase: PhaseOpen, Host: e.By.ID, List: listOf(p.Options), Times: 1}
	if !s.Public {
		key, err := newKey(l.Chance)
		if err != nil {
			return outcome{}, err
		}
		s.Key = key
	}
	o := outcome{State: &s, Notes: []games.Note{{By: string(e.By.ID), Action: "poll.start", Body: p}}}
	if !p.Ends.IsZero() {
		o.Wakes = []games.Wake{{Name: WakeEnd, At: p.Ends}}
	}
	o.Posts = []games.Post{{Slot: SlotCard, Card: s.pinging(Rules{}.Show(s, l)), Priority: games.PriorityAnnounce}}
	return o, nil
}

// pinging puts the role that is told of the opening before a card.
func (s State) pinging(c chat.Card) chat.Card {
	if s.Ping == "" {
		return c
	}
	c.Blocks = append([]chat.Block{chat.Paragraph(chat.L(chat.MentionRole(s.Ping)))}, c.Blocks...)
	c.Pings.Roles = []chat.RoleID{s.Ping}
	return c
}

// woke asks again for an end that came before its time, as when the clock was
// set back.
func woke(s State, e games.Woke, l games.Look) (outcome, error) {
	switch {
	case e.Name == WakeEnd && s.Phase == PhaseOpen && !s.Ends.IsZero():
		if l.Now.Before(s.Ends) {
			return outcome{Wakes: []games.Wake{{Name: WakeEnd, At: s.Ends}}}, nil
		}
		return closing(s, l), nil
	case e.Name == WakeCount && s.Phase == PhaseClosing:
		return count(s, l), nil
	case e.Name == WakeForget && (s.Phase == PhaseClosed && !s.Public || s.Phase == PhaseCancelled):
		return forget(s, l)
	}
	return outcome{}, nil
}

// closing freezes the votes, and destroys the key of an anonymous poll.
func closing(s State, l games.Look) outcome {
	s.Phase, s.Closed = PhaseClosing, l.Now
	s.forget()
	return outcome{
		State: &s, Redraw: games.RedrawLater, Cancel: []string{WakeEnd}, Wakes: []games.Wake{{Name: WakeCount, At: l.Now}}, Scrub: true,
	}
}

// count reads the sums, which nobody can change any more, and says the result.
func count(s State, l games.Look) outcome {
	t := s.Tally(l.Numbers)
	s.Phase, s.Votes, s.Voters, s.Weight = PhaseClosed, t.Votes, t.Voters, t.Weight
	o := outcome{
		State: &s, Redraw: games.RedrawState,
		Posts: []games.Post{{
			Slot: "result-" + strconv.Itoa(s.Times), Card: resultCard(s, l), Priority: games.PriorityEnd, ReplyTo: SlotCard,
		}},
		Notes: []games.Note{{By: animo, Action: "poll.result", Body: t}},
	}
	if !s.Public {
		o.Wakes = []games.Wake{{Name: WakeForget, At: l.Now}}
	}
	return o
}

// forgetStep is how many entries are deleted at a time, so that a commit stays
// small.
const forgetStep = 500

// forget deletes the votes, as many as one commit may hold, and of a cancelled
// poll the sums too.
func forget(s State, l games.Look) (outcome, error) {
	var o outcome
	if s.Phase == PhaseCancelled {
		o.Count = make(map[string]int64)
		for name, n := range l.Numbers {
			o.Count[name] = -n
		}
	}
	for name, err := range l.Keys() {
		if err != nil {
			return outcome{}, fmt.Errorf("delete the votes of a poll: %w", err)
		}
		if len(o.Leave) == forgetStep {
			o.Wakes = []games.Wake{{Name: WakeForget, At: l.Now}}
			break
		}
		o.Leave = append(o.Leave, name)
	}
	o.Scrub = len(o.Leave) > 0
	return o, nil
}

// refuseOver says why what needs an open poll cannot be done.
func refuseOver(s State, l games.Look) error {
	if s.Phase == PhaseCancelled {
		return games.Refuse(l.Private.Line("poll.refused.cancelled"))
	}
	return games.Refuse(l.Private.Line("poll.refused.closed",
		i18n.In("at", chat.Moment(s.ended(), chat.MomentFull))))
}
