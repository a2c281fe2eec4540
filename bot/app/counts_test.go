package app

import (
	"testing"

	"animo/bot/engagement"
	"animo/games"
)

// A game may ask for the messages of as many days as are kept, and no more.
func TestMessagesAreCountedAsLongAsGamesMayAsk(t *testing.T) {
	if games.MaxDays != engagement.MaxDays {
		t.Errorf("games may ask for %d days, %d are counted", games.MaxDays, engagement.MaxDays)
	}
}
