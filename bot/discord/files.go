package discord

import (
	"bytes"
	"strings"

	"github.com/bwmarrin/discordgo"

	"animo/bot/chat"
)

// attachments turns files into what discordgo uploads.
func attachments(files []chat.File) []*discordgo.File {
	out := make([]*discordgo.File, 0, len(files))
	for _, f := range files[:min(len(files), maxFiles)] {
		out = append(out, &discordgo.File{Name: fileName(f.Name), ContentType: f.Type, Reader: bytes.NewReader(f.Data)})
	}
	return out
}

// fileName keeps what Discord keeps of a name, so that a component can point
// at the file (docs: reference#uploading-files).
func fileName(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
			return r
		}
		return '_'
	}, s)
	if strings.Trim(s, ".") == "" {
		return "file"
	}
	return s
}

// uploads returns the components that show files which the card itself does
// not show, since a card's message shows no attachment by itself.
func (r *renderer) uploads(c chat.Card, files []chat.File) []discordgo.MessageComponent {
	shown := make(map[string]bool)
	for _, b := range c.Blocks {
		if b.Image != nil {
			shown[b.Image.URL] = true
		}
	}
	var out []discordgo.MessageComponent
	for i, f := range files {
		if i >= maxFiles || r.room < 1 {
			r.out++
			continue
		}
		if shown["attachment://"+f.Name] {
			continue
		}
		r.room--
		item := discordgo.UnfurledMediaItem{URL: "attachment://" + fileName(f.Name)}
		if strings.HasPrefix(f.Type, "image/") {
			out = append(out, discordgo.MediaGallery{Items: []discordgo.MediaGalleryItem{{Media: item}}})
		} else {
			out = append(out, discordgo.FileComponent{File: item})
		}
	}
	return out
}
