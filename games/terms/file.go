package terms

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"strings"
)

// File is a Markdown file, deflated with that of version 1 as its dictionary: a
// state is read at each press, and later versions differ by a few words.
type File []byte

// pack cannot fail: the level is one there is, and a buffer takes everything.
func pack(text, first string) File {
	var b bytes.Buffer
	w, _ := flate.NewWriterDict(&b, flate.BestCompression, []byte(first))
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.Bytes()
}

func (f File) unpack(first string) (string, error) {
	var b strings.Builder
	if _, err := io.Copy(&b, flate.NewReaderDict(bytes.NewReader(f), []byte(first))); err != nil {
		return "", fmt.Errorf("unpack a rules page: %w", err)
	}
	return b.String(), nil
}
