package poll

import (
	"strconv"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/eligibility"
)

// Colours of the card where the platform has any.
const (
	accentOpen = 0x4F7CFF
	accentOver = 0x8A8F98
	accentDone = 0x3BA55D
)

// maxHeading is how long a question may be to stand as a heading; a longer one
// is a bold paragraph, which platforms show whole.
const maxHeading = 140

// Show implements games.Rules: the card in the channel.
func (Rules) Show(s State, l games.Look) chat.Card {
	p, t := l.Public, s.Tally(l.Numbers)
	card := chat.NewCard(title("📊 " + s.Question))
	card.Accent = s.accent()
	card = card.With(chat.Fields(statusFields(s, t, l)...))
	switch {
	case s.Phase == PhaseClosing:
		card = card.With(chat.Paragraph(p.Line("poll.counting")))
	case s.Phase == PhaseCancelled:
	case s.Seen(false):
		card = card.With(resultBlocks(s, t, p)...)
	default:
		card = card.With(chat.List(optionLines(s)...))
	}
	card = card.With(chat.Paragraph(p.Line(privacyID(s))))
	if s.Phase == PhaseOpen {
		card = card.With(controls(s, l)...).With(chat.List(ruleLines(s, p)...))
	}
	if s.Public && s.Over() {
		card = card.With(chat.Controls(namesButton(l)))
	}
	if l.ID == "" { // a preview
		return card
	}
	return card.With(chat.Note(p.Line("poll.id", i18n.In("id", chat.Code(l.ID)))))
}

func title(text string) chat.Block {
	if len([]rune(text)) > maxHeading {
		return chat.Paragraph(chat.L(chat.Strong(chat.T(text))))
	}
	return chat.Heading(chat.Words(text))
}

func (s State) accent() int {
	switch s.Phase {
	case PhaseOpen:
		return accentOpen
	case PhaseClosed:
		return accentDone
	}
	return accentOver
}

// privacyID names the sentence that says who can see a vote.
func privacyID(s State) string {
	switch {
	case s.Public && s.Phase == PhaseOpen && s.Results != ResultsAlways:
		return "poll.privacy.public_later"
	case s.Public && s.Phase != PhaseCancelled:
		return "poll.privacy.public"
	case s.Phase == PhaseOpen:
		return "poll.privacy.anonymous"
	case s.Phase == PhaseCancelled:
		return "poll.privacy.cancelled"
	}
	return "poll.privacy.destroyed"
}

func statusFields(s State, t Tally, l games.Look) []chat.Field {
	p := l.Public
	var fields []chat.Field
	add := func(label string, value ...chat.Inline) {
		fields = append(fields, chat.Field{Label: p.Text(label), Value: value})
	}
	switch {
	case s.Phase == PhaseCancelled && s.Why != "":
		add("poll.field.cancelled", p.Line("poll.cancelled_why",
			i18n.In("at", chat.Moment(s.Closed, chat.MomentFull)), i18n.In("why", chat.T(s.Why)))...)
	case s.Phase == PhaseCancelled:
		add("poll.field.cancelled", chat.Moment(s.Closed, chat.MomentFull))
	case s.Phase != PhaseOpen:
		add("poll.field.closed", chat.Moment(s.Closed, chat.MomentFull))
	case !s.Ends.IsZero():
		add("poll.field.ends", momentOf(s.Ends, l.Caps)...)
	case s.Quorum == 0:
		add("poll.field.ends", p.Line("poll.by_hand")...)
	}
	if s.Phase == PhaseOpen && s.Quorum > 0 {
		add("poll.field.quorum", p.Line("poll.quorum", i18n.Count(s.Quorum))...)
	}
	if s.Phase == PhaseOpen || s.Phase == PhaseClosed {
		add("poll.field.voters", chat.T(p.Number(t.Voters)))
	}
	add("poll.field.host", chat.Mention(s.Host))
	return fields
}

// momentOf adds the time left where it counts down by itself.
func momentOf(at time.Time, caps chat.Capabilities) chat.Line {
	line := chat.L(chat.Moment(at, chat.MomentFull))
	if caps.RelativeTime {
		line = line.Then(chat.T(" ("), chat.Moment(at, chat.MomentRelative), chat.T(")"))
	}
	return line
}

func optionLines(s State) []chat.Line {
	out := make([]chat.Line, len(s.List))
	for i, o := range s.List {
		out[i] = chat.Words(o.Text)
	}
	return out
}

// ruleLines say how one votes and when results are shown.
func ruleLines(s State, p i18n.Printer) []chat.Line {
	lines := []chat.Line{p.Line("poll.rule.choices", i18n.Count(int64(s.Max))), p.Line("poll.rule.results." + string(s.Results))}
	if s.Adding != AddingNone && s.Adding != "" {
		lines = append(lines, p.Line("poll.rule.adding."+string(s.Adding)))
	}
	if len(s.Weights) > 0 {
		lines = append(lines, p.Line("poll.rule.weights", i18n.In("weights", weightsLine(s, p)...)))
	}
	return append(lines, eligibility.Describe(p, s.Who, eligibility.Bonus{})...)
}

// controls are what members can press on an open poll.
func controls(s State, l games.Look) []chat.Block {
	p := l.Public
	act := func(verb string) chat.Action { return chat.Act(Kind, verb, l.ID) }
	var blocks []chat.Block
	if len(s.List) <= maxButtons {
		var buttons []chat.Control
		for _, o := range s.List {
			buttons = append(buttons, chat.Button(act(VerbVote+strconv.Itoa(o.No)), o.Text, chat.TonePrimary))
		}
		blocks = append(blocks, chat.Controls(buttons...))
	} else {
		var choices []chat.Choice
		for _, o := range s.List {
			choices = append(choices, chat.Choice{Value: strconv.Itoa(o.No), Label: o.Text})
		}
		menu := chat.Menu(act(VerbChoose), p.Text("poll.menu", i18n.Count(int64(s.Max))), choices...)
		menu.Max = min(s.Max, len(s.List))
		blocks = append(blocks, chat.Controls(menu))
	}
	more := []chat.Control{
		chat.Button(act(VerbMine), p.Text("poll.button.mine"), chat.TonePlain),
		chat.Button(act(VerbWithdraw), p.Text("poll.button.withdraw"), chat.TonePlain),
	}
	if s.Adding != AddingNone && s.Adding != "" && len(s.List) < MaxOptions {
		more = append(more, chat.Button(chat.Act(PartFamily, VerbPropose, l.ID), p.Text("poll.button.propose"), chat.TonePlain))
	}
	if s.Public {
		more = append(more, namesButton(l))
	}
	return append(blocks, chat.Controls(more...))
}

func namesButton(l games.Look) chat.Control {
	return chat.Button(chat.Act(Kind, VerbNames, l.ID), l.Public.Text("poll.button.names"), chat.TonePlain)
}

// resultCard announces the result.
func resultCard(s State, l games.Look) chat.Card {
	card := chat.NewCard(title(l.Public.Text("poll.result", i18n.Str("question", s.Question))))
	card.Accent = accentDone
	return card.With(resultBlocks(s, s.Tally(nil), l.Public)...)
}
