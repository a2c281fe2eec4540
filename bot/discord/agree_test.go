package discord

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// Discord's number counts where none is configured, and the one that runs
// already before both; an operator is told of a difference, Discord never is.
func TestTheShardsThatRunAlreadyHaveTheirWay(t *testing.T) {
	for _, row := range []struct {
		configured, recommended, running, asked, got int
		warns                                        bool
	}{
		{configured: 0, recommended: 2, asked: 2, got: 2},
		{configured: 0, recommended: 0, asked: 1, got: 1},
		{configured: 4, recommended: 2, asked: 4, got: 4},
		{configured: 4, recommended: 2, running: 4, asked: 4, got: 4},
		{configured: 4, recommended: 2, running: 3, asked: 4, got: 3, warns: true},
		{configured: 0, recommended: 2, running: 3, asked: 2, got: 3},
	} {
		var said bytes.Buffer
		asked := 0
		a, err := New(Config{Token: "t", Shards: row.configured}, Deps{
			Machine: time.Now, Log: slog.New(slog.NewTextHandler(&said, nil)),
			Agree: func(_ context.Context, shards int) (int, error) {
				if asked = shards; row.running > 0 {
					return row.running, nil
				}
				return shards, nil
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := a.agree(t.Context(), plan{Shards: row.recommended})
		if err != nil || got != row.got || asked != row.asked {
			t.Errorf("%+v: agreed on %d after asking for %d, %v", row, got, asked, err)
		}
		if warned := strings.Contains(said.String(), "set discord.shards alike on all"); warned != row.warns {
			t.Errorf("%+v: it said %q", row, &said)
		}
	}
}
