package commands

import (
	"strconv"
	"strings"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/giveaway"
)

// readParams reads what staff typed, by option name. Its errors are sentences
// for the member.
func readParams(r *Request, args chat.Values) (giveaway.Params, error) {
	p := giveaway.Params{
		Prize: readableLine(args["prize"]), Description: readable(args["description"]),
		Image: strings.TrimSpace(args["image"]), Thumb: strings.TrimSpace(args["thumbnail"]),
		Button: readableLine(args["button"]),
		Ping:   chat.RoleID(args["ping"]), Role: chat.RoleID(args["role"]),
	}
	for _, f := range readers() {
		if err := f.read(r, args[f.name], &p); err != nil {
			return p, err
		}
	}
	return p, p.Check(games.Look{Now: r.Now, Private: r.Private, Caps: r.Caps})
}

// reader reads one option into the parameters; an empty text is the default.
type reader struct {
	name string
	read func(r *Request, text string, p *giveaway.Params) error
}

func readers() []reader {
	return []reader{
		{"duration", readEnd}, {"winners", readWinners}, {"colour", readColour}, {"emoji", readEmoji}, {"role_days", readRoleDays},
	}
}

func readEnd(r *Request, text string, p *giveaway.Params) error {
	when, err := r.Private.ReadWhen(text, r.Now, r.Community.Location())
	p.Ends = when.At.UTC()
	return err
}

func readWinners(r *Request, text string, p *giveaway.Params) error {
	text = strings.TrimSpace(text)
	if p.Winners = 1; text == "" {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return games.Refuse(r.Private.Line("giveaway.refused.winners",
			i18n.Str("typed", shorten(text, 20)), i18n.Num("max", giveaway.MaxWinners)))
	}
	p.Winners = n
	return nil
}

func readColour(r *Request, text string, p *giveaway.Params) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(text, "#"), 16, 24)
	if err != nil || len(strings.TrimPrefix(text, "#")) != 6 {
		return games.Refuse(r.Private.Line("giveaway.refused.colour", i18n.Str("typed", shorten(text, 20))))
	}
	p.Accent = max(int(n), 1)
	return nil
}

// maxEmoji is the most code points that one emoji is made of, such as a family
// joined from four people.
const maxEmoji = 10

func readEmoji(r *Request, text string, p *giveaway.Params) error {
	text = strings.TrimSpace(text)
	if text != "" && !isEmoji(text) {
		return games.Refuse(r.Private.Line("giveaway.refused.emoji", i18n.Str("typed", shorten(text, 20))))
	}
	p.Emoji = text
	return nil
}

func readRoleDays(r *Request, text string, p *giveaway.Params) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxRoleDays {
		return games.Refuse(r.Private.Line("giveaway.refused.role_days",
			i18n.Str("typed", shorten(text, 20)), i18n.Num("max", maxRoleDays)))
	}
	p.RoleFor = time.Duration(n) * 24 * time.Hour
	return nil
}
