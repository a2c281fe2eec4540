package engine

import (
	"context"
	"encoding/json"
	"fmt"

	"animo/bot/chat"
	"animo/bot/community"
	"animo/games"
	"animo/storage"
)

// Draw implements outbox.Drawer: the card of an instance as it is now.
func (e *Engine) Draw(ctx context.Context, t storage.Tenant, id string) (chat.Card, error) {
	in, _, err := e.load(ctx, t, id)
	if err != nil {
		return chat.Card{}, err
	}
	g, ok := e.games[in.Kind]
	if !ok {
		return chat.Card{}, fmt.Errorf("no game is called %q", in.Kind)
	}
	sum, err := g.Sum(in.State)
	if err != nil {
		return chat.Card{}, err
	}
	if sum.Status == games.StatusDeleted {
		return chat.Card{}, storage.ErrNotFound
	}
	c, err := e.Book.Load(ctx, chat.CommunityID(t))
	if err != nil {
		return chat.Card{}, err
	}
	tally, err := e.Store.Tally(ctx, t, id)
	if err != nil {
		return chat.Card{}, err
	}
	return g.Show(in.State, e.look(ctx, in, act{community: c}, tally, nil, e.Now()))
}

// Preview draws the card that a start with these parameters would post, and
// changes nothing; the instance has no id yet. The error is a *games.Refusal if
// the start would be refused.
func (e *Engine) Preview(ctx context.Context, r StartRequest) (chat.Card, error) {
	g, ok := e.games[r.Kind]
	if !ok {
		return chat.Card{}, fmt.Errorf("no game is called %q", r.Kind)
	}
	params, err := json.Marshal(r.Params)
	if err != nil {
		return chat.Card{}, fmt.Errorf("write the parameters: %w", err)
	}
	in := Instance{Kind: r.Kind, Space: r.Space, Channel: r.Channel, Created: e.Now()}
	l := e.look(ctx, in, act{community: r.Community, private: r.Private}, storage.Tally{}, nil, e.Now())
	o, err := g.Decide(nil, games.Started{By: r.By, Params: params}, l)
	if err != nil {
		return chat.Card{}, err
	}
	return g.Show(*o.State, l)
}

// Listed is an instance in a list.
type Listed struct {
	Instance
	games.Summary
	Entries int64
}

// List returns up to limit (at most 1000) instances of a kind and status, the
// latest first.
func (e *Engine) List(ctx context.Context, c community.Community, kind string, s games.Status, limit int) ([]Listed, error) {
	docs, err := e.Store.List(ctx, c.Tenant(), storage.ListQuery{Kind: KindInstance, Prefix: indexPrefix(kind, s), Limit: limit})
	if err != nil {
		return nil, fmt.Errorf("list the instances: %w", err)
	}
	out := make([]Listed, 0, len(docs))
	for _, d := range docs {
		l, err := e.Get(ctx, c, kind, d.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// Get returns one instance; storage.ErrNotFound if the community has none of
// this kind and id.
func (e *Engine) Get(ctx context.Context, c community.Community, kind, id string) (Listed, error) {
	in, _, err := e.load(ctx, c.Tenant(), id)
	if err != nil {
		return Listed{}, err
	}
	g := e.games[in.Kind]
	if in.Kind != kind || g == nil {
		return Listed{}, storage.ErrNotFound
	}
	sum, err := g.Sum(in.State)
	if err != nil {
		return Listed{}, err
	}
	tally, err := e.Store.Tally(ctx, c.Tenant(), id)
	return Listed{Instance: in, Summary: sum, Entries: tally.Entries}, err
}
