package commands

import (
	"context"
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
func readParams(ctx context.Context, r *Request, args chat.Values) (giveaway.Params, error) {
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
	if err := readWho(ctx, r, args, &p); err != nil {
		return p, err
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
		{"starts", readStart},
		{"duration", readEnd},
		{"winners", readWinners},
		{"lots", readLots},
		{"value", readValue},
		{"wins", readWins},
		{"places", readPlaces},
		{"claim", readClaim},
		{"colour", readColour},
		{"emoji", readEmoji},
		{"role_days", readRoleDays},
	}
}

// readStart reads when a giveaway opens; nothing means at once.
func readStart(r *Request, text string, p *giveaway.Params) error {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	when, err := r.Private.ReadWhen(text, r.Now, r.Community.Location())
	p.Starts = when.At.UTC()
	return err
}

// readEnd reads a date, or a duration from the start on.
func readEnd(r *Request, text string, p *giveaway.Params) error {
	when, err := r.Private.ReadWhen(text, r.Now, r.Community.Location())
	p.Ends = when.At.UTC()
	if when.IsDuration && !p.Starts.IsZero() {
		p.Ends = p.Starts.Add(when.Duration)
	}
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

// readEdit reads what is to change into the arguments of an order.
func readEdit(r *Request) (chat.Values, error) {
	args := chat.Values{}
	for name, read := range map[string]func(string) string{
		"prize": readableLine, "value": readableLine, "winners": strings.TrimSpace, "description": readable, "places": strings.TrimSpace,
	} {
		if v, ok := r.Args[name]; ok {
			args[name] = read(v)
		}
	}
	var p giveaway.Params
	for _, f := range []struct {
		reader
		arg   string
		write func() string
	}{
		{reader{"starts", readStart}, "starts", func() string { return p.Starts.Format(time.RFC3339) }},
		{reader{"duration", readEnd}, "ends", func() string { return p.Ends.Format(time.RFC3339) }},
		{reader{"claim", readClaim}, "claim", func() string { return p.Claim.String() }},
		{reader{"lots", readLots}, "lots", func() string { return lotsJSON(p.Lots) }},
	} {
		v, ok := r.Args[f.name]
		if !ok {
			continue
		}
		if err := f.read(r, v, &p); err != nil {
			return nil, err
		}
		args[f.arg] = f.write()
	}
	return args, nil
}
