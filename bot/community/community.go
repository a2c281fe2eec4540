// Package community knows whom Animo serves: which community a space belongs
// to, and what its team chose: language, time zone, team channel, staff.
//
// A space starts as a community of its own, under the space's id, with the
// settings of the configuration and the platform's own language for it. The
// settings are one document of the community, so that two people who change
// them at once do not undo each other.
package community

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"animo/bot/chat"
	"animo/storage"
)

// Settings are what a community's team chose.
type Settings struct {
	Name        string          `json:"name"`
	Language    chat.Language   `json:"language"`
	Zone        string          `json:"zone"` // IANA name
	TeamChannel chat.ChannelID  `json:"team_channel,omitempty"`
	Staff       []chat.RoleID   `json:"staff,omitempty"`
	StaffPeople []chat.MemberID `json:"staff_people,omitempty"` // where the platform has no roles to give
	Organiser   Organiser       `json:"organiser,omitzero"`
	Hours       Hours           `json:"hours,omitzero"` // see OpeningHours
	Since       time.Time       `json:"since"`
}

// Location returns the time zone, UTC if it is not known any more.
func (s Settings) Location() *time.Location {
	loc, err := time.LoadLocation(s.Zone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// Allows says whether a member may do what needs permission p.
func (s Settings) Allows(a chat.Actor, p chat.Permission) bool {
	switch {
	case p == chat.Anyone || a.Manager:
		return true
	case p == chat.Staff:
		return slices.Contains(s.StaffPeople, a.ID) ||
			slices.ContainsFunc(a.Roles, func(r chat.RoleID) bool { return slices.Contains(s.Staff, r) })
	}
	return false
}

// Community is a community with its settings.
type Community struct {
	ID chat.CommunityID
	Settings
}

// Tenant returns the tenant of everything the community owns.
func (c Community) Tenant() storage.Tenant { return storage.Tenant(c.ID) }

// Space returns the space that a community under its own id is.
func (c Community) Space() chat.SpaceID { return chat.SpaceID(c.ID) }

const (
	kindSpace    = "space"
	kindSettings = "settings"
	idSettings   = "community"
	// MaxStaff bounds the staff's roles and people, each.
	MaxStaff = 20
	retries  = 20
	// JobSweep is the key and kind of the job that clears up what a community
	// no longer needs. Its handler puts the next one.
	JobSweep   = "community.sweep"
	firstSweep = 24 * time.Hour
)

type spaceDoc struct {
	Community chat.CommunityID `json:"community"`
}

// Defaults are the settings that a new community starts with.
type Defaults struct {
	Language chat.Language
	Zone     string
}

// Book finds and keeps communities.
type Book struct {
	store    storage.Store
	defaults Defaults
	now      func() time.Time
	mu       sync.Mutex
	known    map[chat.SpaceID]known
}

// known is a community as it was read last.
type known struct {
	Community
	version int64
}

// NewBook returns a book over a store.
func NewBook(s storage.Store, d Defaults, now func() time.Time) *Book {
	return &Book{store: s, defaults: d, now: now, known: make(map[chat.SpaceID]known)}
}

// Of returns the community that a space belongs to, founding it at first
// sight.
func (b *Book) Of(ctx context.Context, space chat.SpaceID) (Community, error) {
	b.mu.Lock()
	k, ok := b.known[space]
	b.mu.Unlock()
	if ok {
		return k.Community, nil
	}
	return b.found(ctx, space, Settings{Language: b.defaults.Language})
}

// Arrived takes note of a space's name and language.
func (b *Book) Arrived(ctx context.Context, space chat.SpaceID, name string, l chat.Language) error {
	if l == "" {
		l = b.defaults.Language
	}
	c, err := b.found(ctx, space, Settings{Name: name, Language: l})
	if err != nil || name == "" || c.Name == name {
		return err
	}
	_, err = b.Change(ctx, c.ID, "animo", "community.renamed", func(s *Settings) error {
		s.Name = name
		return nil
	})
	return err
}

// found loads the community of a space, or makes it with these settings.
func (b *Book) found(ctx context.Context, space chat.SpaceID, s Settings) (Community, error) {
	var d spaceDoc
	_, err := storage.Load(ctx, b.store, storage.System, kindSpace, string(space), &d)
	if errors.Is(err, storage.ErrNotFound) {
		d.Community = chat.CommunityID(space)
		err = b.create(ctx, space, d, s)
	}
	if err != nil {
		return Community{}, fmt.Errorf("find the community of %s: %w", space, err)
	}
	return b.Load(ctx, d.Community)
}

// create writes the settings before the link that leads to them, so that a
// crash between the two leaves nothing that points nowhere.
func (b *Book) create(ctx context.Context, space chat.SpaceID, d spaceDoc, s Settings) error {
	s.Zone, s.Since = b.defaults.Zone, b.now()
	sweep := []storage.Job{{Key: JobSweep, Kind: JobSweep, Due: b.now().Add(firstSweep), Body: []byte("{}")}}
	for _, step := range []struct {
		tenant   storage.Tenant
		kind, id string
		body     any
		jobs     []storage.Job
	}{
		{storage.Tenant(d.Community), kindSettings, idSettings, s, sweep},
		{storage.System, kindSpace, string(space), d, nil},
	} {
		put, err := storage.Put(step.kind, step.id, 0, "", step.body)
		if err != nil {
			return err
		}
		_, err = b.store.Commit(ctx, step.tenant, storage.Change{Docs: []storage.DocPut{put}, Jobs: step.jobs, Now: b.now()})
		if err != nil && !errors.Is(err, storage.ErrConflict) {
			return err
		}
	}
	return nil
}

// Load returns a community by its id; storage.ErrNotFound if there is none.
func (b *Book) Load(ctx context.Context, id chat.CommunityID) (Community, error) {
	c, _, err := b.load(ctx, id)
	return c, err
}

func (b *Book) load(ctx context.Context, id chat.CommunityID) (Community, int64, error) {
	c := Community{ID: id}
	version, err := storage.Load(ctx, b.store, c.Tenant(), kindSettings, idSettings, &c.Settings)
	if err != nil {
		return Community{}, 0, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known[c.Space()].version < version { // else a slow reader is late
		b.known[c.Space()] = known{c, version}
	}
	return c, version, nil
}

// Change applies f to the settings and writes them with a line in the log. An
// error of f is returned as it is, and nothing is written.
func (b *Book) Change(ctx context.Context, id chat.CommunityID, by, action string, f func(*Settings) error) (Community, error) {
	for range retries {
		c, version, err := b.load(ctx, id)
		if err != nil {
			return Community{}, fmt.Errorf("read the settings: %w", err)
		}
		before := c.Settings
		c.Staff, c.StaffPeople = slices.Clone(c.Staff), slices.Clone(c.StaffPeople)
		if err := f(&c.Settings); err != nil {
			return Community{}, err
		}
		change, err := b.change(c.Settings, before, version, by, action)
		if err != nil {
			return Community{}, err
		}
		_, err = b.store.Commit(ctx, c.Tenant(), change)
		if errors.Is(err, storage.ErrConflict) {
			continue
		}
		if err != nil {
			return Community{}, fmt.Errorf("write the settings: %w", err)
		}
		return b.Load(ctx, id)
	}
	return Community{}, fmt.Errorf("write the settings: %w", storage.ErrConflict)
}

func (b *Book) change(after, before Settings, version int64, by, action string) (storage.Change, error) {
	put, err := storage.Put(kindSettings, idSettings, version, "", after)
	if err != nil {
		return storage.Change{}, err
	}
	body, err := json.Marshal(map[string]Settings{"before": before, "after": after})
	if err != nil {
		return storage.Change{}, fmt.Errorf("write the log: %w", err)
	}
	return storage.Change{
		Docs: []storage.DocPut{put}, Now: b.now(),
		Log: []storage.LogLine{{At: b.now(), Actor: by, Action: action, Target: "settings", Body: body}},
	}, nil
}
