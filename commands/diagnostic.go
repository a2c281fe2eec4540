package commands

import (
	"context"
	"errors"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/storage"
)

type diagnostic struct{ *Registry }

func diagnosticFamily(g *Registry) Family {
	w := diagnostic{g}
	return Family{Commands: []Command{{Name: "diagnostic", Permission: chat.Staff, Run: w.run}}}
}

// run checks everything that Animo needs here and names what is missing, and
// what could not be said because of it.
func (w diagnostic) run(ctx context.Context, r *Request) (chat.Reply, error) {
	findings := r.Platform.Inspect(ctx, r.Space)
	findings = append(findings, StorageFindings(ctx, w.Store, w.Servers)...)
	findings = append(findings, w.team(ctx, r)...)
	channels, err := w.channels(ctx, r)
	if err != nil {
		return chat.Reply{}, err
	}
	findings = append(findings, channels...)
	waiting, err := undelivered(w).waiting(ctx, r)
	if err != nil {
		findings = append(findings, brokenStorage(err))
	}
	items := make([]chat.Line, 0, len(findings))
	for _, f := range findings {
		items = append(items, FindingLine(r.Private, f))
	}
	return chat.Private(chat.NewCard(chat.Heading(r.Private.Line("diagnostic.title")), chat.List(items...)).With(waiting...)), nil
}

// Servers are those under a store.
type Servers interface {
	// Notices says what an operator should know of them.
	Notices(ctx context.Context) ([]storage.Notice, error)
}

// StorageFindings says whether the store works, and what is to be known of the
// servers under it; of a store without they are nil.
func StorageFindings(ctx context.Context, s storage.Store, under Servers) []chat.Finding {
	var out []chat.Finding
	if under != nil {
		notices, err := under.Notices(ctx)
		if err != nil {
			return []chat.Finding{brokenStorage(err)}
		}
		for _, n := range notices {
			out = append(out, NoticeFinding(n))
		}
	}
	err := s.Check(ctx)
	switch fault := (*storage.Fault)(nil); {
	case err == nil:
		out = append(out, chat.Finding{Health: chat.HealthOK, Code: "storage.ok"})
	case under == nil || !errors.As(err, &fault): // else it is among the notices
		out = append(out, brokenStorage(err))
	}
	return out
}

// NoticeFinding is a notice as a finding.
func NoticeFinding(n storage.Notice) chat.Finding {
	health := map[storage.Level]chat.Health{
		storage.Fine: chat.HealthOK, storage.Doubtful: chat.HealthWarning, storage.Unfit: chat.HealthFailing,
	}[n.Level]
	return chat.Finding{Health: health, Code: "storage." + n.Code, Args: n.Args}
}

func brokenStorage(err error) chat.Finding {
	return chat.Finding{Health: chat.HealthFailing, Code: "storage.broken", Args: map[string]string{"error": err.Error()}}
}

func (w diagnostic) team(ctx context.Context, r *Request) []chat.Finding {
	id := r.Community.TeamChannel
	if id == "" {
		return []chat.Finding{{Health: chat.HealthWarning, Code: "community.no_team_channel"}}
	}
	c, err := r.Platform.Channel(ctx, id)
	if c.Name == "" {
		c.Name = chat.Native(id) // it is gone, or not seen
	}
	if err != nil || len(c.Missing) > 0 {
		return []chat.Finding{{Health: chat.HealthFailing, Code: "community.team_channel", Args: map[string]string{"name": c.Name}}}
	}
	return []chat.Finding{{Health: chat.HealthOK, Code: "community.team_channel_ok", Args: map[string]string{"name": c.Name}}}
}

// rightsApart stands between rights in a finding's argument.
const rightsApart = "; "

// channels names each channel in which a right is missing, with the right.
func (w diagnostic) channels(ctx context.Context, r *Request) ([]chat.Finding, error) {
	all, err := r.Platform.Channels(ctx, r.Space)
	if err != nil {
		return nil, err
	}
	var out []chat.Finding
	for _, c := range all {
		if len(c.Missing) > 0 {
			out = append(out, chat.Finding{Health: chat.HealthWarning, Code: "channel.rights", Args: map[string]string{
				"name": c.Name, "rights": strings.Join(c.Missing, rightsApart),
			}})
		}
	}
	if len(out) == 0 {
		out = append(out, chat.Finding{Health: chat.HealthOK, Code: "channel.ok"})
	}
	return out, nil
}

// FindingLine is a finding with its remedy in one sentence, and a sign before
// it that says how bad it is.
func FindingLine(p i18n.Printer, f chat.Finding) chat.Line {
	sign := map[chat.Health]string{chat.HealthOK: "✅ ", chat.HealthWarning: "⚠️ ", chat.HealthFailing: "❌ "}[f.Health]
	args := make([]i18n.Arg, 0, len(f.Args))
	for name, v := range f.Args {
		switch name {
		case "permission":
			args = append(args, i18n.In(name, rightOf(p, v)...))
		case "rights":
			args = append(args, i18n.In(name, rightsOf(p, strings.Split(v, rightsApart))...))
		default:
			args = append(args, i18n.Str(name, v))
		}
	}
	return chat.L(chat.T(sign)).Then(p.Line("finding."+f.Code, args...)...)
}
