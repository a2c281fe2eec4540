package slackwire

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// names are what the ready-made workspace is called in one language.
type names struct {
	team, domain, locale, tz                            string
	general, contests, staff, readOnly, withoutBot      string
	staffTopic, generalTopic, readOnlyTopic, gamesTopic string
	admin, moderator, member, newcomer, guest, staffOf  string
}

func namesIn(language string) names {
	if language == "fr" {
		return names{
			team: "L'Atelier", domain: "l-atelier", locale: "fr-FR", tz: "Europe/Paris",
			general: "general", contests: "concours", staff: "equipe", readOnly: "lecture-seule", withoutBot: "sans-animo",
			generalTopic: "Tout le monde est ici", staffTopic: "L'équipe d'animation", readOnlyTopic: "Seuls les admins écrivent ici", gamesTopic: "Concours, sondages et quiz",
			admin: "Admin", moderator: "Modération", member: "Membre", newcomer: "Nouveau membre", guest: "Invité", staffOf: "Équipe",
		}
	}
	return names{
		team: "The Workshop", domain: "the-workshop", locale: "en-US", tz: "Europe/London",
		general: "general", contests: "contests", staff: "team", readOnly: "read-only", withoutBot: "without-animo",
		generalTopic: "Everyone is here", staffTopic: "The people who run this place", readOnlyTopic: "Only admins write here", gamesTopic: "Giveaways, polls and quizzes",
		admin: "Admin", moderator: "Moderator", member: "Member", newcomer: "Newcomer", guest: "Guest", staffOf: "Team",
	}
}

const (
	botHandle    = "animo"
	readyMembers = 4 // member-1 … member-4
)

// found makes the ready-made workspace and keeps it.
func (s *Server) found() {
	n, now := namesIn(s.opts.Language), s.clock.Now().UTC()
	s.space.team = team{
		ID: stableID("T", "workspace"), Name: n.team, Domain: n.domain, AppID: stableID("A", botHandle),
		BotID: stableID("B", botHandle), BotUID: userID(botHandle), Language: s.opts.Language, Created: now,
	}
	s.foundPeople(n, now)
	s.foundChannels(n, now)
	s.keep(keyTeam, s.space.team)
	for _, p := range s.space.people {
		s.keepPerson(p)
	}
	for _, c := range s.space.channels {
		s.keepChannel(c)
	}
	for _, g := range s.space.groups {
		s.keep(keyGroup+g.ID, g)
	}
}

func userID(handle string) string { return stableID("U", handle) }

func (s *Server) foundPeople(n names, now time.Time) {
	year := now.AddDate(-1, 0, 0)
	admin := s.newPerson("admin", n.admin, year)
	admin.Admin, admin.Owner = true, true
	s.newPerson("moderator", n.moderator, year)
	for i := range readyMembers {
		s.newPerson(fmt.Sprintf("member-%d", i+1), fmt.Sprintf("%s %d", n.member, i+1), year)
	}
	s.newPerson("newcomer", n.newcomer, now)
	s.newPerson("guest", n.guest, year).Guest = true
	s.newPerson(botHandle, "Animo", year).Bot = true
}

// newPerson adds someone without telling anybody.
func (s *Server) newPerson(handle, display string, since time.Time) *person {
	n := namesIn(s.space.team.Language)
	hue := (len(s.space.people)*137 + 210) % 360 // the golden angle keeps neighbours apart
	p := &person{
		ID: userID(handle), Name: handle, Display: display, Colour: colour(hue), Locale: n.locale, TZ: n.tz,
		Email: handle + "@" + n.domain + ".example", Created: since, Joined: since, Updated: since,
	}
	s.space.people = append(s.space.people, p)
	return p
}

// colour returns a saturated colour of one hue, in degrees, as Slack writes
// colours: six hexadecimal digits.
func colour(hue int) string {
	const high, low = 190, 70
	ramp := func(shift int) int {
		h := (hue + shift) % 360
		d := min(h, 360-h) // 0 is this channel's own hue
		return low + (high-low)*max(0, min(60, 120-d))/60
	}
	return fmt.Sprintf("%02x%02x%02x", ramp(0), ramp(240), ramp(120))
}

func (s *Server) foundChannels(n names, now time.Time) {
	var everyone []string
	for _, p := range s.space.people {
		everyone = append(everyone, p.ID)
	}
	guest, bot := userID("guest"), s.space.team.BotUID
	staff := []string{userID("admin"), userID("moderator")}
	year := now.AddDate(-1, 0, 0)
	s.newChannel(n.general, kindPublic, n.generalTopic, year, everyone).General = true
	s.newChannel(n.contests, kindPublic, n.gamesTopic, year, everyone)
	s.newChannel(n.staff, kindPrivate, n.staffTopic, year, append(slices.Clone(staff), bot))
	s.newChannel(n.readOnly, kindPublic, n.readOnlyTopic, year, without(everyone, guest)).Restricted = true
	s.newChannel(n.withoutBot, kindPublic, "", year, without(everyone, guest, bot))
	s.space.groups = append(s.space.groups, &group{
		ID: stableID("S", n.staff), Handle: n.staff, Name: n.staffOf, Users: staff, Created: year,
	})
}

func (s *Server) newChannel(name, kind, topic string, since time.Time, members []string) *channel {
	c := &channel{
		ID: stableID("C", name), Name: name, Kind: kind, Topic: topic, Creator: userID("admin"),
		Members: slices.Clone(members), Created: since, TopicSet: since,
	}
	s.space.channels = append(s.space.channels, c)
	return c
}

// direct returns the conversation of a person with the bot, opening it if
// need be. The caller holds s.mu.
func (s *Server) direct(p *person) *channel {
	id := stableID("D", p.Name)
	if c := s.space.channel(id); c != nil {
		return c
	}
	now := s.clock.Now().UTC()
	c := &channel{
		ID: id, Kind: kindDirect, User: p.ID, Creator: p.ID, Created: now, TopicSet: now,
		Members: []string{p.ID, s.space.team.BotUID},
	}
	s.space.channels = append(s.space.channels, c)
	s.keepChannel(c)
	return c
}

func without(list []string, drop ...string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(v string) bool { return slices.Contains(drop, v) })
}

// permalink returns the address of a message in a browser.
func (w *workspace) permalink(c *channel, ts string) string {
	return "https://" + w.team.Domain + ".slack.com/archives/" + c.ID + "/p" + strings.ReplaceAll(ts, ".", "")
}
