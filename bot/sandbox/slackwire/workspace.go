package slackwire

import (
	"fmt"
	"strings"
	"time"
)

// names are what the ready-made workspace is called in one language.
type names struct {
	team, domain, locale, tz                           string
	general, contests, staff, readOnly, withoutBot     string
	staffTopic, generalTopic, readOnlyTopic            string
	admin, moderator, member, newcomer, guest, staffOf string
}

func namesIn(language string) names {
	if language == "fr" {
		return names{
			team: "L'Atelier", domain: "l-atelier", locale: "fr-FR", tz: "Europe/Paris",
			general: "general", contests: "concours", staff: "equipe", readOnly: "lecture-seule", withoutBot: "sans-animo",
			generalTopic: "Tout le monde est ici", staffTopic: "L'équipe d'animation", readOnlyTopic: "Seuls les admins écrivent ici",
			admin: "Admin", moderator: "Modération", member: "Membre", newcomer: "Nouveau membre", guest: "Invité", staffOf: "Équipe",
		}
	}
	return names{
		team: "The Workshop", domain: "the-workshop", locale: "en-US", tz: "Europe/London",
		general: "general", contests: "contests", staff: "team", readOnly: "read-only", withoutBot: "without-animo",
		generalTopic: "Everyone is here", staffTopic: "The people who run this place", readOnlyTopic: "Only admins write here",
		admin: "Admin", moderator: "Moderator", member: "Member", newcomer: "Newcomer", guest: "Guest", staffOf: "Team",
	}
}

const (
	botHandle = "animo"
	members   = 4
)

// found makes the ready-made workspace and keeps it.
func (s *Server) found() {
	n, now := namesIn(s.opts.Language), s.clock.Now().UTC()
	w := &s.space
	w.team = team{
		ID: stableID("T", "workspace"), Name: n.team, Domain: n.domain, AppID: stableID("A", botHandle),
		BotID: stableID("B", botHandle), BotUID: stableID("U", botHandle), Language: s.opts.Language, Created: now,
	}
	year := now.AddDate(-1, 0, 0)
	s.settle1(n, year, now)
	everyone, staff := []string{}, []string{s.UserIDOf("admin"), s.UserIDOf("moderator")}
	for _, p := range w.people {
		if !p.Guest {
			everyone = append(everyone, p.ID)
		}
	}
	guest, bot := s.UserIDOf("guest"), w.team.BotUID
	add := func(name, kind, topic string, members []string) *channel {
		c := &channel{
			ID: stableID("C", name), Name: name, Kind: kind, Topic: topic, Creator: s.UserIDOf("admin"),
			Members: members, Created: year, TopicSet: year,
		}
		w.channels = append(w.channels, c)
		return c
	}
	add(n.general, kindPublic, n.generalTopic, append([]string{guest}, everyone...)).General = true
	add(n.contests, kindPublic, "", append([]string{guest}, everyone...))
	add(n.staff, kindPrivate, n.staffTopic, append([]string{bot}, staff...))
	add(n.readOnly, kindPublic, n.readOnlyTopic, append([]string{}, everyone...)).Restricted = true
	add(n.withoutBot, kindPublic, "", without(everyone, bot))
	w.groups = append(w.groups, &group{ID: stableID("S", n.staff), Handle: n.staff, Name: n.staffOf, Users: staff, Created: year})
	s.keepWorkspace()
}
