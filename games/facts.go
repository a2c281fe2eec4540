package games

import "animo/bot/chat"

// Facts are what is known of one member.
type Facts struct {
	// Actor is the member as the event or the platform told.
	chat.Actor
	// Absent says that the member left, was banned or is deactivated. Which of
	// these it was is not asked: Discord tells of bans only those who may ban.
	Absent bool
	// Wrote is how many messages they wrote in the days that were asked about;
	// nil if that was not asked.
	Wrote *int
	// In says in which of the channels that were asked about they are; nil if
	// that was not asked.
	In map[chat.ChannelID]bool
}

// MaxDays is the longest time over which messages can be asked for, in days:
// they are counted by member no longer than that.
const MaxDays = 30

// Wanting is an error by which a game asks for the facts of the member who
// presses, or who gives an order. It asks for all that it will need at once:
// the second time it is a fault of the game.
type Wanting struct {
	Actor bool             `json:"actor,omitempty"` // the member as the platform knows them now
	Days  int              `json:"days,omitempty"`  // messages of the last so many days, up to MaxDays; 0: none
	Said  []chat.ChannelID `json:"said,omitempty"`  // where those messages count; empty means everywhere
	In    []chat.ChannelID `json:"in,omitempty"`    // whether the member is in these channels
}

// Error is for the operator, whom it reaches if nobody could give the facts.
func (w *Wanting) Error() string { return "more must be known of the member" }
