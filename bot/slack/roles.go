package slack

import (
	"context"
	"errors"

	"animo/bot/chat"
)

// errNoRoles says why roles are not given: usergroups.users.update replaces
// the whole list of a group (two givers at once lose one), needs a paid plan,
// and is closed to bots where only owners may manage groups
// (docs.slack.dev/reference/methods/usergroups.users.update).
var errNoRoles = errors.New("user groups are managed by the workspace's administrators")

// GiveRole is refused; see Capabilities.Roles.
func (a *Adapter) GiveRole(context.Context, chat.SpaceID, chat.MemberID, chat.RoleID) error {
	return &chat.Error{Trouble: chat.TroubleRefused, Doing: "add to user group", Err: errNoRoles}
}

// TakeRole is refused; see Capabilities.Roles.
func (a *Adapter) TakeRole(context.Context, chat.SpaceID, chat.MemberID, chat.RoleID) error {
	return &chat.Error{Trouble: chat.TroubleRefused, Doing: "remove from user group", Err: errNoRoles}
}
