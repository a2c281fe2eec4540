package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/config"
	"animo/bot/sandbox"
	"animo/bot/sandbox/world"
)

// required says whether a missing program fails the tests instead of skipping
// them.
func required(what string) bool {
	return strings.Contains(","+os.Getenv("ANIMO_TEST_REQUIRE")+",", ","+what+",")
}

// wirecheckBinary returns the checker of requests: that of the environment,
// or one built from the source beside the checkout.
func wirecheckBinary(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("ANIMO_TEST_WIRECHECK"); path != "" {
		return path
	}
	_, here, _, _ := runtime.Caller(0)
	source := filepath.Join(filepath.Dir(here), "..", "..", "..", "shared", "wirecheck")
	if _, err := os.Stat(source); err != nil {
		if required("wire") {
			t.Fatalf("the wire ring is required, but wirecheck is missing: %v", err)
		}
		t.Skip("needs wirecheck beside the checkout, in ../shared/wirecheck")
	}
	path := filepath.Join(t.TempDir(), "wirecheck")
	build := exec.Command("go", "build", "-o", path, ".")
	build.Dir = source
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build wirecheck: %v\n%s", err, out)
	}
	return path
}

// checker is a running wirecheck.
type checker struct {
	t      *testing.T
	cmd    *exec.Cmd
	url    string
	report bytes.Buffer
	read   sync.WaitGroup
}

var listening = regexp.MustCompile(`listening on (http://\S+)`)

// startChecker puts a checker before a platform.
func startChecker(t *testing.T, binary, platform, upstream string, atLeast int) *checker {
	t.Helper()
	c := &checker{t: t, cmd: exec.Command(binary, platform, "-upstream", upstream, "-listen", "127.0.0.1:0", "-strict", "-min", fmt.Sprint(atLeast))}
	c.cmd.Stdout = &c.report
	if os.Getenv("WIRECHECK_SPECS") == "" {
		_, here, _, _ := runtime.Caller(0)
		c.cmd.Env = append(os.Environ(), "WIRECHECK_SPECS="+filepath.Join(filepath.Dir(here), "..", "..", "..", "shared", "specs"))
	}
	pipe, err := c.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.cmd.Process.Kill() })
	lines := bufio.NewReader(pipe)
	line, err := lines.ReadString('\n')
	found := listening.FindStringSubmatch(line)
	if err != nil || found == nil {
		t.Fatalf("wirecheck says %q: %v", line, err)
	}
	c.url = found[1]
	c.read.Go(func() { io.Copy(io.Discard, lines) })
	return c
}

// finish stops the checker and fails the test on any violation.
func (c *checker) finish() {
	c.t.Helper()
	if err := c.cmd.Process.Signal(os.Interrupt); err != nil {
		c.t.Fatal(err)
	}
	c.read.Wait()
	if err := c.cmd.Wait(); err != nil {
		c.t.Errorf("wirecheck: %v\n%s", err, c.report.String())
		return
	}
	c.t.Logf("%s", strings.TrimSpace(c.report.String()))
}

// Every request that the bot makes is one that the platforms would take.
func TestWire(t *testing.T) {
	binary := wirecheckBinary(t)
	for _, language := range chat.Languages() {
		t.Run(string(language), func(t *testing.T) {
			t.Parallel()
			sb := newSandbox(t, language)
			discord := startChecker(t, binary, "discord", sb.DiscordURL(), 40)
			slack := startChecker(t, binary, "slack", sb.SlackURL(), 40)
			c := configFor(sb, data(t), "discord", "slack")
			c.Language, c.Slack.Language = language, language
			c.Discord.APIURL, c.Slack.APIURL = discord.url, slack.url
			c.Discord.ContentIntent, c.Discord.Compress = true, language == chat.French
			stop := startApp(t, sb, c)
			for _, s := range sides(t, sb) {
				tour(t, sb, s, language)
			}
			everything(t, sb, c)
			stop()
			discord.finish()
			slack.finish()
		})
	}
}

// everything waits until nothing is left to be said.
func everything(t *testing.T, sb *sandbox.Sandbox, _ config.Config) {
	t.Helper()
	for _, s := range sides(t, sb) {
		last, since := len(s.log(0)), time.Now()
		await(t, "silence on "+s.name, func() error {
			if n := len(s.log(0)); n != last {
				last, since = n, time.Now()
			}
			if time.Since(since) < time.Second {
				return errNotYet
			}
			return nil
		})
	}
}

// words are what one types in a language.
type words struct {
	giveaway, start, end, list, show, entrants, export, edit, pause, resume, reroll, cancel, remove, delete, create string
	help, setup, diagnostic                                                                                         string
	duration, prize, winners, member, image, description, topic, zone, to, team, channel                            string
	claim, noted, verified                                                                                          string
}

