package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/slack-go/slack"

	"animo/bot/chat"
	"animo/bot/quota"
)

// Config is what an operator sets.
type Config struct {
	BotToken string // xoxb-…
	// AppToken (xapp-…, scope connections:write) turns Socket Mode on.
	AppToken string
	// SigningSecret checks HTTP requests; unused in Socket Mode.
	SigningSecret string
	// APIURL is where the Web API is, "https://slack.com/api" if empty. An
	// address without a path gets "/api".
	APIURL string
	// CommandPrefix goes before each command's name, so that "/poll" can be
	// "/animo-poll" where another app has the short name.
	CommandPrefix string
	// Language is the one in which the slash commands were named when the
	// app's manifest was made.
	Language chat.Language
}

// Deps is what the adapter is given.
type Deps struct {
	Log *slog.Logger
	// Machine is the machine's clock, by which Slack's deadlines and limits
	// run; it is required. Now is the community's, which a rehearsal may
	// move; nil means that it is the machine's.
	Machine, Now func() time.Time
	Transport    http.RoundTripper // nil means http.DefaultTransport
	// Limits is where replicas note what Slack allows them together; nil if
	// the process is alone.
	Limits quota.Board
	// Replicas counts the processes that serve the workspace with the same
	// tokens; nil if this one is alone.
	Replicas func(ctx context.Context) (int, error)
}

// Adapter is one workspace. Its methods may be called from several goroutines.
type Adapter struct {
	conf    Config
	pace    pace
	reading reading
	log     *slog.Logger
	now     func() time.Time
	machine func() time.Time
	others  func(ctx context.Context) (int, error)
	client  *http.Client // for calls
	lines   *http.Client // for websockets, which outlive any time limit
	api     *slack.Client
	reads   *slack.Client // repeats what changes nothing
	people  *people
	lists   *lists
	menu    atomic.Pointer[chat.CommandMenu]
	intake  atomic.Pointer[intake] // while Run runs

	mu   sync.Mutex
	self *identity
}

// identity is who the bot is, from auth.test.
type identity struct {
	team, name string // the workspace
	user, bot  string // the bot's user id and bot id
}

const callTimeout = 20 * time.Second

// New makes an adapter; it connects to nothing. It fails without a bot token,
// and without an app token or signing secret.
func New(c Config, d Deps) (*Adapter, error) {
	switch {
	case c.BotToken == "":
		return nil, errors.New("slack: a bot token is missing")
	case c.AppToken == "" && c.SigningSecret == "":
		return nil, errors.New("slack: an app token (Socket Mode) or a signing secret (HTTP) is missing")
	}
	if d.Machine == nil {
		return nil, errors.New("slack: no clock")
	}
	base, err := apiURL(c.APIURL)
	if err != nil {
		return nil, err
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Now == nil {
		d.Now = d.Machine
	}
	a := &Adapter{
		conf: c, pace: usualPace(), reading: usualReading(), log: d.Log, now: d.Now, machine: d.Machine, others: d.Replicas,
		client: &http.Client{Transport: newGate(base, d.Machine, d.Transport, d.Limits, d.Log), Timeout: callTimeout},
		lines:  &http.Client{Transport: d.Transport},
	}
	options := []slack.Option{
		slack.OptionAPIURL(base), slack.OptionAppLevelToken(c.AppToken), slack.OptionHTTPClient(a.client),
		slack.OptionLog(log.New(io.Discard, "", 0)),
	}
	a.api = slack.New(c.BotToken, options...)
	a.reads = slack.New(c.BotToken, append(options, slack.OptionRetryConfig(readRetries()))...)
	a.people, a.lists = newPeople(a.reads, d.Now), newLists(a.reads, d.Now)
	a.menu.Store(&chat.CommandMenu{})
	return a, nil
}

func readRetries() slack.RetryConfig {
	c := slack.DefaultRetryConfig()
	c.MaxRetries = 2
	c.Handlers = slack.ConnectionOnlyRetryHandlers()
	return c
}

func apiURL(s string) (string, error) {
	if s == "" {
		return slack.APIURL, nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return "", fmt.Errorf("slack: %q is no address of a web API", s)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	if u.Path == "" {
		u.Path = "/api"
	}
	return u.String() + "/", nil
}

// Capabilities says what Slack can do. User groups count as roles that can be
// mentioned but not given.
func (a *Adapter) Capabilities() chat.Capabilities {
	return chat.Capabilities{
		Network: chat.Slack, Name: "Slack",
		FormErrors: true, RoleMentions: true,
		Guests: true, ChannelMembers: true,
		MaxText: 9000, MaxPings: maxPings, MaxBlocks: 45,
	}
}

// Register remembers the commands for the reader of command lines. Slack
// itself learns them from the app's manifest alone.
func (a *Adapter) Register(_ context.Context, m chat.CommandMenu) error {
	a.menu.Store(&m)
	return nil
}

// Run connects and hands what happens to in until ctx ends, and then returns
// nil. An error means that a token is refused or Socket Mode is off.
func (a *Adapter) Run(ctx context.Context, in chat.Inbox) error {
	me, err := a.greet(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	k := newIntake(ctx, a, me, in)
	a.intake.Store(k)
	defer func() {
		a.intake.Store(nil)
		stop()
		k.lanes.wait()
	}()
	if a.conf.AppToken != "" {
		return a.runSockets(ctx, k)
	}
	k.arrived()
	<-ctx.Done()
	return nil
}

// greet finds out who the bot is and keeps trying while Slack is out of reach.
func (a *Adapter) greet(ctx context.Context) (identity, error) {
	wait := backoff.NewExponentialBackOff()
	for {
		me, err := a.identify(ctx)
		if err == nil || fatal(err) {
			return me, err
		}
		a.log.WarnContext(ctx, "slack is out of reach", "error", err)
		if !pause(ctx, max(wait.NextBackOff(), retryAfter(err))) {
			return me, ctx.Err()
		}
	}
}

// identify returns who the bot is and asks Slack the first time.
func (a *Adapter) identify(ctx context.Context) (identity, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.self != nil {
		return *a.self, nil
	}
	c := call{doing: "find out who the bot is"}
	r, err := a.reads.AuthTestContext(c.watch(ctx))
	if err != nil {
		return identity{}, c.err(err)
	}
	a.self = &identity{team: r.TeamID, name: r.Team, user: r.UserID, bot: r.BotID}
	return *a.self, nil
}

// pause waits for d and returns false if ctx ends before.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

func retryAfter(err error) time.Duration {
	var e *chat.Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}

var _ chat.Platform = (*Adapter)(nil)
