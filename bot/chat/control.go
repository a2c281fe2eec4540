package chat

import (
	"fmt"
	"strings"
)

// ControlKind says what a Control is.
type ControlKind string

// The controls.
const (
	ControlButton      ControlKind = "button"
	ControlLink        ControlKind = "link" // a button that opens URL and tells the bot nothing
	ControlMenu        ControlKind = "menu" // Options to choose from
	ControlMemberMenu  ControlKind = "member_menu"
	ControlRoleMenu    ControlKind = "role_menu"
	ControlChannelMenu ControlKind = "channel_menu"
)

// Tone is what pressing a button means.
type Tone string

// The tones; where a platform has fewer colours the nearest is taken.
const (
	TonePlain   Tone = ""
	TonePrimary Tone = "primary"
	ToneGood    Tone = "good"
	ToneDanger  Tone = "danger"
)

// Control is a button or a menu.
type Control struct {
	Kind        ControlKind `json:"k"`
	Action      Action      `json:"action,omitzero"`
	Label       string      `json:"label,omitempty"` // literal; at most 75 characters are shown
	Emoji       string      `json:"emoji,omitempty"` // a Unicode emoji, or "" for none
	Tone        Tone        `json:"tone,omitempty"`
	URL         string      `json:"url,omitempty"`
	Disabled    bool        `json:"disabled,omitempty"`
	Placeholder string      `json:"placeholder,omitempty"`
	Options     []Choice    `json:"options,omitempty"` // at most 25
	Min         int         `json:"min,omitempty"`     // least number of choices; 0 means 1
	Max         int         `json:"max,omitempty"`     // greatest; 0 means 1
	Confirm     *Confirm    `json:"confirm,omitempty"` // asked first where the platform can
}

// Confirm is a question asked before a press counts.
type Confirm struct {
	Title string `json:"title"`
	Text  string `json:"text"`
	Yes   string `json:"yes"`
	No    string `json:"no"`
}

// Choice is one option of a menu, a form or a command.
type Choice struct {
	Value       string `json:"value"` // at most 100 characters
	Label       string `json:"label"` // at most 75 characters are shown
	Description string `json:"description,omitempty"`
	Chosen      bool   `json:"chosen,omitempty"`
}

// Button is a button.
func Button(a Action, label string, tone Tone) Control {
	return Control{Kind: ControlButton, Action: a, Label: label, Tone: tone}
}

// LinkButton opens a page.
func LinkButton(url, label string) Control {
	return Control{Kind: ControlLink, URL: url, Label: label}
}

// Menu lets one option be chosen.
func Menu(a Action, placeholder string, options ...Choice) Control {
	return Control{Kind: ControlMenu, Action: a, Placeholder: placeholder, Options: options}
}

// WithEmoji returns the control with an emoji before its label.
func (c Control) WithEmoji(e string) Control {
	c.Emoji = e
	return c
}

// MaxAction is the longest an Action may be once written: the length of a
// Discord custom_id (docs: components/reference#button).
const MaxAction = 100

// Action says what a press or a submitted form is about: whose it is (a game's
// kind or a command's name), what is asked, of which subject, and with which
// argument. It travels inside the message, so it is never trusted: the
// handler checks rights and looks the subject up within the community. "|" may
// stand in Arg alone.
type Action struct {
	Family  string `json:"f,omitempty"`
	Verb    string `json:"v,omitempty"`
	Subject string `json:"s,omitempty"`
	Arg     string `json:"a,omitempty"`
}

// Act returns an action without an argument.
func Act(family, verb, subject string) Action {
	return Action{Family: family, Verb: verb, Subject: subject}
}

// With returns the action with an argument.
func (a Action) With(arg string) Action {
	a.Arg = arg
	return a
}

// IsZero says whether the action is none.
func (a Action) IsZero() bool { return a == Action{} }

// String writes the action as a platform carries it. Over MaxAction bytes it
// cannot be carried.
func (a Action) String() string {
	s := a.Family + "|" + a.Verb + "|" + a.Subject
	if a.Arg != "" {
		s += "|" + a.Arg
	}
	return s
}

// ParseAction reads what String wrote; anything else, or more than MaxAction
// bytes, is an error.
func ParseAction(s string) (Action, error) {
	parts := strings.SplitN(s, "|", 4)
	if len(parts) < 3 || len(s) > MaxAction || parts[0] == "" || parts[1] == "" {
		return Action{}, fmt.Errorf("%q is no action", s)
	}
	a := Action{Family: parts[0], Verb: parts[1], Subject: parts[2]}
	if len(parts) == 4 {
		a.Arg = parts[3]
	}
	return a, nil
}
