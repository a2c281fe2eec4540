package eligibility

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// key names a line of what staff type. What is written comes from the
// catalogue; what is read is understood in both languages.
type key string

const (
	keyRoles    key = "roles"
	keyWithout  key = "without"
	keyAccount  key = "account"
	keyMember   key = "member"
	keyMessages key = "messages"
	keyChannels key = "channels"
	keyGuests   key = "guests"
	keyBypass   key = "bypass"
	keyDenied   key = "denied"
	keyBoost    key = "boost"
	keyInsider  key = "insider"
	keyMode     key = "mode"
	keyCap      key = "cap"
)

// ruleKeys and bonusKeys are folded.
func ruleKeys() map[string]key {
	return map[string]key{
		"roles": keyRoles, "role": keyRoles, "without": keyWithout, "sans": keyWithout,
		"account": keyAccount, "compte": keyAccount, "member": keyMember, "membre": keyMember,
		"messages": keyMessages, "message": keyMessages, "channels": keyChannels, "channel": keyChannels,
		"canaux": keyChannels, "canal": keyChannels, "guests": keyGuests, "guest": keyGuests, "invites": keyGuests, "invite": keyGuests,
		"exempt": keyBypass, "bypass": keyBypass, "dispenses": keyBypass, "dispense": keyBypass, "dispensees": keyBypass,
		"excluded": keyDenied, "denied": keyDenied, "exclus": keyDenied, "exclu": keyDenied, "exclues": keyDenied,
	}
}

func bonusKeys() map[string]key {
	return map[string]key{
		"boost": keyBoost, "boosts": keyBoost, "booster": keyBoost, "boosters": keyBoost,
		"no guest": keyInsider, "no guests": keyInsider, "non invite": keyInsider, "non invites": keyInsider,
		"several": keyMode, "plusieurs": keyMode, "most": keyCap, "max": keyCap, "maximum": keyCap,
	}
}

// joiners are the words between two names.
func joiners() map[string]string {
	return map[string]string{"and": "and", "et": "and", "&": "and", "+": "and", "or": "or", "ou": "or", "|": "or"}
}

var (
	noWords      = []string{"no", "non", "none", "aucun", "0"}
	withinWords  = []string{"in", "en", "within", "sur", "over"}
	whereWords   = []string{"in", "dans"}
	messageWords = []string{"messages", "message"}
	highestWords = []string{"highest", "the highest", "le plus gros", "le plus eleve", "plus gros"}
	stackWords   = []string{"stack", "add up", "all", "cumul", "tous"}
)

// text is what was typed, and the same in lower case without accents, rune by
// rune.
type text struct{ typed, folded []rune }

func fold(s string) text {
	t := text{typed: []rune(norm.NFC.String(s))}
	t.folded = make([]rune, len(t.typed))
	for i, r := range t.typed {
		switch {
		case unicode.IsSpace(r):
			r = ' '
		case r == '’':
			r = '\''
		default:
			r = []rune(norm.NFD.String(string(unicode.ToLower(r))))[0]
		}
		t.folded[i] = r
	}
	return t
}

// folded is a text as words are compared.
func folded(s string) string {
	return strings.Join(strings.Fields(string(fold(s).folded)), " ")
}
