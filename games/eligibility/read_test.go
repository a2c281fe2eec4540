package eligibility_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/eligibility"
)

func names() eligibility.Names {
	return eligibility.Names{
		Roles: []chat.Role{
			{ID: vip, Name: "VIP"},
			{ID: adult, Name: "Membre confirmé"},
			{ID: muted, Name: "Muet ou puni"},
			{ID: team, Name: "Équipe", Handle: "equipe"},
			{ID: "discord:306", Name: "Twin"},
			{ID: "discord:307", Name: "twin"},
			{ID: "discord:308", Name: "Twin"},
		},
		Channels: []chat.Channel{{ID: hall, Name: "général"}, {ID: cave, Name: "aide"}},
	}
}

func TestStaffTypeConditionsInEitherLanguage(t *testing.T) {
	want := eligibility.Rules{
		All: []chat.RoleID{adult}, Any: []chat.RoleID{vip, team}, None: []chat.RoleID{muted}, Account: 7 * day, Member: 14 * day,
		Messages: eligibility.Messages{Least: 5, Days: 7, In: []chat.ChannelID{hall, cave}}, Channels: []chat.ChannelID{hall},
		NoGuests: true, Bypass: []chat.RoleID{team}, Denied: []chat.RoleID{vip},
	}
	for _, typed := range []string{
		`roles: @Membre confirmé
roles: @VIP or @Équipe
without: @Muet ou puni
account: 7 days
member: 2 weeks
messages: 5 in 7 days in #général, #aide
channels: #général
guests: no
exempt: @equipe
excluded: @VIP`,
		`Rôles : membre CONFIRME

rôle : @vip ou @EQUIPE
sans : muet ou puni
compte : 1 semaine
membre : 14j
messages : 5 messages en 7 jours dans #general et #aide
canaux : <#401>
invités : non
dispensés : <@&304>
exclus : <@&301>
`,
	} {
		for _, l := range chat.Languages() {
			if got, err := eligibility.ReadRules(printer(t, l), typed, names()); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%+v, %v", got, err)
			}
		}
	}
}

