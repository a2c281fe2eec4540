package outbox

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"animo/bot/chat"
	"animo/storage"
)

// giveUp keeps an item that the platform will not take, tells the team, and
// tells the game if it wants to know. A redraw or a deletion of a message
// that is gone is over without a word: somebody took the message away.
func (o *Outbox) giveUp(ctx context.Context, e storage.Effect, i Item, cause error) storage.Change {
	trouble := chat.TroubleOf(cause)
	o.Log.Warn("effect given up", "key", e.Key, "kind", i.Kind, "trouble", trouble, "error", cause)
	change, err := o.tell(storage.Change{DoneEffects: done(e)}, e, i, trouble)
	if err != nil {
		o.Log.Error("tell the game", "key", e.Key, "error", err)
	}
	quiet := i.Kind == ItemDirect || trouble == chat.TroubleGone && (i.Kind == ItemRedraw || i.Kind == ItemDelete)
	if quiet {
		return change
	}
	u := Undelivered{Key: e.Key, Item: i, Trouble: trouble, At: o.Now()}
	var ce *chat.Error
	if errors.As(cause, &ce) {
		u.Missing = ce.Missing
	}
	change, err = o.keep(ctx, e, u, change)
	if err != nil {
		o.Log.Error("keep an undelivered effect", "key", e.Key, "error", err)
		return later(e, o.Now().Add(longWait))
	}
	return change
}

// keep adds the undelivered item and the notice to the team. An item that is
// kept already is not told of again: a redraw that lacks a right would fail at
// each change.
func (o *Outbox) keep(ctx context.Context, e storage.Effect, u Undelivered, c storage.Change) (storage.Change, error) {
	id := messageKey(e)[:12]
	old, err := o.Store.Get(ctx, e.Tenant, KindUndelivered, id)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return c, err
	}
	put, err := storage.Put(KindUndelivered, id, old.Version, UndeliveredIndex(u.At), u)
	if err != nil {
		return c, err
	}
	c.Docs = append(c.Docs, put)
	if old.Version > 0 {
		return c, nil
	}
	to, card, ok := o.Team.Notice(ctx, e.Tenant, id, u)
	if !ok || to == u.Item.Channel {
		return c, nil
	}
	notice, err := Effect("undelivered/"+id+"/"+rand.Text()[:8], PriorityTeam, o.Now(), Item{
		Kind: ItemPost, Space: u.Item.Space, Channel: to, Card: card,
	})
	c.Effects = append(c.Effects, notice)
	return c, err
}

// Again puts an undelivered item back in the queue, once: a second press
// finds nothing and returns storage.ErrNotFound.
func Again(ctx context.Context, s storage.Store, t storage.Tenant, id string, c storage.Change) error {
	var u Undelivered
	version, err := storage.Load(ctx, s, t, KindUndelivered, id, &u)
	if err != nil {
		return fmt.Errorf("find the undelivered effect: %w", err)
	}
	e, err := Effect(u.Key, PriorityTeam, c.Now, u.Item)
	if err != nil {
		return err
	}
	c.Docs = append(c.Docs, storage.DocPut{Kind: KindUndelivered, ID: id, Version: version, Delete: true})
	c.Effects = append(c.Effects, e)
	if i := u.Item; i.Drawn {
		// The game has gone on since it was drawn.
		redraw, err := Redraw(i.Subject, i.Slot, i.Space, i.Channel, c.Now)
		if err != nil {
			return err
		}
		c.Effects = append(c.Effects, redraw)
	}
	_, err = s.Commit(ctx, t, c)
	if errors.Is(err, storage.ErrConflict) {
		return fmt.Errorf("find the undelivered effect: %w", storage.ErrNotFound)
	}
	if err != nil {
		return fmt.Errorf("put the effect back: %w", err)
	}
	return nil
}

// UndeliveredIndex is the index of what was given up at a time: it sorts by
// age.
func UndeliveredIndex(at time.Time) string { return at.UTC().Format(time.RFC3339) }
