package giveaway

import (
	"encoding/json"
	"fmt"
	"slices"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/proof"
)

// Rules are the giveaway's.
type Rules struct{}

// New returns the game.
func New() games.Game { return games.Seal[State](Rules{}) }

// Names of wake-ups, posts and verbs.
const (
	WakeEnd  = "end"
	WakeDraw = "draw"
	SlotCard = "card"

	VerbEnter = "enter"
	VerbLeave = "leave"
	VerbClaim = "claim"

	// ProofFamily is the family of the control that anybody may press to see
	// the draw verified; commands answer it.
	ProofFamily = "giveaway-proof"
	VerbVerify  = "verify"

	OrderEnd    = "end"
	OrderCancel = "cancel"
	OrderDelete = "delete"
	OrderPause  = "pause"
	OrderResume = "resume"
	OrderEdit   = "edit"
	OrderReroll = "reroll"
	OrderRemove = "remove"
)

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
		return spoke(s, e, l)
	}
	return outcome{}, fmt.Errorf("a giveaway knows no event %T", e)
}

// Sum implements games.Rules.
func (Rules) Sum(s State) games.Summary {
	sum := games.Summary{Title: s.Prize, Status: games.StatusOpen, Label: "giveaway.state." + string(s.Phase), Ends: s.Ends}
	switch {
	case s.Deleted:
		sum.Status = games.StatusDeleted
	case !s.running() && s.Phase != PhaseScheduled && s.Phase != PhaseClosing:
		sum.Status = games.StatusClosed
	}
	return sum
}

func start(e games.Started, l games.Look) (outcome, error) {
	var p Params
	if err := json.Unmarshal(e.Params, &p); err != nil {
		return outcome{}, fmt.Errorf("read the parameters of a giveaway: %w", err)
	}
	p.sumLots()
	if err := p.Check(l); err != nil {
		return outcome{}, err
	}
	seed, err := proof.NewSeed(l.Chance)
	if err != nil {
		return outcome{}, err
	}
	s := State{Params: p, Host: e.By.ID, Seed: seed.String()}
	s.Terms = s.Terms.Fresh()
	var o outcome
	if p.Starts.After(l.Now) {
		s.revise(l)
		o = planned(s)
	} else {
		o = opening(s, l)
	}
	o.Notes = []games.Note{{By: string(e.By.ID), Action: "giveaway.start", Body: p}}
	return o, nil
}

func pressed(s State, e games.Pressed, l games.Look) (outcome, error) {
	switch {
	case e.By.Bot:
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.bot"))
	case e.Verb == VerbClaim:
		return claim(s, e, l)
	case s.Phase == PhaseScheduled:
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.scheduled", i18n.In("start", chat.Moment(s.Starts, chat.MomentFull))))
	case s.Phase == PhasePaused:
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.paused"))
	case s.Phase == PhaseCancelled:
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.cancelled"))
	case s.Phase != PhaseOpen || !l.Now.Before(s.Ends):
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.over"))
	}
	switch e.Verb {
	case VerbEnter:
		return enter(s, e, l)
	case VerbLeave:
		return leave(s, e, l)
	}
	return outcome{}, fmt.Errorf("a giveaway has no button %q", e.Verb)
}

// woke asks again for a wake-up that came before its time, as when the clock
// was set back.
func woke(s State, e games.Woke, l games.Look) (outcome, error) {
	if m, ok := takeBack(e.Name); ok {
		return roleOver(s, m, l), nil
	}
	if n, ok := claimOf(e.Name); ok {
		return claimsOver(s, n, l)
	}
	switch {
	case e.Name == WakeOpen && s.Phase == PhaseScheduled && l.Now.Before(s.Starts):
		return planned(s), nil
	case e.Name == WakeOpen && s.Phase == PhaseScheduled:
		return opening(s, l), nil
	case e.Name == WakeEnd && s.Phase == PhaseOpen && l.Now.Before(s.Ends):
		return outcome{Wakes: []games.Wake{{Name: WakeEnd, At: s.Ends}}}, nil
	case e.Name == WakeEnd && s.Phase == PhaseOpen:
		return closing(s, byItself, l), nil
	case e.Name == WakeDraw && s.Phase == PhaseClosing && s.Draw != nil && s.Draw.Ask == 0:
		return ask(s, l, outcome{})
	}
	return outcome{}, nil
}

// spoke notes that a round was announced. The giveaway is announced once its
// latest round is.
func spoke(s State, e games.Spoke, l games.Look) (outcome, error) {
	if e.Member != "" {
		return directFailed(s, e, l)
	}
	for i, r := range s.Rounds {
		if slotOfRound(r.N) != e.Slot || r.Said || e.Trouble != "" {
			continue
		}
		s.Rounds = slices.Clone(s.Rounds)
		s.Rounds[i].Said = true
		o := outcome{State: &s}
		if by := l.Now.Add(s.Claim); !r.ClaimBy.IsZero() && by.Sub(r.ClaimBy) > lateAfter {
			s.Rounds[i].ClaimBy = by // who is told late may claim late
			o.Wakes = []games.Wake{{Name: wakeClaim(r.N), At: by}}
		}
		if s.Phase == PhaseDrawn && i == len(s.Rounds)-1 {
			s.Phase = PhaseAnnounced
		}
		return o, nil
	}
	return outcome{}, nil
}

// directFailed tells a winner in the channel, once, what could not be told to
// them alone. A host who won their own giveaway has nobody to write to.
func directFailed(s State, e games.Spoke, l games.Look) (outcome, error) {
	if e.Trouble == "" || e.Member == s.Host || !slices.Contains(s.Standing(), e.Member) || slices.Contains(s.Unreached, e.Member) {
		return outcome{}, nil
	}
	s.Unreached = append(slices.Clone(s.Unreached), e.Member)
	card := chat.Say(l.Public.Line("giveaway.direct_failed",
		i18n.In("member", chat.Mention(e.Member)), i18n.In("host", chat.Mention(s.Host))))
	card.Pings.Members = []chat.MemberID{e.Member}
	return outcome{State: &s, Posts: []games.Post{{
		Slot: "direct-" + chat.Native(e.Member), Card: card, Priority: games.PriorityAnnounce, ReplyTo: SlotCard,
	}}}, nil
}
