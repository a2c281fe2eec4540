package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"animo/bot/chat"
	"animo/bot/discord"
	"animo/bot/slack"
	"animo/bot/web"
)

// Incomplete says in sentences what the configuration lacks.
type Incomplete struct{ Missing []string }

func (e *Incomplete) Error() string { return strings.Join(e.Missing, "\n") }

// connectors makes the adapters that are configured. The handler is Slack's
// receiver over HTTP, nil if it is not used.
func (a *App) connectors() (slackHTTP http.Handler, err error) {
	a.platforms = make(map[chat.Network]chat.Platform)
	keep := kept{a.store, a.Now}
	if c := a.Config.Discord; c.Token != "" {
		deps := discord.Deps{
			Log: a.Log, Machine: time.Now, Now: a.Now, Hashes: hashes{keep}, Transport: a.Transport,
			Hold: a.replicas.Hold, Turn: a.replicas.Turn, Limits: a.limits,
			Agree: func(ctx context.Context, shards int) (int, error) {
				return a.replicas.Agree(ctx, "discord-shards", shards)
			},
		}
		if !a.FreshSessions {
			deps.Sessions = &sessions{kept: keep, versions: make(map[int]int64)}
		}
		p, err := discord.New(discord.Config{
			Token: c.Token.Reveal(), APIURL: c.APIURL, MembersIntent: c.MembersIntent, ContentIntent: c.ContentIntent, Compress: c.Compress, Shards: c.Shards,
		}, deps)
		if err != nil {
			return nil, err
		}
		a.platforms[chat.Discord] = p
	}
	if c := a.Config.Slack; c.BotToken != "" && (c.AppToken != "" || c.SigningSecret != "") {
		p, err := slack.New(slack.Config{
			BotToken: c.BotToken.Reveal(), AppToken: c.AppToken.Reveal(), SigningSecret: c.SigningSecret.Reveal(),
			APIURL: c.APIURL, CommandPrefix: c.CommandPrefix, Language: c.Language,
		}, slack.Deps{Log: a.Log, Machine: time.Now, Now: a.Now, Transport: a.Transport, Limits: a.limits, Replicas: a.replicas.Alive})
		if err != nil {
			return nil, err
		}
		a.platforms[chat.Slack] = p
		if c.AppToken == "" && c.SigningSecret != "" {
			slackHTTP = p.HTTPHandler()
		}
	}
	a.lines = &lines{platforms: a.platforms, log: a.Log, running: a.metrics.Running, failed: make(map[chat.Network]error)}
	return slackHTTP, nil
}

// lines keeps the adapters running.
type lines struct {
	platforms map[chat.Network]chat.Platform
	log       *slog.Logger
	running   func(platform string, yes bool)

	mu     sync.Mutex
	failed map[chat.Network]error
}

// registerWait is how long to wait before the commands are registered again
// when the platform did not take them.
const registerWait = 15 * time.Second

// run connects every platform until ctx ends. One that an operator must mend
// does not stop the others; when none is left its error is returned.
func (l *lines) run(ctx context.Context, in chat.Inbox, menu chat.CommandMenu) error {
	var wg sync.WaitGroup
	for n, p := range l.platforms {
		l.running(string(n), true)
		wg.Go(func() { l.register(ctx, n, p, menu) })
		wg.Go(func() {
			if err := p.Run(ctx, in); err != nil && ctx.Err() == nil {
				l.log.Error("a platform stopped, and needs you", "platform", n, "error", err)
				l.fail(n, err)
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []error
	for n, err := range l.failed {
		all = append(all, fmt.Errorf("%s: %w", n, err))
	}
	return errors.Join(all...)
}

// register makes the platform offer the commands, and tries again until it
// does or the platform has stopped.
func (l *lines) register(ctx context.Context, n chat.Network, p chat.Platform, menu chat.CommandMenu) {
	for {
		err := p.Register(ctx, menu)
		if err == nil || ctx.Err() != nil {
			return
		}
		l.log.Warn("register the commands", "platform", n, "error", err)
		if t := chat.TroubleOf(err); t == chat.TroubleAuth || t.Final() {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(registerWait):
		}
	}
}

func (l *lines) fail(n chat.Network, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failed[n] = err
	l.running(string(n), false)
}

// checks make /readyz fail for a platform that needs an operator.
func (l *lines) checks() []web.Check {
	var out []web.Check
	for n := range l.platforms {
		out = append(out, web.Check{Name: string(n), Do: func(context.Context) error {
			l.mu.Lock()
			defer l.mu.Unlock()
			return l.failed[n]
		}})
	}
	return out
}

// PlatformCapabilities lists what each platform can do, whether or not it is
// configured.
func PlatformCapabilities() []chat.Capabilities {
	return []chat.Capabilities{(*discord.Adapter)(nil).Capabilities(), (*slack.Adapter)(nil).Capabilities()}
}
