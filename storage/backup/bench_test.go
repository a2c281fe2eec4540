package backup

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"testing"
	"time"

	"animo/storage"
)

// BenchmarkAMillionEntries moves a game of a million. It reports seconds for
// each step, the size of the file and the most memory in use while it is
// restored.
func BenchmarkAMillionEntries(b *testing.B) {
	const many, page = 1_000_000, 10_000
	from := open(b)
	for n := 0; n < many; n += page {
		records := make([]storage.Record, 0, page+1)
		if n == 0 {
			records = append(records, storage.Record{Set: &storage.SetRecord{Name: "a", Last: many}})
		}
		for i := n; i < n+page; i++ {
			records = append(records, storage.Record{Entry: &storage.EntryRecord{
				Set: "a", Key: fmt.Sprintf("discord:%018d", i), Seq: int64(i + 1), At: noon.Add(time.Duration(i) * time.Millisecond),
			}})
		}
		must(b, from.Import(b.Context(), first, records))
	}
	b.ResetTimer()
	for range b.N {
		var file bytes.Buffer
		began := time.Now()
		_, err := Write(b.Context(), &file, from, options)
		must(b, err)
		b.ReportMetric(time.Since(began).Seconds(), "s/write")
		b.ReportMetric(float64(file.Len())/many, "B/entry")
		began = time.Now()
		_, err = Check(b.Context(), bytes.NewReader(file.Bytes()), "")
		must(b, err)
		b.ReportMetric(time.Since(began).Seconds(), "s/check")
		var most, held runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&held)
		n := 0
		watch := func(Progress) {
			if n++; n%100_000 == 0 {
				var now runtime.MemStats
				runtime.ReadMemStats(&now)
				most.HeapInuse = max(most.HeapInuse, now.HeapInuse)
			}
		}
		began = time.Now()
		_, err = Read(b.Context(), io.Reader(bytes.NewReader(file.Bytes())), open(b), ReadOptions{Progress: watch})
		must(b, err)
		b.ReportMetric(time.Since(began).Seconds(), "s/read")
		b.ReportMetric(float64(int64(most.HeapInuse)-int64(held.HeapInuse))/(1<<20), "MiB/read")
	}
}
