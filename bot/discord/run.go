package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/errgroup"

	"animo/bot/chat"
	"animo/bot/discord/gateway"
)

// Run implements chat.Platform. It ends with an error if the token is refused
// or the gateway closes with a code that no reconnection mends; that error is
// then a *chat.Error or a *gateway.FatalError.
func (a *Adapter) Run(ctx context.Context, in chat.Inbox) error {
	plan, err := a.prepare(ctx)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return fmt.Errorf("log in to discord: %w", err)
	}
	shards, err := a.agree(ctx, plan)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	defer a.guilds.follow(false)
	for n := range shards {
		group.Go(func() error {
			name := fmt.Sprintf("discord/shard/%d/%d", n, shards)
			return a.deps.Hold(ctx, name, func(ctx context.Context) error { return a.serve(ctx, in, n, shards) })
		})
	}
	return group.Wait()
}

// agree returns how many shards all replicas run. Two numbers at once would
// have some guilds served twice and others by nobody, and so those that run
// already have their way, also against the configuration.
func (a *Adapter) agree(ctx context.Context, p plan) (int, error) {
	want := cmp.Or(a.cfg.Shards, max(p.Shards, 1))
	agreed, err := a.deps.Agree(ctx, want)
	if err != nil {
		return 0, fmt.Errorf("agree on the number of shards: %w", err)
	}
	if a.cfg.Shards > 0 && agreed != want {
		a.log.Warn("the replicas that run already have another number of shards: set discord.shards alike on all, "+
			"and stop all of them before it changes", "configured", want, "running", agreed)
	}
	return agreed, nil
}

// serve runs one shard until ctx ends.
func (a *Adapter) serve(ctx context.Context, in chat.Inbox, n, shards int) error {
	group, ctx := errgroup.WithContext(ctx)
	resumed := func(line string) {
		group.Go(func() error { return a.adopt(ctx, &intake{box: in, line: line}, n, shards) })
	}
	c, err := gateway.New(a.shard(&intake{box: in}, n, shards, resumed))
	if err != nil {
		return err
	}
	a.connected(n, shards, c)
	defer a.disconnected(n)
	group.Go(func() error { return c.Run(ctx) })
	return group.Wait()
}

func (a *Adapter) connected(n, shards int, c *gateway.Conn) {
	a.mu.Lock()
	a.conns[n] = c
	a.mu.Unlock()
	a.guilds.only(func(id string) bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		return a.conns[shardOf(id, shards)] != nil
	})
}

// disconnected forgets what a shard told: from now on another replica hears of
// its changes.
func (a *Adapter) disconnected(n int) {
	a.mu.Lock()
	delete(a.conns, n)
	delete(a.lines, n)
	left := len(a.conns)
	a.mu.Unlock()
	a.guilds.follow(false)
	a.guilds.follow(left > 0)
}

// prepare asks who the bot is and how to connect, until Discord answers or
// says that the token is wrong.
func (a *Adapter) prepare(ctx context.Context) (plan, error) {
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.MaxInterval = 300*time.Millisecond, 30*time.Second
	return backoff.Retry(ctx, func() (plan, error) {
		p, err := a.plan(ctx)
		if err == nil {
			_, err = a.whoami(ctx)
		}
		if trouble := chat.TroubleOf(err); err != nil && (trouble == chat.TroubleAuth || trouble.Final()) {
			return plan{}, backoff.Permanent(err)
		}
		if err != nil {
			a.log.Warn("discord does not answer", "error", err)
		}
		return p, err
	}, backoff.WithBackOff(wait), backoff.WithMaxElapsedTime(0))
}

// plan is how Discord wants the bot to connect (docs: events/gateway#get-gateway-bot).
type plan struct {
	URL    string `json:"url"`
	Shards int    `json:"shards"`
	Limit  struct {
		Remaining   int `json:"remaining"`
		ResetAfter  int `json:"reset_after"` // milliseconds
		Concurrency int `json:"max_concurrency"`
	} `json:"session_start_limit"`
}

func (a *Adapter) plan(ctx context.Context) (plan, error) {
	var p plan
	if err := a.call(ctx, get("ask for the gateway", discordgo.EndpointGatewayBot), &p); err != nil {
		return plan{}, err
	}
	if p.URL == "" {
		return plan{}, errors.New("discord names no gateway")
	}
	a.starts.learn(p)
	return p, nil
}

