package drop

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/proof"
)

// Rules are the drop's.
type Rules struct{}

// New returns the game.
func New() games.Game { return games.Seal[State](Rules{}) }

// Names of wake-ups, posts, verbs and arguments.
const (
	WakeAppear = "appear"
	WakeExpire = "expire"
	takePrefix = "take:" // of the wake-up that takes a member's role back

	SlotCard   = "card"
	SlotResult = "result"

	VerbTake    = "take"
	OrderCancel = "cancel"
	ArgReason   = "reason"
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
		return woke(s, e, l), nil
	case games.Spoke:
		return spoke(s, e, l), nil
	case games.Answered:
		return outcome{}, nil // it asks nothing
	}
	return outcome{}, fmt.Errorf("a drop knows no event %T", e)
}

// Sum implements games.Rules. It tells of a hidden instant but the end of its
// window.
func (Rules) Sum(s State) games.Summary {
	sum := games.Summary{Title: s.Prize, Status: games.StatusClosed, Label: "drop.state." + string(s.Phase), Ends: s.Closed}
	switch {
	case s.Phase == PhaseWaiting && s.hidden():
		sum.Status, sum.Label, sum.Ends = games.StatusOpen, "drop.state.hidden", s.Until
	case s.Phase == PhaseWaiting:
		sum.Status, sum.Ends = games.StatusOpen, s.After
	case s.Phase == PhaseOpen:
		sum.Status, sum.Ends = games.StatusOpen, s.Ends
	}
	return sum
}

func start(e games.Started, l games.Look) (outcome, error) {
	var p Params
	if err := json.Unmarshal(e.Params, &p); err != nil {
		return outcome{}, fmt.Errorf("read the parameters of a drop: %w", err)
	}
	if p.Lasts == 0 {
		p.Lasts = DefaultLasts
	}
	if err := p.Check(l); err != nil {
		return outcome{}, err
	}
	s := State{Params: p, Phase: PhaseWaiting, Host: e.By.ID, Appears: p.After.UTC()}
	if p.hidden() {
		if !s.After.After(l.Now) {
			s.After = l.Now.UTC()
		}
		seed, err := proof.NewSeed(l.Chance)
		if err != nil {
			return outcome{}, err
		}
		s.Appears = proof.Instant(seed, l.ID, 0, s.After, s.Until)
	}
	o := outcome{State: &s, Wakes: []games.Wake{{Name: WakeAppear, At: s.Appears}}}
	if !p.hidden() && !p.After.After(l.Now) {
		o = appear(s, l)
	}
	// What was asked for, and nothing of what was drawn.
	o.Notes = []games.Note{{By: string(e.By.ID), Action: "drop.start", Body: p}}
	return o, nil
}

// appear posts the card, with which the race begins.
func appear(s State, l games.Look) outcome {
	s.Phase, s.Opened, s.Ends = PhaseOpen, l.Now, l.Now.Add(s.Lasts)
	card := Rules{}.Show(s, l)
	if s.Ping != "" {
		card.Blocks = append([]chat.Block{chat.Paragraph(chat.L(chat.MentionRole(s.Ping)))}, card.Blocks...)
		card.Pings.Roles = []chat.RoleID{s.Ping}
	}
	return outcome{
		State: &s, Wakes: []games.Wake{{Name: WakeExpire, At: s.Ends}},
		Posts: []games.Post{{Slot: SlotCard, Card: card, Priority: games.PriorityAnnounce, Tell: true}},
	}
}

// woke asks again for a wake-up that came before its time, as when the clock
// was set back.
func woke(s State, e games.Woke, l games.Look) outcome {
	if m, ok := strings.CutPrefix(e.Name, takePrefix); ok {
		return roleOver(s, chat.MemberID(m), l)
	}
	switch {
	case e.Name == WakeAppear && s.Phase == PhaseWaiting && l.Now.Before(s.Appears):
		return outcome{Wakes: []games.Wake{{Name: WakeAppear, At: s.Appears}}}
	case e.Name == WakeAppear && s.Phase == PhaseWaiting && s.hidden() && l.Now.Sub(s.Until) > s.Until.Sub(s.After):
		return missed(s, l)
	case e.Name == WakeAppear && s.Phase == PhaseWaiting:
		return appear(s, l)
	case e.Name == WakeExpire && s.Phase == PhaseOpen && l.Now.Before(s.Ends):
		return outcome{Wakes: []games.Wake{{Name: WakeExpire, At: s.Ends}}}
	case e.Name == WakeExpire && s.Phase == PhaseOpen:
		return over(outcome{}, s, PhaseExpired, l)
	}
	return outcome{}
}

