package proof_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestAProofOfLongAgoIsStillVerified reads a proof from a file. Proofs are in
// people's hands: this one must be verified by every version to come, and the
// same draw written the same way by all that write form 1.
func TestAProofOfLongAgoIsStillVerified(t *testing.T) {
	name := filepath.Join("testdata", "form1.jsonl")
	if *update {
		if err := os.WriteFile(name, small(t).file(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if r := verified(t, file); !r.Verified() {
		t.Error(r.Faults())
	}
	if !bytes.Equal(file, small(t).file()) {
		t.Errorf("the draw of %s is written in another way", name)
	}
}
