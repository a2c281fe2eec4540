package sqlite

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"animo/storage"
)

// fileLock is this process's right to the file. It is a lock of the
// operating system on a file beside it, so that it ends with the process
// even if that is killed; the file stays, since removing it would let two
// processes hold locks on two files of one name.
type fileLock struct {
	file *os.File
}

// busyError names the process that holds the file.
type busyError string

func (e busyError) Error() string { return string(e) }
func (e busyError) Unwrap() error { return storage.ErrBusy }

// errHeld is what tryLock returns while another process holds the lock.
var errHeld = errors.New("held")

func lockFile(path string) (*fileLock, error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = tryLock(f)
	if errors.Is(err, errHeld) {
		err = busyError(filepath.Base(path) + " is in use by " + holder(f))
	} else if err == nil {
		err = sign(f)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &fileLock{file: f}, nil
}

func (l *fileLock) release() error { return l.file.Close() }

// sign writes who holds the lock, for those who are refused.
func sign(f *os.File) error {
	host, err := os.Hostname()
	if err != nil {
		host = "an unnamed host"
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "process %d on %s\n", os.Getpid(), host)
	return err
}

func holder(f *os.File) string {
	text, err := io.ReadAll(io.LimitReader(f, 400))
	who := strings.TrimSpace(string(text))
	if err != nil || who == "" {
		return "another process"
	}
	if info, err := f.Stat(); err == nil { // it was written when the lock was taken
		who += " since " + info.ModTime().UTC().Format(time.RFC3339)
	}
	return who
}
