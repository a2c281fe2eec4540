//go:build unix

package sqlite

import (
	"errors"
	"os"
	"syscall"
)

// tryLock uses flock and not fcntl, whose locks end when any descriptor of
// the file is closed.
func tryLock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errHeld
	}
	return err
}
