package backup

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/iotest"
)

func TestAFileThatIsNoBackupIsRefused(t *testing.T) {
	for name, file := range map[string]string{
		"empty": "", "a letter": "Dear diary,\n", "a byte": "\x1f", "a database": "SQLite format 3\x00 and so on and on",
		"another archive": string(packed(t, "Dear diary,\n")), "other lines": string(packed(t, `{"begin":"x"}`+"\n")),
	} {
		for _, passphrase := range []string{"", "secret"} {
			if _, err := check(t, []byte(file), passphrase); !errors.Is(err, ErrNoBackup) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestTheWrongPassphraseIsRefused(t *testing.T) {
	file := written(t, furnished(t), "correct horse")
	_, err := check(t, file, "")
	wants(t, err, ErrEncrypted)
	_, err = check(t, file, "wrong horse")
	wants(t, err, ErrPassphrase)
	_, err = check(t, written(t, furnished(t), ""), "one that is not needed")
	must(t, err)
}

func TestAFileOfANewerVersionIsRefused(t *testing.T) {
	text := strings.Replace(plain(t, written(t, furnished(t), "")), `"version":1`, `"version":2,"more":true`, 1)
	_, err := check(t, packed(t, strings.Replace(text, `"program":"v1"`, `"program":"v9"`, 1)), "")
	wants(t, err, ErrNewer, "v9", "format 2", "up to 1")
}

// However a file is cut, it is refused, and by Check before anything is
// written.
func TestACutFileIsRefused(t *testing.T) {
	for _, passphrase := range []string{"", "correct horse"} {
		file := written(t, furnished(t), passphrase)
		for n := range len(file) {
			if n > 300 && n%29 != 0 { // past age's header and gzip's one place is like another
				continue
			}
			_, err := check(t, file[:n], passphrase)
			if !errors.Is(err, ErrCut) && !errors.Is(err, ErrDamaged) && (n > len(ageMagic) || !errors.Is(err, ErrNoBackup)) {
				t.Fatalf("cut at %d of %d: %v", n, len(file), err)
			}
			if passphrase == "" && n > len(ageMagic) && !errors.Is(err, ErrCut) {
				t.Fatalf("cut at %d of %d: %v", n, len(file), err)
			}
		}
	}
}

func TestADamagedFileIsRefused(t *testing.T) {
	const gzipHeader = 10 // in which a time and a name of a system mean nothing
	for _, passphrase := range []string{"", "correct horse"} {
		file := written(t, furnished(t), passphrase)
		for range 100 {
			bad := bytes.Clone(file)
			at := gzipHeader + rand.IntN(len(bad)-gzipHeader)
			bad[at] ^= 1 << rand.IntN(8)
			if _, err := check(t, bad, passphrase); err == nil {
				t.Fatalf("byte %d of %d is damaged, and nobody saw it", at, len(file))
			} else if errors.Is(err, io.EOF) {
				t.Fatalf("byte %d of %d: %v", at, len(file), err)
			}
		}
		if _, err := check(t, append(bytes.Clone(file), "more"...), passphrase); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrCut) {
			t.Errorf("with more at its end: %v", err)
		}
	}
}

// A file that was mended by hand fits gzip's checksum, and not its own.
func TestLinesThatDoNotAddUpAreRefused(t *testing.T) {
	text := plain(t, written(t, furnished(t), ""))
	lines := strings.SplitAfter(text, "\n")
	without := func(n int) string { return strings.Join(lines[:n], "") + strings.Join(lines[n+1:], "") }
	swapped := strings.Replace(text, `"key":"9"`, `"key":"swap"`, 1)
	swapped = strings.Replace(strings.Replace(swapped, `"key":"7"`, `"key":"9"`, 1), `"key":"swap"`, `"key":"7"`, 1)
	for name, bad := range map[string]string{
		"a line is gone":         without(2),
		"a beginning is gone":    without(1),
		"an end is gone":         without(5),
		"a line comes twice":     strings.Join(lines[:3], "") + lines[2] + strings.Join(lines[3:], ""),
		"a number is another":    strings.Replace(text, `"votes":3`, `"votes":4`, 1),
		"a counter is another":   strings.Replace(text, `"value":5`, `"value":6`, 1),
		"a word is another":      strings.Replace(text, "member 7", "member x", 1),
		"a lane's order differs": swapped,
		"a field is unknown":     strings.Replace(text, `"kind":"space"`, `"kind":"space","more":1`, 1),
		"no JSON":                strings.Replace(text, `{"entry"`, `"entry"`, 1),
		"a total is another":     strings.Replace(text, `{"total":{"tenants":3`, `{"total":{"tenants":4`, 1),
		"more after the end":     text + lines[0],
		"a line without end":     strings.Join(lines[:9], "") + strings.Repeat("x", 3<<20),
	} {
		if bad == text {
			t.Fatalf("%s: nothing was changed", name)
		}
		_, err := check(t, packed(t, bad), "")
		if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "in line ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, n := range []int{1, 2, len(lines) - 2} {
		_, err := check(t, packed(t, strings.Join(lines[:n], "")), "")
		wants(t, err, ErrCut)
	}
}

func TestAnErrorOfReadingIsNoFaultOfTheFile(t *testing.T) {
	for _, passphrase := range []string{"", "correct horse"} {
		file := written(t, furnished(t), passphrase)
		for _, n := range []int{5, len(file) / 2, len(file) - 1} {
			r := io.MultiReader(bytes.NewReader(file[:n]), iotest.ErrReader(os.ErrDeadlineExceeded))
			_, err := Check(t.Context(), r, passphrase)
			wants(t, err, os.ErrDeadlineExceeded)
			if errors.Is(err, ErrDamaged) || errors.Is(err, ErrCut) {
				t.Error(err)
			}
		}
	}
}

func TestAFileThatCannotBeWrittenIsAnError(t *testing.T) {
	for _, passphrase := range []string{"", "correct horse"} {
		o := options
		o.Passphrase = passphrase
		for _, n := range []int{0, 100, 1000} {
			if _, err := Write(t.Context(), &full{n}, furnished(t), o); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("after %d bytes: %v", n, err)
			}
		}
	}
}

// full is a disk with some bytes left.
type full struct{ left int }

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, os.ErrDeadlineExceeded
	}
	return len(p), nil
}
