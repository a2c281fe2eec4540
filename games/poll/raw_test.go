package poll_test

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"animo/bot/chat"
	"animo/games/poll"
)

// The bytes of the store's files are more than what the store hands over: a page
// that was written anew, or an entry that was deleted, could still lie in them.
func TestTheFilesHoldNeitherKeyNorVotesAfterTheClose(t *testing.T) {
	h := newHouse(t)
	id := h.start()
	all := electorate(600)
	for i, m := range all {
		_, err := h.engine.Press(t.Context(), h.community(), pressed(id, poll.VerbVote+"1", m, fmt.Sprint("vote-", i)), h.english())
		h.must(err)
	}
	s := h.state(id)
	if keys, masks := h.inFiles(s, all); keys == 0 || masks != len(all) {
		t.Errorf("while the poll is open the search finds the key %d times, and %d of %d votes", keys, masks, len(all))
	}
	_, err := h.order(id, poll.OrderClose, "close")
	h.must(err)
	if keys, _ := h.inFiles(s, all); keys > 0 {
		t.Errorf("at the close the key is there %d times", keys)
	}
	h.drain()
	if keys, masks := h.inFiles(s, all); keys+masks > 0 {
		t.Errorf("after the close the key is there %d times, and %d of %d votes", keys, masks, len(all))
	}
}

// inFiles counts a poll's key and the members whose masks are found.
func (h *house) inFiles(s poll.State, members []chat.MemberID) (keys, masks int) {
	h.Helper()
	var all []byte
	for _, name := range []string{h.path, h.path + "-wal"} {
		raw, err := os.ReadFile(name)
		h.must(err)
		all = append(all, raw...)
	}
	for _, m := range members {
		if bytes.Contains(all, []byte(poll.Rules{}.Mask(s, m))) {
			masks++
		}
	}
	return bytes.Count(all, []byte(s.Key)), masks
}
