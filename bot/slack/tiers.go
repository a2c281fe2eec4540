package slack

import "time"

// tier is how often something may be done: once in every, and after a pause
// burst times in a row.
type tier struct {
	every time.Duration
	burst int
}

// A method of tier N may be called so often per minute "with occasional
// bursts" (docs.slack.dev/apis/web-api/rate-limits#tiers). The bursts are ours,
// and the pace leaves a twentieth of it: what is sent evenly arrives less so.
var (
	tier2 = tier{time.Minute * 21 / 20 / 20, 10}
	tier3 = tier{time.Minute * 21 / 20 / 50, 25}
	tier4 = tier{time.Minute * 21 / 20 / 100, 50}
	// perChannel: one message per second and channel, short bursts allowed
	// (docs.slack.dev/apis/web-api/rate-limits#limits-when-posting-messages).
	perChannel = tier{time.Second * 21 / 20, 4}
	// perWorkspace: "several hundred messages per minute" (likewise).
	perWorkspace = tier{time.Minute / 300, 50}
)

// tiers are those of the methods used (docs.slack.dev/reference/methods, each
// method's page). Not among them: auth.test and chat.getPermalink, whose
// limits are hundreds per minute, and apps.connections.open, which is tier 1
// but answers the opening of both lines at once; a line waits by its own
// back-off, and by Retry-After if Slack asks for more.
var tiers = map[string]tier{
	"chat.postMessage":             perWorkspace,
	"chat.postEphemeral":           tier4,
	"chat.update":                  tier3,
	"chat.delete":                  tier3,
	"conversations.history":        tier3,
	"conversations.info":           tier3,
	"conversations.list":           tier2,
	"conversations.members":        tier4,
	"conversations.open":           tier3,
	"conversations.replies":        tier3,
	"files.getUploadURLExternal":   tier4,
	"files.completeUploadExternal": tier4,
	"team.info":                    tier3,
	"usergroups.list":              tier2,
	"users.info":                   tier4,
	"views.open":                   tier4,
}
