package discord

import (
	"encoding/json"
	"strconv"

	"animo/bot/discord/gateway"
)

// readMessage reads what nearly every event is, in one go: encoding/json takes
// most of the time that a message costs.
func readMessage(data []byte) (m messageEvent, err error) {
	err = gateway.Members(data, func(key, value []byte) (err error) {
		switch string(key) {
		case "id":
			m.ID, err = gateway.Text(value)
		case "channel_id":
			m.Channel, err = gateway.Text(value)
		case "guild_id":
			m.Guild, err = gateway.Text(value)
		case "content":
			m.Content, err = gateway.Text(value)
		case "type":
			m.Kind, err = integer(value)
		case "webhook_id":
			m.Webhook, err = gateway.Text(value)
		case "edited_timestamp":
			m.Edited, err = gateway.Text(value)
		case "author":
			err = m.readAuthor(value)
		case "member":
			err = m.Member.read(value)
		}
		return err
	})
	return m, err
}

func isNull(value []byte) bool { return string(value) == "null" }

func integer(value []byte) (int, error) {
	if isNull(value) {
		return 0, nil
	}
	return strconv.Atoi(string(value))
}

func (m *messageEvent) readAuthor(value []byte) error {
	if isNull(value) {
		return nil
	}
	u := &user{}
	m.Author = u
	return gateway.Members(value, func(key, value []byte) (err error) {
		switch string(key) {
		case "id":
			u.ID, err = gateway.Text(value)
		case "username":
			u.Username, err = gateway.Text(value)
		case "global_name":
			u.Global, err = gateway.Text(value)
		case "bot":
			err = json.Unmarshal(value, &u.Bot)
		}
		return err
	})
}

// read takes over what a message tells of its author's membership: neither
// the user, who stands beside it, nor rights.
func (m *member) read(value []byte) error {
	if isNull(value) {
		return nil
	}
	return gateway.Members(value, func(key, value []byte) (err error) {
		switch string(key) {
		case "nick":
			m.Nick, err = gateway.Text(value)
		case "joined_at":
			err = m.Joined.UnmarshalJSON(value)
		case "roles":
			m.Roles, err = readTexts(value)
		}
		return err
	})
}

func readTexts(value []byte) ([]string, error) {
	if isNull(value) {
		return nil, nil
	}
	var out []string
	err := gateway.Elements(value, func(value []byte) error {
		s, err := gateway.Text(value)
		out = append(out, s)
		return err
	})
	return out, err
}