func TestStaffTypeBonusesInEitherLanguage(t *testing.T) {
	want := eligibility.Bonus{
		Grounds: []eligibility.Ground{{Role: vip, Tickets: 2}, {Booster: true, Tickets: 1}, {Insider: true, Tickets: 3}},
		Mode:    eligibility.Highest, Cap: 5,
	}
	for _, typed := range []string{
		"@VIP: 2\nboost: +1\nno guest: 3\nseveral: highest\nmost: 5",
		"vip : 2\nBoost : 1\nnon invité : 3\nplusieurs : le plus gros\nmaximum : 5\n\n",
	} {
		if got, err := eligibility.ReadBonus(printer(t, chat.French), typed, names()); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

func TestAMistakeIsNamedWithARightExample(t *testing.T) {
	rules, bonus := eligibility.ReadRules, func(p i18n.Printer, typed string, n eligibility.Names) (eligibility.Rules, error) {
		_, err := eligibility.ReadBonus(p, typed, n)
		return eligibility.Rules{}, err
	}
	for _, row := range []struct {
		read  func(i18n.Printer, string, eligibility.Names) (eligibility.Rules, error)
		typed string
		want  []string
	}{
		{rules, "hello", []string{"“hello”", "account: 7 days"}},
		{rules, "colour: red", []string{"“colour: red”", "account: 7 days"}},
		{rules, "roles: @VIP or @Nobody and more", []string{"“@Nobody”", "@VIP"}},
		{rules, "roles: VIPs", []string{"“VIPs”", "@VIP"}},
		{rules, "roles: @Équipe, @Twin", []string{"“@Twin”", "<@&306>"}},
		{rules, "roles: @VIP and @Équipe or @Membre confirmé", []string{"mixes", "roles: @Member and @Adult"}},
		{rules, "roles: @VIP or @Équipe\nroles: @VIP or @Équipe", []string{"twice"}},
		{rules, "account: 7 days\ncompte: 8 jours", []string{"“compte: 8 jours”", "twice"}},
		{rules, "account: 7", []string{"7"}},
		{rules, "channels: #nowhere", []string{"“#nowhere”", "#général"}},
		{rules, "messages: many", []string{"“many”", "5 in 7 days"}},
		{rules, "messages: 5", []string{"“5”", "5 in 7 days"}},
		{rules, "messages: 5 in 7 days in #nowhere", []string{"“#nowhere”", "#général"}},
		{rules, "guests: yes", []string{"“guests: yes”", "guests: no"}},
		{bonus, "hello", []string{"“hello”", "boost: 1"}},
		{bonus, "@VIP: lots", []string{"“lots”", "2"}},
		{bonus, "@VIP @Équipe: 2", []string{"“@VIP @Équipe: 2”", "boost: 1"}},
		{bonus, "several: maybe", []string{"“several: maybe”", "several: highest"}},
		{bonus, "boost: 1\nboost: 1", []string{"twice"}},
		{bonus, "@Nobody: 2", []string{"“@Nobody”", "@VIP"}},
	} {
		_, err := row.read(printer(t, chat.English), row.typed, names())
		if err == nil {
			t.Errorf("%q is understood", row.typed)
			continue
		}
		text := err.Error()
		var r *games.Refusal
		if errors.As(err, &r) {
			text = r.Line.Plain()
		}
		for _, want := range row.want {
			if !strings.Contains(text, want) {
				t.Errorf("%q: %q lacks %q", row.typed, text, want)
			}
		}
	}
	if r, err := eligibility.ReadRules(printer(t, chat.English), "roles:\nguests:  \n\n", names()); err != nil || !r.IsZero() {
		t.Errorf("lines that were emptied: %+v, %v", r, err)
	}
}

// anyNames are what people call their roles and channels.
func anyNames(t *rapid.T) eligibility.Names {
	name := rapid.OneOf(
		rapid.SampledFrom([]string{"A", "a", "A or B", "B", "or", "et", "Ü", "A, B", "@A", "#x", "A: 2", "<@&302>", "x y", "  x", "🎉 Party", "É", "e", "302"}),
		rapid.StringN(1, 6, -1),
	)
	var n eligibility.Names
	for _, id := range []chat.RoleID{vip, adult, muted, team, "discord:305"} {
		n.Roles = append(n.Roles, chat.Role{ID: id, Name: name.Draw(t, "role"), Handle: rapid.SampledFrom([]string{"", "h", "handle"}).Draw(t, "handle")})
	}
	for _, id := range []chat.ChannelID{hall, cave} {
		n.Channels = append(n.Channels, chat.Channel{ID: id, Name: name.Draw(t, "channel")})
	}
	return n
}

// Whatever the names: a form that is sent in as it was prefilled changes
// nothing, in either language and from one to the other.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r, b, n := anyRules(rt), anyBonus(rt), anyNames(rt)
		if r.Blocked = nil; len(r.Any) == 1 { // one of one is all of them
			r.All, r.Any = append(without(r.All, r.Any[0]), r.Any[0]), nil
		}
		write := printer(rt, rapid.SampledFrom(chat.Languages()).Draw(rt, "written in"))
		read := printer(rt, rapid.SampledFrom(chat.Languages()).Draw(rt, "read in"))
		typed := eligibility.WriteRules(write, r, n)
		got, err := eligibility.ReadRules(read, typed, n)
		if err != nil || !same(got, r) {
			rt.Fatalf("%q: %+v became %+v, %v", typed, r, got, err)
		}
		typed = eligibility.WriteBonus(write, b, n)
		back, err := eligibility.ReadBonus(read, typed, n)
		if err != nil || !same(back, b) {
			rt.Fatalf("%q: %+v became %+v, %v", typed, b, back, err)
		}
	})
}

func without(list []chat.RoleID, id chat.RoleID) (out []chat.RoleID) {
	for _, x := range list {
		if x != id {
			out = append(out, x)
		}
	}
	return out
}

// same compares as JSON does: an empty list is none.
func same(a, b any) bool {
	x, y := mustJSON(a), mustJSON(b)
	return x == y
}

func FuzzRead(f *testing.F) {
	f.Add("roles: @VIP or @Membre confirmé\nmessages: 5 in 7 days in #aide")
	f.Add("@VIP: 2\nboost: 1")
	f.Add("roles: <@&301> et <!subteam^304|@x>, <#")
	f.Fuzz(func(t *testing.T, typed string) {
		p := printer(t, chat.French)
		if r, err := eligibility.ReadRules(p, typed, names()); err == nil {
			again, err := eligibility.ReadRules(p, eligibility.WriteRules(p, r, names()), names())
			if checked := eligibility.Check(p, r, eligibility.Bonus{}, able()); checked == nil && (err != nil || !same(again, r)) {
				t.Errorf("%q: %+v became %+v, %v", typed, r, again, err)
			}
		}
		_, _ = eligibility.ReadBonus(p, typed, names())
	})
}