// missed gives up a drop for which nobody waits any more.
func missed(s State, l games.Look) outcome {
	s.Phase, s.Closed = PhaseMissed, l.Now
	return outcome{
		State: &s,
		Directs: []games.Direct{{Member: s.Host, Name: "missed", Card: chat.Say(l.Public.Line("drop.direct.missed",
			i18n.In("prize", chat.Strong(chat.T(s.Prize))), i18n.In("channel", chat.MentionChannel(l.Channel)),
			i18n.In("until", chat.Moment(s.Until, chat.MomentFull))))}},
		Notes: []games.Note{{By: animo, Action: "drop.missed"}},
	}
}

// over ends the race: all prizes are taken, or it has expired.
func over(o outcome, s State, as Phase, l games.Look) outcome {
	s.Phase, s.Closed = as, l.Now
	o.State, o.Redraw = &s, games.RedrawState
	o.Cancel = append(o.Cancel, WakeExpire)
	o.Directs = append(o.Directs, games.Direct{Member: s.Host, Name: "over", Card: toHost(s, l)})
	o.Notes = append(o.Notes, games.Note{By: animo, Action: "drop." + string(as), Body: s.Wins})
	if len(s.Wins) > 0 {
		o.Posts = append(o.Posts, games.Post{
			Slot: SlotResult, Card: result(s, l), Priority: games.PriorityEnd, ReplyTo: SlotCard,
		})
	}
	return o
}

// spoke notes when the platform had the card.
func spoke(s State, e games.Spoke, l games.Look) outcome {
	if e.Slot != SlotCard || e.Member != "" || e.Trouble != "" || !s.Shown.IsZero() || s.Opened.IsZero() {
		return outcome{}
	}
	s.Shown = l.Now
	o := outcome{State: &s}
	if len(s.Wins) > 0 {
		o.Redraw = games.RedrawState
	}
	return o
}

func ordered(s State, e games.Ordered, l games.Look) (outcome, error) {
	if e.Verb != OrderCancel {
		return outcome{}, fmt.Errorf("a drop knows no order %q", e.Verb)
	}
	if s.Phase != PhaseWaiting && s.Phase != PhaseOpen {
		return outcome{}, games.Refuse(l.Private.Line("drop.refused.over_already"))
	}
	why := e.Args[ArgReason]
	if len([]rune(why)) > MaxReason {
		return outcome{}, games.Refuse(l.Private.Line("drop.refused.reason", i18n.Num("max", MaxReason)))
	}
	unseen := s.Phase == PhaseWaiting
	s.Phase, s.Why, s.Closed = PhaseCancelled, why, l.Now
	o := outcome{
		State: &s, Cancel: []string{WakeAppear, WakeExpire}, Redraw: games.RedrawState,
		Notes: []games.Note{{By: string(e.By.ID), Action: "drop.cancel", Body: why}},
		Answer: func(games.Standing) chat.Reply {
			if unseen {
				return chat.PrivateLine(l.Private.Line("drop.cancelled_unseen"))
			}
			return chat.PrivateLine(l.Private.Line("drop.cancelled"))
		},
	}
	if unseen {
		o.Redraw = games.RedrawNone
	}
	return o, nil
}

// roleOver takes a role back that was given for a time.
func roleOver(s State, m chat.MemberID, l games.Look) outcome {
	at := s.won(m)
	if at < 0 || s.Role == "" || s.RoleFor == 0 || slices.Contains(s.Taken, m) {
		return outcome{}
	}
	if end := s.Wins[at].At.Add(s.RoleFor); l.Now.Before(end) {
		return outcome{Wakes: []games.Wake{{Name: takePrefix + string(m), At: end}}}
	}
	s.Taken = append(slices.Clone(s.Taken), m)
	return outcome{State: &s, Grants: []games.Grant{{Member: m, Role: s.Role, Name: "take", Take: true}}}
}
