package poll

import (
	"time"

	"animo/bot/chat"
	"animo/games/eligibility"
)

// Kind is the game's name.
const Kind = "poll"

// Bounds of what staff may ask for.
const (
	MaxQuestion = 300 // characters
	MaxOption   = 75  // characters: what a button is sure to show
	MinOptions  = 2
	MaxOptions  = 25 // what a menu holds
	MaxQuorum   = 1_000_000
	MaxWeight   = 100
	MaxWeights  = 10
	MaxProposed = 3 // options that one member may propose
	MaxWaiting  = 25
	MaxReason   = 300 // characters
	MinLength   = 10 * time.Second
	MaxLength   = 366 * 24 * time.Hour
	// maxButtons is up to how many options have a button each; more stand in a
	// menu.
	maxButtons = 5
)

// Results says when results are shown.
type Results string

// The times.
const (
	ResultsVoted  Results = "voted"  // to whoever has voted, and to all at the close
	ResultsClosed Results = "closed" // at the close
	ResultsAlways Results = "always"
)

// AllResults lists them, the usual one first.
func AllResults() []Results { return []Results{ResultsVoted, ResultsClosed, ResultsAlways} }

// Adding says whether members may add options.
type Adding string

// The ways.
const (
	AddingNone      Adding = "none"
	AddingModerated Adding = "moderated" // once staff have accepted them
	AddingFree      Adding = "free"
)

// AllAdding lists them, the usual one first.
func AllAdding() []Adding { return []Adding{AddingNone, AddingModerated, AddingFree} }

// Weight is what the vote of those who hold a role counts.
type Weight struct {
	Role  chat.RoleID `json:"role"`
	Times int         `json:"times"`
}

// Params are what staff choose at the start.
type Params struct {
	Question string            `json:"question"`
	Options  []string          `json:"options"`
	Max      int               `json:"max"`              // options that a voter may choose
	Ends     time.Time         `json:"ends,omitzero"`    // zero: closed by hand or by quorum
	Quorum   int64             `json:"quorum,omitempty"` // voters that close it; 0: none
	Public   bool              `json:"public,omitempty"` // everybody may see who voted for what
	Results  Results           `json:"results"`
	Adding   Adding            `json:"adding"`
	Who      eligibility.Rules `json:"who,omitzero"`
	Weights  []Weight          `json:"weights,omitempty"`
	Ping     chat.RoleID       `json:"ping,omitempty"` // told of the opening
	Team     chat.ChannelID    `json:"team,omitempty"` // where staff are told of proposed options
}
