package page

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"path"
	"strings"
	"time"

	"animo/bot/sandbox/world"
)

//go:embed static
var embedded embed.FS

// Config is what the page shows and whom it talks to.
type Config struct {
	// Discord and Slack are the control interfaces described by package
	// world, with paths relative to "/".
	Discord, Slack http.Handler
	// Clock is the sandbox's time, which the page shows and moves forward.
	Clock *world.Clock
	// Language is the page's own at first, "en" or "fr"; anything else means
	// "en". Whoever looks at the page can change it there.
	Language string
	// DiscordURL and SlackURL are the addresses of the platform servers, from
	// which the page may load attached pictures.
	DiscordURL, SlackURL string
	// OnAdvance, if not nil, is called after a person moved the clock.
	OnAdvance func(time.Duration)
}

// Handler serves the page at "/", its parts below "/static/", and the two
// control interfaces below "/api/discord/" and "/api/slack/". It refuses
// posts from other origins and Host headers that do not name the loopback
// interface, so that no site open in the same browser can act in the sandbox.
func Handler(c Config) http.Handler {
	mux := http.NewServeMux()
	for prefix, control := range map[string]http.Handler{"/api/discord": c.Discord, "/api/slack": c.Slack} {
		mux.Handle(prefix+"/", http.StripPrefix(prefix, control))
		mux.Handle("GET "+prefix+"/feed", withClock(c.Clock, http.StripPrefix(prefix, control)))
	}
	mux.HandleFunc("GET /api/config", c.serveConfig)
	mux.HandleFunc("GET /api/clock", c.serveClock)
	mux.HandleFunc("POST /api/clock", c.moveClock)
	files := assets()
	mux.Handle("GET /static/", files)
	mux.Handle("GET /{$}", files)
	return onlyLoopback(c.secured(http.NewCrossOriginProtection().Handler(mux)))
}

// settings is the answer of /api/config.
type settings struct {
	Language   string    `json:"language"`
	DiscordURL string    `json:"discord_url"`
	SlackURL   string    `json:"slack_url"`
	Now        time.Time `json:"now"`
}

func (c Config) serveConfig(w http.ResponseWriter, _ *http.Request) {
	language := "en"
	if c.Language == "fr" {
		language = "fr"
	}
	answer(w, http.StatusOK, settings{language, c.DiscordURL, c.SlackURL, c.Clock.Now()})
}

// secured says what the page may load: its own files, and pictures attached
// to messages, which the platform servers keep.
func (c Config) secured(next http.Handler) http.Handler {
	pictures := strings.Join([]string{"img-src 'self'", c.DiscordURL, c.SlackURL}, " ")
	policy := strings.Join([]string{
		"default-src 'self'", strings.TrimSpace(pictures), "object-src 'none'",
		"base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
	}, "; ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Content-Security-Policy", policy)
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}

// onlyLoopback refuses names that a foreign site could point at this machine
// (DNS rebinding): they would pass for same-origin in the browser.
func onlyLoopback(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopback(r.Host) {
			http.Error(w, "the sandbox answers only to a loopback address", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func loopback(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.TrimSuffix(strings.Trim(name, "[]"), ".")
	if ip := net.ParseIP(name); ip != nil {
		return ip.IsLoopback()
	}
	name = strings.ToLower(name)
	return name == "localhost" || strings.HasSuffix(name, ".localhost")
}

// assets serves the embedded files. They have no modification time, so an
// entity tag over all of them lets a browser keep its copy and yet notice a
// newer program.
func assets() http.Handler {
	tag := `"` + fingerprint() + `"`
	server := http.FileServerFS(embedded)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("ETag", tag)
		if r.URL.Path == "/" {
			http.ServeFileFS(w, r, embedded, "static/page.html")
			return
		}
		// Some systems' own tables give scripts a type that browsers refuse.
		if path.Ext(r.URL.Path) == ".js" {
			w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		}
		server.ServeHTTP(w, r)
	})
}

func fingerprint() string {
	sum := sha256.New()
	err := fs.WalkDir(embedded, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := embedded.ReadFile(name)
		fmt.Fprintf(sum, "%s %d\n%s", name, len(b), b)
		return err
	})
	if err != nil {
		panic(fmt.Sprintf("read embedded files: %v", err)) // cannot be: they are in the program
	}
	return hex.EncodeToString(sum.Sum(nil)[:12])
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// A browser that went away is no fault of ours.
	_ = json.NewEncoder(w).Encode(v)
}
