package commands

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/engine"
	"animo/games/giveaway"
	"animo/storage"
)

const (
	listed    = 10
	titleSize = 80  // characters of a prize in a list
	searched  = 100 // giveaways of a status among which an id is completed
	pageSize  = 15
	maxExport = 8 << 20 // bytes; what a platform takes along with an answer
)

// suggest completes an id by the giveaways there are.
func (w giveaways) suggest(statuses ...games.Status) Completer {
	return w.suggests(giveaway.Kind, statuses...)
}

// list shows what is running and what ended last.
func (w giveaways) list(ctx context.Context, r *Request) (chat.Reply, error) {
	var card chat.Card
	for _, s := range []games.Status{games.StatusOpen, games.StatusClosed} {
		found, err := w.Engine.List(ctx, r.Community, giveaway.Kind, s, listed+1)
		if err != nil {
			return chat.Reply{}, err
		}
		more := len(found) > listed
		found = found[:min(len(found), listed)]
		if len(found) == 0 {
			continue
		}
		items := make([]chat.Line, len(found))
		for i, l := range found {
			items[i] = r.Private.Line("giveaway.list.item",
				i18n.In("prize", chat.Strong(chat.T(shorten(l.Title, titleSize)))), i18n.In("channel", chat.MentionChannel(l.Channel)),
				i18n.Str("state", r.Private.Text(l.Label)), i18n.In("end", chat.Moment(l.Ends, chat.MomentFull)),
				i18n.Num("entrants", l.Entries), i18n.In("id", chat.Code(l.ID)))
		}
		card = card.With(chat.Heading(r.Private.Line("giveaway.list."+string(s))), chat.List(items...))
		if more {
			card = card.With(chat.Note(r.Private.Line("giveaway.list.more", i18n.Num("shown", listed))))
		}
	}
	if len(card.Blocks) == 0 {
		return r.refuse("giveaway.list.empty")
	}
	return chat.Private(card), nil
}

// state reads the giveaway that is meant, with its state.
func (w giveaways) state(ctx context.Context, r *Request, id string) (engine.Listed, giveaway.State, error) {
	var s giveaway.State
	l, err := w.instance(ctx, r, giveaway.Kind, id, &s)
	return l, s, err
}

// show gives staff the card and every round.
func (w giveaways) show(ctx context.Context, r *Request) (chat.Reply, error) {
	id, err := w.pick(ctx, r, games.StatusOpen, games.StatusClosed)
	if err != nil {
		return chat.Reply{}, err
	}
	l, s, err := w.state(ctx, r, id)
	if err != nil {
		return chat.Reply{}, err
	}
	if s.Deleted {
		return r.refuse("giveaway.refused.deleted")
	}
	// The card in the channel speaks the community's language; this one that
	// of whoever asks.
	card := giveaway.Rules{}.Show(s, games.Look{
		ID: id, Now: r.Now, Public: r.Private, Private: r.Private, Zone: r.Community.Location(), Caps: r.Caps,
		Channel: l.Channel, Entries: l.Entries,
	})
	card.Blocks = withoutControls(card.Blocks)
	for _, round := range s.Rounds {
		card = card.With(chat.Paragraph(roundLine(r, round)))
	}
	return chat.Private(card), nil
}

func roundLine(r *Request, round giveaway.Round) chat.Line {
	by := chat.T("Animo")
	if m := chat.MemberID(round.By); chat.NetworkOf(m) != "" {
		by = chat.Mention(m)
	}
	var names []chat.Line
	for _, m := range round.Winners() {
		names = append(names, chat.L(chat.Mention(m)))
	}
	if len(names) == 0 {
		names = append(names, r.Private.Line("giveaway.nobody"))
	}
	return r.Private.Line("giveaway.round",
		i18n.Num("round", int64(round.N)), i18n.In("at", chat.Moment(round.At, chat.MomentFull)), i18n.In("by", by),
		i18n.In("winners", chat.Join(names, chat.T(", "))...))
}

// entrants shows one page of those who entered, with buttons to turn pages.
func (w giveaways) entrants(ctx context.Context, r *Request) (chat.Reply, error) {
	id, page := r.Action.Subject, 0
	if r.Action.IsZero() {
		var err error
		if id, err = w.pick(ctx, r, games.StatusOpen, games.StatusClosed); err != nil {
			return chat.Reply{}, err
		}
	} else {
		page, _ = strconv.Atoi(r.Action.Arg)
	}
	l, s, err := w.state(ctx, r, id)
	if err != nil {
		return chat.Reply{}, err
	}
	if l.Entries == 0 {
		return r.refuse("giveaway.entrants.none")
	}
	last := int(l.Entries-1) / pageSize
	page = min(max(page, 0), last)
	entries, err := w.page(ctx, r, l, page)
	if err != nil {
		return chat.Reply{}, err
	}
	card := entrantsCard(r, l, s, entries)
	if last > 0 {
		card = card.With(chat.Note(r.Private.Line("giveaway.entrants.page", i18n.Num("page", int64(page+1)), i18n.Num("pages", int64(last+1)))),
			chat.Controls(w.turn(r, id, "previous", page-1, page == 0), w.turn(r, id, "next", page+1, page == last)))
	}
	reply := chat.Private(card)
	reply.Replace = !r.Action.IsZero()
	return reply, nil
}

