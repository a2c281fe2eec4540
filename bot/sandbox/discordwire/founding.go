package discordwire

import (
	"strconv"
	"time"

	"animo/bot/sandbox/world"
)

// Ids of the ready-made guild, the same in every sandbox.
const (
	botID       = "1100000000000000001"
	homeGuild   = "1100000000000000100"
	roleTeam    = "1100000000000000201"
	roleBot     = "1100000000000000202"
	roleRegular = "1100000000000000203"
	firstPerson = 1100000000000000500
	firstPlace  = 1100000000000000300
)

// handles are the same in every language, and those of the local Slack, so
// that one person lives in both.
func handles() [7]string {
	return [7]string{"admin", "moderator", "member-1", "member-2", "member-3", "member-4", "newcomer"}
}

// names are the words of the ready-made guild in one language. Channels are
// called as in the local Slack, which has no accents.
type names struct {
	locale, guild, team, regulars      string
	general, contests, staff, readOnly string
	topics                             [4]string
	people                             [7]string // the names shown, in the order of handles
}

var english = names{
	locale: "en-US", guild: "The Workshop", team: "Team", regulars: "Regulars",
	general: "general", contests: "contests", staff: "team", readOnly: "read-only",
	topics: [4]string{"Anything goes", "Giveaways, polls and quizzes", "Only the team sees this channel", "Only the team writes here; the bot may not"},
	people: [7]string{"Admin", "Moderator", "Member 1", "Member 2", "Member 3", "Member 4", "Newcomer"},
}

var french = names{
	locale: "fr", guild: "L'Atelier", team: "Équipe", regulars: "Habitués",
	general: "general", contests: "concours", staff: "equipe", readOnly: "lecture-seule",
	topics: [4]string{"On parle de tout", "Concours, sondages et quiz", "Seule l'équipe voit ce salon", "Seule l'équipe écrit ici ; le bot n'en a pas le droit"},
	people: [7]string{"Admin", "Modération", "Membre 1", "Membre 2", "Membre 3", "Membre 4", "Nouveau membre"},
}

var palette = []string{
	"#5865f2", "#3ba55c", "#faa61a", "#ed4245", "#eb459e", "#00a8fc", "#9b59b6", "#1abc9c", "#e67e22", "#607d8b",
}

func (o *Options) names() names {
	if o.Language == "fr" {
		return french
	}
	return english
}

// found makes the bot, the guild and its people at the first start.
func (s *Server) found() {
	n := s.opt.names()
	s.self = botID
	s.addPerson(&person{ID: botID, Name: "Animo", Display: "Animo", Colour: palette[0], Locale: n.locale, Bot: true, Created: idTime(botID)})
	people := s.foundPeople(n)
	g := &guild{
		ID: homeGuild, Name: n.guild, OwnerID: people[0], Locale: n.locale,
		members: map[string]*member{}, bans: map[string]*ban{},
		Roles: []*role{
			{ID: homeGuild, Name: "@everyone", Permissions: memberPermissions},
			{ID: roleRegular, Name: n.regulars, Position: 1, Color: 0x3ba55c},
			{ID: roleBot, Name: "Animo", Permissions: botPermissions, Position: 2, Color: 0x5865f2, Managed: true, BotID: botID},
			{ID: roleTeam, Name: n.team, Permissions: memberPermissions | teamPermissions, Position: 3, Color: 0xed4245, Mentionable: true},
		},
	}
	s.guilds[g.ID] = g
	s.keepGuild(g)
	s.foundMembers(g, people)
	s.foundChannels(g, n)
	s.keep(keyMeta, meta{Self: botID})
}

func (s *Server) addPerson(p *person) {
	s.people[p.ID] = p
	s.keep(keyPerson+p.ID, p)
}

func (s *Server) foundPeople(n names) []string {
	var ids []string
	for i, handle := range handles() {
		id := strconv.Itoa(firstPerson + i)
		if i == len(n.people)-1 {
			id = strconv.FormatUint(snowflakeAt(s.clock.Now().Add(-24*time.Hour)), 10)
		}
		s.addPerson(&person{
			ID: id, Name: handle, Display: n.people[i], Colour: palette[(i+1)%len(palette)],
			Locale: n.locale, Created: idTime(id),
		})
		ids = append(ids, id)
	}
	return ids
}

func (s *Server) foundMembers(g *guild, people []string) {
	now := s.clock.Now().UTC()
	join := func(id string, at time.Time, roles ...string) *member {
		if roles == nil {
			roles = []string{}
		}
		m := &member{Guild: g.ID, User: id, Roles: roles, Joined: at}
		g.members[id] = m
		return m
	}
	join(botID, now.AddDate(-1, 0, 0), roleBot)
	join(people[0], now.AddDate(-2, 0, 0), roleTeam)
	join(people[1], now.AddDate(-2, 0, 1), roleTeam)
	join(people[2], now.AddDate(0, -6, 0), roleRegular)
	for i, id := range people[3:6] {
		join(id, now.AddDate(0, -3, i))
	}
	join(people[6], now).Pending = true
	for _, m := range g.sortedMembers() {
		s.keepMember(m)
	}
}

func (s *Server) foundChannels(g *guild, n names) {
	for i, name := range []string{n.general, n.contests, n.staff, n.readOnly} {
		ch := &channel{
			ID: strconv.Itoa(firstPlace + i), Type: channelText, GuildID: g.ID,
			Name: name, Topic: n.topics[i], Position: i, Made: idTime(g.ID),
		}
		switch name {
		case n.staff:
			ch.Overwrites = []overwrite{
				{ID: g.ID, Deny: ViewChannel},
				{ID: roleTeam, Allow: ViewChannel},
				{ID: roleBot, Allow: ViewChannel},
			}
		case n.readOnly:
			ch.Overwrites = []overwrite{
				{ID: g.ID, Deny: SendMessages | CreatePublicThreads | SendInThreads},
				{ID: roleTeam, Allow: SendMessages},
				{ID: botID, Type: overwriteMember, Deny: SendMessages},
			}
		}
		s.channels[ch.ID] = ch
		s.keepChannel(ch)
	}
}

// personView is a person as the control interface shows them.
func (s *Server) personView(p *person, g *guild) world.Person {
	v := world.Person{
		ID: p.ID, Name: p.Name, Display: p.Display, Colour: p.Colour, Locale: p.Locale, Bot: p.Bot,
		CreatedAt: p.Created, Roles: []string{},
	}
	m := g.members[p.ID]
	if m == nil {
		return v
	}
	v.Present, v.JoinedAt, v.Roles = true, m.Joined, m.Roles
	v.Admin = s.guildPermissions(g, p.ID).has(Administrator)
	if m.Nick != "" {
		v.Display = m.Nick
	}
	return v
}
