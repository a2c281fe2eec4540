package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"animo/bot/chat"
	"animo/bot/config"
	"animo/bot/i18n"
	"animo/commands"
	"animo/storage"
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
	findings, err := examine(ctx, o)
	if err != nil {
		return false, err
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

// examine checks everything. A store that another process has open is no
// fault: most likely the bot is running. The platforms are then checked beside
// a store that nobody needs.
func examine(ctx context.Context, o Options) ([]chat.Finding, error) {
	found := missingFindings(o)
	o.Config.HTTP.Listen = ""
	a, err := build(ctx, o)
	if err == nil {
		defer a.Close()
		return append(append(found, commands.StorageFindings(ctx, a.store, a.servers)...), a.findings(ctx)...), nil
	}
	if !errors.Is(err, storage.ErrBusy) {
		return append(found, unstarted(err)), nil
	}
	found = append(found, finding(chat.HealthOK, "storage.busy", err))
	spare, err := os.MkdirTemp("", "animo-doctor-")
	if err != nil {
		return nil, fmt.Errorf("make room for a spare store: %w", err)
	}
	defer os.RemoveAll(spare)
	o.Config.Storage.URL = config.StorageURL("sqlite:" + filepath.Join(spare, "animo.db"))
	if a, err = build(ctx, o); err != nil {
		return append(found, unstarted(err)), nil
	}
	defer a.Close()
	return append(found, a.findings(ctx)...), nil
}

// unstarted says why the bot would not start, by the sentence made for it where
// a server under the store is unfit.
func unstarted(err error) chat.Finding {
	if fault := (*storage.Fault)(nil); errors.As(err, &fault) {
		return commands.NoticeFinding(fault.Notice)
	}
	return finding(chat.HealthFailing, "start", err)
}

func finding(h chat.Health, code string, err error) chat.Finding {
	return chat.Finding{Health: h, Code: code, Args: map[string]string{"error": err.Error()}}
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

// findings are those of the platforms.
func (a *App) findings(ctx context.Context) []chat.Finding {
	var out []chat.Finding
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
