package discordwire

import (
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"
)

// refusal is an answer by which Discord says no
// (topics/opcodes-and-status-codes#json-json-error-codes).
type refusal struct {
	Status  int    `json:"-"`
	Message string `json:"message"`
	Code    int    `json:"code"`
	Errors  object `json:"errors,omitempty"`
}

// Error gives Discord's own message and code.
func (r *refusal) Error() string { return fmt.Sprintf("%s (%d)", r.Message, r.Code) }

// Discord's error codes that this server uses.
const (
	unknownChannel      = 10003
	unknownGuild        = 10004
	unknownMember       = 10007
	unknownMessage      = 10008
	unknownOverwrite    = 10009
	unknownRole         = 10011
	unknownUser         = 10013
	unknownEmoji        = 10014
	unknownWebhook      = 10015
	unknownBan          = 10026
	unknownInteraction  = 10062
	unknownCommand      = 10063
	unknownPermissions  = 10066
	tooManyPins         = 30003
	tooManyCommands     = 30032
	tooManyCreates      = 30034
	tooLarge            = 40005
	alreadyAcknowledged = 40060
	missingAccess       = 50001
	onlyInGuild         = 50003
	notYourMessage      = 50005
	emptyMessage        = 50006
	cannotMessageUser   = 50007
	missingPermissions  = 50013
	badDeleteCount      = 50016
	invalidToken        = 50027
	invalidForm         = 50035
	tooOldToDelete      = 50034
	invalidVersion      = 50041
	invalidJSON         = 50109
	threadExists        = 160004
)

type saying struct {
	status  int
	message string
}

var sayings = map[int]saying{
	unknownChannel:      {http.StatusNotFound, "Unknown Channel"},
	unknownGuild:        {http.StatusNotFound, "Unknown Guild"},
	unknownMember:       {http.StatusNotFound, "Unknown Member"},
	unknownMessage:      {http.StatusNotFound, "Unknown Message"},
	unknownOverwrite:    {http.StatusNotFound, "Unknown permission overwrite"},
	unknownRole:         {http.StatusNotFound, "Unknown Role"},
	unknownUser:         {http.StatusNotFound, "Unknown User"},
	unknownEmoji:        {http.StatusBadRequest, "Unknown Emoji"},
	unknownWebhook:      {http.StatusNotFound, "Unknown Webhook"},
	unknownBan:          {http.StatusNotFound, "Unknown Ban"},
	unknownInteraction:  {http.StatusNotFound, "Unknown interaction"},
	unknownCommand:      {http.StatusNotFound, "Unknown application command"},
	unknownPermissions:  {http.StatusNotFound, "Unknown application command permissions"},
	tooManyPins:         {http.StatusBadRequest, "Maximum number of pinned messages reached (250)"},
	tooManyCommands:     {http.StatusBadRequest, "Maximum number of application commands reached (100)"},
	tooManyCreates:      {http.StatusBadRequest, "Max number of daily application command creates has been reached (200)"},
	tooLarge:            {http.StatusRequestEntityTooLarge, "Request entity too large"},
	alreadyAcknowledged: {http.StatusBadRequest, "Interaction has already been acknowledged."},
	missingAccess:       {http.StatusForbidden, "Missing Access"},
	onlyInGuild:         {http.StatusForbidden, "Cannot execute action on a DM channel"},
	notYourMessage:      {http.StatusForbidden, "Cannot edit a message authored by another user"},
	emptyMessage:        {http.StatusBadRequest, "Cannot send an empty message"},
	cannotMessageUser:   {http.StatusForbidden, "Cannot send messages to this user"},
	missingPermissions:  {http.StatusForbidden, "Missing Permissions"},
	badDeleteCount:      {http.StatusBadRequest, "Provided too few or too many messages to delete. Must provide at least 2 and fewer than 100 messages to delete"},
	invalidToken:        {http.StatusUnauthorized, "Invalid Webhook Token"},
	tooOldToDelete:      {http.StatusBadRequest, "A message provided was too old to bulk delete"},
	invalidVersion:      {http.StatusBadRequest, "Invalid API version"},
	invalidForm:         {http.StatusBadRequest, "Invalid Form Body"},
	invalidJSON:         {http.StatusBadRequest, "The request body contains invalid JSON."},
	threadExists:        {http.StatusBadRequest, "A thread has already been created for this message"},
}

func refuse(code int) *refusal {
	say := sayings[code]
	return &refusal{Status: say.status, Message: say.message, Code: code}
}

// plain is a refusal that carries only its HTTP status.
func plain(status int) *refusal {
	return &refusal{Status: status, Message: fmt.Sprintf("%d: %s", status, http.StatusText(status))}
}

// form gathers the mistakes of a request body, by the place of each
// (reference#error-messages).
type form struct{ errors object }

// add notes a mistake at a path such as "components.0.label"; an empty path
// is the body as a whole.
func (f *form) add(path, code, message string) {
	if f.errors == nil {
		f.errors = object{}
	}
	at := f.errors
	if path != "" {
		for key := range strings.SplitSeq(path, ".") {
			next, ok := at[key].(object)
			if !ok {
				next = object{}
				at[key] = next
			}
			at = next
		}
	}
	list, _ := at["_errors"].([]any)
	at["_errors"] = append(list, object{"code": code, "message": message})
}

func (f *form) required(path string) {
	f.add(path, "BASE_TYPE_REQUIRED", "This field is required")
}

func (f *form) choices(path, of string) {
	f.add(path, "BASE_TYPE_CHOICES", "Value must be one of "+of+".")
}

// length wants between least and most of something at path: characters,
// counted as code points, or items of a list.
func (f *form) length(path string, n, least, most int) {
	switch {
	case n >= least && n <= most:
	case least == 0:
		f.add(path, "BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", most))
	case n == 0:
		f.required(path)
	default:
		f.add(path, "BASE_TYPE_BAD_LENGTH", fmt.Sprintf("Must be between %d and %d in length.", least, most))
	}
}

func (f *form) text(path string, v any, least, most int) {
	f.length(path, utf8.RuneCountInString(str(v)), least, most)
}

// number wants an integer between least and most at path, if there is one.
func (f *form) number(path string, v any, least, most int64) {
	if v == nil {
		return
	}
	n, ok := num(v)
	switch {
	case !ok:
		f.add(path, "NUMBER_TYPE_COERCE", "Value is not int.")
	case n < least:
		f.add(path, "NUMBER_TYPE_MIN", fmt.Sprintf("int value should be greater than or equal to %d.", least))
	case n > most:
		f.add(path, "NUMBER_TYPE_MAX", fmt.Sprintf("int value should be less than or equal to %d.", most))
	}
}

// err returns the refusal, or nil if nothing was wrong.
func (f *form) err() error {
	if f.errors == nil {
		return nil
	}
	r := refuse(invalidForm)
	r.Errors = f.errors
	return r
}

func badForm(path, code, message string) error {
	var f form
	f.add(path, code, message)
	return f.err()
}
