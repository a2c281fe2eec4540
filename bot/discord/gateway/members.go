package gateway

import (
	"context"
	"errors"
)

// MembersQuery asks for members of a guild
// (docs: events/gateway-events#request-guild-members). Either Users or Query
// is used.
type MembersQuery struct {
	Guild string
	Users []string // at most 100 ids
	Query string   // what their names begin with; "" means all, which needs the members intent
	Limit int      // with Query; 0 means no limit, for an empty Query only
	Nonce string   // at most 32 bytes, comes back with each chunk
}

// ErrNotConnected means that no events flow at the moment.
var ErrNotConnected = errors.New("gateway not connected")

// RequestMembers asks for members, who come as GUILD_MEMBERS_CHUNK events. It
// waits for its turn among the 120 sends a minute that Discord allows.
func (c *Conn) RequestMembers(ctx context.Context, q MembersQuery) error {
	data := map[string]any{"guild_id": q.Guild, "limit": q.Limit}
	if len(q.Users) > 0 {
		data["user_ids"] = q.Users
	} else {
		data["query"] = q.Query
	}
	if q.Nonce != "" {
		data["nonce"] = q.Nonce
	}
	if !c.Connected() {
		return ErrNotConnected
	}
	now := c.o.Now()
	if wait := c.sends.ReserveN(now, 1).DelayFrom(now); wait > 0 {
		if err := c.o.Sleep(ctx, wait); err != nil {
			return err
		}
	}
	c.mu.Lock()
	l := c.live
	c.mu.Unlock()
	if l == nil {
		return ErrNotConnected
	}
	return l.send(opRequestMembers, data)
}
