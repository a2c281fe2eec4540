package commands

import (
	"context"
	"errors"
	"fmt"
	"time"

	"animo/bot/chat"
	"animo/bot/community"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/engine"
	"animo/storage"
)

// Deps are what the commands work with.
type Deps struct {
	Store     storage.Store
	Servers   Servers // nil for a store without
	Engine    *engine.Engine
	Book      *community.Book
	Words     *i18n.Bundle
	Platforms map[chat.Network]chat.Platform
	Activity  Activity // nil if no messages are counted
	Now       func() time.Time
	Effects   func() // called when an effect was put
	// Stale lists more of a community's documents that nobody needs any more;
	// nil lists none.
	Stale func(context.Context, storage.Tenant) ([]storage.DocPut, error)
	// Names says how a platform without Capabilities.LocalCommands calls a
	// command; nil means in the reader's language.
	Names map[chat.Network]func(chat.CommandSpec) string
}

// Registry knows every command and answers interactions.
type Registry struct {
	Deps
	menu      chat.CommandMenu
	commands  map[string]Command // by path, such as "/giveaway start"
	presses   map[string]Press
	forms     map[string]Press
	shortcuts map[string]Shortcut
}

// NewRegistry puts families together; a name used twice is an error.
func NewRegistry(d Deps, families func(*Registry) []Family) (*Registry, error) {
	g := &Registry{
		Deps: d, commands: make(map[string]Command), presses: make(map[string]Press),
		forms: make(map[string]Press), shortcuts: make(map[string]Shortcut),
	}
	for _, f := range families(g) {
		if err := g.collect(f); err != nil {
			return nil, fmt.Errorf("collect the commands: %w", err)
		}
	}
	return g, nil
}

// All lists every family.
func All(g *Registry) []Family {
	all := []Family{giveawayFamily(g), contestFamily(g), dropFamily(g), pollFamily(g), adventFamily(g), setupFamily(g), diagnosticFamily(g), undeliveredFamily(g), missingFamily(g)}
	return append(all, helpFamily(g, all))
}

// Menu returns what the adapters register.
func (g *Registry) Menu() chat.CommandMenu { return g.menu }

// OpensForm implements dispatch.Handler.
func (g *Registry) OpensForm(e chat.Event) bool {
	switch e := e.(type) {
	case chat.Invoked:
		return g.commands[chat.PathString(e.Path)].OpensForm
	case chat.Pressed:
		opens := g.presses[e.Action.Family].OpensForm
		return opens != nil && opens(e.Action.Verb)
	}
	return false
}

// mishapWait bounds the search for the community's language once something
// went wrong, as it may have been the store.
const mishapWait = time.Second

// Mishap implements dispatch.Handler. A member whose language is not known is
// told in the community's.
func (g *Registry) Mishap(e chat.Event, reference string) chat.Reply {
	l, ok := i18n.Match(e.Head().Actor.Locale)
	if !ok {
		ctx, cancel := context.WithTimeout(context.Background(), mishapWait)
		defer cancel()
		l = chat.English
		if c, err := g.Book.Of(ctx, e.Head().Space); err == nil {
			l = c.Language
		}
	}
	return chat.PrivateLine(g.Words.Printer(l).Line("common.mishap", i18n.In("reference", chat.Code(reference))))
}

// Interact implements dispatch.Handler.
func (g *Registry) Interact(ctx context.Context, e chat.Event) (chat.Reply, error) {
	r, err := g.request(ctx, e.Head())
	if err != nil {
		return chat.Reply{}, err
	}
	reply, err := g.route(ctx, r, e)
	reply, err = g.explain(r, reply, err)
	if reply.Card != nil {
		card := g.typedCard(r, *reply.Card)
		reply.Card = &card
	}
	return reply, err
}

// request finds out who asks, where, and in which language.
func (g *Registry) request(ctx context.Context, m chat.Meta) (*Request, error) {
	c, err := g.Book.Of(ctx, m.Space)
	if err != nil {
		return nil, err
	}
	p := g.Platforms[chat.NetworkOf(m.Space)]
	if p == nil {
		return nil, fmt.Errorf("no platform for %s", m.Space)
	}
	return &Request{
		Meta: m, Community: c, Platform: p, Caps: p.Capabilities(), Now: g.Now(),
		Private: g.printer(m.Actor, c), Public: g.Words.Printer(c.Language),
	}, nil
}

// printer speaks a member's language, the community's if theirs is not known.
func (g *Registry) printer(a chat.Actor, c community.Community) i18n.Printer {
	language, ok := i18n.Match(a.Locale)
	if !ok {
		language = c.Language
	}
	return g.Words.Printer(language)
}

