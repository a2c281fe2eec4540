package engagement

import (
	"testing"
	"time"

	"animo/bot/chat"
	"animo/storage"
)

func TestTheMarkOfASilentChannelIsDroppedAndNothingCountedTwice(t *testing.T) {
	d := start(t)
	d.heard(plaza, "a")
	d.catchUp()
	d.clock = d.clock.Add(29 * 24 * time.Hour)
	d.heard(alley, "a")
	d.catchUp()
	d.clock = d.clock.Add(2 * 24 * time.Hour)
	gone, err := d.Stale(t.Context(), storage.Tenant(town))
	if err != nil || len(gone) != 1 || gone[0].ID != string(plaza) {
		t.Fatalf("%+v, %v", gone, err)
	}
	if _, err := d.store.Commit(t.Context(), storage.Tenant(town), storage.Change{Docs: gone}); err != nil {
		t.Fatal(err)
	}
	before := d.counted(plaza)
	d.say(plaza)
	d.arrive("b", map[chat.ChannelID]string{plaza: "1003"})
	d.catchUp()
	d.heard(plaza, "b")
	d.catchUp()
	d.wants(t, plaza, before+2)
}
