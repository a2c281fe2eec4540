package telemetry

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// New returns a logger that writes to w as "json" or "text", from level on
// ("debug", "info", "warn", "error"; anything else is info). Each secret, also
// in the spellings that quoting, URLs and base64 give it, is written as
// "[secret]". Secrets of fewer than 4 characters are not looked for: they
// would hit ordinary words.
func New(w io.Writer, format, level string, secrets ...string) *slog.Logger {
	var least slog.Level
	if err := least.UnmarshalText([]byte(level)); err != nil {
		least = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: least}
	w = redact(w, secrets)
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// shortest is the length of the shortest secret that is looked for.
const shortest = 4

// redact returns a writer that leaves the secrets out of each write. The
// handlers of slog write a line at a time, so none is cut in two.
func redact(w io.Writer, secrets []string) io.Writer {
	var spellings []string
	for _, s := range secrets {
		if len(s) >= shortest {
			spellings = append(spellings, spell(s)...)
		}
	}
	if len(spellings) == 0 {
		return w
	}
	// The replacer takes the first that fits: a secret that begins with
	// another must come before it.
	slices.SortFunc(spellings, func(a, b string) int {
		return cmp.Or(len(b)-len(a), strings.Compare(a, b))
	})
	var pairs []string
	for _, s := range slices.Compact(spellings) {
		pairs = append(pairs, s, "[secret]")
	}
	return &redactor{w: w, replacer: strings.NewReplacer(pairs...)}
}

// spell returns the secret as it may stand in a line: also quoted, and quoted
// once more, as JSON inside of a text is.
func spell(s string) []string {
	out := []string{url.QueryEscape(s), url.PathEscape(s), (&url.URL{Path: s}).EscapedPath(), base64.StdEncoding.EncodeToString([]byte(s))}
	for _, once := range quote(s) {
		out = append(append(out, once), quote(once)...)
	}
	return out
}

// quote returns s as it is and as Go and JSON escape it.
func quote(s string) []string {
	out := []string{s, inner(strconv.Quote(s))}
	if j, err := json.Marshal(s); err == nil {
		out = append(out, inner(string(j)))
	}
	return out
}

// inner takes off the quotes around a text.
func inner(quoted string) string { return quoted[1 : len(quoted)-1] }

type redactor struct {
	w        io.Writer
	replacer *strings.Replacer
}

// Write passes p on without the secrets; it reports len(p), as what it wrote
// has another length.
func (r *redactor) Write(p []byte) (int, error) {
	// One write for one line: whoever shares w must not come in between.
	if _, err := io.WriteString(r.w, r.replacer.Replace(string(p))); err != nil {
		return 0, fmt.Errorf("write log: %w", err)
	}
	return len(p), nil
}
