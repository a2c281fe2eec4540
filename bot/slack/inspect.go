package slack

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"animo/bot/chat"
)

const (
	// slowClock is a skew worth mending.
	slowClock = 30 * time.Second
	// window is how old a signed request may be
	// (docs.slack.dev/authentication/verifying-requests-from-slack).
	window = 5 * time.Minute
)

// Inspect checks token, scopes, receiver, clock and channels. The findings are
// listed in the package comment. Another space than the bot's has none.
func (a *Adapter) Inspect(ctx context.Context, space chat.SpaceID) []chat.Finding {
	c := call{doing: "check the bot token"}
	r, err := a.api.AuthTestContext(c.watch(ctx))
	if err != nil {
		return []chat.Finding{unfit("slack.token", "slack.unreachable", c.err(err))}
	}
	if space != "" && space != spaceID(r.TeamID) {
		return nil
	}
	out := []chat.Finding{{Health: chat.HealthOK, Code: "slack.ok", Args: map[string]string{"team": r.Team, "bot": r.User}}}
	out = append(out, missingScopes(r.Header)...)
	out = append(out, a.inspectReceiver(ctx))
	out = append(out, a.inspectReplicas(ctx)...)
	out = append(out, a.inspectClock(r.Header)...)
	return append(out, a.inspectChannels(ctx, spaceID(r.TeamID)))
}

// unfit is a failing finding: one code for a refusal, another if Slack did not
// answer.
func unfit(refused, unanswered string, err error) chat.Finding {
	code := unanswered
	if fatal(err) || chat.TroubleOf(err).Final() {
		code = refused
	}
	return chat.Finding{Health: chat.HealthFailing, Code: code, Args: map[string]string{"error": err.Error()}}
}

// missingScopes reads which scopes Slack says the token has
// (docs.slack.dev/authentication/tokens: header X-OAuth-Scopes).
func missingScopes(h http.Header) []chat.Finding {
	if len(h.Values("X-OAuth-Scopes")) == 0 {
		return nil // a proxy took it out: nothing is known
	}
	var granted []string
	for _, s := range strings.Split(strings.Join(h.Values("X-OAuth-Scopes"), ","), ",") {
		granted = append(granted, strings.TrimSpace(s))
	}
	var out []chat.Finding
	for _, s := range scopes() {
		if !slices.Contains(granted, s) {
			out = append(out, chat.Finding{Health: chat.HealthFailing, Code: "slack.scope", Args: map[string]string{"scope": s}})
		}
	}
	return out
}

// inspectReceiver asks for a Socket Mode address, which it does not use: it
// dies by itself.
func (a *Adapter) inspectReceiver(ctx context.Context) chat.Finding {
	if a.conf.AppToken == "" {
		return chat.Finding{Health: chat.HealthOK, Code: "slack.http"}
	}
	c := call{doing: "check the app token"}
	if _, _, err := a.api.StartSocketModeContext(c.watch(ctx)); err != nil {
		return unfit("slack.app_token", "slack.unreachable", c.err(err))
	}
	return chat.Finding{Health: chat.HealthOK, Code: "slack.socket"}
}

// inspectReplicas finds replicas that Slack leaves without a connection. Their
// number is a courtesy of the store, which says itself what is wrong with it.
func (a *Adapter) inspectReplicas(ctx context.Context) []chat.Finding {
	if a.conf.AppToken == "" || a.others == nil {
		return nil
	}
	n, err := a.others(ctx)
	if err != nil || n*lineCount <= maxLines {
		return nil
	}
	return []chat.Finding{{Health: chat.HealthWarning, Code: "slack.connections", Args: map[string]string{
		"replicas": strconv.Itoa(n), "each": strconv.Itoa(lineCount), "most": strconv.Itoa(maxLines), "fit": strconv.Itoa(maxLines / lineCount),
	}}}
}

// inspectClock compares the machine's clock, not a rehearsal's, with Slack's.
func (a *Adapter) inspectClock(h http.Header) []chat.Finding {
	theirs, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return nil
	}
	skew := a.machine().Sub(theirs).Abs().Round(time.Second)
	if skew <= slowClock {
		return nil
	}
	f := chat.Finding{Health: chat.HealthWarning, Code: "slack.clock", Args: map[string]string{"skew": skew.String()}}
	if skew > window && a.conf.AppToken == "" {
		f.Health = chat.HealthFailing
	}
	return []chat.Finding{f}
}

func (a *Adapter) inspectChannels(ctx context.Context, space chat.SpaceID) chat.Finding {
	list, err := a.Channels(ctx, space)
	if err != nil {
		return unfit("slack.token", "slack.unreachable", err)
	}
	n := 0
	for _, c := range list {
		if !slices.Contains(c.Missing, missingMembership) {
			n++
		}
	}
	if n == 0 {
		return chat.Finding{Health: chat.HealthWarning, Code: "slack.channel"}
	}
	return chat.Finding{Health: chat.HealthOK, Code: "slack.channels", Args: map[string]string{"count": strconv.Itoa(n)}}
}
