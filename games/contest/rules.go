package contest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// Rules are the contest's.
type Rules struct{}

// New returns the game.
func New() games.Game { return games.Seal[State](Rules{}) }

// Names of wake-ups, posts and verbs.
const (
	WakeOpen   = "open"
	WakeSubmit = "submit" // the end of submissions
	WakeDecide = "decide" // the end of the decision
	WakeCount  = "count"

	SlotCard   = "card"
	SlotOpened = "opened"
	SlotDecide = "deciding"
	SlotResult = "result"

	// What members press. Values bring along what is pressed for.
	VerbSubmit   = "submit"   // title, text, link, image
	VerbEdit     = "edit"     // number of the work, title, text, link, image
	VerbWithdraw = "withdraw" // number of the work
	VerbMine     = "mine"     //
	VerbVote     = "vote"     // number of the work
	VerbUnvote   = "unvote"   //
	VerbMark     = "mark"     // number of the work, a mark for each criterion

	OrderAccept = "accept"
	OrderRefuse = "refuse"
	OrderEnd    = "end"
	OrderCancel = "cancel"
	OrderEdit   = "edit"
	OrderJury   = "jury"
)

// Families of the controls on the contest's cards. Commands turn them into
// presses, since a form comes first or a work has to be named.
const (
	PartFamily  = "contest-part"  // for everyone
	StaffFamily = "contest-staff" // for staff
)

// animo is who acts when nobody does.
const animo = "animo"

// lateAfter is how late submissions must close for the decision to last as
// much longer.
const lateAfter = 2 * time.Minute

const seedSize = 16

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
	case games.Spoke:
		return spoke(s, e), nil
	case games.Answered:
		return outcome{}, nil // it asks nothing
	}
	return outcome{}, fmt.Errorf("a contest knows no event %T", e)
}

// Sum implements games.Rules.
func (Rules) Sum(s State) games.Summary {
	sum := games.Summary{Title: s.Title, Status: games.StatusOpen, Label: "contest.state." + string(s.Phase), Ends: s.next()}
	if s.Over() || s.Phase == PhaseCancelled {
		sum.Status = games.StatusClosed
	}
	return sum
}

// next is when the phase ends, or when the contest did.
func (s State) next() time.Time {
	switch s.Phase {
	case PhaseScheduled:
		return s.Opens
	case PhaseOpen:
		return s.Submit
	case PhaseDeciding:
		return s.Decide
	}
	return s.Closed
}

