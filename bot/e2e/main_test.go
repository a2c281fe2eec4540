package e2e

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9/logging"

	"animo/bot/app"
	"animo/bot/config"
	"animo/bot/telemetry"
	"animo/storage"
)

// The environment of a bot process.
const (
	envBot    = "ANIMO_E2E_BOT"
	envAhead  = "ANIMO_E2E_AHEAD"   // how far its clock is ahead
	envKillAt = "ANIMO_E2E_KILL_AT" // the step at which it dies, counted from the first job
)

func TestMain(m *testing.M) {
	if os.Getenv(envBot) == "" {
		logging.Disable() // of servers that are on their way up
		// These tests wait more than they compute.
		flag.Parse()
		if err := flag.Set("test.parallel", "8"); err != nil {
			panic(err)
		}
		os.Exit(m.Run())
	}
	if err := bot(); err != nil {
		fmt.Fprintln(os.Stderr, "bot:", err)
		os.Exit(1)
	}
}

// bot runs a bot until it is told to stop or dies at its step.
func bot() error {
	cfg, err := config.Load("", os.Environ())
	if err != nil {
		return err
	}
	ahead, err := time.ParseDuration(os.Getenv(envAhead))
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	o := app.Options{
		Config: cfg, Log: telemetry.New(os.Stderr, "text", cfg.Log.Level, cfg.Secrets()...),
		Now: func() time.Time { return time.Now().Add(ahead) },
	}
	if at, err := strconv.Atoi(os.Getenv(envKillAt)); err == nil {
		s := &steps{at: int64(at)}
		o.Wrap = func(inner storage.Store) storage.Store { return &mortal{inner, s} }
		o.Transport = mortalTransport{s}
	}
	a, err := app.New(ctx, o)
	if err != nil {
		return err
	}
	return a.Run(ctx)
}

// steps counts what the process does to the outside world once its first job
// came due, and kills it at one of them.
type steps struct {
	at    int64
	armed atomic.Bool
	n     atomic.Int64
}

func (s *steps) step() {
	if !s.armed.Load() || s.n.Add(1) != s.at {
		return
	}
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	if err != nil {
		panic(err)
	}
	select {} // dying
}

// mortal is a store before and after each of whose writes the process may die.
type mortal struct {
	storage.Store
	steps *steps
}

func (m *mortal) Commit(ctx context.Context, t storage.Tenant, c storage.Change) (storage.Receipt, error) {
	m.steps.step()
	r, err := m.Store.Commit(ctx, t, c)
	m.steps.step()
	return r, err
}

func (m *mortal) LeaseJobs(ctx context.Context, c storage.Claim) ([]storage.Job, error) {
	jobs, err := m.Store.LeaseJobs(ctx, c)
	if len(jobs) > 0 {
		m.steps.armed.Store(true)
		m.steps.step()
	}
	return jobs, err
}

func (m *mortal) LeaseEffects(ctx context.Context, c storage.Claim) ([]storage.Effect, error) {
	effects, err := m.Store.LeaseEffects(ctx, c)
	if len(effects) > 0 {
		m.steps.step()
	}
	return effects, err
}

// mortalTransport may die before a request is sent and after its answer came.
type mortalTransport struct{ steps *steps }

func (m mortalTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	m.steps.step()
	res, err := http.DefaultTransport.RoundTrip(r)
	m.steps.step()
	return res, err
}

var errNotYet = errors.New("not yet")
