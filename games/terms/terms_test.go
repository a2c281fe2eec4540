package terms_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games/eligibility"
	"animo/games/terms"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var update = flag.Bool("update", false, "write testdata anew")

var words = sync.OnceValues(i18n.New)

func printer(t *testing.T, l chat.Language) i18n.Printer {
	t.Helper()
	b, err := words()
	if err != nil {
		t.Fatal(err)
	}
	return b.Printer(l)
}

// noon is a Saturday.
var noon = time.Date(2026, time.January, 24, 12, 0, 0, 0, time.UTC)

func paris(t *testing.T) *time.Location {
	t.Helper()
	z, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// minimal is a giveaway of which nothing is known but what it must have.
func minimal(*testing.T) terms.Source {
	return terms.Source{
		ID: "7K2M9QXF", Title: "Un mois de Nitro", Platform: "Discord", Opens: noon, Ends: noon.Add(2 * time.Hour),
		Lots: []terms.Lot{{Prize: "Un mois de Nitro", Winners: 1}}, Redraws: 3,
		Commitment: strings.Repeat("0123456789abcdef", 4),
	}
}

// rich is a giveaway with everything that there is.
func rich(t *testing.T) terms.Source {
	s := minimal(t)
	s.Terms = terms.Terms{
		Organiser: terms.Organiser{
			Name: "L’association Le Club, 1 rue des Lilas, 69003 Lyon", Contact: "contact@example.org",
			Law: "Le présent règlement est soumis au droit français.",
		},
		Community: "Le Club *des* <amis> & Cie", Channel: "concours",
		Names: map[string]string{"discord:1": "VIP", "discord:2": "Membre", "discord:3": "Lauréat", "discord:9": "général"},
	}
	s.Title = "Fête des 2 ans"
	s.Description = "Pour fêter nos 2 ans :\n\n# pas un titre\n- pas une liste\n1. pas un numéro"
	s.Button, s.Zone, s.Places = "Je tente ma chance", paris(t), 500
	s.Ends = s.Ends.Add(37 * time.Second)
	s.Who = eligibility.Rules{
		All: []chat.RoleID{"discord:2"}, Account: 7 * 24 * time.Hour, Bypass: []chat.RoleID{"discord:1"},
		Messages: eligibility.Messages{Least: 5, Days: 7, In: []chat.ChannelID{"discord:9"}},
		Blocked:  []chat.MemberID{"discord:66"},
	}
	s.Bonus = eligibility.Bonus{Grounds: []eligibility.Ground{{Role: "discord:1", Tickets: 2}, {Booster: true, Tickets: 1}}, Cap: 3}
	s.Lots = []terms.Lot{{Prize: "Un mois de Nitro", Winners: 2, Value: "9,99 €"}, {Prize: "Un T-shirt *brodé*", Winners: 3, Value: "20 €"}, {Prize: "Un badge", Winners: 1}}
	s.Role, s.RoleFor, s.Claim = "discord:3", 30*24*time.Hour, 48*time.Hour
	return s
}

func current(t *testing.T, x terms.Terms) terms.Version {
	t.Helper()
	v, ok := x.Current()
	if !ok {
		t.Fatal("no version was written")
	}
	return v
}

func text(t *testing.T, x terms.Terms, n int, l chat.Language) string {
	t.Helper()
	s, err := x.Text(n, l)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPagesReadAsTheyShould(t *testing.T) {
	for name, source := range map[string]func(*testing.T) terms.Source{"minimal": minimal, "rich": rich} {
		s := source(t)
		first := s.Revise(s, noon, printer(t, chat.French))
		s.Ends, s.Lots[0].Winners = s.Ends.Add(time.Hour), 4
		second := first.Revise(s, noon.Add(10*time.Minute), printer(t, chat.English))
		for _, l := range chat.Languages() {
			golden(t, name+"."+string(l)+".md", text(t, second, 1, l))
			golden(t, name+"-changed."+string(l)+".md", text(t, second, 2, l))
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs: look at it, and if that is meant run go test ./games/terms -update\n%s", path, got)
	}
}

func TestNobodyBlockedByNameIsShown(t *testing.T) {
	s := rich(t)
	x := s.Revise(s, noon, printer(t, chat.French))
	for _, l := range chat.Languages() {
		for _, id := range []string{"discord:66", "discord:1", "discord:9"} {
			if strings.Contains(text(t, x, 1, l), id) {
				t.Errorf("%s stands in the page", id)
			}
		}
	}
}

// changes are all fields of a source, each given another value. Redraws counts
// only where winners have to claim.
func changes() map[string]func(*terms.Source) {
	return map[string]func(*terms.Source){
		"Organiser.Name":    func(s *terms.Source) { s.Organiser.Name += "x" },
		"Organiser.Contact": func(s *terms.Source) { s.Organiser.Contact += "x" },
		"Organiser.Law":     func(s *terms.Source) { s.Organiser.Law += "x" },
		"Community":         func(s *terms.Source) { s.Community += "x" },
		"Channel":           func(s *terms.Source) { s.Channel += "x" },
		"Names": func(s *terms.Source) {
			s.Names = map[string]string{"discord:1": "V.I.P.", "discord:2": "Membre", "discord:3": "Lauréat", "discord:9": "général"}
		},
		"ID":          func(s *terms.Source) { s.ID += "x" },
		"Title":       func(s *terms.Source) { s.Title += "x" },
		"Description": func(s *terms.Source) { s.Description += "x" },
		"Platform":    func(s *terms.Source) { s.Platform += "x" },
		"Button":      func(s *terms.Source) { s.Button += "x" },
		"Opens":       func(s *terms.Source) { s.Opens = s.Opens.Add(time.Second) },
		"Ends":        func(s *terms.Source) { s.Ends = s.Ends.Add(time.Second) },
		"Zone":        func(s *terms.Source) { s.Zone = time.FixedZone("Elsewhere", 3600) },
		"Places":      func(s *terms.Source) { s.Places++ },
		"Who.All":     func(s *terms.Source) { s.Who.All = []chat.RoleID{"discord:1"} },
		"Who.Account": func(s *terms.Source) { s.Who.Account += time.Hour },
		"Who.Messages": func(s *terms.Source) {
			s.Who.Messages.Least++
		},
		"Bonus.Grounds": func(s *terms.Source) { s.Bonus.Grounds = s.Bonus.Grounds[:1] },
		"Bonus.Cap":     func(s *terms.Source) { s.Bonus.Cap++ },
		"Lots.Prize":    func(s *terms.Source) { s.Lots[1].Prize += "x" },
		"Lots.Winners":  func(s *terms.Source) { s.Lots[1].Winners++ },
		"Lots.Value":    func(s *terms.Source) { s.Lots[2].Value = "1 €" },
		"Lots order":    func(s *terms.Source) { slices.Reverse(s.Lots) },
		"ManyWins":      func(s *terms.Source) { s.ManyWins = !s.ManyWins },
		"Role":          func(s *terms.Source) { s.Role = "discord:1" },
		"RoleFor":       func(s *terms.Source) { s.RoleFor += time.Hour },
		"Commitment":    func(s *terms.Source) { s.Commitment = strings.Repeat("f", 64) },
		"Claim":         func(s *terms.Source) { s.Claim += time.Hour },
		"Redraws":       func(s *terms.Source) { s.Redraws++ },
	}
}

func TestEveryFieldMakesAnotherVersionAndNothingElseDoes(t *testing.T) {
	for _, l := range chat.Languages() {
		p := printer(t, l)
		s := rich(t)
		first := s.Revise(s, noon, p)
		hash := current(t, first).Hash
		if again := first.Revise(rich(t), noon.Add(time.Hour), printer(t, chat.English)); len(again.Versions) != 1 || current(t, again).Hash != hash {
			t.Error("the same page became another version")
		}
		seen := map[string]string{hash: "nothing"}
		for name, change := range changes() {
			s := rich(t)
			change(&s)
			next := first.Revise(s, noon.Add(time.Hour), p)
			v := current(t, next)
			if v.N != 2 || len(v.Changed) == 0 {
				t.Errorf("%s: version %d, changed %v", name, v.N, v.Changed)
			}
			if other, twice := seen[v.Hash]; twice {
				t.Errorf("%s and %s have the same hash", name, other)
			}
			seen[v.Hash] = name
			if was, _ := next.Version(1); was.Hash != hash || text(t, next, 1, l) != text(t, first, 1, l) {
				t.Errorf("%s: version 1 is no longer what it was", name)
			}
		}
	}
}

// A field that is added to the source and told by no test is found here.
func TestEveryFieldIsTried(t *testing.T) {
	tried := changes()
	has := func(name string) bool {
		for n := range tried {
			if n == name || strings.HasPrefix(n, name+".") {
				return true
			}
		}
		return false
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[terms.Source]()) {
		switch f.Name {
		case "Terms", "Value", "Versions", "Parts": // what is kept, not what is told
		default:
			if !has(f.Name) {
				t.Errorf("nothing tries Source.%s", f.Name)
			}
		}
	}
}

func TestAVersionSaysWhatChangedAndFromWhat(t *testing.T) {
	s, p := rich(t), printer(t, chat.French)
	first := s.Revise(s, noon, p)
	s.Ends = s.Ends.Add(time.Hour)
	s.Lots[0].Winners = 9
	second := first.Revise(s, noon.Add(time.Hour), p)
	v := current(t, second)
	if !slices.Equal(v.Changed, []terms.Key{terms.KeyDates, terms.KeyPrizes}) || !v.At.Equal(noon.Add(time.Hour)) {
		t.Errorf("changed %v at %s", v.Changed, v.At)
	}
	for l, want := range map[chat.Language]string{chat.French: "Articles modifiés : Dates, Lots.", chat.English: "Sections that changed: Dates, Prizes."} {
		got := strings.ReplaceAll(text(t, second, 2, l), "\u00a0", " ")
		if !strings.Contains(got, want) || !strings.Contains(got, current(t, first).Hash) {
			t.Errorf("version 2 does not say %q or from which version:\n%s", want, got)
		}
	}
}

func TestTheHashIsThatOfTheFileInTheLanguageThatPrevails(t *testing.T) {
	s := rich(t)
	first := s.Revise(s, noon, printer(t, chat.French))
	s.Places++
	second := first.Revise(s, noon, printer(t, chat.English)) // the community speaks another language now
	for _, v := range second.Versions {
		if v.Language != chat.French || v.Hash != terms.Hash(text(t, second, v.N, chat.French)) {
			t.Errorf("version %d: language %s, hash %s", v.N, v.Language, v.Hash)
		}
		if text(t, second, v.N, chat.French) == text(t, second, v.N, chat.English) {
			t.Errorf("version %d is in one language only", v.N)
		}
		if text(t, second, v.N, "de") != text(t, second, v.N, chat.French) {
			t.Errorf("who reads another language is not given the text that prevails")
		}
	}
}

func TestTermsSurviveJSON(t *testing.T) {
	s := rich(t)
	x := s.Revise(s, noon, printer(t, chat.French))
	one, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	s.Ends = s.Ends.Add(time.Hour)
	x = x.Revise(s, noon, printer(t, chat.French))
	raw, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	var back terms.Terms
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(x, back) {
		t.Errorf("%+v became %+v", x, back)
	}
	t.Logf("a rich page in both languages takes %d bytes of the state, another version of it %d", len(one), len(raw)-len(one))
}

func TestADamagedFileIsAnErrorAndNoVersionIsNone(t *testing.T) {
	damaged := terms.Terms{Versions: []terms.Version{{N: 1, Language: chat.French, Files: map[chat.Language]terms.File{chat.French: []byte("no file")}}}}
	if _, err := damaged.Text(1, chat.French); err == nil {
		t.Error("a damaged file was read")
	}
	var none terms.Terms
	if _, ok := none.Current(); ok {
		t.Error("there is a version before the first")
	}
	s := minimal(t)
	x := s.Revise(s, noon, printer(t, chat.French))
	for _, n := range []int{-1, 0, 2} {
		if _, ok := x.Version(n); ok {
			t.Errorf("there is a version %d", n)
		}
		if _, err := x.Text(n, chat.French); err == nil {
			t.Errorf("version %d has a text", n)
		}
	}
	if f := x.Fresh(); len(f.Versions) != 0 || f.Parts != nil {
		t.Error("fresh terms have a version")
	}
}
