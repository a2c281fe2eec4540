package discord

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// readings are messages as Discord sends them, and as it does not.
var readings = []string{
	`{"type":0,"tts":false,"timestamp":"2026-01-20T10:11:12.345000+00:00","nonce":"14","mentions":[{"id":"9","member":{"roles":["8"]}}],"member":{"roles":["13","14"],` +
		`"premium_since":null,"nick":null,"joined_at":"2024-03-04T05:06:07.891000+00:00"},"id":"15","embeds":[{"type":"x","id":"3"}],"edited_timestamp":null,` +
		`"content":"Bonjour \"à\" tous \ud83c\udf89\n{[","channel_id":"10","author":{"username":"member.1","id":"7","global_name":"Member \u00e9","bot":true},"guild_id":"100"}`,
	`{"id":"1","channel_id":"2","webhook_id":"3","author":{"id":"4","global_name":null},"type":19,"edited_timestamp":"2026-01-02T03:04:05+00:00","member":{"nick":"N","roles":[],"joined_at":"never"}}`,
	` { "id" : "1" , "content" : null , "type" : null , "author" : null , "member" : null, "roles" : [ ] } `,
	`{"member":{"roles":null,"joined_at":null}}`,
	`{}`, `null`, `[]`, `{"id":1}`, `{"type":"0"}`, `{"type":1.5}`, `{"author":[]}`, `{"author":{"bot":"yes"}}`, `{"member":{"roles":{}}}`, `{"member":{"roles":[1]}}`, `{"content":["a"]}`,
}

// same compares readMessage with encoding/json on what is JSON.
func same(t *testing.T, data string) {
	t.Helper()
	var want messageEvent
	bad := json.Unmarshal([]byte(data), &want)
	got, err := readMessage([]byte(data))
	if (err != nil) != (bad != nil) {
		t.Errorf("%s: %v, want %v", data, err, bad)
	}
	if err != nil || bad != nil {
		return
	}
	alike := cmp.Options{cmp.AllowUnexported(messageEvent{}, member{}, user{}), cmpopts.EquateEmpty(), cmp.Comparer(func(x, y lenientTime) bool { return x == y })}
	if d := cmp.Diff(want, got, alike); d != "" {
		t.Errorf("%s: %s", data, d)
	}
}

func TestAMessageIsReadAsJSONSaysIt(t *testing.T) {
	for _, data := range readings {
		if data != "null" { // which is no event
			same(t, data)
		}
	}
}

func TestAMessageThatIsCutIsRefused(t *testing.T) {
	for n := range len(readings[0]) {
		if m, err := readMessage([]byte(readings[0][:n])); err == nil {
			t.Errorf("%s is taken for %+v", readings[0][:n], m)
		}
	}
}

// FuzzMessage holds readMessage to encoding/json. Names with capitals or
// escapes, which encoding/json takes too and Discord never sends, are left out,
// as are names that come twice and what a message's member does not have.
func FuzzMessage(f *testing.F) {
	for _, data := range readings {
		f.Add([]byte(data))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = readMessage(data)
		plain := !bytes.ContainsAny(data, "\\ABCDEFGHIJKLMNOPQRSTUVWXYZ") && bytes.IndexFunc(data, func(r rune) bool { return r > 127 }) < 0
		for _, name := range []string{"id", "channel_id", "guild_id", "content", "type", "webhook_id", "edited_timestamp", "author", "member", "roles", "user", "permissions", "pending", "nick", "joined_at", "bot", "username", "global_name"} {
			most := 1
			switch name {
			case "user", "permissions", "pending":
				most = 0
			case "id":
				most = 2
			}
			plain = plain && bytes.Count(data, []byte(`"`+name+`"`)) <= most
		}
		if !plain || !json.Valid(data) || string(bytes.TrimSpace(data)) == "null" {
			return
		}
		same(t, string(data))
	})
}
