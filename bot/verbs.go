package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"animo/bot/app"
	"animo/bot/chat"
	"animo/bot/config"
	"animo/bot/slack"
	"animo/bot/telemetry"
)

// verbs are what the program can be told to do.
type verbs struct {
	Run      runVerb      `cmd:"" default:"withargs" help:"Run the bot."`
	Sandbox  sandboxVerb  `cmd:"" help:"Try everything in a local Discord and a local Slack, without a token."`
	Doctor   doctorVerb   `cmd:"" help:"Check configuration, tokens, rights, storage and clock, and name the remedies."`
	Commands commandsVerb `cmd:"" help:"List every command."`
	Manifest manifestVerb `cmd:"" help:"Print the manifest from which a platform makes the app."`
	Verify   verifyVerb   `cmd:"" help:"Derive the winners of a draw anew from its proof file, and say what that shows."`
	Backup   backupVerb   `cmd:"" help:"Write everything the bot remembers into one file, also while it runs."`
	Restore  restoreVerb  `cmd:"" help:"Load such a file into the configured store, and compare."`
	Privacy  privacyVerb  `cmd:"" help:"Say what is stored about members, why and for how long."`
	Version  versionVerb  `cmd:"" help:"Print the version."`
}

// errUnwell says that checks failed which have been printed.
var errUnwell = errors.New("not everything is well")

// configured is the flag of the verbs that read the configuration.
type configured struct {
	Config string `help:"Configuration file; animo.toml if there is one." placeholder:"FILE" type:"path"`
}

func (c configured) load(s streams) (config.Config, error) {
	cfg, err := config.Load(c.Config, s.environ)
	if err != nil {
		return cfg, usageError{err}
	}
	return cfg, nil
}

type runVerb struct{ configured }

// Run runs the bot until it is told to stop.
func (v runVerb) Run(ctx context.Context, s streams, o app.Options) error {
	cfg, err := v.load(s)
	if err != nil {
		return err
	}
	o.Config = cfg
	o.Log = telemetry.New(s.err, cfg.Log.Format, cfg.Log.Level, cfg.Secrets()...)
	a, err := app.New(ctx, o)
	if lacks := (*app.Incomplete)(nil); errors.As(err, &lacks) {
		return usageError{withSandbox(err)}
	}
	if err != nil {
		return err
	}
	if addr := a.WebAddr(); addr != "" {
		o.Log.Info("health and metrics", "address", addr)
	}
	return a.Run(ctx)
}

// withSandbox adds the way that needs no configuration, unless it was named.
func withSandbox(err error) error {
	if strings.Contains(err.Error(), "animo sandbox") {
		return err
	}
	return fmt.Errorf("%w\nTo try Animo without any token, run: animo sandbox", err)
}

type doctorVerb struct {
	configured
	Settings bool `help:"Show every setting, where it comes from and what it means."`
}

// Run prints the findings.
func (v doctorVerb) Run(ctx context.Context, s streams, o app.Options) error {
	cfg, err := v.load(s)
	if err != nil {
		return err
	}
	if v.Settings {
		if err := cfg.Explain(s.out); err != nil {
			return err
		}
	}
	o.Config = cfg
	well, err := app.Doctor(ctx, o, s.out)
	if err == nil && !well {
		err = errUnwell
	}
	return err
}

type commandsVerb struct {
	JSON bool `help:"As JSON."`
}

// listedCommand is a command as --json prints it. The form is stable.
type listedCommand struct {
	Path       string         `json:"path"`
	Summary    string         `json:"summary"`
	Options    []listedOption `json:"options"`
	Permission string         `json:"permission"`
	Platforms  []string       `json:"platforms"`
}

type listedOption struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	Required bool   `json:"required"`
}

// Run prints the registry.
func (v commandsVerb) Run(s streams) error {
	menu, err := app.Menu()
	if err != nil {
		return err
	}
	list := []listedCommand{}
	for _, c := range menu.Commands {
		c.Walk(func(path []string, spec chat.CommandSpec) { list = append(list, listing(path, spec)) })
	}
	if v.JSON {
		e := json.NewEncoder(s.out)
		e.SetIndent("", "  ")
		return e.Encode(list)
	}
	for _, c := range list {
		if _, err := fmt.Fprintf(s.out, "%-22s %s\n", c.Path, c.Summary); err != nil {
			return err
		}
	}
	return nil
}

func listing(path []string, spec chat.CommandSpec) listedCommand {
	l := listedCommand{
		Path: chat.PathString(path), Summary: spec.Summary.In(chat.English), Options: []listedOption{},
		Permission: string(spec.Permission), Platforms: []string{},
	}
	for _, o := range spec.Options {
		l.Options = append(l.Options, listedOption{o.Name, string(o.Kind), o.Required})
	}
	for _, caps := range app.PlatformCapabilities() {
		if spec.Needs == nil || spec.Needs.Met(caps) {
			l.Platforms = append(l.Platforms, string(caps.Network))
		}
	}
	return l
}

type manifestVerb struct {
	Slack slackManifestVerb `cmd:"" help:"Print the Slack app manifest."`
}

type slackManifestVerb struct {
	configured
	URL string `help:"Public https address of the bot, to receive requests over HTTP instead of Socket Mode." placeholder:"URL"`
}

// Run prints the manifest for the configured prefix and language.
func (v slackManifestVerb) Run(s streams) error {
	cfg, err := v.load(s)
	if err != nil {
		return err
	}
	menu, err := app.Menu()
	if err != nil {
		return err
	}
	text, err := slack.Manifest(menu, slack.ManifestOptions{
		Language: cfg.Slack.Language, CommandPrefix: cfg.Slack.CommandPrefix, BaseURL: strings.TrimSuffix(v.URL, "/"),
	})
	if err != nil {
		return err
	}
	_, err = s.out.Write(text)
	return err
}

//go:embed privacy.txt
var privacyText string

type privacyVerb struct{}

// Run prints what is stored.
func (privacyVerb) Run(s streams) error {
	_, err := fmt.Fprint(s.out, privacyText)
	return err
}

type versionVerb struct{}

// Run prints the module's version and the revision it was built from.
func (versionVerb) Run(s streams) error {
	_, err := fmt.Fprintf(s.out, "animo %s\n", builtFrom())
	return err
}

func builtFrom() string {
	version, revision := "development", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "" && info.Main.Version != "(devel)" {
			version = info.Main.Version
		}
		for _, kv := range info.Settings {
			if kv.Key == "vcs.revision" {
				revision = " " + kv.Value
			}
		}
	}
	return version + revision
}
