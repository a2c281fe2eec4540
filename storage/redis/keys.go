package redis

import (
	"strconv"
	"strings"

	"animo/storage"
)

// All keys of the store, and their types. {p} is the number of a partition in
// braces: Redis Cluster hashes only what stands between the braces, so that
// everything of a partition lies in one slot and a commit is one script. <t>
// is a tenant. Sorted sets "by name" have the score 0 throughout and are read
// in order of their members' bytes. Times are microseconds since 1970. Every
// key begins with the prefix ("animo:" unless the address says otherwise).
//
//	key                          type    what it holds
//	schema                       string  the version of this table; only later versions of it are refused
//	{p}:none                     -       never exists; named by scripts that write, so that Cluster refuses them as a whole while the slot moves
//	{p}:done:<commit>            string  what a commit returned, kept for two minutes in case its answer was lost
//	{p}:tenants                  zset    by name: tenants that ever committed anything
//	{p}:kinds:<t>                zset    by name: kinds of which there are documents
//	{p}:docs:<t>:<kind>          zset    by name: index, two NUL bytes, id of every document of a kind
//	{p}:doc:<t>:<kind>:<id>      hash    v version, i index, b body
//	{p}:sets:<t>                 zset    by name: sets
//	{p}:set:<t>:<set>            hash    id, by which the four keys below go; last, the Seq given last
//	{p}:keys:<id>                zset    by name: key, two NUL bytes, Seq, space, time of every entry
//	{p}:body:<id>:<n>            hash    bodies of the entries with Seq from 100n to 100n+99, by Seq
//	{p}:tally:<id>               hash    numbers of the set by name
//	{p}:dropped                  zset    ids of dropped sets whose bodies are still to be deleted, with their last Seq as score
//	{p}:setid                    string  the set id given last
//	{p}:jobs:<t>                 zset    by name: keys of jobs
//	{p}:job:<t>:<key>            hash    k kind, d due, b body, a attempts, t token of the latest lease
//	{p}:due                      zset    <t>:<key> of jobs that nobody holds, by due
//	{p}:leased                   zset    <t>:<key> of jobs that are leased, by the end of the lease
//	{p}:lanes:<t>                zset    by name: lanes that hold effects
//	{p}:lane:<t>:<lane>          zset    keys of effects, by their place
//	{p}:effect:<t>:<key>         hash    l lane, p priority, d due, b body, a attempts, r first tried, t token of the latest lease; x due and y place if put again while leased
//	{p}:priorities               zset    priorities of which anything is ready, by themselves
//	{p}:ready:<priority>         zset    <t>:<key> of effects that are first in their lane and that nobody holds, by due
//	{p}:held                     zset    <t>:<key> of effects that are leased, by the end of the lease
//	{p}:place                    string  the place in a lane given last
//	{p}:log:<t>                  stream  line n has the id n-0 and the fields at, actor, action, target, body
//	{p}:names:<t>                zset    by name: counters
//	{p}:hours:<t>:<name>         zset    hours since 1970 in which the counter counted, by themselves
//	{p}:hour:<t>:<name>:<hour>   hash    values by key
//	{p}:once:<t>                 zset    first-time keys, by the time at which they are forgotten
//	{p}:lease:<lease>            hash    o owner ("" if nobody), n token, u end; forgotten a day after its end
//	{p}:fence                    string  the token given last
//	{scraps}:scrap:<key>         string  what replicas share for a moment, such as a platform's limits; goes by itself
//
// Leases that are no partition's have "leases" in place of the number.
//
// In the middle of a name "%" and ":" are written %25 and %3A, so that no two
// names are the same; at the end they stand as they are. In what is sorted by
// name a NUL byte is followed by a byte 1, so that two NUL bytes end a part
// and the order is that of the parts.
const (
	defaultPrefix = "animo:"
	schemaKey     = "schema"
	schemaVersion = 1
	leaseTag      = "leases"
	scrapTag      = "scraps"
	partEnd       = "\x00\x00"
)

// space is the beginning of all keys with one hash tag.
type space string

func newSpace(prefix, tag string) space { return space(prefix + "{" + tag + "}:") }

func (s *Store) partition(n int) space { return newSpace(s.prefix, strconv.Itoa(n)) }

func (s *Store) spaceOf(t storage.Tenant) space { return s.partition(t.Partition()) }

// leaseSpace is where a lease lies: that of a partition beside what it
// guards, so that a commit can look at it.
func (s *Store) leaseSpace(lease string) space {
	n, ok := strings.CutPrefix(lease, "partition/")
	if i, err := strconv.Atoi(n); ok && err == nil && i >= 0 && i < storage.Partitions && lease == storage.PartitionLease(i) {
		return s.partition(i)
	}
	return newSpace(s.prefix, leaseTag)
}

func (sp space) one(name string) string { return string(sp) + name }

// of names a key of a tenant.
func (sp space) of(what string, t storage.Tenant) string {
	return string(sp) + what + ":" + middle(string(t))
}

func (sp space) doc(t storage.Tenant, kind, id string) string {
	return sp.of("doc", t) + ":" + middle(kind) + ":" + id
}

func (sp space) docs(t storage.Tenant, kind string) string { return sp.of("docs", t) + ":" + kind }

func (sp space) set(t storage.Tenant, name string) string { return sp.of("set", t) + ":" + name }

func (sp space) job(t storage.Tenant, key string) string { return sp.of("job", t) + ":" + key }

func (sp space) lane(t storage.Tenant, lane string) string { return sp.of("lane", t) + ":" + lane }

func (sp space) effect(t storage.Tenant, key string) string { return sp.of("effect", t) + ":" + key }

func (sp space) hours(t storage.Tenant, name string) string { return sp.of("hours", t) + ":" + name }

func (sp space) hour(t storage.Tenant, name string, hour int64) string {
	return sp.of("hour", t) + ":" + middle(name) + ":" + strconv.FormatInt(hour, 10)
}

func (sp space) lease(name string) string { return sp.one("lease:" + name) }

func (sp space) scrap(key string) string { return sp.one("scrap:" + key) }

// middle writes a name that stands in the middle of a key.
func middle(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "%", "%25"), ":", "%3A")
}

// member splits <t>:<key>.
func member(m string) (storage.Tenant, string) {
	t, key, _ := strings.Cut(m, ":")
	return storage.Tenant(strings.ReplaceAll(strings.ReplaceAll(t, "%3A", ":"), "%25", "%")), key
}

// sortable writes a part of what is sorted by name.
func sortable(part string) string { return strings.ReplaceAll(part, "\x00", "\x00\x01") }

func unsortable(part string) string { return strings.ReplaceAll(part, "\x00\x01", "\x00") }

// parted splits what is sorted by name into its first part, read, and the
// rest as it stands.
func parted(m string) (first, rest string) {
	first, rest, _ = strings.Cut(m, partEnd)
	return unsortable(first), rest
}
