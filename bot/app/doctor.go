package app

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/commands"
)

// Doctor checks configuration, storage and platforms without starting the
// bot, writes each finding with its remedy, and says whether all is well but
// for warnings.
func Doctor(ctx context.Context, o Options, w io.Writer) (bool, error) {
	words, err := i18n.New()
	if err != nil {
		return false, err
	}
	p := words.Printer(o.Config.Language)
	findings := missingFindings(o)
	a, err := diagnose(ctx, o)
	if err != nil {
		findings = append(findings, chat.Finding{Health: chat.HealthFailing, Code: "start", Args: map[string]string{"error": err.Error()}})
	} else {
		defer a.Close()
		findings = append(findings, a.findings(ctx)...)
	}
	well := true
	for _, f := range findings {
		well = well && f.Health != chat.HealthFailing
		if _, err := fmt.Fprintln(w, strings.ReplaceAll(commands.FindingLine(p, f).Plain(), "\n", " ")); err != nil {
			return false, fmt.Errorf("write the findings: %w", err)
		}
	}
	return well, nil
}

// diagnose makes what the checks need, and nothing that listens.
func diagnose(ctx context.Context, o Options) (*App, error) {
	o.Config.HTTP.Listen = ""
	if o.Config.Discord.Token == "" && o.Config.Slack.BotToken == "" {
		return diagnoseStore(ctx, o)
	}
	return New(ctx, o)
}

// diagnoseStore serves when no platform is configured.
func diagnoseStore(ctx context.Context, o Options) (*App, error) {
	o.fill()
	a := &App{Options: o}
	return a, a.openStore(ctx)
}

func missingFindings(o Options) []chat.Finding {
	var out []chat.Finding
	for _, m := range o.Config.Missing() {
		out = append(out, chat.Finding{Health: chat.HealthFailing, Code: "config.missing", Args: map[string]string{"what": m}})
	}
	if len(out) == 0 {
		out = append(out, chat.Finding{Health: chat.HealthOK, Code: "config.ok"})
	}
	return out
}

func (a *App) findings(ctx context.Context) []chat.Finding {
	out := commands.StorageFindings(ctx, a.store)
	networks := make([]chat.Network, 0, len(a.platforms))
	for n := range a.platforms {
		networks = append(networks, n)
	}
	slices.Sort(networks)
	for _, n := range networks {
		out = append(out, a.platforms[n].Inspect(ctx, "")...)
	}
	return out
}
