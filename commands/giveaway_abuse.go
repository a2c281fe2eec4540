package commands

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/engine"
	"animo/games/giveaway"
	"animo/storage"
)

const (
	familyAbuse = "giveaway-abuse"
	abuseRemove = "remove"

	youngAccount = 7 * 24 * time.Hour
	burstWithin  = 10 * time.Minute
	burstOf      = 5   // members
	spokeDays    = 30  // over which it counts who wrote
	suspectsKept = 200 // of whom a view is made, those with most flags
	// spokeEach is up to how many entrants each is looked up for having
	// written; of more, only those who are kept.
	spokeEach    = 500
	spokeLookups = 4 // side by side
)

// Activity tells how much members write; engagement.Counter implements it.
type Activity interface {
	// Spoke returns how many messages a member wrote within the last days, in
	// these channels or, without any, everywhere.
	Spoke(ctx context.Context, t storage.Tenant, m chat.MemberID, days int, in []chat.ChannelID) (int, error)
}

// flag is a reason to look at an entrant twice. It proves nothing.
type flag string

const (
	flagYoung  flag = "young"  // the account was young at entry
	flagJoined flag = "joined" // joined the space after the launch
	flagBurst  flag = "burst"  // joined with several others at once
	flagSilent flag = "silent" // wrote nothing
)

// suspect is an entrant with their flags.
type suspect struct {
	storage.Entry
	flags []flag
}

// suspicion is what the view shows. It holds few entrants, however many there
// are.
type suspicion struct {
	entrants int64
	flagged  int64
	by       map[flag]int64
	worst    []suspect // most flags first, then in order of entry
	partial  bool      // only the worst were looked up for having written
}

// abuse shows staff who among the entrants deserves a second look. It takes
// nobody out.
func (w giveaways) abuse(ctx context.Context, r *Request) (chat.Reply, error) {
	id := r.Action.Subject
	if r.Action.IsZero() {
		var err error
		if id, err = w.pick(ctx, r, games.StatusOpen, games.StatusClosed); err != nil {
			return chat.Reply{}, err
		}
	}
	l, s, err := w.state(ctx, r, id)
	if err != nil {
		return chat.Reply{}, err
	}
	if l.Entries == 0 {
		return r.refuse("giveaway.entrants.none")
	}
	found, err := w.suspect(ctx, r.Community.Tenant(), l, s)
	if err != nil {
		return chat.Reply{}, err
	}
	reply := chat.Private(w.abuseCard(r, l, s, found))
	reply.Replace = !r.Action.IsZero()
	return reply, nil
}

// suspect looks at all entrants in two passes: one learns who arrived
// together, the other flags.
func (w giveaways) suspect(ctx context.Context, t storage.Tenant, l engine.Listed, s giveaway.State) (suspicion, error) {
	entries := func() iter.Seq2[storage.Entry, error] { return storage.AllEntries(ctx, w.Store, t, l.ID) }
	joined, err := joinTimes(entries())
	if err != nil {
		return suspicion{}, err
	}
	each := w.Activity != nil && l.Entries <= spokeEach
	found, err := flagAll(entries(), joined, s.Opened, each)
	if err != nil || w.Activity == nil {
		return found, err
	}
	found.partial = !each
	if err := w.flagSilent(ctx, t, &found); err != nil {
		return found, err
	}
	found.settle()
	return found, nil
}

// joinTimes returns when entrants joined the space, as far as it is known, in
// Unix seconds and sorted: eight bytes for each.
func joinTimes(entries iter.Seq2[storage.Entry, error]) ([]int64, error) {
	var out []int64
	for e, err := range entries {
		if err != nil {
			return nil, fmt.Errorf("read the entries: %w", err)
		}
		ticket, err := giveaway.ReadTicket(e.Body)
		if err != nil {
			return nil, err
		}
		if ticket.Joined != 0 {
			out = append(out, ticket.Joined)
		}
	}
	slices.Sort(out)
	return out, nil
}

