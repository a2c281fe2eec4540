package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
)

// write makes a file in a folder of the test's own.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// must loads what has to be right.
func must(t *testing.T, file string, environ ...string) Config {
	t.Helper()
	c, err := Load(file, environ)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// refuse loads what has to be wrong and wants each phrase in the error.
func refuse(t *testing.T, file string, environ []string, phrases ...string) {
	t.Helper()
	_, err := Load(file, environ)
	if err == nil {
		t.Fatalf("accepted, though it should say %q", phrases)
	}
	for _, p := range phrases {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("the error lacks %q:\n%v", p, err)
		}
	}
}

func TestNothingChosenGivesTheDefaults(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("ANIMO_LANGUAGE", "fr") // the process's own environment does not count
	if c := must(t, ""); !reflect.DeepEqual(c, Default()) {
		t.Errorf("got %+v", c)
	}
}

func TestTheEnvironmentWinsOverTheFile(t *testing.T) {
	file := write(t, "a.toml", `
language = "fr"
zone = "Europe/Paris"
shutdown_grace = "20s"
[discord]
members_intent = false
content_intent = true
[log]
level = "debug"
`)
	c := must(t, file, "ANIMO_ZONE=America/Montreal", "ANIMO_SHUTDOWN_GRACE=1m", "ANIMO_DISCORD_MEMBERS_INTENT=true", "ANIMO_LOG_FORMAT=json", "ANIMO_LANGUAGE=")
	want := Default()
	want.Language, want.Slack.Language = chat.French, chat.French
	want.Zone, want.ShutdownGrace = "America/Montreal", time.Minute
	want.Discord.ContentIntent = true
	want.Log = Log{Level: "debug", Format: "json"}
	c.origins, want.origins = nil, nil
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
}

func TestEverySettingCanBeSetInBothWays(t *testing.T) {
	values := map[string]string{
		"language": "fr", "zone": "Europe/Paris", "shutdown_grace": "30s",
		"discord.token": "abc.def", "discord.api_url": "http://127.0.0.1:1", "discord.members_intent": "false", "discord.content_intent": "true", "discord.compress": "true", "discord.shards": "3",
		"slack.bot_token": "xoxb-1", "slack.app_token": "xapp-1", "slack.signing_secret": "5ec", "slack.api_url": "http://127.0.0.1:2",
		"slack.command_prefix": "a-", "slack.language": "fr", "storage.url": "redis://:pw@h:1/0", "http.listen": "127.0.0.1:0",
		"log.level": "warn", "log.format": "json",
	}
	var environ, lines []string
	for _, s := range settings() {
		v, ok := values[s.key]
		if !ok {
			t.Fatalf("the test has no value for %s; add one", s.key)
		}
		environ = append(environ, s.env()+"="+v)
		lines = append(lines, s.key+" = "+s.literal(v))
	}
	fromEnv, fromFile := must(t, write(t, "empty.toml", ""), environ...), must(t, write(t, "all.toml", strings.Join(lines, "\n")))
	for _, s := range settings() {
		a, b, def := reflect.ValueOf(s.field(&fromEnv)).Elem(), reflect.ValueOf(s.field(&fromFile)).Elem(), Default()
		if !a.Equal(b) {
			t.Errorf("%s differs: %v from the environment, %v from the file", s.key, a, b)
		}
		if a.Equal(reflect.ValueOf(s.field(&def)).Elem()) {
			t.Errorf("%s kept its default", s.key)
		}
	}
}

func TestTheTableAndTheStructHaveTheSameSettings(t *testing.T) {
	fields := 0
	var count func(reflect.Type)
	count = func(ty reflect.Type) {
		for i := range ty.NumField() {
			switch f := ty.Field(i); {
			case f.Type.Kind() == reflect.Struct:
				count(f.Type)
			case f.IsExported():
				fields++
			}
		}
	}
	count(reflect.TypeFor[Config]())
	if n := len(settings()); n != fields {
		t.Errorf("the struct has %d settings, the table in settings.go %d", fields, n)
	}
}

