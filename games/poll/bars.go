package poll

import (
	"slices"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
)

// barWidth is how many cells a bar has.
const barWidth = 10

// Bar draws a share of a whole in barWidth cells: empty for nothing alone, full
// for everything alone, and rounded half up between.
func Bar(part, whole int64) string {
	full := int64(0)
	switch {
	case whole <= 0 || part <= 0:
	case part >= whole:
		full = barWidth
	default:
		full = min(max((2*barWidth*part+whole)/(2*whole), 1), barWidth-1)
	}
	return strings.Repeat("█", int(full)) + strings.Repeat("░", barWidth-int(full))
}

// Percent is a share in whole per cent, rounded half up; 0 of nothing.
func Percent(part, whole int64) int64 {
	if whole <= 0 {
		return 0
	}
	return (200*part + whole) / (2 * whole)
}

// resultLines are the options with their bars, in the order in which they are
// offered; once the poll is over the best are marked.
func resultLines(s State, t Tally, p i18n.Printer) []chat.Line {
	best := slices.Max(t.Votes)
	out := make([]chat.Line, len(s.List))
	for i, o := range s.List {
		name := o.Text
		if s.Over() && best > 0 && t.Votes[i] == best {
			name = "🏆 " + name
		}
		id := "poll.votes"
		if len(s.Weights) > 0 {
			id = "poll.points"
		}
		out[i] = chat.L(chat.Strong(chat.T(name)), chat.Break(), chat.Code(Bar(t.Votes[i], t.Weight)), chat.T(" ")).
			Then(p.Line("poll.share", i18n.Num("percent", Percent(t.Votes[i], t.Weight)))...).
			Then(chat.T(" · ")).
			Then(p.Line(id, i18n.Count(t.Votes[i]))...)
	}
	return out
}

// resultBlocks show the results, and say what they are counted by.
func resultBlocks(s State, t Tally, p i18n.Printer) []chat.Block {
	blocks := []chat.Block{chat.List(resultLines(s, t, p)...)}
	switch {
	case t.Voters == 0:
		return append(blocks, chat.Note(p.Line("poll.nobody")))
	case len(s.Weights) > 0:
		blocks = append(blocks, chat.Note(p.Line("poll.of_weight", i18n.Count(t.Voters), i18n.Num("points", t.Weight),
			i18n.In("weights", weightsLine(s, p)...))))
	default:
		blocks = append(blocks, chat.Note(p.Line("poll.of_voters", i18n.Count(t.Voters))))
	}
	if s.Max > 1 {
		blocks = append(blocks, chat.Note(p.Line("poll.several")))
	}
	return blocks
}

func weightsLine(s State, p i18n.Printer) chat.Line {
	lines := make([]chat.Line, len(s.Weights))
	for i, w := range s.Weights {
		lines[i] = p.Line("poll.weight", i18n.In("role", chat.MentionRole(w.Role)), i18n.Num("times", int64(w.Times)))
	}
	return chat.Join(lines, chat.T(", "))
}
