package commands_test

import (
	"slices"
	"strings"
	"testing"

	"animo/bot/chat"
	"animo/games"
	"animo/games/giveaway"
)

// bad is one mistake of staff, with what its sentence must say in each
// language.
type bad struct {
	name    string
	args    []string
	english []string
	french  []string
}

func badStarts(s *side) []bad {
	return []bad{
		{"a duration of zero", []string{"duration", "0"}, []string{"“0”", "`2h"}, []string{"« 0 »", "`2h"}},
		{"a duration of zero seconds", []string{"duration", "0s"}, []string{"“0s”", "more than zero", "`30m`"}, []string{"« 0s »", "supérieure à zéro", "`30m`"}},
		{"a negative duration", []string{"duration", "-5m"}, []string{"“-5m”", "30m"}, []string{"« -5m »", "30m"}},
		{"a duration of ages", []string{"duration", "5000 years"}, []string{"“5000 years”", "too long", "366 days"}, []string{"« 5000 years »", "trop longue", "366 jours"}},
		{"an hour that does not exist", []string{"duration", "demain 25h"}, []string{"“demain 25h”", "does not exist", "0 to 23", "tomorrow 8pm"}, []string{"« demain 25h »", "n’existe pas", "0 à 23", "demain 20h"}},
		{"a date that is past", []string{"duration", "20/01/2020 10h"}, []string{"past", "tomorrow 8pm"}, []string{"passée", "demain 20h"}},
		{"a duration of a second", []string{"duration", "1s"}, []string{"at least 10 seconds", "2h"}, []string{"au moins 10 secondes", "2h"}},
		{"no winner", []string{"winners", "0"}, []string{"“0”", "from 1 to 100", "winners:3"}, []string{"« 0 »", "de 1 à 100", "gagnants:3"}},
		{"10,000 winners", []string{"winners", "10000"}, []string{"10,000", "from 1 to 100"}, []string{"10\u202f000", "de 1 à 100"}},
		{"winners in letters", []string{"winners", "three"}, []string{"three", "winners", "does not fit", "winners:3"}, []string{"three", "gagnants", "ne convient pas", "gagnants:3"}},
		{"an empty prize", []string{"prize", ""}, []string{"needs a prize", `prize:"One month of Nitro"`}, []string{"besoin d’un lot", `lot:"Un mois de Nitro"`}},
		{"a prize of spaces", []string{"prize", "  \t "}, []string{"needs a prize"}, []string{"besoin d’un lot"}},
		{"a prize of 3,000 characters", []string{"prize", strings.Repeat("é", 3000)}, []string{"3,000 characters", "at most 200", "description"}, []string{"3\u202f000 caractères", "200", "description"}},
		{"a description of 1,501 characters", []string{"description", strings.Repeat("x", 1501)}, []string{"1,501", "1,500"}, []string{"1\u202f501", "1\u202f500"}},
		{"a channel without the right", []string{"channel", string(s.channel("locked"))}, []string{"locked", "Send Messages", "missing"}, []string{"locked", "Envoyer des messages", "manque"}},
		{"a channel of another community", []string{"channel", string(s.channel("abroad"))}, []string{"does not exist here"}, []string{"n’existe pas ici"}},
		{"a channel that is not there", []string{"channel", "nonsense"}, []string{"does not exist here"}, []string{"n’existe pas ici"}},
		{"an image that is no address", []string{"image", "prize.png"}, []string{"“prize.png”", "https://example.org"}, []string{"« prize.png »", "https://example.org"}},
		{"an image without encryption", []string{"thumbnail", "http://example.org/p.png"}, []string{"https://"}, []string{"https://"}},
		{"a colour that is none", []string{"colour", "red"}, []string{"“red”", "#F2B33D"}, []string{"« red »", "#F2B33D"}},
		{"a colour with a sign", []string{"colour", "+12345"}, []string{"“+12345”"}, []string{"« +12345 »"}},
		{"a word for an emoji", []string{"emoji", ":tada:"}, []string{"“:tada:”", "🎁"}, []string{"« :tada: »", "🎁"}},
		{"two emoji", []string{"emoji", "🎁🎁"}, []string{"“🎁🎁”"}, []string{"« 🎁🎁 »"}},
		{"letters of another script", []string{"emoji", "日本"}, []string{"“日本”"}, []string{"« 日本 »"}},
		{"a button's text of 31 characters", []string{"button", strings.Repeat("x", 31)}, []string{"at most 30"}, []string{"au plus 30"}},
		{"a role for no day", []string{"role_days", "0"}, []string{"“0”", "role_days:30", "366"}, []string{"« 0 »", "jours_du_rôle:30", "366"}},
	}
}

func TestABadStartGetsItsOwnSentenceAndChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		sentences := map[string]string{}
		for _, b := range badStarts(s) {
			args := slices.Concat([]string{"duration", "2h", "prize", "Nitro"}, b.args)
			var r chat.Reply
			s.changesNothing(func() { r = s.types(s.staff(), "giveaway start", args...) })
			wants := b.english
			if s.language == chat.French {
				wants = b.french
			}
			for _, w := range wants {
				if plain := strings.ReplaceAll(w, "`", ""); !strings.Contains(spaced(said(r)), spaced(plain)) {
					t.Errorf("%s: the sentence lacks %q: %s", b.name, plain, said(r))
				}
			}
			if r.Form != nil || r.Public || len(said(r)) > 600 {
				t.Errorf("%s: answered by %+v", b.name, r)
			}
			sentences[said(r)] = b.name
		}
		if len(sentences) < 20 {
			t.Errorf("only %d sentences are told apart", len(sentences))
		}
		if n := len(s.games(games.StatusOpen)); n != 0 {
			t.Errorf("%d giveaways are stored", n)
		}
	})
}

// spaced makes all spaces alike: French has several.
func spaced(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\u00a0' || r == '\u202f' {
			return ' '
		}
		return r
	}, text)
}

func TestABadEditChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.opens("Nitro")
		s.changesNothing(func() {
			s.holds(s.types(s.staff(), "giveaway edit"), s.in("Nothing to change", "Rien à modifier"), s.in("winners:3", "gagnants:3"))
			s.holds(s.types(s.staff(), "giveaway edit", "winners", "0"), s.in("from 1 to 100", "de 1 à 100"))
			s.holds(s.types(s.staff(), "giveaway edit", "prize", " "), s.in("needs a prize", "besoin d’un lot"))
			s.holds(s.types(s.staff(), "giveaway edit", "duration", "5000 years"), s.in("too long", "trop longue"))
			s.holds(s.types(s.staff(), "giveaway edit", "duration", "1s", "winners", "101"), "101")
			s.holds(s.types(s.staff(), "giveaway cancel", "reason", strings.Repeat("x", 201)), s.in("at most 200", "au plus 200"))
			s.holds(s.types(s.staff(), "giveaway reroll"), s.in("no such giveaway", "aucun concours de ce genre"), s.path("giveaway list"))
		})
	})
}

func TestAGiveawayOfAnotherCommunityDoesNotExistHere(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		other := s.side(chat.Discord, s.language)
		if s.network == chat.Discord {
			other = s.side(chat.Slack, s.language)
		}
		id := other.opens("Secret prize")
		other.enters(id, "m1")
		commands := map[string][]string{
			"end": nil, "cancel": nil, "pause": nil, "resume": nil, "edit": {"winners", "2"}, "reroll": nil, "delete": nil,
			"remove": {"member", string(s.id("m1"))}, "show": nil, "entrants": nil, "export": nil,
		}
		for verb, args := range commands {
			s.changesNothing(func() {
				r := s.types(s.staff(), "giveaway "+verb, append([]string{"id", id}, args...)...)
				s.holds(r, id, s.in("There is no giveaway", "Il n’y a pas de concours"), s.path("giveaway list"))
				if strings.Contains(said(r), "Secret") || r.Files != nil {
					t.Errorf("%s tells of another community: %s", verb, said(r))
				}
			})
		}
		for _, a := range []chat.Action{
			chat.Act(giveaway.Kind, giveaway.VerbEnter, id), chat.Act(giveaway.Kind, giveaway.VerbLeave, id),
			chat.Act("giveaway-pages", "next", id).With("1"), chat.Act(giveaway.StaffFamily, "shorten", id).With("1769300000"),
		} {
			s.changesNothing(func() {
				s.holds(s.presses(s.staff(), a), s.in("does not exist here", "n’existe pas ici"))
			})
		}
		if l := other.games(games.StatusOpen); len(l) != 1 || l[0].Entries != 1 {
			t.Errorf("the other community's giveaway is now %+v", l)
		}
	})
}

