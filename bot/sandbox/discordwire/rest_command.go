package discordwire

import (
	"encoding/json"
	"slices"
)

var commandRoutes = routes{
	"GET /applications/{app}/commands":                                      (*Server).getCommands,
	"POST /applications/{app}/commands":                                     (*Server).createCommand,
	"PUT /applications/{app}/commands":                                      (*Server).putCommands,
	"GET /applications/{app}/commands/{command}":                            (*Server).getCommand,
	"PATCH /applications/{app}/commands/{command}":                          (*Server).editCommand,
	"DELETE /applications/{app}/commands/{command}":                         (*Server).deleteCommand,
	"GET /applications/{app}/guilds/{guild}/commands":                       (*Server).getCommands,
	"POST /applications/{app}/guilds/{guild}/commands":                      (*Server).createCommand,
	"PUT /applications/{app}/guilds/{guild}/commands":                       (*Server).putCommands,
	"GET /applications/{app}/guilds/{guild}/commands/permissions":           (*Server).getAllPermissions,
	"GET /applications/{app}/guilds/{guild}/commands/{command}":             (*Server).getCommand,
	"PATCH /applications/{app}/guilds/{guild}/commands/{command}":           (*Server).editCommand,
	"DELETE /applications/{app}/guilds/{guild}/commands/{command}":          (*Server).deleteCommand,
	"GET /applications/{app}/guilds/{guild}/commands/{command}/permissions": (*Server).getPermissions,
}

// maxCreates is how many commands a day may be made, by guild
// (interactions/application-commands#registering-a-command).
const maxCreates = 200

// scopeOf checks the application and guild of a path and returns the scope of
// its commands: a guild's id, or "" for the global ones.
func (s *Server) scopeOf(c *call) (string, error) {
	if c.PathValue("app") != s.self {
		return "", refuse(missingAccess)
	}
	if c.PathValue("guild") == "" {
		return "", nil
	}
	g, err := s.guildWith(c, 0)
	if err != nil {
		return "", err
	}
	return g.ID, nil
}

func (s *Server) getCommands(c *call) (any, error) {
	scope, err := s.scopeOf(c)
	if err != nil {
		return nil, err
	}
	full := flag(c.URL.Query().Get("with_localizations"))
	out := []object{}
	for _, cmd := range s.commands[scope] {
		o, err := cmd.wire()
		if err != nil {
			return nil, err
		}
		if !full {
			unlocalise(o)
		}
		out = append(out, o)
	}
	return out, nil
}

func (cmd *command) wire() (object, error) {
	raw, err := json.Marshal(cmd)
	if err != nil {
		return nil, err
	}
	var o object
	return o, json.Unmarshal(raw, &o)
}

// unlocalise takes the translations away, as a list without
// with_localizations has none.
func unlocalise(v any) {
	switch t := v.(type) {
	case []any:
		for _, item := range t {
			unlocalise(item)
		}
	case object:
		delete(t, "name_localizations")
		delete(t, "description_localizations")
		unlocalise(t["options"])
		unlocalise(t["choices"])
	}
}

func (s *Server) commandOf(c *call) (string, *command, error) {
	scope, err := s.scopeOf(c)
	if err != nil {
		return "", nil, err
	}
	for _, cmd := range s.commands[scope] {
		if cmd.ID == c.PathValue("command") {
			return scope, cmd, nil
		}
	}
	return "", nil, refuse(unknownCommand)
}

func (s *Server) getCommand(c *call) (any, error) {
	_, cmd, err := s.commandOf(c)
	if err != nil {
		return nil, err
	}
	return cmd, nil
}

// readCommand makes a command of a valid body, on top of old if not nil.
func (s *Server) readCommand(scope string, b object, old *command) (*command, error) {
	raw, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	cmd := &command{Type: commandChat}
	if old != nil {
		*cmd = *old
	}
	if err := json.Unmarshal(raw, cmd); err != nil {
		return nil, badForm("", "MODEL_TYPE_CONVERT", err.Error())
	}
	if cmd.Type == 0 {
		cmd.Type = commandChat
	}
	cmd.ApplicationID, cmd.GuildID, cmd.Version = s.self, scope, s.ids.next()
	cmd.ID = ""
	if old != nil {
		cmd.ID = old.ID
	}
	return cmd, nil
}

