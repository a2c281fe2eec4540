package e2e

import (
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/config"
	"animo/bot/sandbox/world"
)

// pollWords are what people type and read around a poll.
type pollWords struct {
	poll, polls, close, cancel, export, list, reopen, options         string
	question, choices, ends, max, anonymous, results, adding, closed  string
	yours, gone, result, destroyed, few, public, added, proposed, now string
}

func pollWordsOf(l chat.Language) pollWords {
	if l == chat.French {
		return pollWords{
			"sondage", "sondages", "clore", "annuler", "exporter", "liste", "rouvrir", "choix",
			"question", "choix", "fin", "max", "anonyme", "résultats", "ajouts", "à la clôture",
			"Votre vote", "plus de vote", "le résultat", "est détruite", "au moins 2 choix", "Public.", "fait partie des choix", "est proposé", "est désormais",
		}
	}
	return pollWords{
		"poll", "polls", "close", "cancel", "export", "list", "reopen", "options",
		"question", "options", "ends", "max", "anonymous", "results", "adding", "closed",
		"Your vote", "no vote in this poll any more", "the result", "is destroyed", "at least 2 options", "Public.", "is an option now", "is proposed", "Your vote now",
	}
}

// An anonymous poll, a public one with a menu, and one prepared in a form, from
// what is typed to the result, each request of which a platform would take, on
// both kinds of store.
func TestPollsFromQuestionToResult(t *testing.T) {
	binary := wirecheckBinary(t)
	stores := map[string]func(*testing.T) string{
		"sqlite": func(t *testing.T) string { return "sqlite:" + data(t) },
		"redis":  func(t *testing.T) string { return startRedis(t).url() },
	}
	for store, url := range stores {
		for _, language := range chat.Languages() {
			t.Run(store+"/"+string(language), func(t *testing.T) {
				t.Parallel()
				sb := newSandbox(t, language)
				discord := startChecker(t, binary, "discord", sb.DiscordURL(), 30)
				slack := startChecker(t, binary, "slack", sb.SlackURL(), 30)
				c := configFor(sb, "", "discord", "slack")
				c.Language, c.Slack.Language, c.Storage.URL = language, language, config.StorageURL(url(t))
				c.Discord.APIURL, c.Slack.APIURL = discord.url, slack.url
				stop := startApp(t, sb, c)
				for _, s := range sides(t, sb) {
					b := &booth{fair: &fair{side: s, sb: sb}, p: pollWordsOf(language)}
					b.anonymous()
					b.public()
					b.form()
				}
				stop()
				discord.finish()
				slack.finish()
			})
		}
	}
}

// booth is a side on which polls are held.
type booth struct {
	*fair
	p pollWords
}

func (b *booth) ask(line string) world.Result {
	b.t.Helper()
	return b.command(b.admin(), b.contests(), b.slash(b.p.poll)+" "+line)
}

func (b *booth) order(line string) world.Result {
	b.t.Helper()
	return b.command(b.admin(), b.contests(), b.slash(b.p.polls)+" "+line)
}

// anonymous holds a poll with buttons, closed by hand.
func (b *booth) anonymous() {
	b.t.Helper()
	p, people := b.p, b.people()
	line := p.question + `:"Lake & *town*?" ` + p.choices + `:"Lake; “Town”; 👍 Park" ` + p.ends + `:2h`
	if b.name == "slack" { // where words are typed, each option may be one of them
		line = `“Lake & *town*?” «Lake» 'Town' "👍 Park" ` + p.ends + `:2h`
	}
	b.ask(line)
	card := b.awaitMessage(people[0], b.contests(), "📊 Lake & *town*?", "Lake", "👍 Park")
	if strings.ContainsAny(text(card), "█░") {
		b.t.Errorf("%s: the card shows results:\n%s", b.name, text(card))
	}
	b.must(b.press(people[0], card, "|vote.1|"))
	mine := b.awaitMessage(people[0], b.contests(), p.yours, "Lake", "█")
	if !mine.Private {
		b.t.Errorf("%s: a vote is public", b.name)
	}
	b.must(b.press(people[1], card, "|vote.2|"))
	b.awaitMessage(people[1], b.contests(), p.yours, "Town")
	b.must(b.press(people[1], card, "|vote.3|"))
	b.awaitMessage(people[1], b.contests(), p.now, "👍 Park")
	b.must(b.press(people[0], mine, "|own.withdraw|"))
	b.awaitMessage(people[0], b.contests(), p.gone)
	b.must(b.press(people[2], card, "|vote.3|"))
	b.awaitMessage(people[2], b.contests(), p.yours, "👍 Park", "100")
	b.must(b.press(people[2], card, "|mine|"))
	b.order(p.list)
	b.order(p.close)
	b.awaitMessage(people[0], b.contests(), p.result, "🏆 👍 Park", "██████████")
	b.awaitMessage(people[0], b.contests(), "📊 Lake", p.destroyed, "🏆 👍 Park")
	b.order(p.export)
}

