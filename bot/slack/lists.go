package slack

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/sync/singleflight"

	"animo/bot/chat"
)

const (
	doingLists = "look up the members of a channel"
	// A list is read in pages (docs.slack.dev/reference/methods/conversations.members).
	listPage  = 500
	listPages = 40
	maxLists  = 50
	// askAgain is how old a list must be to be read once more for someone who
	// is not on it: they may have joined since, as they were asked to.
	askAgain = 5 * time.Second
)

var (
	errLongList = errors.New("the channel has too many members")
	errNoAnswer = errors.New("slack did not answer")
)

// lists remembers who is in a channel. A crowd that is asked for its channels
// asks for the same ones: one list answers for all of it, where a call for each
// member would be held up by the limit of 100 calls a minute.
type lists struct {
	api *slack.Client
	now func() time.Time
	one singleflight.Group

	mu    sync.Mutex
	known map[string]list
}

type list struct {
	at      time.Time
	members map[string]bool
}

func newLists(api *slack.Client, now func() time.Time) *lists {
	return &lists{api: api, now: now, known: map[string]list{}}
}

// has says whether a member is in a channel. Whoever left may be believed there
// as long as rights are remembered, whoever joined is found at once.
func (l *lists) has(ctx context.Context, channel, member string) (bool, error) {
	l.mu.Lock()
	k := l.known[channel]
	l.mu.Unlock()
	age := l.now().Sub(k.at)
	switch {
	case age < 0 || age >= rememberFor:
	case k.members[member]:
		return true, nil
	case age < askAgain:
		return false, nil
	}
	read := l.one.DoChan(channel, func() (any, error) {
		// the others who wait for this answer must not lose it with the first
		// one's context
		ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
		defer stop()
		return l.read(ctx, channel)
	})
	select {
	case r := <-read:
		if r.Err != nil {
			return false, r.Err
		}
		return r.Val.(list).members[member], nil
	case <-ctx.Done():
		return false, &chat.Error{Trouble: chat.TroubleTransient, Doing: doingLists, Err: ctx.Err()}
	}
}

func (l *lists) read(ctx context.Context, channel string) (list, error) {
	out := list{at: l.now(), members: map[string]bool{}}
	p := slack.GetUsersInConversationParameters{ChannelID: channel, Limit: listPage}
	for range listPages {
		c := call{doing: doingLists}
		page, next, err := l.api.GetUsersInConversationContext(c.watch(ctx), &p)
		if err != nil {
			return list{}, c.err(err)
		}
		for _, user := range page {
			out.members[user] = true
		}
		if p.Cursor = next; next == "" {
			l.remember(channel, out)
			return out, nil
		}
	}
	return list{}, &chat.Error{Trouble: chat.TroubleRefused, Doing: doingLists, Err: errLongList}
}

func (l *lists) remember(channel string, k list) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.known) >= maxLists {
		clear(l.known)
	}
	l.known[channel] = k
}
