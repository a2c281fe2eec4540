package bench

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	library "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"animo/bot/chat"
	"animo/bot/dispatch"
	"animo/bot/slack"
)

const (
	// slackServe tells the test binary to be the Slack of the benchmark: in a
	// process of its own, so that only the reader's CPU is counted.
	slackServe = "ANIMO_BENCH_SLACK"
	// slackAhead is how many events are sent ahead of their acknowledgement.
	slackAhead = 200
	// slackEvents are sent to each reader in one run.
	slackEvents = 20000
	slackGoal   = 1.15
)

// TestSlackServer is not a test but the other process.
func TestSlackServer(t *testing.T) {
	if os.Getenv(slackServe) == "" {
		t.Skip("serves the benchmark")
	}
	web := httptest.NewServer(slackMux())
	defer web.Close()
	fmt.Println("serving", web.URL)
	_, _ = io.Copy(io.Discard, os.Stdin) // until the benchmark ends
}

// slackMux answers the calls that opening a line takes, and sends events over
// the first line that is opened.
func slackMux() *http.ServeMux {
	mux := http.NewServeMux()
	for method, body := range map[string]string{
		"auth.test": `{"ok":true,"team_id":"T1","team":"Team","user_id":"U0","bot_id":"B0"}`, "team.info": `{"ok":true,"team":{"id":"T1","name":"Team"}}`,
		"users.info": `{"ok":true,"user":{"id":"U1","name":"member-1","profile":{"display_name":"Member 1"}}}`, "usergroups.list": `{"ok":true,"usergroups":[]}`,
	} {
		mux.HandleFunc("/api/"+method, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
	}
	mux.HandleFunc("/api/apps.connections.open", func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, `{"ok":true,"url":"ws://%s/link"}`, r.Host)
	})
	var lines, run atomic.Int32
	ahead := make(chan struct{}, slackAhead)
	mux.HandleFunc("/again", func(http.ResponseWriter, *http.Request) { lines.Store(0); run.Add(1) })
	mux.HandleFunc("/link", func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
		if err != nil {
			return
		}
		defer c.CloseNow()
		c.SetReadLimit(1 << 20)
		_ = c.Write(r.Context(), websocket.MessageText, []byte(`{"type":"hello","num_connections":1}`))
		if lines.Add(1) == 1 {
			go sendEvents(r.Context(), c, int(run.Load()), ahead)
		}
		readAcks(r.Context(), c, ahead)
	})
	return mux
}

// sendEvents keeps to what ahead has room for: a token for each event that is
// not acknowledged.
func sendEvents(ctx context.Context, c *websocket.Conn, run int, ahead chan<- struct{}) {
	for n := range slackEvents {
		ahead <- struct{}{}
		if c.Write(ctx, websocket.MessageText, slackEvent(run, n)) != nil {
			return
		}
	}
}

func readAcks(ctx context.Context, c *websocket.Conn, ahead <-chan struct{}) {
	for {
		if _, _, err := c.Read(ctx); err != nil {
			return
		}
		<-ahead
	}
}

// slackEvent is a message of about 1.5 KB, as Slack sends it to Socket Mode
// (docs.slack.dev/apis/events-api/using-socket-mode#events).
func slackEvent(run, n int) []byte {
	text := fmt.Sprintf("message %d: %s", n, strings.Repeat("words of a member ", 10))
	return fmt.Appendf(nil, `{"envelope_id":"%08d-0000-4000-8000-%012d","payload":{"token":"t","team_id":"T1","context_team_id":"T1","context_enterprise_id":null,"api_app_id":"A1",`+
		`"event":{"user":"U1","type":"message","ts":"17724420%02d.%06d","client_msg_id":"%08[2]d-1111-4111-8111-111111111111","text":%[5]q,"team":"T1",`+
		`"blocks":[{"type":"rich_text","block_id":"b%[2]d","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":%[5]q},{"type":"emoji","name":"tada","unicode":"1f389"},{"type":"user","user_id":"U2"}]}]}],`+
		`"channel":"C%[6]d","event_ts":"17724420%02[3]d.%06[2]d","channel_type":"channel"},"type":"event_callback","event_id":"Ev%[1]d-%[2]d","event_time":1772442000,`+
		`"authorizations":[{"enterprise_id":null,"team_id":"T1","user_id":"U0","is_bot":true,"is_enterprise_install":false}],"is_ext_shared_channel":false,"event_context":"4-eyJldCI6Im1lc3NhZ2UifQ"},`+
		`"type":"events_api","accepts_response_payload":false,"retry_attempt":0,"retry_reason":""}`, run, n, n%60, n, text, n%20)
}

// slackElsewhere starts the other process and returns its address.
func slackElsewhere(tb testing.TB) string {
	tb.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestSlackServer$", "-test.v")
	cmd.Env = append(os.Environ(), slackServe+"=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, address, ok := strings.Cut(lines.Text(), "serving "); ok {
			return address
		}
	}
	tb.Fatal("the other process serves nothing")
	return ""
}

