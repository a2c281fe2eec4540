package commands

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"animo/bot/chat"
	"animo/bot/community"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/contest"
	"animo/games/engine"
	"animo/games/giveaway"
	"animo/games/terms"
)

// check is one line of the list that staff go through before they launch. It
// warns and never stops anybody: what the platform would refuse is refused at
// the launch.
type check struct {
	well bool
	line chat.Line
}

func (c check) item() chat.Line {
	if c.well {
		return chat.Words("✅ ").Then(c.line...)
	}
	return chat.Words("⚠️ ").Then(c.line...)
}

// plan is a giveaway that is looked over.
type plan struct {
	giveaway.Params
	id      string // "" before the launch
	channel chat.ChannelID
	host    chat.MemberID
}

// begins is when it opens, or now if it did already.
func (p plan) begins(now time.Time) time.Time {
	if p.Starts.After(now) {
		return p.Starts
	}
	return now
}

// checklist looks a plan over: whether its place is free, its rules say who
// organises, rights are there, its end is at a time of day at which somebody is
// about, and there is a team.
func (w giveaways) checklist(ctx context.Context, r *Request, p plan) ([]chat.Block, error) {
	slot, err := w.checkSlot(ctx, r, p)
	if err != nil {
		return nil, err
	}
	checks := append(slot, checkRules(r, p)...)
	checks = append(checks, checkRights(ctx, r, p)...)
	checks = append(checks, checkHours(r, p))
	checks = append(checks, checkTeam(ctx, r, p)...)
	items := make([]chat.Line, len(checks))
	for i, c := range checks {
		items[i] = c.item()
	}
	return titled(r.Private, "terms.check.title", items), nil
}

// taken is what runs in a channel over some time.
type taken struct {
	engine.Listed
	begins time.Time
}

// checkSlot names what runs in the same channel at the same time.
func (w giveaways) checkSlot(ctx context.Context, r *Request, p plan) ([]check, error) {
	where := i18n.In("channel", chat.MentionChannel(p.channel))
	others, err := w.running(ctx, r)
	if err != nil {
		return nil, err
	}
	var out []check
	for _, o := range others {
		if o.ID == p.id || o.Channel != p.channel || !o.begins.Before(p.Ends) || !p.begins(r.Now).Before(o.Ends) {
			continue
		}
		out = append(out, check{line: r.Private.Line("terms.check.slot_taken", where,
			i18n.In("title", chat.Strong(chat.T(shorten(o.Title, titleSize)))), i18n.In("id", chat.Code(o.ID)),
			i18n.In("end", chat.Moment(o.Ends, chat.MomentFull)))})
	}
	if len(out) == 0 {
		out = append(out, check{true, r.Private.Line("terms.check.slot", where)})
	}
	return out, nil
}

// running lists giveaways and contests that are open or planned.
func (w giveaways) running(ctx context.Context, r *Request) ([]taken, error) {
	var out []taken
	for _, kind := range []string{giveaway.Kind, contest.Kind} {
		found, err := w.Engine.List(ctx, r.Community, kind, games.StatusOpen, searched)
		if err != nil {
			return nil, err
		}
		for _, l := range found {
			var at struct{ Starts, Opens time.Time } // of a giveaway, of a contest
			if err := json.Unmarshal(l.State, &at); err != nil {
				return nil, fmt.Errorf("read when %s opens: %w", l.ID, err)
			}
			if at.Starts.IsZero() {
				at.Starts = at.Opens
			}
			out = append(out, taken{l, at.Starts})
		}
	}
	return out, nil
}

// checkRules says whether the rules page names who organises.
func checkRules(r *Request, p plan) []check {
	t, set := r.Private, terms.Organiser(r.Community.Organiser)
	name := i18n.Str("name", set.Name)
	switch {
	case set.Name == "":
		return []check{{line: t.Line("terms.check.rules_missing")}}
	case p.id != "" && p.Terms.Organiser != set:
		return []check{{line: t.Line("terms.check.rules_old")}}
	case set.Contact == "":
		return []check{{line: t.Line("terms.check.contact_missing", name)}}
	}
	return []check{{true, t.Line("terms.check.rules", name)}}
}

