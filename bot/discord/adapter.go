package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"animo/bot/chat"
	"animo/bot/discord/gateway"
	"animo/bot/quota"
)

// Config says how to log in. Only Token is required.
type Config struct {
	Token string // of the bot, without "Bot "
	// APIURL is the address of another server that speaks Discord's protocol,
	// such as "http://127.0.0.1:8001"; empty means Discord itself.
	APIURL string
	// MembersIntent and ContentIntent ask for the privileged intents "Server
	// Members" (who comes and goes) and "Message Content". Each must be
	// switched on in the developer portal too, else Discord refuses the
	// connection with 4014.
	MembersIntent, ContentIntent bool
	Compress                     bool // compress the gateway's traffic
	// Shards is how many there are among all replicas; 0 asks Discord. Those
	// that run already have their way (see Deps.Agree).
	Shards int
}

// Hashes remembers the hash of the commands that were registered last. Load
// returns "" if there is none.
type Hashes interface {
	Load(ctx context.Context) (string, error)
	Save(ctx context.Context, hash string) error
}

// Deps are what the adapter leans on. Only Machine is required: without the
// others nothing is logged or counted, sessions and hashes are forgotten at
// the end of the process.
type Deps struct {
	Log *slog.Logger
	// Machine is the machine's clock, by which Discord's deadlines and limits
	// run. Now is the community's, which a rehearsal may move; nil means that
	// it is the machine's.
	Machine, Now func() time.Time
	Sessions     gateway.Sessions
	Hashes       Hashes
	Transport    http.RoundTripper
	// Hold runs a shard on one replica at a time, here whenever it falls to
	// this one; the context of run ends when it falls to another. Nil runs
	// all of them here.
	Hold func(ctx context.Context, name string, run func(context.Context) error) error
	// Agree returns the number of shards that all replicas run, given the one
	// that is configured or that Discord recommends; nil takes that.
	Agree func(ctx context.Context, shards int) (int, error)
	// Turn waits until no replica has had the turn of that name for so long;
	// nil does not wait.
	Turn func(ctx context.Context, name string, every time.Duration) error
	// Limits is where replicas note what Discord allows them together; nil if
	// the process is alone.
	Limits quota.Board
	// Count counts what happened by kind: "rest" with "ok" or a chat.Trouble,
	// "gateway" with a gateway.State.
	Count func(kind, outcome string)
}

// Adapter is Discord. It implements chat.Platform and is safe for concurrent
// use.
type Adapter struct {
	cfg      Config
	deps     Deps
	log      *slog.Logger
	rest     *discordgo.Session
	gate     *gate
	refusals *refusals
	guilds   *guilds
	starts   *starts

	mu      sync.Mutex
	self    identity
	conns   map[int]*gateway.Conn // by shard
	lines   map[int]string        // the gateway's session, by shard
	pending map[memberKey]bool    // joined, but still in membership screening
}

var _ chat.Platform = (*Adapter)(nil)

// New returns an adapter that has not connected yet. It fails if the
// configuration cannot be used.
func New(cfg Config, deps Deps) (*Adapter, error) {
	if strings.TrimSpace(cfg.Token) == "" {
		return nil, errors.New("discord: no bot token")
	}
	if deps.Machine == nil {
		return nil, errors.New("discord: no clock")
	}
	deps.fill()
	t := &transport{next: deps.Transport}
	if cfg.APIURL != "" {
		base, err := url.Parse(cfg.APIURL)
		if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
			return nil, fmt.Errorf("discord: %q is no http or https address", cfg.APIURL)
		}
		t.base = base
	}
	rest, err := discordgo.New("Bot " + cfg.Token)
	if err != nil {
		return nil, fmt.Errorf("discord: %w", err)
	}
	rest.Client = &http.Client{Transport: t}
	rest.ShouldRetryOnRateLimit, rest.MaxRestRetries = false, 0
	rest.LogLevel = -1 // discordgo writes to the standard logger otherwise
	return &Adapter{
		cfg: cfg, deps: deps, log: deps.Log, rest: rest, gate: newGate(deps.Machine, deps.Limits, deps.Log), refusals: newRefusals(deps.Machine, deps.Log),
		guilds: newGuilds(), starts: newStarts(deps.Machine), lines: make(map[int]string), conns: make(map[int]*gateway.Conn), pending: make(map[memberKey]bool),
	}, nil
}

func (d *Deps) fill() {
	if d.Hold == nil {
		d.Hold = func(ctx context.Context, _ string, run func(context.Context) error) error { return run(ctx) }
	}
	if d.Agree == nil {
		d.Agree = func(_ context.Context, shards int) (int, error) { return shards, nil }
	}
	if d.Turn == nil {
		d.Turn = func(context.Context, string, time.Duration) error { return nil }
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Now == nil {
		d.Now = d.Machine
	}
	if d.Count == nil {
		d.Count = func(string, string) {}
	}
	if d.Hashes == nil {
		d.Hashes = &rememberedHash{}
	}
	if d.Transport == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = 64 // another server may speak HTTP/1 only
		d.Transport = t
	}
}

// rememberedHash is a Hashes that lasts as long as the process.
type rememberedHash struct {
	mu   sync.Mutex
	hash string
}

// Load implements Hashes.
func (r *rememberedHash) Load(context.Context) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.hash, nil
}

// Save implements Hashes.
func (r *rememberedHash) Save(_ context.Context, hash string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hash = hash
	return nil
}

// Capabilities implements chat.Platform.
func (a *Adapter) Capabilities() chat.Capabilities {
	return chat.Capabilities{
		Network: chat.Discord, Name: "Discord",
		Accents: true, Completion: true, TypedOptions: true,
		Roles: true, RoleMentions: true, DeleteOthers: true,
		RelativeTime: true, HiddenByRole: true, LocalCommands: true,
		AccountAge: true, JoinDate: true, Boosts: true,
		MaxText: maxText, MaxPings: maxPings, MaxBlocks: maxBlocks,
	}
}

// identity is who the bot is.
type identity struct {
	User, Name  string
	Application string
	Flags       int64 // of the application
}

// whoami returns who the bot is, asking Discord at the first call only.
func (a *Adapter) whoami(ctx context.Context) (identity, error) {
	a.mu.Lock()
	self := a.self
	a.mu.Unlock()
	if self.User != "" {
		return self, nil
	}
	self, err := a.ask(ctx)
	if err != nil {
		return identity{}, err
	}
	a.mu.Lock()
	a.self = self
	a.mu.Unlock()
	return self, nil
}

func (a *Adapter) ask(ctx context.Context) (identity, error) {
	var user struct {
		ID       string `json:"id"`
		Username string `json:"username"`
	}
	if err := a.call(ctx, get("ask who the bot is", discordgo.EndpointUser("@me")), &user); err != nil {
		return identity{}, err
	}
	var app struct {
		ID    string `json:"id"`
		Flags int64  `json:"flags"`
	}
	err := a.call(ctx, get("ask for the application", discordgo.EndpointApplication("@me")), &app)
	if err != nil {
		return identity{}, err
	}
	return identity{User: user.ID, Name: user.Username, Application: app.ID, Flags: app.Flags}, nil
}

// isSelf says whether a user is the bot, as far as that is known yet.
func (a *Adapter) isSelf(user string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return user != "" && user == a.self.User
}
