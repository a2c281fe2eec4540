package slackwire

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Limits of messages (docs.slack.dev/reference/methods/chat.postMessage).
const (
	maxText        = 40000
	maxMarkdown    = 12000
	maxAttachments = 100
	// Blocks above this many characters of JSON were seen to be refused
	// though each was legal (slackapi/bolt-js issues 2509 and 2867).
	maxBlocksJSON = 13200
)

// content is what a call or a response URL says.
type content struct {
	text                          string
	blocks, attachments, metadata json.RawMessage
}

// content reads and checks what a message would say.
func (s *Server) content(args arguments) (content, error) {
	c := content{text: args.text("text")}
	if md := args.text("markdown_text"); md != "" {
		if c.text != "" || args.has("blocks") {
			return c, refuse("markdown_text_conflict")
		}
		if utf8.RuneCountInString(md) > maxMarkdown {
			return c, refuse("msg_too_long")
		}
		c.text = md
	}
	if utf8.RuneCountInString(c.text) > maxText {
		return c, refuse("msg_too_long")
	}
	var err error
	if c.blocks, err = s.messageBlocks(args); err != nil {
		return c, err
	}
	if c.attachments, err = s.attachments(args); err != nil {
		return c, err
	}
	if c.metadata, err = metadata(args); err != nil {
		return c, err
	}
	if args.flag("link_names") || args.text("parse") == "full" {
		c.text = s.space.linkNames(c.text)
	}
	c.text = tidyMarkup(c.text)
	return c, nil
}

func (c content) empty() bool {
	return strings.TrimSpace(c.text) == "" && len(c.blocks) == 0 && len(c.attachments) == 0
}

func (s *Server) messageBlocks(args arguments) (json.RawMessage, error) {
	if !args.has("blocks") {
		return nil, nil
	}
	list, ok := args["blocks"].([]any)
	if !ok {
		return nil, refuse("invalid_blocks_format")
	}
	if len(list) == 0 {
		return nil, nil
	}
	if problems := s.kit.message(list, "/blocks"); len(problems) > 0 {
		return nil, refuseBlocks("invalid_blocks", problems)
	}
	raw := toJSON(list)
	if utf8.RuneCount(raw) > maxBlocksJSON {
		return nil, refuse("msg_blocks_too_long")
	}
	return nameBlocks(list), nil
}

// refuseBlocks says where blocks are wrong, in both places where Slack does.
func refuseBlocks(code string, problems []string) error {
	messages := make([]string, len(problems))
	for i, p := range problems {
		messages[i] = "[ERROR] " + p
	}
	return &refusal{code: code, extra: object{
		"errors": problems, "response_metadata": object{"messages": messages},
	}}
}

// nameBlocks gives a block_id to every block that has none.
func nameBlocks(list []any) json.RawMessage {
	for _, v := range list {
		if b, ok := v.(object); ok && b["block_id"] == nil {
			b["block_id"] = freshID("")[1:6]
		}
	}
	return toJSON(list)
}

func (s *Server) attachments(args arguments) (json.RawMessage, error) {
	if !args.has("attachments") {
		return nil, nil
	}
	list, ok := args["attachments"].([]any)
	if !ok {
		return nil, refuse("invalid_attachments")
	}
	if len(list) > maxAttachments {
		return nil, refuse("too_many_attachments")
	}
	for i, v := range list {
		a, ok := v.(object)
		if !ok {
			return nil, refuse("invalid_attachments")
		}
		a["id"] = i + 1
		blocks, ok := a["blocks"].([]any)
		if !ok {
			continue
		}
		if problems := s.kit.message(blocks, "/attachments/"+itoa(i)+"/blocks"); len(problems) > 0 {
			return nil, refuseBlocks("invalid_attachments", problems)
		}
		a["blocks"] = nameBlocks(blocks)
	}
	if len(list) == 0 {
		return nil, nil
	}
	return toJSON(list), nil
}

// metadata wants an event_type and an event_payload that is an object
// (docs.slack.dev/messaging/message-metadata).
func metadata(args arguments) (json.RawMessage, error) {
	if !args.has("metadata") {
		return nil, nil
	}
	m, ok := args["metadata"].(object)
	if !ok {
		return nil, refuse("invalid_metadata_format")
	}
	kind, _ := m["event_type"].(string)
	if _, ok := m["event_payload"].(object); !ok || kind == "" {
		return nil, refuse("invalid_metadata_format")
	}
	return toJSON(object{"event_type": kind, "event_payload": m["event_payload"]}), nil
}

// addressee lets a person's id stand for the conversation with them, which
// only sending methods allow.
func (c *call) addressee(arg string) {
	if p := c.space.person(c.args.text(arg)); p != nil && !p.Bot && !p.Deleted {
		c.args["channel"] = c.direct(p).ID
	}
}

// target returns the channel that a call names, if the bot may know of it.
func (c *call) target(arg string) (*channel, error) {
	id := c.args.text(arg)
	if id == "" {
		return nil, refuse("channel_not_found")
	}
	ch := c.space.channel(id)
	if ch == nil && strings.HasPrefix(id, "#") {
		ch = c.space.channelNamed(id[1:])
	}
	if ch == nil || ch.Kind != kindPublic && !ch.has(c.space.team.BotUID) {
		return nil, refuse("channel_not_found")
	}
	return ch, nil
}

// writable returns the channel that a call names, if the bot may post there.
func (c *call) writable() (*channel, error) {
	ch, err := c.target("channel")
	if err != nil {
		return nil, err
	}
	switch {
	case ch.Archived:
		return nil, refuse("is_archived")
	case ch.Kind == kindDirect && isFalse(c.app.Features.Home.MessagesTab):
		return nil, refuse("messages_tab_disabled")
	case !ch.has(c.space.team.BotUID) && !c.app.grants("chat:write.public"):
		return nil, refuse("not_in_channel")
	case ch.Restricted:
		return nil, refuse("restricted_action")
	}
	return ch, nil
}

