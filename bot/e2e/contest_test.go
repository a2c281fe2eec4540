package e2e

import (
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/sandbox"
	"animo/bot/sandbox/world"
)

// contestWords are what people type and read around a contest.
type contestWords struct {
	contest, start, create, end, show, export, jury, cancel, queue     string
	title, submissions, decision, criteria, juror, member, blind, team string
	received, voice, marks, result, refused, mean, waits               string
}

func contestWordsOf(l chat.Language) contestWords {
	if l == chat.French {
		return contestWords{
			"défi", "lancer", "créer", "terminer", "voir", "exporter", "jury", "annuler", "file",
			"titre", "participations", "délibération", "critères", "juré", "membre", "anonyme", "réglages canal canal",
			"bien reçue", "Votre voix va à", "Vos notes pour", "le résultat", "Motif", "7,50 sur 10", "attend votre décision",
		}
	}
	return contestWords{
		"contest", "start", "create", "end", "show", "export", "jury", "cancel", "queue",
		"title", "submissions", "decision", "criteria", "juror", "member", "blind", "setup team channel",
		"is received", "Your vote goes to", "Your marks for", "the result", "reason", "7.50 of 10", "waits for your decision",
	}
}

// A contest with a vote and one with a jury, from their forms to their results,
// each request of which a platform would take, on both kinds of store.
func TestContestsFromStartToResult(t *testing.T) {
	binary := wirecheckBinary(t)
	for _, language := range chat.Languages() {
		t.Run(string(language), func(t *testing.T) {
			t.Parallel()
			sb := newSandbox(t, language)
			discord := startChecker(t, binary, "discord", sb.DiscordURL(), 40)
			slack := startChecker(t, binary, "slack", sb.SlackURL(), 40)
			c := configFor(sb, "", "discord", "slack")
			c.Language, c.Slack.Language, c.Storage.URL = language, language, storeOf(t, language)
			c.Discord.APIURL, c.Slack.APIURL = discord.url, slack.url
			stop := startApp(t, sb, c)
			for _, s := range sides(t, sb) {
				f := &fair{side: s, sb: sb, w: contestWordsOf(language)}
				f.vote()
				f.judge()
			}
			everything(t, sb, c)
			stop()
			discord.finish()
			slack.finish()
		})
	}
}

// fair is a side on which contests are held.
type fair struct {
	*side
	sb *sandbox.Sandbox
	w  contestWords
}

func (f *fair) slash(name string) string {
	if f.name == "slack" {
		return "/" + ascii(name)
	}
	return "/" + name
}

func (f *fair) run(line string) world.Result {
	f.t.Helper()
	return f.command(f.admin(), f.contests(), f.slash(f.w.contest)+" "+line)
}

// form presses a button that opens a form and fills it in.
func (f *fair) form(as string, m world.Message, part string, fields map[string][]string) world.Result {
	f.t.Helper()
	r := f.press(as, m, part)
	if r.Modal == nil {
		f.t.Fatalf("%s opened no form on %s: %s", part, f.name, r.Error)
	}
	return f.act(world.Action{As: as, Kind: world.ActSubmit, Channel: m.Channel, Modal: r.Modal.ID, Fields: fields})
}

func work(title, text, image string) map[string][]string {
	return map[string][]string{"title": {title}, "text": {text}, "link": {""}, "image": {image}}
}

// vote holds a contest in which members vote, one work of which is refused.
func (f *fair) vote() {
	f.t.Helper()
	w, people := f.w, f.people()
	set := strings.Fields(w.team)
	f.command(f.admin(), f.contests(), f.slash(set[0])+" "+set[1]+" "+set[2]+":#"+f.name1("team", "equipe", "équipe"))
	f.run(w.start + ` ` + w.title + `:"A & *b* <c>" ` + w.submissions + `:2h ` + w.decision + `:1h ` + w.blind + `:true`)
	card := f.awaitMessage(f.admin(), f.contests(), "🏆 A & *b* <c>")
	wrong := f.form(people[0], card, "|submit|", map[string][]string{"title": {"Sunset"}, "text": {""}, "link": {"nowhere"}, "image": {""}})
	if len(wrong.FieldErrors) == 0 { // the form closed; a private answer opens it again
		again := f.awaitMessage(people[0], f.contests(), "nowhere")
		f.must(f.form(people[0], again, "|retry|", work("Sunset", hostile, "")))
	} else {
		f.must(f.form(people[0], card, "|submit|", work("Sunset", hostile, "")))
	}
	private := f.awaitMessage(people[0], f.contests(), w.received, "Sunset")
	if !private.Private || len(f.find(people[1], f.contests(), "Sunset")) > 0 {
		f.t.Errorf("%s: a work is shown that waits", f.name)
	}
	f.must(f.form(people[1], card, "|submit|", work("Rain", "Drops", "https://example.org/rain.png")))
	f.must(f.form(people[2], card, "|submit|", work("Rude", "Words", "")))
	f.decide()
	f.run(w.end)
	sunset := f.awaitMessage(people[3], f.contests(), "Sunset", "more")
	f.must(f.press(people[3], sunset, "|vote|"))
	voice := f.awaitMessage(people[3], f.contests(), w.voice, "Sunset")
	if !voice.Private {
		f.t.Errorf("%s: a vote is public", f.name)
	}
	f.must(f.press(people[3], voice, "|unvote|"))
	rain := f.awaitMessage(people[3], f.contests(), "Rain", "Drops")
	f.must(f.press(people[3], rain, "|vote|"))
	f.must(f.press(people[0], rain, "|vote|"))
	f.must(f.press(people[1], sunset, "|vote|"))
	f.must(f.press(people[3], card, "|mine|"))
	f.run(w.show)
	f.sb.Clock.Advance(4 * time.Hour)
	f.ranked("Rain", "Sunset", people[1])
}

