package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"animo/bot/app"
	"animo/bot/chat"
	"animo/bot/config"
	"animo/bot/discord"
	"animo/bot/dispatch"
	"animo/bot/slack"
	"animo/bot/telemetry"
	"animo/storage"
)

const (
	pressGoalP99  = 2.0 // of the bare bot's p99
	pressGoalRate = 0.7 // of the bare bot's presses a second
	// pressRounds are run of each in turn; the best counts, since whatever
	// else the machine does only adds.
	pressRounds = 6
	pressRate   = 300  // a second
	pressPaced  = 500  // presses of one round at that rate
	pressFlat   = 1000 // presses of one round flat out
	pressWarmUp = 300
	pressPeople = pressWarmUp + pressRounds*(pressPaced+pressFlat)
)

// BenchmarkPress says how long distinct members who press Enter of one giveaway
// wait until they are told that they are in, which is once their entry is in
// the file: at 300 presses a second, and how many a second there are flat out
// with 32 members waiting at any time. The bare bot beside it has the same
// adapter and dispatcher, gets the same presses of the same card, and says much
// the same to everyone without looking anything up. At the end the file must
// hold the entries of those who pressed and no others.
//
// The local platform is another process on the same processors: what it takes
// flat out is in the log. It takes as much for either bot, so the ratio of CPU
// time, which is of the bots alone, is the one that it does not flatter.
func BenchmarkPress(b *testing.B) {
	for _, network := range []chat.Network{chat.Discord, chat.Slack} {
		b.Run(string(network), func(b *testing.B) {
			for b.Loop() {
				comparePresses(b, network)
			}
		})
	}
}

func comparePresses(b *testing.B, network chat.Network) {
	file := filepath.Join(b.TempDir(), "animo.db")
	whole, bare := newCrowdProcess(b, network), newCrowdProcess(b, network)
	stopWhole := whole.startBot(file)
	whole.order(crowdOrder{Open: true})
	stopFirst := bare.startBot(filepath.Join(b.TempDir(), "card.db"))
	bare.order(crowdOrder{Open: true}) // for its card
	stopFirst()
	bare.order(crowdOrder{Await: "gone"})
	stopBare := bare.startBare()
	results := map[*crowdProcess]*pressResult{whole: {}, bare: {}}
	for p, r := range results {
		p.presses(pressWarmUp, 0)
		*r = pressResult{answered: spread{P99: time.Hour}}
	}
	for range pressRounds {
		for p, r := range results {
			r.paced(p.presses(pressPaced, pressRate))
		}
		for p, r := range results {
			r.flatOut(p.presses(pressFlat, 0))
		}
	}
	stopBare()
	stopWhole()
	whole.checkEntries(file)
	judgePresses(b, results[whole], results[bare])
}

// pressResult is the best of several rounds, and the worst that a member met in
// any of them: what is slow by itself, and not by what else the machine does,
// shows there.
type pressResult struct {
	acknowledged, answered spread        // of the round with the best p99
	rate                   float64       // presses a second
	cpu, around            time.Duration // of the bot and of the platform, for one press of that round
	slowest                time.Duration // answer of all
}

func (r *pressResult) paced(got crowdReport, _ time.Duration) {
	r.slowest = max(r.slowest, got.Answered.Slowest)
	if got.Answered.P99 < r.answered.P99 {
		r.acknowledged, r.answered = got.Acknowledged, got.Answered
	}
}

func (r *pressResult) flatOut(got crowdReport, cpu time.Duration) {
	r.slowest = max(r.slowest, got.Answered.Slowest)
	if rate := pressFlat / got.Took.Seconds(); rate > r.rate {
		r.rate, r.cpu, r.around = rate, cpu/pressFlat, got.CPU/pressFlat
	}
}

func judgePresses(b *testing.B, whole, bare *pressResult) {
	b.Helper()
	for name, r := range map[string]*pressResult{"bot": whole, "bare": bare} {
		b.ReportMetric(float64(r.acknowledged.P99.Microseconds()), name+"-ack-p99-µs")
		b.ReportMetric(float64(r.answered.P50.Microseconds()), name+"-p50-µs")
		b.ReportMetric(float64(r.answered.P99.Microseconds()), name+"-p99-µs")
		b.ReportMetric(float64(r.slowest.Milliseconds()), name+"-slowest-ms")
		b.ReportMetric(r.rate, name+"-presses/s")
		b.ReportMetric(float64(r.cpu.Microseconds()), name+"-cpu-µs/press")
		b.Logf("%s: at %d a second acknowledged within %v (p50) and %v (p99), answered within %v and %v; flat out %.0f a second, CPU for one %v, of the local platform %v; slowest answer of all %v",
			name, pressRate, r.acknowledged.P50, r.acknowledged.P99, r.answered.P50, r.answered.P99, r.rate, r.cpu, r.around, r.slowest)
	}
	p99, rate := float64(whole.answered.P99)/float64(bare.answered.P99), whole.rate/bare.rate
	b.ReportMetric(p99, "p99-ratio")
	b.ReportMetric(rate, "rate-ratio")
	b.ReportMetric(float64(whole.cpu)/float64(bare.cpu), "cpu-ratio")
	if p99 > pressGoalP99 {
		b.Errorf("99 of 100 are answered within %.2f times what the bare bot takes, the goal is %.1f", p99, pressGoalP99)
	}
	if rate < pressGoalRate {
		b.Errorf("flat out %.2f of the bare bot's presses a second, the goal is %.1f", rate, pressGoalRate)
	}
}

// crowdProcess is a crowd, seen from here.
type crowdProcess struct {
	place
	b       *testing.B
	network chat.Network
	in      *json.Encoder
	out     *json.Decoder
	control string
	pressed int
}

