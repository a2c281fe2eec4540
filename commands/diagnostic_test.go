package commands_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"animo/bot/chat"
	"animo/commands"
	"animo/storage"
)

// servers are those under a store, and what is said of them.
type servers struct {
	notices []storage.Notice
	err     error
}

func (s servers) Notices(context.Context) ([]storage.Notice, error) { return s.notices, s.err }

func TestADiagnosticNamesWhatTheServersUnderTheStoreLackAndTheRemedy(t *testing.T) {
	args := map[string]string{
		"server": "Redis", "version": "7.2.4", "replicas": "2", "policy": "allkeys-lru", "oldest": "7.0", "minutes": "15", "fsync": "everysec",
	}
	const appendOnly = "config set appendonly yes` | `appendonly yes` | `appendfsync everysec` | redis.conf"
	rows := map[string]struct {
		level storage.Level
		sign  string
		words string
	}{
		"redis_logged_every": {storage.Fine, "✅ ", "7.2.4 | `appendfsync everysec` | : 2."},
		"redis_logged":       {storage.Fine, "✅ ", "7.2.4 | : 2."},
		"redis_unsynced":     {storage.Doubtful, "⚠️ ", "7.2.4 | redis.conf | config set appendfsync everysec`"},
		"redis_snapshots":    {storage.Doubtful, "⚠️ ", "15 min | " + appendOnly},
		"redis_unsaved":      {storage.Doubtful, "⚠️ ", appendOnly},
		"redis_untold":       {storage.Doubtful, "⚠️ ", "`appendonly yes` | `appendfsync everysec` | `+config|get`"},
		"redis_would_evict":  {storage.Doubtful, "⚠️ ", "allkeys-lru | redis.conf | `maxmemory-policy noeviction`"},
		"redis_evicts":       {storage.Unfit, "❌ ", "allkeys-lru | redis.conf | `maxmemory-policy noeviction`"},
		"redis_old":          {storage.Unfit, "❌ ", "7.2.4 | 7.0"},
		"redis_log_broken":   {storage.Unfit, "❌ ", ""},
		"redis_save_broken":  {storage.Unfit, "❌ ", ""},
	}
	each(t, func(t *testing.T, s *side) {
		for code, row := range rows {
			s.registry.Servers = servers{notices: []storage.Notice{{Level: row.level, Code: code, Args: args}}}
			lines := strings.Split(said(s.types(s.staff(), "diagnostic")), "\n")
			i := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, row.sign+"Redis") })
			if i < 0 {
				t.Errorf("%s has no line:\n%s", code, strings.Join(lines, "\n"))
				continue
			}
			for _, w := range strings.Split(row.words, " | ") {
				if plain := strings.ReplaceAll(w, "`", ""); !strings.Contains(strings.ReplaceAll(lines[i], "`", ""), plain) {
					t.Errorf("%s does not say %q: %s", code, w, lines[i])
				}
			}
		}
	})
}

func TestWhatIsWrongWithTheStoreIsSaidOnce(t *testing.T) {
	fault := &storage.Fault{
		Notice: storage.Notice{Level: storage.Unfit, Code: "redis_old", Args: map[string]string{"server": "Redis", "version": "6.2", "oldest": "7.0"}},
		Err:    errors.New("it is Redis 6.2"),
	}
	fine := storage.Notice{Code: "redis_logged"}
	torn, away := errors.New("torn"), errors.New("away")
	for name, c := range map[string]struct {
		check error
		under commands.Servers
		want  string
	}{
		"all is well":         {nil, servers{notices: []storage.Notice{fine}}, "ok storage.redis_logged, ok storage.ok"},
		"no servers":          {nil, nil, "ok storage.ok"},
		"a fault":             {fault, servers{notices: []storage.Notice{fault.Notice}}, "failing storage.redis_old"},
		"a fault, no servers": {fault, nil, "failing storage.broken"},
		"torn data":           {torn, servers{notices: []storage.Notice{fine}}, "ok storage.redis_logged, failing storage.broken"},
		"no answer":           {away, servers{err: away}, "failing storage.broken"},
	} {
		var out []string
		for _, f := range commands.StorageFindings(t.Context(), checked{err: c.check}, c.under) {
			out = append(out, string(f.Health)+" "+f.Code)
		}
		if got := strings.Join(out, ", "); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if f := commands.NoticeFinding(fault.Notice); f.Health != chat.HealthFailing || f.Args["version"] != "6.2" {
		t.Errorf("%+v", f)
	}
}

// checked is a store whose check finds something.
type checked struct {
	storage.Store
	err error
}

func (c checked) Check(context.Context) error { return c.err }
