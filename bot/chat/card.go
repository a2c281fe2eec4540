package chat

// BlockKind says what a Block is.
type BlockKind string

// The blocks, from which a Card is made.
const (
	BlockHeading   BlockKind = "heading"   // Line, once per card as a rule
	BlockParagraph BlockKind = "paragraph" // Line
	BlockFields    BlockKind = "fields"    // Fields, label beside value
	BlockList      BlockKind = "list"      // Items; Ordered counts them from First
	BlockNote      BlockKind = "note"      // Line, small and pale
	BlockDivider   BlockKind = "divider"
	BlockImage     BlockKind = "image"    // Image, full width
	BlockControls  BlockKind = "controls" // Controls, in rows as the platform likes
)

// Field is a label with its value.
type Field struct {
	Label string `json:"label"`
	Value Line   `json:"value"`
}

// Image is a picture at a public https address.
type Image struct {
	URL string `json:"url"`
	Alt string `json:"alt"` // for those who cannot see it; never empty
}

// Block is one piece of a card. Make one with the functions below.
type Block struct {
	Kind     BlockKind `json:"k"`
	Line     Line      `json:"line,omitempty"`
	Fields   []Field   `json:"fields,omitempty"`
	Items    []Line    `json:"items,omitempty"`
	Ordered  bool      `json:"ordered,omitempty"`
	First    int       `json:"first,omitempty"` // number of the first item; 0 means 1
	Image    *Image    `json:"image,omitempty"`
	Controls []Control `json:"controls,omitempty"`
}

// Heading is a title.
func Heading(l Line) Block { return Block{Kind: BlockHeading, Line: l} }

// Paragraph is running text.
func Paragraph(l Line) Block { return Block{Kind: BlockParagraph, Line: l} }

// Fields are labels with their values.
func Fields(f ...Field) Block { return Block{Kind: BlockFields, Fields: f} }

// List is a list with bullets.
func List(items ...Line) Block { return Block{Kind: BlockList, Items: items} }

// Numbered is a list that counts from first.
func Numbered(first int, items ...Line) Block {
	return Block{Kind: BlockList, Items: items, Ordered: true, First: first}
}

// Note is small print.
func Note(l Line) Block { return Block{Kind: BlockNote, Line: l} }

// Divider is a rule across the card.
func Divider() Block { return Block{Kind: BlockDivider} }

// Picture is an image across the card.
func Picture(url, alt string) Block {
	return Block{Kind: BlockImage, Image: &Image{URL: url, Alt: alt}}
}

// Controls are buttons and menus.
func Controls(c ...Control) Block { return Block{Kind: BlockControls, Controls: c} }

// Pings lists who a message may notify. The zero value notifies nobody, even
// if the card mentions them.
type Pings struct {
	Members  []MemberID `json:"members,omitempty"`
	Roles    []RoleID   `json:"roles,omitempty"`
	Everyone bool       `json:"everyone,omitempty"` // the whole channel; needs an explicit choice of staff
}

// Card is a message as Animo means it.
type Card struct {
	// Accent is a colour as 0xRRGGBB; 0 leaves the platform's own. Where a
	// platform has no coloured cards it is left out.
	Accent int     `json:"accent,omitempty"`
	Thumb  *Image  `json:"thumb,omitempty"` // a small picture beside the first text
	Blocks []Block `json:"blocks"`
	Pings  Pings   `json:"pings,omitzero"`
}

// NewCard returns a card of these blocks.
func NewCard(blocks ...Block) Card { return Card{Blocks: blocks} }

// Say returns a card of one paragraph.
func Say(l Line) Card { return NewCard(Paragraph(l)) }

// With returns the card with more blocks behind it.
func (c Card) With(blocks ...Block) Card {
	out := make([]Block, 0, len(c.Blocks)+len(blocks))
	c.Blocks = append(append(out, c.Blocks...), blocks...)
	return c
}