func TestAnimoTomlIsReadWhenItIsThere(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile(DefaultFile, []byte(`language = "fr"`), 0o600); err != nil {
		t.Fatal(err)
	}
	if c := must(t, ""); c.Language != chat.French {
		t.Errorf("language is %s", c.Language)
	}
	refuse(t, filepath.Join(dir, "other.toml"), nil, "cannot be read", "other.toml")
}

func TestUnknownKeysAreNamedWithLineAndNearest(t *testing.T) {
	file := write(t, "a.toml", `zoone = "Europe/Paris"
token = "x"

[discord]
# a comment with tokn = 1
tokn = "y"
extra.deep = 1

[loog]
level = "info"

[slack]
bottoken = "z"
`)
	refuse(t, file, nil,
		"line 1: there is no setting zoone; the nearest is zone",
		"line 2: there is no setting token; the nearest is discord.token",
		"line 6: there is no setting discord.tokn; the nearest is discord.token",
		"line 7: there is no setting discord.extra;",
		"line 9: there is no section [loog]; the nearest is [log]",
		"line 13: there is no setting slack.bottoken; the nearest is slack.bot_token",
	)
}

func TestWrongTypesAreNamedAllAtOnce(t *testing.T) {
	file := write(t, "a.toml", `shutdown_grace = 15
log = "debug"
[discord]
token = 12345678
members_intent = "yes"
shards = "3"
`)
	refuse(t, file, []string{"ANIMO_DISCORD_CONTENT_INTENT=maybe", "ANIMO_SHUTDOWN_GRACE=soon"},
		`line 1: shutdown_grace must be a duration in quotes; write for example shutdown_grace = "15s"`,
		"line 2: log is a section; write [log]",
		"line 4: discord.token must be a text in quotes; set ANIMO_DISCORD_TOKEN or ANIMO_DISCORD_TOKEN_FILE",
		"line 5: discord.members_intent must be true or false, without quotes",
		"line 6: discord.shards must be a whole number, without quotes; write for example discord.shards = 3",
		`ANIMO_DISCORD_CONTENT_INTENT is "maybe", which is neither true nor false`,
		`ANIMO_SHUTDOWN_GRACE is "soon", which is no duration`,
	)
	refuse(t, write(t, "b.toml", `shutdown_grace = "soon"`), nil, `shutdown_grace is "soon", which is no duration`)
}

func TestBrokenTomlIsNamedWithItsLineAndWithoutItsText(t *testing.T) {
	file := write(t, "a.toml", "language = \"fr\"\n[discord]\ntoken = MTIzNDU2.secret\n")
	refuse(t, file, nil, "line 3: this is not TOML")
	_, err := Load(file, nil)
	for _, piece := range []string{"MTIz", "secret", "'M'", `"M"`} {
		if strings.Contains(err.Error(), piece) {
			t.Errorf("the error repeats %q: %v", piece, err)
		}
	}
}

func TestWrongValuesAreNamedAllAtOnce(t *testing.T) {
	refuse(t, write(t, "a.toml", `zone = "Paris"`), []string{
		"ANIMO_LANGUAGE=de", "ANIMO_SLACK_LANGUAGE=it", "ANIMO_SHUTDOWN_GRACE=5h", "ANIMO_DISCORD_API_URL=localhost:80", "ANIMO_SLACK_API_URL=ftp://x",
		"ANIMO_SLACK_COMMAND_PREFIX=Foo Bar", "ANIMO_STORAGE_URL=postgres://u:hunter2@h/db", "ANIMO_HTTP_LISTEN=8080", "ANIMO_LOG_LEVEL=loud", "ANIMO_LOG_FORMAT=xml",
	},
		`zone is "Paris" (from file`, `ANIMO_ZONE=Europe/Paris`,
		`language is "de" (from environment ANIMO_LANGUAGE): it must be one of en, fr; write for example language = "fr"`,
		`slack.language is "it"`,
		`shutdown_grace is "5h"`, "from 1s to 10m",
		`discord.api_url is "localhost:80"`,
		`slack.api_url is "ftp://x"`,
		`slack.command_prefix is "Foo Bar"`,
		`storage.url is "postgres://u:xxxxx@h/db"`,
		`http.listen is "8080"`, "127.0.0.1:8080",
		`log.level is "loud"`, "debug, info, warn, error",
		`log.format is "xml"`,
	)
}

