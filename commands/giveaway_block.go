package commands

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/bot/jobs"
	"animo/games"
	"animo/games/eligibility"
	"animo/games/engine"
	"animo/games/giveaway"
	"animo/storage"
)

// JobBlock is the kind of the job that takes a member who was blocked out of
// the giveaways under way.
const JobBlock = "giveaway.block"

const (
	familyBlocked = "giveaway-blocked" // turns the pages of the list
	kindBlocklist = "blocklist"
	idBlocklist   = "giveaway"
	// changeTries is how often a document that several people change at once
	// is read again before giving up.
	changeTries = 20
	reasonSize  = 100 // characters of a reason in a list
)

// blocklist is who may take part in no giveaway of a community. It is one
// document, by whose version a start checks that nobody was added meanwhile.
type blocklist struct {
	Members []blocked `json:"members"`
	version int64
}

// blocked is a member on the list.
type blocked struct {
	Member chat.MemberID `json:"member"`
	Reason string        `json:"reason"`
	By     chat.MemberID `json:"by"`
	At     time.Time     `json:"at"`
}

func (l blocklist) index(m chat.MemberID) int {
	return slices.IndexFunc(l.Members, func(b blocked) bool { return b.Member == m })
}

func (w giveaways) blockCommands() Command {
	member := Option{Name: "member", Kind: chat.OptionMember, Required: true}
	staff := func(name string, run Handler, options ...Option) Command {
		return Command{Name: name, Permission: chat.Staff, Run: run, Options: options}
	}
	return Command{Name: "block", Sub: []Command{
		staff("add", w.block, member, Option{Name: "reason", Kind: chat.OptionText, Required: true}),
		staff("remove", w.unblock, member),
		staff("list", w.blockedPage),
	}}
}

// loadBlocklist reads the list; there is always one, if only an empty one.
func (g *Registry) loadBlocklist(ctx context.Context, t storage.Tenant) (blocklist, error) {
	var l blocklist
	version, err := storage.Load(ctx, g.Store, t, kindBlocklist, idBlocklist, &l)
	l.version = version
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return l, fmt.Errorf("read who is blocked: %w", err)
	}
	return l, nil
}

