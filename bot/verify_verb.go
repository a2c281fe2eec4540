package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games/proof"
)

type verifyVerb struct {
	Language string `help:"Language of the report: ${enum}." enum:"en,fr" default:"en"`
	Member   string `help:"Also look for this member in the list, by an id such as discord:42." placeholder:"ID"`
	File     string `arg:"" help:"Proof file of a draw, compressed with gzip or not." type:"path"`
}

// Run reads nothing but the file. The exit code says whether the proof holds.
func (v verifyVerb) Run(ctx context.Context, s streams) (err error) {
	f, err := v.open()
	if err != nil {
		return usageError{err}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	texts, err := i18n.New()
	if err != nil {
		return err
	}
	work := newMeter(s, "verifying", -1)
	report, err := proof.Verifier{
		Member: chat.MemberID(v.Member),
		Progress: func(lines, entrants int64) error {
			work.of = max(lines, entrants)
			on := "the list"
			if lines > entrants {
				on = "the rounds"
			}
			work.at(lines, on)
			return ctx.Err()
		},
	}.Verify(f)
	work.end()
	if err != nil {
		return fmt.Errorf("verify %s: %w", v.File, err)
	}
	if err := tell(s.out, texts.Printer(chat.Language(v.Language)), report); err != nil {
		return err
	}
	if !report.Verified() {
		return errUnwell
	}
	return nil
}

func (v verifyVerb) open() (*os.File, error) {
	f, err := os.Open(v.File)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || info.IsDir() {
		return nil, errors.Join(err, fmt.Errorf("%s is no file", v.File), f.Close())
	}
	return f, nil
}

// tell prints a report.
func tell(w io.Writer, p i18n.Printer, r proof.Report) error {
	out := &page{to: bufio.NewWriter(w)}
	out.line("", r.Verdict().Line(p).Plain())
	out.line("", "")
	checks(out, p, r)
	if r.Own != nil {
		out.line("", "")
		out.line("", r.Own.Sentence().Line(p).Plain())
	}
	out.line("", "")
	if !r.Verified() {
		said(out, "", p, r.Shows())
		return out.to.Flush()
	}
	anchors(out, p, r)
	winners(out, p, r)
	out.line("", p.Text("proof.title.shows"))
	said(out, "  - ", p, r.Shows())
	out.line("", "")
	out.line("", p.Text("proof.title.shows_not"))
	said(out, "  - ", p, r.ShowsNot())
	return out.to.Flush()
}

func said(out *page, indent string, p i18n.Printer, sentences []proof.Sentence) {
	for _, s := range sentences {
		out.line(indent, s.Line(p).Plain())
	}
}

func checks(out *page, p i18n.Printer, r proof.Report) {
	for _, c := range r.Checks {
		outcome := p.Text("proof.outcome." + string(c.Outcome))
		out.line("", fmt.Sprintf("%-12s %s", outcome, c.Line(p).Plain()))
		for _, f := range c.Faults {
			out.line("    ", f.Line(p).Plain())
		}
		if c.More > 0 {
			out.line("    ", p.Text("proof.more_faults", i18n.Count(int64(c.More))))
		}
	}
}

func anchors(out *page, p i18n.Printer, r proof.Report) {
	out.line("", p.Text("proof.title.compare"))
	for _, a := range r.Anchors() {
		out.line("  ", a.Line(p).Plain())
		out.line("    ", a.Value)
	}
	out.line("", "")
}

func winners(out *page, p i18n.Printer, r proof.Report) {
	out.line("", p.Text("proof.title.winners"))
	for _, w := range r.Winners {
		out.line("  ", r.WinnerSentence(w, chat.T(string(w.Member))).Line(p).Plain())
	}
	if len(r.Winners) == 0 {
		out.line("  ", p.Text("proof.nobody_won"))
	}
	out.line("", "")
}

// page prints lines, without what a terminal would obey: words of the file are
// among them. Its errors come with the flush.
type page struct{ to *bufio.Writer }

func (o *page) line(indent, text string) {
	text = strings.Map(func(c rune) rune {
		const joiner = '\u200d' // of emoji
		if unicode.IsControl(c) || unicode.Is(unicode.Cf, c) && c != joiner {
			return unicode.ReplacementChar
		}
		return c
	}, text)
	fmt.Fprintln(o.to, indent+text)
}
