package commands

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"animo/bot/chat"
	"animo/bot/community"
	"animo/bot/i18n"
	"animo/bot/jobs"
	"animo/bot/outbox"
	"animo/games"
	"animo/games/engine"
	"animo/games/giveaway"
	"animo/storage"
)

// JobRepeat is the kind of the job that is a firing of a repeated giveaway.
const JobRepeat = "giveaway.repeat"

// Handlers are the commands' jobs, for the runner.
func (g *Registry) Handlers() map[string]jobs.Handler {
	return map[string]jobs.Handler{community.JobSweep: g.Sweep, JobBlock: g.Block, JobRepeat: g.Repeat}
}

// Repeat is the handler of JobRepeat: it starts the giveaway and plans the next
// in one commit. The team is told of what was missed, and of what could not
// start; the schedule goes on.
func (g *Registry) Repeat(ctx context.Context, j storage.Job) error {
	f, err := jobs.Due(ctx, g.Store, j, g.Now())
	if err != nil {
		return err
	}
	if f.Verdict == jobs.FiringVoid {
		return g.commitFiring(ctx, j.Tenant, f.Change)
	}
	c, err := g.Book.Load(ctx, chat.CommunityID(j.Tenant))
	if err != nil {
		return fmt.Errorf("find the community of a repeated giveaway: %w", err)
	}
	b, err := readRepeated(f.Schedule)
	if err != nil {
		return err
	}
	if f.Verdict == jobs.FiringRun {
		_, err := g.startRepeated(ctx, c, b, f.Change)
		var refused *games.Refusal
		if !errors.As(err, &refused) {
			return err
		}
		return g.leaveOut(ctx, c, b, f, "refused", g.refusedCard(c, b, f, refused.Line))
	}
	return g.leaveOut(ctx, c, b, f, string(f.Verdict), g.missedCard(c, b, f))
}

func (g *Registry) commitFiring(ctx context.Context, t storage.Tenant, c storage.Change) error {
	if _, err := g.Store.Commit(ctx, t, c); err != nil {
		return fmt.Errorf("plan a repeated giveaway: %w", err)
	}
	return nil
}

// startRepeated starts a giveaway now, as if whoever set the schedule up had
// asked for it, with what else is to be committed.
func (g *Registry) startRepeated(ctx context.Context, c community.Community, b repeated, change storage.Change) (string, error) {
	platform := g.Platforms[chat.NetworkOf(b.Space)]
	if platform == nil {
		return "", fmt.Errorf("no platform for %s", b.Space)
	}
	words := g.Words.Printer(c.Language)
	r := &Request{
		Meta:      chat.Meta{Space: b.Space, Channel: b.Channel, Actor: chat.Actor{ID: b.By, Bare: true}},
		Community: c, Private: words, Public: words, Platform: platform, Caps: platform.Capabilities(), Now: g.Now(),
	}
	channel, err := channelFor(ctx, r, b.Channel)
	if err != nil {
		return "", err
	}
	p := b.Params
	p.Ends = r.Now.Add(b.Length).UTC()
	if p, err = (giveaways{g}).withTerms(ctx, r, p, channel); err != nil {
		return "", err
	}
	return g.beginGiveaway(ctx, engine.StartRequest{
		Community: c, Space: b.Space, Channel: b.Channel, Kind: giveaway.Kind, By: r.Actor, Private: words, Change: change,
	}, p)
}

// leaveOut commits a firing that started nothing, with a line of the log and
// the notice to the team.
func (g *Registry) leaveOut(ctx context.Context, c community.Community, b repeated, f jobs.Firing, what string, card chat.Card) error {
	raw, err := json.Marshal(f.At)
	if err != nil {
		return fmt.Errorf("write the log: %w", err)
	}
	change := f.Change
	change.Log = append(change.Log, storage.LogLine{
		At: g.Now(), Actor: "animo", Action: "giveaway.repeat." + what, Target: f.Schedule.ID, Body: raw,
	})
	if c.TeamChannel != "" {
		key := "repeat/" + f.Schedule.ID + "/" + strconv.FormatInt(f.At.Unix(), 10)
		notice, err := outbox.Effect(key, outbox.PriorityTeam, g.Now(), outbox.Item{
			Kind: outbox.ItemPost, Space: b.Space, Channel: c.TeamChannel, Card: card,
		})
		if err != nil {
			return err
		}
		change.Effects = append(change.Effects, notice)
	}
	if err := g.commitFiring(ctx, c.Tenant(), change); err != nil {
		return err
	}
	g.Effects()
	return nil
}

// missedCard tells the team what was missed, and asks them if the schedule
// says so.
func (g *Registry) missedCard(c community.Community, b repeated, f jobs.Firing) chat.Card {
	p := g.Words.Printer(c.Language)
	args := g.firingArgs(c, b, f)
	if f.Verdict != jobs.FiringAsk {
		return chat.Say(p.Line("staff.repeat.was_missed", args...))
	}
	at := strconv.FormatInt(f.At.Unix(), 10)
	return chat.NewCard(
		chat.Paragraph(p.Line("staff.repeat.was_asked", args...)),
		chat.Controls(
			chat.Button(chat.Act(familyRepeat, repeatRun, f.Schedule.ID).With(at), p.Text("staff.repeat.run"), chat.ToneGood),
			chat.Button(chat.Act(familyRepeat, repeatLeave, f.Schedule.ID).With(at), p.Text("staff.repeat.leave"), chat.TonePlain)))
}

func (g *Registry) refusedCard(c community.Community, b repeated, f jobs.Firing, why chat.Line) chat.Card {
	p := g.Words.Printer(c.Language)
	return chat.NewCard(chat.Paragraph(p.Line("staff.repeat.was_refused", g.firingArgs(c, b, f)...)), chat.Paragraph(why))
}

// firingArgs are what the notices name: which giveaway, where, and when it was
// due.
func (g *Registry) firingArgs(c community.Community, b repeated, f jobs.Firing) []i18n.Arg {
	zone, err := time.LoadLocation(f.Schedule.Zone)
	if err != nil {
		zone = c.Location()
	}
	return []i18n.Arg{
		i18n.In("template", chat.Strong(chat.T(b.Template))), i18n.In("channel", chat.MentionChannel(b.Channel)),
		i18n.Str("date", g.Words.Printer(c.Language).DateText(f.At, zone)), i18n.In("id", chat.Code(f.Schedule.ID)),
	}
}
