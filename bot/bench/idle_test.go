package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"animo/bot/app"
	"animo/bot/config"
	"animo/bot/telemetry"
)

const (
	idleGoal        = 60 << 20 // bytes of RSS, with idleCommunities
	idleCommunities = 1000     // as many as Discord puts on one shard
	idleChannels    = 20       // in each
	// idleEnv makes the test binary an idle bot: whose, the address of its
	// Discord, how many communities it waits for, its folder.
	idleEnv = "ANIMO_BENCH_IDLE"
	// idleHeapEnv names a folder into which each bot writes a profile of its
	// heap, for go tool pprof.
	idleHeapEnv = "ANIMO_BENCH_IDLE_HEAP"
	// idleWait bounds how long a bot may take to come to rest.
	idleWait = 2 * time.Minute
)

// idleUse is the memory that an idle process uses, in bytes.
type idleUse struct {
	RSS, Anonymous uint64 // from the system: all, and without what is mapped from files
	Heap           uint64 // live objects
	Managed        uint64 // what Go's runtime holds for heap, stacks and itself
	Goroutines     int
	Error          string
}

// BenchmarkMemoryAtRest says how much memory the whole bot uses that serves
// 1,000 communities of 200 members, 20 channels and 15 roles on Discord, once
// it has heard of all of them and nothing happens. Beside it: the same bot
// with no community, which is what the program itself takes, and a bare
// discordgo session with the intents of the bot and nothing to do, which keeps
// its own picture of the communities. Discord is in this process, the bots are
// in others.
func BenchmarkMemoryAtRest(b *testing.B) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		b.Skip("the system has no /proc to read the memory of a process from")
	}
	full, empty := idleGateway(b, idleCommunities), idleGateway(b, 0)
	for b.Loop() {
		ours := idleMeasure(b, "bot", full, idleCommunities)
		none := idleMeasure(b, "bot", empty, 0)
		other := idleMeasure(b, "discordgo", full, idleCommunities)
		ratio := float64(ours.RSS) / float64(other.RSS)
		for name, u := range map[string]idleUse{"ours": ours, "ours-empty": none, "discordgo": other} {
			b.ReportMetric(megabytes(u.RSS), "MB-rss-"+name)
			b.ReportMetric(megabytes(u.Heap), "MB-heap-"+name)
			b.Logf("%s: RSS %.1f MB, of it not from files %.1f; Go holds %.1f, of it live heap %.1f; %d goroutines",
				name, megabytes(u.RSS), megabytes(u.Anonymous), megabytes(u.Managed), megabytes(u.Heap), u.Goroutines)
		}
		b.ReportMetric(ratio, "ratio")
		if ours.RSS > idleGoal {
			b.Errorf("%.1f MB, the goal is %.1f; %s=FOLDER tells who holds the heap", megabytes(ours.RSS), megabytes(idleGoal), idleHeapEnv)
		}
	}
}

func megabytes(bytes uint64) float64 { return float64(bytes) / (1 << 20) }

// idleMeasure runs a bot in a process of its own and returns what that uses.
func idleMeasure(b *testing.B, whose, url string, communities int) idleUse {
	b.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestIdleBot$")
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %s %d %s", idleEnv, whose, url, communities, b.TempDir()))
	cmd.Stderr = b.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	var u idleUse
	err = json.NewDecoder(out).Decode(&u)
	_ = in.Close() // the bot may go
	_, _ = io.Copy(io.Discard, out)
	_ = cmd.Wait()
	if err != nil || u.Error != "" {
		b.Fatalf("%s does not come to rest: %s %v", whose, u.Error, err)
	}
	return u
}

// TestIdleBot is no test but the bot whose memory is measured.
func TestIdleBot(t *testing.T) {
	var whose, url, folder string
	var communities int
	if n, _ := fmt.Sscan(os.Getenv(idleEnv), &whose, &url, &communities, &folder); n != 4 {
		t.Skip("started by the benchmark only")
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	run := idleBot
	if whose == "discordgo" {
		run = idleDiscordgo
	}
	served, err := run(ctx, url, folder)
	var u idleUse
	if err == nil {
		if err = comeToRest(ctx, served, communities); err == nil {
			u, err = idleNow(whose, communities)
		}
	}
	if err != nil {
		u.Error = err.Error()
	}
	if err := json.NewEncoder(os.Stdout).Encode(u); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, os.Stdin) // until it has been read
}

