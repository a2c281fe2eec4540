package bench

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"animo/bot/app"
	"animo/bot/chat"
	"animo/bot/sandbox"
	"animo/bot/sandbox/world"
	"animo/bot/slack"
)

const (
	// crowdEnv tells the test binary to be a local platform and the people on
	// it, "discord 100" for a hundred on Discord: in a process of its own, so
	// that neither it nor its garbage is taken for the bot's.
	crowdEnv = "ANIMO_BENCH_CROWD"
	// crowdWorkers press flat out, each again as soon as they are answered.
	crowdWorkers = 32
	// crowdPatience is how long a crowd waits for the bot to do anything, and
	// crowdLook how often it looks meanwhile.
	crowdPatience = time.Minute
	crowdLook     = 20 * time.Millisecond
)

// place is where a bot finds its platform, and who is there.
type place struct {
	URL, Token, AppToken string
	Team                 string // of Slack
	People               []string
}

// crowdOrder is what the benchmark asks of a crowd.
type crowdOrder struct {
	Await   string // "connected" or "gone": wait until the bot is
	Open    bool   // have a giveaway started
	Presses int    // of its Enter button, by as many who have not pressed yet
	Rate    int    // presses a second, whether or not they are answered; 0: flat out
}

// crowdReport is what came of an order.
type crowdReport struct {
	Error     string
	Control   string // the id of the Enter button
	Took, CPU time.Duration
	// Acknowledged and Answered count from the moment a press was due.
	Acknowledged, Answered spread
}

// spread is what matters of many durations.
type spread struct{ P50, P99, Slowest time.Duration }

func spreadOf(all []time.Duration) spread {
	slices.Sort(all)
	return spread{all[len(all)/2], all[len(all)*99/100], all[len(all)-1]}
}

