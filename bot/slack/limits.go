package slack

// Slack's limits, as its documentation states them (docs.slack.dev), in
// characters or items.
const (
	maxBlocks       = 50    // reference/block-kit/blocks: in a message
	maxHeader       = 150   // reference/block-kit/blocks/header-block
	maxSection      = 3000  // reference/block-kit/blocks/section-block: text
	maxField        = 2000  // reference/block-kit/blocks/section-block: fields
	maxFields       = 10    // reference/block-kit/blocks/section-block: fields
	maxAlt          = 2000  // reference/block-kit/blocks/image-block
	maxImageURL     = 3000  // reference/block-kit/blocks/image-block
	maxButton       = 75    // reference/block-kit/block-elements/button-element
	maxURL          = 3000  // reference/block-kit/block-elements/button-element
	maxPlaceholder  = 150   // reference/block-kit/block-elements/select-menu-element
	maxOptions      = 100   // reference/block-kit/block-elements/select-menu-element
	maxOption       = 75    // reference/block-kit/composition-objects/option-object: text and description
	maxOptionValue  = 150   // reference/block-kit/composition-objects/option-object
	maxConfirmTitle = 100   // reference/block-kit/composition-objects/confirmation-dialog-object
	maxConfirmText  = 300   // likewise
	maxConfirmYes   = 30    // likewise
	maxViewTitle    = 24    // reference/views
	maxViewButton   = 24    // reference/views: submit and close
	maxViewData     = 3000  // reference/views: private_metadata
	maxCallback     = 255   // reference/views: callback_id
	maxLabel        = 2000  // reference/block-kit/blocks/input-block: label and hint
	maxInput        = 3000  // reference/block-kit/block-elements/plain-text-input-element: max_length
	maxWrong        = 1000  // ours, what stands beside a field of a form: Slack states no limit
	maxAck          = 15000 // apis/events-api/using-socket-mode: answers of 20 KB go unheard; in bytes, with a margin

	// maxJSON is ours: Slack answers msg_blocks_too_long at some 13,200
	// characters of blocks, though each of them is legal (bolt-js #2509).
	maxJSON = 10000
	// maxFallback is ours: chat.postMessage advises 4,000 characters of text,
	// and this text is shown in notifications only.
	maxFallback = 3000
	// perRow is ours: Slack takes 25 elements in a row and wraps them.
	perRow = 5
	// maxPings is ours, Slack states none: a hundred mentions, each in a line
	// of a list, take half of maxJSON.
	maxPings = 100
)

// cut shortens s to n characters, the last of which then is "…".
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
