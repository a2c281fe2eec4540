package discordwire

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits of a message (resources/message#create-message and
// #embed-object-embed-limits, resources/poll).
const (
	maxContent    = 2000
	maxEmbeds     = 10
	maxEmbedChars = 6000
	maxNonce      = 25
	maxMentions   = 100
	maxFiles      = 10
	maxFileSize   = 10 << 20 // reference#uploading-files
)

// validateMessage checks a message's body: v2 says that it has, or its
// message has, IS_COMPONENTS_V2; whole that it is not an edit.
func (s *Server) validateMessage(b object, files []upload, v2, whole bool) error {
	var f form
	f.text("content", b["content"], 0, maxContent)
	f.length("embeds", len(list(b["embeds"])), 0, maxEmbeds)
	f.length("sticker_ids", len(list(b["sticker_ids"])), 0, 3)
	f.length("attachments", len(list(b["attachments"])), 0, maxFiles)
	if v, ok := b["nonce"]; ok && v != nil {
		f.length("nonce", utf8.RuneCountInString(fmt.Sprint(v)), 0, maxNonce)
	}
	validateTypes(&f, b)
	validateEmbeds(&f, list(b["embeds"]))
	validatePoll(&f, obj(b["poll"]))
	validateAllowed(&f, obj(b["allowed_mentions"]))
	validateFiles(&f, b, files)
	if v2 {
		validateNoLegacy(&f, b, whole)
	}
	if v, ok := b["components"]; ok {
		k := componentCheck{form: &f, v2: v2, files: uploadNames(files, !whole)}
		k.message(list(v))
	}
	return f.err()
}

// validateTypes wants members to be of their JSON type.
func validateTypes(f *form, b object) {
	for _, key := range []string{"embeds", "components", "attachments", "sticker_ids"} {
		if v := b[key]; v != nil && list(v) == nil {
			f.add(key, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
		}
	}
	if _, ok := b["content"].(string); b["content"] != nil && !ok {
		f.add("content", "STRING_TYPE_CONVERT", "Could not interpret value as string.")
	}
	for _, key := range []string{"allowed_mentions", "poll", "message_reference"} {
		if v := b[key]; v != nil && obj(v) == nil {
			f.add(key, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
		}
	}
}

// validateNoLegacy refuses what cannot stand beside IS_COMPONENTS_V2
// (components/reference#component-reference).
func validateNoLegacy(f *form, b object, create bool) {
	const code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
	for _, key := range []string{"content", "embeds", "poll", "sticker_ids"} {
		v := b[key]
		if v == nil || str(v) == "" && len(list(v)) == 0 && obj(v) == nil {
			continue
		}
		f.add(key, code, fmt.Sprintf("The '%s' field cannot be used when using MessageFlags.IS_COMPONENTS_V2", key))
	}
	if create && len(list(b["components"])) == 0 {
		f.required("components")
	}
}

func validateEmbeds(f *form, embeds []any) {
	total := 0
	for i, v := range embeds {
		e, at := obj(v), fmt.Sprintf("embeds.%d", i)
		total += embedText(f, at+".title", e["title"], 0, 256)
		total += embedText(f, at+".description", e["description"], 0, 4096)
		total += embedText(f, at+".footer.text", obj(e["footer"])["text"], 0, 2048)
		total += embedText(f, at+".author.name", obj(e["author"])["name"], 0, 256)
		fields := list(e["fields"])
		f.length(at+".fields", len(fields), 0, 25)
		for j, field := range fields {
			where := fmt.Sprintf("%s.fields.%d", at, j)
			total += embedText(f, where+".name", obj(field)["name"], 1, 256)
			total += embedText(f, where+".value", obj(field)["value"], 1, 1024)
		}
	}
	if total > maxEmbedChars {
		f.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
	}
}

func embedText(f *form, at string, v any, least, most int) int {
	f.text(at, v, least, most)
	return utf8.RuneCountInString(str(v))
}

func validatePoll(f *form, p object) {
	if p == nil {
		return
	}
	f.text("poll.question.text", obj(p["question"])["text"], 1, 300)
	answers := list(p["answers"])
	f.length("poll.answers", len(answers), 1, 10)
	for i, v := range answers {
		f.text(fmt.Sprintf("poll.answers.%d.poll_media.text", i), obj(obj(v)["poll_media"])["text"], 1, 55)
	}
	f.number("poll.duration", p["duration"], 1, 32*24)
}

func validateAllowed(f *form, a object) {
	parse := list(a["parse"])
	for i, v := range parse {
		kind := str(v)
		if kind != "users" && kind != "roles" && kind != "everyone" {
			f.choices(fmt.Sprintf("allowed_mentions.parse.%d", i), "('users', 'roles', 'everyone')")
		}
		if (kind == "users" || kind == "roles") && len(list(a[kind])) > 0 {
			f.add("allowed_mentions."+kind, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
				fmt.Sprintf(`parse:["%s"] and %s: [ids...] are mutually exclusive.`, kind, kind))
		}
	}
	f.length("allowed_mentions.users", len(list(a["users"])), 0, maxMentions)
	f.length("allowed_mentions.roles", len(list(a["roles"])), 0, maxMentions)
}

func validateFiles(f *form, b object, files []upload) {
	if len(files) > maxFiles {
		f.add("files", "BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", maxFiles))
	}
	have := map[string]bool{}
	for _, up := range files {
		have[up.index] = true
		if len(up.data) > maxFileSize {
			f.add("files", "FILE_TOO_LARGE", "The file exceeds the maximum size")
		}
	}
	for i, v := range list(b["attachments"]) {
		id := fmt.Sprint(obj(v)["id"])
		// A long id names a file that the message already has.
		if len(id) < 10 && !have[id] {
			f.add(fmt.Sprintf("attachments.%d", i), "ATTACHMENT_NOT_FOUND", fmt.Sprintf("No files[%s] in the request", id))
		}
		f.text(fmt.Sprintf("attachments.%d.description", i), obj(v)["description"], 0, 1024)
	}
}

// uploadNames are the names that an attachment:// address may use; nil, in an
// edit, means any, since the message may have files already.
func uploadNames(files []upload, edit bool) map[string]bool {
	if edit {
		return nil
	}
	names := map[string]bool{}
	for _, up := range files {
		names[strings.ToLower(up.name)] = true
	}
	return names
}
