package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"animo/bot/chat"
	"animo/bot/community"
	"animo/bot/config"
	"animo/bot/dispatch"
	"animo/bot/engagement"
	"animo/bot/i18n"
	"animo/bot/jobs"
	"animo/bot/outbox"
	"animo/bot/quota"
	"animo/bot/replicas"
	"animo/bot/telemetry"
	"animo/bot/web"
	"animo/commands"
	"animo/games"
	"animo/games/advent"
	"animo/games/contest"
	"animo/games/drop"
	"animo/games/engine"
	"animo/games/giveaway"
	"animo/games/poll"
	"animo/storage"
)

// Options are what a bot is built from.
type Options struct {
	Config config.Config
	Log    *slog.Logger
	Now    func() time.Time // nil means time.Now
	Chance io.Reader        // nil means crypto/rand
	// Transport carries every call to a platform; nil means the default.
	Transport http.RoundTripper
	// FreshSessions forgets gateway sessions at the end of the process: a local
	// Discord that ends with it would not know them.
	FreshSessions bool
	// Store is used in place of the one that Config names, and closed with the
	// bot or by a New that fails.
	Store storage.Store
	// Wrap is put around the store; tests make it fail or die on demand.
	Wrap func(storage.Store) storage.Store
}

func (o *Options) fill() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Chance == nil {
		o.Chance = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

// App is a bot that is wired.
type App struct {
	Options
	cleanups   []cleanup
	store      storage.Store
	servers    commands.Servers // under the store; nil if it has none
	words      *i18n.Bundle
	metrics    *telemetry.Metrics
	owner      string             // this process
	replicas   *replicas.Replicas // nil if the store is this process's alone
	limits     quota.Board        // likewise
	platforms  map[chat.Network]chat.Platform
	lines      *lines
	registry   *commands.Registry
	counter    *engagement.Counter
	dispatcher *dispatch.Dispatcher
	outbox     *outbox.Outbox
	runner     *jobs.Runner
	web        *web.Server
}

// Games lists every game.
func Games() []games.Game {
	return []games.Game{giveaway.New(), contest.New(), drop.New(), poll.New(), advent.New()}
}

// Menu returns every command as the platforms register it.
func Menu() (chat.CommandMenu, error) {
	words, err := i18n.New()
	if err != nil {
		return chat.CommandMenu{}, err
	}
	g, err := commands.NewRegistry(commands.Deps{Words: words}, commands.All)
	if err != nil {
		return chat.CommandMenu{}, err
	}
	return g.Menu(), nil
}

// New wires a bot. On an error everything is undone again; an *Incomplete
// says that the configuration lacks something.
func New(ctx context.Context, o Options) (*App, error) {
	if missing := o.Config.Missing(); len(missing) > 0 {
		return nil, &Incomplete{missing}
	}
	return build(ctx, o)
}

func build(ctx context.Context, o Options) (_ *App, err error) {
	o.fill()
	a := &App{Options: o, metrics: telemetry.NewMetrics(), owner: ownerID()}
	defer func() {
		if err != nil {
			a.Close()
		}
	}()
	if a.words, err = i18n.New(); err != nil {
		return nil, err
	}
	if err := a.openStore(ctx); err != nil {
		return nil, err
	}
	slackHTTP, err := a.connectors()
	if err != nil {
		return nil, err
	}
	if err := a.wire(); err != nil {
		return nil, err
	}
	return a, a.listen(slackHTTP)
}

// wire puts the machine together.
func (a *App) wire() error {
	pace := &outbox.Pace{}
	book := community.NewBook(a.store, community.Defaults{Language: a.Config.Language, Zone: a.Config.Zone}, a.Now)
	a.counter = engagement.New(engagement.Config{
		Store: a.store, Book: book, Platforms: a.platforms, Now: a.Now, Log: a.Log,
		Deliver: func(e chat.Event, done func()) { a.dispatcher.Deliver(e, done) },
	})
	games, err := engine.New(engine.Config{
		Store: a.store, Games: Games(), Book: book, Words: a.words, Platforms: a.platforms, Activity: a.counter, Now: a.Now,
		Chance: a.Chance, Log: a.Log, Pace: pace,
		Jobs: func() { a.runner.Kick() }, Effects: func() { a.outbox.Kick() },
	})
	if err != nil {
		return err
	}
	a.registry, err = commands.NewRegistry(commands.Deps{
		Store: a.store, Servers: a.servers, Engine: games, Book: book, Words: a.words, Platforms: a.platforms, Now: a.Now,
		Effects: func() { a.outbox.Kick() }, Names: commandNames(a.Config), Stale: a.counter.Stale, Activity: a.counter,
	}, commands.All)
	if err != nil {
		return err
	}
	a.dispatcher = dispatch.New(dispatch.Config{
		Handler: a.registry, Listeners: []dispatch.Listener{arrivals{book}, a.counter}, Lost: a.counter.Lost,
		Now: a.Now, Log: a.Log, Meter: a.metrics,
	})
	a.outbox = outbox.New(outbox.Config{
		Store: a.store, Platforms: a.platforms, Owner: a.owner, Share: a.replicas.Share(), Now: a.Now, Log: a.Log, Meter: a.metrics,
		Drawer: games, Team: a.registry, Pace: pace, Spoke: func() { a.runner.Kick() },
	})
	handlers := games.Handlers()
	maps.Copy(handlers, a.registry.Handlers())
	handlers[engagement.JobForget] = a.counter.Forget
	a.runner = jobs.NewRunner(jobs.Config{
		Store: a.store, Owner: a.owner, Share: a.replicas.Share(), Now: a.Now, Log: a.Log, Meter: a.metrics, Handlers: handlers,
	})
	return nil
}

// ownerID names this process among all that share a store.
func ownerID() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s-%d-%s", host, os.Getpid(), rand.Text()[:6])
}

