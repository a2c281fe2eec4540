package discord

// What Discord takes at most, in characters unless said otherwise. Characters
// are counted as UTF-16 units, the strictest of the counts in use.
const (
	maxText       = 4000  // all text displays of a message (docs: components/reference#text-display)
	maxTextBytes  = 10000 // of the same in UTF-8: above 10,158 Discord answers 500 (discord-api-docs issue 8554)
	maxComponents = 40    // of a message, nested ones included (docs: components/reference)
	maxBlocks     = 30    // of a card, so that its controls find room too
	maxPings      = 100   // users, and roles, in allowed_mentions (docs: resources/message#allowed-mentions-object)
	maxFiles      = 10    // of a message (docs: reference#uploading-files)

	maxRowButtons   = 5   // docs: components/reference#action-row
	maxControls     = 30  // components that controls may take of maxComponents, rows included
	maxButtonLabel  = 80  // docs: components/reference#button
	maxURL          = 512 // of a link button (docs: components/reference#button)
	maxOptions      = 25  // of a select (docs: components/reference#string-select)
	maxOptionText   = 100 // label, value and description of an option
	maxPlaceholder  = 150 // of a select
	maxAltText      = 1024
	maxFormTitle    = 45  // docs: interactions/receiving-and-responding#interaction-response-object-modal
	maxFieldLabel   = 45  // docs: components/reference#label
	maxFieldHint    = 100 // docs: components/reference#label
	maxFieldHolder  = 100 // placeholder of a text input (docs: components/reference#text-input)
	maxFieldText    = 4000
	maxCommandName  = 32 // docs: interactions/application-commands#application-command-object
	maxCommandText  = 100
	maxChoices      = 25
	maxChoiceText   = 100
	maxHistoryPage  = 100 // docs: resources/message#get-channel-messages
	maxHistoryPages = 10  // that Find reads
)

// flagCards marks a message that is made of components alone
// (docs: resources/message#message-object-message-flags, IS_COMPONENTS_V2).
const flagCards = 1 << 15

// flagPrivate marks a message that only the member who acted can see.
const flagPrivate = 1 << 6
