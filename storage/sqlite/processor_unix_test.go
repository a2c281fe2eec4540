//go:build unix

package sqlite_test

import (
	"syscall"
	"testing"
)

// processorTime reports, when the returned function is called, the processor
// time that each round of b took in the whole process; unlike the time on
// the clock it is the same on a busy machine.
func processorTime(b *testing.B) (end func()) {
	b.Helper()
	spent := func() int64 {
		var u syscall.Rusage
		must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
		return u.Utime.Nano() + u.Stime.Nano()
	}
	before := spent()
	return func() { b.ReportMetric(float64(spent()-before)/float64(b.N), "cpu-ns/op") }
}