// TestCrowd is no test but the other process.
func TestCrowd(t *testing.T) {
	var platform string
	var people int
	if n, err := fmt.Sscan(os.Getenv(crowdEnv), &platform, &people); n != 2 {
		t.Skip("started by the benchmark only: ", err)
	}
	sb, err := sandboxWithCommands(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer sb.Close(t.Context())
	c := newCrowd(sb, platform, people)
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(c.place); err != nil {
		t.Fatal(err)
	}
	for in := json.NewDecoder(os.Stdin); ; {
		var o crowdOrder
		if in.Decode(&o) != nil {
			return // the benchmark has ended
		}
		if err := out.Encode(c.do(o)); err != nil {
			t.Fatal(err)
		}
	}
}

// sandboxWithCommands is a sandbox in memory whose Slack app knows every
// command.
func sandboxWithCommands(ctx context.Context) (*sandbox.Sandbox, error) {
	menu, err := app.Menu()
	if err != nil {
		return nil, err
	}
	manifest, err := slack.Manifest(menu, slack.ManifestOptions{Language: chat.English})
	if err != nil {
		return nil, err
	}
	return sandbox.Start(ctx, sandbox.Options{Manifest: manifest})
}

// crowd is the people of one platform. It acts through the local platform's Go
// interface, so that a press costs it no HTTP request of its own: what passes
// over the wire is what passes between the platform and the bot.
type crowd struct {
	place
	admin, channel string
	act            func(world.Action) world.Result
	messages       func(as string) []world.Message
	state          func() world.State

	card, control string
	pressed       int
}

func newCrowd(sb *sandbox.Sandbox, platform string, people int) *crowd {
	c := &crowd{}
	if platform == string(chat.Discord) {
		d := sb.Discord
		c.place = place{URL: sb.DiscordURL(), Token: sb.DiscordToken(), People: d.AddPeople(d.GuildID(), people)}
		c.admin, c.channel = d.PersonID("admin"), d.ChannelID("contests")
		c.act = func(a world.Action) world.Result { return d.Act(context.Background(), a) }
		c.messages = func(as string) []world.Message { return d.Messages(as, c.channel) }
		c.state = func() world.State { return d.State(c.admin) }
		return c
	}
	s := sb.Slack
	c.place = place{URL: sb.SlackURL(), Token: sb.SlackBotToken(), AppToken: sb.SlackAppToken(), Team: s.TeamID(), People: s.AddPeople(people)}
	c.admin, c.channel = s.UserID("admin"), s.ChannelID("contests")
	c.act = s.Act
	c.messages = func(as string) []world.Message { return s.Messages(as, c.channel) }
	c.state = func() world.State { return s.State("") }
	return c
}

func (c *crowd) do(o crowdOrder) crowdReport {
	var r crowdReport
	var err error
	switch {
	case o.Await != "":
		err = c.await(func() bool { return c.state().Connected == (o.Await == "connected") })
	case o.Open:
		err = c.open()
	default:
		r, err = c.presses(o)
	}
	r.Control = c.control
	if err != nil {
		r.Error = err.Error()
	}
	return r
}

var errNothing = errors.New("the bot did nothing")

func (c *crowd) await(f func() bool) error {
	for deadline := time.Now().Add(crowdPatience); !f(); time.Sleep(crowdLook) {
		if time.Now().After(deadline) {
			return errNothing
		}
	}
	return nil
}

var enterControl = regexp.MustCompile(`"(?:custom_id|action_id)":"(giveaway\|enter\|[^"]+)"`)

// open has the administrator start a giveaway, as soon as the bot offers that,
// and finds its card.
func (c *crowd) open() error {
	start := world.Action{As: c.admin, Kind: world.ActCommand, Channel: c.channel, Text: `/giveaway start duration:2h prize:"A month of Nitro" winners:3`}
	var said string
	if err := c.await(func() bool { r := c.act(start); said = r.Error; return r.OK }); err != nil {
		return fmt.Errorf("start a giveaway: %s: %w", said, err)
	}
	return c.await(func() bool {
		for _, m := range c.messages(c.admin) {
			if found := enterControl.FindSubmatch(m.Native); found != nil && !m.Private {
				c.card, c.control = m.ID, string(found[1])
			}
		}
		return c.card != ""
	})
}

// presses lets the next of the people enter.
func (c *crowd) presses(o crowdOrder) (crowdReport, error) {
	who := c.People[c.pressed : c.pressed+o.Presses]
	c.pressed += o.Presses
	acknowledged, answered, errs := make([]time.Duration, len(who)), make([]time.Duration, len(who)), make([]error, len(who))
	press := func(i int, due time.Time) { acknowledged[i], answered[i], errs[i] = c.press(who[i], due) }
	start, before := time.Now(), discordCPU()
	if o.Rate > 0 {
		paced(len(who), o.Rate, press)
	} else {
		flatOut(len(who), press)
	}
	return crowdReport{
		Took: time.Since(start), CPU: discordCPU() - before,
		Acknowledged: spreadOf(acknowledged), Answered: spreadOf(answered),
	}, cmp.Or(errs...)
}

// paced presses at a rate that nothing slows down.
func paced(n, rate int, press func(i int, due time.Time)) {
	var wg sync.WaitGroup
	start := time.Now()
	for i := range n {
		due := start.Add(time.Duration(i) * time.Second / time.Duration(rate))
		time.Sleep(time.Until(due))
		wg.Go(func() { press(i, due) })
	}
	wg.Wait()
}

func flatOut(n int, press func(i int, due time.Time)) {
	var wg sync.WaitGroup
	work := make(chan int)
	for range crowdWorkers {
		wg.Go(func() {
			for i := range work {
				press(i, time.Now())
			}
		})
	}
	for i := range n {
		work <- i
	}
	close(work)
	wg.Wait()
}

// press returns how long after due the platform had the acknowledgement, and
// how long until the member was answered.
func (c *crowd) press(who string, due time.Time) (acknowledged, answered time.Duration, err error) {
	late := time.Since(due)
	r := c.act(world.Action{As: who, Kind: world.ActPress, Channel: c.channel, Message: c.card, Control: c.control})
	if !r.OK {
		return 0, 0, fmt.Errorf("press as %s: %s", who, r.Error)
	}
	if r.Message == "" { // the answer did not come with the acknowledgement, nor right behind it
		isAnswer := func(m world.Message) bool { return m.Private && !m.Waiting }
		err = c.await(func() bool { return slices.ContainsFunc(c.messages(who), isAnswer) })
	}
	return late + r.Took, time.Since(due), err
}

// subject is the instance that a control belongs to.
func subject(control string) string { return control[strings.LastIndex(control, "|")+1:] }