func TestOneWrongValueIsEnough(t *testing.T) {
	for _, environ := range []string{
		"ANIMO_ZONE=Local", "ANIMO_SHUTDOWN_GRACE=15ns", "ANIMO_DISCORD_API_URL=http://u:p@h/", "ANIMO_STORAGE_URL=sqlite:", "ANIMO_STORAGE_URL=redis:6379",
		"ANIMO_STORAGE_URL=animo.db", "ANIMO_HTTP_LISTEN=:99999", "ANIMO_HTTP_LISTEN=:http", "ANIMO_SLACK_COMMAND_PREFIX=a-very-long-prefix",
		"ANIMO_DISCORD_TOKEN=Bot abc", "ANIMO_SLACK_BOT_TOKEN=xapp-1", "ANIMO_SLACK_APP_TOKEN=xoxb-1", "ANIMO_SLACK_SIGNING_SECRET=a b",
		"ANIMO_DISCORD_SHARDS=-1", "ANIMO_DISCORD_SHARDS=10001", "ANIMO_DISCORD_SHARDS=some",
	} {
		t.Run(environ, func(t *testing.T) {
			key, _, _ := strings.Cut(strings.TrimPrefix(environ, "ANIMO_"), "=")
			refuse(t, write(t, "a.toml", ""), []string{environ}, strings.ToLower(strings.Replace(key, "_", ".", 1))[:4], "ANIMO_"+key)
		})
	}
}

func TestEveryStorageSchemeIsRead(t *testing.T) {
	for address, want := range map[string][2]string{
		"sqlite:animo.db": {"sqlite", "animo.db"}, "sqlite:///var/lib/animo/animo.db": {"sqlite", "/var/lib/animo/animo.db"}, "sqlite:/a.db": {"sqlite", "/a.db"},
		"redis://h:6379/0": {"redis"}, "rediss://u:p@h": {"rediss"}, "redis+sentinel://h1,h2/main": {"redis+sentinel"}, "redis+cluster://h:1": {"redis+cluster"},
	} {
		c := must(t, write(t, "a.toml", ""), "ANIMO_STORAGE_URL="+address)
		if got := [2]string{c.Storage.URL.Scheme(), c.Storage.URL.Path()}; got != want {
			t.Errorf("%s is read as %q, want %q", address, got, want)
		}
	}
}

func TestTheServerCanBeSwitchedOff(t *testing.T) {
	file := write(t, "a.toml", "")
	for _, environ := range []string{"ANIMO_HTTP_LISTEN=", "ANIMO_HTTP_LISTEN=off"} {
		if c := must(t, file, environ); c.HTTP.Listen != "" {
			t.Errorf("%s leaves %q", environ, c.HTTP.Listen)
		}
	}
	if c := must(t, write(t, "b.toml", "[http]\nlisten = \"\""), "ANIMO_LOG_LEVEL="); c.HTTP.Listen != "" {
		t.Errorf("the file leaves %q", c.HTTP.Listen)
	}
}

