package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"animo/bot/chat"
	"animo/storage"
)

// errNotYet says that a message is to be changed which is not posted yet.
var errNotYet = errors.New("not posted yet")

// lookBack is how far before its first try a message is looked for, since the
// platform's clock may differ from ours.
const lookBack = 5 * time.Minute

// post says something in a channel and remembers where it stands.
func (o *Outbox) post(ctx context.Context, p chat.Platform, e storage.Effect, i Item) (storage.Change, error) {
	m := chat.Message{Card: i.Card, Key: messageKey(e)}
	if i.ReplyTo != "" {
		slot, err := o.slot(ctx, e.Tenant, i.Subject, i.ReplyTo)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return storage.Change{}, err
		}
		m.ReplyTo = slot.Ref
	}
	ref, err := o.say(ctx, p, e, i.Channel, m)
	if err != nil {
		return storage.Change{}, err
	}
	change := storage.Change{DoneEffects: done(e)}
	if i.Slot != "" {
		if change.Docs, err = o.placed(ctx, e.Tenant, i, ref); err != nil {
			return storage.Change{}, err
		}
	}
	if i.Drawn && e.Attempts > 0 {
		// It went out later than it was drawn.
		if change.Effects, err = o.redrawNow(i); err != nil {
			return storage.Change{}, err
		}
	}
	return o.tell(change, e, i, "")
}

func (o *Outbox) redrawNow(i Item) ([]storage.Effect, error) {
	e, err := Redraw(i.Subject, i.Slot, i.Space, i.Channel, o.Now())
	return []storage.Effect{e}, err
}

// say posts a message unless an earlier try did.
func (o *Outbox) say(ctx context.Context, p chat.Platform, e storage.Effect, to chat.ChannelID, m chat.Message) (chat.MessageRef, error) {
	if e.Attempts > 0 {
		ref, found, err := p.Find(ctx, to, m.Key, e.Tried.Add(-lookBack))
		if err != nil || found {
			return ref, err
		}
	}
	return p.Post(ctx, to, m)
}

// placed writes where a message stands and what it shows. A slot that was
// taken before is overwritten: the message was tried again by hand.
func (o *Outbox) placed(ctx context.Context, t storage.Tenant, i Item, ref chat.MessageRef) ([]storage.DocPut, error) {
	var out []storage.DocPut
	for _, d := range []struct {
		kind, id string
		body     any
	}{
		{KindSlot, i.Subject + "/" + i.Slot, Slot{ref}},
		{KindPosted, ref.String(), Posted{i.Subject, i.Slot}},
	} {
		old, err := o.Store.Get(ctx, t, d.kind, d.id)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return nil, err
		}
		put, err := storage.Put(d.kind, d.id, old.Version, "", d.body)
		if err != nil {
			return nil, err
		}
		out = append(out, put)
	}
	return out, nil
}

func (o *Outbox) slot(ctx context.Context, t storage.Tenant, subject, slot string) (Slot, error) {
	var s Slot
	_, err := storage.Load(ctx, o.Store, t, KindSlot, subject+"/"+slot, &s)
	return s, err
}

// direct says something to one member alone.
func (o *Outbox) direct(ctx context.Context, p chat.Platform, e storage.Effect, i Item) (storage.Change, error) {
	to, err := p.Direct(ctx, i.Member)
	if err != nil {
		return storage.Change{}, err
	}
	if _, err := o.say(ctx, p, e, to, chat.Message{Card: i.Card, Key: messageKey(e)}); err != nil {
		return storage.Change{}, err
	}
	return o.tell(storage.Change{DoneEffects: done(e)}, e, i, "")
}

// redraw edits the message of a slot to show its subject as it is now.
func (o *Outbox) redraw(ctx context.Context, p chat.Platform, e storage.Effect, i Item) (storage.Change, error) {
	slot, err := o.slot(ctx, e.Tenant, i.Subject, i.Slot)
	if errors.Is(err, storage.ErrNotFound) {
		return storage.Change{}, errNotYet
	}
	if err != nil {
		return storage.Change{}, err
	}
	if due := o.Pace.again(i.Subject, o.Now(), e.Due); due.After(o.Now()) {
		return later(e, due), nil
	}
	card, err := o.Drawer.Draw(ctx, e.Tenant, i.Subject)
	if errors.Is(err, storage.ErrNotFound) {
		return storage.Change{DoneEffects: done(e)}, nil
	}
	if err != nil {
		return storage.Change{}, fmt.Errorf("draw %s: %w", i.Subject, err)
	}
	// From now on, so that what changes while the edit is on its way waits for
	// its turn.
	o.Pace.edited(i.Subject, o.Now())
	if err := p.Edit(ctx, slot.Ref, card); err != nil {
		return storage.Change{}, err
	}
	return storage.Change{DoneEffects: done(e)}, nil
}

// remove deletes the message of a slot.
func (o *Outbox) remove(ctx context.Context, p chat.Platform, e storage.Effect, i Item) (storage.Change, error) {
	slot, err := o.slot(ctx, e.Tenant, i.Subject, i.Slot)
	if errors.Is(err, storage.ErrNotFound) {
		return storage.Change{DoneEffects: done(e)}, nil
	}
	if err == nil {
		err = p.Delete(ctx, slot.Ref)
	}
	if err != nil {
		return storage.Change{}, err
	}
	return storage.Change{DoneEffects: done(e)}, nil
}

// grant gives a role or takes it.
func (o *Outbox) grant(ctx context.Context, p chat.Platform, e storage.Effect, i Item) (storage.Change, error) {
	act := p.GiveRole
	if i.Take {
		act = p.TakeRole
	}
	if err := act(ctx, i.Space, i.Member, i.Role); err != nil {
		return storage.Change{}, err
	}
	return storage.Change{DoneEffects: done(e)}, nil
}

// tell adds the news of what became of an item for the game that asked.
func (o *Outbox) tell(c storage.Change, e storage.Effect, i Item, trouble chat.Trouble) (storage.Change, error) {
	if !i.Tell {
		return c, nil
	}
	body, err := json.Marshal(Spoke{Subject: i.Subject, Slot: i.Slot, Member: i.Member, Trouble: trouble})
	if err != nil {
		return c, fmt.Errorf("write the news: %w", err)
	}
	c.Jobs = append(c.Jobs, storage.Job{Key: "spoke/" + e.Key, Kind: JobSpoke, Due: o.Now(), Body: body})
	return c, nil
}
