package eligibility_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/games"
	"animo/games/eligibility"
	"animo/games/gamestest"
)

func TestARefusalSaysWhichConditionFailsAndWhatHelps(t *testing.T) {
	joined := now().Add(-3*day - 5*time.Hour)
	newcomer := games.Facts{Actor: chat.Actor{ID: me, Created: joined, Joined: joined}, Wrote: new(2), In: map[chat.ChannelID]bool{hall: false}}
	for _, row := range []struct {
		rules   eligibility.Rules
		english string
		french  string
	}{
		{
			eligibility.Rules{Account: 7 * day},
			"Your account is 3 days old and must be at least 7 days old: come back on 2026-03-05 07:00 UTC.",
			"Votre compte a 3 jours et il en faut 7 jours\u00a0: revenez le 2026-03-05 07:00 UTC.",
		},
		{
			eligibility.Rules{Member: 7 * day},
			"You have been a member for 3 days and must have been for at least 7 days: come back on 2026-03-05 07:00 UTC.",
			"Vous êtes membre depuis 3 jours et il faut l’être depuis 7 jours\u00a0: revenez le 2026-03-05 07:00 UTC.",
		},
		{
			eligibility.Rules{Messages: eligibility.Messages{Least: 5, Days: 7}},
			"You have written 2 of the 5 messages asked for within 7 days: 3 more are enough.",
			"Messages écrits sur 7 jours\u00a0: 2 sur les 5 demandés. Encore 3 et vous pourrez participer.",
		},
		{
			eligibility.Rules{Messages: eligibility.Messages{Least: 3, Days: 1, In: []chat.ChannelID{hall, cave}}},
			"You have written 2 of the 3 messages asked for within 1 day in #discord:401 or #discord:402: one more there is enough.",
			"Messages écrits dans #discord:401 ou #discord:402 sur 1 jour\u00a0: 2 sur les 3 demandés. Encore un et vous pourrez participer.",
		},
		{
			eligibility.Rules{Any: []chat.RoleID{vip, adult, team}},
			"You lack one of the roles @discord:301, @discord:302 or @discord:304: one is enough. The team can tell you how to get it.",
			"Il vous faut l’un des rôles @discord:301, @discord:302 ou @discord:304\u00a0: un seul suffit. L’équipe vous dira comment l’obtenir.",
		},
		{
			eligibility.Rules{Channels: []chat.ChannelID{hall}},
			"You are not in #discord:401: join, then press again.",
			"Vous n’êtes pas dans #discord:401\u00a0: rejoignez, puis appuyez de nouveau.",
		},
	} {
		failures := eligibility.Judge(row.rules, newcomer, now())
		for l, want := range map[chat.Language]string{chat.English: row.english, chat.French: row.french} {
			if got := eligibility.Lines(printer(t, l), failures); len(got) != 1 || got[0].Plain() != want {
				t.Errorf("%q, want %q", got[0].Plain(), want)
			}
		}
	}
}

// Whatever the rules and the member: every failure has its sentence, every rule
// its line, and nothing is left out of either.
func TestEverythingHasItsSentence(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r, b := anyRules(rt), anyBonus(rt)
		f := gamestest.Anybody(rt, now())
		failures := eligibility.Judge(r, f, now())
		for _, l := range chat.Languages() {
			p := printer(rt, l)
			lines := append(eligibility.Lines(p, failures), eligibility.Describe(p, r, b)...)
			n, applied := b.Tickets(f)
			for _, line := range append(lines, eligibility.TicketLine(p, n, applied)) {
				if text := line.Plain(); text == "" || strings.Contains(text, "{") || strings.HasPrefix(text, "eligibility.") {
					rt.Fatalf("%q", text)
				}
			}
			if (len(eligibility.Describe(p, r, eligibility.Bonus{})) == 0) != (r.IsZero() || onlyBlocked(r)) {
				rt.Fatalf("%+v is described by %v", r, eligibility.Describe(p, r, eligibility.Bonus{}))
			}
		}
	})
}

func onlyBlocked(r eligibility.Rules) bool {
	r.Blocked = nil
	return r.IsZero()
}

func TestTheCardSaysWhoMayTakePartAndNotWhoIsBlocked(t *testing.T) {
	r := eligibility.Rules{
		All: []chat.RoleID{vip}, Member: 14 * day, Messages: eligibility.Messages{Least: 5, Days: 7, In: []chat.ChannelID{hall}},
		NoGuests: true, Bypass: []chat.RoleID{team}, Denied: []chat.RoleID{muted}, Blocked: []chat.MemberID{me},
	}
	b := eligibility.Bonus{Grounds: []eligibility.Ground{{Role: vip, Tickets: 2}, {Booster: true, Tickets: 1}}, Mode: eligibility.Highest, Cap: 3}
	for l, want := range map[chat.Language]string{
		chat.English: `Role needed: @discord:301
Time as a member: at least 14 days
At least 5 messages within 7 days in #discord:401
Not open to guests
Exempt from these conditions: @discord:304
Excluded: @discord:303
2 more tickets for @discord:301
One more ticket for those who boost this space
Bonus tickets do not add up: only the highest bonus counts.
At most 3 tickets each`,
		chat.French: `Rôle nécessaire~: @discord:301
Ancienneté comme membre~: au moins 14 jours
Au moins 5 messages sur 7 jours dans #discord:401
Fermé aux invités
Dispense de ces conditions~: @discord:304
Exclusion~: @discord:303
2 tickets de plus pour @discord:301
Un ticket de plus pour les membres qui boostent cet espace
Les tickets bonus ne se cumulent pas~: seul le plus gros bonus compte.
3 tickets au plus par membre`,
	} {
		lines := eligibility.Describe(printer(t, l), r, b)
		got := strings.ReplaceAll(chat.Join(lines, chat.Break()).Plain(), "\u00a0", "~")
		if got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

func TestAMemberIsToldTheirTickets(t *testing.T) {
	applied := []eligibility.Ground{{Role: vip, Tickets: 2}, {Insider: true, Tickets: 1}}
	for l, want := range map[chat.Language]string{
		chat.English: "You have 4 tickets, bonus included: 2 for @discord:301 and 1 for members who are no guests.",
		chat.French:  "Vous avez 4 tickets, bonus compris\u00a0: 2 pour @discord:301 et 1 pour les membres qui ne sont pas invités.",
	} {
		if got := eligibility.TicketLine(printer(t, l), 4, applied).Plain(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := eligibility.TicketLine(printer(t, chat.English), 1, nil).Plain(); got != "You have one ticket." {
		t.Errorf("%q", got)
	}
}
