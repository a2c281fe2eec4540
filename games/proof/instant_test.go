package proof_test

import (
	"testing"
	"time"

	"animo/games/proof"
)

func TestAHiddenInstantLiesWithinItsWindow(t *testing.T) {
	from := time.Date(2026, time.December, 1, 9, 0, 0, 0, time.UTC)
	seen := map[time.Time]bool{}
	for n := range uint32(1000) {
		at := proof.Instant(proof.Seed{1}, "7K2M9QXF", n, from, from.Add(time.Hour))
		if at.Before(from) || !at.Before(from.Add(time.Hour)) {
			t.Fatalf("instant %d is %s", n, at)
		}
		seen[at] = true
	}
	if len(seen) < 800 { // of 3600 seconds some 871 are to be expected
		t.Errorf("a thousand instants are but %d", len(seen))
	}
}

func TestAHiddenInstantFollowsFromSeedInstanceAndNumber(t *testing.T) {
	from := time.Date(2026, time.December, 1, 9, 0, 0, 0, time.UTC)
	until := from.Add(1000 * time.Hour)
	at := proof.Instant(proof.Seed{1}, "A", 1, from, until)
	if again := proof.Instant(proof.Seed{1}, "A", 1, from, until); !again.Equal(at) {
		t.Errorf("%s, then %s", at, again)
	}
	for name, other := range map[string]time.Time{
		"seed":     proof.Instant(proof.Seed{2}, "A", 1, from, until),
		"instance": proof.Instant(proof.Seed{1}, "B", 1, from, until),
		"number":   proof.Instant(proof.Seed{1}, "A", 2, from, until),
	} {
		if other.Equal(at) {
			t.Errorf("another %s gives the same instant", name)
		}
	}
	if got := proof.Instant(proof.Seed{1}, "A", 1, from, from); !got.Equal(from) {
		t.Errorf("an empty window gives %s", got)
	}
}

// Each tenth of a window is hit about as often as the others: chi-squared with
// nine degrees of freedom, at 1 in 10,000.
func TestHiddenInstantsAreSpreadEvenly(t *testing.T) {
	const draws, tenths, most = 20_000, 10, 33.72
	from, window := time.Unix(0, 0), 24*time.Hour
	var hits [tenths]float64
	for n := range uint32(draws) {
		at := proof.Instant(proof.Seed{7}, "A", n, from, from.Add(window))
		hits[int(at.Sub(from)*tenths/window)]++
	}
	chi := 0.0
	for _, h := range hits {
		chi += (h - draws/tenths) * (h - draws/tenths) / (draws / tenths)
	}
	if chi > most {
		t.Errorf("chi-squared is %.1f: %v", chi, hits)
	}
}
