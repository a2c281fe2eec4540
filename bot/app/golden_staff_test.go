package app

import (
	"strings"

	"animo/bot/chat"
	"animo/bot/outbox"
	"animo/storage"
)

// diagnosis shows what is found where no team channel is set.
func (d *desk) diagnosis() {
	d.platform.findings = []chat.Finding{{Health: chat.HealthFailing, Code: "storage.broken", Args: pairs([]string{"error", "disk_full"})}}
	d.keep("diagnostic-new", d.types(d.manager(), "diagnostic"))
}

// diagnoses shows everything that a platform's adapter may add.
func (d *desk) diagnoses() {
	d.platform.findings = d.ownFindings()[:2]
	d.keep("diagnostic-well", d.types(d.manager(), "diagnostic"))
	d.platform.AddChannel(chat.Channel{
		ID: d.channel(4), Space: d.space(), Name: "locked", Missing: []string{"Send Messages", "Embed Links"},
	})
	d.platform.findings = d.ownFindings()
	d.platform.Fail = func(call string) error {
		if call == "Channel" {
			return &chat.Error{Trouble: chat.TroubleForbidden, Doing: "look up channel"}
		}
		return nil
	}
	d.keep("diagnostic-troubled", d.types(d.manager(), "diagnostic"))
	d.platform.Fail = nil
}

// ownFindings are all that the platform's adapter can find.
func (d *desk) ownFindings() []chat.Finding {
	find := func(h chat.Health, code string, args ...string) chat.Finding {
		return chat.Finding{Health: h, Code: string(d.network) + "." + code, Args: pairs(args)}
	}
	const well, warn, bad = chat.HealthOK, chat.HealthWarning, chat.HealthFailing
	if d.network == chat.Slack {
		return []chat.Finding{
			find(well, "ok", "bot", "animo", "team", "The Club"), find(well, "socket"), find(well, "http"), find(well, "channels", "count", "3"),
			find(bad, "token", "error", "invalid_auth"), find(bad, "unreachable", "error", "timeout"), find(bad, "scope", "scope", "chat:write"),
			find(bad, "app_token", "error", "invalid_auth"), find(warn, "clock", "skew", "12s"), find(warn, "channel"),
		}
	}
	return []chat.Finding{
		find(well, "ok", "name", "Animo", "application", "510000000000000001"), find(well, "space_ok", "space", "The Club"),
		find(well, "gateway_ok", "milliseconds", "87"), find(bad, "token"), find(bad, "unreachable", "error", "timeout"),
		find(bad, "intent", "intent", "Message Content"), find(warn, "intent_unused", "intent", "Server Members"),
		find(bad, "gateway", "error", "timeout"), find(warn, "disconnected"), find(warn, "sessions", "remaining", "3"),
		find(warn, "clock", "seconds", "-12"), find(warn, "nowhere"), find(bad, "space"),
		find(bad, "permission", "space", "The Club", "permission", "Send Messages"),
	}
}

func (d *desk) drafts() {
	form := func(fields ...string) chat.Reply {
		return d.send(chat.Submitted{Meta: d.meta(d.manager()), Action: chat.Act("giveaway-draft", "form", "new"), Values: pairs(fields)})
	}
	r := form("prize", "Un mois de Nitro", "duration", "2h", "winners", "2", "description", "Pour fêter nos 2 ans.", "image", "https://example.org/lot.png")
	var draft chat.Action
	for _, b := range r.Card.Blocks {
		for _, c := range b.Controls {
			draft = c.Action
		}
	}
	d.fixed = append(d.fixed, draft.Subject, "DRAFT2345678")
	d.keep("draft-preview", r)
	wrong := form("prize", "Un mois de Nitro", "duration", hostile, "winners", "2")
	for _, b := range wrong.Card.Blocks {
		for _, c := range b.Controls {
			d.fixed = append(d.fixed, c.Action.Subject, "DRAFT3456789")
		}
	}
	d.keep("draft-error", wrong)
	draft.Verb = "discard"
	d.keep("draft-discarded", d.send(chat.Pressed{Meta: d.meta(d.manager()), Action: draft}))
	d.keep("draft-gone", d.send(chat.Pressed{Meta: d.meta(d.manager()), Action: draft}))
}

