package chat

// FieldKind says what a form's field takes.
type FieldKind string

// The kinds of field.
const (
	FieldShort   FieldKind = "short"   // one line of text
	FieldLong    FieldKind = "long"    // several lines
	FieldChoice  FieldKind = "choice"  // one of Options
	FieldChannel FieldKind = "channel" // a channel; its value is a ChannelID
)

// MaxFormFields is the most fields a form may have: Discord's limit for a
// modal (docs: interactions/receiving-and-responding#modal).
const MaxFormFields = 5

// FormField is one question of a form.
type FormField struct {
	Name        string    `json:"name"` // lower-case letters, digits and "_"
	Label       string    `json:"label"`
	Hint        string    `json:"hint,omitempty"` // under the field
	Placeholder string    `json:"placeholder,omitempty"`
	Kind        FieldKind `json:"kind"`
	Required    bool      `json:"required,omitempty"`
	Max         int       `json:"max,omitempty"` // longest text, in characters; 0 means the platform's own
	Value       string    `json:"value,omitempty"`
	Options     []Choice  `json:"options,omitempty"`
}

// Form is a few questions answered at once, in a window before the member.
// Its answers come back as a Submitted event with the same Action.
type Form struct {
	Action Action      `json:"action"`
	Title  string      `json:"title"`  // at most 24 characters are sure to be shown
	Submit string      `json:"submit"` // the button's label; at most 24 characters
	Close  string      `json:"close"`
	Fields []FormField `json:"fields"` // 1 to MaxFormFields
}
