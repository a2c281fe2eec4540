package app

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/contest"
	"animo/games/gamestest"
)

// fair is one contest whose cards are drawn.
type fair struct {
	*play
	world *gamestest.World[contest.State]
}

// contests draws the cards of a contest with a vote and of one with a jury.
func (p *play) contests(words *i18n.Bundle, l chat.Language) {
	p.t.Helper()
	f := p.fair(words, l, func(c *contest.Params) {
		c.Description, c.Prize, c.Image, c.Ping = hostile, "Un tirage encadré", "https://example.org/theme.png", p.role()
	})
	f.keep("contest-opening-with-ping", f.world.Posts[0].Card)
	f.submit(2, "Sunset & <b>sea</b>", hostile, "https://example.org/a?b=1&c=2", "https://example.org/photo.jpg")
	f.keep("contest-received", *f.world.Reply.Card)
	f.keep("contest-waits", f.world.Posts[1].Card)
	f.submit(3, "Rain", "Two drops", "", "")
	f.order(contest.OrderAccept, 1)
	f.keep("contest-work", f.world.Posts[2].Card)
	f.order(contest.OrderRefuse, 2)
	f.keep("contest-refused", f.world.Directs[1].Card)
	f.shown("contest-open")
	f.world.Order(f.t, contest.OrderEnd, nil)
	f.shown("contest-deciding")
	f.keep("contest-vote-opens", f.world.Posts[3].Card)
	f.press(4, contest.VerbVote, "1")
	f.keep("contest-voted", *f.world.Reply.Card)
	f.press(4, contest.VerbMine)
	f.keep("contest-mine", *f.world.Reply.Card)
	f.over("contest-vote")
	f = p.fair(words, l, func(c *contest.Params) {
		c.Mode, c.Criteria, c.Jury, c.Blind, c.Tie = contest.ModeJury, []string{"Idée", "Technique"}, []chat.MemberID{p.member(5), p.member(6)}, true, contest.TieLot
		c.Places, c.PerMember = 2, 3
	})
	f.shown("contest-jury-open")
	for n, title := range []string{"Sunset", "Rain", "Snow"} {
		f.submit(2+n, title, "Text", "", "")
		f.order(contest.OrderAccept, n+1)
	}
	f.world.Order(f.t, contest.OrderEnd, nil)
	f.keep("contest-jury-opens", f.world.Posts[len(f.world.Posts)-1].Card)
	f.press(5, contest.VerbMark, "1", "7", "8")
	f.keep("contest-marked", *f.world.Reply.Card)
	f.press(6, contest.VerbMark, "2", "8", "7")
	f.over("contest-jury")
	f = p.fair(words, l, func(*contest.Params) {})
	f.world.Order(f.t, contest.OrderCancel, map[string]string{contest.ArgReason: hostile})
	f.shown("contest-cancelled")
}

func (p *play) fair(words *i18n.Bundle, l chat.Language, change func(*contest.Params)) *fair {
	p.t.Helper()
	w := gamestest.NewWorld(words, contest.Rules{})
	w.Language, w.Private, w.Caps, w.Now = l, l, p.capabilities(), noon
	c := contest.Params{
		Title: "Photo du mois", Takes: contest.Parts(), PerMember: 1, Places: 1, Mode: contest.ModeVote, Tie: contest.TieEarlier,
		Submit: noon.Add(7 * 24 * time.Hour), Decide: noon.Add(10 * 24 * time.Hour), Team: p.channel(3),
	}
	change(&c)
	params, err := json.Marshal(c)
	must(p.t, err)
	if r := w.Do(p.t, games.Started{By: chat.Actor{ID: p.member(1)}, Params: params}); r != nil {
		p.t.Fatal(r)
	}
	return &fair{p, w}
}

func (f *fair) keep(name string, c chat.Card) {
	f.scenes = append(f.scenes, scene{name: name, card: c})
}

// shown keeps the card as it is drawn now.
func (f *fair) shown(name string) {
	look := f.look
	look.Now = f.world.Now
	f.keep(name, contest.Rules{}.Show(f.world.State, look))
}

func (f *fair) press(by int, verb string, values ...string) {
	f.t.Helper()
	if r := f.world.Do(f.t, games.Pressed{By: chat.Actor{ID: f.member(by)}, Verb: verb, Values: values}); r != nil {
		f.t.Fatal(r)
	}
}

func (f *fair) submit(by int, values ...string) {
	f.t.Helper()
	f.press(by, contest.VerbSubmit, values...)
}

func (f *fair) order(verb string, no int) {
	f.t.Helper()
	w, _ := f.world.State.Work(no)
	r := f.world.Do(f.t, games.Ordered{By: chat.Actor{ID: f.member(1)}, Verb: verb, Args: map[string]string{
		contest.ArgNo: strconv.Itoa(no), contest.ArgMember: string(w.By), contest.ArgReason: fmt.Sprint("Règle ", no),
	}})
	if r != nil {
		f.t.Fatal(r)
	}
}

// over ends the decision and keeps the result, the card and what an author is
// told.
func (f *fair) over(name string) {
	f.t.Helper()
	f.world.Order(f.t, contest.OrderEnd, nil)
	f.world.Settle(f.t)
	f.shown(name + "-closed")
	f.keep(name+"-result", f.world.Posts[len(f.world.Posts)-1].Card)
	f.keep(name+"-author", f.world.Directs[len(f.world.Directs)-1].Card)
}
