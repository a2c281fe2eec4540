package discordwire_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"animo/bot/sandbox/world"
)

func giveaway() o {
	return o{
		"name": "giveaway", "name_localizations": o{"fr": "concours"}, "description": "Giveaways",
		"description_localizations": o{"fr": "Concours"},
		"options": []o{
			{
				"type": 1, "name": "start", "name_localizations": o{"fr": "lancer"}, "description": "Start one",
				"description_localizations": o{"fr": "En lancer un"},
				"options": []o{
					{"type": 3, "name": "duration", "name_localizations": o{"fr": "durée"}, "description": "How long", "required": true},
					{"type": 3, "name": "prize", "name_localizations": o{"fr": "lot"}, "description": "What", "required": true, "max_length": 40},
					{"type": 4, "name": "winners", "name_localizations": o{"fr": "gagnants"}, "description": "How many", "min_value": 1, "max_value": 50},
					{"type": 7, "name": "channel", "name_localizations": o{"fr": "salon"}, "description": "Where", "channel_types": []int{0}},
					{"type": 6, "name": "host", "description": "Who"},
					{"type": 8, "name": "role", "description": "For whom"},
					{"type": 5, "name": "ping", "description": "Loud"},
					{"type": 10, "name": "bonus", "description": "Factor"},
					{"type": 3, "name": "kind", "description": "Kind", "choices": []o{
						{"name": "Draw", "name_localizations": o{"fr": "Tirage"}, "value": "draw"}, {"name": "First come", "value": "first"},
					}},
				},
			},
			{"type": 2, "name": "admin", "description": "Staff", "options": []o{
				{"type": 1, "name": "end", "description": "End one", "options": []o{
					{"type": 3, "name": "id", "description": "Which", "required": true, "autocomplete": true},
				}},
			}},
		},
	}
}

// run types a line and gives what the bot was asked, or the client's sentence.
func run(h *home, asked chan o, as, line string) (o, string) {
	res := h.act(world.Action{As: as, Kind: world.ActCommand, Text: line})
	if !res.OK {
		return nil, res.Error
	}
	return <-asked, ""
}

func commandHome(t *testing.T) (*home, chan o) {
	h := open(t)
	asked := make(chan o, 1)
	h.bot(func(in o) o {
		if in["type"] == 4.0 {
			return o{"type": 8, "data": o{"choices": []o{
				{"name": "Nitro, ends tonight", "value": "g-1"}, {"name": "Book", "value": "g 2"},
			}}}
		}
		asked <- in
		return o{"type": 4, "data": o{"content": "ok", "flags": 64}}
	})
	h.commands(giveaway())
	return h, asked
}

func TestAnAnswerSaysWhichCommandWasUsed(t *testing.T) {
	h, asked := commandHome(t)
	if err := h.SetLocale(one, "fr"); err != nil {
		t.Fatal(err)
	}
	if _, sentence := run(h, asked, one, "/concours lancer durée:2h lot:x"); sentence != "" {
		t.Fatal(sentence)
	}
	var answer o
	if err := json.Unmarshal(last(h, one).Native, &answer); err != nil {
		t.Fatal(err)
	}
	if got := dig(answer, "interaction", "name"); got != "giveaway start" {
		t.Errorf("the answer is to %v", got)
	}
}