// arrivals takes note of the spaces that the bot serves.
type arrivals struct{ book *community.Book }

// Hear implements dispatch.Listener.
func (l arrivals) Hear(ctx context.Context, e chat.Event) error {
	arrived, ok := e.(chat.Arrived)
	if !ok {
		return nil
	}
	language, _ := i18n.Match(arrived.Locale)
	return l.book.Arrived(ctx, arrived.Space, arrived.Name, language)
}

// listen makes the server for health, metrics and Slack's requests.
func (a *App) listen(slackHTTP http.Handler) error {
	if a.Config.HTTP.Listen == "" {
		return nil
	}
	o := web.Options{
		Listen: a.Config.HTTP.Listen, Log: a.Log, Metrics: a.metrics.Handler(),
		Checks: append(a.lines.checks(), web.Check{Name: "storage", Do: a.answers}),
	}
	if slackHTTP != nil {
		o.Mounts = map[string]http.Handler{"/slack/": slackHTTP}
	}
	a.web = web.New(o)
	return a.web.Listen()
}

// answers says whether the store answers; its Check reads everything, which is
// too much for a probe.
func (a *App) answers(ctx context.Context) error {
	_, _, err := a.store.NextDue(ctx, nil)
	return err
}

// WebAddr returns where health and metrics are, "" if they are off.
func (a *App) WebAddr() string {
	if a.web == nil {
		return ""
	}
	return a.web.Addr()
}

// Run runs the bot until ctx ends, or until no platform is left because an
// operator must act; then the error says what to do.
func (a *App) Run(ctx context.Context) error {
	defer a.Close()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	var workers errgroup.Group
	workers.Go(func() error { return a.runner.Run(work) })
	workers.Go(func() error { return a.outbox.Run(work) })
	workers.Go(func() error { return a.counter.Run(ctx) })
	sharing, stopSharing := context.WithCancel(context.WithoutCancel(ctx))
	defer stopSharing()
	var shared errgroup.Group
	if a.replicas != nil {
		shared.Go(func() error { return a.replicas.Run(sharing) })
	}
	if a.web != nil {
		workers.Go(func() error { return a.web.Run(work) })
	}
	err := a.lines.run(ctx, a.dispatcher, a.registry.Menu())
	stop() // nothing more is read back
	a.drain()
	stopWork()
	err = errors.Join(err, workers.Wait())
	stopSharing() // nothing is under way any more
	return errors.Join(err, shared.Wait())
}

// drain lets the events under way finish, for as long as the operator grants.
func (a *App) drain() {
	ctx, cancel := context.WithTimeout(context.Background(), a.Config.ShutdownGrace)
	defer cancel()
	if err := a.dispatcher.Close(ctx); err != nil {
		a.Log.Warn("stop before everything was finished", "error", err)
	}
}
