package commands

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/contest"
	"animo/games/engine"
)

// Formats of an export.
const (
	formatCSV  = "csv"
	formatJSON = "json"
)

// suggest completes an id by the contests there are.
func (w contests) suggest(statuses ...games.Status) Completer {
	return w.suggests(contest.Kind, statuses...)
}

// list shows what is under way and what ended last.
func (w contests) list(ctx context.Context, r *Request) (chat.Reply, error) {
	var card chat.Card
	for _, s := range []games.Status{games.StatusOpen, games.StatusClosed} {
		found, err := w.Engine.List(ctx, r.Community, contest.Kind, s, listed+1)
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
			items[i] = r.Private.Line("contest.list.item",
				i18n.In("title", chat.Strong(chat.T(l.Title))), i18n.In("channel", chat.MentionChannel(l.Channel)),
				i18n.Str("state", r.Private.Text(l.Label)), i18n.In("at", chat.Moment(l.Ends, chat.MomentFull)), i18n.In("id", chat.Code(l.ID)))
		}
		card = card.With(chat.Heading(r.Private.Line("contest.list."+string(s))), chat.List(items...))
		if more {
			card = card.With(chat.Note(r.Private.Line("contest.list.more", i18n.Num("shown", listed))))
		}
	}
	if len(card.Blocks) == 0 {
		return r.refuse("contest.list.empty")
	}
	return chat.Private(card), nil
}

// state reads the contest that is meant, with its state.
func (w contests) state(ctx context.Context, r *Request, id string) (engine.Listed, contest.State, error) {
	var s contest.State
	l, err := w.instance(ctx, r, contest.Kind, id, &s)
	return l, s, err
}

// show gives staff the card, how far the decision is in mere numbers, and the
// means by criterion once the contest is closed.
func (w contests) show(ctx context.Context, r *Request) (chat.Reply, error) {
	id, err := w.pick(ctx, r, games.StatusOpen, games.StatusClosed)
	if err != nil {
		return chat.Reply{}, err
	}
	l, s, err := w.state(ctx, r, id)
	if err != nil {
		return chat.Reply{}, err
	}
	// The card in the channel speaks the community's language; this one that
	// of whoever asks.
	look := r.look(id)
	look.Public, look.Channel = r.Private, l.Channel
	card := contest.Rules{}.Show(s, look)
	card.Blocks = withoutControls(card.Blocks)
	card = card.With(chat.Divider(), chat.Paragraph(countsLine(r, s)))
	switch {
	case s.Over() && s.Mode == contest.ModeJury:
		if items := totalsOf(r, s); len(items) > 0 {
			card = card.With(chat.List(items...))
		}
	case s.Phase == contest.PhaseDeciding && s.Mode == contest.ModeJury:
		given := 0
		for _, n := range s.Given {
			given += n
		}
		card = card.With(chat.Note(r.Private.Line("contest.show.marks", i18n.Num("given", int64(given)), i18n.Num("begun", int64(len(s.Given))))))
	case s.Phase == contest.PhaseDeciding:
		card = card.With(chat.Note(r.Private.Line("contest.show.voters")))
	}
	return chat.Private(card), nil
}

func countsLine(r *Request, s contest.State) chat.Line {
	n := func(st contest.Standing) int64 { return int64(len(s.That(st))) }
	return r.Private.Line("contest.show.counts", i18n.Num("waiting", n(contest.Waiting)), i18n.Num("accepted", n(contest.Accepted)),
		i18n.Num("refused", n(contest.Refused)), i18n.Num("withdrawn", n(contest.Withdrawn)))
}

// totalsShown is how many works show their means by criterion; the export has
// all of them.
const totalsShown = 20

// totalsOf lists the mean of each criterion, work by work.
func totalsOf(r *Request, s contest.State) []chat.Line {
	p := r.Private
	var items []chat.Line
	for _, res := range s.Results {
		if res.Jurors == 0 || len(items) == totalsShown {
			continue
		}
		work, _ := s.Work(res.No)
		means := make([]chat.Line, len(s.Criteria))
		for i, c := range s.Criteria {
			means[i] = p.Line("contest.show.criterion", i18n.Str("criterion", c), i18n.Str("mean", contest.Mean(res.Totals[i], res.Jurors, p)))
		}
		items = append(items, p.Line("contest.show.totals", i18n.In("work", contest.Name(p, work)), i18n.In("marks", chat.Join(means, chat.T(", "))...)))
	}
	return items
}

