package poll_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"animo/bot/chat"
	"animo/games/poll"
	"animo/storage"
	"animo/storage/redis"
	"animo/storage/redis/redistest"
)

// dump is everything that the store hands over about everybody.
func (h *house) dump() string {
	h.Helper()
	tenants, err := h.store.Tenants(h.Context())
	h.must(err)
	var b strings.Builder
	for _, t := range append(tenants, storage.System) {
		for r, err := range h.store.Export(h.Context(), t) {
			h.must(err)
			raw, err := json.Marshal(r)
			h.must(err)
			b.Write(raw)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// hexes finds whatever in a dump might be a key.
var hexes = regexp.MustCompile(`[0-9a-f]{64}`)

// recovered tries every member under everything that a dump holds that might be
// a key, and returns whose votes come to light.
func recovered(dump string, members []chat.MemberID) map[chat.MemberID]bool {
	candidates := map[string]bool{"": true}
	for _, c := range hexes.FindAllString(dump, -1) {
		candidates[c] = true
	}
	out := map[chat.MemberID]bool{}
	for _, m := range members {
		if strings.Contains(dump, string(m)) {
			out[m] = true
		}
		plain := sha256.Sum256([]byte(m))
		if strings.Contains(dump, hex.EncodeToString(plain[:])) {
			out[m] = true
		}
		for key := range candidates {
			mac := hmac.New(sha256.New, []byte(key))
			mac.Write([]byte(m))
			if strings.Contains(dump, hex.EncodeToString(mac.Sum(nil))) {
				out[m] = true
			}
		}
	}
	return out
}

func electorate(n int) []chat.MemberID {
	out := make([]chat.MemberID, n)
	for i := range out {
		out[i] = member(i)
	}
	return out
}

// Whoever holds all that a store hands over can compute whose a vote is while
// the poll is open, as its card says. Once it is closed nobody can, though they
// try every member under everything that may be a key, and not even the number
// of entries is left.
func TestAClosedAnonymousPollGivesNoVoteBack(t *testing.T) {
	for _, how := range []string{"closed by staff", "closed by quorum", "cancelled"} {
		t.Run("sqlite/"+how, func(t *testing.T) { givesNothingBack(newHouse(t), how) })
		t.Run("redis/"+how, func(t *testing.T) {
			s, err := redis.Open(t.Context(), redistest.Start(t))
			if err != nil {
				t.Fatal(err)
			}
			givesNothingBack(houseOn(t, s), how)
		})
	}
}

func givesNothingBack(h *house, how string) {
	h.Helper()
	all := electorate(60)
	voters := all[:40]
	id := h.start(func(p *poll.Params) {
		p.Adding, p.Results = poll.AddingFree, poll.ResultsAlways
		if how == "closed by quorum" {
			p.Quorum = int64(len(voters))
		}
	})
	key := ""
	for i, m := range voters {
		if i == len(voters)-1 { // the last vote may close it
			key = string(h.state(id).Key)
			h.openStillTells(voters[:i])
		}
		_, err := h.engine.Press(h.Context(), h.community(), pressed(id, poll.VerbVote+fmt.Sprint(i%3+1), m, fmt.Sprint("vote-", i)), h.english())
		h.must(err)
		if i < 2 {
			_, err = h.engine.Press(h.Context(), h.community(), pressed(id, poll.VerbPropose, m, fmt.Sprint("propose-", i), fmt.Sprint("Option by ", i)), h.english())
			h.must(err)
		}
	}
	switch how {
	case "closed by staff":
		_, err := h.order(id, poll.OrderClose, "close")
		h.must(err)
	case "cancelled":
		_, err := h.order(id, poll.OrderCancel, "cancel")
		h.must(err)
	}
	// The commit that closes suffices: nothing has followed yet.
	if found := recovered(h.dump(), all); len(found) > 0 {
		h.Errorf("at the close %d votes come to light: %v", len(found), found)
	}
	h.drain()
	dump := h.dump()
	if found := recovered(dump, all); len(found) > 0 {
		h.Errorf("after the close %d votes come to light: %v", len(found), found)
	}
	if n := len(h.entries(id)); n > 0 {
		h.Errorf("%d entries are left", n)
	}
	if len(key) != 64 || strings.Contains(dump, key) || strings.Contains(h.log.String(), key) {
		h.Error("the key is left")
	}
	for _, m := range all {
		if strings.Contains(h.log.String(), string(m)) {
			h.Errorf("the log names %s", m)
		}
	}
	s := h.state(id)
	if how != "cancelled" && (s.Voters != int64(len(voters)) || s.Votes[0]+s.Votes[1]+s.Votes[2] != s.Voters) {
		h.Errorf("the totals are %+v", s)
	}
}

// openStillTells shows that the search finds votes where they can be found.
func (h *house) openStillTells(voters []chat.MemberID) {
	h.Helper()
	if found := recovered(h.dump(), voters); len(found) != len(voters) {
		h.Errorf("of %d votes in an open poll the search finds %d", len(voters), len(found))
	}
}
