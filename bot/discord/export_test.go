package discord

// Cards for the tests from outside.
var (
	FullCard    = giveawayCard
	CrowdedCard = crowdedCard
)
