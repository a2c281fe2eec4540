package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"animo/storage/backup"
)

const (
	meterAfter = time.Second     // what is quicker needs none
	meterEvery = 5 * time.Second // a line, where there is no terminal
)

// meter shows how far a long work has come: as a bar on a terminal, else as a
// line now and then.
type meter struct {
	w     io.Writer
	now   func() time.Time
	what  string
	of    int64 // records in all, -1 if that is not known
	next  time.Time
	live  bool // w is a terminal
	bar   *progressbar.ProgressBar
	ticks int
}

func newMeter(s streams, what string, of int64) *meter {
	f, ok := s.err.(*os.File)
	m := &meter{w: s.err, now: s.now, what: what, of: of, next: s.now().Add(meterAfter)}
	m.live = ok && term.IsTerminal(int(f.Fd()))
	return m
}

// show is a function for backup's options.
func (m *meter) show(p backup.Progress) {
	const rarely = 256 // a record takes less time than a look at the clock and a drawing
	if m.ticks++; m.ticks%rarely == 0 {
		m.at(p.Records, string(p.Tenant))
	}
}

// at shows how many records are done, and at work on what.
func (m *meter) at(records int64, on string) {
	now := m.now()
	if now.Before(m.next) {
		return
	}
	if m.live {
		m.draw(records)
		return
	}
	m.next = now.Add(meterEvery)
	of := ""
	if m.of >= 0 {
		of = fmt.Sprintf(" of %d", m.of)
	}
	fmt.Fprintf(m.w, "%s: %d%s records, now %s\n", m.what, records, of, on)
}

func (m *meter) draw(records int64) {
	if m.bar == nil {
		m.bar = progressbar.NewOptions64(m.of, progressbar.OptionSetWriter(m.w), progressbar.OptionSetDescription(m.what),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("records"),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetSpinnerChangeInterval(0),
			progressbar.OptionClearOnFinish())
	}
	_ = m.bar.Set64(records) // a terminal that is gone does not stop the work
}

// end takes the bar away.
func (m *meter) end() {
	if m.bar != nil {
		_ = m.bar.Finish()
	}
}
