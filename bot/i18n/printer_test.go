package i18n

import (
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"animo/bot/chat"
)

// bundleOf loads catalogues written for a test, by file name.
func bundleOf(t *testing.T, files map[string]string) *Bundle {
	t.Helper()
	b, err := loadFiles(files)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func loadFiles(files map[string]string) (*Bundle, error) {
	fs := fstest.MapFS{}
	for name, text := range files {
		fs["catalog/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return load(fs)
}

func embedded(t testing.TB) *Bundle {
	t.Helper()
	b, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const (
	sampleEN = `
"test.hello" = "Hello **{{.who}}**, type ` + "`/go {{.who}}`" + `\nnow"
"test.only" = "only here"
"test.star" = "2 * 3 = {{.n}}"
["test.won"]
one = "{{.count}} winner of {{.prize}}"
other = "{{.count}} winners of {{.prize}}"
`
	sampleFR = `
"test.hello" = "Bonjour **{{.who}}**, tapez ` + "`/go {{.who}}`" + `\nmaintenant"
"test.star" = "2 * 3 = {{.n}}"
["test.won"]
one = "{{.count}} gagnant de {{.prize}}"
many = "{{.count}} de gagnants de {{.prize}}"
other = "{{.count}} gagnants de {{.prize}}"
`
)

func sample(t *testing.T, l chat.Language) Printer {
	t.Helper()
	return bundleOf(t, map[string]string{"test.en.toml": sampleEN, "test.fr.toml": sampleFR}).Printer(l)
}

func TestMarkupOfTheCatalogueBecomesInlines(t *testing.T) {
	got := sample(t, chat.English).Line("test.hello", Str("who", "Member 1"))
	want := chat.L(
		chat.T("Hello "), chat.Strong(chat.T("Member 1")), chat.T(", type "),
		chat.Code("/go Member 1"), chat.Break(), chat.T("now"))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestArgumentsStayLiteral(t *testing.T) {
	for _, hostile := range []string{"**bold**", "`code`", "{{.count}}", "\uE000", "a\nb", "{{", "<@1>", "\uE001**"} {
		got := sample(t, chat.English).Line("test.star", Str("n", hostile))
		if diff := cmp.Diff(chat.Words("2 * 3 = "+hostile), got); diff != "" {
			t.Errorf("%q: %s", hostile, diff)
		}
	}
}

func TestArgumentsCanBeInlines(t *testing.T) {
	mention := chat.Mention("discord:42")
	at := chat.Moment(time.Unix(1_800_000_000, 0), chat.MomentRelative)
	got := sample(t, chat.English).Line("test.star", In("n", mention, chat.T(" at "), at))
	want := chat.L(chat.T("2 * 3 = "), mention, chat.T(" at "), at)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPluralsFollowTheLanguage(t *testing.T) {
	for _, c := range []struct {
		language chat.Language
		n        int64
		want     string
	}{
		{chat.English, 0, "0 winners of x"},
		{chat.English, 1, "1 winner of x"},
		{chat.English, 1234567, "1,234,567 winners of x"},
		{chat.French, 0, "0 gagnant de x"},
		{chat.French, 1, "1 gagnant de x"},
		{chat.French, 2, "2 gagnants de x"},
		{chat.French, 1_000_000, "1\u202f000\u202f000 de gagnants de x"},
	} {
		if got := sample(t, c.language).Text("test.won", Count(c.n), Str("prize", "x")); got != c.want {
			t.Errorf("%s %d: %q, want %q", c.language, c.n, got, c.want)
		}
	}
}

func TestNumbersHaveTheLanguagesSeparators(t *testing.T) {
	if got := sample(t, chat.French).Text("test.star", Num("n", -12345)); got != "2 * 3 = -12\u202f345" {
		t.Errorf("French: %q", got)
	}
	if got := sample(t, chat.English).Text("test.star", Num("n", 12345)); got != "2 * 3 = 12,345" {
		t.Errorf("English: %q", got)
	}
}

func TestWhatIsMissingIsShownAndDoesNotPanic(t *testing.T) {
	p := sample(t, chat.French)
	for id, want := range map[string]string{
		"test.nowhere": "test.nowhere",
		"test.only":    "only here",
		"test.star":    "2 * 3 = {n}",
		"":             "",
	} {
		if got := p.Text(id, Str("another", "x"), Count(1)); got != want {
			t.Errorf("%q: %q, want %q", id, got, want)
		}
	}
	if p.Has("test.only") || !p.Has("test.star") {
		t.Error("Has looks at another language")
	}
}

func TestAnUnknownLanguageIsSaidInEnglish(t *testing.T) {
	if got := sample(t, "tlh").Language(); got != chat.English {
		t.Errorf("language %q", got)
	}
}

func TestAWordingHoldsEveryLanguage(t *testing.T) {
	b := bundleOf(t, map[string]string{"a.en.toml": `"cmd.go.name" = "go"`, "a.fr.toml": `"cmd.go.name" = "va"`})
	want := chat.Wording{chat.English: "go", chat.French: "va"}
	if diff := cmp.Diff(want, b.Wording("cmd.go.name")); diff != "" {
		t.Error(diff)
	}
}

func TestAPrinterServesManyAtOnce(t *testing.T) {
	p := sample(t, chat.French)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			if got := p.Text("test.won", Count(int64(i)+2), Str("prize", "x")); !strings.Contains(got, "gagnants") {
				t.Errorf("%q", got)
			}
		})
	}
	all.Wait()
}

func TestAWrongCatalogueIsRefusedByName(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"syntax":        {"a.en.toml", `"a.b" = `, "a.en.toml"},
		"language":      {"a.de.toml", `"a.b" = "x"`, "no language of ours"},
		"bold":          {"a.en.toml", `"a.b" = "**x"`, `"a.b"`},
		"code":          {"a.en.toml", "\"a.b\" = \"`x\"", `"a.b"`},
		"template":      {"a.en.toml", `"a.b" = "{{if .x}}y{{end}}"`, "placeholders"},
		"call":          {"a.en.toml", `"a.b" = "{{.x.y}}"`, "placeholders"},
		"no function":   {"a.en.toml", `"a.b" = "{{shout .x}}"`, `"a.b"`},
		"open brace":    {"a.en.toml", `"a.b" = "{{.x"`, `"a.b"`},
		"plural en":     {"a.en.toml", "[\"a.b\"]\none = \"x\"\nother = \"y\"\nmany = \"z\"", "plural form"},
		"plural fr":     {"a.fr.toml", "[\"a.b\"]\none = \"x\"\nother = \"y\"", `"many"`},
		"no area":       {"a.en.toml", `"b" = "x"`, "area"},
		"reserved word": {"a.en.toml", "[a.option]\nid = \"x\"", "quote the whole id"},
		"line break":    {"a.en.toml", `"a.b" = "x\n"`, "line break"},
		"private use":   {"a.en.toml", `"a.b" = "\uE000"`, "private-use"},
	} {
		_, err := loadFiles(map[string]string{c.file: c.text})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.file) {
			t.Errorf("%s: %v, want %q in it", name, err, c.want)
		}
	}
}

func TestAMessageStandsInOneCatalogueOnly(t *testing.T) {
	_, err := loadFiles(map[string]string{"a.en.toml": `"a.b" = "x"`, "b.en.toml": `"a.b" = "x"`})
	if err == nil || !strings.Contains(err.Error(), "two catalogues") {
		t.Error(err)
	}
}

func TestLocalesFindTheirLanguage(t *testing.T) {
	for locale, want := range map[string]chat.Language{
		"fr": "fr", "fr-CA": "fr", "fr_FR": "fr", "fr_FR.UTF-8": "fr", "FR": "fr",
		"en": "en", "en-US": "en", "en-GB": "en", "en_US": "en",
		"de": "", "es-ES": "", "": "", "x": "", "french please": "", "🥐": "",
	} {
		got, ok := Match(locale)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q %v, want %q", locale, got, ok, want)
		}
	}
}

func FuzzMarkupKeepsEveryCharacter(f *testing.F) {
	f.Add("a **b** `c`\nd")
	f.Add("** ` \uE000")
	f.Fuzz(func(t *testing.T, text string) {
		line, _ := markup(text, []chat.Line{chat.Words("x")})
		got, sound := line.Plain(), !strings.ContainsAny(text, "*`") && !strings.ContainsFunc(text, isSlot)
		if sound && got != text {
			t.Errorf("%q became %q", text, got)
		}
	})
}
