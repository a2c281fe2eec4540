package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"github.com/slack-go/slack"

	"animo/bot/chat"
)

// formPatience is how long a form waits for its handler's judgement.
const formPatience = 2 * time.Second

// way is the way back to where a member acted. It travels in a form's
// private_metadata, so that the answer to the form finds it too.
type way struct {
	Channel  string `json:"c,omitempty"`
	ReplyURL string `json:"u,omitempty"`
	Private  bool   `json:"p,omitempty"` // the message pressed on is an ephemeral one
}

// responder answers one interaction.
type responder struct {
	a       *Adapter
	team    string
	user    string
	trigger string
	back    way
	ack     *ack
	form    bool     // a form was sent in
	fields  []string // of that form
}

// Patience is zero for everything but a submitted form: Slack has been
// answered already.
func (r *responder) Patience() time.Duration {
	if r.form && r.ack.open() {
		return formPatience
	}
	return 0
}

// Defer acknowledges; a form closes by it.
func (r *responder) Defer(context.Context, bool) error {
	r.ack.send(nil)
	return nil
}

// Respond sends the answer. A form that came too late to be judged in place is
// answered with the card instead, and a trigger that is older than three
// seconds is TroubleExpired.
func (r *responder) Respond(ctx context.Context, rep chat.Reply) error {
	if len(rep.Wrong) > 0 && r.keepOpen(rep.Wrong) {
		return nil
	}
	if rep.Form != nil {
		return r.open(ctx, *rep.Form)
	}
	r.ack.send(nil)
	if rep.Card != nil {
		if err := r.say(ctx, rep); err != nil {
			return err
		}
	}
	if len(rep.Files) > 0 {
		return r.files(ctx, rep)
	}
	return nil
}

// keepOpen leaves a form open with what is wrong beside its fields.
func (r *responder) keepOpen(wrong map[string]string) bool {
	if !r.form || !r.ack.open() {
		return false
	}
	for sentences, most := r.fieldErrors(wrong), maxWrong; most > 0; most /= 2 {
		for name, s := range sentences {
			sentences[name] = cut(s, most)
		}
		errs := slack.NewErrorsViewSubmissionResponse(sentences)
		if b, err := json.Marshal(errs); err == nil && len(b) <= maxAck {
			return r.ack.send(errs)
		}
	}
	return false
}

// fieldErrors keeps to the fields that the form has: Slack shows a failure of
// its own for others.
func (r *responder) fieldErrors(wrong map[string]string) map[string]string {
	known := make(map[string]bool, len(r.fields))
	for _, f := range r.fields {
		known[f] = true
	}
	out := make(map[string]string, len(wrong))
	for name, sentence := range wrong {
		if !known[name] && len(r.fields) > 0 {
			name = r.fields[0]
		}
		out[name] = cmp.Or(sentence, "…")
	}
	return out
}

// open shows a form: in the place of the form just sent in, if Slack still
// awaits its acknowledgement.
func (r *responder) open(ctx context.Context, f chat.Form) error {
	view := viewOf(f, r.data())
	if r.form && r.ack.open() {
		update := slack.NewUpdateViewSubmissionResponse(&view)
		if b, err := json.Marshal(update); err == nil && len(b) <= maxAck && r.ack.send(update) {
			return nil
		}
	}
	r.ack.send(nil)
	c := call{doing: "open form"}
	_, err := r.a.api.OpenViewContext(c.watch(ctx), r.trigger, view)
	return c.err(err)
}

// data writes the way back; without the response URL if that makes it too
// long.
func (r *responder) data() string {
	for _, w := range []way{r.back, {Channel: r.back.Channel}} {
		if b, err := json.Marshal(w); err == nil && len(b) <= maxViewData {
			return string(b)
		}
	}
	return ""
}

// say sends the card: through the response URL, which reaches channels that
// the bot is not in, else as itself.
func (r *responder) say(ctx context.Context, rep chat.Reply) error {
	look, err := r.a.look(ctx, *rep.Card, !rep.Public)
	if err != nil {
		return err
	}
	m := render(*rep.Card, look)
	return insist(ctx, func() error { return r.sayOnce(ctx, m, rep) })
}

const (
	insistTimes = 4
	insistFirst = 200 * time.Millisecond
	insistMost  = 5 * time.Second
)

// insist repeats what did not happen: nobody else would, and a member waits.
// What may have happened it leaves, as members would see it twice.
func insist(ctx context.Context, do func() error) error {
	wait := insistFirst
	for n := 1; ; n++ {
		err := do()
		t := chat.TroubleOf(err)
		if n == insistTimes || t != chat.TroubleTransient && t != chat.TroubleLimited {
			return err
		}
		if d := max(wait, retryAfter(err)); d > insistMost || !pause(ctx, d) {
			return err
		}
		wait *= 2
	}
}

func (r *responder) sayOnce(ctx context.Context, m rendered, rep chat.Reply) error {
	if r.back.ReplyURL != "" {
		err := r.post(ctx, m, rep)
		if t := chat.TroubleOf(err); err == nil || t != chat.TroubleExpired && t != chat.TroubleGone {
			return err
		}
	}
	if rep.Public {
		return r.announce(ctx, m)
	}
	return r.whisper(ctx, m)
}

// post uses the response URL (docs.slack.dev/interactivity/handling-user-interaction#message_responses).
func (r *responder) post(ctx context.Context, m rendered, rep chat.Reply) error {
	kind := slack.ResponseTypeEphemeral
	if rep.Public {
		kind = slack.ResponseTypeInChannel
	}
	c := call{doing: "answer through the response url", says: true}
	return c.err(slack.PostWebhookCustomHTTPContext(c.watch(ctx), r.back.ReplyURL, r.a.client, &slack.WebhookMessage{
		Text: m.text, Blocks: &slack.Blocks{BlockSet: m.blocks}, ResponseType: kind,
		ReplaceOriginal: rep.Replace && !rep.Public && r.back.Private,
	}))
}

func (r *responder) announce(ctx context.Context, m rendered) error {
	c := call{doing: "answer in the channel", says: true, channel: r.back.Channel}
	_, _, err := r.a.api.PostMessageContext(c.watch(ctx), r.back.Channel, m.post()...)
	return c.err(err)
}

// whisper says it to the member alone: in the channel if the bot is in it,
// else in their direct conversation.
func (r *responder) whisper(ctx context.Context, m rendered) error {
	if r.back.Channel != "" {
		c := call{doing: "answer privately", says: true}
		_, err := r.a.api.PostEphemeralContext(c.watch(ctx), r.back.Channel, r.user, m.options()...)
		err = c.err(err)
		if t := chat.TroubleOf(err); err == nil || t != chat.TroubleForbidden && t != chat.TroubleGone {
			return err
		}
	}
	direct, err := r.a.Direct(ctx, memberID(r.team, r.user))
	if err != nil {
		return err
	}
	c := call{doing: "answer in the direct conversation", says: true, channel: local(direct)}
	_, _, err = r.a.api.PostMessageContext(c.watch(ctx), local(direct), m.post()...)
	return c.err(err)
}

// files sends files; private ones to the direct conversation.
func (r *responder) files(ctx context.Context, rep chat.Reply) error {
	to := r.back.Channel
	if !rep.Public || to == "" {
		direct, err := r.a.Direct(ctx, memberID(r.team, r.user))
		if err != nil {
			return err
		}
		to = local(direct)
	}
	files, err := r.a.upload(ctx, rep.Files)
	if err != nil {
		return err
	}
	return r.a.share(ctx, files, to, "")
}
