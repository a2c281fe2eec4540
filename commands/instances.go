package commands

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"animo/bot/chat"
	"animo/games"
	"animo/games/engine"
	"animo/storage"
)

// What the families of games have in common.

// suggests completes an id by the instances of a kind.
func (g *Registry) suggests(kind string, statuses ...games.Status) Completer {
	return func(ctx context.Context, r *Request) ([]chat.Choice, error) {
		var out []chat.Choice
		for _, s := range statuses {
			found, err := g.Engine.List(ctx, r.Community, kind, s, searched)
			if err != nil {
				return nil, err
			}
			for _, l := range found {
				if label := l.ID + " · " + l.Title; containsFold(label, r.Partial) {
					out = append(out, chat.Choice{Value: l.ID, Label: shorten(label, 75)})
				}
			}
		}
		return out, nil
	}
}

// instance reads an instance of a kind with its state.
func (g *Registry) instance(ctx context.Context, r *Request, kind, id string, state any) (engine.Listed, error) {
	l, err := g.Engine.Get(ctx, r.Community, kind, id)
	if err != nil {
		return l, err
	}
	if err := json.Unmarshal(l.State, state); err != nil {
		return l, fmt.Errorf("read %s %s: %w", kind, id, err)
	}
	return l, nil
}

// ownDraft reads a draft of the member who asks; storage.ErrNotFound if it is
// gone or somebody else's.
func (g *Registry) ownDraft(ctx context.Context, r *Request, id string, d *draft) (int64, error) {
	version, err := storage.Load(ctx, g.Store, r.Community.Tenant(), kindDraft, id, d)
	if err == nil && d.By != r.Actor.ID {
		err = storage.ErrNotFound
	}
	return version, err
}

// keepDraft writes a draft; storage.ErrConflict if it was changed or is gone.
func (g *Registry) keepDraft(ctx context.Context, r *Request, id string, version int64, d draft) error {
	put, err := storage.Put(kindDraft, id, version, d.At.UTC().Format(time.RFC3339), d)
	if err != nil {
		return err
	}
	_, err = g.Store.Commit(ctx, r.Community.Tenant(), storage.Change{Docs: []storage.DocPut{put}, Now: r.Now})
	return err
}
