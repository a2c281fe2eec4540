package commands_test

import (
	"errors"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/storage"
)

func TestADraftThatNobodyLaunchesIsClearedUpAfterAWeek(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		body := []byte(`{"by":"x"}`)
		put := storage.DocPut{Kind: "draft", ID: "OLD", Index: s.now.UTC().Format(time.RFC3339), Body: body}
		_, err := s.store.Commit(t.Context(), s.tenant(), storage.Change{Docs: []storage.DocPut{put}, Now: s.now})
		must(t, err)
		there := func() bool {
			_, err := s.store.Get(t.Context(), s.tenant(), "draft", "OLD")
			if err != nil && !errors.Is(err, storage.ErrNotFound) {
				t.Fatal(err)
			}
			return err == nil
		}
		for range 6 {
			s.pass(24 * time.Hour)
		}
		if !there() {
			t.Fatal("the draft is gone within a week")
		}
		for range 3 {
			s.pass(24 * time.Hour)
		}
		if there() {
			t.Error("the draft is still there after nine days")
		}
	})
}

func TestASweepIsPutAgainForTheNextNightOnce(t *testing.T) {
	s := on(t, chat.Discord)
	s.pass(5 * 24 * time.Hour) // down for days: one sweep, not five
	due, _, err := s.store.NextDue(t.Context(), nil)
	must(t, err)
	if want := time.Date(2026, time.January, 30, 2, 30, 0, 0, time.UTC); !due.Equal(want) {
		t.Errorf("the next sweep is due at %v, want half past three in Paris: %v", due, want)
	}
}
