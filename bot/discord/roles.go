package discord

import (
	"context"
	"net/http"

	"github.com/bwmarrin/discordgo"

	"animo/bot/chat"
)

// GiveRole implements chat.RoleGiver; a role already held is no error. The
// role must stand below the bot's own highest one, else Discord answers that
// Manage Roles is missing (docs: topics/permissions#permission-hierarchy).
func (a *Adapter) GiveRole(ctx context.Context, space chat.SpaceID, m chat.MemberID, r chat.RoleID) error {
	return a.role(ctx, "give a role", http.MethodPut, space, m, r)
}

// TakeRole implements chat.RoleGiver; a role not held is no error.
func (a *Adapter) TakeRole(ctx context.Context, space chat.SpaceID, m chat.MemberID, r chat.RoleID) error {
	return a.role(ctx, "take a role", http.MethodDelete, space, m, r)
}

func (a *Adapter) role(ctx context.Context, doing, method string, space chat.SpaceID, m chat.MemberID, r chat.RoleID) error {
	guildID, err := native(doing, space)
	if err != nil {
		return err
	}
	userID, err := native(doing, m)
	if err != nil {
		return err
	}
	roleID, err := native(doing, r)
	if err != nil {
		return err
	}
	return a.call(ctx, request{
		doing: doing, method: method, url: discordgo.EndpointGuildMemberRole(guildID, userID, roleID),
		needs: rightManageRoles,
	}, nil)
}
