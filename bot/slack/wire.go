package slack

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// callback is the outer envelope of an event
// (docs.slack.dev/apis/events-api#events-JSON).
type callback struct {
	Type      string `json:"type"`
	Challenge string `json:"challenge"`
	Team      string `json:"team_id"`
	ID        string `json:"event_id"`
	Time      int64  `json:"event_time"`
	Event     event  `json:"event"`
}

// event is what the adapter uses of the events it subscribes to
// (docs.slack.dev/reference/events).
type event struct {
	Type     string   `json:"type"`
	Subtype  string   `json:"subtype"`
	Channel  ref      `json:"channel"`
	User     ref      `json:"user"`
	Text     string   `json:"text"`
	TS       string   `json:"ts"`
	Thread   string   `json:"thread_ts"`
	Bot      string   `json:"bot_id"`
	Username string   `json:"username"`
	Deleted  string   `json:"deleted_ts"`
	Message  *message `json:"message"`
	Previous *message `json:"previous_message"`
}

type message struct {
	Subtype string `json:"subtype"`
	User    string `json:"user"`
	Bot     string `json:"bot_id"`
	Text    string `json:"text"`
	TS      string `json:"ts"`
}

// ref is a user or channel, which events give by id or whole.
type ref struct {
	ID   string
	User *slack.User // if a whole user was given
}

// UnmarshalJSON takes a string or an object; anything else is no reference.
func (r *ref) UnmarshalJSON(b []byte) error {
	*r = ref{}
	switch b = bytes.TrimSpace(b); {
	case len(b) == 0:
	case b[0] == '"':
		return json.Unmarshal(b, &r.ID)
	case b[0] == '{':
		var head struct {
			ID      string          `json:"id"`
			Profile json.RawMessage `json:"profile"`
		}
		if err := json.Unmarshal(b, &head); err != nil {
			return err
		}
		r.ID = head.ID
		var u slack.User
		if head.Profile != nil && json.Unmarshal(b, &u) == nil {
			r.User = &u
		}
	}
	return nil
}

// slashCommand is a typed command
// (docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling).
type slashCommand struct {
	Team     string `json:"team_id"`
	Channel  string `json:"channel_id"`
	User     string `json:"user_id"`
	UserName string `json:"user_name"`
	Command  string `json:"command"`
	Text     string `json:"text"`
	ReplyURL string `json:"response_url"`
	Trigger  string `json:"trigger_id"`
}

// interaction is what the adapter uses of a press, a shortcut or a form
// (docs.slack.dev/reference/interaction-payloads).
type interaction struct {
	Type     string `json:"type"`
	Callback string `json:"callback_id"`
	Trigger  string `json:"trigger_id"`
	ReplyURL string `json:"response_url"`
	ActionTS string `json:"action_ts"`
	Team     struct {
		ID string `json:"id"`
	} `json:"team"`
	User struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"user"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	Message struct {
		TS string `json:"ts"`
	} `json:"message"`
	Container struct {
		Type      string `json:"type"`
		MessageTS string `json:"message_ts"`
		Channel   string `json:"channel_id"`
		Ephemeral bool   `json:"is_ephemeral"`
	} `json:"container"`
	Actions []element `json:"actions"`
	View    struct {
		ID       string `json:"id"`
		Callback string `json:"callback_id"`
		Hash     string `json:"hash"`
		Data     string `json:"private_metadata"`
		State    struct {
			Values map[string]map[string]element `json:"values"`
		} `json:"state"`
	} `json:"view"`
}

// element is the value of a button, menu or field.
type element struct {
	Type     string   `json:"type"`
	ActionID string   `json:"action_id"`
	Value    string   `json:"value"`
	Option   option   `json:"selected_option"`
	Options  []option `json:"selected_options"`
	User     string   `json:"selected_user"`
	Users    []string `json:"selected_users"`
	Channel  string   `json:"selected_channel"`
	Channels []string `json:"selected_channels"`
	Room     string   `json:"selected_conversation"`
	Rooms    []string `json:"selected_conversations"`
	TS       string   `json:"action_ts"`
}

type option struct {
	Value string `json:"value"`
}

// moment reads a Slack timestamp such as "1355517523.000005"; zero if it is
// none.
func moment(ts string) time.Time {
	sec, frac, _ := strings.Cut(ts, ".")
	s, err := strconv.ParseInt(sec, 10, 64)
	if err != nil || s <= 0 {
		return time.Time{}
	}
	micros, err := strconv.ParseUint((frac + "000000")[:6], 10, 32)
	if err != nil {
		micros = 0
	}
	return time.Unix(s, int64(micros)*int64(time.Microsecond)).UTC()
}

// timestamp writes an instant as Slack does.
func timestamp(t time.Time) string {
	return strconv.FormatInt(t.Unix(), 10) + "." + zeros(t.Nanosecond()/int(time.Microsecond))
}

func zeros(micros int) string {
	s := strconv.Itoa(micros)
	return strings.Repeat("0", max(6-len(s), 0)) + s
}
