package app

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"animo/bot/chat"
	"animo/bot/outbox"
	"animo/games/giveaway"
	"animo/storage"
)

// silence is a community in which nobody writes but the second member.
type silence struct{ *desk }

// Spoke implements commands.Activity.
func (s silence) Spoke(_ context.Context, _ storage.Tenant, m chat.MemberID, _ int, _ []chat.ChannelID) (int, error) {
	if m == s.member(2) {
		return 1, nil
	}
	return 0, nil
}

// tools shows what staff use around giveaways.
func (d *desk) tools() {
	d.registry.Activity = silence{d}
	d.types(d.manager(), "giveaway start", "duration", "2h", "prize", "Un mois de Nitro", "winners", "2", "channel", string(d.channel(2)))
	id := d.newest("T00LS234")
	for n, joined := range []time.Duration{time.Minute, -52 * 7 * 24 * time.Hour, -time.Hour} {
		m := d.someone(n + 2)
		m.Joined, m.Created = d.now.Add(joined), d.now.Add(joined-time.Hour)
		d.send(chat.Pressed{Meta: d.meta(m), Action: chat.Act(giveaway.Kind, giveaway.VerbEnter, id)})
	}
	d.keep("abuse", d.types(d.manager(), "giveaway abuse", "id", id))
	d.keep("block-none", d.types(d.manager(), "giveaway block list"))
	d.keep("block-added", d.types(d.manager(), "giveaway block add", "member", string(d.member(3)), "reason", hostile))
	d.keep("block-list", d.types(d.manager(), "giveaway block list"))
	d.keep("block-removed", d.types(d.manager(), "giveaway block remove", "member", string(d.member(3))))
	d.keep("template-saved", d.types(d.manager(), "giveaway template save", "name", "Nitro du vendredi", "id", id))
	d.keep("template-taken", d.types(d.manager(), "giveaway template save", "name", "NITRO DU VENDREDI", "id", id))
	d.types(d.manager(), "giveaway template save", "name", "<!everyone> *x*", "id", id)
	d.keep("template-list", d.types(d.manager(), "giveaway template list"))
	d.repeats()
	d.types(d.manager(), "giveaway delete", "id", id)
}

func (d *desk) repeats() {
	ask := d.types(d.manager(), "giveaway repeat add", "template", "Nitro du vendredi", "when", "tous les vendredis à 18h", "missed", "ask")
	var yes chat.Action
	for _, b := range ask.Card.Blocks {
		for _, c := range b.Controls {
			if c.Action.Verb == "confirm" {
				yes = c.Action
			}
		}
	}
	d.fixed = append(d.fixed, yes.Subject, "DRAFT4567890")
	d.keep("repeat-ask", ask)
	added := d.send(chat.Pressed{Meta: d.meta(d.manager()), Action: yes})
	found := d.send(chat.Completing{Meta: d.meta(d.manager()), Path: []string{"giveaway", "repeat", "stop"}, Option: "id"}).Choices
	d.fixed = append(d.fixed, found[0].Value, "REPEAT23")
	d.keep("repeat-added", added)
	d.keep("repeat-list", d.types(d.manager(), "giveaway repeat list"))
	d.keep("repeat-skipped", d.types(d.manager(), "giveaway repeat skip"))
	d.keep("repeat-refused-cron", d.types(d.manager(), "giveaway repeat add", "template", "Nitro du vendredi", "when", "0 18 * *"))
	d.keep("repeat-refused-words", d.types(d.manager(), "giveaway repeat add", "template", "Nitro du vendredi", "when", "un lundi sur deux"))
	d.missed()
	d.keep("repeat-stopped", d.types(d.manager(), "giveaway repeat stop"))
}

// missed shows what the team is told of a firing that was missed.
func (d *desk) missed() {
	before := d.now
	d.now = d.now.Add(14 * 24 * time.Hour)
	jobs, err := d.store.LeaseJobs(d.t.Context(), storage.Claim{Owner: "desk", Now: d.now, For: time.Minute, Limit: 1000})
	must(d.t, err)
	for _, j := range jobs {
		if h := d.registry.Handlers()[j.Kind]; h != nil && j.Kind == "giveaway.repeat" {
			must(d.t, h(d.t.Context(), j))
		}
	}
	d.now = before
	for r, err := range d.store.Export(d.t.Context(), storage.Tenant(d.space())) {
		must(d.t, err)
		if r.Effect == nil || !strings.HasPrefix(r.Effect.Key, "repeat/") {
			continue
		}
		var i outbox.Item
		must(d.t, json.Unmarshal(r.Effect.Body, &i))
		d.keepCard("repeat-was-asked", false, i.Card)
		return
	}
	d.t.Fatal("the team is not asked")
}
