package discordwire

import (
	"slices"

	"animo/bot/sandbox/world"
)

// actPress presses a button or chooses from a menu.
func (s *Server) actPress(a world.Action, p *person) (*interaction, error) {
	ch, m, err := s.seen(a, p)
	if err != nil {
		return nil, err
	}
	o := findControl(m.Components, a.Control)
	switch {
	case o == nil:
		return nil, sayNoControl.err(p.Locale)
	case truth(o["disabled"]):
		return nil, sayDisabled.err(p.Locale)
	case !ch.isDirect() && s.silenced(s.guilds[ch.GuildID], p.ID):
		return nil, sayNoAct.err(p.Locale)
	}
	data := object{"custom_id": a.Control, "component_type": whole(o["type"]), "id": whole(o["id"])}
	if whole(o["type"]) != componentButton {
		resolved, err := s.chosen(ch, p, o, a.Values)
		if err != nil {
			return nil, err
		}
		data["values"] = append([]string{}, a.Values...)
		if len(resolved) > 0 {
			data["resolved"] = resolved
		}
	}
	in := s.newInteraction(askPress, p, ch)
	in.source = m
	s.ask(in, data)
	return in, nil
}

func findControl(top []any, customID string) object {
	var found object
	walkComponents(top, func(o object) {
		if found == nil && customID != "" && str(o["custom_id"]) == customID {
			found = o
		}
	})
	return found
}

// chosen checks what was chosen in a menu and gives the objects behind ids.
func (s *Server) chosen(ch *channel, p *person, o object, values []string) (object, error) {
	least, most := bounds(o)
	if len(values) < least || len(values) > most {
		return nil, sayCount.err(p.Locale, least, most)
	}
	r := resolver{s: s, ch: ch, out: object{}}
	for i, v := range values {
		if slices.Contains(values[:i], v) || !r.offers(o, v) {
			return nil, sayNotOffered.err(p.Locale, v)
		}
	}
	return r.out, nil
}

// resolver collects the objects that ids in an interaction stand for
// (interactions/receiving-and-responding#interaction-object-resolved-data-structure).
type resolver struct {
	s   *Server
	ch  *channel
	out object
}

func (r *resolver) put(kind, id string, v any) {
	if r.out[kind] == nil {
		r.out[kind] = object{}
	}
	obj(r.out[kind])[id] = v
}

// offers says whether a menu lets one choose a value, and resolves it.
func (r *resolver) offers(o object, v string) bool {
	switch whole(o["type"]) {
	case componentSelect, componentRadio, componentCheckboxes:
		return slices.ContainsFunc(list(o["options"]), func(item any) bool { return str(obj(item)["value"]) == v })
	case componentUsers:
		return r.user(v)
	case componentRoles:
		return r.role(v)
	case componentMentionable:
		return r.user(v) || r.role(v)
	case componentChannels:
		return r.channel(v, o["channel_types"])
	}
	return false
}

func (r *resolver) user(id string) bool {
	p := r.s.people[id]
	if p == nil {
		return false
	}
	r.put("users", id, p.user())
	if g := r.s.guilds[r.ch.GuildID]; g != nil && g.members[id] != nil {
		m := r.s.memberWire(g.members[id], false)
		m["permissions"] = permString(r.s.permissions(r.ch, id))
		r.put("members", id, m)
	}
	return true
}

func (r *resolver) role(id string) bool {
	g := r.s.guilds[r.ch.GuildID]
	if g == nil || g.role(id) == nil {
		return false
	}
	r.put("roles", id, g.role(id).wire())
	return true
}

func (r *resolver) channel(id string, kinds any) bool {
	ch := r.s.channels[id]
	if ch == nil || ch.GuildID != r.ch.GuildID || ch.isDirect() {
		return false
	}
	allowed := list(kinds)
	if len(allowed) > 0 && !slices.ContainsFunc(allowed, func(v any) bool { return whole(v) == ch.Type }) {
		return false
	}
	o := object{
		"id": ch.ID, "name": ch.Name, "type": ch.Type, "parent_id": orNull(ch.ParentID), "flags": 0,
		"permissions": permString(r.s.permissions(ch, r.s.self)),
	}
	r.put("channels", id, o)
	return true
}

// actShortcut chooses an entry of a message's menu.
func (s *Server) actShortcut(a world.Action, p *person) (*interaction, error) {
	ch, m, err := s.seen(a, p)
	if err != nil {
		return nil, err
	}
	for _, cmd := range s.offered(ch, p.ID, commandMessage) {
		if cmd.Name != a.Control && localised(p.Locale, cmd.Name, cmd.Names) != a.Control {
			continue
		}
		in := s.newInteraction(askCommand, p, ch)
		in.command, in.menu = cmd.Name, true
		data := cmd.data()
		data["target_id"] = m.ID
		data["resolved"] = object{"messages": object{m.ID: m}}
		s.ask(in, data)
		return in, nil
	}
	return nil, sayNoShortcut.err(p.Locale)
}

// data is what an interaction says of its command.
func (cmd *command) data() object {
	o := object{"id": cmd.ID, "name": cmd.Name, "type": cmd.Type}
	if cmd.GuildID != "" {
		o["guild_id"] = cmd.GuildID
	}
	return o
}
