package discord

import (
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"animo/bot/chat"
)

// rendered is a card as Discord takes it.
type rendered struct {
	components []discordgo.MessageComponent
	mentions   *discordgo.MessageAllowedMentions
}

// noteRoom is kept free for saying what was left out.
const noteRoom = 60

// crowded is how many components a card may want before texts that stand
// together share one.
const crowded = 34

// render turns a card into Components V2. It is total: whatever the card
// holds, Discord takes the result, and what had to be left out is counted at
// its end. key, if any, becomes the id by which Find knows the message.
func render(c chat.Card, key string, files []chat.File) rendered {
	r := &renderer{
		left: budget{chars: maxText - noteRoom, bytes: maxTextBytes - noteRoom},
		room: maxComponents - 2, // the container and the note
	}
	if c.Thumb != nil {
		r.room -= 2 // the section and the picture
	}
	top := r.pings(c)
	r.rows = layControls(c, &r.out)
	for _, row := range r.rows {
		r.room -= row.cost()
	}
	r.crowded = len(c.Blocks)+maxComponents-2-r.room > crowded
	uploads := r.uploads(c, files)
	for i, b := range c.Blocks {
		r.block(i, b)
	}
	r.thumb(c.Thumb)
	r.note()
	box := discordgo.Container{Components: r.components(), ID: messageID(key)}
	if c.Accent > 0 && c.Accent <= 0xFFFFFF {
		box.AccentColor = &c.Accent
	}
	out := append(top, box)
	return rendered{components: append(out, uploads...), mentions: allowed(c.Pings)}
}

// messageID turns a key into a component id, 0 for none. Ids that Discord gives
// by itself are small (docs: components/reference#anatomy-of-a-component).
func messageID(key string) int {
	if key == "" {
		return 0
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(key))
	return int(h.Sum32()&(1<<30-1) | 1<<30)
}

// renderer builds one card.
type renderer struct {
	left    budget
	room    int // components left
	out     int // things left out
	crowded bool
	full    bool // text did not fit; what follows is left out
	pieces  []piece
	rows    []row
}

// piece is one component of the container, a text if component is nil.
type piece struct {
	text      string
	component discordgo.MessageComponent
}

func (r *renderer) block(i int, b chat.Block) {
	switch b.Kind {
	case chat.BlockControls:
		for _, row := range r.rows {
			if row.block == i {
				r.pieces = append(r.pieces, piece{component: row.component()})
			}
		}
	case chat.BlockDivider:
		r.add(discordgo.Separator{}, 0)
	case chat.BlockImage:
		r.image(b.Image)
	default:
		r.text(b)
	}
}

// add adds a component, or counts n things as left out.
func (r *renderer) add(c discordgo.MessageComponent, n int) {
	if r.room < 1 {
		r.out += n
		return
	}
	r.room--
	r.pieces = append(r.pieces, piece{component: c})
}

func (r *renderer) image(img *chat.Image) {
	if img == nil {
		return
	}
	item, ok := media(img)
	if !ok {
		r.text(chat.Paragraph(chat.Words("[" + img.Alt + "]")))
		return
	}
	r.add(discordgo.MediaGallery{Items: []discordgo.MediaGalleryItem{item}}, 1)
}

func media(img *chat.Image) (discordgo.MediaGalleryItem, bool) {
	address := webAddress(img.URL)
	if name, ok := strings.CutPrefix(img.URL, "attachment://"); ok {
		address = "attachment://" + fileName(name)
	}
	if address == "" || length(address) > 2048 {
		return discordgo.MediaGalleryItem{}, false
	}
	item := discordgo.MediaGalleryItem{Media: discordgo.UnfurledMediaItem{URL: address}}
	if alt := cut(img.Alt, maxAltText); alt != "" {
		item.Description = &alt
	}
	return item, true
}