func (s *Server) named(scope string, kind int, name string) *command {
	for _, cmd := range s.commands[scope] {
		if cmd.Type == kind && cmd.Name == name {
			return cmd
		}
	}
	return nil
}

// identify gives a command the id of the one it replaces, or a new one, which
// counts towards the day's.
func (s *Server) identify(scope string, cmd *command) error {
	if old := s.named(scope, cmd.Type, cmd.Name); old != nil {
		cmd.ID = old.ID
		return nil
	}
	day := scope + s.clock.Now().UTC().Format("/2006-01-02")
	if s.created[day] >= maxCreates {
		return refuse(tooManyCreates)
	}
	s.created[day]++
	cmd.ID = s.ids.next()
	return nil
}

func (s *Server) createCommand(c *call) (any, error) {
	scope, err := s.scopeOf(c)
	if err != nil {
		return nil, err
	}
	if err := validateCommand(c.body()); err != nil {
		return nil, err
	}
	cmd, err := s.readCommand(scope, c.body(), nil)
	if err != nil {
		return nil, err
	}
	old := s.named(scope, cmd.Type, cmd.Name)
	if err := s.identify(scope, cmd); err != nil {
		return nil, err
	}
	if old != nil {
		*old = *cmd
		s.keepCommands(scope, s.commands[scope])
		return old, nil
	}
	next := append(slices.Clone(s.commands[scope]), cmd)
	if err := countCommands(next); err != nil {
		return nil, err
	}
	s.keepCommands(scope, next)
	return created{cmd}, nil
}

func (s *Server) keepCommands(scope string, list []*command) {
	s.commands[scope] = list
	s.keep(commandKey(scope), list)
	s.stateChanged()
}

func (s *Server) putCommands(c *call) (any, error) {
	scope, err := s.scopeOf(c)
	if err != nil {
		return nil, err
	}
	bodies, ok := c.value.([]any)
	if !ok {
		return nil, badForm("", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
	}
	if err := validateCommands(bodies); err != nil {
		return nil, err
	}
	next := []*command{}
	for _, b := range bodies {
		cmd, err := s.readCommand(scope, obj(b), nil)
		if err != nil {
			return nil, err
		}
		next = append(next, cmd)
	}
	if err := countCommands(next); err != nil {
		return nil, err
	}
	for _, cmd := range next {
		if err := s.identify(scope, cmd); err != nil {
			return nil, err
		}
	}
	s.keepCommands(scope, next)
	return next, nil
}

func (s *Server) editCommand(c *call) (any, error) {
	scope, old, err := s.commandOf(c)
	if err != nil {
		return nil, err
	}
	merged, err := old.wire()
	if err != nil {
		return nil, err
	}
	for key, v := range c.body() {
		merged[key] = v
	}
	if err := validateCommand(merged); err != nil {
		return nil, err
	}
	kept := *old
	kept.Options = nil
	if _, ok := c.body()["options"]; !ok {
		kept.Options = old.Options
	}
	cmd, err := s.readCommand(scope, c.body(), &kept)
	if err != nil {
		return nil, err
	}
	*old = *cmd
	s.keepCommands(scope, s.commands[scope])
	return old, nil
}

func (s *Server) deleteCommand(c *call) (any, error) {
	scope, old, err := s.commandOf(c)
	if err != nil {
		return nil, err
	}
	next := slices.DeleteFunc(slices.Clone(s.commands[scope]), func(cmd *command) bool { return cmd == old })
	s.keepCommands(scope, next)
	return nil, nil
}

// No permission is ever changed for a single command here, so that the lists
// are empty and each command's answers 10066, as it does on Discord.
func (s *Server) getAllPermissions(c *call) (any, error) {
	if _, err := s.scopeOf(c); err != nil {
		return nil, err
	}
	return []any{}, nil
}

func (s *Server) getPermissions(c *call) (any, error) {
	if _, _, err := s.commandOf(c); err != nil {
		return nil, err
	}
	return nil, refuse(unknownPermissions)
}
