package giveaway

import (
	"slices"
	"time"

	"animo/bot/chat"
	"animo/games/eligibility"
	"animo/games/proof"
	"animo/games/terms"
)

// Kind is the game's name.
const Kind = "giveaway"

// Bounds of what staff may ask for.
const (
	MaxWinners     = 100
	MaxPrize       = 200  // characters
	MaxDescription = 1500 // characters
	MaxReason      = 200  // characters
	MaxButton      = 30   // characters
	MinLength      = 10 * time.Second
	MaxLength      = 366 * 24 * time.Hour
	MaxPlaces      = 1_000_000
	MinClaim       = 10 * time.Minute
	MaxClaim       = 60 * 24 * time.Hour
)

// Phase is where a giveaway stands.
type Phase string

// The phases, as drawn in the package comment.
const (
	PhaseScheduled Phase = "scheduled"
	PhaseOpen      Phase = "open"
	PhasePaused    Phase = "paused"
	PhaseClosing   Phase = "closing"
	PhaseDrawn     Phase = "drawn"
	PhaseAnnounced Phase = "announced"
	PhaseCancelled Phase = "cancelled"
)

// Params are what staff choose at the start.
type Params struct {
	Prize       string        `json:"prize"`
	Description string        `json:"description,omitempty"`
	Winners     int           `json:"winners"` // of all lots
	Lots        []Lot         `json:"lots,omitempty"`
	ManyWins    bool          `json:"many_wins,omitempty"` // one member may win several lots
	Starts      time.Time     `json:"starts,omitzero"`     // zero for at once
	Ends        time.Time     `json:"ends"`
	Places      int64         `json:"places,omitempty"` // entrants at most, 0 for no bound
	Claim       time.Duration `json:"claim,omitempty"`  // for which winners may claim, 0 if they need not
	// Who may take part, and who has more tickets than one.
	Who   eligibility.Rules `json:"who,omitzero"`
	Bonus eligibility.Bonus `json:"bonus,omitzero"`
	Terms terms.Terms       `json:"terms,omitzero"` // the rules page, in all its versions

	Image   string        `json:"image,omitempty"` // https address
	Thumb   string        `json:"thumb,omitempty"` // https address
	Accent  int           `json:"accent,omitempty"`
	Button  string        `json:"button,omitempty"` // text of the entry button
	Emoji   string        `json:"emoji,omitempty"`  // on the entry button
	Ping    chat.RoleID   `json:"ping,omitempty"`   // told of the opening
	Role    chat.RoleID   `json:"role,omitempty"`   // given to winners
	RoleFor time.Duration `json:"role_for,omitempty"`
}

// Round is one draw. The first is that of the end, the others are rerolls.
type Round struct {
	N        int             `json:"n"`
	At       time.Time       `json:"at"`
	By       string          `json:"by"`   // a member's id, or "animo"
	Want     []int           `json:"want"` // winners looked for, of each lot
	Wins     []Win           `json:"wins"`
	Replaces []chat.MemberID `json:"replaces,omitempty"` // the winners who gave way
	Entrants int64           `json:"entrants"`
	Said     bool            `json:"said"`
	ClaimBy  time.Time       `json:"claim_by,omitzero"`
	Claimed  []chat.MemberID `json:"claimed,omitempty"`
}

// Win is what one member won.
type Win struct {
	Member chat.MemberID `json:"member"`
	Lot    int           `json:"lot,omitempty"` // from 0
}

// Winners lists those who won in a round, each once.
func (r Round) Winners() []chat.MemberID {
	var out []chat.MemberID
	for _, w := range r.Wins {
		if !slices.Contains(out, w.Member) {
			out = append(out, w.Member)
		}
	}
	return out
}

// Passed is a candidate whom a draw passed over.
type Passed struct {
	Member chat.MemberID `json:"member"`
	Round  int           `json:"round"`
	Lot    int           `json:"lot,omitempty"`
	Why    Why           `json:"why"`
	Rule   string        `json:"rule,omitempty"` // which condition, if that is why
}

// Why says why a candidate is passed over.
type Why string

// The reasons.
const (
	WhyLeft  = Why(proof.Left)        // the space, or was banned from it
	WhyRules = Why(proof.Requirement) // no longer meets the conditions of entry
)

// Draw is a draw under way: lot by lot it asks about candidates until enough
// are there.
type Draw struct {
	Round    int             `json:"round"`
	By       string          `json:"by"`
	Want     []int           `json:"want"` // winners of each lot
	Lot      int             `json:"lot"`  // that is being drawn
	Replaces []chat.MemberID `json:"replaces,omitempty"`
	Asked    []chat.MemberID `json:"asked"`
	Ask      int             `json:"ask"` // counts the questions
	Kept     []Win           `json:"kept,omitempty"`
}