// checkRights says whether the card can be posted and the role be given.
func checkRights(ctx context.Context, r *Request, p plan) []check {
	t, where := r.Private, i18n.In("channel", chat.MentionChannel(p.channel))
	unanswered := check{line: t.Line("terms.check.unanswered", i18n.Str("platform", r.Caps.Name))}
	out := []check{{true, t.Line("terms.check.rights", where)}}
	switch c, err := r.Platform.Channel(ctx, p.channel); {
	case err != nil && (chat.TroubleOf(err) == chat.TroubleGone || chat.TroubleOf(err) == chat.TroubleForbidden):
		out[0] = check{line: t.Line("terms.check.channel_unseen", where)}
	case err != nil:
		return []check{unanswered}
	case len(c.Missing) > 0:
		out[0] = check{line: t.Line("terms.check.rights_missing", where, i18n.In("rights", rightsOf(t, c.Missing)...))}
	}
	if p.Role == "" {
		return out
	}
	roles, err := r.Platform.Roles(ctx, r.Space)
	if err != nil {
		return append(out, unanswered)
	}
	return append(out, checkRole(r, p.Role, roles))
}

func checkRole(r *Request, id chat.RoleID, roles []chat.Role) check {
	t, role, platform := r.Private, i18n.In("role", chat.MentionRole(id)), i18n.Str("platform", r.Caps.Name)
	at := slices.IndexFunc(roles, func(x chat.Role) bool { return x.ID == id })
	switch {
	case at < 0:
		return check{line: t.Line("terms.check.role_gone")}
	case roles[at].Managed:
		return check{line: t.Line("terms.check.role_managed", role, platform)}
	case roles[at].Beyond:
		return check{line: t.Line("terms.check.role_beyond", role, platform)}
	}
	return check{true, t.Line("terms.check.role", role)}
}

// checkHours says whether it ends while somebody is about.
func checkHours(r *Request, p plan) check {
	t, zone, hours := r.Private, r.Community.Location(), r.Community.OpeningHours()
	end := i18n.Str("end", t.DateText(p.Ends, zone))
	if hours.Holds(p.Ends, zone) {
		return check{true, t.Line("terms.check.ends", end)}
	}
	return check{line: t.Line("terms.check.ends_closed", end, i18n.Str("hours", hoursText(t, hours)))}
}

func hoursText(t i18n.Printer, h community.Hours) string {
	return t.Text("terms.hours", i18n.Num("from", int64(h.From)), i18n.Num("to", int64(h.To)))
}

// checkTeam says whether there are people who look after it.
func checkTeam(ctx context.Context, r *Request, p plan) []check {
	t, c := r.Private, r.Community
	var out []check
	if len(c.Staff)+len(c.StaffPeople) == 0 {
		out = append(out, check{line: t.Line("terms.check.no_staff")})
	}
	if c.TeamChannel == "" {
		out = append(out, check{line: t.Line("terms.check.no_team_channel")})
	}
	if p.host != r.Actor.ID { // who asks is staff
		m, err := r.Platform.Member(ctx, r.Space, p.host)
		if err != nil || !m.Present || !c.Allows(m.Actor, chat.Staff) {
			out = append(out, check{line: t.Line("terms.check.host", i18n.In("host", chat.Mention(p.host)))})
		}
	}
	if len(out) == 0 {
		out = append(out, check{true, t.Line("terms.check.team", i18n.In("channel", chat.MentionChannel(c.TeamChannel)))})
	}
	return out
}

// check looks over a giveaway that is planned or runs, as much may have changed
// since it was prepared.
func (w giveaways) check(ctx context.Context, r *Request) (chat.Reply, error) {
	id, err := w.pick(ctx, r, games.StatusOpen)
	if err != nil {
		return chat.Reply{}, err
	}
	l, s, err := w.state(ctx, r, id)
	if err != nil {
		return chat.Reply{}, err
	}
	blocks, err := w.checklist(ctx, r, plan{Params: s.Params, id: id, channel: l.Channel, host: s.Host})
	if err != nil {
		return chat.Reply{}, err
	}
	card := chat.NewCard(chat.Heading(chat.Words(s.Prize))).With(blocks...).With(chat.Note(r.Private.Line("terms.advice")))
	if set := terms.Organiser(r.Community.Organiser); l.Status == games.StatusOpen && set.Name != "" && s.Terms.Organiser != set {
		card = card.With(chat.Controls(chat.Button(chat.Act(giveaway.RulesFamily, rulesRenew, id), r.Private.Text("terms.button.renew"), chat.TonePrimary)))
	}
	return chat.Private(card), nil
}
