package commands

import (
	"context"
	"fmt"
	"strings"

	"animo/bot/chat"
	"animo/games/eligibility"
	"animo/games/giveaway"
)

// readWho reads who may take part and who has more tickets: a condition a line,
// or parted by semicolons. The directory is asked only where names were typed.
func readWho(ctx context.Context, r *Request, args chat.Values, p *giveaway.Params) error {
	conditions, bonus := lines(args["conditions"]), lines(args["bonus"])
	if conditions == "" && bonus == "" {
		return nil
	}
	names, err := namesOf(ctx, r)
	if err != nil {
		return err
	}
	if p.Who, err = eligibility.ReadRules(r.Private, conditions, names); err != nil {
		return err
	}
	p.Bonus, err = eligibility.ReadBonus(r.Private, bonus, names)
	return err
}

func lines(typed string) string {
	return strings.TrimSpace(strings.ReplaceAll(typed, ";", "\n"))
}

// namesOf lists what roles and channels are called here.
func namesOf(ctx context.Context, r *Request) (n eligibility.Names, err error) {
	if n.Roles, err = r.Platform.Roles(ctx, r.Space); err != nil {
		return n, fmt.Errorf("list the roles: %w", err)
	}
	if n.Channels, err = r.Platform.Channels(ctx, r.Space); err != nil {
		return n, fmt.Errorf("list the channels: %w", err)
	}
	return n, nil
}
