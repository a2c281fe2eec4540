package chat

import (
	"fmt"
	"strings"
)

// Plain renders the card as plain text: for logs and notifications, for
// clients that show nothing else, and for tests.
func (c Card) Plain() string {
	var parts []string
	for _, b := range c.Blocks {
		if s := b.plain(); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, "\n")
}

func (b Block) plain() string {
	switch b.Kind {
	case BlockFields:
		return b.plainFields()
	case BlockList:
		return b.plainList()
	case BlockDivider:
		return "----"
	case BlockImage:
		if b.Image == nil {
			return ""
		}
		return "[" + b.Image.Alt + "]"
	case BlockControls:
		return b.plainControls()
	default:
		return b.Line.Plain()
	}
}

func (b Block) plainFields() string {
	lines := make([]string, len(b.Fields))
	for i, f := range b.Fields {
		lines[i] = f.Label + " · " + f.Value.Plain()
	}
	return strings.Join(lines, "\n")
}

func (b Block) plainList() string {
	lines := make([]string, len(b.Items))
	for i, item := range b.Items {
		lines[i] = b.Bullet(i) + item.Plain()
	}
	return strings.Join(lines, "\n")
}

// Bullet returns what stands before item i of a list, a space included.
func (b Block) Bullet(i int) string {
	if !b.Ordered {
		return "• "
	}
	return fmt.Sprintf("%d. ", max(b.First, 1)+i)
}

func (b Block) plainControls() string {
	labels := make([]string, 0, len(b.Controls))
	for _, c := range b.Controls {
		label := c.Label
		if label == "" {
			label = c.Placeholder
		}
		labels = append(labels, "["+label+"]")
	}
	return strings.Join(labels, " ")
}