func (f *fair) must(r world.Result) {
	f.t.Helper()
	if !r.OK || len(r.FieldErrors) > 0 {
		f.t.Fatalf("on %s: %s %v", f.name, r.Error, r.FieldErrors)
	}
}

// decide accepts the first two works that wait and refuses the third.
func (f *fair) decide() {
	f.t.Helper()
	team := f.channel("team", "equipe", "équipe")
	notice := f.awaitMessage(f.admin(), team, f.w.waits)
	f.must(f.press(f.admin(), notice, "|queue|"))
	for _, title := range []string{"Sunset", "Rain"} {
		page := f.awaitMessage(f.admin(), team, title)
		f.must(f.press(f.admin(), page, "|accept|"))
	}
	page := f.awaitMessage(f.admin(), team, "Rude", "Words")
	f.must(f.form(f.admin(), page, "|refuse|", map[string][]string{"reason": {"Be kind, please"}}))
	f.awaitDirect(f.people()[2], f.w.refused, "Be kind")
}

// ranked awaits a result with these two first.
func (f *fair) ranked(first, second, winner string) {
	f.t.Helper()
	m := f.awaitMessage(f.people()[0], f.contests(), f.w.result, "🥇", first, second)
	body := text(m)
	if at := strings.Index(body, "🥇"); !strings.Contains(body[at:strings.Index(body, "🥈")], first) || !strings.Contains(body, winner) {
		f.t.Errorf("%s: the result is\n%s", f.name, body)
	}
	if strings.Contains(body, "Rude") {
		f.t.Errorf("%s: a refused work has a place", f.name)
	}
	f.awaitDirect(winner, first)
}

// judge holds a contest with a jury, prepared in a form.
func (f *fair) judge() {
	f.t.Helper()
	w, people := f.w, f.people()
	r := f.run(w.create)
	if r.Modal == nil {
		f.t.Fatalf("no form on %s", f.name)
	}
	f.must(f.act(world.Action{As: f.admin(), Kind: world.ActSubmit, Channel: f.contests(), Modal: r.Modal.ID, Fields: map[string][]string{
		"title": {"Cakes"}, "description": {"Bake one"}, "submissions": {"2h"}, "decision": {"1h"}, "criteria": {"Taste, Look"},
	}}))
	preview := func() world.Message { return f.awaitPrivate(f.admin(), "contest-draft|launch|") }
	f.must(f.press(f.admin(), preview(), "|jury|", people[3], people[2]))
	f.must(f.press(f.admin(), preview(), "|tie|", "president"))
	f.must(f.press(f.admin(), preview(), "|blind|"))
	f.must(f.press(f.admin(), preview(), "|launch|"))
	await(f.t, "the card", func() error {
		for _, m := range f.find(people[0], f.contests(), "🏆 Cakes") {
			if !m.Private {
				return nil
			}
		}
		return errNotYet
	})
	card := f.awaitMessage(people[0], f.contests(), "🏆 Cakes")
	f.must(f.form(people[0], card, "|submit|", work("Tart", "With plums", "")))
	f.must(f.form(people[1], card, "|submit|", work("Bread", "With seeds", "")))
	for _, title := range []string{"Tart", "Bread"} {
		f.run(w.queue)
		f.must(f.press(f.admin(), f.awaitMessage(f.admin(), f.contests(), title), "|accept|"))
		f.awaitMessage(people[3], f.contests(), title)
	}
	f.run(w.end)
	tart, bread := f.awaitMessage(people[3], f.contests(), "Tart", "plums"), f.awaitMessage(people[3], f.contests(), "Bread", "seeds")
	f.must(f.form(people[3], tart, "|mark|", map[string][]string{"mark_1": {"5"}, "mark_2": {"6"}}))
	f.must(f.form(people[3], bread, "|mark|", map[string][]string{"mark_1": {"7"}, "mark_2": {"8"}}))
	f.must(f.form(people[3], bread, "|mark|", map[string][]string{"mark_1": {"8"}, "mark_2": {"7"}}))
	if m := f.awaitMessage(people[3], f.contests(), w.marks, "Bread"); !m.Private || len(f.find(people[0], f.contests(), w.marks)) > 0 {
		f.t.Errorf("%s: marks are public", f.name)
	}
	f.run(w.end)
	f.awaitMessage(people[0], f.contests(), w.mean)
	f.ranked("Bread", "Tart", people[1])
	f.run(w.export)
	f.run(w.show)
}