func start(e games.Started, l games.Look) (outcome, error) {
	var p Params
	if err := json.Unmarshal(e.Params, &p); err != nil {
		return outcome{}, fmt.Errorf("read the parameters of a contest: %w", err)
	}
	if err := p.Check(l); err != nil {
		return outcome{}, err
	}
	seed := make([]byte, seedSize)
	if _, err := io.ReadFull(l.Chance, seed); err != nil {
		return outcome{}, fmt.Errorf("draw a seed: %w", err)
	}
	s := State{Params: p, Phase: PhaseScheduled, Host: e.By.ID, Seed: hex.EncodeToString(seed)}
	o := outcome{Notes: []games.Note{{By: string(e.By.ID), Action: "contest.start", Body: p}}}
	if p.Opens.After(l.Now) {
		o.Wakes = []games.Wake{{Name: WakeOpen, At: p.Opens}}
	} else {
		s.Phase = PhaseOpen
		o.Wakes = []games.Wake{{Name: WakeSubmit, At: p.Submit}}
	}
	card := Rules{}.Show(s, l)
	if s.Phase == PhaseOpen {
		card = s.pinging(card)
	}
	o.State, o.Posts = &s, []games.Post{{Slot: SlotCard, Card: card, Priority: games.PriorityAnnounce}}
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

// seal is the digest of the seed that the opening card shows, so that a lot
// cannot be chosen afterwards.
func (s State) seal() string {
	sum := sha256.Sum256([]byte(s.Seed))
	return hex.EncodeToString(sum[:])
}

// woke asks again for a wake-up that came before its time, as when the clock
// was set back.
func woke(s State, e games.Woke, l games.Look) (outcome, error) {
	phases := map[string]Phase{WakeOpen: PhaseScheduled, WakeSubmit: PhaseOpen, WakeDecide: PhaseDeciding, WakeCount: PhaseClosing}
	if phases[e.Name] != s.Phase {
		return outcome{}, nil
	}
	if at := s.next(); e.Name != WakeCount && l.Now.Before(at) {
		return outcome{Wakes: []games.Wake{{Name: e.Name, At: at}}}, nil
	}
	switch e.Name {
	case WakeOpen:
		return open(s, l), nil
	case WakeSubmit:
		return closeSubmissions(s, l), nil
	case WakeDecide:
		return closing(s, l), nil
	}
	return count(s, l)
}

// open begins a contest that was scheduled. One that opens late ends later.
func open(s State, l games.Look) outcome {
	if late := l.Now.Sub(s.Opens); late > lateAfter {
		s.Submit, s.Decide = s.Submit.Add(late), s.Decide.Add(late)
	}
	s.Phase = PhaseOpen
	card := s.pinging(chat.Say(l.Public.Line("contest.opened",
		i18n.In("title", chat.Strong(chat.T(s.Title))), i18n.In("until", chat.Moment(s.Submit, chat.MomentFull)))))
	return outcome{
		State: &s, Redraw: games.RedrawState, Wakes: []games.Wake{{Name: WakeSubmit, At: s.Submit}},
		Posts: []games.Post{{Slot: SlotOpened, Card: card, Priority: games.PriorityAnnounce, ReplyTo: SlotCard}},
	}
}

// closeSubmissions begins the decision, which lasts as long as was planned
// even if it begins late.
func closeSubmissions(s State, l games.Look) outcome {
	if late := l.Now.Sub(s.Submit); late > lateAfter {
		s.Decide = s.Decide.Add(late)
	}
	waiting := len(s.That(Waiting))
	if waiting+len(s.That(Accepted)) == 0 {
		return closing(s, l)
	}
	s.Phase = PhaseDeciding
	card := chat.Say(l.Public.Line("contest.deciding."+string(s.Mode),
		i18n.In("title", chat.Strong(chat.T(s.Title))), i18n.In("until", chat.Moment(s.Decide, chat.MomentFull))))
	if s.Mode == ModeJury {
		card = card.With(s.juryLine(l.Public))
		card.Pings.Members = s.jurors()
	}
	o := outcome{
		Redraw: games.RedrawState, Wakes: []games.Wake{{Name: WakeDecide, At: s.Decide}}, Cancel: []string{WakeSubmit},
		Posts: []games.Post{{Slot: SlotDecide, Card: card, Priority: games.PriorityAnnounce, ReplyTo: SlotCard}},
	}
	if waiting > 0 {
		o = s.notice(o, l)
	}
	o.State = &s
	return o
}

// closing freezes the entries. They are counted in a step of its own: only
// once no vote can come in any more is it certain that each counts about which
// a member was told that it does.
func closing(s State, l games.Look) outcome {
	s.Phase, s.Closed = PhaseClosing, l.Now
	return outcome{
		State: &s, Redraw: games.RedrawLater, Cancel: []string{WakeSubmit, WakeDecide},
		Wakes: []games.Wake{{Name: WakeCount, At: l.Now}},
	}
}

// spoke notes that the result was said.
func spoke(s State, e games.Spoke) outcome {
	if e.Slot != SlotResult || e.Member != "" || e.Trouble != "" || s.Phase != PhaseClosed {
		return outcome{}
	}
	s.Phase = PhaseAnnounced
	return outcome{State: &s}
}

// notice tells staff that works wait, where there is a channel for it.
func (s *State) notice(o outcome, l games.Look) outcome {
	if s.Team == "" {
		return o
	}
	s.Notices++
	waiting := int64(len(s.That(Waiting)))
	card := chat.Say(l.Public.Line("contest.waits", i18n.Count(waiting), i18n.In("title", chat.Strong(chat.T(s.Title))))).With(
		chat.Controls(chat.Button(chat.Act(StaffFamily, "queue", l.ID), l.Public.Text("contest.button.queue"), chat.TonePrimary)))
	o.Posts = append(slices.Clone(o.Posts), games.Post{
		Slot: fmt.Sprintf("queue-%d", s.Notices), Channel: s.Team, Card: card, Priority: games.PriorityAnnounce,
	})
	return o
}
