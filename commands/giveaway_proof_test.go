package commands_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/games/giveaway"
	"animo/games/proof"
)

func TestAnybodyMayVerifyADraw(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.opens("Nitro")
		got := s.types(s.member("m1"), "giveaway verify", "id", id)
		s.holds(got, s.in("not drawn yet", "n’a pas encore eu lieu"))
		s.enters(id, "m1", "m2", "m3", "m4")
		s.pass(3 * time.Hour)

		got = s.types(s.member("m1"), "giveaway verify", "id", id)
		s.holds(got, s.in("Verified", "Vérifié"), s.in("You are on line", "Vous figurez à la ligne"))
		if got.Public || len(got.Files) != 1 {
			t.Fatalf("public %v, %d files", got.Public, len(got.Files))
		}
		again := s.presses(s.member("stranger"), chat.Act(giveaway.ProofFamily, giveaway.VerbVerify, id))
		s.holds(again, s.in("You are not in the list", "Vous ne figurez pas"))

		file := got.Files[0].Data
		report, err := proof.Verify(bytes.NewReader(file))
		must(t, err)
		if !report.Verified() || len(report.Winners) != 1 || report.Header.Entrants != 4 {
			t.Errorf("%+v", report)
		}
		text := unpacked(t, file)
		report, err = proof.Verify(strings.NewReader(strings.Replace(text, `"verdict":"won"`, `"verdict":"left"`, 1)))
		must(t, err)
		if report.Verified() {
			t.Error("a changed proof is verified")
		}
	})
}

func unpacked(t *testing.T, file []byte) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(file))
	must(t, err)
	text, err := io.ReadAll(z)
	must(t, err)
	return string(text)
}

// The announcement names what the proof must be compared with, and so does the
// opening card.
func TestWhatBindsADrawStandsInPublic(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.opens("Nitro")
		s.enters(id, "m1", "m2")
		s.pass(3 * time.Hour)
		got := s.types(s.member("m1"), "giveaway verify", "id", id)
		report, err := proof.Verify(bytes.NewReader(got.Files[0].Data))
		must(t, err)
		var public strings.Builder
		for _, p := range s.posts("general") {
			public.WriteString(p.Message.Card.Plain())
		}
		for _, a := range report.Anchors() {
			if !strings.Contains(public.String(), a.Value) {
				t.Errorf("%s does not stand in public:\n%s", a.Value, public.String())
			}
		}
	})
}