func newCrowdProcess(b *testing.B, network chat.Network) *crowdProcess {
	b.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestCrowd$")
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d", crowdEnv, network, pressPeople))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = in.Close()
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
	})
	p := &crowdProcess{b: b, network: network, in: json.NewEncoder(in), out: json.NewDecoder(out)}
	if err := p.out.Decode(&p.place); err != nil {
		b.Fatal("the crowd does not come: ", err)
	}
	return p
}

func (p *crowdProcess) order(o crowdOrder) crowdReport {
	p.b.Helper()
	var r crowdReport
	if err := p.in.Encode(o); err != nil {
		p.b.Fatal(err)
	}
	if err := p.out.Decode(&r); err != nil || r.Error != "" {
		p.b.Fatalf("%+v: %s %v", o, r.Error, err)
	}
	p.control = r.Control
	return r
}

// presses also returns the CPU time that this process, the bot, took.
func (p *crowdProcess) presses(n, rate int) (crowdReport, time.Duration) {
	p.b.Helper()
	before := discordCPU()
	r := p.order(crowdOrder{Presses: n, Rate: rate})
	p.pressed += n
	return r, discordCPU() - before
}

// config is the default, but for what it has no default for.
func (p *crowdProcess) config(file string) config.Config {
	c := config.Default()
	c.HTTP.Listen = "127.0.0.1:0"
	c.Storage.URL = config.StorageURL("sqlite:" + file)
	if p.network == chat.Discord {
		c.Discord.Token, c.Discord.APIURL = config.Secret(p.Token), p.URL
	} else {
		c.Slack.BotToken, c.Slack.AppToken, c.Slack.APIURL = config.Secret(p.Token), config.Secret(p.AppToken), p.URL
	}
	return c
}

// warnings is the log of the bots: who lose an interaction say so.
func (p *crowdProcess) warnings() *slog.Logger {
	return slog.New(slog.NewTextHandler(p.b.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// startBot runs the whole bot until stop is called.
func (p *crowdProcess) startBot(file string) (stop func()) {
	p.b.Helper()
	a, err := app.New(p.b.Context(), app.Options{Config: p.config(file), Log: p.warnings()})
	if err != nil {
		p.b.Fatal(err)
	}
	return p.running(a.Run)
}

// startBare runs a bot that only answers.
func (p *crowdProcess) startBare() (stop func()) {
	p.b.Helper()
	adapter, err := p.adapter()
	if err != nil {
		p.b.Fatal(err)
	}
	d := dispatch.New(dispatch.Config{
		Handler: constant{ticketLike(subject(p.control))}, Now: time.Now, Log: p.warnings(), Meter: telemetry.NewMetrics(),
	})
	return p.running(func(ctx context.Context) error { return adapter.Run(ctx, d) })
}

func (p *crowdProcess) adapter() (chat.Platform, error) {
	c := p.config("")
	if p.network == chat.Discord {
		return discord.New(
			discord.Config{Token: p.Token, APIURL: p.URL, MembersIntent: c.Discord.MembersIntent, ContentIntent: c.Discord.ContentIntent},
			discord.Deps{Log: p.warnings(), Machine: time.Now})
	}
	return slack.New(slack.Config{BotToken: p.Token, AppToken: p.AppToken, APIURL: p.URL, Language: c.Slack.Language},
		slack.Deps{Log: p.warnings(), Machine: time.Now})
}

// running runs a bot and waits until the platform has it.
func (p *crowdProcess) running(run func(context.Context) error) (stop func()) {
	p.b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	p.order(crowdOrder{Await: "connected"})
	return func() {
		cancel()
		if err := <-done; err != nil {
			p.b.Error(err)
		}
	}
}

// checkEntries demands that the file, opened anew, has an entry for everyone
// who pressed and for nobody else.
func (p *crowdProcess) checkEntries(file string) {
	p.b.Helper()
	ctx := context.Background()
	s, err := app.OpenStore(ctx, config.StorageURL("sqlite:"+file))
	if err != nil {
		p.b.Fatal(err)
	}
	defer s.Close()
	tenants, err := s.Tenants(ctx)
	if err != nil {
		p.b.Fatal(err)
	}
	var got, want []string
	for _, t := range tenants {
		for key, err := range storage.AllKeys(ctx, s, t, subject(p.control)) {
			if err != nil {
				p.b.Fatal(err)
			}
			got = append(got, key)
		}
	}
	for _, who := range p.People[:p.pressed] {
		if p.network == chat.Slack {
			who = p.Team + "/" + who
		}
		want = append(want, string(chat.NewID[chat.MemberID](p.network, who)))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		p.b.Errorf("%d entries are stored after %d presses, or those of others", len(got), len(want))
	}
}

// constant answers everything with the same.
type constant struct{ reply chat.Reply }

// Interact implements dispatch.Handler.
func (c constant) Interact(context.Context, chat.Event) (chat.Reply, error) { return c.reply, nil }

// Mishap implements dispatch.Handler.
func (c constant) Mishap(chat.Event, string) chat.Reply { return c.reply }

// OpensForm implements dispatch.Handler.
func (constant) OpensForm(chat.Event) bool { return false }

// ticketLike looks like the answer to one who entered.
func ticketLike(id string) chat.Reply {
	return chat.Private(chat.NewCard(
		chat.Paragraph(chat.Line{chat.T("You are in for "), chat.Strong(chat.T("A month of Nitro")), chat.T(": no. 1,234.")}),
		chat.Paragraph(chat.Words("As things stand, you have 1 chance in 412.")),
		chat.Controls(chat.Button(chat.Act("giveaway", "leave", id), "Leave the giveaway", chat.TonePlain)),
	))
}
