package redis

import (
	"errors"
	"maps"
	"testing"

	"animo/storage"
)

func TestTheTimeBetweenSnapshotsIsThatOfTheRuleThatNeedsTheLeast(t *testing.T) {
	for save, want := range map[string]int{
		"3600 1 300 100 60 10000": 60, "60 1": 1, "900 1 300 10": 15, "300 10 900 1": 15, "90 1": 2, "60 1 3600 1": 1,
		"3600 1 60 1": 1, "60 1000": 1,
	} {
		if got := minutes(save); got != want {
			t.Errorf("%q means %d minutes, want %d", save, got, want)
		}
	}
}

func TestAServerThatCannotWriteOrIsOldIsUnfit(t *testing.T) {
	for code, info := range map[string]map[string]string{
		"redis_log_broken":  {"aof_enabled": "1", "aof_last_write_status": "err"},
		"redis_save_broken": {"aof_enabled": "0", "rdb_last_bgsave_status": "err"},
		"redis_old":         {"redis_version": "6.2.14"},
		"":                  {"aof_enabled": "1", "rdb_last_bgsave_status": "err"}, // the append-only file is what counts
	} {
		sv := server{name: "Redis", info: map[string]string{"redis_version": "7.0.15", "cluster_enabled": "0"}}
		maps.Copy(sv.info, info)
		found := ""
		var fault *storage.Fault
		if errors.As(errors.Join(append(sv.faults(false), sv.disk())...), &fault) {
			found = fault.Code
		}
		if found != code {
			t.Errorf("%v is %q, want %q", info, found, code)
		}
	}
}
