package backup

import "animo/storage"

// Summary says what a backup holds, or what was made of one.
type Summary struct {
	Header
	Encrypted   bool
	Communities int
	Sums        Sums // of all of them, and of what belongs to the bot itself
	// Left are communities that the store had already and that Read left as
	// they are.
	Left []storage.Tenant
	// Resumed says that Read went on where an earlier one had ended.
	Resumed bool

	tenants int // with storage.System
}

// add adds a tenant.
func (s *Summary) add(t storage.Tenant, sums Sums) {
	s.tenants++
	if t != storage.System {
		s.Communities++
	}
	s.Sums.add(sums)
}
