package slack

import (
	"errors"
	"fmt"
	"strings"

	"animo/bot/chat"
)

// spaceID names a workspace by its team id.
func spaceID(team string) chat.SpaceID { return chat.NewID[chat.SpaceID](chat.Slack, team) }

func channelID(team, channel string) chat.ChannelID {
	return chat.NewID[chat.ChannelID](chat.Slack, team+"/"+channel)
}

func memberID(team, user string) chat.MemberID {
	return chat.NewID[chat.MemberID](chat.Slack, team+"/"+user)
}

func roleID(team, group string) chat.RoleID {
	return chat.NewID[chat.RoleID](chat.Slack, team+"/"+group)
}

// scoped are the ids that stand below a workspace.
type scoped interface {
	chat.ChannelID | chat.MemberID | chat.RoleID
}

// local returns what Slack calls an id, without its workspace; "" if it is no
// id of Slack.
func local[T scoped](id T) string {
	if chat.NetworkOf(id) != chat.Slack {
		return ""
	}
	_, l, _ := strings.Cut(chat.Native(id), "/")
	return l
}

// ours returns what Slack calls an id of this workspace, else an error that
// says the id is not there: a call would reach someone else's channel.
func ours[T scoped](team string, id T, doing string) (string, error) {
	t, l, ok := strings.Cut(chat.Native(id), "/")
	if chat.NetworkOf(id) != chat.Slack || !ok || t != team || l == "" {
		return "", &chat.Error{Trouble: chat.TroubleGone, Doing: doing, Err: fmt.Errorf("%q is no id of this workspace", string(id))}
	}
	return l, nil
}

// errOtherSpace: the adapter serves one workspace.
var errOtherSpace = errors.New("another workspace")