// inBurst says whether so many joined within so short a time that the one who
// joined at an instant is among them.
func inBurst(joined []int64, at int64) bool {
	here, _ := slices.BinarySearch(joined, at)
	for first := max(here-burstOf+1, 0); first <= here && first+burstOf <= len(joined); first++ {
		if joined[first+burstOf-1]-joined[first] <= int64(burstWithin/time.Second) {
			return true
		}
	}
	return false
}

// flagAll flags entrants by what is known of them from their entry. everyone
// keeps also those without a flag.
func flagAll(entries iter.Seq2[storage.Entry, error], joined []int64, opened time.Time, everyone bool) (suspicion, error) {
	found := suspicion{by: make(map[flag]int64)}
	for e, err := range entries {
		if err != nil {
			return found, fmt.Errorf("read the entries: %w", err)
		}
		ticket, err := giveaway.ReadTicket(e.Body)
		if err != nil {
			return found, err
		}
		found.entrants++
		flags := flagsOf(e, ticket, joined, opened)
		for _, f := range flags {
			found.by[f]++
		}
		if len(flags) > 0 {
			found.flagged++
		}
		if len(flags) == 0 && !everyone {
			continue
		}
		found.worst = append(found.worst, suspect{e, flags})
		if !everyone && len(found.worst) >= 2*suspectsKept {
			found.settle()
		}
	}
	found.settleUnless(everyone)
	return found, nil
}

func flagsOf(e storage.Entry, t giveaway.Ticket, joined []int64, opened time.Time) []flag {
	var out []flag
	if t.Created != 0 && e.At.Sub(time.Unix(t.Created, 0)) < youngAccount {
		out = append(out, flagYoung)
	}
	if t.Joined != 0 && time.Unix(t.Joined, 0).After(opened) {
		out = append(out, flagJoined)
	}
	if t.Joined != 0 && inBurst(joined, t.Joined) {
		out = append(out, flagBurst)
	}
	return out
}

// settle keeps those with most flags.
func (f *suspicion) settle() {
	f.worst = slices.DeleteFunc(f.worst, func(s suspect) bool { return len(s.flags) == 0 })
	slices.SortFunc(f.worst, func(a, b suspect) int {
		return cmp.Or(cmp.Compare(len(b.flags), len(a.flags)), cmp.Compare(a.Seq, b.Seq))
	})
	f.worst = slices.Clip(f.worst[:min(len(f.worst), suspectsKept)])
}

func (f *suspicion) settleUnless(everyone bool) {
	if !everyone {
		f.settle()
	}
}

