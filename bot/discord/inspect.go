package discord

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"animo/bot/chat"
	"animo/bot/discord/gateway"
)

// The intents that the developer portal switches on, as bits of an
// application's flags: for verified bots, and for others
// (docs: resources/application#application-object-application-flags).
const (
	portalMembers = 1<<14 | 1<<15
	portalContent = 1<<18 | 1<<19
)

const (
	probeWithin  = 10 * time.Second
	clockWithin  = 15 * time.Second // beyond it timestamps are noticeably wrong
	fewStarts    = 20               // sessions left today
	maxShownName = 100
)

// Inspect implements chat.Platform. The package comment lists the codes.
func (a *Adapter) Inspect(ctx context.Context, space chat.SpaceID) []chat.Finding {
	if space != "" {
		return a.inspectSpace(ctx, space)
	}
	held := a.inspectRefusals()
	self, err := a.ask(ctx)
	if err != nil {
		return append(held, unanswered(err))
	}
	out := []chat.Finding{finding(chat.HealthOK, "discord.ok", "name", self.Name, "application", self.Application)}
	out = append(out, held...)
	out = append(out, a.inspectIntents(self)...)
	out = append(out, a.inspectGateway(ctx)...)
	out = append(out, a.inspectClock(ctx)...)
	return append(out, a.inspectGuilds(ctx)...)
}

// finding makes one with its arguments in pairs.
func finding(h chat.Health, code string, args ...string) chat.Finding {
	f := chat.Finding{Health: h, Code: code, Args: make(map[string]string, len(args)/2)}
	for i := 0; i+1 < len(args); i += 2 {
		f.Args[args[i]] = args[i+1]
	}
	return f
}

// unanswered says why Discord could not be asked at all.
func unanswered(err error) chat.Finding {
	if chat.TroubleOf(err) == chat.TroubleAuth {
		return finding(chat.HealthFailing, "discord.token")
	}
	return finding(chat.HealthFailing, "discord.unreachable", "error", err.Error())
}

// inspectRefusals tells of many invalid requests, which end in a ban of the
// machine's address.
func (a *Adapter) inspectRefusals() []chat.Finding {
	n := a.refusals.count()
	switch {
	case n >= refusalsStop:
		return []chat.Finding{finding(chat.HealthFailing, "discord.held_back", "count", strconv.Itoa(n))}
	case n >= refusalsMany:
		return []chat.Finding{finding(chat.HealthWarning, "discord.refusals", "count", strconv.Itoa(n))}
	}
	return nil
}

func (a *Adapter) inspectIntents(self identity) []chat.Finding {
	var out []chat.Finding
	for _, i := range []struct {
		name   string
		wanted bool
		bits   int64
	}{
		{"Server Members", a.cfg.MembersIntent, portalMembers},
		{"Message Content", a.cfg.ContentIntent, portalContent},
	} {
		on := self.Flags&i.bits != 0
		switch {
		case i.wanted && !on:
			out = append(out, finding(chat.HealthFailing, "discord.intent", "intent", i.name))
		case !i.wanted:
			out = append(out, finding(chat.HealthWarning, "discord.intent_unused", "intent", i.name))
		}
	}
	return out
}

func (a *Adapter) inspectGateway(ctx context.Context) []chat.Finding {
	ctx, cancel := context.WithTimeout(ctx, probeWithin)
	defer cancel()
	p, err := a.plan(ctx)
	var took time.Duration
	if err == nil {
		took, err = gateway.Probe(ctx, p.URL, nil, a.deps.Machine)
	}
	if err != nil {
		return []chat.Finding{finding(chat.HealthFailing, "discord.gateway", "error", err.Error())}
	}
	out := []chat.Finding{finding(chat.HealthOK, "discord.gateway_ok", "milliseconds", strconv.FormatInt(took.Milliseconds(), 10))}
	if p.Limit.Remaining < fewStarts {
		out = append(out, finding(chat.HealthWarning, "discord.sessions", "remaining", strconv.Itoa(p.Limit.Remaining)))
	}
	a.mu.Lock()
	conns := slices.Collect(maps.Values(a.conns))
	a.mu.Unlock()
	for _, c := range conns {
		if !c.Connected() {
			return append(out, finding(chat.HealthFailing, "discord.disconnected"))
		}
	}
	return out
}

// inspectClock compares the machine's clock, whatever Deps.Now says, with the
// Date of an answer.
func (a *Adapter) inspectClock(ctx context.Context) []chat.Finding {
	var x exchange
	r := get("ask for the time", discordgo.EndpointGateway)
	if _, err := a.exchange(ctx, &r, &x); err != nil {
		return nil
	}
	theirs, err := http.ParseTime(x.header.Get("Date"))
	if err != nil {
		return nil
	}
	off := a.deps.Machine().Sub(theirs)
	if off.Abs() <= clockWithin {
		return nil
	}
	return []chat.Finding{finding(chat.HealthWarning, "discord.clock", "seconds", strconv.Itoa(int(off.Round(time.Second).Seconds())))}
}

func (a *Adapter) inspectGuilds(ctx context.Context) []chat.Finding {
	var found []struct{}
	err := a.call(ctx, get("list spaces", discordgo.EndpointUserGuilds("@me")+"?limit=1"), &found)
	if err != nil {
		return []chat.Finding{unanswered(err)}
	}
	if len(found) > 0 {
		return nil
	}
	return []chat.Finding{finding(chat.HealthWarning, "discord.nowhere")}
}

// inspectSpace checks the bot's rights in a whole guild; a channel may still
// take them away, which Channel tells.
func (a *Adapter) inspectSpace(ctx context.Context, space chat.SpaceID) []chat.Finding {
	guildID, err := native("inspect a space", space)
	if err != nil {
		return []chat.Finding{finding(chat.HealthFailing, "discord.space")}
	}
	self, err := a.whoami(ctx)
	if err != nil {
		return []chat.Finding{unanswered(err)}
	}
	g, err := a.guild(ctx, guildID)
	var e *chat.Error
	if errors.As(err, &e) && (e.Trouble == chat.TroubleGone || e.Trouble == chat.TroubleForbidden) {
		return []chat.Finding{finding(chat.HealthFailing, "discord.space")}
	}
	if err != nil {
		return []chat.Finding{unanswered(err)}
	}
	return g.inspect(self.User)
}

func (g *guild) inspect(self string) []chat.Finding {
	name := cut(strings.TrimSpace(g.Name), maxShownName)
	p := g.base(self, g.mine)
	var out []chat.Finding
	for _, r := range []struct {
		right  int64
		name   string
		health chat.Health
	}{
		{discordgo.PermissionViewChannel, rightViewChannel, chat.HealthFailing},
		{discordgo.PermissionSendMessages, rightSendMessages, chat.HealthFailing},
		{discordgo.PermissionReadMessageHistory, rightReadHistory, chat.HealthFailing},
		{discordgo.PermissionAttachFiles, rightAttachFiles, chat.HealthWarning},
		{discordgo.PermissionManageRoles, rightManageRoles, chat.HealthWarning},
		{discordgo.PermissionManageMessages, rightManageMessages, chat.HealthWarning},
		{discordgo.PermissionMentionEveryone, rightMentionEveryone, chat.HealthWarning},
	} {
		if !p.has(r.right) {
			out = append(out, finding(r.health, "discord.permission", "permission", r.name, "space", name))
		}
	}
	if len(out) == 0 {
		out = append(out, finding(chat.HealthOK, "discord.space_ok", "space", name))
	}
	return out
}
