package discordwire

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

func sameName(a, b string) bool {
	return strings.EqualFold(strings.TrimPrefix(a, "@"), strings.TrimPrefix(b, "@"))
}

func (s *Server) memberNamed(g *guild, name string) *member {
	for _, m := range g.sortedMembers() {
		p := s.people[m.User]
		if sameName(p.Name, name) || sameName(p.Display, name) || m.Nick != "" && sameName(m.Nick, name) {
			return m
		}
	}
	return nil
}

func (s *Server) channelNamed(g *guild, name string) *channel {
	for _, threads := range []bool{false, true} {
		for _, ch := range s.guildChannels(g, threads) {
			if strings.EqualFold(ch.Name, name) {
				return ch
			}
		}
	}
	return nil
}

// values turns what was typed into the options of an interaction, in the
// order typed, and wants all required ones to be there.
func (s *Server) values(l *line, p *person, r *resolver) ([]object, error) {
	out := []object{}
	for _, v := range l.given {
		value, err := s.value(v, p, r)
		if err != nil {
			return nil, err
		}
		out = append(out, object{"name": v.opt.Name, "type": v.opt.Type, "value": value})
	}
	for _, opt := range l.options {
		if opt.Required && !l.has(opt) {
			return nil, sayRequired.err(p.Locale, localised(p.Locale, opt.Name, opt.Names))
		}
	}
	return out, nil
}

func (s *Server) value(v typed, p *person, r *resolver) (any, error) {
	name := localised(p.Locale, v.opt.Name, v.opt.Names)
	if v.raw == "" && v.opt.Required {
		return nil, sayRequired.err(p.Locale, name)
	}
	if len(v.opt.Choices) > 0 {
		return chosenOf(v, p.Locale)
	}
	switch v.opt.Type {
	case optionString:
		return v.raw, checkLength(v, name, p.Locale)
	case optionInteger:
		n, err := strconv.ParseInt(v.raw, 10, 64)
		if err != nil {
			return nil, sayInteger.err(p.Locale, v.raw, name)
		}
		return n, checkRange(v.opt, float64(n), name, p.Locale)
	case optionNumber:
		n, err := strconv.ParseFloat(strings.Replace(v.raw, ",", ".", 1), 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil, sayNumber.err(p.Locale, v.raw, name)
		}
		return n, checkRange(v.opt, n, name, p.Locale)
	case optionBoolean:
		return readBool(v.raw, name, p.Locale)
	case optionAttachment:
		return nil, sayNoFiles.err(p.Locale, name)
	}
	return s.entity(v, p, r)
}

// entity finds the user, role or channel that a value names.
func (s *Server) entity(v typed, p *person, r *resolver) (any, error) {
	switch v.opt.Type {
	case optionUser:
		if id := s.userTyped(r.ch, v.raw); id != "" && r.user(id) {
			return id, nil
		}
		return nil, sayUser.err(p.Locale, v.raw)
	case optionRole:
		if id := s.roleTyped(r.ch, v.raw); id != "" && r.role(id) {
			return id, nil
		}
		return nil, sayRole.err(p.Locale, v.raw)
	case optionMentionable:
		if id := s.userTyped(r.ch, v.raw); id != "" && r.user(id) {
			return id, nil
		}
		if id := s.roleTyped(r.ch, v.raw); id != "" && r.role(id) {
			return id, nil
		}
		return nil, sayUser.err(p.Locale, v.raw)
	}
	id := s.channelTyped(r.ch, v.raw)
	kinds := make([]any, len(v.opt.ChannelTypes))
	for i, k := range v.opt.ChannelTypes {
		kinds[i] = k
	}
	if ch := s.channels[id]; ch != nil && s.canView(ch, p.ID) && r.channel(id, kinds) {
		return id, nil
	}
	return nil, sayChannel.err(p.Locale, v.raw)
}

// bare takes a mention's marks away: <@1>, <@!1>, <@&1>, <#1>.
func bare(text string, marks ...string) string {
	inner, ok := strings.CutSuffix(text, ">")
	for _, mark := range marks {
		if id, found := strings.CutPrefix(inner, "<"+mark); ok && found && isID(id) {
			return id
		}
	}
	return text
}

func (s *Server) userTyped(ch *channel, text string) string {
	text = bare(text, "@", "@!")
	if s.people[text] != nil {
		return text
	}
	if g := s.guilds[ch.GuildID]; g != nil {
		if m := s.memberNamed(g, text); m != nil {
			return m.User
		}
		return ""
	}
	for _, id := range []string{ch.With, s.self} {
		if p := s.people[id]; p != nil && (sameName(p.Name, text) || sameName(p.Display, text)) {
			return id
		}
	}
	return ""
}

func (s *Server) roleTyped(ch *channel, text string) string {
	text = bare(text, "@&")
	g := s.guilds[ch.GuildID]
	if g == nil || g.role(text) != nil {
		return text
	}
	if r := g.roleNamed(text); r != nil {
		return r.ID
	}
	return ""
}

func (s *Server) channelTyped(ch *channel, text string) string {
	text = bare(text, "#")
	g := s.guilds[ch.GuildID]
	if g == nil || s.channels[text] != nil {
		return text
	}
	if to := s.channelNamed(g, strings.TrimPrefix(text, "#")); to != nil {
		return to.ID
	}
	return ""
}

// chosenOf finds a choice by its name in either language, or by its value.
func chosenOf(v typed, locale string) (any, error) {
	var names []string
	for _, c := range v.opt.Choices {
		name := localised(locale, c.Name, c.Names)
		if answersTo(locale, v.raw, c.Name, c.Names) || strings.EqualFold(v.raw, valueText(c.Value)) {
			return c.Value, nil
		}
		names = append(names, name)
	}
	return nil, sayChoice.err(locale, v.raw, strings.Join(names, ", "))
}

// valueText writes a choice's value as one would type it.
func valueText(v any) string {
	switch t := v.(type) {
	case string:
		return t
	case float64:
		return strconv.FormatFloat(t, 'f', -1, 64)
	}
	return ""
}

func checkLength(v typed, name, locale string) error {
	n := utf8.RuneCountInString(v.raw)
	if least := v.opt.MinLength; least != nil && n < *least {
		return sayTooShort.err(locale, name, *least)
	}
	most := 6000
	if v.opt.MaxLength != nil {
		most = *v.opt.MaxLength
	}
	if n > most {
		return sayTooLong.err(locale, name, most)
	}
	return nil
}

func checkRange(opt *option, n float64, name, locale string) error {
	if least, ok := bound(opt.Min); ok && n < least {
		return sayTooSmall.err(locale, name, opt.Min.String())
	}
	if most, ok := bound(opt.Max); ok && n > most {
		return sayTooBig.err(locale, name, opt.Max.String())
	}
	return nil
}

func bound(n *json.Number) (float64, bool) {
	if n == nil {
		return 0, false
	}
	f, err := n.Float64()
	return f, err == nil
}

func readBool(raw, name, locale string) (bool, error) {
	switch strings.ToLower(raw) {
	case "true", "yes", "vrai", "oui":
		return true, nil
	case "false", "no", "faux", "non":
		return false, nil
	}
	return false, sayBoolean.err(locale, raw, name)
}
