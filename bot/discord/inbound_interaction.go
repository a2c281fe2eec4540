package discord

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/bwmarrin/discordgo"

	"animo/bot/chat"
)

// interaction is what the adapter reads of one
// (docs: interactions/receiving-and-responding#interaction-object).
type interaction struct {
	ID          string   `json:"id"`
	Application string   `json:"application_id"`
	Kind        int      `json:"type"`
	Token       string   `json:"token"`
	Guild       string   `json:"guild_id"`
	Channel     string   `json:"channel_id"`
	Member      *member  `json:"member"`
	User        *user    `json:"user"` // in a direct conversation
	Locale      string   `json:"locale"`
	Message     *pressed `json:"message"`
	Data        struct {
		Name       string      `json:"name"`
		Kind       int         `json:"type"`
		Target     string      `json:"target_id"`
		Options    []option    `json:"options"`
		CustomID   string      `json:"custom_id"`
		Component  int         `json:"component_type"`
		Values     []string    `json:"values"`
		Components []submitted `json:"components"`
	} `json:"data"`
}

type pressed struct {
	ID      string `json:"id"`
	Channel string `json:"channel_id"`
	Flags   int    `json:"flags"`
}

type option struct {
	Name    string                                 `json:"name"`
	Kind    discordgo.ApplicationCommandOptionType `json:"type"`
	Value   json.RawMessage                        `json:"value"`
	Options []option                               `json:"options"`
	Focused bool                                   `json:"focused"`
}

// submitted is a component of a modal sent in: a label, a row or a field.
type submitted struct {
	Kind       discordgo.ComponentType `json:"type"`
	CustomID   string                  `json:"custom_id"`
	Value      string                  `json:"value"`
	Values     []string                `json:"values"`
	Component  *submitted              `json:"component"`
	Components []submitted             `json:"components"`
}

func (a *Adapter) interaction(in *intake, data json.RawMessage) error {
	var i interaction
	if err := json.Unmarshal(data, &i); err != nil {
		return err
	}
	if e := i.event(i.meta(in)); e != nil {
		in.interact(e, i.responder(a))
		return nil
	}
	a.log.Warn("interaction not understood", "kind", i.Kind)
	return nil
}

func (i *interaction) responder(a *Adapter) *responder {
	r := &responder{
		a: a, id: i.ID, token: i.Token, application: i.Application, kind: i.Kind,
		onMessage: i.Message != nil, arrived: a.deps.Machine(),
	}
	if o := focused(i.Data.Options); o != nil {
		r.numeric = o.Kind == discordgo.ApplicationCommandOptionInteger
	}
	return r
}

// event returns what a member did, or nil if it is nothing that the bot knows.
func (i *interaction) event(head chat.Meta) chat.Event {
	if i.ID == "" || i.Token == "" {
		return nil
	}
	switch i.Kind {
	case askedCommand:
		return i.command(head)
	case askedCompletion:
		return i.completing(head)
	case askedPress:
		return i.press(head)
	case askedSubmit:
		return i.submit(head)
	}
	return nil
}

func (i *interaction) meta(in *intake) chat.Meta {
	var actor chat.Actor
	switch {
	case i.Member != nil:
		actor = i.Member.actor(i.Member.User)
	case i.User != nil:
		actor = member{}.actor(*i.User)
	}
	actor.Locale = i.Locale
	return in.meta(i.ID, i.Guild, i.Channel, actor, created(i.ID))
}

func (i *interaction) command(head chat.Meta) chat.Event {
	switch discordgo.ApplicationCommandType(i.Data.Kind) {
	case discordgo.MessageApplicationCommand:
		return chat.Shortcut{Meta: head, Name: i.Data.Name, Message: ref(i.Channel, i.Data.Target)}
	case discordgo.ChatApplicationCommand, 0:
		path, options := i.path()
		return chat.Invoked{Meta: head, Path: path, Args: values(options)}
	}
	return nil
}

// path follows groups and sub-commands down to the options.
func (i *interaction) path() ([]string, []option) {
	path, options := []string{i.Data.Name}, i.Data.Options
	for len(options) == 1 && nests(options[0].Kind) {
		path = append(path, options[0].Name)
		options = options[0].Options
	}
	return path, options
}