// idleBot starts the whole bot with the settings of an operator who chose
// nothing, and returns what counts the communities that it has taken note of.
func idleBot(ctx context.Context, url, folder string) (served func(context.Context) (int, error), err error) {
	c := config.Default()
	c.HTTP.Listen = "127.0.0.1:0"
	c.Storage.URL = config.StorageURL("sqlite:" + filepath.Join(folder, "animo.db"))
	c.Discord.Token, c.Discord.APIURL = "x", url
	store, err := app.OpenStore(ctx, c.Storage.URL)
	if err != nil {
		return nil, err
	}
	a, err := app.New(ctx, app.Options{Config: c, Log: telemetry.New(os.Stderr, c.Log.Format, "warn"), Store: store})
	if err != nil {
		return nil, err
	}
	go func() { _ = a.Run(ctx) }() // ends with the process
	return func(ctx context.Context) (int, error) {
		tenants, err := store.Tenants(ctx)
		return len(tenants) - 1, err // one is the bot itself
	}, nil
}

// idleDiscordgo starts a bare session.
func idleDiscordgo(_ context.Context, url, _ string) (served func(context.Context) (int, error), err error) {
	s, err := discordgo.New("Bot x")
	if err != nil {
		return nil, err
	}
	s.Client = &http.Client{Transport: discordREST{strings.TrimPrefix(url, "http://") + "/gateway"}}
	s.LogLevel = -1
	s.Identify.Intents = discordgo.IntentGuilds | discordgo.IntentGuildMembers | discordgo.IntentGuildMessages |
		discordgo.IntentGuildMessageReactions | discordgo.IntentDirectMessages | discordgo.IntentDirectMessageReactions
	if err := s.Open(); err != nil {
		return nil, err
	}
	return func(context.Context) (int, error) {
		s.State.RLock()
		defer s.State.RUnlock()
		n := 0
		for _, g := range s.State.Guilds {
			if len(g.Channels) > 0 {
				n++
			}
		}
		return n, nil
	}, nil
}

// comeToRest returns once all communities are served, the processor idles, and
// all garbage is collected and given back.
func comeToRest(ctx context.Context, served func(context.Context) (int, error), communities int) error {
	const look, idle = 500 * time.Millisecond, 10 * time.Millisecond
	ctx, cancel := context.WithTimeout(ctx, idleWait)
	defer cancel()
	for was := time.Duration(0); ; {
		n, err := served(ctx)
		if err != nil {
			return err
		}
		now := discordCPU()
		if n >= communities && now-was < idle {
			break
		}
		was = now
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d communities of %d are served: %w", n, communities, ctx.Err())
		case <-time.After(look):
		}
	}
	for range 3 { // what a finalizer frees is garbage the time after
		debug.FreeOSMemory()
	}
	return nil
}

func idleNow(whose string, communities int) (idleUse, error) {
	if folder := os.Getenv(idleHeapEnv); folder != "" {
		f, err := os.Create(filepath.Join(folder, fmt.Sprintf("%s-%d.heap", whose, communities)))
		if err != nil {
			return idleUse{}, err
		}
		defer f.Close()
		if err := pprof.WriteHeapProfile(f); err != nil {
			return idleUse{}, err
		}
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return idleUse{}, err
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return idleUse{
		RSS: statusField(status, "VmRSS:"), Anonymous: statusField(status, "RssAnon:"),
		Heap: m.HeapAlloc, Managed: m.Sys - m.HeapReleased, Goroutines: runtime.NumGoroutine(),
	}, nil
}

// statusField reads a field of /proc/PID/status, which is in kB, as bytes.
func statusField(status []byte, name string) uint64 {
	var kilobytes uint64
	_, rest, _ := strings.Cut(string(status), name)
	if _, err := fmt.Sscan(rest, &kilobytes); err != nil {
		return 0
	}
	return kilobytes << 10
}
