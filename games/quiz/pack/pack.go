package pack

import "animo/bot/chat"

// The bounds of packs and prompts, in characters unless said otherwise. They
// are ours: choices fit a button of either platform with a letter in front of
// them (docs.slack.dev: block-elements/button-element, 75; Discord:
// components/reference#button, 80), and a question with all its choices and
// its explanation fits one card.
const (
	MaxBytes       = 64 << 10 // of a file, in bytes
	MaxQuestions   = 500      // of a file; as many prompts
	MaxTitle       = 80
	MaxName        = 80 // of the author and the licence
	MaxText        = 300
	MinChoices     = 2 // how many
	MaxChoices     = 5 // how many
	MaxChoice      = 70
	MaxAnswers     = 20 // how many; as many wrong ones
	MaxAnswer      = 60
	MaxExplanation = 400
	MaxTags        = 5 // how many
	MaxTag         = 30
	MaxID          = 40
	MaxImage       = 500
)

// Kind says how a question is answered.
type Kind string

// The kinds of questions.
const (
	Choice Kind = "choice" // by choosing
	Free   Kind = "free"   // by typing
)

// Difficulty says how hard a question is for whoever likes quizzes.
type Difficulty string

// The difficulties.
const (
	Easy   Difficulty = "easy"
	Medium Difficulty = "medium"
	Hard   Difficulty = "hard"
)

// Difficulties lists them, the easiest first.
func Difficulties() []Difficulty { return []Difficulty{Easy, Medium, Hard} }

// Head says what a file is. ID is unique among those that a Bank holds.
type Head struct {
	ID       string        `json:"id"`
	Language chat.Language `json:"language"`
	Title    string        `json:"title"`
	Author   string        `json:"author"`
	Licence  string        `json:"licence"`
	Version  int           `json:"version"` // from 1
}

// Pack is a checked file of questions.
type Pack struct {
	Head
	Questions []Question `json:"questions"`
}

// Question is one question. Its words are literal text.
type Question struct {
	Pack        string        `json:"pack"` // the pack's id
	ID          string        `json:"id"`   // unique in its pack
	Language    chat.Language `json:"language"`
	Text        string        `json:"text"`
	Kind        Kind          `json:"kind"`
	Choices     []string      `json:"choices,omitempty"`
	Right       []int         `json:"right,omitempty"`   // places in Choices, from 0, ascending
	Several     bool          `json:"several,omitempty"` // more than one choice may be right
	Answers     []string      `json:"answers,omitempty"` // right free answers, the one to be shown first
	Wrong       []string      `json:"wrong,omitempty"`   // free answers that never count
	Explanation string        `json:"explanation"`
	Tags        []string      `json:"tags"`
	Difficulty  Difficulty    `json:"difficulty"`
	Image       string        `json:"image,omitempty"` // an https address
}

// Key names the question among those of all packs of a Bank: at most 81
// characters.
func (q Question) Key() string { return q.Pack + "/" + q.ID }