func (g *Registry) route(ctx context.Context, r *Request, e chat.Event) (chat.Reply, error) {
	switch e := e.(type) {
	case chat.Invoked:
		return g.invoke(ctx, r, e)
	case chat.Completing:
		return g.complete(ctx, r, e)
	case chat.Pressed:
		r.Action, r.Values, r.Message = e.Action, e.Values, e.Message
		if p, ok := g.presses[e.Action.Family]; ok {
			return g.allowed(ctx, r, p.Permission, p.Run)
		}
		if g.Engine.Knows(e.Action.Family) {
			return g.Engine.Press(ctx, r.Community, e, r.Private)
		}
	case chat.Submitted:
		r.Action, r.Args = e.Action, e.Values
		if p, ok := g.forms[e.Action.Family]; ok {
			return g.allowed(ctx, r, p.Permission, p.Run)
		}
	case chat.Shortcut:
		r.Message = e.Message
		if s, ok := g.shortcuts[e.Name]; ok {
			return g.allowed(ctx, r, s.Permission, s.Run)
		}
	}
	return chat.PrivateLine(r.Private.Line("common.unknown_control")), nil
}

// allowed runs a handler for a member who has the right to. Of whom only the id
// is known is looked up first, where it takes one.
func (g *Registry) allowed(ctx context.Context, r *Request, p chat.Permission, run Handler) (chat.Reply, error) {
	if r.Actor.Bare && p != chat.Anyone {
		m, err := r.Platform.Member(ctx, r.Space, r.Actor.ID)
		if err != nil {
			return chat.Reply{}, fmt.Errorf("look up who asks: %w", err)
		}
		r.Actor, r.Private = m.Actor, g.printer(m.Actor, r.Community)
	}
	if !r.Community.Allows(r.Actor, p) {
		return chat.PrivateLine(r.Private.Line("common.forbidden." + string(p))), nil
	}
	return run(ctx, r)
}

// invoke runs a command, or says what is wrong with how it was typed.
func (g *Registry) invoke(ctx context.Context, r *Request, e chat.Invoked) (chat.Reply, error) {
	r.Path, r.Args = e.Path, e.Args
	if r.Args == nil {
		r.Args = chat.Values{}
	}
	c, ok := g.commands[chat.PathString(e.Path)]
	if !ok {
		return g.unknownCommand(r, e), nil
	}
	return g.allowed(ctx, r, c.Permission, func(ctx context.Context, r *Request) (chat.Reply, error) {
		if c.Needs != nil && !c.Needs.Met(r.Caps) {
			return g.lacking(r, c), nil
		}
		if mistakes := checkArgs(c, r.Args, e.Mistakes); len(mistakes) > 0 {
			return g.mistaken(r, c, mistakes), nil
		}
		return c.Run(ctx, r)
	})
}

// lacking says what this platform cannot do, and what to do instead.
func (g *Registry) lacking(r *Request, c Command) chat.Reply {
	return chat.PrivateLine(r.Private.Line("common.lacking",
		i18n.Str("platform", r.Caps.Name), i18n.Str("substitute", c.Needs.Substitute.In(r.Private.Language()))))
}

func (g *Registry) complete(ctx context.Context, r *Request, e chat.Completing) (chat.Reply, error) {
	r.Path, r.Args, r.Partial = e.Path, e.Args, e.Partial
	c := g.commands[chat.PathString(e.Path)]
	if !r.Community.Allows(r.Actor, c.Permission) {
		return chat.Reply{}, nil
	}
	for _, o := range c.Options {
		if o.Name == e.Option && o.Complete != nil {
			choices, err := o.Complete(ctx, r)
			return chat.Reply{Choices: choices[:min(len(choices), maxChoices)]}, err
		}
	}
	return chat.Reply{}, nil
}

// maxChoices is how many suggestions a platform shows (Discord docs:
// interactions/receiving-and-responding#autocomplete).
const maxChoices = 25

// explain turns the errors that are meant for the member into sentences.
func (g *Registry) explain(r *Request, reply chat.Reply, err error) (chat.Reply, error) {
	wrong := asRefusal(r, err)
	switch {
	case wrong != nil:
		return chat.PrivateLine(wrong), nil
	case errors.Is(err, storage.ErrNotFound):
		return chat.PrivateLine(r.Private.Line("common.not_found")), nil
	case errors.Is(err, storage.ErrRepeated):
		return chat.Reply{}, nil
	}
	return reply, err
}

// asRefusal returns the sentence of an error that is meant for the member,
// nil if it is not.
func asRefusal(r *Request, err error) chat.Line {
	var refusal *games.Refusal
	var read *i18n.ReadError
	switch {
	case errors.As(err, &refusal):
		return refusal.Line
	case errors.As(err, &read):
		return read.Line(r.Private)
	}
	return nil
}
