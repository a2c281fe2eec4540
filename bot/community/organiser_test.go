package community_test

import (
	"testing"
	"time"

	"animo/bot/community"
)

func TestOpeningHoursAreThoseOfTheCommunitysClocks(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	h := community.Settings{}.OpeningHours()
	if h != (community.Hours{From: 8, To: 22}) {
		t.Errorf("the hours of a team that chose none are %v", h)
	}
	for utc, open := range map[string]bool{
		"2026-01-24T06:59:00Z": false, "2026-01-24T07:00:00Z": true, "2026-01-24T21:00:30Z": true, "2026-01-24T21:01:00Z": false,
		"2026-07-24T06:00:00Z": true, // summer time
	} {
		at, err := time.Parse(time.RFC3339, utc)
		if err != nil {
			t.Fatal(err)
		}
		if h.Holds(at, paris) != open {
			t.Errorf("%s: open is not %t", utc, open)
		}
	}
	if all := (community.Hours{From: 0, To: 24}); !all.Holds(time.Date(2026, 1, 1, 23, 59, 59, 0, paris), paris) {
		t.Error("a team that is always about is not there at midnight")
	}
}

func TestHoursAreInOrderOnOneDay(t *testing.T) {
	for h, sound := range map[community.Hours]bool{
		{From: 0, To: 24}: true, {From: 8, To: 9}: true, {From: 9, To: 9}: false, {From: 22, To: 6}: false, {From: -1, To: 5}: false, {From: 5, To: 25}: false,
	} {
		if h.Sound() != sound {
			t.Errorf("%v: sound is not %t", h, sound)
		}
	}
}
