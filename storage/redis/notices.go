package redis

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"animo/storage"
)

// Notices says of each server whether it is fit, what a restart of it would
// lose, and what to set. The Args of each are server, version and replicas, and
// what its Code says more:
//
//	redis_logged_every  Fine      fsync: changes are appended to a file, which reaches the disk so often
//	redis_logged        Fine      the same; the server does not tell how often
//	redis_unsynced      Doubtful  the same; when is left to the system (appendfsync no)
//	redis_snapshots     Doubtful  minutes: there are snapshots alone, and so much may come after the last
//	redis_unsaved       Doubtful  nothing is kept on disk
//	redis_untold        Doubtful  there is no such file, and it does not tell whether there are snapshots
//	redis_would_evict   Doubtful  policy: it would throw data away, were its memory bounded
//	redis_evicts        Unfit     policy: it throws data away when its memory is full
//	redis_old           Unfit     oldest: it is older than that
//	redis_log_broken    Unfit     the last write to the file failed
//	redis_save_broken   Unfit     the last snapshot failed
//
// docs: https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
// and https://redis.io/docs/latest/commands/info/
func (s *Store) Notices(ctx context.Context) ([]storage.Notice, error) {
	servers, err := s.servers(ctx)
	if err != nil {
		return nil, err
	}
	var out []storage.Notice
	for _, sv := range servers {
		for _, err := range append(sv.faults(s.cluster), sv.disk()) {
			var fault *storage.Fault
			if errors.As(err, &fault) {
				out = append(out, fault.Notice)
			}
		}
		if sv.evicts() && sv.eviction() == nil {
			out = append(out, sv.notice(storage.Doubtful, "redis_would_evict"))
		}
		if sv.disk() == nil {
			out = append(out, sv.persistence())
		}
	}
	return out, nil
}

// notice is one about the server, with what it may have to say.
func (sv server) notice(l storage.Level, code string) storage.Notice {
	return storage.Notice{Level: l, Code: code, Args: map[string]string{
		"server": sv.name, "version": sv.info["redis_version"], "replicas": sv.info["connected_slaves"],
		"policy": sv.info["maxmemory_policy"], "oldest": strconv.Itoa(oldestMajor) + ".0",
	}}
}

func (sv server) fault(code string, err error) error {
	return &storage.Fault{Notice: sv.notice(storage.Unfit, code), Err: err}
}

func (sv server) appends() bool { return sv.info["aof_enabled"] == "1" }

// disk says whether the server could write what it wanted to keep.
func (sv server) disk() error {
	switch {
	case sv.appends() && sv.info["aof_last_write_status"] == "err":
		return sv.fault("redis_log_broken", sv.says("it cannot write its append-only file: look into its log, and at the disk"))
	case !sv.appends() && sv.info["rdb_last_bgsave_status"] == "err":
		return sv.fault("redis_save_broken", sv.says("it cannot save its snapshot: look into its log, and at the disk"))
	}
	return nil
}

// persistence says what a restart of the server would lose.
func (sv server) persistence() storage.Notice {
	switch {
	case sv.appends() && sv.fsync == "no":
		return sv.notice(storage.Doubtful, "redis_unsynced")
	case sv.appends() && sv.fsync == untold:
		return sv.notice(storage.Fine, "redis_logged")
	case sv.appends():
		n := sv.notice(storage.Fine, "redis_logged_every")
		n.Args["fsync"] = sv.fsync
		return n
	case sv.save == untold:
		return sv.notice(storage.Doubtful, "redis_untold")
	case sv.save == "":
		return sv.notice(storage.Doubtful, "redis_unsaved")
	}
	n := sv.notice(storage.Doubtful, "redis_snapshots")
	n.Args["minutes"] = strconv.Itoa(minutes(sv.save))
	return n
}

// minutes reads from rules such as "3600 1 300 100", which are pairs of seconds
// and changes, how much time lies between snapshots at the most, rounded up: by
// the rule that is content with the fewest changes. As long as Animo runs,
// changes come every few seconds.
func minutes(save string) int {
	rules, least, seconds := strings.Fields(save), 0, 0
	for i := 0; i+1 < len(rules); i += 2 {
		s, _ := strconv.Atoi(rules[i])
		changes, _ := strconv.Atoi(rules[i+1])
		if i == 0 || changes < least || changes == least && s < seconds {
			least, seconds = changes, s
		}
	}
	return (seconds + 59) / 60
}
