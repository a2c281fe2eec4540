package discord

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/bwmarrin/discordgo"

	"animo/bot/chat"
)

// handlerPatience leaves a good second of the three that Discord gives for the
// first answer (docs: interactions/receiving-and-responding#responding-to-an-interaction).
const handlerPatience = 1800 * time.Millisecond

// Kinds of answer (docs: interactions/receiving-and-responding#interaction-callback-type).
const (
	answerSay      = 4
	answerLater    = 5
	answerQuietly  = 6
	answerReplace  = 7
	answerComplete = 8
	answerForm     = 9
)

// Kinds of interaction (docs: interactions/receiving-and-responding#interaction-type).
const (
	askedCommand    = 2
	askedPress      = 3
	askedCompletion = 4
	askedSubmit     = 5
)

// responder answers one interaction. After Defer the answer takes another way,
// and which one depends on what was deferred.
type responder struct {
	a           *Adapter
	id, token   string
	application string
	kind        int  // of interaction
	onMessage   bool // it comes from a message of ours, which can be replaced
	numeric     bool // completion of an integer option
	arrived     time.Time
	deferred    int // 0, answerLater or answerQuietly
	private     bool
}

var errTooLateForForm = errors.New("a form must be the first answer")

// Patience implements chat.Responder.
func (r *responder) Patience() time.Duration {
	return max(handlerPatience-r.a.deps.Machine().Sub(r.arrived), time.Millisecond)
}

// Defer implements chat.Responder. Suggestions cannot be deferred: nothing is
// done.
func (r *responder) Defer(ctx context.Context, ephemeral bool) error {
	switch {
	case r.deferred != 0 || r.kind == askedCompletion:
		return nil
	case r.onMessage:
		return r.quietly(ctx)
	}
	return r.later(ctx, ephemeral)
}

func (r *responder) later(ctx context.Context, private bool) error {
	if err := r.answer(ctx, answerLater, map[string]int{"flags": flags(private)}, nil); err != nil {
		return err
	}
	r.deferred, r.private = answerLater, private
	return nil
}

func (r *responder) quietly(ctx context.Context) error {
	if err := r.answer(ctx, answerQuietly, nil, nil); err != nil {
		return err
	}
	r.deferred = answerQuietly
	return nil
}

func flags(private bool) int {
	if private {
		return flagPrivate
	}
	return 0
}

// Respond implements chat.Responder.
func (r *responder) Respond(ctx context.Context, reply chat.Reply) error {
	switch {
	case r.kind == askedCompletion:
		return r.answer(ctx, answerComplete, map[string]any{"choices": r.choices(reply.Choices)}, nil)
	case reply.Form != nil:
		return r.open(ctx, *reply.Form)
	case r.deferred == answerLater:
		return r.fill(ctx, reply)
	case r.deferred == answerQuietly:
		return r.follow(ctx, reply)
	case reply.Card == nil:
		return r.hush(ctx)
	}
	kind := answerSay
	body := newMessage(*reply.Card, "", reply.Files)
	if reply.Replace && r.onMessage {
		kind = answerReplace
	} else {
		body.Flags |= flags(!reply.Public)
	}
	return r.answer(ctx, kind, body, reply.Files)
}

// open shows a form, which Discord takes only as the first answer, and not to
// a form.
func (r *responder) open(ctx context.Context, f chat.Form) error {
	if r.deferred != 0 || r.kind == askedSubmit {
		r.a.log.Error("a form came too late: the command must be declared as one that opens a form", "action", f.Action.Family+"/"+f.Action.Verb)
		return refused("open a form", errTooLateForForm)
	}
	if f.Action.IsZero() || len(f.Action.String()) > chat.MaxAction || len(f.Fields) == 0 {
		return refused("open a form", errors.New("a form needs an action and a field"))
	}
	return r.answer(ctx, answerForm, renderForm(f), nil)
}

// hush acknowledges without a word. A command must say something, so its
// answer is deferred and then deleted.
func (r *responder) hush(ctx context.Context) error {
	if r.onMessage {
		return r.quietly(ctx)
	}
	if err := r.later(ctx, true); err != nil {
		return err
	}
	return r.original(ctx, http.MethodDelete, nil, nil)
}

// fill puts the reply where "is thinking" stands. Whether that is private was
// settled by Defer: an answer that must be otherwise is said anew.
func (r *responder) fill(ctx context.Context, reply chat.Reply) error {
	switch {
	case reply.Card == nil:
		return r.original(ctx, http.MethodDelete, nil, nil)
	case reply.Public == r.private:
		if err := r.original(ctx, http.MethodDelete, nil, nil); err != nil {
			return err
		}
		return r.say(ctx, reply)
	}
	return r.original(ctx, http.MethodPatch, newMessage(*reply.Card, "", reply.Files), reply.Files)
}

// follow answers a press that was acknowledged quietly.
func (r *responder) follow(ctx context.Context, reply chat.Reply) error {
	switch {
	case reply.Card == nil:
		return nil
	case reply.Replace:
		return r.original(ctx, http.MethodPatch, newMessage(*reply.Card, "", reply.Files), reply.Files)
	}
	return r.say(ctx, reply)
}

// say posts a message that follows the first answer.
func (r *responder) say(ctx context.Context, reply chat.Reply) error {
	body := newMessage(*reply.Card, "", reply.Files)
	body.Flags |= flags(!reply.Public)
	return r.a.call(ctx, request{
		doing: "follow an interaction up", method: http.MethodPost,
		url: discordgo.EndpointFollowupMessage(r.application, r.token), body: body, files: reply.Files, once: true,
	}, nil)
}

// original edits or deletes the first answer; after a quiet one that is the
// message pressed on.
func (r *responder) original(ctx context.Context, method string, body any, files []chat.File) error {
	return r.a.call(ctx, request{
		doing: "change the answer to an interaction", method: method,
		url: discordgo.EndpointInteractionResponseActions(r.application, r.token), body: body, files: files,
	}, nil)
}

// answer sends the first answer. It may be repeated: Discord takes one only.
func (r *responder) answer(ctx context.Context, kind int, data any, files []chat.File) error {
	body := struct {
		Type int `json:"type"`
		Data any `json:"data,omitempty"`
	}{kind, data}
	return r.a.call(ctx, request{
		doing: "answer an interaction", method: http.MethodPost,
		url: discordgo.EndpointInteractionResponse(r.id, r.token), body: body, files: files,
	}, nil)
}

// choices turns suggestions into what Discord shows; an integer option takes
// integers only.
func (r *responder) choices(in []chat.Choice) []discordgo.ApplicationCommandOptionChoice {
	out := []discordgo.ApplicationCommandOptionChoice{}
	for _, c := range in {
		name := cut(c.Label, maxChoiceText)
		if name == "" {
			name = cut(c.Value, maxChoiceText)
		}
		var value any = c.Value
		if r.numeric {
			n, err := strconv.ParseInt(c.Value, 10, 64)
			if err != nil {
				continue
			}
			value = n
		}
		if name == "" || length(c.Value) > maxChoiceText || len(out) == maxChoices {
			continue
		}
		out = append(out, discordgo.ApplicationCommandOptionChoice{Name: name, Value: value})
	}
	return slices.Clip(out)
}