func TestSecretsComeFromFiles(t *testing.T) {
	c := must(t, write(t, "a.toml", "[discord]\ntoken = \"old\""),
		"ANIMO_DISCORD_TOKEN_FILE="+write(t, "d", "abc.def\n"), "ANIMO_SLACK_BOT_TOKEN_FILE="+write(t, "b", "xoxb-1"),
		"ANIMO_SLACK_APP_TOKEN_FILE="+write(t, "p", "xapp-1\r\n"), "ANIMO_SLACK_SIGNING_SECRET_FILE="+write(t, "s", " 5ec "),
		"ANIMO_STORAGE_URL_FILE="+write(t, "u", "redis://:pw@h:1/0\n"))
	got := []string{c.Discord.Token.Reveal(), c.Slack.BotToken.Reveal(), c.Slack.AppToken.Reveal(), c.Slack.SigningSecret.Reveal(), c.Storage.URL.Reveal()}
	want := []string{"abc.def", "xoxb-1", "xapp-1", "5ec", "redis://:pw@h:1/0"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	if s := c.Secrets(); !reflect.DeepEqual(s, []string{"abc.def", "xoxb-1", "xapp-1", "5ec", "pw"}) {
		t.Errorf("the secrets are %q", s)
	}
}

func TestWrongSecretFilesAreSaid(t *testing.T) {
	file := write(t, "a.toml", "")
	full, empty := write(t, "full", "x"), write(t, "blank", " \n")
	refuse(t, file, []string{"ANIMO_DISCORD_TOKEN_FILE=" + full + ".gone"}, "ANIMO_DISCORD_TOKEN_FILE names", "cannot be read")
	refuse(t, file, []string{"ANIMO_DISCORD_TOKEN_FILE=" + empty}, "in which nothing stands")
	refuse(t, file, []string{"ANIMO_DISCORD_TOKEN_FILE=" + full, "ANIMO_DISCORD_TOKEN=y"}, "are both set; keep one of them")
}

func TestNoSecretIsEverShown(t *testing.T) {
	secrets := []string{"pl4nted-discord", "xoxb-pl4nted", "xapp-pl4nted", "pl4nted-signing", "pl4nted-redis", "pl4nted-sentinel"}
	c := must(t, write(t, "a.toml", ""), "ANIMO_DISCORD_TOKEN="+secrets[0], "ANIMO_SLACK_BOT_TOKEN="+secrets[1], "ANIMO_SLACK_APP_TOKEN="+secrets[2],
		"ANIMO_SLACK_SIGNING_SECRET="+secrets[3], "ANIMO_STORAGE_URL=redis+sentinel://u:"+secrets[4]+"@h:1/0?sentinel_password="+secrets[5])
	var out bytes.Buffer
	if err := c.Explain(&out); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&out, "%v %+v %#v %s", c, c, c, c.Discord.Token)
	if err := json.NewEncoder(&out).Encode(c); err != nil {
		t.Fatal(err)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("config", "all", c, "token", c.Slack.BotToken, "url", c.Storage.URL)
	slog.New(slog.NewTextHandler(&out, nil)).Info("config", "all", c, "token", c.Slack.BotToken, "url", c.Storage.URL)
	_, err := Load("", []string{"ANIMO_SLACK_BOT_TOKEN=pl4nted wrong", "ANIMO_STORAGE_URL=redis://:pl4nted@", "ANIMO_DISCORD_TOKEN=Bot pl4nted"})
	fmt.Fprintln(&out, err)
	if i := strings.Index(out.String(), "pl4nted"); i >= 0 {
		t.Errorf("a secret is shown: …%s…", out.String()[max(0, i-60):min(out.Len(), i+40)])
	}
	if !strings.Contains(out.String(), "[set]") {
		t.Error("nothing says that the secrets are set")
	}
}

func TestExplainSaysWhereEachValueCameFrom(t *testing.T) {
	file := write(t, "a.toml", "zone = \"Europe/Paris\"\n[discord]\napi_url = \"http://127.0.0.1:1\"")
	c := must(t, file, "ANIMO_LOG_LEVEL=debug", "ANIMO_DISCORD_TOKEN_FILE="+write(t, "d", "abc"))
	var out strings.Builder
	if err := c.Explain(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Europe/Paris (from file " + file + ")", "debug (from environment ANIMO_LOG_LEVEL)", "[set] (from file named by ANIMO_DISCORD_TOKEN_FILE)",
		"http://127.0.0.1:1 (from file", "en (from default)", "environment: ANIMO_SLACK_BOT_TOKEN, or ANIMO_SLACK_BOT_TOKEN_FILE", "15s (from default)",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the explanation lacks %q", want)
		}
	}
	for _, s := range settings() {
		if !strings.Contains(out.String(), s.key+"\n  "+s.meaning) {
			t.Errorf("the explanation lacks %s", s.key)
		}
	}
}