func (w giveaways) turn(r *Request, id, verb string, page int, disabled bool) chat.Control {
	b := chat.Button(chat.Act(familyPages, verb, id).With(strconv.Itoa(page)), r.Private.Text("giveaway.button."+verb), chat.TonePlain)
	b.Disabled = disabled
	return b
}

// inOrder is how many entrants are listed in the order in which they entered;
// more are listed by id, in which they are stored.
const inOrder = 5000

// page reads the entries of one page.
func (w giveaways) page(ctx context.Context, r *Request, l engine.Listed, page int) ([]storage.Entry, error) {
	if l.Entries > inOrder {
		return w.pageByID(ctx, r, l.ID, page)
	}
	var all []storage.Entry
	for e, err := range storage.AllEntries(ctx, w.Store, r.Community.Tenant(), l.ID) {
		if err != nil {
			return nil, fmt.Errorf("read the entries: %w", err)
		}
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b storage.Entry) int { return cmp.Compare(a.Seq, b.Seq) })
	first := min(page*pageSize, len(all))
	return all[first:min(first+pageSize, len(all))], nil
}

// pageByID reads one page of very many entries; keys are cheap to skip over.
func (w giveaways) pageByID(ctx context.Context, r *Request, id string, page int) ([]storage.Entry, error) {
	after, skip := "", page*pageSize
	for skip > 0 {
		keys, err := w.Store.EntryKeys(ctx, r.Community.Tenant(), id, after, min(skip, skipPage))
		if err != nil {
			return nil, fmt.Errorf("skip to the page: %w", err)
		}
		if len(keys) == 0 {
			return nil, nil
		}
		after, skip = keys[len(keys)-1], skip-len(keys)
	}
	return w.Store.Entries(ctx, r.Community.Tenant(), id, after, pageSize)
}

const skipPage = 100_000

func entrantsCard(r *Request, l engine.Listed, s giveaway.State, entries []storage.Entry) chat.Card {
	items := make([]chat.Line, len(entries))
	for i, e := range entries {
		m := chat.MemberID(e.Key)
		items[i] = r.Private.Line("giveaway.entrants.item", i18n.Num("number", e.Seq),
			i18n.In("member", chat.Mention(m)), i18n.In("at", chat.Moment(e.At, chat.MomentFull)))
		if slices.Contains(s.Standing(), m) {
			items[i] = items[i].Then(chat.T(" 🏆"))
		}
	}
	return chat.NewCard(
		chat.Heading(chat.Words(s.Prize)),
		chat.Paragraph(r.Private.Line("giveaway.entrants.count", i18n.Count(l.Entries))),
		chat.List(items...))
}

// export gives staff everyone who entered as a CSV file.
func (w giveaways) export(ctx context.Context, r *Request) (chat.Reply, error) {
	id, err := w.pick(ctx, r, games.StatusOpen, games.StatusClosed)
	if err != nil {
		return chat.Reply{}, err
	}
	l, s, err := w.state(ctx, r, id)
	if err != nil {
		return chat.Reply{}, err
	}
	data, err := w.csv(ctx, r, id, s)
	if err != nil {
		return chat.Reply{}, err
	}
	if len(data) > maxExport {
		return r.refuse("giveaway.export.too_large", i18n.Num("entrants", l.Entries))
	}
	reply := chat.PrivateLine(r.Private.Line("giveaway.export.done", i18n.Count(l.Entries)))
	reply.Files = []chat.File{{Name: "giveaway-" + id + ".csv", Type: "text/csv", Data: data}}
	return reply, nil
}

// csv lists ids (with their platform, so that no table program takes them for
// numbers and rounds them), numbers and times, and in which round someone won; it holds
// no text that a member wrote.
func (w giveaways) csv(ctx context.Context, r *Request, id string, s giveaway.State) ([]byte, error) {
	won := make(map[string]string)
	for _, round := range s.Rounds {
		for _, m := range round.Winners() {
			won[string(m)] = strconv.Itoa(round.N)
		}
	}
	var buf bytes.Buffer
	out := csv.NewWriter(&buf)
	if err := out.Write([]string{"member", "number", "entered_at", "won_in_round"}); err != nil {
		return nil, err
	}
	for e, err := range storage.AllEntries(ctx, w.Store, r.Community.Tenant(), id) {
		if err != nil {
			return nil, fmt.Errorf("read the entries: %w", err)
		}
		row := []string{e.Key, strconv.FormatInt(e.Seq, 10), e.At.UTC().Format(time.RFC3339), won[e.Key]}
		if err := out.Write(row); err != nil {
			return nil, err
		}
		if out.Flush(); buf.Len() > maxExport {
			break
		}
	}
	out.Flush()
	return buf.Bytes(), out.Error()
}
