// Package backup carries all that a store remembers into one file, and from
// a file into any store: to keep it safe, and to move house from one driver
// to another.
//
// # The file
//
// A backup is JSON, one value a line, compressed with gzip and, where a
// passphrase is given, encrypted with it (age, a scrypt recipient):
//
//	{"animo_backup":{"version":1,"id":"…","made_at":"…","program":"…","store":"sqlite"}}
//	{"begin":"discord:42"}
//	{"doc":{…}} {"set":{…}} {"entry":{…}} …   a line each, in the order of storage.Store's Export
//	{"end":"discord:42","sums":{…}}
//	{"total":{"tenants":1,"sums":{…}}}
//
// Sums are, for every kind of record, how many there are and a checksum that
// does not depend on their order (but for effects, whose place in their lane
// it covers), and what all tallies and counters add up to. A file that lacks
// its last line was cut; one whose sums differ is damaged. Both are refused,
// as is a file of a later version.
//
// What is in a file is what the store held when its part was read: see
// storage.Store's Export. No tenant is ever held in memory.
//
// # Restoring
//
// Check reads a file from end to end and touches no store. Read loads it,
// into an empty store unless told otherwise, and then exports every tenant
// again and compares: either all counts and sums agree or there is an error.
//
// A tenant is loaded page by page, so that a Read that fails, or dies, may
// leave some tenants whole and one in part. It leaves a bookmark in the store
// that names the file and the tenant it was at. As long as that is there
// Unfinished says so, Write refuses, and Read goes on from there if it is told
// to resume with the same file.
package backup
