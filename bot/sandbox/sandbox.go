package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"animo/bot/sandbox/discordwire"
	"animo/bot/sandbox/page"
	"animo/bot/sandbox/slackwire"
	"animo/bot/sandbox/world"
)

// The tokens that the local platforms accept. They open nothing elsewhere.
const (
	discordToken  = "sandbox-discord-token"
	slackBotToken = "xoxb-sandbox"
	slackAppToken = "xapp-sandbox"
)

// lastRequests is how long Close lets requests under way finish.
const lastRequests = time.Second

// headerTimeout bounds how long a client may take to send its headers.
const headerTimeout = 10 * time.Second

// Options say what kind of sandbox to start. The zero value is one in memory,
// in English, on free ports of 127.0.0.1.
type Options struct {
	// Listen is the page's address, 127.0.0.1:0 if empty. The platform
	// servers listen on the same host, on the two ports that follow if those
	// are free, else on any that are; with port 0 always on any.
	Listen string
	// Data is the directory of the journals; empty keeps all in memory.
	Data string
	// Language is "en" or "fr": that of the page at first, of the ready-made
	// communities and of the people in them. Anything else means "en".
	Language string
	// Manifest is the Slack app's, in YAML or JSON. Without it the app has no
	// commands and no rights.
	Manifest []byte
	// EnforceLimits makes the platforms refuse what exceeds their rate limits.
	EnforceLimits bool
	// Shards is how many shards the local Discord recommends, and Concurrency
	// how many of them may begin in five seconds; 1 each if zero.
	Shards, Concurrency int
	// Start is the sandbox's time at first, the machine's if zero. A time
	// earlier than one that the data directory has seen is passed over.
	Start time.Time
}

// Sandbox is a running sandbox.
type Sandbox struct {
	Clock   *world.Clock
	Discord *discordwire.Server
	Slack   *slackwire.Server

	pageURL, discordURL, slackURL string

	servers []*http.Server
	stop    context.CancelFunc // ends the requests that last, such as feeds
	undo    []func() error     // what Close does after the servers ended, last first
	work    sync.WaitGroup
}

// Start opens the journals, starts both platforms and the page, and returns
// once all three answer. ctx bounds the start alone; Close ends the sandbox.
func Start(ctx context.Context, o Options) (*Sandbox, error) {
	lasting, stop := context.WithCancel(context.WithoutCancel(ctx))
	s := &Sandbox{stop: stop}
	if err := s.start(ctx, lasting, o); err != nil {
		return nil, errors.Join(err, s.Close(ctx))
	}
	return s, nil
}

func (s *Sandbox) start(ctx, lasting context.Context, o Options) error {
	if o.Language != "fr" {
		o.Language = "en"
	}
	listeners, err := s.listen(ctx, o.Listen)
	if err != nil {
		return err
	}
	s.pageURL, s.discordURL, s.slackURL = address(listeners[0]), address(listeners[1]), address(listeners[2])
	times, err := s.startClock(o)
	if err != nil {
		return err
	}
	if err := s.startPlatforms(o); err != nil {
		return err
	}
	s.work.Go(func() { times.follow(lasting) })
	shown := page.Handler(page.Config{
		Discord: s.Discord.Control(), Slack: s.Slack.Control(), Clock: s.Clock, Language: o.Language,
		DiscordURL: s.discordURL, SlackURL: s.slackURL, OnAdvance: func(time.Duration) { times.keep() },
	})
	for i, handler := range []http.Handler{shown, s.Discord.Handler(), s.Slack.Handler()} {
		s.serve(lasting, listeners[i], handler)
	}
	return nil
}

// listen opens the addresses of the page, of Discord and of Slack.
func (s *Sandbox) listen(ctx context.Context, where string) ([]net.Listener, error) {
	if where == "" {
		where = "127.0.0.1:0"
	}
	host, port, err := net.SplitHostPort(where)
	if err != nil {
		return nil, fmt.Errorf("read the address %q: %w", where, err)
	}
	if host == "" {
		host = "127.0.0.1" // not every interface: anyone on the network could act here
	}
	var open []net.Listener
	for _, ports := range [][]string{{port}, {after(port, 1), "0"}, {after(port, 2), "0"}} {
		l, err := listenOn(ctx, host, ports)
		if err != nil {
			return nil, fmt.Errorf("listen for the sandbox: %w", err)
		}
		s.undo = append(s.undo, func() error { return closed(l.Close()) })
		open = append(open, l)
	}
	return open, nil
}

// after returns the port n above another, "0" if there is none.
func after(port string, n int) string {
	p, err := strconv.Atoi(port)
	if err != nil || p == 0 || p+n > maxPort {
		return "0"
	}
	return strconv.Itoa(p + n)
}

const maxPort = 1<<16 - 1

