package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/sandbox"
	"animo/bot/sandbox/world"
)

const (
	// maxSteps bounds the loop; the end of a giveaway takes about sixty.
	maxSteps = 150
	// fewSteps is the least that the end of a giveaway can take.
	fewSteps = 20
	// lanes share the steps out, each in a world of its own, since most of
	// the time is spent waiting.
	lanes = 3
)

// The process is killed at each step of a giveaway's end in turn: before and
// after each thing it writes to its store, and before and after each request
// to the platform. Whatever the step, the giveaway ends once: one set of
// winners, one announcement, one message to the winner and to the host.
func TestAKilledProcessEndsAGiveawayOnce(t *testing.T) {
	for lane := 1; lane <= lanes; lane++ {
		t.Run(fmt.Sprintf("from step %d", lane), func(t *testing.T) {
			t.Parallel()
			both(t, chat.English, func(t *testing.T, sb *sandbox.Sandbox, s *side) {
				k := &killing{t: t, sb: sb, s: s, data: data(t)}
				last := k.loop(lane)
				if last < fewSteps || last > maxSteps {
					t.Errorf("the last step was %d; the loop did not kill at each of them", last)
				}
				for n := lane; n <= last; n += lanes {
					k.check(n)
				}
				t.Logf("killed at every %d. step up to %d", lanes, last-lanes)
			})
		})
	}
}

// loop kills at one step after the other until a giveaway ends before its
// step comes, and returns that step.
func (k *killing) loop(step int) int {
	alive := startProcess(k.t, k.sb, k.s.name, k.data, 0)
	for ; step <= maxSteps; step += lanes {
		k.connected(alive)
		k.open(step)
		alive.kill()
		k.sb.Clock.Advance(2 * time.Hour)
		victim := startProcess(k.t, k.sb, k.s.name, k.data, step)
		if !k.diesOrEnds(victim, step) {
			k.check(step)
			break
		}
		alive = startProcess(k.t, k.sb, k.s.name, k.data, 0)
		k.awaitEnd(step)
		k.check(step)
	}
	return step
}

type killing struct {
	t    *testing.T
	sb   *sandbox.Sandbox
	s    *side
	data string
}

func (k *killing) prize(step int) string { return fmt.Sprintf("Prize-%03d", step) }

// connected waits until the process that was started last is there.
func (k *killing) connected(p *process) {
	k.t.Helper()
	await(k.t, "the bot to connect", func() error {
		select {
		case <-p.done:
			k.t.Fatalf("the bot stopped:\n%s", p.out)
		default:
		}
		if !k.s.st("").Connected {
			return errNotYet
		}
		return nil
	})
}

// open starts a giveaway that three members enter.
func (k *killing) open(step int) {
	k.t.Helper()
	line := fmt.Sprintf(`/giveaway start duration:1h prize:"%s"`, k.prize(step))
	// A bot that has just started on a busy machine may miss Slack's three
	// seconds once, as a member would see too.
	await(k.t, line, func() error {
		r := k.s.act(world.Action{As: k.s.admin(), Kind: world.ActCommand, Channel: k.s.contests(), Text: line})
		if !r.OK && len(k.s.find(k.s.admin(), k.s.contests(), k.prize(step))) == 0 {
			k.t.Logf("%s: %s", line, r.Error)
			return fmt.Errorf("%w: %s", errNotYet, r.Error)
		}
		return nil
	})
	card := k.s.awaitCard(k.prize(step))
	for _, who := range k.s.people()[:3] {
		await(k.t, "an entry", func() error {
			if r := k.s.press(who, card, "|enter|"); !r.OK {
				return fmt.Errorf("press: %s", r.Error)
			}
			return nil
		})
	}
	await(k.t, "three entries", func() error {
		if len(k.private(card)) < 3 {
			return errNotYet
		}
		return nil
	})
}

// private lists who was told that they are in.
func (k *killing) private(card world.Message) []string {
	var told []string
	for _, who := range k.s.people()[:3] {
		for _, m := range k.s.msgs(who, k.s.contests()) {
			mine := slices.ContainsFunc(controls(m), func(c string) bool { return c == "giveaway|leave|"+idOf(card) })
			if m.Private && mine {
				told = append(told, who)
				break
			}
		}
	}
	return told
}

// awaitCard waits for the card of a prize with its button.
func (s *side) awaitCard(prize string) world.Message {
	s.t.Helper()
	var card world.Message
	await(s.t, "the card of "+prize, func() error {
		for _, m := range s.find(s.admin(), s.contests(), prize) {
			for _, c := range controls(m) {
				if !m.Private && strings.HasPrefix(c, "giveaway|enter|") {
					card = m
					return nil
				}
			}
		}
		return errNotYet
	})
	return card
}

// diesOrEnds waits until the process died, or the giveaway ended with it
// alive: then there was no such step.
func (k *killing) diesOrEnds(p *process, step int) bool {
	k.t.Helper()
	died := false
	await(k.t, fmt.Sprintf("step %d", step), func() error {
		if p.died(0) {
			died = true
			return nil
		}
		if err := k.ended(step); err != nil {
			return err
		}
		died = p.died(time.Second)
		return nil
	})
	if died && strings.Contains(p.out.String(), "bot:") {
		k.t.Fatalf("the bot stopped by itself:\n%s", p.out)
	}
	return died
}

func (k *killing) awaitEnd(step int) {
	k.t.Helper()
	await(k.t, fmt.Sprintf("the end after a death at step %d", step), func() error { return k.ended(step) })
}

// ended returns nil once everything that belongs to the end is said.
func (k *killing) ended(step int) error {
	prize := k.prize(step)
	if n := len(k.announcements(step)); n == 0 {
		return fmt.Errorf("%w: no announcement", errNotYet)
	}
	if len(k.s.find(k.s.admin(), k.s.contests(), "🎉 "+prize, "The winner")) == 0 {
		return fmt.Errorf("%w: the card does not name the winner", errNotYet)
	}
	if k.told("You won", prize) == 0 {
		return fmt.Errorf("%w: the winner is not told", errNotYet)
	}
	if len(k.s.direct(k.s.admin(), "Your giveaway", prize)) == 0 {
		return fmt.Errorf("%w: the host is not told", errNotYet)
	}
	return nil
}

func (k *killing) announcements(step int) []world.Message {
	return k.s.find(k.s.admin(), k.s.contests(), "Congratulations", k.prize(step))
}

func (k *killing) told(parts ...string) int {
	n := 0
	for _, who := range k.s.people()[:3] {
		n += len(k.s.direct(who, parts...))
	}
	return n
}

// check counts what was said of one giveaway.
func (k *killing) check(step int) {
	k.t.Helper()
	prize := k.prize(step)
	a := k.announcements(step)
	if len(a) != 1 {
		k.t.Errorf("killed at step %d: %d announcements of %s, want 1", step, len(a), prize)
	}
	if n := k.told("You won", prize); n != 1 {
		k.t.Errorf("killed at step %d: winners of %s were told %d times, want once", step, prize, n)
	}
	if n := len(k.s.direct(k.s.admin(), "Your giveaway", prize)); n != 1 {
		k.t.Errorf("killed at step %d: the host of %s was told %d times, want once", step, prize, n)
	}
	for _, m := range a {
		winner := slices.IndexFunc(k.s.people()[:3], func(id string) bool { return strings.Contains(text(m), id) })
		if winner < 0 || len(k.s.direct(k.s.people()[winner], "You won", prize)) != 1 {
			k.t.Errorf("killed at step %d: who was announced for %s is not who was told", step, prize)
		}
	}
}
