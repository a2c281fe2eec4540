package discordwire

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Limits of commands (interactions/application-commands).
const (
	maxOptions      = 25
	maxCommandChars = 8000
	maxChat         = 100
	maxMenu         = 15
)

// commandName is the pattern of the names of slash commands and options
// (interactions/application-commands#application-command-object-application-command-naming).
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

func validateCommand(b object) error {
	var f form
	f.command("", b)
	return f.err()
}

// validateCommands checks a list that replaces all commands.
func validateCommands(bodies []any) error {
	var f form
	seen := map[string]bool{}
	for i, v := range bodies {
		b, at := obj(v), itoa(i)
		f.command(at, b)
		name := fmt.Sprint(commandType(b), " ", b["name"])
		if seen[name] {
			f.add(at, "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		}
		seen[name] = true
	}
	return f.err()
}

func commandType(b object) int {
	if n, ok := num(b["type"]); ok {
		return int(n)
	}
	return commandChat
}

// countCommands bounds the commands of one scope, by type.
func countCommands(list []*command) error {
	count := map[int]int{}
	for _, cmd := range list {
		count[cmd.Type]++
	}
	if count[commandChat] > maxChat || count[commandUser] > maxMenu || count[commandMessage] > maxMenu || count[commandEntry] > 1 {
		return refuse(tooManyCommands)
	}
	return nil
}

func under(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func (f *form) command(path string, b object) {
	switch commandType(b) {
	case commandUser, commandMessage:
		f.text(under(path, "name"), b["name"], 1, 32)
		if str(b["description"]) != "" {
			f.add(under(path, "description"), "APPLICATION_COMMAND_INVALID_DESCRIPTION", "Context menu commands cannot have a description")
		}
		if len(list(b["options"])) > 0 {
			f.add(under(path, "options"), "APPLICATION_COMMAND_INVALID_OPTIONS", "Context menu commands cannot have options")
		}
		return
	case commandChat:
	default:
		f.choices(under(path, "type"), "(1, 2, 3)")
		return
	}
	f.naming(path, b)
	f.options(under(path, "options"), list(b["options"]), 0)
	if commandChars(b) > maxCommandChars {
		f.add(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")
	}
}

// naming checks the name and description of a command or option and their
// translations.
func (f *form) naming(path string, b object) {
	f.name(under(path, "name"), str(b["name"]))
	for locale, v := range obj(b["name_localizations"]) {
		f.name(under(path, "name_localizations."+locale), str(v))
	}
	f.text(under(path, "description"), b["description"], 1, 100)
	for locale, v := range obj(b["description_localizations"]) {
		f.text(under(path, "description_localizations."+locale), v, 1, 100)
	}
}

func (f *form) name(path, name string) {
	if name == "" {
		f.required(path)
		return
	}
	if !commandName.MatchString(name) || name != strings.ToLower(name) {
		f.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
	}
}

// options checks one level of options; depth counts the groups and
// subcommands above.
func (f *form) options(path string, options []any, depth int) {
	f.length(path, len(options), 0, maxOptions)
	names := map[string]bool{}
	optional, subs := false, 0
	for i, v := range options {
		o, at := obj(v), fmt.Sprintf("%s.%d", path, i)
		f.naming(at, o)
		if name := str(o["name"]); names[name] {
			f.add(at+".name", "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option name already exists")
		} else {
			names[name] = true
		}
		kind := whole(o["type"])
		switch {
		case kind == optionSub || kind == optionGroup:
			subs++
			f.nesting(at, o, kind, depth)
			continue
		case kind < optionSub || kind > optionAttachment:
			f.choices(at+".type", "(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)")
		}
		if truth(o["required"]) && optional {
			f.add(at, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
		}
		optional = optional || !truth(o["required"])
		f.optionValues(at, o, kind)
	}
	if subs > 0 && subs < len(options) {
		f.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types")
	}
}

func (f *form) nesting(path string, o object, kind, depth int) {
	if depth > 1 || depth == 1 && kind == optionGroup {
		f.add(path+".type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands may not be nested so deep")
		return
	}
	next := 2
	if kind == optionGroup {
		next = 1
	}
	f.options(path+".options", list(o["options"]), next)
}

func (f *form) optionValues(path string, o object, kind int) {
	choices := list(o["choices"])
	offers := kind == optionString || kind == optionInteger || kind == optionNumber
	if truth(o["autocomplete"]) && (len(choices) > 0 || !offers) {
		f.add(path+".autocomplete", "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", "Autocomplete is not possible for this option")
	}
	f.length(path+".choices", len(choices), 0, maxOptions)
	seen := map[string]bool{}
	for i, v := range choices {
		c, at := obj(v), fmt.Sprintf("%s.choices.%d", path, i)
		f.text(at+".name", c["name"], 1, 100)
		if s, ok := c["value"].(string); ok && utf8.RuneCountInString(s) > 100 {
			f.length(at+".value", utf8.RuneCountInString(s), 0, 100)
		}
		if name := str(c["name"]); seen[name] {
			f.add(at+".name", "APPLICATION_COMMAND_OPTIONS_CHOICES_NAME_INVALID", "Choice name already exists")
		} else {
			seen[name] = true
		}
	}
	f.number(path+".min_length", o["min_length"], 0, 6000)
	f.number(path+".max_length", o["max_length"], 1, 6000)
}

// commandChars counts what the size of a command is made of; of a translated
// text only the longest form counts
// (interactions/application-commands#slash-commands).
func commandChars(b object) int {
	n := longest(b, "name") + longest(b, "description") + utf8.RuneCountInString(str(b["value"]))
	for _, key := range []string{"options", "choices"} {
		for _, v := range list(b[key]) {
			n += commandChars(obj(v))
		}
	}
	return n
}

func longest(b object, key string) int {
	n := utf8.RuneCountInString(str(b[key]))
	for _, v := range obj(b[key+"_localizations"]) {
		n = max(n, utf8.RuneCountInString(str(v)))
	}
	return n
}
