package community_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/community"
	"animo/storage"
	"animo/storage/sqlite"
	"animo/storage/storagetest"
)

const (
	here  = chat.SpaceID("discord:1")
	there = chat.SpaceID("slack:T1")
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func openStore(t *testing.T) storage.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "animo.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func newBook(s storage.Store) *community.Book {
	return community.NewBook(s, community.Defaults{Language: chat.French, Zone: "Europe/Paris"}, func() time.Time { return noon })
}

func of(t *testing.T, b *community.Book, space chat.SpaceID) community.Community {
	t.Helper()
	c, err := b.Of(t.Context(), space)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func change(t *testing.T, b *community.Book, id chat.CommunityID, f func(*community.Settings)) community.Community {
	t.Helper()
	c, err := b.Change(t.Context(), id, "discord:7", "setup.change", func(s *community.Settings) error { f(s); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestASpaceStartsAsACommunityOfItsOwn(t *testing.T) {
	c := of(t, newBook(openStore(t)), here)
	if c.ID != chat.CommunityID(here) || c.Space() != here || c.Tenant() != storage.Tenant(here) {
		t.Errorf("%+v", c)
	}
	if c.Language != chat.French || c.Location().String() != "Europe/Paris" || !c.Since.Equal(noon) || c.TeamChannel != "" {
		t.Errorf("%+v", c.Settings)
	}
}

func TestASpaceIsFoundedOnceHoweverManyAskAtOnce(t *testing.T) {
	s := openStore(t)
	books := []*community.Book{newBook(s), newBook(s)}
	var wg sync.WaitGroup
	for n := range 20 {
		wg.Go(func() {
			if n%2 == 0 {
				if err := books[n%4/2].Arrived(context.Background(), here, "The Workshop", chat.English); err != nil {
					t.Error(err)
				}
				return
			}
			if c, err := books[n%4/2].Of(context.Background(), here); err != nil || c.ID != chat.CommunityID(here) {
				t.Errorf("%+v %v", c, err)
			}
		})
	}
	wg.Wait()
	for _, b := range books {
		c, err := b.Load(t.Context(), chat.CommunityID(here))
		if err != nil || c.Name != "The Workshop" || c.Zone != "Europe/Paris" || !c.Since.Equal(noon) {
			t.Errorf("%+v %v", c, err)
		}
	}
	tenants, err := s.Tenants(t.Context())
	slices.Sort(tenants)
	if err != nil || !slices.Equal(tenants, []storage.Tenant{"discord:1", storage.System}) {
		t.Errorf("%v %v", tenants, err)
	}
}

func TestACrashWhileFoundingIsMended(t *testing.T) {
	lost := errors.New("the disk is gone")
	for n := range 2 {
		s := openStore(t)
		f := &storagetest.Failing{Store: s, Before: storagetest.FailAt(n+1, lost)}
		if _, err := newBook(f).Of(t.Context(), here); !errors.Is(err, lost) {
			t.Fatalf("write %d did not fail: %v", n+1, err)
		}
		if c := of(t, newBook(s), here); c.Zone != "Europe/Paris" {
			t.Errorf("after write %d: %+v", n+1, c)
		}
	}
}

func TestAnArrivalNamesAndRenames(t *testing.T) {
	s := openStore(t)
	b := newBook(s)
	for _, name := range []string{"The Workshop", "The Workshop", "", "The Studio"} {
		if err := b.Arrived(t.Context(), here, name, chat.English); err != nil {
			t.Fatal(err)
		}
	}
	if c := of(t, b, here); c.Name != "The Studio" || c.Language != chat.English {
		t.Errorf("%+v", c)
	}
	lines, err := s.Log(t.Context(), storage.Tenant(here), 0, 10)
	if err != nil || len(lines) != 1 || lines[0].Action != "community.renamed" || lines[0].Actor != "animo" {
		t.Errorf("%+v %v", lines, err)
	}
	if err := b.Arrived(t.Context(), there, "Elsewhere", ""); err != nil {
		t.Fatal(err)
	}
	if c := of(t, b, there); c.Language != chat.French {
		t.Errorf("a space whose language is not told speaks %s", c.Language)
	}
}

func TestAnArrivalLeavesWhatTheTeamChose(t *testing.T) {
	b := newBook(openStore(t))
	if err := b.Arrived(t.Context(), here, "The Workshop", chat.English); err != nil {
		t.Fatal(err)
	}
	change(t, b, chat.CommunityID(here), func(s *community.Settings) { s.Language, s.Zone = chat.French, "America/Montreal" })
	if err := b.Arrived(t.Context(), here, "The Studio", chat.English); err != nil {
		t.Fatal(err)
	}
	if c := of(t, b, here); c.Language != chat.French || c.Zone != "America/Montreal" || c.Name != "The Studio" {
		t.Errorf("%+v", c)
	}
}

func TestThoseWhoChangeSettingsAtOnceUndoNothing(t *testing.T) {
	s := openStore(t)
	id := of(t, newBook(s), here).ID
	books := []*community.Book{newBook(s), newBook(s)}
	const people = 12
	var wg sync.WaitGroup
	for n := range people {
		wg.Go(func() {
			_, err := books[n%2].Change(context.Background(), id, fmt.Sprint("discord:", n), "setup.staff", func(s *community.Settings) error {
				s.Staff = append(s.Staff, chat.RoleID(fmt.Sprint("discord:", n)))
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, b := range append(books, newBook(s)) {
		c, err := b.Load(t.Context(), id)
		staff := slices.Sorted(slices.Values(c.Staff))
		if err != nil || len(slices.Compact(staff)) != people {
			t.Errorf("%v %v", staff, err)
		}
	}
	if lines, err := s.Log(t.Context(), storage.Tenant(here), 0, 100); err != nil || len(lines) != people {
		t.Errorf("%d lines in the log, %v", len(lines), err)
	}
}

func TestAChangeIsSeenAtOnceAndLogged(t *testing.T) {
	s := openStore(t)
	b := newBook(s)
	id := of(t, b, here).ID
	returned := change(t, b, id, func(s *community.Settings) { s.TeamChannel = "discord:10" })
	if c := of(t, b, here); c.TeamChannel != "discord:10" || returned.TeamChannel != "discord:10" {
		t.Errorf("%+v, returned %+v", c, returned)
	}
	lines, err := s.Log(t.Context(), storage.Tenant(here), 0, 10)
	if err != nil || len(lines) != 1 {
		t.Fatalf("%+v %v", lines, err)
	}
	var body struct{ Before, After community.Settings }
	if err := json.Unmarshal(lines[0].Body, &body); err != nil {
		t.Fatal(err)
	}
	l := lines[0]
	if l.Actor != "discord:7" || l.Action != "setup.change" || l.Target != "settings" || !l.At.Equal(noon) ||
		body.Before.TeamChannel != "" || body.After.TeamChannel != "discord:10" {
		t.Errorf("%+v", l)
	}
}

func TestAChangeThatIsRefusedWritesNothing(t *testing.T) {
	s := openStore(t)
	b := newBook(s)
	id := of(t, b, here).ID
	change(t, b, id, func(s *community.Settings) { s.Staff = []chat.RoleID{"discord:1"} })
	no := errors.New("too many")
	_, err := b.Change(t.Context(), id, "discord:7", "setup.staff", func(s *community.Settings) error {
		s.Staff[0] = "discord:2"
		return no
	})
	if !errors.Is(err, no) {
		t.Errorf("%v", err)
	}
	if c := of(t, b, here); !slices.Equal(c.Staff, []chat.RoleID{"discord:1"}) {
		t.Errorf("%v", c.Staff)
	}
	if lines, _ := s.Log(t.Context(), storage.Tenant(here), 0, 10); len(lines) != 1 {
		t.Errorf("%d lines", len(lines))
	}
}

// slow is a store one of whose reads is overtaken.
type slow struct {
	storage.Store
	once      sync.Once
	read, end chan struct{}
}

// Get implements storage.Store.
func (s *slow) Get(ctx context.Context, t storage.Tenant, kind, id string) (storage.Doc, error) {
	d, err := s.Store.Get(ctx, t, kind, id)
	held := false
	if kind == "settings" {
		s.once.Do(func() { held = true })
	}
	if held {
		close(s.read)
		<-s.end
	}
	return d, err
}

func TestASlowReaderDoesNotBringOldSettingsBack(t *testing.T) {
	s := openStore(t)
	id := of(t, newBook(s), here).ID
	w := &slow{Store: s, read: make(chan struct{}), end: make(chan struct{})}
	b := newBook(w)
	var wg sync.WaitGroup
	wg.Go(func() { _, _ = b.Load(context.Background(), id) })
	<-w.read
	change(t, b, id, func(s *community.Settings) { s.Zone = "America/Montreal" })
	close(w.end)
	wg.Wait()
	if c := of(t, b, here); c.Zone != "America/Montreal" {
		t.Errorf("the zone is %s again", c.Zone)
	}
}

func TestCommunitiesDoNotSeeEachOther(t *testing.T) {
	b := newBook(openStore(t))
	one, two := of(t, b, here), of(t, b, there)
	change(t, b, one.ID, func(s *community.Settings) { s.TeamChannel, s.Language = "discord:10", chat.English })
	if c := of(t, b, there); c.TeamChannel != "" || c.Language != chat.French || c.ID != two.ID || one.Tenant() == two.Tenant() {
		t.Errorf("%+v", c)
	}
	if _, err := b.Load(t.Context(), "discord:404"); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if _, err := b.Change(t.Context(), "discord:404", "", "", func(*community.Settings) error { return nil }); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	s := community.Settings{Staff: []chat.RoleID{"discord:5", "discord:6"}, StaffPeople: []chat.MemberID{"slack:T1/U9"}}
	for _, c := range []struct {
		who                    string
		actor                  chat.Actor
		anyone, staff, manager bool
	}{
		{"a member", chat.Actor{ID: "discord:1"}, true, false, false},
		{"a member with another role", chat.Actor{ID: "discord:1", Roles: []chat.RoleID{"discord:7"}}, true, false, false},
		{"a member with a staff role", chat.Actor{ID: "discord:1", Roles: []chat.RoleID{"discord:7", "discord:6"}}, true, true, false},
		{"one named as staff", chat.Actor{ID: "slack:T1/U9"}, true, true, false},
		{"a manager", chat.Actor{ID: "discord:2", Manager: true}, true, true, true},
		{"nobody", chat.Actor{}, true, false, false},
	} {
		for p, want := range map[chat.Permission]bool{
			chat.Anyone: c.anyone, chat.Staff: c.staff, chat.Manager: c.manager, "": c.manager, "owner": c.manager,
		} {
			if got := s.Allows(c.actor, p); got != want {
				t.Errorf("%s, %q: %v", c.who, p, got)
			}
		}
	}
	if (community.Settings{}).Allows(chat.Actor{ID: "discord:1", Roles: []chat.RoleID{""}}, chat.Staff) {
		t.Error("without staff everyone is")
	}
}

func TestAZoneThatIsNotKnownAnyMoreIsUTC(t *testing.T) {
	for zone, want := range map[string]string{"Europe/Paris": "Europe/Paris", "Mars/Olympus": "UTC", "": "UTC"} {
		if got := (community.Settings{Zone: zone}).Location().String(); got != want {
			t.Errorf("%q: %s", zone, got)
		}
	}
}
