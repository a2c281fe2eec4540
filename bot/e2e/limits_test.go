package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/discord"
	"animo/bot/quota"
	"animo/bot/sandbox"
	"animo/bot/slack"
	"animo/storage/redis"
)

// Replicas post to the same channels as fast as they may. Each keeps to what
// the platform told any of them, so that none is refused.
func TestReplicasTogetherAskNoMoreThanAPlatformAllows(t *testing.T) {
	url := startRedis(t).url()
	sb := newSandbox(t, chat.English, func(o *sandbox.Options) { o.EnforceLimits = true })
	for name, s := range sides(t, sb) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var posts sync.WaitGroup
			const each = 3
			for n := range replicaCount {
				p := adapter(t, sb, name, url)
				for _, channel := range []string{s.contests(), s.channel("general", "général")} {
					for i := range each {
						m := chat.Message{Card: chat.Say(chat.Words(fmt.Sprint("Message ", i))), Key: fmt.Sprint(channel, n, i)}
						posts.Go(func() { insist(t, p, chatID(sb, name, channel), m) })
					}
				}
			}
			posts.Wait()
			refused, sent := 0, 0
			for _, r := range s.log(0) {
				if r.Status == http.StatusTooManyRequests {
					refused++
				}
				sent++
			}
			t.Logf("%s: %d calls of %d replicas, %d refused", name, sent, replicaCount, refused)
			if refused > 0 || sent < 2*each*replicaCount {
				t.Errorf("%d of %d calls were refused", refused, sent)
			}
		})
	}
}

// adapter is a platform's as one replica has it.
func adapter(t *testing.T, sb *sandbox.Sandbox, name, url string) chat.Platform {
	t.Helper()
	store, err := redis.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	limits := quota.Shared(store.Revise)
	if name == "discord" {
		a, err := discord.New(discord.Config{Token: sb.DiscordToken(), APIURL: sb.DiscordURL()}, discord.Deps{Machine: time.Now, Limits: limits})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a, err := slack.New(slack.Config{BotToken: sb.SlackBotToken(), AppToken: sb.SlackAppToken(), APIURL: sb.SlackURL()},
		slack.Deps{Machine: time.Now, Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// chatID is the bot's name of a channel.
func chatID(sb *sandbox.Sandbox, name, channel string) chat.ChannelID {
	if name == "discord" {
		return chat.ChannelID("discord:" + channel)
	}
	return chat.ChannelID("slack:" + sb.Slack.TeamID() + "/" + channel)
}

// insist posts until the message is taken.
func insist(t *testing.T, p chat.Platform, to chat.ChannelID, m chat.Message) {
	for {
		_, err := p.Post(t.Context(), to, m)
		if err == nil {
			return
		}
		var e *chat.Error
		if !errors.As(err, &e) || e.Trouble != chat.TroubleLimited {
			t.Errorf("%v", err)
			return
		}
		wait(t.Context(), e.RetryAfter)
	}
}
