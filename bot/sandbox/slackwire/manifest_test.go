package slackwire_test

import (
	"strings"
	"testing"

	"animo/bot/sandbox/slackwire"
)

func TestBadManifestsAreRefused(t *testing.T) {
	good := "display_information: {name: Animo}\n"
	for name, c := range map[string]struct{ manifest, why string }{
		"not yaml":    {"a: [", "read app manifest"},
		"no name":     {"settings: {}", "display_information.name"},
		"no slash":    {good + "features: {slash_commands: [{command: give, description: x}]}", "want a slash"},
		"no words":    {good + "features: {slash_commands: [{command: /give}]}", "description"},
		"twice":       {good + "features: {slash_commands: [{command: /a, description: x}, {command: /a, description: x}]}", "twice"},
		"long name":   {good + "features: {shortcuts: [{name: " + strings.Repeat("x", 25) + ", type: message, callback_id: a, description: x}]}", "name needs 1 to 24"},
		"wrong type":  {good + "features: {shortcuts: [{name: x, type: other, callback_id: a, description: x}]}", "message or global"},
		"no callback": {good + "features: {shortcuts: [{name: x, type: message, description: x}]}", "callback_id"},
	} {
		_, err := slackwire.New(slackwire.Options{Manifest: []byte(c.manifest)})
		if err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %v, want %q", name, err, c.why)
		}
	}
}

func TestAnAppWithoutAManifestMayDoNothing(t *testing.T) {
	s := start(t, func(o *slackwire.Options) { o.Manifest = nil })
	s.refused("missing_scope", "chat.postMessage", object{"channel": s.channel("general"), "text": "x"})
	s.ok("auth.test", object{})
}
