package e2e

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/sandbox"
	"animo/bot/sandbox/world"
)

func TestAPlatformDownOverTheEndEndsAGiveawayLateAndOnce(t *testing.T) {
	both(t, chat.English, func(t *testing.T, sb *sandbox.Sandbox, s *side) {
		startApp(t, sb, configFor(sb, data(t), s.name))
		card := s.startGiveaway(`duration:10m prize:"Late prize"`)
		member := s.people()[0]
		s.press(member, card, "|enter|")
		s.awaitMessage(member, s.contests(), "You are in for")
		if err := s.flt([]world.Fault{{Status: 503}}); err != nil {
			t.Fatal(err)
		}
		for range 4 { // through the end and half an hour beyond it
			sb.Clock.Advance(10 * time.Minute)
			time.Sleep(300 * time.Millisecond)
		}
		if n := len(s.find(member, s.contests(), "Congratulations")); n != 0 {
			t.Fatalf("%d announcements while the platform was down", n)
		}
		if err := s.flt(nil); err != nil {
			t.Fatal(err)
		}
		await(t, "the late announcement", func() error {
			sb.Clock.Advance(time.Minute) // over the back-off
			if len(s.find(member, s.contests(), "Congratulations", "Drawn late")) == 0 {
				return errNotYet
			}
			return nil
		})
		sb.Clock.Advance(time.Hour)
		s.awaitDirect(s.admin(), "Your giveaway", "Late prize")
		if n := len(s.find(member, s.contests(), "Congratulations")); n != 1 {
			t.Errorf("%d announcements, want 1", n)
		}
	})
}

func TestASecondProcessOnOneStoreRefuses(t *testing.T) {
	sb := newSandbox(t, chat.English)
	s := sides(t, sb)["discord"]
	path := data(t)
	first := startProcess(t, sb, s.name, path, 0)
	(&killing{t: t, sb: sb, s: s}).connected(first)
	second := startProcess(t, sb, s.name, path, 0)
	if !second.died(10 * time.Second) {
		t.Fatal("the second process runs")
	}
	if code := second.cmd.ProcessState.ExitCode(); code != 1 {
		t.Errorf("the second process ended with %d, want 1", code)
	}
	for _, want := range []string{"in use by process", fmt.Sprint(first.cmd.Process.Pid)} {
		if !strings.Contains(second.out.String(), want) {
			t.Errorf("the second process says %q, which lacks %q", second.out, want)
		}
	}
	if first.died(0) {
		t.Error("the first process ended as well")
	}
}

// A thousand members press within ten seconds: each is counted and told a
// number of their own, and the card is edited a few times only.
func TestAThousandMembersEnterAtOnce(t *testing.T) {
	both(t, chat.English, func(t *testing.T, sb *sandbox.Sandbox, s *side) {
		startApp(t, sb, configFor(sb, data(t), s.name))
		card := s.startGiveaway(`duration:2h prize:"For many" winners:3`)
		crowd := s.crowd(sb, 1000)
		before := len(s.log(0))
		start := time.Now()
		work := make(chan string)
		var wg sync.WaitGroup
		var mu sync.Mutex
		failed := 0
		for range 16 {
			wg.Go(func() {
				for who := range work {
					if r := s.press(who, card, "|enter|"); !r.OK {
						mu.Lock()
						failed++
						mu.Unlock()
					}
				}
			})
		}
		for _, who := range crowd {
			work <- who
		}
		close(work)
		wg.Wait()
		t.Logf("%d presses in %v, %d not acknowledged", len(crowd), time.Since(start).Round(time.Millisecond), failed)
		if failed > 0 {
			t.Errorf("%d presses were not acknowledged", failed)
		}
		s.checkNumbers(crowd)
		elapsed := int(time.Since(start)/(5*time.Second)) + 2
		if edits := s.edits(before); edits > elapsed {
			t.Errorf("%d edits of the card, want at most %d", edits, elapsed)
		}
		await(t, "the final count", func() error {
			sb.Clock.Advance(5 * time.Second)
			if len(s.find(s.admin(), s.contests(), "For many", "1,000")) == 0 {
				return errNotYet
			}
			return nil
		})
	})
}

// crowd brings n more people in.
func (s *side) crowd(sb *sandbox.Sandbox, n int) []string {
	if s.name == "discord" {
		return sb.Discord.AddPeople(sb.Discord.GuildID(), n)
	}
	people := sb.Slack.AddPeople(n)
	for _, p := range people {
		if err := sb.Slack.AddToChannel(p, s.contests()); err != nil && !strings.Contains(err.Error(), "already") {
			s.t.Fatal(err)
		}
	}
	return people
}

// checkNumbers demands that everyone was told a number that nobody else was.
func (s *side) checkNumbers(crowd []string) {
	s.t.Helper()
	seen := make(map[string]bool)
	for _, who := range crowd {
		var told []world.Message
		await(s.t, "an answer to "+who, func() error {
			if told = s.find(who, s.contests(), "You are in"); len(told) == 0 {
				return errNotYet
			}
			return nil
		})
		first, _, _ := strings.Cut(text(told[0]), "\n")
		if s.name == "slack" {
			first = strings.Join(strings.Split(text(told[0]), "\n")[:3], " ")
		}
		if seen[first] {
			s.t.Errorf("two members were told %q", first)
		}
		seen[first] = true
	}
}

// edits counts the edits that the bot made since a request.
func (s *side) edits(after int) int {
	n := 0
	for _, r := range s.log(after) {
		if r.Method == "PATCH" && strings.Contains(r.Path, "/messages/") && !strings.Contains(r.Path, "webhooks") || r.Path == "chat.update" {
			n++
		}
	}
	return n
}

