package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"animo/storage"
	"animo/storage/sqlite"
)

// hold opens the file and keeps it until it is killed.
func hold(path string) error {
	s, err := sqlite.Open(context.Background(), path)
	if err != nil {
		return err
	}
	fmt.Println("open")
	_, err = bufio.NewReader(os.Stdin).ReadString('\n')
	return errors.Join(err, s.Close())
}

func TestASecondProcessIsRefusedAndToldWhoIsFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "animo.db")
	first := command("hold", path)
	in, err := first.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	out, err := first.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "open\n" {
		t.Fatalf("the first process says %q, %v", line, err)
	}
	_, err = sqlite.Open(t.Context(), path)
	refused(t, err, first.Process.Pid)

	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()
	openFile(t, path)
}

func refused(t *testing.T, err error, pid int) {
	t.Helper()
	if !errors.Is(err, storage.ErrBusy) {
		t.Fatalf("the second was not refused as busy: %v", err)
	}
	host, _ := os.Hostname()
	if want := fmt.Sprintf("animo.db is in use by process %d on %s since 2", pid, host); !strings.Contains(err.Error(), want) {
		t.Fatalf("%q does not say %q", err, want)
	}
}

func TestAnotherNameForTheFileIsTheSameFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "animo.db")
	s := openFile(t, path)
	link := filepath.Join(dir, "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	_, err := sqlite.Open(t.Context(), link)
	refused(t, err, os.Getpid())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	openFile(t, link)
}

func TestARefusedSecondDoesNotFreeTheFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "animo.db")
	openFile(t, path)
	for range 3 {
		_, err := sqlite.Open(t.Context(), path)
		refused(t, err, os.Getpid())
	}
}