func TestATypedLineBecomesOptions(t *testing.T) {
	h, asked := commandHome(t)
	team := h.RoleID(h.guild, "Team")
	if err := h.SetLocale(two, "fr"); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		as, line string
		want     o
	}{
		"plain":           {one, `/giveaway start duration:2h prize:Nitro`, o{"duration": "2h", "prize": "Nitro"}},
		"quoted":          {one, `/giveaway start duration:2h prize:"A year: of Nitro" winners:3`, o{"duration": "2h", "prize": "A year: of Nitro", "winners": 3.0}},
		"curly quotes":    {one, `/giveaway start prize:“A year of Nitro” duration:2h`, o{"duration": "2h", "prize": "A year of Nitro"}},
		"French quotes":   {one, `/giveaway start prize:« A year » duration:2h`, o{"duration": "2h", "prize": "A year"}},
		"spaces unquoted": {one, `/giveaway start duration:20/01 10:30 prize:a b c winners:2`, o{"duration": "20/01 10:30", "prize": "a b c", "winners": 2.0}},
		"after the colon": {one, `/giveaway start duration: 2h prize: https://example.org/x`, o{"duration": "2h", "prize": "https://example.org/x"}},
		"case":            {one, `/GIVEAWAY Start Duration:2h PRIZE:x`, o{"duration": "2h", "prize": "x"}},
		"entities":        {one, `/giveaway start duration:2h prize:x channel:#contests host:@member-2 role:@Team`, o{"duration": "2h", "prize": "x", "channel": h.ChannelID("contests"), "host": two, "role": team}},
		"ids":             {one, "/giveaway start duration:2h prize:x channel:<#" + h.general + "> host:<@" + two + "> role:<@&" + team + ">", o{"duration": "2h", "prize": "x", "channel": h.general, "host": two, "role": team}},
		"a shown name":    {one, `/giveaway start duration:2h prize:x host:@Member 2 ping:true`, o{"duration": "2h", "prize": "x", "host": two, "ping": true}},
		"numbers":         {one, `/giveaway start duration:2h prize:x bonus:1,5 ping:no kind:first come`, o{"duration": "2h", "prize": "x", "bonus": 1.5, "ping": false, "kind": "first"}},
		"in French":       {two, `/concours lancer durée:2h lot:"Un an" gagnants:3 salon:#general kind:tirage ping:oui`, o{"duration": "2h", "prize": "Un an", "winners": 3.0, "channel": h.general, "kind": "draw", "ping": true}},
		"English too":     {two, `/giveaway start duration:2h lot:x`, o{"duration": "2h", "prize": "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			in, sentence := run(h, asked, c.as, c.line)
			if in == nil {
				t.Fatal(sentence)
			}
			got := o{}
			options, _ := dig(in, "data", "options", 0, "options").([]any)
			for _, v := range options {
				got[dig(v, "name").(string)] = dig(v, "value")
			}
			a, _ := json.Marshal(got)
			b, _ := json.Marshal(c.want)
			if string(a) != string(b) || dig(in, "data", "name") != "giveaway" || dig(in, "data", "options", 0, "name") != "start" {
				t.Errorf("options %s, want %s", a, b)
			}
		})
	}
	in, sentence := run(h, asked, one, `/giveaway start duration:2h prize:x host:@member-2`)
	if dig(in, "data", "resolved", "members", two) == nil {
		t.Errorf("%s; resolved %v", sentence, dig(in, "data", "resolved"))
	}
	in, sentence = run(h, asked, one, `/giveaway admin end id:g-1`)
	if dig(in, "data", "options", 0, "options", 0, "options", 0, "value") != "g-1" {
		t.Errorf("%s; %v", sentence, in["data"])
	}
}

