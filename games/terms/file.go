package terms

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"strings"
)

// File is a Markdown file, deflated: a state that holds pages in two languages
// is read at each press.
type File []byte

// pack cannot fail: the level is one there is, and a buffer takes everything.
func pack(text string) File {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestCompression)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.Bytes()
}

func (f File) unpack() (string, error) {
	var b strings.Builder
	if _, err := io.Copy(&b, flate.NewReader(bytes.NewReader(f))); err != nil {
		return "", fmt.Errorf("unpack a rules page: %w", err)
	}
	return b.String(), nil
}