// public holds a poll with a menu, whose voters are named, and reopens it.
func (b *booth) public() {
	b.t.Helper()
	p, people := b.p, b.people()
	b.ask(p.question + `:"Which ones?" ` + p.choices + `:"Aa; Bb; Cc; Dd; Ee; Ff" ` + p.max + `:2 ` + p.anonymous + `:false ` + p.results + `:closed`)
	card := b.awaitMessage(people[0], b.contests(), "📊 Which ones?", p.public)
	b.must(b.press(people[0], card, "|choose|", "1", "6"))
	b.awaitMessage(people[0], b.contests(), p.yours, "Aa", "Ff")
	b.must(b.press(people[0], card, "|choose|", "2", "6"))
	if m := b.awaitMessage(people[0], b.contests(), p.now, "Bb", "Ff"); strings.ContainsAny(text(m), "█░") {
		b.t.Errorf("%s: an answer shows results:\n%s", b.name, text(m))
	}
	b.order(p.close)
	b.awaitMessage(people[0], b.contests(), p.result, "🏆 Bb", "🏆 Ff")
	over := b.awaitMessage(people[1], b.contests(), "📊 Which ones?", "🏆 Bb", p.public) // the card, and not the result that answers it
	b.must(b.press(people[1], over, "|names|"))
	b.awaitMessage(people[1], b.contests(), "Bb", people[0])
	b.order(p.reopen + " id:" + pollID(text(over)) + ` ` + p.ends + `:2h`)
	again := b.awaitControl(people[1], "|choose|", p.public)
	b.must(b.press(people[1], again, "|choose|", "3"))
	b.awaitMessage(people[1], b.contests(), p.yours, "Cc")
	b.sb.Clock.Advance(3 * time.Hour)
	b.awaitMessage(people[1], b.contests(), p.result, "🏆 Cc", "🏆 Bb")
}

// awaitControl waits for a public message that holds a text and a control.
func (b *booth) awaitControl(as, control, part string) (found world.Message) {
	b.t.Helper()
	await(b.t, "a message with "+control, func() error {
		for _, m := range b.find(as, b.contests(), part) {
			for _, c := range controls(m) {
				if found = m; strings.Contains(c, control) {
					return nil
				}
			}
		}
		return errNotYet
	})
	return found
}

// pollID finds the id on a card.
func pollID(card string) string {
	words := strings.Fields(card)
	for i := len(words) - 1; i >= 0; i-- {
		if w := strings.Trim(words[i], "`"); len(w) == 8 && strings.ToUpper(w) == w {
			return w
		}
	}
	return ""
}

// form prepares a poll in a form and lets members propose an option.
func (b *booth) form() {
	b.t.Helper()
	p, people := b.p, b.people()
	r := b.ask("")
	if r.Modal == nil {
		b.t.Fatalf("no form on %s: %s", b.name, r.Error)
	}
	fields := map[string][]string{"question": {"What next?"}, "options": {"Only one"}, "ends": {""}, "max": {""}, "conditions": {""}}
	submit := func(modal string) world.Result {
		return b.act(world.Action{As: b.admin(), Kind: world.ActSubmit, Channel: b.contests(), Modal: modal, Fields: fields})
	}
	wrong := submit(r.Modal.ID)
	fields["options"] = []string{"1. Quiz\n2. Film"}
	if len(wrong.FieldErrors) > 0 {
		b.must(submit(r.Modal.ID))
	} else {
		again := b.press(b.admin(), b.awaitMessage(b.admin(), b.contests(), p.few), "poll-draft|edit|")
		b.must(submit(again.Modal.ID))
	}
	preview := func() world.Message { return b.awaitPrivate(b.admin(), "poll-draft|launch|") }
	b.must(b.press(b.admin(), preview(), "poll-draft|adding|", "free"))
	b.must(b.press(b.admin(), preview(), "poll-draft|results|", "always"))
	b.must(b.press(b.admin(), preview(), "poll-draft|public|"))
	b.must(b.press(b.admin(), preview(), "poll-draft|public|"))
	b.must(b.press(b.admin(), preview(), "poll-draft|launch|"))
	await(b.t, "the card", func() error {
		for _, m := range b.find(people[0], b.contests(), "📊 What next?") {
			if !m.Private {
				return nil
			}
		}
		return errNotYet
	})
	card := b.awaitMessage(people[0], b.contests(), "📊 What next?")
	b.must(b.fair.form(people[0], card, "|propose|", map[string][]string{"option": {"Karaoké"}}))
	b.awaitMessage(people[0], b.contests(), p.added, "Karaoké")
	b.sb.Clock.Advance(10 * time.Second)
	await(b.t, "the option on the card", func() error {
		if m := b.find(people[1], b.contests(), "📊 What next?", "Karaoké"); len(m) == 0 {
			return errNotYet
		}
		return nil
	})
	b.must(b.press(people[1], b.awaitMessage(people[1], b.contests(), "📊 What next?", "Karaoké"), "|vote.3|"))
	b.awaitMessage(people[1], b.contests(), p.yours, "Karaoké")
	b.order(p.cancel)
}