// listenOn listens on the first of the ports that can be had.
func listenOn(ctx context.Context, host string, ports []string) (l net.Listener, err error) {
	var config net.ListenConfig
	for _, p := range ports {
		if l, err = config.Listen(ctx, "tcp", net.JoinHostPort(host, p)); err == nil {
			return l, nil
		}
	}
	return nil, err
}

// closed passes over that a server has closed its listener already.
func closed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// address is where a browser or the bot on this machine reaches a listener.
func address(l net.Listener) string {
	tcp, ok := l.Addr().(*net.TCPAddr)
	if ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("http://127.0.0.1:%d", tcp.Port)
	}
	return "http://" + l.Addr().String()
}

// store opens a journal of the data directory, or one in memory.
func (s *Sandbox) store(o Options, name string) (*world.Store, error) {
	path := ""
	if o.Data != "" {
		path = filepath.Join(o.Data, name)
	}
	store, err := world.OpenStore(path)
	if err != nil {
		return nil, fmt.Errorf("open the sandbox's %s: %w", name, err)
	}
	s.undo = append(s.undo, store.Close)
	return store, nil
}

func (s *Sandbox) startClock(o Options) (*timekeeper, error) {
	store, err := s.store(o, "clock")
	if err != nil {
		return nil, err
	}
	times, err := openTimes(store, o.Start, time.Now)
	if err != nil {
		return nil, err
	}
	s.Clock = times.clock
	s.undo = append(s.undo, func() error { return times.keep() })
	return times, nil
}

func (s *Sandbox) startPlatforms(o Options) error {
	kept, err := s.store(o, "discord.journal")
	if err != nil {
		return err
	}
	// A new application of Discord's has no privileged intent; a team that
	// goes live switches these two on, as the bot asks of them.
	intents := discordwire.IntentMembers | discordwire.IntentMessageContent
	s.Discord, err = discordwire.New(discordwire.Options{
		Clock: s.Clock, Store: kept, Token: discordToken, Language: o.Language, Privileged: intents, EnforceLimits: o.EnforceLimits,
		Shards: o.Shards, Concurrency: o.Concurrency,
	})
	if err != nil {
		return fmt.Errorf("start the local discord: %w", err)
	}
	s.undo = append(s.undo, s.Discord.Close)
	if kept, err = s.store(o, "slack.journal"); err != nil {
		return err
	}
	s.Slack, err = slackwire.New(slackwire.Options{
		Clock: s.Clock, Store: kept, Manifest: o.Manifest, BotToken: slackBotToken, AppToken: slackAppToken,
		Language: o.Language, EnforceLimits: o.EnforceLimits,
	})
	if err != nil {
		return fmt.Errorf("start the local slack: %w", err)
	}
	s.undo = append(s.undo, s.Slack.Close)
	return nil
}

func (s *Sandbox) serve(lasting context.Context, l net.Listener, handler http.Handler) {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout,
		BaseContext: func(net.Listener) context.Context { return lasting },
	}
	s.servers = append(s.servers, server)
	s.work.Go(func() { _ = server.Serve(l) }) // ends by Close alone, and then says so
}

// Close ends the page, the platforms and their connections, and closes the
// journals. It waits for requests under way until ctx ends. What people and
// the bot did is kept without it too.
func (s *Sandbox) Close(ctx context.Context) error {
	s.stop()
	var failed []error
	if s.Discord != nil {
		failed = append(failed, s.Discord.Close()) // a gateway connection would keep its server busy
	}
	ctx, cancel := context.WithTimeout(ctx, lastRequests)
	defer cancel()
	for _, server := range s.servers {
		if server.Shutdown(ctx) != nil {
			// Shutdown also waits for connections on which nothing was ever
			// asked, such as those a client opens in advance.
			failed = append(failed, server.Close())
		}
	}
	for i := len(s.undo) - 1; i >= 0; i-- {
		failed = append(failed, s.undo[i]())
	}
	s.undo = nil
	s.work.Wait()
	return errors.Join(failed...)
}

// PageURL is where a person opens the sandbox.
func (s *Sandbox) PageURL() string { return s.pageURL }

// DiscordURL is the local Discord's address, without a path: its REST
// interface is below /api/v9 and /api/v10.
func (s *Sandbox) DiscordURL() string { return s.discordURL }

// SlackURL is the local Slack's address, without a path: its Web API is below
// /api/.
func (s *Sandbox) SlackURL() string { return s.slackURL }

// DiscordToken is the bot token that the local Discord accepts.
func (s *Sandbox) DiscordToken() string { return discordToken }

// SlackBotToken is the bot token that the local Slack accepts.
func (s *Sandbox) SlackBotToken() string { return slackBotToken }

// SlackAppToken is the app-level token for the local Slack's Socket Mode.
func (s *Sandbox) SlackAppToken() string { return slackAppToken }