func TestAnIDThatIsNonsenseIsEchoedInShort(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.changesNothing(func() {
			r := s.types(s.staff(), "giveaway end", "id", strings.Repeat("x", 3000))
			s.holds(r, "XXXXXXX…")
			if len(said(r)) > 300 {
				t.Errorf("the answer has %d bytes", len(said(r)))
			}
		})
	})
}

func TestAPrizeThatNobodyCanSeeIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.changesNothing(func() {
			r := s.types(s.staff(), "giveaway start", "duration", "2h", "prize", "\u200b\u3164 \u2060")
			s.holds(r, s.in("needs a prize", "a besoin d’un lot"))
		})
	})
}

func TestAPrizeCannotTurnTheBotsWordsRound(t *testing.T) {
	s := on(t, chat.Discord)
	id := s.opens("Nitro\u202e\nevil")
	s.holds(s.types(s.staff(), "giveaway show", "id", id), "Nitro evil")
	s.types(s.staff(), "giveaway edit", "id", id, "prize", "Other\u2067 one")
	s.holds(s.types(s.staff(), "giveaway show", "id", id), "Other one")
}

func TestAnIDIsReadInAnyCase(t *testing.T) {
	s := on(t, chat.Discord)
	id := s.opens("Nitro")
	s.holds(s.types(s.staff(), "giveaway pause", "id", " "+strings.ToLower(id)+" "), "is paused")
}

func TestAChannelThatCannotBeSeenIsNamed(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.platform.Fail = func(call string) error {
			if call == "Channel" {
				return &chat.Error{Trouble: chat.TroubleForbidden, Doing: "look up channel"}
			}
			return nil
		}
		s.changesNothing(func() {
			s.holds(s.types(s.staff(), "giveaway start", "duration", "1h", "prize", "Nitro"), "general", s.in("cannot see", "ne voit pas"))
		})
	})
}

func TestARoleIsRefusedWhereThePlatformHasNone(t *testing.T) {
	for _, l := range chat.Languages() {
		s := newHouse(t).side(chat.Slack, l)
		s.changesNothing(func() {
			r := s.types(s.staff(), "giveaway start", "duration", "1h", "prize", "Nitro", "role", "slack:S1")
			s.holds(r, "Slack", s.in("cannot give roles", "ne peut pas donner de rôle"), s.in("user group", "groupe"))
		})
	}
}

func TestAllKindsOfEmojiArePressed(t *testing.T) {
	s := on(t, chat.Discord)
	for _, emoji := range []string{"🎁", "❤️", "👍🏽", "👩‍👩‍👧‍👦", "🇫🇷", "1️⃣", "⭐", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🧑🏿‍🚀", "©️"} {
		s.opens("Nitro", "emoji", emoji)
	}
	for _, not := range []string{"a", "🎁a", "🇫", "🇫🇷🇫", "\u200d", "🎁\u200d", "\u200d🎁", "🏽", "️", "1", "12⃣", "<:x:1>", "⃣", strings.Repeat("🎁\u200d", 6) + "🎁"} {
		s.changesNothing(func() {
			s.holds(s.types(s.staff(), "giveaway start", "duration", "1h", "prize", "Nitro", "emoji", not), "not one plain emoji")
		})
	}
}
