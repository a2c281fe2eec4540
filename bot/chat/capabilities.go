package chat

// Capabilities is what a platform can do. Games and commands ask it instead
// of the platform's name.
type Capabilities struct {
	Network       Network
	Name          string // as people write it: "Discord", "Slack"
	Accents       bool   // cards may have a colour
	FormErrors    bool   // a form can stay open with its mistakes
	Completion    bool   // suggestions while an option is typed
	TypedOptions  bool   // options have fields of their own; otherwise they are words behind the command
	Roles         bool   // the bot can give and take roles
	RoleMentions  bool   // a card can name a role by its id
	DeleteOthers  bool   // the bot can delete members' messages
	RelativeTime  bool   // "in 2 hours" that counts down by itself
	HiddenByRole  bool   // commands can be hidden from those who may not use them
	LocalCommands bool   // command names are shown in the reader's language

	// What is known of members.
	AccountAge     bool // when an account was made: Actor.Created
	JoinDate       bool // when a member joined the space: Actor.Joined
	Boosts         bool // since when a member pays for the space: Actor.Boosts
	Guests         bool // who is a guest: Actor.Guest; elsewhere there are none
	ChannelMembers bool // who is in a channel: Directory.InChannels; elsewhere whoever may read it is

	// MaxText is how many characters of text one card holds; a longer one is
	// split by Split.
	MaxText int
	// MaxPings is how many members one message can notify.
	MaxPings int
	// MaxBlocks is how many blocks one card holds, each item of a list or
	// each button counting as none.
	MaxBlocks int
}
