package storage

import (
	"testing"
	"time"
)

func TestHoursRoundAsTheirNamesSayOnBothSidesOf1970(t *testing.T) {
	for _, row := range []struct {
		seconds  int64
		nanos    int64
		down, up int64
	}{
		{0, 0, 0, 0},
		{0, 1, 0, 1},
		{1, 0, 0, 1},
		{3599, 999_999_999, 0, 1},
		{3600, 0, 1, 1},
		{3600, 1, 1, 2},
		{-1, 0, -1, 0},
		{-1, 999_999_999, -1, 0},
		{-3600, 0, -1, -1},
		{-3601, 0, -2, -1},
		{1_772_366_400, 0, 492_324, 492_324},
	} {
		at := time.Unix(row.seconds, row.nanos)
		if down, up := Hours(at), HoursUp(at); down != row.down || up != row.up {
			t.Errorf("%v is in hour %d, up %d; want %d and %d", at.UTC(), down, up, row.down, row.up)
		}
	}
	if got, want := HourTime(492_324), time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC); got != want {
		t.Errorf("the hour begins at %v, want %v", got, want)
	}
}
