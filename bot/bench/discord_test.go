// Package bench measures what Animo costs beside something that does less, in
// the same run: the adapters beside the bare libraries that they are built on,
// on the same bytes; the whole bot beside one that answers and stores nothing;
// its memory at rest beside that of a library's session. Figures depend on the
// machine, ratios hardly do; a benchmark fails if it misses its goal. Then go
// test shows its log in place of its metrics: the log has the figures too.
//
//	go test -run '^$' -bench . ./bot/bench
package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/coder/websocket"

	"animo/bot/chat"
	"animo/bot/discord"
)

const (
	discordGoalCPU    = 0.30 // of discordgo's session with an empty handler
	discordGoalMemory = 10 << 20
	// discordRounds are run of each; the quickest counts, since whatever else
	// the machine does only adds.
	discordRounds  = 4
	discordWarmUp  = 2000 // messages before the clock starts
	discordSendEnv = "ANIMO_BENCH_DISCORD_SEND"
)

// discordMessage is an event of about 1 KB, as Discord sends them.
const discordMessage = `{"t":"MESSAGE_CREATE","s":%d,"op":0,"d":{"type":0,"tts":false,"timestamp":"2026-01-20T10:11:12.345000+00:00","pinned":false,"nonce":"1459999999999999999",` +
	`"mentions":[],"mention_roles":[],"mention_everyone":false,"member":{"roles":["1300000000000000001","1300000000000000002"],"premium_since":null,"pending":false,"nick":null,` +
	`"mute":false,"joined_at":"2024-03-04T05:06:07.891000+00:00","flags":0,"deaf":false,"communication_disabled_until":null,"banner":null,"avatar":null},"id":"%d",` +
	`"flags":0,"embeds":[],"edited_timestamp":null,"content":"Bonjour tout le monde ! Is anyone up for the quiz tonight? I have prepared twenty questions about the history of the web, \"hard\" ones too.",` +
	`"components":[],"channel_type":0,"channel_id":"1300000000000000010","author":{"username":"member.1","public_flags":0,"primary_guild":null,"id":"1200000000000000007","global_name":"Member 1",` +
	`"display_name_styles":null,"discriminator":"0","collectibles":null,"clan":null,"avatar_decoration_data":null,"avatar":"0123456789abcdef0123456789abcdef"},"attachments":[],"guild_id":"1300000000000000000"}}`

// discordPress is a press of a button.
const discordPress = `{"t":"INTERACTION_CREATE","s":%d,"op":0,"d":{"version":1,"type":3,"token":"aW50ZXJhY3Rpb246MTQ2MDAwMDAwMDAwMDAwMDAwMDp0b2tlbg","id":"%d","application_id":"1",` +
	`"guild_id":"1300000000000000000","channel_id":"1300000000000000010","locale":"fr","message":{"id":"1400000000000000000","channel_id":"1300000000000000010","flags":32768},` +
	`"member":{"user":{"id":"1200000000000000007","username":"member.1","global_name":"Member 1"},"roles":[],"joined_at":"2024-03-04T05:06:07.891000+00:00","permissions":"0"},` +
	`"data":{"id":3,"component_type":2,"custom_id":"giveaway|enter|g1"}}}`

const discordGuild = `{"t":"GUILD_CREATE","s":2,"op":0,"d":{"id":"1300000000000000000","name":"Community","owner_id":"1200000000000000001","roles":[{"id":"1300000000000000000","permissions":"3072"},` +
	`{"id":"1300000000000000001","permissions":"0"}],"channels":[{"id":"1300000000000000010","type":0,"name":"general"}],"members":[],"threads":[],"emojis":[],"presences":[],"voice_states":[]}}`

// TestDiscordSender is no test: it plays the gateway in a process of its own,
// so that what that costs is not counted.
func TestDiscordSender(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv(discordSendEnv))
	if err != nil {
		t.Skip("started by the benchmarks only")
	}
	format := discordMessage
	if n < 0 {
		n, format = -n, discordPress
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { discordPour(w, r, format, n) }))
	fmt.Println(strings.TrimPrefix(web.URL, "http://"))
	_, _ = io.Copy(io.Discard, os.Stdin) // until the parent is gone
}