func TestABadLineNeverReachesTheBot(t *testing.T) {
	h, asked := commandHome(t)
	if err := h.SetLocale(two, "fr"); err != nil {
		t.Fatal(err)
	}
	for line, says := range map[string]string{
		`/nothing`:                          "no command /nothing",
		`/giveaway`:                         "needs one of: start, admin",
		`/giveaway stop`:                    "needs one of",
		`/giveaway start duration:2h`:       "“prize” is required",
		`/giveaway start duration: prize:x`: "“duration” is required",
		`/giveaway start duration:2h prize:x colour:red`:               "no option “colour”",
		`/giveaway start 2h`:                                           "belongs to no option",
		`/giveaway start duration:2h duration:3h prize:x`:              "given twice",
		`/giveaway start duration:2h prize:x winners:few`:              "not a whole number",
		`/giveaway start duration:2h prize:x winners:0`:                "at least 1",
		`/giveaway start duration:2h prize:x winners:51`:               "at most 50",
		`/giveaway start duration:2h prize:x bonus:NaN`:                "not a number",
		`/giveaway start duration:2h prize:x ping:perhaps`:             "neither true nor false",
		`/giveaway start duration:2h prize:x host:@nobody`:             "no member",
		`/giveaway start duration:2h prize:x channel:#nowhere`:         "no channel",
		`/giveaway start duration:2h prize:x channel:#team`:            "no channel",
		`/giveaway start duration:2h prize:x role:@Nope`:               "no role",
		`/giveaway start duration:2h prize:x kind:other`:               "Draw, First come",
		`/giveaway start duration:2h prize:` + strings.Repeat("x", 41): "at most 40",
	} {
		if in, sentence := run(h, asked, one, line); in != nil || !strings.Contains(sentence, says) {
			t.Errorf("%s: %q, want %q", line, sentence, says)
		}
	}
	if _, sentence := run(h, asked, two, `/concours lancer durée:2h`); !strings.Contains(sentence, "« lot » est obligatoire") {
		t.Errorf("in French: %q", sentence)
	}
}

func TestCommandsAreOfferedByPermissionAndPlace(t *testing.T) {
	h, asked := commandHome(t)
	h.commands(
		o{"name": "staff", "description": "x", "default_member_permissions": "32"},
		o{"name": "closed", "description": "x", "default_member_permissions": "0"},
		o{"name": "guild", "description": "x", "contexts": []int{0}},
	)
	for line, who := range map[string]map[string]bool{
		"/staff":  {one: false, mod: true, admin: true},
		"/closed": {one: false, mod: false, admin: true},
		"/guild":  {one: true},
	} {
		for as, want := range who {
			if in, sentence := run(h, asked, as, line); (in != nil) != want {
				t.Errorf("%s by %s: %q", line, as, sentence)
			}
		}
	}
	if res := h.Act(context.Background(), world.Action{As: one, Kind: world.ActCommand, Channel: h.BotID(), Text: "/guild"}); res.OK {
		t.Error("a guild's command was offered in a direct message")
	}
	h.call(200, "PUT", "/applications/"+h.BotID()+"/guilds/"+h.guild+"/commands", []o{{"name": "local", "description": "x"}})
	if in, sentence := run(h, asked, one, "/local"); dig(in, "data", "guild_id") != h.guild {
		t.Errorf("%s %v", sentence, in)
	}
}

func labels(list []world.Suggestion) string {
	var out []string
	for _, s := range list {
		out = append(out, s.Label)
	}
	return strings.Join(out, " | ")
}

func TestTypingIsCompleted(t *testing.T) {
	h, _ := commandHome(t)
	if err := h.SetLocale(two, "fr"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ as, text, labels, insert string }{
		{one, "/", "/giveaway start | /giveaway admin end", "/giveaway start "},
		{one, "/give", "/giveaway start | /giveaway admin end", "/giveaway start "},
		{two, "/conc", "/concours lancer | /concours admin end", "/concours lancer "},
		{one, "/giveaway start ", "duration: | prize: | winners: | channel: | host: | role: | ping: | bonus: | kind:", "/giveaway start duration:"},
		{one, "/giveaway start duration:2h p", "prize: | ping:", "/giveaway start duration:2h prize:"},
		{two, "/concours lancer durée:2h l", "lot:", "/concours lancer durée:2h lot:"},
		{one, "/giveaway start kind:", "Draw | First come", "/giveaway start kind:Draw "},
		{two, "/concours lancer kind:ti", "Tirage", "/concours lancer kind:Tirage "},
		{one, "/giveaway start channel:#con", "#contests", "/giveaway start channel:#contests "},
		{one, "/giveaway start host:@mem", "@member-1 | @member-2 | @member-3 | @member-4", "/giveaway start host:@member-1 "},
		{one, "/giveaway start ping:", "True | False", "/giveaway start ping:true "},
		{one, "/giveaway admin end id:", "Nitro, ends tonight | Book", "/giveaway admin end id:g-1 "},
		{one, "/nothing ", "", ""},
		{one, "hello", "", ""},
	} {
		got := h.Complete(context.Background(), world.Action{As: c.as, Channel: h.general, Text: c.text})
		if labels(got) != c.labels || len(got) > 0 && got[0].Insert != c.insert {
			t.Errorf("%q: %s, first %+v", c.text, labels(got), append(got, world.Suggestion{})[0])
		}
	}
	got := h.Complete(context.Background(), world.Action{As: one, Channel: h.general, Text: "/giveaway admin end id:b"})
	if len(got) != 2 || got[1].Insert != `/giveaway admin end id:"g 2" ` {
		t.Errorf("%+v", got)
	}
}

