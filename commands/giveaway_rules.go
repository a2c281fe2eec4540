package commands

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/giveaway"
	"animo/games/terms"
)

// Verbs of the controls around a rules page, besides giveaway.VerbRules.
const (
	rulesPage  = "page"  // with version and page
	rulesRenew = "renew" // staff's
)

// withTerms tells a giveaway what its rules page needs and it cannot know:
// who organises, and what the community, the channel, roles and channels are
// called as it is launched.
func (w giveaways) withTerms(ctx context.Context, r *Request, p giveaway.Params, channel chat.Channel) (giveaway.Params, error) {
	p.Terms = terms.Terms{
		Value: p.Terms.Value, Organiser: terms.Organiser(r.Community.Organiser), Community: r.Community.Name, Channel: channel.Name,
	}
	named := namedIn(p)
	if len(named) == 0 {
		return p, nil
	}
	names, err := namesOf(ctx, r)
	if err != nil {
		return p, err
	}
	p.Terms.Names = map[string]string{}
	for _, role := range names.Roles {
		if slices.Contains(named, string(role.ID)) {
			p.Terms.Names[string(role.ID)] = role.Name
		}
	}
	for _, c := range names.Channels {
		if slices.Contains(named, string(c.ID)) {
			p.Terms.Names[string(c.ID)] = c.Name
		}
	}
	return p, nil
}

// namedIn lists the roles and channels that a rules page names.
func namedIn(p giveaway.Params) (ids []string) {
	roles := slices.Concat(p.Who.All, p.Who.Any, p.Who.None, p.Who.Bypass, p.Who.Denied)
	for _, g := range p.Bonus.Grounds {
		roles = append(roles, g.Role)
	}
	for _, id := range append(roles, p.Role) {
		if id != "" {
			ids = append(ids, string(id))
		}
	}
	for _, id := range slices.Concat(p.Who.Channels, p.Who.Messages.In) {
		ids = append(ids, string(id))
	}
	return ids
}

// rules shows anybody the rules page of a giveaway, in the version that is in
// force or in another, with the files.
func (w giveaways) rules(ctx context.Context, r *Request) (chat.Reply, error) {
	id, n, page := r.Action.Subject, 0, 0
	var err error
	switch {
	case r.Action.IsZero():
		if id, err = w.pick(ctx, r, games.StatusOpen, games.StatusClosed); err != nil {
			return chat.Reply{}, err
		}
		n, _ = strconv.Atoi(r.Args["version"]) // the frame lets only numbers through
	case r.Action.Verb == rulesPage:
		if n, page, err = readRulesPage(r.Action.Arg); err != nil {
			return r.refuse("common.unknown_control")
		}
	case r.Action.Verb == rulesRenew:
		return w.allowed(ctx, r, chat.Staff, w.renewRules)
	}
	_, s, err := w.state(ctx, r, id)
	if err != nil {
		return chat.Reply{}, err
	}
	v, ok := s.Terms.Current()
	if n != 0 || r.Args["version"] != "" {
		v, ok = s.Terms.Version(n)
	}
	switch {
	case s.Deleted:
		return r.refuse("giveaway.refused.deleted")
	case len(s.Terms.Versions) == 0:
		return r.refuse("terms.refused.none")
	case !ok:
		return r.refuse("terms.refused.version", i18n.Num("n", int64(n)), i18n.Num("max", int64(len(s.Terms.Versions))))
	}
	return rulesReply(r, id, s.Terms, v, page)
}

func readRulesPage(arg string) (version, page int, err error) {
	if _, err := fmt.Sscanf(arg, "%d.%d", &version, &page); err != nil || version < 1 || page < 0 {
		return 0, 0, fmt.Errorf("%q names no page", arg)
	}
	return version, page, nil
}

// rulesReply shows one page of a version. The files go along with the first
// answer; turning pages needs them no more.
func rulesReply(r *Request, id string, all terms.Terms, v terms.Version, page int) (chat.Reply, error) {
	text, err := all.Text(v.N, r.Private.Language())
	if err != nil {
		return chat.Reply{}, fmt.Errorf("read the rules of %s: %w", id, err)
	}
	doc, err := terms.Parse(text)
	if err != nil {
		return chat.Reply{}, fmt.Errorf("read the rules of %s: %w", id, err)
	}
	t, pages := r.Private, documentPages(doc, r.Caps)
	page = min(page, len(pages)-1)
	card := pages[page].With(chat.Note(t.Line("terms.hash",
		i18n.In("file", chat.Code(rulesFile(id, v, v.Language))), i18n.In("hash", chat.Code(v.Hash)))))
	if versions := len(all.Versions); versions > 1 {
		card = card.With(chat.Note(t.Line("terms.older", i18n.Num("n", int64(v.N)), i18n.Num("of", int64(versions)),
			i18n.In("command", chat.Code(fmt.Sprintf("/giveaway rules id:%s version:%d", id, max(v.N-1, 1)))))))
	}
	reply := chat.Private(card.With(rulesTurns(r, id, v.N, page, len(pages))...))
	if reply.Replace = r.Action.Verb == rulesPage; reply.Replace {
		return reply, nil
	}
	for _, l := range chat.Languages() {
		text, err := all.Text(v.N, l)
		if err != nil {
			return chat.Reply{}, fmt.Errorf("read the rules of %s: %w", id, err)
		}
		reply.Files = append(reply.Files, chat.File{Name: rulesFile(id, v, l), Type: "text/markdown; charset=utf-8", Data: []byte(text)})
	}
	return reply, nil
}

