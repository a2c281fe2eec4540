package slack

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/sync/singleflight"

	"animo/bot/chat"
)

// user is what the adapter remembers of a member.
type user struct {
	name    string
	locale  string
	manager bool
	bot     bool
	gone    bool
	limited bool // let into some channels only
	home    string
	teams   []string  // of an organisation, that they belong to
	at      time.Time // when it was learnt
}

// guest says whether someone is a guest of a workspace: one who was let into
// some of its channels, or a member of another who shares a channel with it
// (docs.slack.dev/reference/objects/user-object: is_restricted,
// is_ultra_restricted, team_id; in an organisation enterprise_user.teams).
func (u user) guest(team string) bool {
	return u.limited || u.home != "" && u.home != team && !slices.Contains(u.teams, team)
}

// group is a user group.
type group struct {
	id, handle, name string
	users            map[string]bool
}

const (
	// rememberFor bounds how long a right that was taken away still counts.
	rememberFor = 5 * time.Minute
	maxUsers    = 20000
	lookup      = time.Second // how long an actor is waited for
	// breather is how long nobody is waited for after a wait in vain, so that
	// a Slack that hangs does not make everything late.
	breather = 5 * time.Second
)

// urgency says what a look-up is for.
type urgency bool

const (
	// inPerson: someone waits whose rights matter. It waits for its turn.
	inPerson urgency = false
	// inPassing: of many who speak. Without a turn at once it is left out.
	inPassing urgency = true
)

// people looks up members and user groups and remembers them for a while.
type people struct {
	api *slack.Client
	now func() time.Time
	one singleflight.Group

	mu       sync.Mutex
	users    map[string]user
	groups   []group
	groupsAt time.Time
	grouped  bool      // the groups are known, or that there are none to know
	slow     time.Time // no actor is waited for before
}

func newPeople(api *slack.Client, now func() time.Time) *people {
	return &people{api: api, now: now, users: map[string]user{}}
}

// fresh says whether what was learnt at t still counts. The clock of a
// rehearsal can jump, backwards too.
func (p *people) fresh(t time.Time) bool {
	age := p.now().Sub(t)
	return !t.IsZero() && age >= 0 && age < rememberFor
}

// known returns a member from memory.
func (p *people) known(id string) (user, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, ok := p.users[id]
	return u, ok && p.fresh(u.at)
}

// learn remembers a member as Slack described them.
func (p *people) learn(u *slack.User) user {
	out := user{
		name:   cmp.Or(u.Profile.DisplayName, u.Profile.RealName, u.RealName, u.Name),
		locale: u.Locale, manager: u.IsAdmin || u.IsOwner || u.IsPrimaryOwner,
		bot: u.IsBot || u.IsWorkflowBot || u.IsConnectorBot, gone: u.Deleted, at: p.now(),
		limited: u.IsRestricted || u.IsUltraRestricted || u.IsStranger, home: u.TeamID, teams: u.Enterprise.Teams,
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.users) >= maxUsers {
		p.forgetSome()
	}
	p.users[u.ID] = out
	return out
}

// forgetSome makes room: a tenth of the members, whichever come first.
func (p *people) forgetSome() {
	left := maxUsers / 10
	for id := range p.users {
		if left == 0 {
			return
		}
		delete(p.users, id)
		left--
	}
}

// forget drops a member of whom an event says that they changed.
func (p *people) forget(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.users, id)
}

// get returns a member from memory or from Slack.
func (p *people) get(ctx context.Context, id string, u urgency) (user, error) {
	if u, ok := p.known(id); ok {
		return u, nil
	}
	found := p.one.DoChan(id, func() (any, error) {
		// the others who wait for this answer must not lose it with the
		// first one's context
		ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
		defer stop()
		c := call{doing: "look up member", hurry: u == inPassing}
		u, err := p.api.GetUserInfoContext(c.watch(ctx), id)
		if err != nil {
			return user{}, c.err(err)
		}
		return p.learn(u), nil
	})
	select {
	case r := <-found:
		return r.Val.(user), r.Err
	case <-ctx.Done():
		return user{}, &chat.Error{Trouble: chat.TroubleTransient, Doing: "look up member", Err: ctx.Err()}
	}
}

// actor returns the member who acted, bare if they cannot be looked up within a
// second or, in passing, without a turn at once.
func (p *people) actor(ctx context.Context, team, id, name string, how urgency) chat.Actor {
	out := chat.Actor{ID: memberID(team, id), Name: name}
	ctx, stop := context.WithTimeout(ctx, lookup)
	defer stop()
	u, ok := p.known(id)
	groups, open := p.remembered()
	if open {
		if !ok {
			var err error
			u, err = p.get(ctx, id, how)
			ok = err == nil
		}
		groups = p.allGroups(ctx)
		p.tire(ctx)
	}
	out.Bare = !ok || !p.knowsGroups()
	if ok {
		out.Name, out.Locale, out.Manager, out.Bot = cmp.Or(u.name, name), u.locale, u.manager, u.bot
		out.Guest = u.guest(team)
	}
	for _, g := range groups {
		if g.users[id] {
			out.Roles = append(out.Roles, roleID(team, g.id))
		}
	}
	return out
}

// remembered returns the user groups as they were last known, and whether
// more can be found out now.
func (p *people) remembered() (groups []group, open bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.groups, !p.now().Before(p.slow)
}

// tire stops look-ups of actors for a while if the time for one has run out.
func (p *people) tire(ctx context.Context) {
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.slow = p.now().Add(breather)
}

// allGroups returns the user groups; none where the workspace's plan or the
// token gives none.
func (p *people) allGroups(ctx context.Context) []group {
	p.mu.Lock()
	known, ok := p.groups, p.fresh(p.groupsAt)
	p.mu.Unlock()
	if ok {
		return known
	}
	found := p.one.DoChan("groups", func() (any, error) {
		ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
		defer stop()
		return p.loadGroups(ctx), nil
	})
	select {
	case r := <-found:
		return r.Val.([]group)
	case <-ctx.Done():
		return known
	}
}

func (p *people) loadGroups(ctx context.Context) []group {
	c := call{doing: "list user groups"}
	list, err := p.api.GetUserGroupsContext(c.watch(ctx), slack.GetUserGroupsOptionIncludeUsers(true))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.groupsAt = p.now()
	if err != nil {
		p.grouped = p.grouped || chat.TroubleOf(c.err(err)).Final() // such as a plan without groups
		return p.groups
	}
	p.grouped = true
	p.groups = make([]group, 0, len(list))
	for _, g := range list {
		users := make(map[string]bool, len(g.Users))
		for _, u := range g.Users {
			users[u] = true
		}
		p.groups = append(p.groups, group{id: g.ID, handle: g.Handle, name: g.Name, users: users})
	}
	slices.SortFunc(p.groups, func(a, b group) int { return cmp.Compare(a.handle, b.handle) })
	return p.groups
}

// knowsGroups says whether a member of no group is known to be in none.
func (p *people) knowsGroups() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.grouped
}

// forgetGroups makes the next question go to Slack.
func (p *people) forgetGroups() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.groupsAt = time.Time{}
}