func wordsOf(l chat.Language) words {
	if l == chat.French {
		return words{
			"concours", "lancer", "terminer", "liste", "voir", "participants", "exporter", "modifier", "suspendre", "reprendre",
			"retirage", "annuler", "exclure", "supprimer", "créer", "aide", "réglages", "diagnostic",
			"durée", "lot", "gagnants", "membre", "image", "description", "sujet", "fuseau", "choix", "canal", "canal",
			"réclamer", "C’est noté", "Vérifié",
		}
	}
	return words{
		"giveaway", "start", "end", "list", "show", "entrants", "export", "edit", "pause", "resume",
		"reroll", "cancel", "remove", "delete", "create", "help", "setup", "diagnostic",
		"duration", "prize", "winners", "member", "image", "description", "topic", "zone", "to", "team", "channel",
		"claim", "Noted", "Verified",
	}
}

const hostile = "<b>*x*</b> @everyone <!channel> [a](http://b) _c_ ~d~ & more"

// tour uses everything there is, as staff and members would.
func tour(t *testing.T, sb *sandbox.Sandbox, s *side, l chat.Language) {
	t.Helper()
	w := wordsOf(l)
	slash := func(name string) string {
		if s.name == "slack" {
			return "/" + ascii(name)
		}
		return "/" + name
	}
	g := slash(w.giveaway) + " "
	run := func(line string) { s.command(s.admin(), s.contests(), line) }
	run(g + w.start + " " + w.duration + `:2h ` + w.prize + `:"` + hostile + `" ` + w.winners + `:2 ` + w.description + `:"Two words" ` + w.image + `:https://example.org/a.png`)
	card := s.awaitCard("more")
	id := idOf(card)
	for _, who := range s.people() {
		if r := s.press(who, card, "|enter|"); !r.OK {
			t.Fatalf("enter: %s", r.Error)
		}
	}
	leaving := s.awaitPrivate(s.people()[3], "|leave|")
	s.press(s.people()[3], leaving, "|leave|")
	for _, line := range []string{
		g + w.list, g + w.show + " id:" + id, g + w.entrants + " id:" + id, g + w.export + " id:" + id,
		g + w.edit + " id:" + id + " " + w.prize + `:"Another prize" ` + w.duration + ":1h",
		g + w.pause + " id:" + id, g + w.resume + " id:" + id,
		slash(w.help), slash(w.help) + " " + w.topic + ":platforms", slash(w.diagnostic),
		slash(w.setup) + " " + w.show, slash(w.setup) + " " + w.zone + " " + w.to + ":Europe/Paris",
		slash(w.setup) + " " + w.team + " " + w.channel + ":#" + s.name1("team", "equipe", "équipe"),
		g + w.start + " " + w.duration + ":2h " + w.prize + `:"Nowhere" ` + w.channel + ":#" + s.name1("read-only", "lecture-seule"),
		g + w.start + " " + w.duration + ":5000y " + w.prize + ":x",
	} {
		run(line)
	}
	s.wizard(g + w.create)
	run(g + w.end + " id:" + id)
	await(t, "the draw", func() error {
		for _, m := range s.msgs(s.admin(), s.contests()) {
			if !m.Private && strings.Contains(text(m), "🎉 Bravo") || strings.Contains(text(m), "🎉 Congratulations") {
				return nil
			}
		}
		return errNotYet
	})
	run(g + w.reroll + " id:" + id)
	s.shortcut(card)
	sb.Clock.Advance(time.Minute)
	run(g + w.start + " " + w.duration + ":2h " + w.prize + ":Third")
	third := idOf(s.awaitCard("Third"))
	run(g + w.cancel + " id:" + third)
	run(g + w.delete + " id:" + third)
	s.lots(g, w)
}

// ascii is how a Slack command is named, which has no accents.
func ascii(s string) string {
	return strings.NewReplacer("é", "e", "è", "e", "ê", "e", "à", "a").Replace(s)
}

// name1 returns the first of the names that a channel has.
func (s *side) name1(names ...string) string {
	for _, c := range s.st(s.admin()).Channels {
		for _, n := range names {
			if c.Name == n {
				return n
			}
		}
	}
	s.t.Fatalf("no channel is called any of %v", names)
	return ""
}

// awaitPrivate waits for a private message with a control.
func (s *side) awaitPrivate(as, control string) world.Message {
	s.t.Helper()
	var found world.Message
	await(s.t, "a private message with "+control, func() error {
		for _, m := range s.msgs(as, s.contests()) {
			for _, c := range controls(m) {
				if m.Private && strings.Contains(c, control) {
					found = m
					return nil
				}
			}
		}
		return errNotYet
	})
	return found
}

