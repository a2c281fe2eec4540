package bench

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// What the communities of the benchmark have.
const (
	idleRoles    = 15
	idleThreads  = 2
	idleEmojis   = 20
	idleMembers  = 200
	idleSpeakers = 2 // in a voice channel
)

// dict is a JSON object.
type dict = map[string]any

// idleGateway plays a Discord of so many communities and returns its address.
// It is not the sandbox's, whose communities are smaller than Discord's own:
// here each is sent as the documentation describes it.
func idleGateway(b *testing.B, communities int) string {
	b.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/gateway/", func(w http.ResponseWriter, r *http.Request) { idlePour(w, r, communities) })
	mux.HandleFunc("/", idleAnswer)
	web := httptest.NewServer(mux)
	b.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
	})
	return web.URL
}

// idleAnswer answers the calls by which a bot starts.
func idleAnswer(w http.ResponseWriter, r *http.Request) {
	var answer any = dict{}
	switch path := r.URL.Path; {
	case strings.HasSuffix(path, "/gateway/bot"), strings.HasSuffix(path, "/gateway"):
		limit := dict{"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
		answer = dict{"url": "ws://" + r.Host + "/gateway/", "shards": 1, "session_start_limit": limit}
	case strings.HasSuffix(path, "/users/@me"), strings.HasSuffix(path, "/applications/@me"):
		answer = dict{"id": "1", "username": "animo", "flags": 0}
	case strings.Contains(path, "/commands"):
		answer = []any{}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

// idlePour begins a session and describes every community, as after IDENTIFY
// (docs: events/gateway-events#ready and #guild-create).
func idlePour(w http.ResponseWriter, r *http.Request, communities int) {
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer ws.CloseNow()
	seq := 0
	say := func(op int, kind any, d any) {
		seq++
		frame, err := json.Marshal(dict{"op": op, "t": kind, "s": seq, "d": d})
		if err == nil {
			_ = ws.Write(r.Context(), websocket.MessageText, frame) // a client that is gone is noticed below
		}
	}
	say(10, nil, dict{"heartbeat_interval": 41250})
	if _, _, err := ws.Read(r.Context()); err != nil {
		return
	}
	stubs := make([]dict, communities)
	for n := range stubs {
		stubs[n] = dict{"id": idleID(n, 0), "unavailable": true}
	}
	say(0, "READY", dict{
		"v": 10, "session_id": "s", "resume_gateway_url": "ws://" + r.Host + "/gateway/", "user": dict{"id": "1", "username": "animo"},
		"application": dict{"id": "1", "flags": 0}, "guilds": stubs, "private_channels": []any{}, "shard": []int{0, 1},
	})
	for n := range communities {
		say(0, "GUILD_CREATE", idleGuild(n))
	}
	for { // heartbeats
		if _, _, err := ws.Read(r.Context()); err != nil {
			return
		}
		say(11, nil, nil)
	}
}

// idleID is a snowflake of the year 2024 for one thing of one community.
func idleID(community, thing int) string {
	return strconv.Itoa(1_200_000_000_000_000_000 + community*1_000_000_000_000 + thing*4_194_304)
}

// idleGuild describes one community. Its members are the bot and who is in a
// voice channel: others come only with the presence intent, for which the bot
// does not ask (docs: events/gateway-events#guild-create).
func idleGuild(n int) dict {
	return dict{
		"id": idleID(n, 0), "name": fmt.Sprintf("Community of the benchmark, no. %d", n), "icon": "0123456789abcdef0123456789abcdef",
		"description": nil, "splash": nil, "discovery_splash": nil, "features": []string{"COMMUNITY", "NEWS", "INVITE_SPLASH", "AUTO_MODERATION"},
		"banner": nil, "owner_id": idleID(n, 900), "application_id": nil, "region": "deprecated", "afk_channel_id": nil, "afk_timeout": 300,
		"system_channel_id": idleID(n, 101), "system_channel_flags": 0, "widget_enabled": false, "widget_channel_id": nil, "verification_level": 1,
		"default_message_notifications": 1, "mfa_level": 0, "explicit_content_filter": 2, "max_presences": nil, "max_members": 500000,
		"max_video_channel_users": 25, "max_stage_video_channel_users": 50, "vanity_url_code": nil, "premium_tier": 1, "premium_subscription_count": 3,
		"preferred_locale": "fr", "rules_channel_id": idleID(n, 102), "public_updates_channel_id": idleID(n, 103), "safety_alerts_channel_id": nil,
		"nsfw_level": 0, "premium_progress_bar_enabled": true, "joined_at": idleStamp, "large": true, "unavailable": false,
		"member_count": idleMembers, "roles": several(idleRoles, n, idleRole), "emojis": several(idleEmojis, n, idleEmoji), "stickers": []any{},
		"channels": several(idleChannels, n, idleChannel), "threads": several(idleThreads, n, idleThread),
		"members": append(several(idleSpeakers, n, idleSpeaker), idleSelf(n)), "voice_states": several(idleSpeakers, n, idleVoice),
		"presences": []any{}, "stage_instances": []any{}, "guild_scheduled_events": []any{}, "soundboard_sounds": []any{}, "version": 1768903872345,
	}
}

const idleStamp = "2024-03-04T05:06:07.891000+00:00"

func several(count, community int, f func(community, i int) dict) []dict {
	out := make([]dict, count)
	for i := range out {
		out[i] = f(community, i)
	}
	return out
}

// idleRole is a role (docs: topics/permissions#role-object); the first is
// @everyone, which has the community's id.
func idleRole(n, i int) dict {
	return dict{
		"id": idleID(n, i), "name": fmt.Sprintf("Role %d", i), "description": nil, "permissions": "275146583040", "position": i, "color": 3447003,
		"colors": dict{"primary_color": 3447003, "secondary_color": nil, "tertiary_color": nil}, "hoist": false, "managed": i == 1,
		"mentionable": false, "icon": nil, "unicode_emoji": nil, "flags": 0, "version": 1768903872345,
	}
}

// idleChannel is a category, a voice channel or a text channel
// (docs: resources/channel#channel-object).
func idleChannel(n, i int) dict {
	kind, parent := 0, any(idleID(n, 100))
	switch i % 7 {
	case 0:
		kind, parent = 4, nil
	case 6:
		kind = 2
	}
	return dict{
		"id": idleID(n, 100+i), "type": kind, "name": fmt.Sprintf("channel-of-talk-%d", i), "position": i, "parent_id": parent,
		"topic":           "What this channel is for, in a sentence or two, as its community has written it.",
		"last_message_id": idleID(n, 5000+i), "last_pin_timestamp": idleStamp, "rate_limit_per_user": 0, "nsfw": false, "flags": 0,
		"icon_emoji": dict{"id": nil, "name": "🎉"}, "theme_color": nil, "version": 1768903872345,
		"permission_overwrites": []dict{
			{"id": idleID(n, 0), "type": 0, "allow": "0", "deny": "2048"}, {"id": idleID(n, 1), "type": 0, "allow": "3072", "deny": "0"},
		},
	}
}

func idleThread(n, i int) dict {
	return dict{
		"id": idleID(n, 300+i), "type": 11, "name": fmt.Sprintf("A thread about something, %d", i), "parent_id": idleID(n, 101), "guild_id": idleID(n, 0),
		"owner_id": idleID(n, 900), "last_message_id": idleID(n, 6000+i), "message_count": 12, "member_count": 3, "total_message_sent": 12,
		"rate_limit_per_user": 0, "flags": 0,
		"thread_metadata": dict{"archived": false, "archive_timestamp": idleStamp, "auto_archive_duration": 4320, "locked": false},
	}
}

func idleEmoji(n, i int) dict {
	return dict{
		"id": idleID(n, 700+i), "name": fmt.Sprintf("emoji_%d", i), "roles": []any{}, "require_colons": true,
		"managed": false, "animated": false, "available": true,
	}
}

func idleSpeaker(n, i int) dict { return idleMember(idleID(n, 900+i), idleID(n, 2), idleID(n, 3)) }

func idleSelf(n int) dict { return idleMember("1", idleID(n, 1)) }

func idleMember(id string, roles ...string) dict {
	return dict{
		"user": dict{
			"id": id, "username": "member." + id, "global_name": "Member", "discriminator": "0", "avatar": "0123456789abcdef0123456789abcdef",
			"public_flags": 0, "bot": id == "1", "avatar_decoration_data": nil, "collectibles": nil, "primary_guild": nil,
		},
		"roles": roles, "joined_at": idleStamp, "nick": nil, "avatar": nil, "banner": nil, "premium_since": nil, "pending": false,
		"communication_disabled_until": nil, "flags": 0, "mute": false, "deaf": false,
	}
}

func idleVoice(n, i int) dict {
	return dict{
		"user_id": idleID(n, 900+i), "channel_id": idleID(n, 106), "session_id": "0123456789abcdef", "mute": false, "deaf": false,
		"self_mute": true, "self_deaf": false, "self_video": false, "suppress": false, "request_to_speak_timestamp": nil,
	}
}
