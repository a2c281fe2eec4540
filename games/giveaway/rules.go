package giveaway

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
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
	case s.Phase != PhaseOpen && s.Phase != PhasePaused && s.Phase != PhaseClosing:
		sum.Status = games.StatusClosed
	}
	return sum
}

func start(e games.Started, l games.Look) (outcome, error) {
	var p Params
	if err := json.Unmarshal(e.Params, &p); err != nil {
		return outcome{}, fmt.Errorf("read the parameters of a giveaway: %w", err)
	}
	if err := p.Check(l); err != nil {
		return outcome{}, err
	}
	seed := make([]byte, seedSize)
	if _, err := io.ReadFull(l.Chance, seed); err != nil {
		return outcome{}, fmt.Errorf("draw a seed: %w", err)
	}
	s := State{Params: p, Phase: PhaseOpen, Host: e.By.ID, Opened: l.Now, Seed: hex.EncodeToString(seed)}
	l.Entries = 0
	card := Rules{}.Show(s, l)
	if p.Ping != "" {
		card.Blocks = append([]chat.Block{chat.Paragraph(chat.L(chat.MentionRole(p.Ping)))}, card.Blocks...)
		card.Pings.Roles = []chat.RoleID{p.Ping}
	}
	return outcome{
		State: &s,
		Wakes: []games.Wake{{Name: WakeEnd, At: s.Ends}},
		Posts: []games.Post{{Slot: SlotCard, Card: card, Priority: games.PriorityAnnounce}},
		Notes: []games.Note{{By: string(e.By.ID), Action: "giveaway.start", Body: p}},
	}, nil
}

func pressed(s State, e games.Pressed, l games.Look) (outcome, error) {
	switch {
	case e.By.Bot:
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.bot"))
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
		return leave(e, l)
	}
	return outcome{}, fmt.Errorf("a giveaway has no button %q", e.Verb)
}

func enter(s State, e games.Pressed, l games.Look) (outcome, error) {
	if slices.Contains(s.Barred, e.By.ID) {
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.barred", i18n.In("host", chat.Mention(s.Host))))
	}
	if l.Own != nil {
		seq := l.Own.Seq
		return outcome{Answer: func(st games.Standing) chat.Reply {
			return ticket(s, l, "giveaway.entered_already", seq, st.Entries)
		}}, nil
	}
	return outcome{
		Enter:  []games.Enter{{Member: e.By.ID}},
		Redraw: games.RedrawCount,
		Answer: func(st games.Standing) chat.Reply {
			return ticket(s, l, "giveaway.entered", st.Seq, st.Entries)
		},
	}, nil
}

func leave(e games.Pressed, l games.Look) (outcome, error) {
	if l.Own == nil {
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.not_in"))
	}
	return outcome{
		Leave:  []chat.MemberID{e.By.ID},
		Redraw: games.RedrawCount,
		Answer: func(games.Standing) chat.Reply {
			r := chat.PrivateLine(l.Private.Line("giveaway.left"))
			r.Replace = true
			return r
		},
	}, nil
}

// woke asks again for a wake-up that came before its time, as when the clock
// was set back.
func woke(s State, e games.Woke, l games.Look) (outcome, error) {
	if m, ok := takeBack(e.Name); ok {
		return roleOver(s, m, l), nil
	}
	switch {
	case e.Name == WakeEnd && s.Phase == PhaseOpen && l.Now.Before(s.Ends):
		return outcome{Wakes: []games.Wake{{Name: WakeEnd, At: s.Ends}}}, nil
	case e.Name == WakeEnd && s.Phase == PhaseOpen:
		return closing(s, "animo", l), nil
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
		if s.Phase == PhaseDrawn && i == len(s.Rounds)-1 {
			s.Phase = PhaseAnnounced
		}
		return outcome{State: &s}, nil
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
