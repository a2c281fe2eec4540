package eligibility

import (
	"animo/bot/chat"
	"animo/games"
)

// Want says what must be known of members to judge them, nil if nothing must.
func Want(r Rules, b Bonus) *games.Wanting {
	w := games.Wanting{Actor: r.aboutActor() || !b.IsZero(), In: r.Channels}
	if r.Messages.Least > 0 {
		w.Days, w.Said = r.Messages.Days, r.Messages.In
	}
	if !w.Actor && w.Days == 0 && len(w.In) == 0 {
		return nil
	}
	return &w
}

// aboutActor says whether the rules ask for anything of the member but an id,
// messages and channels.
func (r Rules) aboutActor() bool {
	return len(r.All)+len(r.Any)+len(r.None)+len(r.Bypass)+len(r.Denied) > 0 || r.Account > 0 || r.Member > 0 || r.NoGuests
}

// Know returns what is known of the member who acts. Where that does not
// suffice the error is what a game returns in its turn: a *games.Wanting or,
// if the rules changed since it was answered, a *games.Refusal.
func Know(r Rules, b Bonus, by chat.Actor, l games.Look) (games.Facts, error) {
	if l.Facts == nil {
		f := games.Facts{Actor: by}
		if w := lacking(r, b, f); w != nil {
			return f, w
		}
		return f, nil
	}
	f := *l.Facts
	if w := lacking(r, b, f); w != nil && (f.Bare || w.Days > 0 || len(w.In) > 0) {
		return f, games.Refuse(l.Private.Line("eligibility.unknown"))
	}
	return f, nil
}

// lacking is what must still be known of a member, nil if that is nothing.
// Whoever is excluded or exempt is not looked up any further.
func lacking(r Rules, b Bonus, f games.Facts) *games.Wanting {
	w := Want(r, b)
	if w == nil {
		return nil
	}
	undated := r.Account > 0 && f.Created.IsZero() || r.Member > 0 && f.Joined.IsZero()
	w.Actor = w.Actor && (f.Bare || undated)
	switch s := r.standing(f); {
	case s == excluded:
		return nil
	case s == exempt && !f.Bare:
		return nil
	}
	if f.Wrote != nil {
		w.Days, w.Said = 0, nil
	}
	if f.In != nil {
		w.In = missing(w.In, f.In)
	}
	if !w.Actor && w.Days == 0 && len(w.In) == 0 {
		return nil
	}
	return w
}

// missing are the channels of which it is not known whether a member is there.
func missing(channels []chat.ChannelID, in map[chat.ChannelID]bool) (out []chat.ChannelID) {
	for _, ch := range channels {
		if _, known := in[ch]; !known {
			out = append(out, ch)
		}
	}
	return out
}
