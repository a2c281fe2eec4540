package commands

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/advent"
)

// none stands for nothing where something is typed: an empty box in a list, a
// prize that is taken away.
const none = "-"

// readAdvent reads what staff typed, by option name. Its errors are sentences
// for the member.
func readAdvent(r *Request, args chat.Values) (advent.Params, error) {
	p, err := readAdventDraft(r, args)
	if err != nil {
		return p, err
	}
	return p, p.Check(games.Look{Now: r.Now, Private: r.Private, Caps: r.Caps})
}

// readAdventDraft reads what staff typed of a calendar whose boxes may still be
// empty.
func readAdventDraft(r *Request, args chat.Values) (p advent.Params, err error) {
	p = advent.Params{
		Title: readableLine(args["title"]), Description: readable(args["description"]),
		Final: readLot(args["prize"]), CatchUp: args["catch_up"] == "true", Ping: chat.RoleID(args["ping"]),
	}
	if text := strings.TrimSpace(args["starts"]); text != "" {
		if p.Starts, err = readAfter(r, text, time.Time{}); err != nil {
			return p, err
		}
	}
	days, err := readDays(r, args["days"])
	if err != nil {
		return p, err
	}
	p.Boxes, err = readBoxes(r, args["boxes"], days)
	return p, err
}

// readDays reads how many boxes there are; 0 for as many as are listed.
func readDays(r *Request, text string) (int, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < advent.MinBoxes || n > advent.MaxBoxes {
		return 0, games.Refuse(r.Private.Line("advent.refused.days", i18n.Str("typed", shorten(text, 20)),
			i18n.Num("min", advent.MinBoxes), i18n.Num("max", advent.MaxBoxes)))
	}
	return n, nil
}

// boxLines parts a list of boxes: one a line, or parted by semicolons where
// only one line can be typed.
func boxLines(text string) (out []string) {
	text = strings.TrimSpace(readable(text))
	mark := "\n"
	if !strings.Contains(text, mark) {
		mark = ";"
	}
	for _, line := range strings.Split(text, mark) {
		if line = readableLine(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// readBoxes reads a list of boxes. Fewer lines than days leave the last boxes
// empty.
func readBoxes(r *Request, text string, days int) ([]advent.Box, error) {
	lines := boxLines(text)
	switch {
	case days == 0 && len(lines) == 0:
		days = advent.DefaultBoxes
	case days == 0:
		days = len(lines)
	case len(lines) > days:
		return nil, games.Refuse(r.Private.Line("advent.refused.days_lines", i18n.Num("lines", int64(len(lines))), i18n.Num("days", int64(days))))
	}
	if days > advent.MaxBoxes {
		return nil, games.Refuse(r.Private.Line("advent.refused.boxes", i18n.Num("given", int64(days)),
			i18n.Num("min", advent.MinBoxes), i18n.Num("max", advent.MaxBoxes)))
	}
	out := make([]advent.Box, days)
	for i, line := range lines {
		var err error
		if out[i], err = readBox(r, i+1, line); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// boxPart is a prize in the line of a box, in either language.
var boxPart = regexp.MustCompile(`(?i)^(win|gain|draw|tirage)\s*:\s*(.*)$`)

// readBox reads a line such as "A poem for you | win: Mug x2 | draw: T-shirt".
func readBox(r *Request, n int, line string) (b advent.Box, err error) {
	if line == none {
		return b, nil
	}
	for i, part := range strings.Split(line, "|") {
		part = strings.TrimSpace(part)
		m := boxPart.FindStringSubmatch(part)
		switch {
		case m == nil && i == 0:
			b.Text = part
		case m == nil && part != "":
			return b, games.Refuse(r.Private.Line("advent.refused.box_part", i18n.Num("box", int64(n)), i18n.Str("typed", shorten(part, 60))))
		case m == nil:
		case strings.EqualFold(m[1], "win") || strings.EqualFold(m[1], "gain"):
			b.Instant = readLot(m[2])
		default:
			b.Draw = readLot(m[2])
		}
	}
	return b, nil
}

// readLot reads a prize with its number of winners behind it, 1 if there is
// none; nothing, or a dash, is no prize.
func readLot(text string) advent.Lot {
	text = readableLine(text)
	if text == "" || text == none {
		return advent.Lot{}
	}
	m := lotForm.FindStringSubmatch(text)
	lot := advent.Lot{Prize: strings.TrimSpace(m[1]), Winners: 1}
	if m[2] != "" {
		lot.Winners, _ = strconv.Atoi(m[2]) // at most four digits
	}
	return lot
}

// lotLine writes a prize as it is typed.
func lotLine(t advent.Lot) string {
	if t.Winners <= 1 {
		return t.Prize
	}
	return t.Prize + " x" + strconv.Itoa(t.Winners)
}

// boxLine writes a box as a line of a list, from which it can be read again.
func boxLine(p i18n.Printer, b advent.Box) string {
	parts := []string{strings.ReplaceAll(b.Text, "|", "/")}
	if b.Instant != (advent.Lot{}) {
		parts = append(parts, p.Text("advent.word.win")+": "+lotLine(b.Instant))
	}
	if b.Draw != (advent.Lot{}) {
		parts = append(parts, p.Text("advent.word.draw")+": "+lotLine(b.Draw))
	}
	if len(parts) == 1 && b.Text == "" {
		return none
	}
	return strings.Join(parts, " | ")
}

// boxList writes boxes as a list.
func boxList(p i18n.Printer, boxes []advent.Box) string {
	lines := make([]string, len(boxes))
	for i, b := range boxes {
		lines[i] = boxLine(p, b)
	}
	return strings.Join(lines, "\n")
}

// wrongAdventField names the option to which a refusal belongs, so that the
// sentence stands beside its field.
func wrongAdventField(_ context.Context, r *Request, v chat.Values) string {
	for _, name := range []string{"title", "starts", "prize", "days", "boxes", "description"} {
		trial := chat.Values{"title": "-", "boxes": "a\nb"}
		switch name {
		case "days":
			delete(trial, "boxes")
		case "boxes":
			trial["days"] = v["days"]
		}
		trial[name] = v[name]
		p, err := readAdventDraft(r, trial)
		if err == nil && name == "days" {
			p.Boxes = []advent.Box{{Text: "a"}, {Text: "b"}}
		}
		if err != nil || p.Check(games.Look{Now: r.Now, Private: r.Private, Caps: r.Caps}) != nil {
			return name
		}
	}
	return "boxes"
}
