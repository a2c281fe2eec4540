package slackwire

import "strings"

// method is one method of the Web API: what it needs, how often it may be
// called, and what it does.
type method struct {
	token    string   // prefix of the token wanted; empty: none needed
	scopes   []string // one of them is needed; the first is named when missing
	perMin   int      // calls a minute under EnforceLimits; 0: not limited
	required []string // arguments that must not be empty
	do       func(*call) (object, error)
}

// Rate limit tiers, in calls a minute (docs.slack.dev/apis/web-api/rate-limits).
const (
	tier1 = 1
	tier2 = 20
	tier3 = 50
	tier4 = 100
)

const (
	botToken = "xoxb-"
	appToken = "xapp-"
)

// methodTable lists the methods that this Slack has; its scopes and tiers are
// those of each method's page, docs.slack.dev/reference/methods. Methods whose
// scope depends on the kind of channel check it themselves.
func methodTable() map[string]method {
	m := map[string]method{
		"api.test":              {do: apiTest},
		"apps.connections.open": {token: appToken, scopes: nil, perMin: tier1, do: connectionsOpen},
	}
	bot := func(name string, perMin int, scopes, required string, do func(*call) (object, error)) {
		m[name] = method{botToken, strings.Fields(scopes), perMin, strings.Fields(required), do}
	}
	bot("auth.test", 0, "", "", authTest)
	bot("team.info", tier3, "team:read", "", teamInfo)
	bot("bots.info", tier3, "users:read", "", botsInfo)
	bot("emoji.list", tier2, "emoji:read", "", emojiList)

	bot("chat.postMessage", 0, "chat:write", "", chatPostMessage)
	bot("chat.postEphemeral", tier4, "chat:write", "", chatPostEphemeral)
	bot("chat.update", tier3, "chat:write", "", chatUpdate)
	bot("chat.delete", tier3, "chat:write", "", chatDelete)
	bot("chat.getPermalink", 0, "", "", chatGetPermalink)

	bot("conversations.list", tier2, "", "", conversationsList)
	bot("conversations.info", tier3, "", "", conversationsInfo)
	bot("conversations.history", tier3, "", "", conversationsHistory)
	bot("conversations.replies", tier3, "", "ts", conversationsReplies)
	bot("conversations.members", tier4, "", "", conversationsMembers)
	bot("conversations.open", tier3, "im:write mpim:write", "", conversationsOpen)
	bot("conversations.join", tier3, "channels:join", "", conversationsJoin)
	bot("conversations.setTopic", tier2, "", "", conversationsSetTopic)

	bot("users.info", tier4, "users:read", "", usersInfo)
	bot("users.list", tier2, "users:read", "", usersList)
	bot("users.conversations", tier3, "", "", usersConversations)
	bot("users.lookupByEmail", tier3, "users:read.email", "email", usersLookupByEmail)
	bot("usergroups.list", tier2, "usergroups:read", "", usergroupsList)
	bot("usergroups.users.list", tier2, "usergroups:read", "usergroup", usergroupsUsersList)

	bot("views.open", tier4, "", "view", viewsOpen)
	bot("views.push", tier4, "", "view", viewsPush)
	bot("views.update", tier4, "", "view", viewsUpdate)
	bot("views.publish", tier4, "", "user_id view", viewsPublish)

	bot("reactions.add", tier3, "reactions:write", "name", reactionsAdd)
	bot("reactions.remove", tier2, "reactions:write", "name", reactionsRemove)
	bot("reactions.get", tier3, "reactions:read", "", reactionsGet)
	bot("pins.add", tier2, "pins:write", "", pinsAdd)
	bot("pins.remove", tier2, "pins:write", "", pinsRemove)

	bot("files.getUploadURLExternal", tier4, "files:write", "", filesGetUploadURL)
	bot("files.completeUploadExternal", tier4, "files:write", "files", filesCompleteUpload)
	return m
}