// shard configures one shard. resumed is called if its first session in this
// process is one that an earlier process began.
func (a *Adapter) shard(in *intake, n, shards int, resumed func(line string)) gateway.Options {
	return gateway.Options{
		Now:   a.deps.Machine,
		Token: a.cfg.Token, Shard: n, Shards: shards,
		Intents: a.intents(), Compress: a.cfg.Compress,
		Sessions: a.deps.Sessions, Log: a.log,
		URL: func(ctx context.Context) (string, error) {
			p, err := a.plan(ctx)
			return p.URL, err
		},
		Identify: func(ctx context.Context) error {
			if err := a.starts.wait(ctx, n); err != nil {
				return err
			}
			return a.deps.Turn(ctx, fmt.Sprintf("discord/identify/%d", a.starts.lane(n)), startEvery)
		},
		Changed: a.gatewayChanged,
		Handle: func(kind string, data json.RawMessage, r *gateway.Receipt) {
			in.begin(r)
			switch kind {
			case "READY":
				a.follows(n, in.line) // its guilds are described without being asked
			case "RESUMED":
				if a.follows(n, in.line) {
					resumed(in.line)
				}
			default:
				a.take(in, kind, data)
			}
		},
	}
}

func (a *Adapter) gatewayChanged(s gateway.State) {
	a.deps.Count("gateway", string(s))
	if s != gateway.StateLost {
		a.guilds.follow(true)
	}
}

func (a *Adapter) intents() int {
	i := discordgo.IntentGuilds | discordgo.IntentGuildMessages | discordgo.IntentGuildMessageReactions |
		discordgo.IntentDirectMessages | discordgo.IntentDirectMessageReactions
	if a.cfg.MembersIntent {
		i |= discordgo.IntentGuildMembers
	}
	if a.cfg.ContentIntent {
		i |= discordgo.IntentMessageContent
	}
	return int(i)
}

// follows notes the session of a shard and says whether it is the shard's
// first in this process.
func (a *Adapter) follows(shard int, line string) (first bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, known := a.lines[shard]
	a.lines[shard] = line
	return !known
}

func (a *Adapter) lineOf(shard int) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.lines[shard]
}

// adopt tells of the guilds of a shard when a session of an earlier process is
// resumed, since Discord describes them at the start of a session only. Their
// language and their newest messages are then not told. A failure is no reason
// to stop.
func (a *Adapter) adopt(ctx context.Context, in *intake, shard, shards int) error {
	if err := a.tellGuilds(ctx, in, shard, shards); err != nil && ctx.Err() == nil {
		a.log.Warn("guilds not listed", "error", err)
	}
	return nil
}

func (a *Adapter) tellGuilds(ctx context.Context, in *intake, shard, shards int) error {
	const page = 200 // docs: resources/user#get-current-user-guilds
	after := "0"
	for {
		var found []struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		}
		q := url.Values{"limit": {strconv.Itoa(page)}, "after": {after}}
		err := a.call(ctx, get("list spaces", discordgo.EndpointUserGuilds("@me")+"?"+q.Encode()), &found)
		if err != nil {
			return err
		}
		for _, g := range found {
			if a.lineOf(shard) != in.line {
				return nil // a session began meanwhile, and its guilds are described
			}
			if shardOf(g.ID, shards) == shard {
				a.announce(in, rawGuild{guild: guild{ID: g.ID, Name: g.Name}}, nil)
			}
			after = later(after, g.ID)
		}
		if len(found) < page {
			return nil
		}
	}
}

// shardOf returns the shard that a guild's events come to
// (docs: events/gateway#sharding).
func shardOf(guildID string, shards int) int {
	id, _ := strconv.ParseUint(guildID, 10, 64) // Discord's own
	return int((id >> 22) % uint64(shards))
}

// starts spaces the beginnings of sessions out as Discord wants
// (docs: events/gateway#session-start-limit-object): per 5 s one shard of each
// remainder of max_concurrency, and none once the day's are used up.
type starts struct {
	now   func() time.Time
	mu    sync.Mutex
	lanes int
	next  map[int]time.Time
	until time.Time // none before
}

const startEvery = 5 * time.Second

func newStarts(now func() time.Time) *starts {
	return &starts{now: now, lanes: 1, next: make(map[int]time.Time)}
}

func (s *starts) learn(p plan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lanes = max(p.Limit.Concurrency, 1)
	s.until = time.Time{}
	if p.Limit.Remaining == 0 && p.Limit.ResetAfter > 0 {
		s.until = s.now().Add(time.Duration(p.Limit.ResetAfter) * time.Millisecond)
	}
}

// wait returns once a shard may begin a session.
func (s *starts) wait(ctx context.Context, shard int) error {
	t := time.NewTimer(s.turn(shard))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// lane is the remainder of max_concurrency that a shard shares with others.
func (s *starts) lane(shard int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return shard % s.lanes
}

func (s *starts) turn(shard int) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	lane, now := shard%s.lanes, s.now()
	at := s.next[lane]
	if at.Before(s.until) {
		at = s.until
	}
	if at.Before(now) {
		at = now
	}
	s.next[lane] = at.Add(startEvery)
	return at.Sub(now)
}