// pour plays a gateway that sends n events.
func discordPour(w http.ResponseWriter, r *http.Request, format string, n int) {
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer ws.CloseNow()
	ctx := r.Context()
	say := func(b []byte) bool { return ws.Write(ctx, websocket.MessageText, b) == nil }
	say([]byte(`{"op":10,"s":null,"t":null,"d":{"heartbeat_interval":600000}}`))
	if _, _, err := ws.Read(ctx); err != nil {
		return
	}
	say([]byte(`{"t":"READY","s":1,"op":0,"d":{"v":9,"session_id":"s","resume_gateway_url":"ws://` + r.Host + `","user":{"id":"1","username":"animo"},"guilds":[],"private_channels":[]}}`))
	say([]byte(discordGuild))
	for i := range n {
		if !say(fmt.Appendf(nil, format, i+3, 1460000000000000000+i)) {
			return
		}
	}
	_, _, _ = ws.Read(ctx)
}

// discordSender starts the gateway and returns its host.
func discordSender(b *testing.B, n int) string {
	b.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestDiscordSender$")
	cmd.Env = append(os.Environ(), discordSendEnv+"="+strconv.Itoa(n))
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
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	var host string
	if _, err := fmt.Fscanln(out, &host); err != nil {
		b.Fatal(err)
	}
	return host
}

// discordREST answers what the libraries ask before they connect, and everything
// else with an empty object.
type discordREST struct{ host string }

// RoundTrip implements http.RoundTripper.
func (r discordREST) RoundTrip(q *http.Request) (*http.Response, error) {
	if q.Body != nil {
		_, _ = io.Copy(io.Discard, q.Body)
		_ = q.Body.Close()
	}
	body := `{"id":"1","username":"animo"}`
	switch {
	case strings.HasSuffix(q.URL.Path, "/gateway/bot"):
		body = `{"url":"ws://` + r.host + `","shards":1,"session_start_limit":{"total":1000,"remaining":999,"max_concurrency":1}}`
	case strings.HasSuffix(q.URL.Path, "/gateway"):
		body = `{"url":"ws://` + r.host + `"}`
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: q}, nil
}

// discordMeter takes the CPU time between the end of the warm-up and the last
// message.
type discordMeter struct {
	all         int64
	seen        atomic.Int64
	begun, over time.Duration
	done        chan struct{}
}

func newDiscordMeter(all int) *discordMeter {
	return &discordMeter{all: int64(all), done: make(chan struct{})}
}

func (m *discordMeter) tick() {
	switch m.seen.Add(1) {
	case discordWarmUp:
		m.begun = discordCPU()
	case m.all:
		m.over = discordCPU()
		close(m.done)
	}
}

// each returns the CPU time of one message.
func (m *discordMeter) each() time.Duration {
	return (m.over - m.begun) / time.Duration(m.all-discordWarmUp)
}

// Deliver implements chat.Inbox.
func (m *discordMeter) Deliver(e chat.Event, done func()) {
	done()
	if _, ok := e.(chat.Posted); ok {
		m.tick()
	}
}

// Interact implements chat.Inbox.
func (m *discordMeter) Interact(_ chat.Event, _ chat.Responder, done func()) { done() }

func discordOurs(b *testing.B, host string, all int) time.Duration {
	b.Helper()
	a, err := discord.New(discord.Config{Token: "x", MembersIntent: true, ContentIntent: true}, discord.Deps{Machine: time.Now, Transport: discordREST{host}})
	if err != nil {
		b.Fatal(err)
	}
	m, done := newDiscordMeter(all), make(chan error)
	ctx, stop := context.WithCancel(context.Background())
	go func() { done <- a.Run(ctx, m) }()
	<-m.done
	stop()
	if err := <-done; err != nil {
		b.Fatal(err)
	}
	return m.each()
}