func TestCommandListsAreReplacedAndChecked(t *testing.T) {
	h := open(t)
	path := "/applications/" + h.BotID() + "/commands"
	first := h.commands(giveaway(), o{"name": "help", "description": "Help"})
	again := h.commands(giveaway())
	if len(again) != 1 || again[0]["id"] != first[0]["id"] || again[0]["version"] == first[0]["version"] {
		t.Errorf("replaced %v by %v", first[0]["id"], again)
	}
	if plain := h.call(200, "GET", path, nil).list(); plain[0]["name_localizations"] != nil {
		t.Errorf("translations come unasked: %v", plain[0])
	}
	if full := h.call(200, "GET", path+"?with_localizations=true", nil).list(); dig(full[0], "options", 0, "name_localizations", "fr") != "lancer" {
		t.Errorf("%v", full[0])
	}
	id := h.call(201, "POST", path, o{"name": "help", "description": "Help"}).id()
	h.call(200, "POST", path, o{"name": "help", "description": "More help"})
	if got := h.call(200, "PATCH", path+"/"+id, o{"description": "Best help"}); got.o["description"] != "Best help" || got.o["name"] != "help" {
		t.Errorf("%s", got.raw)
	}
	h.call(204, "DELETE", path+"/"+id, nil)
	h.refused(10063, "GET", path+"/"+id, nil)
	long := o{"name": "x", "description": "x", "options": []o{}}
	for range 25 {
		long["options"] = append(long["options"].([]o), o{"type": 3, "name": "n" + strings.Repeat("o", len(long["options"].([]o))), "description": strings.Repeat("d", 100), "choices": []o{
			{"name": strings.Repeat("n", 100), "value": strings.Repeat("v", 100)}, {"name": strings.Repeat("m", 100), "value": strings.Repeat("v", 100)},
		}})
	}
	for name, bad := range map[string]o{
		"upper case":        {"name": "Help", "description": "x"},
		"space":             {"name": "help me", "description": "x"},
		"French upper case": {"name": "help", "description": "x", "name_localizations": o{"fr": "Aide"}},
		"no description":    {"name": "help"},
		"order":             {"name": "help", "description": "x", "options": []o{{"type": 3, "name": "a", "description": "x"}, {"type": 3, "name": "b", "description": "x", "required": true}}},
		"mixed":             {"name": "help", "description": "x", "options": []o{{"type": 1, "name": "a", "description": "x"}, {"type": 3, "name": "b", "description": "x"}}},
		"menu description":  {"type": 3, "name": "Help", "description": "x"},
		"too large":         long,
	} {
		if a := h.call(400, "POST", path, bad); a.code() != 50035 || a.o["errors"] == nil {
			t.Errorf("%s: %s", name, a.raw)
		}
	}
	h.refused(50035, "PUT", path, []o{{"name": "a", "description": "x"}, {"name": "a", "description": "y"}})
	h.refused(50001, "GET", "/applications/"+nobody+"/commands", nil)
}