func (d *desk) refusals() {
	start := func(name string, args ...string) {
		d.keep("refused-"+name, d.types(d.manager(), "giveaway start", append([]string{"duration", "2h", "prize", "Un mois de Nitro"}, args...)...))
	}
	start("duration", "duration", hostile)
	start("past", "duration", "24/01/2020 10h")
	start("too-long", "duration", "5000 years")
	start("winners", "winners", "0")
	start("prize", "prize", strings.Repeat("x", 3000))
	start("no-prize", "prize", " ")
	start("image", "image", hostile)
	start("colour", "colour", hostile)
	start("channel", "channel", string(d.channel(4)))
	d.keep("refused-id", d.types(d.manager(), "giveaway end", "id", hostile))
	d.keep("refused-staff", d.types(d.someone(8), "giveaway end"))
	d.keep("refused-manager", d.types(d.someone(8), "setup show"))
	d.keep("refused-winner", d.types(d.manager(), "giveaway remove", "member", string(d.member(30))))
	d.keep("refused-options", d.send(chat.Invoked{
		Meta: d.meta(d.manager()), Path: []string{"giveaway", "start"}, Args: chat.Values{"duration": "2h"},
		Mistakes: []chat.Mistake{
			{Kind: chat.MistakeUnknown, Option: hostile, Text: hostile},
			{Kind: chat.MistakeKindOf, Option: "winners", Text: "many"},
			{Kind: chat.MistakeTwice, Option: "prize"},
			{Kind: chat.MistakeExtra, Text: "de Nitro"},
			{Kind: chat.MistakeQuote, Text: "un mois"},
		},
	}))
	d.keep("unknown-command", d.send(chat.Invoked{Meta: d.meta(d.someone(2)), Path: []string{"giveawy"}}))
	d.keep("which-command", d.send(chat.Invoked{Meta: d.meta(d.manager()), Path: []string{"setup"}}))
	d.keep("unknown-control", d.send(chat.Pressed{Meta: d.meta(d.someone(2)), Action: chat.Act("old", "press", "1")}))
	d.keep("mishap", d.registry.Mishap(chat.Pressed{Meta: d.meta(d.someone(2))}, "K7Q2"))
}

// undelivered shows the notices that the team reads.
func (d *desk) undelivered() {
	notice := func(name string, trouble chat.Trouble, missing string, i outbox.Item) {
		d.t.Helper()
		_, card, ok := d.registry.Notice(d.t.Context(), storage.Tenant(d.space()), "4f2a9c1e7b3d", outbox.Undelivered{Item: i, Trouble: trouble, Missing: missing})
		if !ok {
			d.t.Fatal("the team is not told")
		}
		d.keepCard("undelivered-"+name, false, card)
	}
	lost := chat.Say(chat.L(chat.T("🎉 Bravo "), chat.Mention(d.member(2)), chat.T(" ! Vous gagnez "), chat.Strong(chat.T(hostile)), chat.T(".")))
	notice("post", chat.TroubleForbidden, "Send Messages", outbox.Item{Kind: outbox.ItemPost, Channel: d.channel(2), Card: lost})
	notice("card", chat.TroubleRefused, "", outbox.Item{Kind: outbox.ItemRedraw, Channel: d.channel(2)})
	notice("role", chat.TroubleForbidden, "Manage Roles", outbox.Item{Kind: outbox.ItemGrant, Member: d.member(2), Role: d.role()})
	notice("role-kept", chat.TroubleForbidden, "", outbox.Item{Kind: outbox.ItemGrant, Member: d.member(2), Role: d.role(), Take: true})
}
