package app

import (
	"time"

	"animo/bot/chat"
	"animo/games/giveaway"
)

// rules draws what staff and members see around the rules page of a giveaway.
func (d *desk) rules() {
	d.keep("rules-organiser", d.send(chat.Submitted{
		Meta: d.meta(d.manager()), Action: chat.Act("setup-organiser", "form", "community"),
		Values: chat.Values{"name": "L’association Le Club", "contact": "contact@example.org", "law": hostile},
	}))
	d.types(d.manager(), "giveaway start", "duration", "2h", "prize", hostile, "lots", "Nitro x2 = 9,99 €; "+hostile+" x3", "claim", "48h",
		"description", hostile)
	id := d.newest("6RZ3KD8Y")
	page := d.types(d.someone(2), "giveaway rules", "id", id)
	d.keep("rules-first-page", page)
	d.keep("rules-next-page", d.send(chat.Pressed{Meta: d.meta(d.someone(2)), Action: chat.Act(giveaway.RulesFamily, "page", id).With("1.1")}))
	d.keep("rules-check", d.types(d.manager(), "giveaway check", "id", id))
	d.now = d.now.Add(time.Minute)
	d.types(d.manager(), "giveaway edit", "id", id, "duration", "23h")
	d.keep("rules-no-version", d.types(d.someone(2), "giveaway rules", "id", id, "version", "9"))
	d.types(d.manager(), "giveaway cancel", "id", id)
}
