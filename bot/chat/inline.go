package chat

import (
	"strings"
	"time"
)

// InlineKind says what an Inline is.
type InlineKind string

// The inlines, from which a Line is made.
const (
	KindText    InlineKind = "text"    // Text, literal
	KindStrong  InlineKind = "strong"  // Inner, bold
	KindEm      InlineKind = "em"      // Inner, italic
	KindStrike  InlineKind = "strike"  // Inner, struck through
	KindCode    InlineKind = "code"    // Text, literal, monospaced
	KindLink    InlineKind = "link"    // URL with Text as its label
	KindMember  InlineKind = "member"  // ID is a MemberID; pings only if the card's Pings allow it
	KindRole    InlineKind = "role"    // ID is a RoleID; likewise
	KindChannel InlineKind = "channel" // ID is a ChannelID
	KindMoment  InlineKind = "moment"  // At, shown in the reader's own time zone
	KindBreak   InlineKind = "break"   // a new line
)

// MomentStyle is how a Moment is shown.
type MomentStyle string

// The styles of a Moment.
const (
	MomentFull     MomentStyle = "full"     // weekday, date and time
	MomentDate     MomentStyle = "date"     // date alone
	MomentTime     MomentStyle = "time"     // time alone
	MomentRelative MomentStyle = "relative" // "in 2 hours", where the platform can; else full
)

// Inline is a piece of running text. Make one with the functions below.
type Inline struct {
	Kind  InlineKind  `json:"k"`
	Text  string      `json:"t,omitempty"`
	ID    string      `json:"id,omitempty"`
	URL   string      `json:"url,omitempty"`
	At    time.Time   `json:"at,omitzero"` // UTC, whole seconds
	Style MomentStyle `json:"style,omitempty"`
	Inner Line        `json:"in,omitempty"`
}

// Line is running text.
type Line []Inline

// T is literal text: shown as it is, whatever it holds.
func T(s string) Inline { return Inline{Kind: KindText, Text: s} }

// Strong is bold.
func Strong(in ...Inline) Inline { return Inline{Kind: KindStrong, Inner: in} }

// Em is italic.
func Em(in ...Inline) Inline { return Inline{Kind: KindEm, Inner: in} }

// Strike is struck through.
func Strike(in ...Inline) Inline { return Inline{Kind: KindStrike, Inner: in} }

// Code is literal monospaced text.
func Code(s string) Inline { return Inline{Kind: KindCode, Text: s} }

// Link leads to an http or https url.
func Link(url, label string) Inline { return Inline{Kind: KindLink, URL: url, Text: label} }

// Mention names a member.
func Mention(id MemberID) Inline { return Inline{Kind: KindMember, ID: string(id)} }

// MentionRole names a role.
func MentionRole(id RoleID) Inline { return Inline{Kind: KindRole, ID: string(id)} }

// MentionChannel names a channel.
func MentionChannel(id ChannelID) Inline { return Inline{Kind: KindChannel, ID: string(id)} }

// Moment is an instant that everyone reads in their own time zone.
func Moment(at time.Time, style MomentStyle) Inline {
	return Inline{Kind: KindMoment, At: at.UTC().Truncate(time.Second), Style: style}
}

// Break starts a new line.
func Break() Inline { return Inline{Kind: KindBreak} }

// L makes a line of inlines.
func L(in ...Inline) Line { return in }

// Words makes a line of literal text.
func Words(s string) Line { return Line{T(s)} }

// Then returns the line with more behind it.
func (l Line) Then(in ...Inline) Line {
	out := make(Line, 0, len(l)+len(in))
	return append(append(out, l...), in...)
}

// Join puts sep between lines.
func Join(lines []Line, sep Inline) Line {
	var out Line
	for i, l := range lines {
		if i > 0 {
			out = append(out, sep)
		}
		out = append(out, l...)
	}
	return out
}

// Plain returns the line as text for logs, notifications and tests: ids stand
// for mentions, moments are in UTC.
func (l Line) Plain() string {
	var b strings.Builder
	for _, in := range l {
		in.plain(&b)
	}
	return b.String()
}

func (in Inline) plain(b *strings.Builder) {
	switch in.Kind {
	case KindStrong, KindEm, KindStrike:
		b.WriteString(in.Inner.Plain())
	case KindLink:
		b.WriteString(in.Text + " (" + in.URL + ")")
	case KindMember, KindRole:
		b.WriteString("@" + in.ID)
	case KindChannel:
		b.WriteString("#" + in.ID)
	case KindMoment:
		b.WriteString(in.At.Format("2006-01-02 15:04 MST"))
	case KindBreak:
		b.WriteByte('\n')
	default:
		b.WriteString(in.Text)
	}
}
