package contest

import (
	"fmt"
	"strconv"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// Colours of the card where the platform has any.
const (
	accentOpen = 0x4F7CFF
	accentOver = 0x8A8F98
	accentWon  = 0x3BA55D
)

const (
	// shownChanges is how many edits the card lists, the latest.
	shownChanges = 4
	// shownJurors is how many jurors a card names.
	shownJurors = 10
	// shownPlaces is how many works the card and the announcement list.
	shownPlaces = 20
)

// Show implements games.Rules: the card in the channel.
func (Rules) Show(s State, l games.Look) chat.Card {
	p := l.Public
	card := chat.NewCard(chat.Heading(chat.L(chat.T("🏆 " + s.Title))))
	card.Accent = s.accent()
	if s.Description != "" {
		card = card.With(chat.Paragraph(chat.Words(s.Description)))
	}
	card = card.With(statusBlocks(s, l)...)
	if s.Over() {
		card = card.With(resultBlocks(s, p)...)
	} else if s.Phase != PhaseCancelled {
		card = card.With(ruleBlocks(s, p)...)
	}
	if s.Image != "" {
		card = card.With(chat.Picture(s.Image, s.Title))
	}
	if c := cardControls(s, l); len(c) > 0 {
		card = card.With(chat.Controls(c...))
	}
	card = card.With(changeNotes(s, p)...)
	if l.ID == "" { // a preview
		return card
	}
	return card.With(chat.Note(p.Line("contest.id", i18n.In("id", chat.Code(l.ID)))))
}

func (s State) accent() int {
	switch {
	case len(s.winners()) > 0:
		return accentWon
	case s.running():
		return accentOpen
	}
	return accentOver
}

// cardControls are what members can press on the card.
func cardControls(s State, l games.Look) []chat.Control {
	mine := chat.Button(chat.Act(PartFamily, VerbMine, l.ID), l.Public.Text("contest.button.mine"), chat.TonePlain)
	switch s.Phase {
	case PhaseOpen:
		return []chat.Control{
			chat.Button(chat.Act(PartFamily, VerbSubmit, l.ID), l.Public.Text("contest.button.submit"), chat.TonePrimary).WithEmoji("✍️"),
			mine,
		}
	case PhaseDeciding:
		return []chat.Control{mine}
	}
	return nil
}

// statusBlocks say where the contest stands.
func statusBlocks(s State, l games.Look) []chat.Block {
	p := l.Public
	var fields []chat.Field
	add := func(label string, value ...chat.Inline) {
		fields = append(fields, chat.Field{Label: p.Text(label), Value: value})
	}
	if s.Phase == PhaseScheduled {
		add("contest.field.opens", momentOf(s.Opens, l.Caps)...)
	}
	switch s.Phase {
	case PhaseScheduled, PhaseOpen:
		add("contest.field.submit", momentOf(s.Submit, l.Caps)...)
		add("contest.field."+string(s.Mode), momentOf(s.Decide, l.Caps)...)
	case PhaseDeciding:
		add("contest.field."+string(s.Mode), momentOf(s.Decide, l.Caps)...)
	case PhaseCancelled:
		add("contest.field.cancelled", cancelValue(s, p)...)
	default:
		add("contest.field.closed", chat.Moment(s.Closed, chat.MomentFull))
	}
	if s.Prize != "" {
		add("contest.field.prize", chat.T(s.Prize))
	}
	add("contest.field.works", chat.T(p.Number(int64(len(s.That(Accepted))))))
	add("contest.field.host", chat.Mention(s.Host))
	blocks := []chat.Block{chat.Fields(fields...)}
	if s.Phase == PhaseClosing {
		blocks = append(blocks, chat.Paragraph(p.Line("contest.counting")))
	}
	return blocks
}

// momentOf adds the time left where it counts down by itself.
func momentOf(at time.Time, caps chat.Capabilities) chat.Line {
	line := chat.L(chat.Moment(at, chat.MomentFull))
	if caps.RelativeTime {
		line = line.Then(chat.T(" ("), chat.Moment(at, chat.MomentRelative), chat.T(")"))
	}
	return line
}

func cancelValue(s State, p i18n.Printer) chat.Line {
	if s.Why == "" {
		return chat.L(chat.Moment(s.Closed, chat.MomentFull))
	}
	return p.Line("contest.cancelled_why", i18n.In("at", chat.Moment(s.Closed, chat.MomentFull)), i18n.In("why", chat.T(s.Why)))
}

// ruleBlocks are the rules by which everyone knows beforehand what decides.
func ruleBlocks(s State, p i18n.Printer) []chat.Block {
	items := []chat.Line{
		p.Line("contest.rule.parts", i18n.In("parts", partsOf(s.Takes, p)...), i18n.Count(int64(s.PerMember))),
		p.Line("contest.rule.accepted"),
	}
	if s.Mode == ModeVote {
		items = append(items, p.Line("contest.rule.vote"))
	} else {
		items = append(items,
			p.Line("contest.rule.jury", i18n.Num("max", MaxMark), i18n.In("criteria", criteriaOf(s)...)),
			p.Line("contest.rule.jurors", i18n.In("jurors", s.juryNames(p)...)))
	}
	items = append(items, p.Line("contest.rule.secret."+string(s.Mode)))
	if s.Blind {
		items = append(items, p.Line("contest.rule.blind"))
	}
	items = append(items, s.tieRule(p), p.Line("contest.rule.places", i18n.Count(int64(s.Places))))
	return []chat.Block{chat.Paragraph(chat.L(chat.Strong(p.Line("contest.rules")...))), chat.List(items...)}
}

// tieRule is the rule for ties, with the digest of the seed if a lot decides.
func (s State) tieRule(p i18n.Printer) chat.Line {
	switch s.Tie {
	case TiePresident:
		return p.Line("contest.rule.tie.president", i18n.In("member", chat.Mention(s.President)))
	case TieLot:
		return p.Line("contest.rule.tie.lot", i18n.In("seal", chat.Code(s.seal())))
	}
	return p.Line("contest.rule.tie." + string(s.Tie))
}

func criteriaOf(s State) chat.Line {
	names := make([]chat.Line, len(s.Criteria))
	for i, c := range s.Criteria {
		names[i] = chat.L(chat.Strong(chat.T(c)))
	}
	return chat.Join(names, chat.T(", "))
}

// partsOf names what a work may consist of.
func partsOf(parts []Part, p i18n.Printer) chat.Line {
	names := make([]chat.Line, len(parts))
	for i, part := range parts {
		names[i] = p.Line("contest.part." + string(part))
	}
	return listOf(names, p.Text("contest.or"))
}

// listOf joins names by commas, and the last by a word.
func listOf(names []chat.Line, word string) chat.Line {
	if len(names) < 2 {
		return chat.Join(names, chat.T(""))
	}
	last := len(names) - 1
	return chat.Join(names[:last], chat.T(", ")).Then(chat.T(" " + word + " ")).Then(names[last]...)
}

// juryNames names the jury, by name as far as a card holds them.
func (s State) juryNames(p i18n.Printer) chat.Line {
	var names []chat.Line
	all := s.jurors()
	for _, m := range all[:min(len(all), shownJurors)] {
		names = append(names, chat.L(chat.Mention(m)))
	}
	if more := len(all) - shownJurors; more > 0 {
		names = append(names, p.Line("contest.jurors_more", i18n.Count(int64(more))))
	}
	if s.JuryRole != "" {
		names = append(names, p.Line("contest.jurors_role", i18n.In("role", chat.MentionRole(s.JuryRole))))
	}
	return chat.Join(names, chat.T(", "))
}

func (s State) juryLine(p i18n.Printer) chat.Block {
	return chat.Paragraph(p.Line("contest.rule.jurors", i18n.In("jurors", s.juryNames(p)...)))
}

// changeNotes list the latest edits.
func changeNotes(s State, p i18n.Printer) []chat.Block {
	var out []chat.Block
	for _, c := range s.Changes[max(0, len(s.Changes)-shownChanges):] {
		from := chat.T(c.From)
		if unix, err := strconv.ParseInt(c.From, 10, 64); err == nil && c.What != "title" {
			from = chat.Moment(time.Unix(unix, 0), chat.MomentFull)
		}
		out = append(out, chat.Note(p.Line("contest.changed_on."+c.What,
			i18n.In("at", chat.Moment(c.At, chat.MomentFull)), i18n.In("from", from))))
	}
	return out
}

// Name is a work's number and title within a sentence.
func Name(p i18n.Printer, w Work) chat.Inline {
	return chat.Strong(p.Line("contest.work", i18n.Num("no", int64(w.No)), i18n.In("title", chat.T(w.Title)))...)
}

// Title is the heading under which a work is shown.
func Title(p i18n.Printer, w Work) chat.Block {
	return chat.Heading(p.Line("contest.work_title", i18n.Num("no", int64(w.No)), i18n.In("title", chat.T(w.Title))))
}

// Blocks show what was handed in. The image stands in a channel alone: where
// an address turns out to hold no image, some platforms refuse the whole card,
// and whoever is to judge the work could not be shown it.
func (c Content) Blocks(p i18n.Printer) []chat.Block {
	var out []chat.Block
	if c.Text != "" {
		out = append(out, chat.Paragraph(chat.Words(c.Text)))
	}
	if c.Link != "" {
		out = append(out, chat.Paragraph(p.Line("contest.link", i18n.In("address", chat.Link(c.Link, c.Link)))))
	}
	if c.Image != "" {
		out = append(out, chat.Paragraph(p.Line("contest.image", i18n.In("address", chat.Link(c.Image, c.Image)))))
	}
	return out
}

// workCard shows an accepted work to everyone.
func workCard(s State, w Work, c Content, l games.Look) chat.Card {
	p := l.Public
	picture := c.Image
	c.Image = ""
	card := chat.NewCard(Title(p, w)).With(c.Blocks(p)...)
	card.Accent = accentOpen
	if picture != "" {
		card = card.With(chat.Picture(picture, w.Title))
	}
	if !s.Blind {
		card = card.With(chat.Note(p.Line("contest.by", i18n.In("author", chat.Mention(w.By)))))
	}
	verb := VerbVote
	if s.Mode == ModeJury {
		verb = VerbMark
	}
	return card.With(chat.Controls(
		chat.Button(chat.Act(PartFamily, verb, l.ID).With(strconv.Itoa(w.No)), p.Text("contest.button."+verb), chat.TonePrimary)))
}

// resultCard announces the result.
func resultCard(s State, l games.Look) chat.Card {
	p := l.Public
	card := chat.NewCard(chat.Heading(p.Line("contest.result.title", i18n.In("title", chat.T(s.Title))))).With(resultBlocks(s, p)...)
	card.Accent = s.accent()
	for _, r := range s.winners() {
		if w, _ := s.Work(r.No); len(card.Pings.Members) < max(l.Caps.MaxPings, 1) {
			card.Pings.Members = append(card.Pings.Members, w.By)
		}
	}
	return card
}

// resultBlocks are the ranking, with how it came about.
func resultBlocks(s State, p i18n.Printer) []chat.Block {
	if len(s.Results) == 0 {
		return []chat.Block{chat.Paragraph(p.Line("contest.result.no_work"))}
	}
	var items []chat.Line
	bare := 0
	for _, r := range s.Results {
		switch {
		case r.Place == 0:
			bare++
		case len(items) < shownPlaces:
			items = append(items, s.resultLine(r, p))
		}
	}
	if len(items) == 0 {
		return []chat.Block{chat.Paragraph(p.Line("contest.result.nobody." + string(s.Mode)))}
	}
	blocks := []chat.Block{chat.List(items...)}
	if more := len(s.Results) - bare - len(items); more > 0 {
		blocks = append(blocks, chat.Note(p.Line("contest.result.more", i18n.Count(int64(more)))))
	}
	if bare > 0 {
		blocks = append(blocks, chat.Note(p.Line("contest.result.bare."+string(s.Mode), i18n.Count(int64(bare)))))
	}
	blocks = append(blocks, chat.Note(p.Line("contest.result.how."+string(s.Mode), i18n.Count(s.Voters))), chat.Note(s.tieRule(p)))
	if s.Tie == TieLot {
		blocks = append(blocks, chat.Note(p.Line("contest.result.seed", i18n.In("seed", chat.Code(s.Seed)))))
	}
	return blocks
}

// resultLine is one place of the ranking.
func (s State) resultLine(r Result, p i18n.Printer) chat.Line {
	w, _ := s.Work(r.No)
	place, work, author := i18n.Str("place", medal(r.Place)), i18n.In("work", Name(p, w)), i18n.In("author", chat.Mention(w.By))
	if s.Mode == ModeVote {
		return p.Line("contest.result.vote", place, work, author, i18n.Count(r.Votes))
	}
	return p.Line("contest.result.jury", place, work, author, i18n.Str("mean", s.Mean(r, p)), i18n.Num("max", MaxMark), i18n.Count(int64(r.Jurors)))
}

func medal(place int) string {
	if medals := []string{"🥇", "🥈", "🥉"}; place <= len(medals) {
		return medals[place-1]
	}
	return fmt.Sprintf("%d.", place)
}

// Mean writes the mean of all marks of a work with two decimals, rounded half
// up; "–" if it has none.
func (s State) Mean(r Result, p i18n.Printer) string {
	return Mean(r.Sum(), r.Jurors*len(s.Criteria), p)
}

// Mean writes the mean of so many marks with two decimals, rounded half up;
// "–" if there are none.
func Mean(sum, marks int, p i18n.Printer) string {
	if marks == 0 {
		return "–"
	}
	point := "."
	if p.Language() == chat.French {
		point = ","
	}
	hundredths := (200*sum + marks) / (2 * marks)
	return fmt.Sprintf("%d%s%02d", hundredths/100, point, hundredths%100)
}