func nests(k discordgo.ApplicationCommandOptionType) bool {
	return k == discordgo.ApplicationCommandOptionSubCommand || k == discordgo.ApplicationCommandOptionSubCommandGroup
}

func values(options []option) chat.Values {
	out := make(chat.Values, len(options))
	for _, o := range options {
		out[o.Name] = o.text()
	}
	return out
}

// text returns an option's value as chat.Values has it.
func (o option) text() string {
	s := string(o.Value)
	var text string
	if json.Unmarshal(o.Value, &text) == nil {
		s = text
	}
	switch o.Kind {
	case discordgo.ApplicationCommandOptionUser:
		return string(chat.NewID[chat.MemberID](chat.Discord, s))
	case discordgo.ApplicationCommandOptionChannel:
		return string(chat.NewID[chat.ChannelID](chat.Discord, s))
	case discordgo.ApplicationCommandOptionRole:
		return string(chat.NewID[chat.RoleID](chat.Discord, s))
	case discordgo.ApplicationCommandOptionInteger:
		return whole(s)
	}
	return s
}

// whole writes an integer in decimal, however JSON wrote it.
func whole(s string) string {
	if _, err := strconv.ParseInt(s, 10, 64); err == nil {
		return s
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != float64(int64(f)) {
		return s
	}
	return strconv.FormatInt(int64(f), 10)
}

func (i *interaction) completing(head chat.Meta) chat.Event {
	path, options := i.path()
	o := focused(options)
	if o == nil {
		return nil
	}
	return chat.Completing{Meta: head, Path: path, Option: o.Name, Partial: o.text(), Args: values(options)}
}

// focused returns the option that is being typed, or nil.
func focused(options []option) *option {
	for k := range options {
		if options[k].Focused {
			return &options[k]
		}
		if o := focused(options[k].Options); o != nil {
			return o
		}
	}
	return nil
}

func (i *interaction) press(head chat.Meta) chat.Event {
	action, err := chat.ParseAction(i.Data.CustomID)
	if err != nil || i.Message == nil {
		return nil
	}
	channelID := i.Message.Channel
	if channelID == "" {
		channelID = i.Channel
	}
	return chat.Pressed{
		Meta: head, Action: action, Values: picked(discordgo.ComponentType(i.Data.Component), i.Data.Values),
		Message: ref(channelID, i.Message.ID), Private: i.Message.Flags&flagPrivate != 0,
	}
}

// picked returns what was chosen from a menu, ids of ours for what Discord
// names by its own.
func picked(kind discordgo.ComponentType, in []string) []string {
	out := slices.Clone(in)
	for k, v := range out {
		switch kind {
		case discordgo.UserSelectMenuComponent:
			out[k] = string(chat.NewID[chat.MemberID](chat.Discord, v))
		case discordgo.RoleSelectMenuComponent:
			out[k] = string(chat.NewID[chat.RoleID](chat.Discord, v))
		case discordgo.ChannelSelectMenuComponent:
			out[k] = string(chat.NewID[chat.ChannelID](chat.Discord, v))
		}
	}
	return out
}

func (i *interaction) submit(head chat.Meta) chat.Event {
	action, err := chat.ParseAction(i.Data.CustomID)
	if err != nil {
		return nil
	}
	out := chat.Values{}
	for _, c := range i.Data.Components {
		c.collect(out, 0)
	}
	return chat.Submitted{Meta: head, Action: action, Values: out}
}

// collect gathers the answers below a component. Labels and rows nest once;
// what is deeper was not sent by Discord.
func (s submitted) collect(out chat.Values, depth int) {
	if s.CustomID != "" {
		out[s.CustomID] = s.Value
		if v := picked(s.Kind, s.Values); len(v) > 0 {
			out[s.CustomID] = v[0]
		}
	}
	if depth > 1 {
		return
	}
	if s.Component != nil {
		s.Component.collect(out, depth+1)
	}
	for _, c := range s.Components {
		c.collect(out, depth+1)
	}
}
