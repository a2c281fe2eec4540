package chattest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"animo/bot/chat"
)

// Post is a message that a Recorder took.
type Post struct {
	Ref     chat.MessageRef
	Message chat.Message
	Edits   int
	Gone    bool
}

// Recorder is a platform that only remembers. It takes every channel and
// member that it was told of, and fails on demand. It may be used by several
// goroutines.
type Recorder struct {
	Caps chat.Capabilities
	// Fail is asked before each call, by the name of its method; an error is
	// returned in its place. A call that fails with TroubleUnsure is carried
	// out all the same, so that the caller cannot know.
	Fail func(call string) error

	mu       sync.Mutex
	posts    []*Post
	members  map[chat.MemberID]chat.Member
	channels map[chat.ChannelID]chat.Channel
	roles    map[chat.MemberID][]chat.RoleID
	past     map[chat.ChannelID][]chat.Posted
	offered  []chat.Role
	within   map[chat.ChannelID]map[chat.MemberID]bool
	calls    []string
	menu     chat.CommandMenu
}

var _ chat.Platform = (*Recorder)(nil)

// NewRecorder returns a platform of a network with every capability and no
// limits worth mentioning.
func NewRecorder(n chat.Network) *Recorder {
	return &Recorder{
		Caps: chat.Capabilities{
			Network: n, Name: string(n), Accents: true, Completion: true, TypedOptions: true, Roles: true,
			RoleMentions: true, DeleteOthers: true, RelativeTime: true, LocalCommands: true,
			AccountAge: true, JoinDate: true, Boosts: true, Guests: true, ChannelMembers: true,
			MaxText: 4000, MaxPings: 100, MaxBlocks: 30,
		},
		members: map[chat.MemberID]chat.Member{}, channels: map[chat.ChannelID]chat.Channel{},
		roles: map[chat.MemberID][]chat.RoleID{}, past: map[chat.ChannelID][]chat.Posted{},
		within: map[chat.ChannelID]map[chat.MemberID]bool{},
	}
}

// AddChannel makes a channel known.
func (r *Recorder) AddChannel(c chat.Channel) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.channels[c.ID] = c
}

// AddMember makes a member known, present or not.
func (r *Recorder) AddMember(id chat.MemberID, present bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.members[id] = chat.Member{Actor: chat.Actor{ID: id}, Present: present}
}

// AddActor makes a member known who is present, with all that is known of them.
func (r *Recorder) AddActor(a chat.Actor) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.members[a.ID] = chat.Member{Actor: a, Present: true}
}

// AddRole makes a role known, behind those there.
func (r *Recorder) AddRole(role chat.Role) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.offered = append(r.offered, role)
}

// Enter lets members come into a channel.
func (r *Recorder) Enter(in chat.ChannelID, members ...chat.MemberID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.within[in] == nil {
		r.within[in] = map[chat.MemberID]bool{}
	}
	for _, m := range members {
		r.within[in][m] = true
	}
}

// AddPast puts a message into its channel's history, behind those there.
func (r *Recorder) AddPast(p chat.Posted) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.past[p.Message.Channel] = append(r.past[p.Message.Channel], p)
}

// Posts returns the messages in a channel, oldest first; those gone included.
func (r *Recorder) Posts(in chat.ChannelID) []Post {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []Post
	for _, p := range r.posts {
		if p.Ref.Channel == in {
			out = append(out, *p)
		}
	}
	return out
}

// Calls returns the names of all calls so far.
func (r *Recorder) Calls() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.calls)
}

// Given returns what a member was given and not taken.
func (r *Recorder) Given(m chat.MemberID) []chat.RoleID {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.roles[m])
}

// call notes a call, and carries it out unless it is to fail. One that fails
// with TroubleUnsure is carried out all the same.
func (r *Recorder) call(name string, act func() error) error {
	var failed error
	if r.Fail != nil {
		failed = r.Fail(name)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, name)
	if failed != nil && chat.TroubleOf(failed) != chat.TroubleUnsure {
		return failed
	}
	if err := act(); err != nil {
		return err
	}
	return failed
}

// Post implements chat.Speaker.
func (r *Recorder) Post(_ context.Context, to chat.ChannelID, m chat.Message) (ref chat.MessageRef, err error) {
	err = r.call("Post", func() error {
		ref = chat.MessageRef{Channel: to, ID: fmt.Sprint(len(r.posts) + 1)}
		r.posts = append(r.posts, &Post{Ref: ref, Message: m})
		return nil
	})
	if err != nil {
		return chat.MessageRef{}, err
	}
	return ref, nil
}

func (r *Recorder) find(ref chat.MessageRef) *Post {
	for _, p := range r.posts {
		if p.Ref == ref && !p.Gone {
			return p
		}
	}
	return nil
}

func gone(doing string) error { return &chat.Error{Trouble: chat.TroubleGone, Doing: doing} }

// Edit implements chat.Speaker.
func (r *Recorder) Edit(_ context.Context, ref chat.MessageRef, c chat.Card) error {
	return r.call("Edit", func() error {
		p := r.find(ref)
		if p == nil {
			return gone("edit message")
		}
		p.Message.Card = c
		p.Edits++
		return nil
	})
}

// Delete implements chat.Speaker.
func (r *Recorder) Delete(_ context.Context, ref chat.MessageRef) error {
	return r.call("Delete", func() error {
		if p := r.find(ref); p != nil {
			p.Gone = true
		}
		return nil
	})
}