func isFalse(b *bool) bool { return b != nil && !*b }

func chatPostMessage(c *call) (object, error) {
	c.addressee("channel")
	ch, err := c.writable()
	if err != nil {
		return nil, err
	}
	said, err := c.content(c.args)
	if err != nil {
		return nil, err
	}
	if said.empty() {
		return nil, refuse("no_text")
	}
	m := c.botMessage(said)
	if err := c.customise(m); err != nil {
		return nil, err
	}
	if err := c.thread(ch, m); err != nil {
		return nil, err
	}
	c.postMessage(ch, m)
	res := object{"channel": ch.ID, "ts": m.TS, "message": m.copied()}
	if said.text == "" {
		res["warning"] = "missing_text_in_message"
	}
	return res, nil
}

// botMessage is a message from the bot.
func (s *Server) botMessage(said content) *message {
	t := s.space.team
	return &message{
		User: t.BotUID, BotID: t.BotID, AppID: t.AppID, Team: t.ID, BotProfile: s.profile(),
		Text: said.text, Blocks: said.blocks, Attachments: said.attachments, Metadata: said.metadata,
	}
}

func (s *Server) profile() *botProfile {
	t := s.space.team
	return &botProfile{
		ID: t.BotID, AppID: t.AppID, UserID: t.BotUID, Name: or(s.app.Display.Name, "Animo"),
		Updated: t.Created.Unix(), TeamID: t.ID,
	}
}

// customise gives a message another name or picture, which needs
// chat:write.customize.
func (c *call) customise(m *message) error {
	name := c.args.text("username")
	emoji, url := c.args.text("icon_emoji"), c.args.text("icon_url")
	if name == "" && emoji == "" && url == "" {
		return nil
	}
	if err := c.needs("chat:write.customize"); err != nil {
		return err
	}
	m.Subtype, m.Username = "bot_message", name
	switch {
	case emoji != "":
		m.Icons = toJSON(object{"emoji": emoji})
	case url != "":
		m.Icons = toJSON(object{"image_48": url})
	}
	return nil
}

// thread puts a message into the thread that the call names.
func (c *call) thread(ch *channel, m *message) error {
	ts := c.args.text("thread_ts")
	if ts == "" {
		return nil
	}
	parent := ch.find(ts)
	if parent == nil || parent.ThreadTS != "" && parent.ThreadTS != parent.TS {
		return refuse("cannot_reply_to_message")
	}
	m.ThreadTS, m.ParentUserID = ts, parent.User
	if c.args.flag("reply_broadcast") {
		m.Subtype = "thread_broadcast"
	}
	return nil
}

// own returns a message that the bot wrote, by the call's channel and ts.
func (c *call) own(notOwn string) (*channel, *message, error) {
	ch, err := c.target("channel")
	if err != nil {
		return nil, nil, err
	}
	m := ch.find(c.args.text("ts"))
	switch {
	case m == nil:
		return nil, nil, refuse("message_not_found")
	case m.BotID != c.space.team.BotID:
		return nil, nil, refuse(notOwn)
	}
	return ch, m, nil
}

func chatUpdate(c *call) (object, error) {
	ch, m, err := c.own("cant_update_message")
	if err != nil {
		return nil, err
	}
	if ch.Archived {
		return nil, refuse("is_archived")
	}
	forget := isEmptyObject(c.args["metadata"])
	if forget {
		delete(c.args, "metadata")
	}
	said, err := c.content(c.args)
	if err != nil {
		return nil, err
	}
	if said.empty() && said.metadata == nil && !forget && !c.args.has("blocks") && !c.args.has("attachments") {
		return nil, refuse("no_text")
	}
	before := m.copied()
	if c.args.has("text") || c.args.has("markdown_text") {
		m.Text = said.text
	}
	// What the call does not name stays; an empty list takes away.
	if c.args.has("blocks") {
		m.Blocks = said.blocks
	}
	if c.args.has("attachments") {
		m.Attachments = said.attachments
	}
	if said.metadata != nil || forget {
		m.Metadata = said.metadata
	}
	c.changed(ch, before, m)
	return object{"channel": ch.ID, "ts": m.TS, "text": m.Text, "message": m.copied()}, nil
}

func isEmptyObject(v any) bool {
	o, ok := v.(object)
	return ok && len(o) == 0
}

func chatDelete(c *call) (object, error) {
	ch, m, err := c.own("cant_delete_message")
	if err != nil {
		return nil, err
	}
	c.remove(ch, m)
	return object{"channel": ch.ID, "ts": m.TS}, nil
}

func chatGetPermalink(c *call) (object, error) {
	ch, err := c.target("channel")
	if err != nil {
		return nil, err
	}
	m := ch.find(c.args.text("message_ts"))
	if m == nil {
		return nil, refuse("message_not_found")
	}
	return object{"channel": ch.ID, "permalink": c.space.permalink(ch, m.TS)}, nil
}

func chatPostEphemeral(c *call) (object, error) {
	ch, err := c.writable()
	if err != nil {
		return nil, err
	}
	user := c.args.text("user")
	if p := c.space.person(user); p == nil || p.Deleted || !ch.has(user) {
		return nil, refuse("user_not_in_channel")
	}
	said, err := c.content(c.args)
	if err != nil {
		return nil, err
	}
	if said.empty() {
		return nil, refuse("no_text")
	}
	m := c.botMessage(said)
	if err := c.thread(ch, m); err != nil {
		return nil, err
	}
	c.whisper(ch, user, m)
	return object{"message_ts": m.TS}, nil
}
