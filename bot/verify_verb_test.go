package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"animo/bot/app"
	"animo/bot/chat"
	"animo/games/proof"
)

// proofOf writes the proof of a draw among some members.
func proofOf(t *testing.T, title string, entrants int) []byte {
	t.Helper()
	const instance = "K7QX2M9P"
	seed := proof.Seed{1, 2, 3}
	r, err := proof.NewRanking(seed, instance, proof.Wanted{Winners: []int{2}, OneWin: true})
	if err != nil {
		t.Fatal(err)
	}
	each := func(yield func(proof.Entry, error) bool) {
		for n := range entrants {
			if !yield(proof.Entry{Member: chat.MemberID(fmt.Sprintf("slack:T1/U%d", n)), Tickets: 1 + n%3}, nil) {
				return
			}
		}
	}
	for e := range each {
		if err := r.Add(e.Member, e.Tickets); err != nil {
			t.Fatal(err)
		}
	}
	var picks []proof.Pick
	for _, c := range r.Best(1) {
		picks = append(picks, c.Pick(proof.Won, ""))
	}
	at := time.Date(2026, 3, 1, 18, 0, 0, 0, time.UTC)
	var out bytes.Buffer
	err = proof.Write(&out, proof.Header{
		Instance: instance, Title: title, Lots: []proof.Lot{{Title: title, Winners: 2}}, OneWin: true, Seed: seed,
		Sum: r.Sum(), Opened: at, Closed: at, Drawn: at,
	}, each, []proof.Round{{Number: 1, Lot: 1, At: at, Reason: proof.AtEnd, Winners: 2, Picks: picks}})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// verifying runs animo verify on a file.
func verifying(t *testing.T, file []byte, now func() time.Time, flags ...string) (code int, out, said string) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "proof.jsonl")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), append(append([]string{"verify"}, flags...), name), streams{out: &stdout, err: &stderr, now: now}, app.Options{})
	return code, stdout.String(), stderr.String()
}

func TestAProofIsVerifiedInPlainWords(t *testing.T) {
	file := proofOf(t, "A month of tea", 50)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write(file)
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	for _, file := range [][]byte{file, packed.Bytes()} {
		code, out, said := verifying(t, file, time.Now, "--member", "slack:T1/U4")
		if code != exitWell || said != "" {
			t.Fatalf("code %d: %s%s", code, out, said)
		}
		for _, want := range []string{
			"Verified: ", "Compare these", proof.Seed{1, 2, 3}.String(), proof.Seed{1, 2, 3}.Commitment().String(),
			"lot 1 (A month of tea), round 1: slack:T1/U", "slack:T1/U4 is in the list, line 6, with 2 tickets",
			"What this shows", "The seed was fixed", "What it does not show", "That the list is complete",
		} {
			if !strings.Contains(out, want) {
				t.Errorf("%q is missing in\n%s", want, out)
			}
		}
		if strings.Contains(out, "WRONG") || strings.Contains(out, "proof.check") {
			t.Error(out)
		}
	}
}

func TestAProofThatDoesNotHoldEndsInOne(t *testing.T) {
	file := proofOf(t, "Tea", 50)
	for name, row := range map[string]struct {
		file []byte
		says []string
	}{
		"a ticket": {bytes.Replace(file, []byte(`"tickets":2`), []byte(`"tickets":3`), 1), []string{"lines 2 to 51: the list’s digest is", "line 55: the SHA-256"}},
		"the seed": {bytes.Replace(file, []byte(`"seed":"01`), []byte(`"seed":"02`), 1), []string{"line 1: the SHA-256 of the seed is", "is next in rank"}},
		"a line":   {bytes.Replace(file, []byte(`"tickets":2`), []byte(`"tick`), 1), []string{"line 3: this is no entrant", "not checked"}},
		"half":     {file[:len(file)/2], []string{"the file ends in the middle"}},
		"a page":   {[]byte("<html>\x1b[31m\n"), []string{"line 1: this is no proof of a draw; one begins with {\"animo_proof\":1"}},
	} {
		code, out, said := verifying(t, row.file, time.Now)
		if code != exitFailed || said != "" || !strings.HasPrefix(out, "Not verified") || strings.Contains(out, "Compare these") {
			t.Errorf("%s: code %d: %s%s", name, code, out, said)
		}
		for _, want := range row.says {
			if !strings.Contains(out, want) {
				t.Errorf("%s: %q is missing in\n%s", name, want, out)
			}
		}
	}
}

func TestAProofIsVerifiedInFrench(t *testing.T) {
	if code, out, _ := verifying(t, proofOf(t, "Thé", 3), time.Now, "--language", "fr"); code != exitWell || !strings.HasPrefix(out, "Vérifié") || !strings.Contains(out, "tirage n°\u00a01") {
		t.Errorf("code %d: %s", code, out)
	}
}

func TestWordsOfAProofCannotDriveTheTerminal(t *testing.T) {
	code, out, _ := verifying(t, proofOf(t, "Tea\x1b[2J\u202e\r 👩\u200d🍳", 3), time.Now, "--member", "\x1b]0;x\a")
	if code != exitWell || strings.ContainsAny(out, "\x1b\r\a\u202e") || !strings.Contains(out, "👩\u200d🍳") {
		t.Errorf("code %d: %q", code, out)
	}
}

func TestVerifyingWithoutAFileIsWrongUse(t *testing.T) {
	folder := t.TempDir()
	for _, args := range [][]string{
		{}, {filepath.Join(folder, "gone.jsonl")}, {folder}, {"a", "b"}, {"--language", "de", "a"},
	} {
		var stdout, stderr bytes.Buffer
		code := run(context.Background(), append([]string{"verify"}, args...), streams{out: &stdout, err: &stderr, now: time.Now}, app.Options{})
		if code != exitUsage || stdout.Len() > 0 || stderr.Len() == 0 {
			t.Errorf("%v: code %d: %s%s", args, code, stdout.String(), stderr.String())
		}
	}
}

func TestALongVerificationShowsHowFarItIs(t *testing.T) {
	now := time.Unix(0, 0)
	code, out, said := verifying(t, proofOf(t, "Tea", 50_000), func() time.Time {
		now = now.Add(2 * time.Second)
		return now
	})
	if code != exitWell || !strings.Contains(said, "verifying: ") || !strings.Contains(said, " of 50000 records, now the list") {
		t.Errorf("code %d: %s%s", code, out, said)
	}
}

func TestAVerificationStopsWhenItIsTold(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	name := filepath.Join(t.TempDir(), "proof.jsonl")
	if err := os.WriteFile(name, proofOf(t, "Tea", 10_000), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if code := run(ctx, []string{"verify", name}, streams{out: &stdout, err: &stderr, now: time.Now}, app.Options{}); code != exitFailed || stdout.Len() > 0 {
		t.Errorf("code %d: %s%s", code, stdout.String(), stderr.String())
	}
}