// export gives staff the works as a file, with places and totals once the
// contest is closed. Whose vote or mark went where is in no file.
func (w contests) export(ctx context.Context, r *Request) (chat.Reply, error) {
	id, err := w.pick(ctx, r, games.StatusOpen, games.StatusClosed)
	if err != nil {
		return chat.Reply{}, err
	}
	_, s, err := w.state(ctx, r, id)
	if err != nil {
		return chat.Reply{}, err
	}
	rows, err := w.rows(ctx, r, id, s)
	if err != nil {
		return chat.Reply{}, err
	}
	file := chat.File{Name: "contest-" + id + ".csv", Type: "text/csv"}
	if r.Args["format"] == formatJSON {
		file.Name, file.Type = "contest-"+id+".json", "application/json"
		file.Data, err = json.MarshalIndent(exported{
			ID: id, Title: s.Title, State: s.Phase, Mode: s.Mode, Criteria: s.Criteria, Tie: s.Tie, Voters: s.Voters, Works: rows,
		}, "", "  ")
	} else {
		file.Data, err = contestCSV(s, rows)
	}
	if err != nil {
		return chat.Reply{}, fmt.Errorf("export contest %s: %w", id, err)
	}
	reply := chat.PrivateLine(r.Private.Line("contest.export.done"))
	reply.Files = []chat.File{file}
	return reply, nil
}

// exported is a contest as a JSON file.
type exported struct {
	ID       string        `json:"id"`
	Title    string        `json:"title"`
	State    contest.Phase `json:"state"`
	Mode     contest.Mode  `json:"mode"`
	Criteria []string      `json:"criteria,omitempty"`
	Tie      contest.Tie   `json:"tie"`
	Voters   int64         `json:"voters,omitempty"`
	Works    []exportedRow `json:"works"`
}

// exportedRow is a work in a file. Author is empty in a blind contest that is
// not closed.
type exportedRow struct {
	contest.Content
	No     int              `json:"number"`
	Title  string           `json:"title"`
	Author chat.MemberID    `json:"author,omitempty"`
	At     time.Time        `json:"handed_in_at"`
	Stands contest.Standing `json:"standing"`
	By     string           `json:"decided_by,omitempty"`
	Why    string           `json:"reason,omitempty"`
	Result *contest.Result  `json:"result,omitempty"`
}

// rows reads the works with what was handed in, author by author.
func (w contests) rows(ctx context.Context, r *Request, id string, s contest.State) ([]exportedRow, error) {
	bodies := make(map[chat.MemberID]contest.Body)
	out := make([]exportedRow, 0, len(s.Works))
	for _, work := range s.Works {
		b, ok := bodies[work.By]
		if !ok {
			var err error
			if b, err = w.body(ctx, r, id, work.By); err != nil {
				return nil, err
			}
			bodies[work.By] = b
		}
		row := exportedRow{
			Content: b.Works[work.No], No: work.No, Title: work.Title, At: work.At.UTC(), Stands: work.Stands, By: work.Decided, Why: work.Why,
		}
		if s.Named() {
			row.Author = work.By
		}
		if res, ok := s.Result(work.No); ok {
			row.Result = &contest.Totals([]contest.Result{res})[0]
		}
		out = append(out, row)
	}
	return out, nil
}

// contestCSV writes one line for each work.
func contestCSV(s contest.State, rows []exportedRow) ([]byte, error) {
	head := []string{"number", "title", "author", "handed_in_at", "standing", "decided_by", "reason", "text", "link", "image", "place", "votes", "jurors"}
	for _, c := range s.Criteria {
		head = append(head, cell("total: "+c))
	}
	var buf bytes.Buffer
	out := csv.NewWriter(&buf)
	if err := out.Write(head); err != nil {
		return nil, err
	}
	for _, row := range rows {
		line := []string{
			strconv.Itoa(row.No), cell(row.Title), string(row.Author), row.At.Format(time.RFC3339), string(row.Stands), row.By,
			cell(row.Why), cell(row.Text), row.Link, row.Image,
		}
		if err := out.Write(append(line, resultCells(s, row.Result)...)); err != nil {
			return nil, err
		}
	}
	out.Flush()
	return buf.Bytes(), out.Error()
}

func resultCells(s contest.State, r *contest.Result) []string {
	out := make([]string, 3+len(s.Criteria))
	if r == nil {
		return out
	}
	if r.Place > 0 {
		out[0] = strconv.Itoa(r.Place)
	}
	out[1], out[2] = strconv.FormatInt(r.Votes, 10), strconv.Itoa(r.Jurors)
	for i, total := range r.Totals {
		out[3+i] = strconv.Itoa(total)
	}
	return out
}

// cell keeps members' words from being taken for a formula by a table program
// (owasp.org: CSV Injection).
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
