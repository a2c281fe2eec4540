package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"animo/storage/backup"
)

// worked lets a work of 20,000 records take a time and returns what was shown.
func worked(t *testing.T, live bool, of int64, took time.Duration) string {
	t.Helper()
	var out bytes.Buffer
	now := time.Unix(0, 0)
	m := newMeter(streams{err: &out, now: func() time.Time { return now }}, "restoring", of)
	m.live = live
	const records = 20_000
	for n := range int64(records) {
		now = now.Add(took / records)
		m.show(backup.Progress{Tenant: "discord:1", Records: n + 1})
	}
	m.end()
	return out.String()
}

func TestShortWorkIsDoneWithoutAWord(t *testing.T) {
	for _, live := range []bool{false, true} {
		if out := worked(t, live, 20_000, 900*time.Millisecond); out != "" {
			t.Errorf("%q was shown", out)
		}
	}
}

func TestLongWorkIsShown(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(worked(t, false, 20_000, 21*time.Second)), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[0], "restoring: ") || !strings.HasSuffix(lines[0], " of 20000 records, now discord:1") {
		t.Errorf("shown %q", lines)
	}
	bar := worked(t, true, 20_000, 21*time.Second)
	if !strings.Contains(bar, "restoring") || !strings.Contains(bar, "%") || strings.Contains(bar, "\n") {
		t.Errorf("shown %q", bar)
	}
	if bar := worked(t, true, -1, 21*time.Second); !strings.Contains(bar, "restoring") || strings.Contains(bar, "%") || strings.Contains(bar, "\n") {
		t.Errorf("shown %q, of nobody knows how many", bar)
	}
}