// wizard makes a giveaway by form, preview, edit and launch.
func (s *side) wizard(line string) {
	s.t.Helper()
	fields := map[string][]string{"prize": {"By form"}, "duration": {"3h"}, "winners": {"1"}, "description": {""}, "image": {""}}
	r := s.command(s.admin(), s.contests(), line)
	if r.Modal == nil {
		s.t.Fatalf("%s opened no form on %s", line, s.name)
	}
	wrong := map[string][]string{"prize": {"By form"}, "duration": {"demain 25h"}, "winners": {"1"}, "description": {""}, "image": {""}}
	r = s.act(world.Action{As: s.admin(), Kind: world.ActSubmit, Channel: s.contests(), Modal: r.Modal.ID, Fields: wrong})
	modal := ""
	if len(r.FieldErrors) == 0 { // the form closed; a private answer opens it again
		again := s.press(s.admin(), s.awaitPrivate(s.admin(), "giveaway-draft|step|"), "|step|")
		if again.Modal == nil {
			s.t.Fatalf("the form was not opened again on %s: %s", s.name, again.Error)
		}
		modal = again.Modal.ID
	} else {
		r = s.command(s.admin(), s.contests(), line)
		modal = r.Modal.ID
	}
	r = s.act(world.Action{As: s.admin(), Kind: world.ActSubmit, Channel: s.contests(), Modal: modal, Fields: fields})
	if !r.OK {
		s.t.Fatalf("submit on %s: %s %v", s.name, r.Error, r.FieldErrors)
	}
	s.steps()
	if r := s.press(s.admin(), s.awaitPrivate(s.admin(), "giveaway-draft|launch|"), "|launch|"); !r.OK {
		s.t.Fatalf("launch on %s: %s", s.name, r.Error)
	}
	s.awaitCard("By form")
}

// steps opens and sends each form that the preview offers.
func (s *side) steps() {
	s.t.Helper()
	for step, fields := range map[string]map[string][]string{
		"lots":  {"lots": {"Gold x1\nSilver x2"}, "wins": {""}, "claim": {"48h"}},
		"who":   {"conditions": {""}, "bonus": {""}, "places": {"40"}},
		"when":  {"starts": {""}, "duration": {"3h"}},
		"looks": {"thumbnail": {""}, "colour": {"#336699"}, "button": {""}, "emoji": {"🎁"}},
	} {
		r := s.press(s.admin(), s.awaitPrivate(s.admin(), "giveaway-draft|step|"), "|"+step)
		if r.Modal == nil {
			s.t.Fatalf("no form for %s on %s: %s", step, s.name, r.Error)
		}
		r = s.act(world.Action{As: s.admin(), Kind: world.ActSubmit, Channel: s.contests(), Modal: r.Modal.ID, Fields: fields})
		if !r.OK || len(r.FieldErrors) > 0 {
			s.t.Fatalf("submit %s on %s: %s %v", step, s.name, r.Error, r.FieldErrors)
		}
	}
}

// lots plays a giveaway of several lots to the end: the draw, a claim, the
// proof.
func (s *side) lots(g string, w words) {
	s.t.Helper()
	s.command(s.admin(), s.contests(), g+w.start+" "+w.duration+`:2h `+w.prize+`:"Grand draw" lots:"Gold x1; Silver x2" `+w.claim+`:48h`)
	card := s.awaitCard("Grand draw")
	for _, who := range s.people() {
		s.press(who, card, "|enter|")
	}
	s.command(s.admin(), s.contests(), g+w.end+" id:"+idOf(card))
	var drawn world.Message
	await(s.t, "the winners of the lots", func() error {
		for _, m := range s.find(s.admin(), s.contests(), "Gold", "Silver") {
			for _, c := range controls(m) {
				if strings.Contains(c, "|claim|") {
					drawn = m
					return nil
				}
			}
		}
		return errNotYet
	})
	claimed := 0
	for _, who := range s.people() {
		s.press(who, drawn, "|claim|")
		if len(s.find(who, s.contests(), w.noted)) > 0 {
			claimed++
		}
	}
	if claimed != 3 {
		s.t.Errorf("%d members claimed on %s, want the three winners", claimed, s.name)
	}
	if r := s.press(s.people()[0], drawn, "giveaway-proof|verify|"); !r.OK {
		s.t.Errorf("verify on %s: %s", s.name, r.Error)
	}
	s.awaitText(s.people()[0], w.verified)
}

// awaitText waits until somebody reads something.
func (s *side) awaitText(as, part string) {
	s.t.Helper()
	await(s.t, part, func() error {
		if len(s.find(as, s.contests(), part)) == 0 {
			return errNotYet
		}
		return nil
	})
}

// shortcut uses the message's own menu.
func (s *side) shortcut(m world.Message) {
	s.t.Helper()
	for _, c := range s.st(s.admin()).Shortcuts {
		r := s.act(world.Action{As: s.admin(), Kind: world.ActShortcut, Channel: m.Channel, Message: m.ID, Control: c.Name})
		if !r.OK {
			s.t.Errorf("%s on %s: %s", c.Label, s.name, r.Error)
		}
	}
}
