package redis

import (
	"embed"

	goredis "github.com/redis/go-redis/v9"
)

//go:embed lua/*.lua
var luaFiles embed.FS

// scripts are all that run in Redis, each in the file of its name in lua/.
type scripts struct {
	acquire, check, commit, dropSet, entries, first, free, importing,
	leaseEffects, leaseJobs, list, next, peekEffects, peekJobs, release, revise, tenants *goredis.Script
}

// rootFirst names the beginning of the partition's keys for lanes.lua.
const rootFirst = "local root = ARGV[1]\n"

func loadScripts() (scripts, error) {
	var failed error
	read := func(name string) string {
		text, err := luaFiles.ReadFile("lua/" + name + ".lua")
		if err != nil {
			failed = err
		}
		return string(text)
	}
	script := func(parts ...string) *goredis.Script {
		text := ""
		for _, p := range parts {
			text += p + "\n"
		}
		return goredis.NewScript(text)
	}
	s := scripts{
		acquire:      script(read("acquire")),
		check:        script(read("check")),
		commit:       script(rootFirst, read("reader"), read("lanes"), read("commit")),
		dropSet:      script(read("drop_set")),
		entries:      script(read("entries")),
		first:        script(read("first")),
		free:         script(rootFirst, read("lanes"), read("free")),
		importing:    script(rootFirst, read("reader"), read("lanes"), read("import")),
		leaseEffects: script(rootFirst, read("lanes"), read("lease_effects")),
		leaseJobs:    script(read("lease_jobs")),
		list:         script(read("list")),
		next:         script(read("next")),
		peekEffects:  script(read("peek_effects")),
		peekJobs:     script(read("peek_jobs")),
		release:      script(read("release")),
		revise:       script(read("revise")),
		tenants:      script(read("tenants")),
	}
	return s, failed
}