// changeBlocklist writes the list as f leaves it, with what else f wants to be
// committed along; an error of f changes nothing.
func (w giveaways) changeBlocklist(ctx context.Context, t storage.Tenant, f func(*blocklist) (storage.Change, error)) error {
	for range changeTries {
		l, err := w.loadBlocklist(ctx, t)
		if err != nil {
			return err
		}
		c, err := f(&l)
		if err != nil {
			return err
		}
		put, err := storage.Put(kindBlocklist, idBlocklist, l.version, "", l)
		if err != nil {
			return err
		}
		c.Docs = append(c.Docs, put)
		if _, err = w.Store.Commit(ctx, t, c); !errors.Is(err, storage.ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("write who is blocked: %w", storage.ErrConflict)
}

// block keeps a member out of every giveaway. Those under way are a matter for
// a job, which is put with the list and so outlives a crash.
func (w giveaways) block(ctx context.Context, r *Request) (chat.Reply, error) {
	b := blocked{
		Member: chat.MemberID(r.Args["member"]), Reason: readableLine(r.Args["reason"]), By: r.Actor.ID, At: r.Now.UTC(),
	}
	who := i18n.In("member", chat.Mention(b.Member))
	switch n := utf8.RuneCountInString(b.Reason); {
	case n == 0:
		return r.refuse("staff.block.refused.reason_empty")
	case n > giveaway.MaxReason:
		return r.refuse("staff.block.refused.reason_long", i18n.Num("length", int64(n)), i18n.Num("max", giveaway.MaxReason))
	}
	err := w.changeBlocklist(ctx, r.Community.Tenant(), func(l *blocklist) (storage.Change, error) {
		if l.index(b.Member) >= 0 {
			return storage.Change{}, games.Refuse(r.Private.Line("staff.block.refused.already", who))
		}
		if len(l.Members) >= eligibility.MaxBlocked {
			return storage.Change{}, games.Refuse(r.Private.Line("staff.block.refused.full", i18n.Num("max", eligibility.MaxBlocked)))
		}
		l.Members = append(l.Members, b)
		c, err := logged(r, "giveaway.block.add", string(b.Member), b)
		c.Jobs = []storage.Job{{Key: JobBlock + "/" + string(b.Member), Kind: JobBlock, Due: r.Now, Body: c.Log[0].Body}}
		return c, err
	})
	if err != nil {
		return chat.Reply{}, err
	}
	return r.refuse("staff.block.added", who)
}

// logged makes a change that writes a line of the audit log.
func logged(r *Request, action, target string, body any) (storage.Change, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return storage.Change{}, fmt.Errorf("write the log: %w", err)
	}
	return storage.Change{Now: r.Now, Log: []storage.LogLine{
		{At: r.Now, Actor: string(r.Actor.ID), Action: action, Target: target, Body: raw},
	}}, nil
}

// unblock lets a member take part in the giveaways that start from now on.
func (w giveaways) unblock(ctx context.Context, r *Request) (chat.Reply, error) {
	m := chat.MemberID(r.Args["member"])
	who := i18n.In("member", chat.Mention(m))
	err := w.changeBlocklist(ctx, r.Community.Tenant(), func(l *blocklist) (storage.Change, error) {
		at := l.index(m)
		if at < 0 {
			return storage.Change{}, games.Refuse(r.Private.Line("staff.block.refused.not_blocked", who))
		}
		was := l.Members[at]
		l.Members = slices.Delete(l.Members, at, at+1)
		return logged(r, "giveaway.block.remove", string(m), was)
	})
	if err != nil {
		return chat.Reply{}, err
	}
	return r.refuse("staff.block.removed", who)
}

// blockedPage lists who is blocked, the latest first.
func (w giveaways) blockedPage(ctx context.Context, r *Request) (chat.Reply, error) {
	l, err := w.loadBlocklist(ctx, r.Community.Tenant())
	if err != nil {
		return chat.Reply{}, err
	}
	if len(l.Members) == 0 {
		return r.refuse("staff.block.none")
	}
	slices.Reverse(l.Members)
	page, last := pageOf(r, len(l.Members))
	var items []chat.Line
	for _, b := range l.Members[page*pageSize : min((page+1)*pageSize, len(l.Members))] {
		items = append(items, r.Private.Line("staff.block.item",
			i18n.In("member", chat.Mention(b.Member)), i18n.Str("reason", shorten(b.Reason, reasonSize)),
			i18n.In("by", chat.Mention(b.By)), i18n.In("at", chat.Moment(b.At, chat.MomentDate))))
	}
	card := chat.NewCard(
		chat.Heading(r.Private.Line("staff.block.title", i18n.Count(int64(len(l.Members))))),
		chat.List(items...)).With(turnPages(r, chat.Act(familyBlocked, "", ""), page, last)...)
	reply := chat.Private(card)
	reply.Replace = !r.Action.IsZero()
	return reply, nil
}

// begin starts a game whose parameters keep the community's blocked members
// out: with makes them of the list. Nobody slips through who is blocked at that
// very moment: then the list is read again.
func (g *Registry) begin(ctx context.Context, q engine.StartRequest, with func(out []chat.MemberID) any) (string, error) {
	checks := q.Change.Checks
	for {
		l, err := g.loadBlocklist(ctx, q.Community.Tenant())
		if err != nil {
			return "", err
		}
		out := make([]chat.MemberID, len(l.Members))
		for i, b := range l.Members {
			out[i] = b.Member
		}
		q.Params = with(out)
		q.Change.Checks = append(slices.Clone(checks), storage.DocCheck{Kind: kindBlocklist, ID: idBlocklist, Version: l.version})
		id, err := g.Engine.Start(ctx, q)
		if !errors.Is(err, storage.ErrConflict) {
			return id, err
		}
		now, loadErr := g.loadBlocklist(ctx, q.Community.Tenant())
		if loadErr != nil || now.version == l.version {
			return id, err // something else has changed
		}
	}
}

// beginGiveaway is begin for a giveaway.
func (g *Registry) beginGiveaway(ctx context.Context, q engine.StartRequest, p giveaway.Params) (string, error) {
	named := p.Who.Blocked
	return g.begin(ctx, q, func(out []chat.MemberID) any {
		p.Who.Blocked = union(named, out)
		return p
	})
}

func union(a, b []chat.MemberID) []chat.MemberID {
	out := slices.Clone(a)
	for _, m := range b {
		if !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}

// Block is the handler of JobBlock: it takes a member out of every giveaway
// that is open, entered or not. Whoever was taken off the list again stays.
func (g *Registry) Block(ctx context.Context, j storage.Job) error {
	var b blocked
	if err := json.Unmarshal(j.Body, &b); err != nil {
		return fmt.Errorf("read who is blocked: %w", err)
	}
	l, err := g.loadBlocklist(ctx, j.Tenant)
	if err != nil {
		return err
	}
	if l.index(b.Member) >= 0 {
		if err := g.takeOut(ctx, j.Tenant, b); err != nil {
			return err
		}
	}
	_, err = g.Store.Commit(ctx, j.Tenant, storage.Change{DoneJobs: jobs.Done(j), Now: g.Now()})
	return err
}

// takeOut hands an order to each open giveaway. What one of them refuses, as it
// ended or was deleted meanwhile, needs nothing more.
func (g *Registry) takeOut(ctx context.Context, t storage.Tenant, b blocked) error {
	c, err := g.Book.Load(ctx, chat.CommunityID(t))
	if err != nil {
		return fmt.Errorf("find the community: %w", err)
	}
	open, err := g.Engine.List(ctx, c, giveaway.Kind, games.StatusOpen, maxOpen)
	if err != nil {
		return err
	}
	order := games.Ordered{
		By: chat.Actor{ID: b.By}, Verb: giveaway.OrderBlock, Args: chat.Values{"member": string(b.Member), "reason": b.Reason},
	}
	for _, l := range open {
		_, err := g.Engine.Order(ctx, c, l.ID, order, "", g.Words.Printer(c.Language))
		var refused *games.Refusal
		if err != nil && !errors.As(err, &refused) && !errors.Is(err, storage.ErrNotFound) {
			return fmt.Errorf("keep a blocked member out of %s: %w", l.ID, err)
		}
	}
	return nil
}

// maxOpen is how many open giveaways of a community are gone through, the
// latest.
const maxOpen = 1000