func TestTheExampleLoadsToTheDefaults(t *testing.T) {
	c := must(t, write(t, "a.toml", Example()))
	c.origins = map[string]string{}
	if !reflect.DeepEqual(c, Default()) {
		t.Errorf("got %+v", c)
	}
	uncommented := strings.NewReplacer("# api_url", "api_url", "# command_prefix", "command_prefix", "# language =", "language =").Replace(Example())
	if c := must(t, write(t, "b.toml", uncommented)); c.Slack.CommandPrefix != "animo-" || c.Slack.Language != chat.French {
		t.Errorf("the examples in comments give %+v", c.Slack)
	}
}

func TestTheExampleFileIsTheGeneratedOne(t *testing.T) {
	path := filepath.Join("..", "..", "deploy", "config.example.toml")
	got, err := os.ReadFile(path)
	if err == nil && string(got) == Example() {
		return
	}
	if os.Getenv("ANIMO_UPDATE_EXAMPLE") != "" {
		if err := os.WriteFile(path, []byte(Example()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("deploy/config.example.toml is not what config.Example gives (%v); write it with ANIMO_UPDATE_EXAMPLE=1 go test ./bot/config", err)
}

func TestMissingSaysWhatToSet(t *testing.T) {
	for name, row := range map[string]struct {
		environ []string
		want    []string // one phrase per sentence
	}{
		"nothing":             {nil, []string{"animo sandbox"}},
		"discord":             {[]string{"DISCORD_TOKEN=a"}, nil},
		"slack by socket":     {[]string{"SLACK_BOT_TOKEN=xoxb-1", "SLACK_APP_TOKEN=xapp-1"}, nil},
		"slack by http":       {[]string{"SLACK_BOT_TOKEN=xoxb-1", "SLACK_SIGNING_SECRET=a"}, nil},
		"slack receives not":  {[]string{"SLACK_BOT_TOKEN=xoxb-1", "DISCORD_TOKEN=a"}, []string{"no way to receive"}},
		"slack speaks not":    {[]string{"SLACK_APP_TOKEN=xapp-1"}, []string{"no bot token"}},
		"slack listens not":   {[]string{"SLACK_BOT_TOKEN=xoxb-1", "SLACK_SIGNING_SECRET=a", "HTTP_LISTEN="}, []string{"nothing listens"}},
		"neither end of http": {[]string{"SLACK_SIGNING_SECRET=a", "HTTP_LISTEN="}, []string{"no bot token", "nothing listens"}},
	} {
		t.Run(name, func(t *testing.T) {
			var environ []string
			for _, e := range row.environ {
				environ = append(environ, prefix+e)
			}
			got := must(t, write(t, "a.toml", ""), environ...).Missing()
			if len(got) != len(row.want) {
				t.Fatalf("got %q", got)
			}
			for i, phrase := range row.want {
				if !strings.Contains(got[i], phrase) {
					t.Errorf("%q lacks %q", got[i], phrase)
				}
			}
		})
	}
}

func FuzzAnyFileIsReadOrRefused(f *testing.F) {
	f.Add(Example())
	f.Add("discord.token.x = 1\n[[log]]\nlevel = 1")
	f.Add("a = {b = {c = 1}}\n[discord]\n\"to ken\" = '''\nx = 1'''")
	f.Fuzz(func(t *testing.T, text string) {
		c := Default()
		if err := c.readTOML("animo.toml", text); err == nil {
			_ = c.check()
		}
	})
}
