package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"animo/bot/app"
	"animo/bot/chat"
	"animo/bot/config"
	"animo/bot/sandbox"
	"animo/bot/slack"
	"animo/bot/telemetry"
	"animo/storage"
)

type sandboxVerb struct {
	Listen   string `help:"Address of the page." default:"127.0.0.1:8765"`
	Data     string `help:"Directory that remembers everything." default:"animo-sandbox" type:"path"`
	Language string `help:"Language of the communities: en or fr." enum:"en,fr" default:"en"`
	LogLevel string `help:"How much the bot says: debug, info, warn or error." enum:"debug,info,warn,error" default:"warn"`
}

const closeWithin = 5 * time.Second

// Run starts a local Discord and a local Slack, and the bot on both.
func (v sandboxVerb) Run(ctx context.Context, s streams, o app.Options) (err error) {
	menu, err := app.Menu()
	if err != nil {
		return err
	}
	language := chat.Language(v.Language)
	manifest, err := slack.Manifest(menu, slack.ManifestOptions{Language: language})
	if err != nil {
		return err
	}
	// First of all, since it keeps a second sandbox away from the same data.
	if o.Store, err = v.openStore(ctx); err != nil {
		return err
	}
	sb, err := sandbox.Start(ctx, sandbox.Options{Listen: v.Listen, Data: v.Data, Language: v.Language, Manifest: manifest})
	if err != nil {
		return errors.Join(fmt.Errorf("start the sandbox: %w", err), o.Store.Close())
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
		defer cancel()
		err = errors.Join(err, sb.Close(ctx))
	}()
	o.Config = v.config(sb, language)
	o.Log = telemetry.New(s.err, o.Config.Log.Format, v.LogLevel)
	o.Now, o.FreshSessions = sb.Clock.Now, true
	a, err := app.New(ctx, o)
	if err != nil {
		return err
	}
	ran := make(chan error, 1)
	go func() { ran <- a.Run(ctx) }()
	for !ready(sb) {
		select {
		case err := <-ran:
			return err
		case <-time.After(lookEvery):
		}
	}
	fmt.Fprintf(s.out, "page:    %s\ndiscord: %s\nslack:   %s\n", sb.PageURL(), sb.DiscordURL(), sb.SlackURL())
	return <-ran
}

func (v sandboxVerb) openStore(ctx context.Context) (storage.Store, error) {
	if err := os.MkdirAll(v.Data, 0o755); err != nil {
		return nil, fmt.Errorf("make the sandbox's folder: %w", err)
	}
	return app.OpenStore(ctx, v.storage())
}

func (v sandboxVerb) storage() config.StorageURL {
	return config.StorageURL("sqlite:" + filepath.Join(v.Data, "animo.db"))
}

const lookEvery = 10 * time.Millisecond

// ready says whether the bot is connected to both and its commands are there.
func ready(sb *sandbox.Sandbox) bool {
	d := sb.Discord.State(sb.Discord.PersonID("admin"))
	return d.Connected && len(d.Shortcuts) > 0 && sb.Slack.Connections() > 0
}

// config is the bot's configuration for the local platforms.
func (v sandboxVerb) config(sb *sandbox.Sandbox, l chat.Language) config.Config {
	c := config.Default()
	c.Language, c.Slack.Language = l, l
	if l == chat.French {
		c.Zone = "Europe/Paris"
	}
	c.Discord.Token, c.Discord.APIURL = config.Secret(sb.DiscordToken()), sb.DiscordURL()
	c.Slack.BotToken, c.Slack.AppToken = config.Secret(sb.SlackBotToken()), config.Secret(sb.SlackAppToken())
	c.Slack.APIURL = sb.SlackURL()
	c.Storage.URL = v.storage()
	c.HTTP.Listen = ""
	return c
}
