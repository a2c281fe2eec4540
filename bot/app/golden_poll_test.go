package app

import (
	"encoding/json"
	"fmt"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/gamestest"
	"animo/games/poll"
)

// booth is one poll whose cards are drawn.
type booth struct {
	*play
	world *gamestest.World[poll.State]
}

// polls draws the cards of an anonymous poll, of a public one with a menu, and
// of one in which votes weigh and members add options.
func (p *play) polls(words *i18n.Bundle, l chat.Language) {
	p.t.Helper()
	b := p.booth(words, l, func(q *poll.Params) { q.Ping, q.Quorum = p.role(), 50 })
	b.keep("poll-opening-with-ping", b.world.Posts[0].Card)
	b.press(2, poll.VerbVote+"1")
	b.private("poll-voted")
	b.press(3, poll.VerbVote+"2")
	b.press(4, poll.VerbVote+"2")
	b.press(2, poll.VerbMine)
	b.private("poll-mine")
	b.press(4, poll.VerbWithdraw)
	b.private("poll-withdrawn")
	b.over("poll-anonymous")
	b.press(2, poll.VerbMine)
	b.private("poll-mine-destroyed")
	b = p.booth(words, l, func(q *poll.Params) {
		q.Question, q.Options = fmt.Sprintf("%s %0300d", hostile, 1)[:300], nil
		for n := range poll.MaxOptions {
			q.Options = append(q.Options, fmt.Sprintf("%02d %s %060d", n+1, []string{"Été", "*Hiver*", "<b>"}[n%3], 0))
		}
		q.Public, q.Max, q.Results = true, 3, poll.ResultsAlways
	})
	b.press(2, poll.VerbChoose, "1", "2", "25")
	b.private("poll-voted-several")
	b.press(3, poll.VerbChoose, "2")
	b.shown("poll-public-many")
	b.press(3, poll.VerbNames)
	b.private("poll-names")
	b.over("poll-public-many")
	b = p.booth(words, l, func(q *poll.Params) {
		q.Adding, q.Results, q.Ends, q.Weights = poll.AddingModerated, poll.ResultsClosed, time.Time{}, []poll.Weight{{Role: p.role(), Times: 3}}
	})
	b.press(2, poll.VerbPropose, hostile[:40])
	b.keep("poll-option-waits", b.world.Posts[1].Card)
	b.press(2, poll.VerbVote+"1")
	b.private("poll-voted-hidden")
	b.shown("poll-hidden-weights")
	b.over("poll-weights")
	b = p.booth(words, l, func(*poll.Params) {})
	b.world.Order(b.t, poll.OrderCancel, map[string]string{poll.ArgReason: hostile})
	b.shown("poll-cancelled")
}

func (p *play) booth(words *i18n.Bundle, l chat.Language, change func(*poll.Params)) *booth {
	p.t.Helper()
	w := gamestest.NewWorld(words, poll.Rules{})
	w.Language, w.Private, w.Caps, w.Now = l, l, p.capabilities(), noon
	for n := range 6 {
		w.Known[p.member(n)] = games.Facts{Actor: chat.Actor{Roles: []chat.RoleID{p.role()}}}
	}
	q := poll.Params{
		Question: "Où se retrouve-t-on ?", Options: []string{"Au bord du lac", "En ville 🏙️", "<!channel> *ailleurs*"}, Max: 1,
		Ends: noon.Add(48 * time.Hour), Results: poll.ResultsVoted, Adding: poll.AddingNone, Team: p.channel(3),
	}
	change(&q)
	params, err := json.Marshal(q)
	must(p.t, err)
	if r := w.Do(p.t, games.Started{By: chat.Actor{ID: p.member(1)}, Params: params}); r != nil {
		p.t.Fatal(r)
	}
	return &booth{p, w}
}

func (b *booth) keep(name string, c chat.Card) {
	b.scenes = append(b.scenes, scene{name: name, card: c})
}

// private keeps what the member who pressed last was told.
func (b *booth) private(name string) {
	b.scenes = append(b.scenes, scene{name: name, private: true, card: *b.world.Reply.Card})
}

// shown keeps the card as it is drawn now.
func (b *booth) shown(name string) {
	look := b.look
	look.Now, look.Numbers = b.world.Now, b.world.Numbers
	b.keep(name, poll.Rules{}.Show(b.world.State, look))
}

func (b *booth) press(by int, verb string, values ...string) {
	b.t.Helper()
	who := chat.Actor{ID: b.member(by), Roles: b.world.Known[b.member(by)].Roles}
	if r := b.world.Do(b.t, games.Pressed{By: who, Verb: verb, Values: values}); r != nil {
		b.t.Fatal(r)
	}
}

// over closes the poll and keeps the card and the result.
func (b *booth) over(name string) {
	b.t.Helper()
	b.world.Order(b.t, poll.OrderClose, nil)
	b.shown(name + "-closing")
	b.world.Settle(b.t)
	b.shown(name + "-closed")
	b.keep(name+"-result", b.world.Posts[len(b.world.Posts)-1].Card)
}
