package chattest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
)

func say(text string) chat.Card { return chat.Say(chat.Words(text)) }

func arrives(t *testing.T, s *suite) {
	a := hears[chat.Arrived](t, s)
	if a.Space != s.Space || a.Name != s.Name || a.ID == "" {
		t.Errorf("%+v", a)
	}
}

func speaks(t *testing.T, s *suite) {
	ref := s.post(t, "speaks", say("first words"))
	if m := s.sees(t, s.One, s.Open, "first words"); m.Private || ref != (chat.MessageRef{Channel: s.Open, ID: m.ID}) {
		t.Errorf("%+v at %v", m, ref)
	}
	if err := s.Platform.Edit(t.Context(), ref, say("other words")); err != nil {
		t.Fatal(err)
	}
	if m := s.sees(t, s.Two, s.Open, "other words"); m.ID != ref.ID {
		t.Errorf("%+v is not %v", m, ref)
	}
	s.overlooks(t, s.Two, s.Open, "first words")
	for range 2 { // one that is gone is no error
		if err := s.Platform.Delete(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
	}
	s.overlooks(t, s.Two, s.Open, "other words")
	if err := s.Platform.Edit(t.Context(), ref, say("too late")); chat.TroubleOf(err) != chat.TroubleGone {
		t.Errorf("editing what is gone: %v", err)
	}
}

func finds(t *testing.T, s *suite) {
	since := time.Now().Add(-24 * 365 * time.Hour)
	refs := []chat.MessageRef{s.post(t, "finds-1", say("say it once")), s.post(t, "finds-1", say("say it once"))}
	other := s.post(t, "finds-2", say("and that"))
	found, ok, err := s.Platform.Find(t.Context(), s.Open, "finds-1", since)
	if err != nil || !ok || !slices.Contains(refs, found) {
		t.Errorf("%v %v %v, want one of %v", found, ok, err, refs)
	}
	if found, ok, err := s.Platform.Find(t.Context(), s.Open, "finds-2", since); err != nil || !ok || found != other {
		t.Errorf("%v %v %v, want %v", found, ok, err, other)
	}
	if found, ok, err := s.Platform.Find(t.Context(), s.Open, "finds-3", since); err != nil || ok {
		t.Errorf("what was never said is at %v, %v", found, err)
	}
}

// hostile is what a member may call themselves or a prize.
var hostile = []string{
	"*bold* _em_ ~gone~ **both** __under__ ~~struck~~", "`code` ```block```", "||spoiler||", "[label](https://evil.example)",
	"<https://evil.example|label>", "# heading", "> quote", "- item", "1. item", "&amp; &lt;b&gt;", `\*not\* \\`, "<t:1:R> <!date^1^{date}|x>", ":tada:", "a_b_c *",
}

func isLiteral(t *testing.T, s *suite) {
	for i, text := range hostile {
		text = fmt.Sprintf("%s (%d)", text, i)
		s.post(t, fmt.Sprintf("literal-%d", i), chat.NewCard(chat.Paragraph(chat.Words(text)), chat.List(chat.L(chat.T("item "), chat.T(text)))))
		m := s.sees(t, s.One, s.Open, fmt.Sprintf("(%d)", i))
		if n := strings.Count(m.Text, text); n != 2 {
			t.Errorf("%q is read %d times in %q", text, n, m.Text)
		}
	}
	call := fmt.Sprintf("@everyone @here <!channel> <!here> <@%[1]s> <@!%[1]s> <@&1> <!subteam^S1> @%[1]s", local(s.Two))
	s.post(t, "literal-call", chat.NewCard(chat.Paragraph(chat.Words("call: "+call)), chat.Paragraph(chat.L(chat.Mention(s.Two)))))
	m := s.sees(t, s.One, s.Open, "call: ")
	if len(m.Pings) > 0 {
		t.Errorf("%q pings %v", m.Text, m.Pings)
	}
}

// local is the last part of an id, which is what the platform calls it.
func local(m chat.MemberID) string {
	n := chat.Native(m)
	return n[strings.LastIndex(n, "/")+1:]
}

func pings(t *testing.T, s *suite) {
	c := chat.Say(chat.L(chat.T("you there: "), chat.Mention(s.Two), chat.T(" and not "), chat.Mention(s.One)))
	c.Pings.Members = []chat.MemberID{s.Two}
	s.post(t, "pings", c)
	if m := s.sees(t, s.Two, s.Open, "you there"); !slices.Equal(m.Pings, []string{local(s.Two)}) {
		t.Errorf("pings %v", m.Pings)
	}
}

func whispers(t *testing.T, s *suite) {
	s.answers(func(chat.Event) chat.Reply { return chat.PrivateLine(chat.Words("for you alone")) })
	s.types(t, "/check say")
	e := hears[chat.Invoked](t, s)
	if strings.Join(e.Path, " ") != "check say" || e.Actor.ID != s.One || e.Channel != s.Open || e.Space != s.Space || e.ID == "" || len(e.Mistakes) > 0 {
		t.Errorf("%+v", e)
	}
	if m := s.sees(t, s.One, s.Open, "for you alone"); !m.Private {
		t.Errorf("%+v", m)
	}
	s.overlooks(t, s.Two, s.Open, "for you alone")
}

func answersAloud(t *testing.T, s *suite) {
	s.answers(func(chat.Event) chat.Reply {
		c := say("for all of you")
		return chat.Reply{Card: &c, Public: true}
	})
	s.types(t, "/check say")
	if m := s.sees(t, s.Two, s.Open, "for all of you"); m.Private {
		t.Errorf("%+v", m)
	}
}

func isPatient(t *testing.T, s *suite) {
	s.answers(func(chat.Event) chat.Reply {
		time.Sleep(2200 * time.Millisecond)
		return chat.PrivateLine(chat.Words("after all"))
	})
	s.types(t, "/check say")
	if m := s.sees(t, s.One, s.Open, "after all"); !m.Private {
		t.Errorf("%+v", m)
	}
	s.overlooks(t, s.Two, s.Open, "after all")
}

func isPressed(t *testing.T, s *suite) {
	enter := chat.Act("giveaway", "enter", "42").With("a|b*c")
	ref := s.post(t, "pressed", chat.NewCard(chat.Heading(chat.Words("press")), chat.Controls(chat.Button(enter, "Enter", chat.TonePrimary))))
	s.answers(func(chat.Event) chat.Reply { return chat.PrivateLine(chat.Words("you are in")) })
	if o := s.h.Press(t, s.Two, ref, enter); o.Error != "" {
		t.Fatal(o.Error)
	}
	e := hears[chat.Pressed](t, s)
	if e.Action != enter || e.Message != ref || e.Actor.ID != s.Two || e.Private {
		t.Errorf("%+v", e)
	}
	if m := s.sees(t, s.Two, s.Open, "you are in"); !m.Private {
		t.Errorf("%+v", m)
	}
	s.overlooks(t, s.One, s.Open, "you are in")
}

func fillsForms(t *testing.T, s *suite) {
	form := chat.Form{Action: chat.Act("giveaway", "new", "7"), Title: "A giveaway", Submit: "Start", Close: "Not now", Fields: []chat.FormField{
		{Name: "prize", Label: "Prize", Kind: chat.FieldShort, Required: true, Max: 100},
		{Name: "about", Label: "About", Kind: chat.FieldLong, Value: "as it was"},
	}}
	s.answers(func(e chat.Event) chat.Reply {
		if _, sent := e.(chat.Submitted); sent {
			return chat.PrivateLine(chat.Words("form taken"))
		}
		return chat.Reply{Form: &form}
	})
	o := s.types(t, "/check form")
	if o.Form == "" {
		t.Fatal("no form opened")
	}
	if sent := s.h.Submit(t, s.One, o.Form, map[string]string{"prize": "A *cake* & more"}); sent.Error != "" {
		t.Fatal(sent.Error)
	}
	e := hears[chat.Submitted](t, s)
	if e.Action != form.Action || e.Values["prize"] != "A *cake* & more" || e.Values["about"] != "as it was" || e.Actor.ID != s.One {
		t.Errorf("%+v", e)
	}
	s.sees(t, s.One, s.Open, "form taken")
	s.overlooks(t, s.Two, s.Open, "form taken")
}

func refuses(t *testing.T, s *suite) {
	for where, want := range map[chat.ChannelID]chat.Trouble{s.Closed: chat.TroubleForbidden, s.Nowhere: chat.TroubleGone} {
		_, err := s.Platform.Post(t.Context(), where, chat.Message{Key: "refused", Card: say("no")})
		if chat.TroubleOf(err) != want {
			t.Errorf("posting to %s: %v, want %s", where, err, want)
		}
	}
	if _, err := s.Platform.Channel(t.Context(), s.Nowhere); chat.TroubleOf(err) != chat.TroubleGone {
		t.Errorf("looking for a channel: %v", err)
	}
	if c, err := s.Platform.Channel(t.Context(), s.Closed); err != nil || len(c.Missing) == 0 {
		t.Errorf("%+v, %v", c, err)
	}
	if c, err := s.Platform.Channel(t.Context(), s.Open); err != nil || len(c.Missing) > 0 || c.Space != s.Space {
		t.Errorf("%+v, %v", c, err)
	}
}

func speaksAlone(t *testing.T, s *suite) {
	to, err := s.Platform.Direct(t.Context(), s.Two)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Platform.Post(t.Context(), to, chat.Message{Key: "direct", Card: say("between us")}); err != nil {
		t.Fatal(err)
	}
	s.sees(t, s.Two, to, "between us")
	s.overlooks(t, s.One, to, "between us")
	if _, found, err := s.Platform.Find(t.Context(), to, "direct", time.Now().Add(-24*365*time.Hour)); err != nil || !found {
		t.Errorf("not found again: %v", err)
	}
}

func knowsMembers(t *testing.T, s *suite) {
	for id, present := range map[chat.MemberID]bool{s.One: true, s.Two: true, s.Absent: false} {
		m, err := s.Platform.Member(t.Context(), s.Space, id)
		if err != nil || m.Present != present || m.ID != id {
			t.Errorf("%s: %+v, %v", id, m, err)
		}
	}
}

func namesAll(t *testing.T, s *suite) {
	if len(s.Crowd) != 100 {
		t.Fatalf("a crowd of %d", len(s.Crowd))
	}
	var items []chat.Line
	for i, m := range s.Crowd {
		items = append(items, chat.L(chat.Mention(m), chat.T(fmt.Sprintf(" wins *prize* & <%d> for reasons that take their room in a message, as reasons do", i))))
	}
	c := chat.NewCard(chat.Heading(chat.Words("The winners")), chat.Numbered(1, items...))
	c.Pings.Members = s.Crowd
	seen := map[string]int{}
	pinged := map[string]int{}
	for i, part := range chat.Split(c, s.Platform.Capabilities()) {
		ref := s.post(t, fmt.Sprintf("crowd-%d", i), part)
		s.until(t, s.One, s.Open, "sees a part", func(all []Seen) bool {
			at := slices.IndexFunc(all, func(m Seen) bool { return m.ID == ref.ID })
			if at < 0 {
				return false
			}
			for n := range s.Crowd {
				seen[fmt.Sprint(n)] += strings.Count(all[at].Text, fmt.Sprintf(" wins *prize* & <%d>", n))
			}
			for _, p := range all[at].Pings {
				pinged[p]++
			}
			return true
		})
	}
	for i, m := range s.Crowd {
		if seen[fmt.Sprint(i)] != 1 || pinged[local(m)] != 1 {
			t.Errorf("winner %d is named %d times and pinged %d times", i, seen[fmt.Sprint(i)], pinged[local(m)])
		}
	}
}