// Find implements chat.Speaker. It has no clock: every message counts as
// young enough.
func (r *Recorder) Find(_ context.Context, in chat.ChannelID, key string, _ time.Time) (ref chat.MessageRef, found bool, err error) {
	err = r.call("Find", func() error {
		for _, p := range r.posts {
			if p.Ref.Channel == in && p.Message.Key == key && !p.Gone && !found {
				ref, found = p.Ref, true
			}
		}
		return nil
	})
	return ref, found, err
}

// DirectOf is the channel of the direct conversation with a member.
func DirectOf(m chat.MemberID) chat.ChannelID { return chat.ChannelID(string(m) + "-direct") }

// Direct implements chat.Speaker.
func (r *Recorder) Direct(_ context.Context, m chat.MemberID) (chat.ChannelID, error) {
	if err := r.call("Direct", nothing); err != nil {
		return "", err
	}
	return DirectOf(m), nil
}

func nothing() error { return nil }

// Member implements chat.Directory.
func (r *Recorder) Member(_ context.Context, _ chat.SpaceID, id chat.MemberID) (m chat.Member, err error) {
	err = r.call("Member", func() error {
		var ok bool
		if m, ok = r.members[id]; !ok {
			return gone("look up member")
		}
		return nil
	})
	return m, err
}

// Channel implements chat.Directory.
func (r *Recorder) Channel(_ context.Context, id chat.ChannelID) (c chat.Channel, err error) {
	err = r.call("Channel", func() error {
		var ok bool
		if c, ok = r.channels[id]; !ok {
			return gone("look up channel")
		}
		return nil
	})
	return c, err
}

// Channels implements chat.Directory.
func (r *Recorder) Channels(_ context.Context, space chat.SpaceID) (out []chat.Channel, err error) {
	err = r.call("Channels", func() error {
		for _, c := range r.channels {
			if c.Space == space {
				out = append(out, c)
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b chat.Channel) int { return cmp.Compare(a.ID, b.ID) })
	return out, err
}

// Roles implements chat.Directory: those of AddRole, whatever the space.
func (r *Recorder) Roles(context.Context, chat.SpaceID) (out []chat.Role, err error) {
	err = r.call("Roles", func() error {
		out = slices.Clone(r.offered)
		return nil
	})
	return out, err
}

// InChannels implements chat.Directory.
func (r *Recorder) InChannels(_ context.Context, _ chat.SpaceID, id chat.MemberID, channels []chat.ChannelID) (map[chat.ChannelID]bool, error) {
	out := make(map[chat.ChannelID]bool, len(channels))
	err := r.call("InChannels", func() error {
		if !r.Caps.ChannelMembers {
			return &chat.Error{Trouble: chat.TroubleRefused, Doing: "look up channels"}
		}
		for _, in := range channels {
			out[in] = r.within[in][id]
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Space implements chat.Directory.
func (r *Recorder) Space(_ context.Context, id chat.SpaceID) (chat.Space, error) {
	return chat.Space{ID: id, Name: string(id)}, r.call("Space", nothing)
}

// Permalink implements chat.Directory.
func (r *Recorder) Permalink(_ context.Context, _ chat.SpaceID, ref chat.MessageRef) (string, error) {
	return "https://chat.example/" + ref.ID, r.call("Permalink", nothing)
}

// GiveRole implements chat.RoleGiver.
func (r *Recorder) GiveRole(_ context.Context, _ chat.SpaceID, m chat.MemberID, role chat.RoleID) error {
	return r.call("GiveRole", func() error {
		if !slices.Contains(r.roles[m], role) {
			r.roles[m] = append(r.roles[m], role)
		}
		return nil
	})
}

// TakeRole implements chat.RoleGiver.
func (r *Recorder) TakeRole(_ context.Context, _ chat.SpaceID, m chat.MemberID, role chat.RoleID) error {
	return r.call("TakeRole", func() error {
		r.roles[m] = slices.DeleteFunc(r.roles[m], func(x chat.RoleID) bool { return x == role })
		return nil
	})
}

// Since implements chat.Historian: it hands over what AddPast was given.
func (r *Recorder) Since(_ context.Context, s chat.Stretch, each func(chat.Posted) error) error {
	var past []chat.Posted
	if err := r.call("Since", func() error { past = slices.Clone(r.past[s.In]); return nil }); err != nil {
		return err
	}
	for _, p := range past {
		p.Space = s.Space
		beyond := s.Before != "" && !chat.Newer(s.Before, p.Message.ID)
		if !chat.Newer(p.Message.ID, s.After) || beyond || p.At.Before(s.From) {
			continue
		}
		p.Late, p.Line = true, ""
		if err := each(p); err != nil {
			return err
		}
	}
	return nil
}

// Capabilities implements chat.Platform.
func (r *Recorder) Capabilities() chat.Capabilities { return r.Caps }

// Register implements chat.Platform.
func (r *Recorder) Register(_ context.Context, m chat.CommandMenu) error {
	return r.call("Register", func() error {
		r.menu = m
		return nil
	})
}

// Menu returns what was registered last.
func (r *Recorder) Menu() chat.CommandMenu {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.menu
}

// Run implements chat.Platform: nothing ever happens.
func (r *Recorder) Run(ctx context.Context, _ chat.Inbox) error {
	<-ctx.Done()
	return nil
}

// Inspect implements chat.Platform: all is well.
func (r *Recorder) Inspect(context.Context, chat.SpaceID) []chat.Finding {
	return []chat.Finding{{Health: chat.HealthOK, Code: "storage.ok"}}
}