// flagSilent looks up who among those kept wrote nothing.
func (w giveaways) flagSilent(ctx context.Context, t storage.Tenant, f *suspicion) error {
	silent := make([]bool, len(f.worst))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(spokeLookups)
	for i, s := range f.worst {
		g.Go(func() error {
			n, err := w.Activity.Spoke(ctx, t, chat.MemberID(s.Key), spokeDays, nil)
			silent[i] = n == 0
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return fmt.Errorf("look up who wrote: %w", err)
	}
	for i := range f.worst {
		if !silent[i] {
			continue
		}
		if len(f.worst[i].flags) == 0 {
			f.flagged++
		}
		f.worst[i].flags = append(f.worst[i].flags, flagSilent)
		f.by[flagSilent]++
	}
	return nil
}

func (w giveaways) abuseCard(r *Request, l engine.Listed, s giveaway.State, f suspicion) chat.Card {
	t := r.Private
	card := chat.NewCard(
		chat.Heading(chat.Words(s.Prize)),
		chat.Paragraph(t.Line("staff.abuse.count", i18n.Count(f.flagged), i18n.Num("entrants", f.entrants))),
		chat.List(w.sums(r, f)...))
	page, last := pageOf(r, len(f.worst))
	shown := f.worst[page*pageSize : min((page+1)*pageSize, len(f.worst))]
	var items []chat.Line
	for _, sus := range shown {
		names := make([]chat.Line, len(sus.flags))
		for i, fl := range sus.flags {
			names[i] = t.Line("staff.abuse.flag." + string(fl))
		}
		items = append(items, t.Line("staff.abuse.item", i18n.Num("number", sus.Seq),
			i18n.In("member", chat.Mention(chat.MemberID(sus.Key))), i18n.In("flags", chat.Join(names, chat.T(", "))...)))
	}
	if len(items) > 0 {
		card = card.With(chat.List(items...))
	}
	if f.flagged > int64(len(f.worst)) {
		card = card.With(chat.Note(t.Line("staff.abuse.more", i18n.Num("shown", int64(len(f.worst))))))
	}
	card = card.With(chat.Note(t.Line("staff.abuse.note"))).With(turnPages(r, chat.Act(familyAbuse, "", l.ID), page, last)...)
	if l.Status != games.StatusOpen || s.Phase == giveaway.PhaseClosing || len(shown) == 0 {
		return card
	}
	return card.With(chat.Controls(removeMenu(r, l.ID, shown)))
}

// sums says how many have each flag, or that it is not known here.
func (w giveaways) sums(r *Request, f suspicion) []chat.Line {
	t := r.Private
	var out []chat.Line
	for _, row := range []struct {
		flag  flag
		known bool
	}{
		{flagYoung, r.Caps.AccountAge}, {flagJoined, r.Caps.JoinDate}, {flagBurst, r.Caps.JoinDate}, {flagSilent, w.Activity != nil},
	} {
		name := i18n.In("flag", t.Line("staff.abuse.sum."+string(row.flag))...)
		switch {
		case !row.known:
			out = append(out, t.Line("staff.abuse.unknown", name, i18n.Str("platform", r.Caps.Name)))
		case row.flag == flagSilent && f.partial:
			out = append(out, t.Line("staff.abuse.partial", name, i18n.Num("members", f.by[row.flag]), i18n.Num("of", int64(len(f.worst)))))
		default:
			out = append(out, t.Line("staff.abuse.sum", name, i18n.Num("members", f.by[row.flag])))
		}
	}
	return out
}

// removeMenu lets staff take one of these entrants out, by their number.
func removeMenu(r *Request, id string, shown []suspect) chat.Control {
	options := make([]chat.Choice, len(shown))
	for i, s := range shown {
		options[i] = chat.Choice{
			Value: s.Key, Label: r.Private.Text("staff.abuse.option", i18n.Num("number", s.Seq), i18n.Str("member", chat.Native(chat.MemberID(s.Key)))),
		}
	}
	return chat.Menu(chat.Act(familyAbuse, abuseRemove, id), r.Private.Text("staff.abuse.remove"), options...)
}

// abusePress turns a page, or asks why an entrant is to be taken out.
func (w giveaways) abusePress(ctx context.Context, r *Request) (chat.Reply, error) {
	if r.Action.Verb != abuseRemove {
		return w.abuse(ctx, r)
	}
	if len(r.Values) != 1 {
		return r.refuse("common.unknown_control")
	}
	t := r.Private
	return chat.Reply{Form: &chat.Form{
		Action: r.Action.With(r.Values[0]), Title: t.Text("staff.abuse.form"),
		Submit: t.Text("staff.abuse.form_submit"), Close: t.Text("common.button.cancel"),
		Fields: []chat.FormField{{
			Name: "reason", Label: t.Text("staff.abuse.reason"), Hint: t.Text("staff.abuse.reason_hint"),
			Kind: chat.FieldShort, Max: giveaway.MaxReason,
		}},
	}}, nil
}

// abuseForm takes an entrant out as "/giveaway remove" does.
func (w giveaways) abuseForm(ctx context.Context, r *Request) (chat.Reply, error) {
	_, err := w.Engine.Get(ctx, r.Community, giveaway.Kind, r.Action.Subject)
	if err != nil {
		return chat.Reply{}, err
	}
	return w.send(ctx, r, r.Action.Subject, giveaway.OrderRemove, chat.Values{
		"member": r.Action.Arg, "reason": readableLine(r.Args["reason"]),
	})
}
