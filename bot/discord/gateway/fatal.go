package gateway

import "fmt"

// FatalError is a close code after which no connection can succeed until an
// operator acts (docs: topics/opcodes-and-status-codes#gateway-gateway-close-event-codes).
type FatalError struct {
	Code int
}

// fatal names what is wrong and what to do about it.
var fatal = map[int]struct{ wrong, remedy string }{
	4004: {"authentication failed", "check the bot token, or make a new one in the developer portal"},
	4010: {"invalid shard", "check the number of shards in the configuration"},
	4011: {"sharding required", "let Discord choose the number of shards"},
	4012: {"invalid gateway version", "update Animo"},
	4013: {"invalid intents", "update Animo"},
	4014: {"disallowed intents", "switch the privileged intents on in the developer portal (Bot, Privileged Gateway Intents), or off in the configuration"},
}

func (e *FatalError) Error() string {
	return fmt.Sprintf("discord gateway closed with %d (%s): %s", e.Code, fatal[e.Code].wrong, e.Remedy())
}

// Remedy says in English what the operator has to do.
func (e *FatalError) Remedy() string { return fatal[e.Code].remedy }

func isFatal(code int) bool {
	_, ok := fatal[code]
	return ok
}

// losesSession lists the close codes after which a session cannot be resumed.
func losesSession(code int) bool {
	return code == 4003 || code == 4007 || code == 4009
}
