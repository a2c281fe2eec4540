package giveaway

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/eligibility"
)

// numTickets is the number of all tickets, kept where there is a bonus.
const numTickets = "tickets"

// Ticket is what is kept of an entrant: their tickets, and what staff look at
// when they look for abuse.
type Ticket struct {
	Tickets int   `json:"t,omitempty"` // 0 stands for 1
	Created int64 `json:"c,omitempty"` // of the account, in Unix seconds; 0 if unknown
	Joined  int64 `json:"j,omitempty"` // the space, likewise
}

// ReadTicket reads the body of an entry.
func ReadTicket(body json.RawMessage) (t Ticket, err error) {
	if len(body) > 0 {
		if err = json.Unmarshal(body, &t); err != nil {
			return t, fmt.Errorf("read an entry: %w", err)
		}
	}
	t.Tickets = max(t.Tickets, 1)
	return t, nil
}

// body writes a ticket; nothing for one of which nothing is to be said.
func (t Ticket) body() (json.RawMessage, error) {
	if t.Tickets == 1 {
		t.Tickets = 0
	}
	if t == (Ticket{}) {
		return nil, nil
	}
	return json.Marshal(t)
}

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// enter lets a member in who meets the conditions. Who is in already is told
// their number, with tickets that may have become more or fewer since.
func enter(s State, e games.Pressed, l games.Look) (outcome, error) {
	if slices.Contains(s.Barred, e.By.ID) {
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.barred", i18n.In("host", chat.Mention(s.Host))))
	}
	facts, err := eligibility.Know(s.Who, s.Bonus, e.By, l)
	if err != nil {
		return outcome{}, err
	}
	tickets, grounds := s.Bonus.Tickets(facts)
	if l.Own != nil {
		return enteredAlready(s, l, tickets, grounds)
	}
	if failures := eligibility.Judge(s.Who, facts, l.Now); len(failures) > 0 {
		return outcome{}, games.Refuse(refusal(failures, l.Private))
	}
	if s.Places > 0 && l.Entries >= s.Places {
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.full", i18n.Num("places", s.Places)))
	}
	body, err := Ticket{Tickets: tickets, Created: unix(facts.Created), Joined: unix(facts.Joined)}.body()
	if err != nil {
		return outcome{}, err
	}
	o := outcome{
		Enter:  []games.Enter{{Member: e.By.ID, Body: body}},
		Count:  s.counted(tickets),
		Redraw: games.RedrawCount,
		Answer: func(st games.Standing) chat.Reply {
			return ticketReply(s, l, "giveaway.entered", st.Seq, hand{tickets, grounds}, st)
		},
	}
	return fill(o, s, l), nil
}

// counted adds to the number of all tickets.
func (s State) counted(n int) map[string]int64 {
	if s.Bonus.IsZero() || n == 0 {
		return nil
	}
	return map[string]int64{numTickets: int64(n)}
}

func enteredAlready(s State, l games.Look, tickets int, grounds []eligibility.Ground) (outcome, error) {
	had, err := ReadTicket(l.Own.Body)
	if err != nil {
		return outcome{}, err
	}
	seq := l.Own.Seq
	o := outcome{Answer: func(st games.Standing) chat.Reply {
		return ticketReply(s, l, "giveaway.entered_already", seq, hand{tickets, grounds}, st)
	}}
	if s.Bonus.IsZero() || had.Tickets == tickets {
		return o, nil
	}
	now := had
	now.Tickets = tickets
	body, err := now.body()
	if err != nil {
		return outcome{}, err
	}
	// With the state, so that two presses at once are not both counted.
	o.State, o.Count = &s, s.counted(tickets-had.Tickets)
	o.Update = []games.Enter{{Member: l.Own.Member, Body: body}}
	return o, nil
}

// refusal names each condition that is not met.
func refusal(failures []eligibility.Failure, p i18n.Printer) chat.Line {
	lines := append([]chat.Line{p.Line("giveaway.refused.not_eligible", i18n.Count(int64(len(failures))))}, eligibility.Lines(p, failures)...)
	return chat.Join(lines, chat.Break())
}

// fillNear is how many places before the last members enter one after the
// other, which costs time, so that the last place is given once.
const fillNear = 128

// fill ends a giveaway at once whose last place is taken.
func fill(o outcome, s State, l games.Look) outcome {
	if s.Places == 0 || l.Entries+fillNear < s.Places {
		return o
	}
	if l.Entries+1 == s.Places {
		s.Full, s.Ends = true, l.Now
		o.Wakes = []games.Wake{{Name: WakeEnd, At: l.Now}}
	}
	o.State = &s
	return o
}

func leave(s State, e games.Pressed, l games.Look) (outcome, error) {
	if l.Own == nil {
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.not_in"))
	}
	had, err := ReadTicket(l.Own.Body)
	if err != nil {
		return outcome{}, err
	}
	o := outcome{
		Leave: []chat.MemberID{e.By.ID}, Count: s.counted(-had.Tickets), Redraw: games.RedrawCount,
		Answer: func(games.Standing) chat.Reply {
			r := chat.PrivateLine(l.Private.Line("giveaway.left"))
			r.Replace = true
			return r
		},
	}
	if o.Count != nil {
		o.State = &s // as in enteredAlready
	}
	return o, nil
}

// hand is how many tickets a member has, and what for.
type hand struct {
	tickets int
	grounds []eligibility.Ground
}

// ticketReply tells a member their number and their chance.
func ticketReply(s State, l games.Look, id string, seq int64, h hand, st games.Standing) chat.Reply {
	p := l.Private
	all := st.Entries
	if !s.Bonus.IsZero() {
		all = max(st.Numbers[numTickets], int64(h.tickets))
	}
	chance := p.Line("giveaway.chance_certain")
	if w := int64(s.Winners); st.Entries > w {
		share := w * int64(h.tickets)
		chance = p.Line("giveaway.chance", i18n.Num("of", max((all+share-1)/share, 1)))
	}
	card := chat.NewCard(chat.Paragraph(p.Line(id, i18n.Num("number", seq), i18n.In("prize", chat.Strong(chat.T(s.Prize))))))
	if !s.Bonus.IsZero() {
		card = card.With(chat.Paragraph(eligibility.TicketLine(p, h.tickets, h.grounds)))
	}
	return chat.Private(card.With(
		chat.Paragraph(chance),
		chat.Controls(chat.Button(chat.Act(Kind, VerbLeave, l.ID), p.Text("giveaway.button.leave"), chat.TonePlain)),
	))
}