// has says whether a member won another lot in this round, and so was there.
func (d Draw) has(m chat.MemberID) bool {
	return slices.ContainsFunc(d.Kept, func(w Win) bool { return w.Member == m })
}

// missing is how many winners the lot that is being drawn still wants.
func (d Draw) missing() int {
	n := d.Want[d.Lot]
	for _, w := range d.Kept {
		if w.Lot == d.Lot {
			n--
		}
	}
	return n
}

// Change is an edit, shown on the card.
type Change struct {
	At   time.Time `json:"at"`
	What string    `json:"what"` // "prize", "description", "lots", "value", "winners", "places", "claim", "starts", "ends"
	From string    `json:"from,omitempty"`
}

// State is a giveaway.
type State struct {
	Params
	Phase   Phase           `json:"phase"`
	Host    chat.MemberID   `json:"host"`
	Opened  time.Time       `json:"opened"`
	Paused  time.Time       `json:"paused,omitzero"` // when the pause began to move Ends
	Closed  time.Time       `json:"closed,omitzero"`
	Seed    string          `json:"seed"` // in hexadecimal
	Draw    *Draw           `json:"draw,omitempty"`
	Rounds  []Round         `json:"rounds,omitempty"`
	Sum     *proof.Sum      `json:"sum,omitempty"` // of the frozen list of entrants
	Passed  []Passed        `json:"passed,omitempty"`
	Given   []chat.MemberID `json:"given,omitempty"`  // winners who did not claim in time
	Full    bool            `json:"full,omitempty"`   // ended since all places were taken
	Barred  []chat.MemberID `json:"barred,omitempty"` // taken out by staff
	Changes []Change        `json:"changes,omitempty"`
	Why     string          `json:"why,omitempty"` // of a cancellation
	Late    bool            `json:"late,omitempty"`
	Deleted bool            `json:"deleted,omitempty"`

	Unreached []chat.MemberID `json:"unreached,omitempty"` // winners who take no direct messages
	Taken     []chat.MemberID `json:"taken,omitempty"`     // winners whose role was taken back
}

// ended says whether the draw of the end has been made or begun.
func (s State) ended() bool {
	return s.Phase == PhaseClosing || s.Phase == PhaseDrawn || s.Phase == PhaseAnnounced
}

// endsAt is when the giveaway ends as things stand: a pause moves the end for as
// long as it lasts.
func (s State) endsAt(now time.Time) time.Time {
	if s.Phase != PhasePaused {
		return s.Ends
	}
	return s.Ends.Add(now.Sub(s.Paused)).Truncate(time.Second)
}

// setEnd moves the end. In a pause it counts from now on, so that an end which
// staff have just set is the one that holds if they resume at once.
func (s *State) setEnd(at, now time.Time) {
	s.Ends = at.UTC()
	if s.Phase == PhasePaused {
		s.Paused = now
	}
}

// PastWinners lists everyone who ever won, in order.
func (s State) PastWinners() []chat.MemberID {
	var out []chat.MemberID
	for _, r := range s.Rounds {
		for _, m := range r.Winners() {
			if !slices.Contains(out, m) {
				out = append(out, m)
			}
		}
	}
	return out
}

// replaced says whether a winner has given way, to a later round or by not
// claiming.
func (s State) replaced(m chat.MemberID) bool {
	return slices.Contains(s.Given, m) || slices.ContainsFunc(s.Rounds, func(r Round) bool { return slices.Contains(r.Replaces, m) })
}

// lotsOf lists what a member won, over all rounds.
func (s State) lotsOf(m chat.MemberID) []int {
	var out []int
	for _, r := range s.Rounds {
		for _, w := range r.Wins {
			if w.Member == m {
				out = append(out, w.Lot)
			}
		}
	}
	return out
}

// Standing lists the winners who have not given way.
func (s State) Standing() []chat.MemberID {
	return slices.DeleteFunc(s.PastWinners(), s.replaced)
}

// excluded is everyone whom the draw may not choose any more for the lot that
// is being drawn. A past winner is never drawn again; only at the end may a
// member win several lots, if the giveaway says so.
func (s State) excluded() map[chat.MemberID]proof.Verdict {
	out := make(map[chat.MemberID]proof.Verdict)
	for _, p := range s.Passed {
		out[p.Member] = proof.Verdict(p.Why)
	}
	for _, m := range s.Barred {
		out[m] = proof.Barred
	}
	for _, m := range s.PastWinners() {
		out[m] = proof.WonBefore
	}
	for _, w := range s.Draw.Kept {
		if !s.ManyWins || w.Lot == s.Draw.Lot || s.Draw.Round > 1 {
			out[w.Member] = proof.WonBefore
		}
	}
	return out
}