func TestAGiveawayOfAnotherCommunityIsUnknown(t *testing.T) {
	sb := newSandbox(t, chat.English)
	startApp(t, sb, configFor(sb, data(t), "discord", "slack"))
	all := sides(t, sb)
	owner := all["discord"]
	card := owner.startGiveaway(`duration:2h prize:"Theirs"`)
	id := idOf(card)
	_, channel := sb.Discord.AddGuild("Elsewhere")
	for name, s := range all {
		where, refused := s.contests(), 0
		if name == "discord" {
			where = channel
		}
		for _, verb := range []string{"end", "reroll", "cancel", "delete", "entrants", "export", "show", "pause", "edit winners:2"} {
			command, options, _ := strings.Cut(verb, " ")
			s.command(s.admin(), where, strings.TrimSpace(fmt.Sprintf("/giveaway %s id:%s %s", command, id, options)))
			await(t, "the refusal of "+verb, func() error {
				refused++
				if l := s.find(s.admin(), where, "There is no giveaway", id); len(l) < refused {
					refused--
					return errNotYet
				}
				return nil
			})
		}
	}
	owner.press(owner.people()[0], card, "|enter|")
	owner.awaitMessage(owner.people()[0], owner.contests(), "You are in for")
}

func TestARedeliveredEventDoesNothingTwice(t *testing.T) {
	both(t, chat.English, func(t *testing.T, sb *sandbox.Sandbox, s *side) {
		startApp(t, sb, configFor(sb, data(t), s.name))
		duplicate := sb.Discord.Duplicate
		if s.name == "slack" {
			duplicate = sb.Slack.Duplicate
		}
		duplicate(1)
		s.command(s.admin(), s.contests(), `/giveaway start duration:2h prize:"Only one"`)
		card := s.awaitCard("Only one")
		duplicate(1)
		member := s.people()[0]
		s.press(member, card, "|enter|")
		s.awaitMessage(member, s.contests(), "You are in for")
		sb.Clock.Advance(10 * time.Second)
		s.awaitMessage(member, s.contests(), "Only one", "Entrants", "1")
		isCard := func(m world.Message) bool {
			return slices.ContainsFunc(controls(m), func(c string) bool { return strings.Contains(c, "|enter|") })
		}
		cards := slices.DeleteFunc(s.find(member, s.contests(), "Only one"), func(m world.Message) bool { return m.Private || !isCard(m) })
		if len(cards) != 1 {
			t.Errorf("%d cards, want 1", len(cards))
		}
		if n := len(s.find(member, s.contests(), "You are in already")); n != 0 {
			t.Errorf("the press was handled twice")
		}
	})
}

func TestAHundredWinnersAreEachPingedOnce(t *testing.T) {
	both(t, chat.French, func(t *testing.T, sb *sandbox.Sandbox, s *side) {
		c := configFor(sb, data(t), s.name)
		c.Language, c.Slack.Language = chat.French, chat.French
		startApp(t, sb, c)
		s.command(s.admin(), s.contests(), `/concours lancer durée:2h lot:"Cent lots" gagnants:100`)
		card := s.awaitCard("Cent lots")
		crowd := s.crowd(sb, 100)
		for _, who := range crowd {
			if r := s.press(who, card, "|enter|"); !r.OK {
				t.Fatal(r.Error)
			}
		}
		for _, who := range crowd { // acknowledged is not yet entered
			s.awaitMessage(who, s.contests(), "Vous participez")
		}
		s.command(s.admin(), s.contests(), "/concours terminer")
		// Slack lets a bot look up about a hundred members in a minute.
		awaitWithin(t, 3*time.Minute, "every winner to be named", func() error {
			if n := len(s.named(s.announcements())); n != 100 {
				return fmt.Errorf("%w: %d named", errNotYet, n)
			}
			return nil
		})
		for who, n := range s.named(s.announcements()) {
			if n != 1 {
				t.Errorf("%s is named %d times", who, n)
			}
		}
	})
}

// announcements lists the public messages without controls: neither card nor
// answer.
func (s *side) announcements() []world.Message {
	return slices.DeleteFunc(s.msgs(s.admin(), s.contests()), func(m world.Message) bool {
		return m.Private || strings.Contains(text(m), "Cent lots\n") && strings.Contains(text(m), "Participants")
	})
}

// named counts how often each member is pinged.
func (s *side) named(messages []world.Message) map[string]int {
	out := make(map[string]int)
	for _, m := range messages {
		for _, p := range s.st("").People {
			out[p.ID] += strings.Count(text(m), "<@"+p.ID+">")
			if s.name == "slack" && !strings.Contains(text(m), "<@"+p.ID+">") {
				out[p.ID] += strings.Count(text(m), p.ID)
			}
			if out[p.ID] == 0 {
				delete(out, p.ID)
			}
		}
	}
	return out
}

func TestEveryKindOfQuoteIsRead(t *testing.T) {
	sb := newSandbox(t, chat.French)
	c := configFor(sb, data(t), "slack")
	c.Language, c.Slack.Language = chat.French, chat.French
	startApp(t, sb, c)
	s := sides(t, sb)["slack"]
	for i, line := range []string{
		`/concours lancer 2h "Prix n° 0" gagnants:3`,
		`/concours lancer 2h “Prix n° 1” gagnants:3`,
		`/concours lancer 2h « Prix n° 2 » gagnants:3`,
		`/concours lancer 2h 'Prix n° 3' winners:3`,
		`/concours lancer durée:2h lot:"Prix n° 4" gagnants:3`,
		`/concours start duration:2h prize:«Prix n° 5» winners:3`,
	} {
		s.command(s.admin(), s.contests(), line)
		s.awaitMessage(s.people()[0], s.contests(), fmt.Sprintf("🎉 Prix n° %d", i), "3")
	}
}
