package discord_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/discord"
	"animo/bot/sandbox/discordwire"
	"animo/bot/sandbox/world"
)

// says posts n messages as a person and returns their ids.
func (l *local) says(n int, prefix string) []string {
	l.Helper()
	var ids []string
	for i := range n {
		id, err := l.Post(l.general, l.one, fmt.Sprint(prefix, i))
		if err != nil {
			l.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// since reads a channel back.
func (l *local) since(a *discord.Adapter, in, after string, from time.Time) []chat.Posted {
	l.Helper()
	var out []chat.Posted
	err := a.Since(context.Background(), chat.Stretch{Space: l.space(), In: channelID(in), After: after, From: from}, func(p chat.Posted) error {
		out = append(out, p)
		return nil
	})
	if err != nil {
		l.Fatal(err)
	}
	return out
}

func messageIDs(all []chat.Posted) []string {
	var ids []string
	for _, p := range all {
		ids = append(ids, p.Message.ID)
	}
	return ids
}

// asBot asks for something of the REST interface as the bot, past the adapter.
func (l *local) asBot(method, path string, body any) string {
	l.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		l.Fatal(err)
	}
	q, err := http.NewRequest(method, l.url+"/api/v10"+path, bytes.NewReader(b))
	if err != nil {
		l.Fatal(err)
	}
	q.Header.Set("Authorization", "Bot "+token)
	q.Header.Set("Content-Type", "application/json")
	res, err := (&http.Client{Transport: l.client}).Do(q)
	if err != nil {
		l.Fatal(err)
	}
	defer res.Body.Close()
	var made struct {
		ID string `json:"id"`
	}
	if res.StatusCode >= 300 {
		l.Fatalf("%s %s: %s", method, path, res.Status)
	}
	if res.StatusCode != http.StatusNoContent {
		if err := json.NewDecoder(res.Body).Decode(&made); err != nil {
			l.Fatal(err)
		}
	}
	return made.ID
}

func TestHistoryIsReadOldestFirstOverAllPages(t *testing.T) {
	l := open(t)
	ids := l.says(250, "said")
	a := l.adapter()
	got := l.since(a, l.general, ids[9], time.Time{})
	if !slices.Equal(messageIDs(got), ids[10:]) {
		t.Fatalf("%d messages, want %d: %v", len(got), len(ids)-10, messageIDs(got))
	}
	first := got[0]
	if !first.Late || first.Line != "" || first.Text != "said10" || first.Actor.ID != memberID(l.one) || first.Actor.Bot ||
		first.Channel != channelID(l.general) || first.Message.Channel != first.Channel || first.Thread != "" || first.Space != l.space() || first.At.IsZero() {
		t.Errorf("%+v", first)
	}
	if again := l.since(a, l.general, ids[9], time.Time{}); again[0].ID != first.ID || first.ID == "posted:"+first.Message.ID {
		t.Errorf("event %s, then %s", first.ID, again[0].ID)
	}
	if n := l.requests("GET", "/messages"); n != 6 {
		t.Errorf("%d pages were read, want 3 for each reading", n)
	}
}

func TestHistoryEndsWhereItIsToldTo(t *testing.T) {
	l := open(t)
	ids := l.says(3, "early")
	a := l.adapter()
	early := l.since(a, l.general, ids[1], time.Time{})
	from := early[0].At.Add(time.Millisecond) // as fine as ids tell it
	until(t, "the next millisecond", func() bool { return time.Now().After(from) })
	ids = append(ids, l.says(3, "late")...)
	if got := messageIDs(l.since(a, l.general, "", from)); !slices.Equal(got, ids[3:]) {
		t.Errorf("from a time on: %v, want %v", got, ids[3:])
	}
	if got := messageIDs(l.since(a, l.general, ids[4], from)); !slices.Equal(got, ids[5:]) {
		t.Errorf("after a message: %v", got)
	}
	if got := l.since(a, l.general, ids[5], time.Time{}); got != nil {
		t.Errorf("after the last: %v", got)
	}
	enough, n := errors.New("enough"), 0
	err := a.Since(context.Background(), chat.Stretch{Space: l.space(), In: channelID(l.general)}, func(chat.Posted) error {
		n++
		return enough
	})
	if err != enough || n != 1 { //nolint:errorlint // it is to come back as it is
		t.Errorf("stopped after %d with %v", n, err)
	}
}

func TestHistoryLeavesNoticesOutAndKnowsBots(t *testing.T) {
	l := open(t)
	id := l.says(1, "pinned")[0]
	l.asBot("PUT", "/channels/"+l.general+"/messages/pins/"+id, nil) // which a notice tells of
	own, err := l.adapter().Post(context.Background(), channelID(l.general), chat.Message{Card: say("mine"), Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	l.does(l.admin, world.ActMessage, world.Action{Text: "the owner's"})
	got := l.since(l.adapter(), l.general, "", time.Time{})
	if len(got) != 3 || got[1].Message.ID != own.ID || !got[1].Actor.Bot || got[0].Actor.Bot {
		t.Fatalf("%+v", got)
	}
	if got[0].Actor.Manager || !got[2].Actor.Manager {
		t.Errorf("who manages the guild: %v, %v", got[0].Actor.Manager, got[2].Actor.Manager)
	}
}

func TestAThreadIsReadBackAsItCameLive(t *testing.T) {
	l := open(t)
	b := l.start(nil)
	thread := l.asBot("POST", "/channels/"+l.general+"/threads", map[string]any{"name": "aside", "type": 11})
	if _, err := l.Post(thread, l.one, "within"); err != nil {
		t.Fatal(err)
	}
	live := await[chat.Posted](b)
	b.stop()
	for name, a := range map[string]*discord.Adapter{"known": b.Adapter, "unknown": l.adapter()} {
		got := l.since(a, thread, "", time.Time{})
		if len(got) != 1 || got[0].Channel != channelID(l.general) || got[0].Thread != thread || got[0].Message != live.Message ||
			got[0].Channel != live.Channel || got[0].Thread != live.Thread {
			t.Errorf("a thread that is %s: %+v, live %+v", name, got, live)
		}
	}
}

func TestHistoryThatMayNotBeReadIsRefused(t *testing.T) {
	l := open(t)
	l.says(1, "said")
	none := func(chat.Posted) error { return errors.New("something was read") }
	ask := func(in chat.ChannelID, space chat.SpaceID, after string) *chat.Error {
		err := l.adapter().Since(context.Background(), chat.Stretch{Space: space, In: in, After: after}, none)
		var e *chat.Error
		if !errors.As(err, &e) {
			t.Fatalf("%s: %v", in, err)
		}
		return e
	}
	general, home := channelID(l.general), l.space()
	other, _ := l.AddGuild("Second")
	for _, c := range []struct {
		what    string
		err     *chat.Error
		trouble chat.Trouble
	}{
		{"no such channel", ask(channelID("1100000000000009999"), home, ""), chat.TroubleGone},
		{"no such guild", ask(general, "discord:5", ""), chat.TroubleGone},
		{"another's channel", ask(general, chat.NewID[chat.SpaceID](chat.Discord, other), ""), chat.TroubleRefused},
		{"no channel of Discord", ask("slack:C1", home, ""), chat.TroubleRefused},
		{"no message of Discord", ask(general, home, "1.5"), chat.TroubleRefused},
		{"a direct conversation", ask(general, "", ""), chat.TroubleRefused},
	} {
		if c.err.Trouble != c.trouble {
			t.Errorf("%s: %v", c.what, c.err)
		}
	}
	for right, name := range map[discordwire.Permission]string{
		discordwire.ReadMessageHistory: "Read Message History", discordwire.ViewChannel: "View Channel",
	} {
		if err := l.Deny(l.general, right); err != nil {
			t.Fatal(err)
		}
		if e := ask(general, home, ""); e.Trouble != chat.TroubleForbidden || e.Missing != name {
			t.Errorf("without %s: %v", name, e)
		}
		if err := l.Allow(l.general, right); err != nil {
			t.Fatal(err)
		}
	}
}

// tally is what a counting listener heard, live and read back.
type tally struct {
	ids   []string
	lines map[string]bool
	told  []chat.Arrived
}

func (c *tally) add(p chat.Posted) {
	c.ids = append(c.ids, p.Message.ID)
	if !p.Late {
		c.lines[p.Line] = true
	}
}

// live takes what comes live until a message has.
func (c *tally) live(b *bot, last string) {
	b.Helper()
	for len(c.ids) == 0 || c.ids[len(c.ids)-1] != last {
		switch e := await[chat.Event](b).(type) {
		case chat.Posted:
			c.add(e)
		case chat.Arrived:
			c.told = append(c.told, e)
		}
	}
}

// anew waits for the guilds of a line other than one, and returns them.
func (b *bot) anew(than string, n int) []chat.Arrived {
	b.Helper()
	var out []chat.Arrived
	for len(out) < n {
		if e := await[chat.Arrived](b); e.Line != than {
			out = append(out, e)
		}
	}
	return out
}

func TestWhatALostSessionMissedIsReadBackOnce(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(*local){
		"code 4007":                        func(l *local) { l.Drop(4007) },
		"code 4009":                        func(l *local) { l.Drop(4009) },
		"op 9 with false":                  func(l *local) { l.Invalidate(false) },
		"down longer than a session lives": func(l *local) { l.Drop(1006) },
	} {
		t.Run(name, func(t *testing.T) {
			l := open(t, func(o *discordwire.Options) {
				if name == "down longer than a session lives" {
					o.SessionMemory = time.Nanosecond
				}
			})
			_, elsewhere := l.AddGuild("Second")
			b := l.run(nil)
			first := b.anew("", 2)
			count := &tally{lines: map[string]bool{}}
			said := l.says(5, "before")
			count.live(b, said[4])
			lose(l)
			said = append(said, l.says(150, "meanwhile")...)
			for _, e := range b.anew(first[0].Line, 2) {
				if e.Line == "" || e.Line == first[0].Line {
					t.Errorf("the line is %q after %q", e.Line, first[0].Line)
				}
				if newest, told := e.Newest[channelID(elsewhere)]; told && newest != "" {
					t.Errorf("a channel where nobody spoke has %q", newest)
				}
				newest, ours := e.Newest[channelID(l.general)]
				if !ours {
					continue
				}
				if newest != said[len(said)-1] {
					t.Errorf("the newest is %s, want %s", newest, said[len(said)-1])
				}
				for _, p := range l.since(b.Adapter, l.general, count.ids[len(count.ids)-1], time.Time{}) {
					count.add(p)
				}
			}
			said = append(said, l.says(5, "after")...)
			count.live(b, said[len(said)-1])
			if !slices.Equal(count.ids, said) {
				t.Errorf("%d messages counted, %d said:\n%v\n%v", len(count.ids), len(said), count.ids, said)
			}
			if len(count.lines) != 2 {
				t.Errorf("they came on the lines %v", count.lines)
			}
		})
	}
}

func TestWithinTheLifeOfASessionNothingIsToBeReadBack(t *testing.T) {
	l := open(t)
	b := l.run(nil)
	first := await[chat.Arrived](b)
	count := &tally{lines: map[string]bool{}}
	said := l.says(5, "before")
	count.live(b, said[4])
	l.Drop(1006)
	said = append(said, l.says(150, "meanwhile")...)
	count.live(b, said[len(said)-1])
	b.stop()
	said = append(said, l.says(50, "stopped")...)
	again := l.run(nil)
	count.live(again, said[len(said)-1])
	if !slices.Equal(count.ids, said) {
		t.Errorf("%d messages came, %d were said", len(count.ids), len(said))
	}
	if len(count.lines) != 1 || !count.lines[first.Line] || first.Line == "" {
		t.Errorf("they came on the lines %v, the first was %q", count.lines, first.Line)
	}
	if len(count.told) == 0 { // which happens beside the line
		count.told = append(count.told, await[chat.Arrived](again))
	}
	if e := count.told[0]; len(count.told) != 1 || e.Line != first.Line || e.Newest != nil {
		t.Errorf("told again as %+v", count.told)
	}
}

func TestEachShardTellsOfItsOwnGuildsOnItsOwnLine(t *testing.T) {
	l := open(t)
	for range 4 {
		l.AddGuild("More")
	}
	two := func(c *discord.Config) { c.Shards = 2 }
	arrivals := func(b *bot) map[chat.SpaceID]string {
		lines := map[chat.SpaceID]string{}
		for range 5 {
			e := await[chat.Arrived](b)
			if lines[e.Space] != "" {
				t.Errorf("%s is told of twice", e.Space)
			}
			lines[e.Space] = e.Line
		}
		return lines
	}
	b := l.run(nil, two)
	first := arrivals(b)
	b.stop()
	b = l.run(nil, two)
	if again := arrivals(b); fmt.Sprint(again) != fmt.Sprint(first) {
		t.Errorf("the lines are %v, they were %v", again, first)
	}
}
