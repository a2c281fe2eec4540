//go:build unix

package bench

import (
	"syscall"
	"time"
)

// discordCPU returns the CPU time that this process has taken.
func discordCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