func discordTheirs(b *testing.B, host string, all int) time.Duration {
	b.Helper()
	s, err := discordgo.New("Bot x")
	if err != nil {
		b.Fatal(err)
	}
	s.Client = &http.Client{Transport: discordREST{host}}
	s.LogLevel = -1
	m := newDiscordMeter(all)
	s.AddHandler(func(*discordgo.Session, *discordgo.MessageCreate) { m.tick() })
	if err := s.Open(); err != nil {
		b.Fatal(err)
	}
	<-m.done
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	return m.each()
}

func BenchmarkDiscordMessageBesideDiscordgo(b *testing.B) {
	const all = discordWarmUp + 20_000
	host := discordSender(b, all)
	for b.Loop() {
		mine, other := time.Hour, time.Hour
		for range discordRounds {
			mine = min(mine, discordOurs(b, host, all))
			other = min(other, discordTheirs(b, host, all))
		}
		ratio := float64(mine) / float64(other)
		b.ReportMetric(float64(mine.Microseconds()), "µs-ours")
		b.ReportMetric(float64(other.Microseconds()), "µs-discordgo")
		b.ReportMetric(ratio, "ratio")
		if ratio > discordGoalCPU {
			b.Errorf("%v a message, discordgo %v: %.2f of it, the goal is %.2f", mine, other, ratio, discordGoalCPU)
		}
	}
}

// discordPressed answers each interaction at once.
type discordPressed struct {
	b    *testing.B
	n    int
	from int64
	done chan int64 // bytes of heap that are more than after the warm-up
}

// Deliver implements chat.Inbox.
func (p *discordPressed) Deliver(_ chat.Event, done func()) { done() }

const discordPresses = 100_000

// Interact implements chat.Inbox.
func (p *discordPressed) Interact(_ chat.Event, r chat.Responder, done func()) {
	defer done()
	if err := r.Respond(context.Background(), chat.PrivateLine(chat.Words("You are in."))); err != nil {
		p.b.Error(err)
	}
	switch p.n++; p.n {
	case discordWarmUp:
		p.from = discordHeap()
	case discordWarmUp + discordPresses:
		p.done <- discordHeap() - p.from
	}
}

func discordHeap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func BenchmarkDiscordMemoryAfter100000Interactions(b *testing.B) {
	host := discordSender(b, -(discordWarmUp + discordPresses))
	for b.Loop() {
		a, err := discord.New(discord.Config{Token: "x"}, discord.Deps{Machine: time.Now, Transport: discordREST{host}})
		if err != nil {
			b.Fatal(err)
		}
		p, done := &discordPressed{b: b, done: make(chan int64, 1)}, make(chan error)
		ctx, stop := context.WithCancel(context.Background())
		go func() { done <- a.Run(ctx, p) }()
		grown := <-p.done
		stop()
		if err := <-done; err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(grown)/(1<<20), "MB-ours")
		b.ReportMetric(float64(discordgoGrowth(b, host))/(1<<20), "MB-discordgo")
		if grown > discordGoalMemory {
			b.Errorf("%d bytes more", grown)
		}
	}
}

// discordgoGrowth answers as many interactions as discordgo is meant to.
func discordgoGrowth(b *testing.B, host string) int64 {
	b.Helper()
	s, err := discordgo.New("Bot x")
	if err != nil {
		b.Fatal(err)
	}
	s.Client = &http.Client{Transport: discordREST{host}}
	answer := &discordgo.InteractionResponse{Type: discordgo.InteractionResponseDeferredMessageUpdate}
	from := int64(0)
	for i := range discordWarmUp + discordPresses {
		if i == discordWarmUp {
			from = discordHeap()
		}
		if err := s.InteractionRespond(&discordgo.Interaction{ID: strconv.Itoa(i), Token: "t"}, answer); err != nil {
			b.Fatal(err)
		}
	}
	grown := discordHeap() - from
	runtime.KeepAlive(s)
	return grown
}