// reader reads events until ctx ends and calls heard for each.
type reader func(ctx context.Context, address string, heard func()) error

// counted is an Inbox that only counts.
type counted struct{ heard func() }

// Deliver implements chat.Inbox.
func (c counted) Deliver(e chat.Event, done func()) {
	if done != nil {
		defer done()
	}
	if _, ok := e.(chat.Posted); ok {
		c.heard()
	}
}

// Interact implements chat.Inbox.
func (counted) Interact(chat.Event, chat.Responder, func()) {}

// Hear implements dispatch.Listener.
func (c counted) Hear(_ context.Context, e chat.Event) error {
	c.Deliver(e, nil)
	return nil
}

// unmetered is a dispatch.Meter that counts nothing.
type unmetered struct{}

// Event implements dispatch.Meter.
func (unmetered) Event(string, string) {}

// EventDropped implements dispatch.Meter.
func (unmetered) EventDropped(string, string) {}

// Interaction implements dispatch.Meter.
func (unmetered) Interaction(string, string, string, time.Duration) {}

func readOurs(ctx context.Context, address string, in chat.Inbox) error {
	a, err := slack.New(slack.Config{BotToken: "xoxb-1", AppToken: "xapp-1", APIURL: address}, slack.Deps{Machine: time.Now})
	if err != nil {
		return err
	}
	return a.Run(ctx, in)
}

// slackReaders are who reads: ours to an Inbox, ours through the dispatcher to
// a listener, and the library's own client with the emptiest handler.
func slackReaders() map[string]reader {
	return map[string]reader{
		"adapter": func(ctx context.Context, address string, heard func()) error {
			return readOurs(ctx, address, counted{heard})
		},
		"adapter and dispatch": func(ctx context.Context, address string, heard func()) error {
			d := dispatch.New(dispatch.Config{
				Listeners: []dispatch.Listener{counted{heard}}, Now: time.Now, Log: slog.New(slog.DiscardHandler), Meter: unmetered{},
			})
			return readOurs(ctx, address, d)
		},
		"library": func(ctx context.Context, address string, heard func()) error {
			api := library.New("xoxb-1", library.OptionAppLevelToken("xapp-1"), library.OptionAPIURL(address+"/api/"), library.OptionLog(log.New(io.Discard, "", 0)))
			client := socketmode.New(api)
			go func() {
				for {
					select {
					case <-ctx.Done():
						return
					case e := <-client.Events:
						if e.Type == socketmode.EventTypeEventsAPI {
							_ = client.AckCtx(ctx, e.Request.EnvelopeID, nil) // fails when all is over
							heard()
						}
					}
				}
			}()
			return client.RunContext(ctx)
		},
	}
}

// cost runs a reader over all events and returns its CPU for one.
func cost(tb testing.TB, address string, read reader) time.Duration {
	tb.Helper()
	res, err := http.Get(address + "/again")
	if err != nil {
		tb.Fatal(err)
	}
	_ = res.Body.Close()
	ctx, stop := context.WithCancel(context.Background())
	var n atomic.Int32
	const warm = slackEvents / 10 // what is learnt once does not count
	begin, all := make(chan struct{}), make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		ended <- read(ctx, address, func() {
			switch n.Add(1) {
			case warm:
				close(begin)
			case slackEvents:
				close(all)
			}
		})
	}()
	wait := func(what <-chan struct{}) {
		select {
		case <-what:
		case <-time.After(time.Minute):
			tb.Fatalf("%d of %d events were heard", n.Load(), slackEvents)
		}
	}
	wait(begin)
	before := discordCPU()
	wait(all)
	used := discordCPU() - before
	stop()
	<-ended
	return used / (slackEvents - warm)
}

// BenchmarkSlackEvent says what an event costs from the socket to a handler,
// beside the library's client on the same bytes in the same run. Run it with
// -benchtime=1x -count=5.
func BenchmarkSlackEvent(b *testing.B) {
	address := slackElsewhere(b)
	total := map[string]time.Duration{}
	for b.Loop() {
		for range 3 { // in turn, so that a busy machine is busy for all
			for name, read := range slackReaders() {
				total[name] += cost(b, address, read)
			}
		}
	}
	runs := time.Duration(3 * b.N)
	for name, t := range total {
		b.ReportMetric(float64((t / runs).Microseconds()), strings.ReplaceAll(name, " ", "-")+"-µs/event")
	}
	for _, name := range []string{"adapter", "adapter and dispatch"} {
		ratio := float64(total[name]) / float64(total["library"])
		b.ReportMetric(ratio, strings.ReplaceAll(name, " ", "-")+"-of-library")
		if ratio > slackGoal {
			b.Errorf("%s: %s of the library's CPU, at most %v", name, strconv.FormatFloat(ratio, 'f', 2, 64), slackGoal)
		}
	}
}