// text adds a block of words. Text that stands behind text joins it where
// components are scarce.
func (r *renderer) text(b chat.Block) {
	last := len(r.pieces) - 1
	joins := last >= 0 && r.pieces[last].component == nil && (r.crowded || r.room < 1)
	if r.full || (r.room < 1 && !joins) {
		r.out += size(b)
		return
	}
	w := newWriter(&r.left, "\n")
	if joins {
		w.raw("\n")
		w.place = place{}
	}
	r.write(w, b)
	s := w.b.String()
	switch {
	case strings.TrimSpace(s) == "":
	case joins:
		r.pieces[last].text += s
	default:
		r.room--
		r.pieces = append(r.pieces, piece{text: s})
	}
}

// size is how many things a block holds, for counting what is left out.
func size(b chat.Block) int {
	switch b.Kind {
	case chat.BlockList:
		return len(b.Items)
	case chat.BlockFields:
		return len(b.Fields)
	}
	return 1
}

func (r *renderer) write(w *writer, b chat.Block) {
	switch b.Kind {
	case chat.BlockHeading:
		w.newline = " "
		r.whole(w, "## ", b.Line)
	case chat.BlockNote:
		w.newline = "\n-# "
		r.whole(w, "-# ", b.Line)
	case chat.BlockFields:
		r.each(w, len(b.Fields), func(i int) {
			w.styled(0, "**", chat.Words(b.Fields[i].Label))
			w.raw(" · ")
			w.line(b.Fields[i].Value)
		})
	case chat.BlockList:
		w.newline = "\n  "
		r.each(w, len(b.Items), func(i int) {
			bullet := "- "
			if b.Ordered {
				bullet = b.Bullet(i)
			}
			w.raw(bullet)
			w.place = place{}
			w.line(b.Items[i])
		})
	default:
		r.whole(w, "", b.Line)
	}
}

// whole writes a line behind its prefix, as much of it as fits.
func (r *renderer) whole(w *writer, prefix string, l chat.Line) {
	if strings.TrimSpace(l.Plain()) == "" {
		return
	}
	w.raw(prefix)
	w.place = place{}
	w.line(l)
	if w.full {
		r.full = true
		w.b.WriteString("…")
	}
}

// each writes items on lines of their own, as many as fit. The first is cut
// rather than left out.
func (r *renderer) each(w *writer, n int, item func(int)) {
	for i := range n {
		undo := w.mark()
		if i > 0 {
			w.raw("\n")
		}
		w.place = place{}
		item(i)
		if !w.full {
			continue
		}
		r.full = true
		r.out += n - i
		if i > 0 {
			undo()
		} else {
			r.out--
			w.b.WriteString("…")
		}
		return
	}
}

// thumb puts a picture beside the first text.
func (r *renderer) thumb(img *chat.Image) {
	if img == nil {
		return
	}
	item, ok := media(img)
	if !ok {
		r.out++
		return
	}
	if len(r.pieces) == 0 || r.pieces[0].component != nil {
		r.pieces = append([]piece{{component: discordgo.MediaGallery{Items: []discordgo.MediaGalleryItem{item}}}}, r.pieces...)
		return
	}
	r.pieces[0].component = discordgo.Section{
		Components: []discordgo.MessageComponent{discordgo.TextDisplay{Content: r.pieces[0].text}},
		Accessory:  discordgo.Thumbnail{Media: item.Media, Description: item.Description},
	}
}

func (r *renderer) note() {
	switch {
	case r.out > 0:
		r.pieces = append(r.pieces, piece{text: fmt.Sprintf("-# … (+%d)", r.out)})
	case len(r.pieces) == 0:
		r.pieces = append(r.pieces, piece{text: "…"})
	}
}

func (r *renderer) components() []discordgo.MessageComponent {
	out := make([]discordgo.MessageComponent, len(r.pieces))
	for i, p := range r.pieces {
		out[i] = p.component
		if p.component == nil {
			out[i] = discordgo.TextDisplay{Content: p.text}
		}
	}
	return out
}
