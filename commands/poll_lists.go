package commands

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/engine"
	"animo/games/poll"
	"animo/storage"
)

// suggest completes an id by the polls there are.
func (w polls) suggest(statuses ...games.Status) Completer {
	return w.suggests(poll.Kind, statuses...)
}

// list shows what is open and what closed last, without any result.
func (w polls) list(ctx context.Context, r *Request) (chat.Reply, error) {
	var card chat.Card
	for _, s := range []games.Status{games.StatusOpen, games.StatusClosed} {
		found, err := w.Engine.List(ctx, r.Community, poll.Kind, s, listed+1)
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
			state := chat.Words(r.Private.Text(l.Label))
			if !l.Ends.IsZero() {
				state = state.Then(chat.T(" · "), chat.Moment(l.Ends, chat.MomentFull))
			}
			items[i] = r.Private.Line("poll.list.item", questionOf(l.Title), i18n.In("channel", chat.MentionChannel(l.Channel)),
				i18n.In("state", state...), i18n.In("id", chat.Code(l.ID)))
		}
		card = card.With(chat.Heading(r.Private.Line("poll.list."+string(s))), chat.List(items...))
		if more {
			card = card.With(chat.Note(r.Private.Line("poll.list.more", i18n.Num("shown", listed))))
		}
	}
	if len(card.Blocks) == 0 {
		return r.refuse("poll.list.empty")
	}
	return chat.Private(card), nil
}

// state reads the poll that is meant, with its state.
func (w polls) state(ctx context.Context, r *Request, id string) (engine.Listed, poll.State, error) {
	var s poll.State
	l, err := w.instance(ctx, r, poll.Kind, id, &s)
	return l, s, err
}

// counted reads the poll that is meant, with its sums.
func (w polls) counted(ctx context.Context, r *Request) (string, poll.State, storage.Tally, error) {
	id, err := w.pick(ctx, r, games.StatusOpen, games.StatusClosed)
	if err != nil {
		return "", poll.State{}, storage.Tally{}, err
	}
	_, s, err := w.state(ctx, r, id)
	if err != nil {
		return "", s, storage.Tally{}, err
	}
	t, err := w.Store.Tally(ctx, r.Community.Tenant(), id)
	if err != nil {
		return "", s, t, fmt.Errorf("count the votes: %w", err)
	}
	return id, s, t, nil
}

// show gives staff the card as everybody sees it, in their own language.
func (w polls) show(ctx context.Context, r *Request) (chat.Reply, error) {
	id, s, t, err := w.counted(ctx, r)
	if err != nil {
		return chat.Reply{}, err
	}
	card := poll.Rules{}.Show(s, r.lookPrivately(id, t.Numbers))
	card.Blocks = withoutControls(card.Blocks)
	return chat.Private(card), nil
}

// export gives staff the result as a file, once everybody may see it.
func (w polls) export(ctx context.Context, r *Request) (chat.Reply, error) {
	id, s, t, err := w.counted(ctx, r)
	if err != nil {
		return chat.Reply{}, err
	}
	switch {
	case s.Phase == poll.PhaseCancelled:
		return r.refuse("poll.refused.cancelled")
	case s.Phase == poll.PhaseClosing:
		return r.refuse("poll.refused.closing")
	case !s.Seen(false):
		return r.refuse("poll.refused.hidden")
	}
	data, err := w.pollCSV(ctx, r, id, s, s.Tally(t.Numbers))
	if err != nil {
		return chat.Reply{}, fmt.Errorf("export poll %s: %w", id, err)
	}
	reply := chat.PrivateLine(r.Private.Line("poll.export.done"))
	reply.Files = []chat.File{{Name: "poll-" + id + ".csv", Type: "text/csv", Data: data}}
	return reply, nil
}

// pollCSV writes one line for each option and, in a public poll, one for each
// voter.
func (w polls) pollCSV(ctx context.Context, r *Request, id string, s poll.State, t poll.Tally) ([]byte, error) {
	var buf bytes.Buffer
	out := csv.NewWriter(&buf)
	rows := [][]string{{"kind", "name", "votes", "percent", "choices"}, {"question", cell(s.Question), strconv.FormatInt(t.Voters, 10), "", ""}}
	for i, o := range s.List {
		rows = append(rows, []string{
			"option", cell(o.Text), strconv.FormatInt(t.Votes[i], 10), strconv.FormatInt(poll.Percent(t.Votes[i], t.Weight), 10), "",
		})
	}
	if err := out.WriteAll(rows); err != nil {
		return nil, err
	}
	if s.Public {
		if err := w.voterRows(ctx, r, id, s, out); err != nil {
			return nil, err
		}
	}
	out.Flush()
	return buf.Bytes(), out.Error()
}

func (w polls) voterRows(ctx context.Context, r *Request, id string, s poll.State, out *csv.Writer) error {
	for e, err := range storage.AllEntries(ctx, w.Store, r.Community.Tenant(), id) {
		if err != nil {
			return err
		}
		b, err := poll.ReadBallot(e.Body)
		if err != nil {
			return err
		}
		if len(b.Chosen) == 0 {
			continue
		}
		var chosen []string
		for _, no := range b.Chosen {
			o, _ := s.Option(no)
			chosen = append(chosen, o.Text)
		}
		if err := out.Write([]string{"voter", e.Key, strconv.Itoa(max(b.Weight, 1)), "", cell(strings.Join(chosen, " | "))}); err != nil {
			return err
		}
	}
	return nil
}