// rulesFile names the file of a version in a language.
func rulesFile(id string, v terms.Version, l chat.Language) string {
	return fmt.Sprintf("rules-%s-v%d.%s.md", id, v.N, l)
}

// documentPages lay a page out as cards that leave room for what stands around
// the text.
func documentPages(d terms.Document, caps chat.Capabilities) []chat.Card {
	card := chat.NewCard(chat.Heading(chat.Words(d.Title)), chat.Note(chat.Words(d.Preface)))
	for _, s := range d.Sections {
		card = card.With(sectionBlocks(s)...)
	}
	const around = 8 // blocks
	caps.MaxText, caps.MaxBlocks = caps.MaxText*3/4, max(caps.MaxBlocks-around, 1)
	return chat.Split(card, caps)
}

// sectionBlocks keep a section together, with its title, unless it is very long.
func sectionBlocks(s terms.Section) []chat.Block {
	const most, lineFrame = 1000, 10 // characters
	var out []chat.Block
	line, size := chat.L(chat.Strong(chat.T(s.Title))), 0
	for _, l := range s.Lines {
		if l.Item {
			l.Text = "• " + l.Text
		}
		for piece := range slices.Chunk([]rune(l.Text), most/2) {
			if size += len(piece) + lineFrame; size > most {
				out = append(out, chat.Paragraph(line))
				line, size = nil, len(piece)+lineFrame
			}
			if len(line) > 0 {
				line = line.Then(chat.Break())
			}
			line = line.Then(chat.T(string(piece)))
		}
	}
	return append(out, chat.Paragraph(line))
}

func rulesTurns(r *Request, id string, version, page, pages int) []chat.Block {
	if pages == 1 {
		return nil
	}
	t := r.Private
	to := func(n int) chat.Action {
		return chat.Act(giveaway.RulesFamily, rulesPage, id).With(fmt.Sprintf("%d.%d", version, n))
	}
	previous := chat.Button(to(page-1), t.Text("giveaway.button.previous"), chat.TonePlain)
	next := chat.Button(to(page+1), t.Text("giveaway.button.next"), chat.TonePlain)
	previous.Disabled, next.Disabled = page == 0, page == pages-1
	if page == 0 {
		previous.Action = to(pages) // of two buttons no two may carry the same, pressed or not
	}
	return []chat.Block{
		chat.Note(t.Line("terms.page", i18n.Num("page", int64(page+1)), i18n.Num("pages", int64(pages)))),
		chat.Controls(previous, next),
	}
}

// renewRules makes the page name the organiser as the settings do.
func (w giveaways) renewRules(ctx context.Context, r *Request) (chat.Reply, error) {
	raw, err := json.Marshal(terms.Organiser(r.Community.Organiser))
	if err != nil {
		return chat.Reply{}, fmt.Errorf("write the organiser: %w", err)
	}
	return w.send(ctx, r, r.Action.Subject, giveaway.OrderOrganiser, chat.Values{"organiser": string(raw)})
}

// draftRules shows the author of a draft the page as it would be.
func (w giveaways) draftRules(ctx context.Context, r *Request, d draft) (chat.Reply, error) {
	p, err := readParams(ctx, r, d.Fields)
	if err != nil {
		return chat.Reply{}, err
	}
	channel, err := r.Platform.Channel(ctx, d.Channel)
	if err != nil {
		channel = chat.Channel{ID: d.Channel} // the launch says why
	}
	if p, err = w.withTerms(ctx, r, p, channel); err != nil {
		return chat.Reply{}, err
	}
	t, texts := r.Private, []chat.File{}
	for _, l := range chat.Languages() {
		doc := p.RulesDraft(games.Look{Now: r.Now, Private: t.In(l), Public: r.Public, Zone: r.Community.Location(), Caps: r.Caps})
		texts = append(texts, chat.File{Name: "rules-draft." + string(l) + ".md", Type: "text/markdown; charset=utf-8", Data: []byte(doc.Markdown())})
	}
	reply := chat.Private(chat.NewCard(chat.Paragraph(t.Line("terms.draft")), chat.Paragraph(t.Line("terms.both")), chat.Note(t.Line("terms.advice"))))
	reply.Files = texts
	return reply, nil
}

// readValue reads what the prize is worth.
func readValue(_ *Request, text string, p *giveaway.Params) error {
	p.Terms.Value = readableLine(text)
	return nil
}

// cutValue parts the value of a lot from it: "T-shirt x3 = 20 €".
func cutValue(part string) (lot, value string) {
	const sign = " = "
	if at := strings.LastIndex(part, sign); at >= 0 {
		return strings.TrimSpace(part[:at]), strings.TrimSpace(part[at+len(sign):])
	}
	return part, ""
}
