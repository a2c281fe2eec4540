package commands

import (
	"strconv"

	"animo/bot/chat"
	"animo/bot/i18n"
)

// pageOf returns the page of a list that a control asks for, and the last one
// there is; both count from 0.
func pageOf(r *Request, items int) (page, last int) {
	last = max(items-1, 0) / pageSize
	page, _ = strconv.Atoi(r.Action.Arg)
	return min(max(page, 0), last), last
}

// turnPages are the buttons that turn the pages of a list; none if there is
// but one. Its presses come back as the action with a verb and a page.
func turnPages(r *Request, a chat.Action, page, last int) []chat.Block {
	if last == 0 {
		return nil
	}
	button := func(verb string, to int, disabled bool) chat.Control {
		a.Verb = verb
		b := chat.Button(a.With(strconv.Itoa(to)), r.Private.Text("giveaway.button."+verb), chat.TonePlain)
		b.Disabled = disabled
		return b
	}
	return []chat.Block{
		chat.Note(r.Private.Line("giveaway.entrants.page", i18n.Num("page", int64(page+1)), i18n.Num("pages", int64(last+1)))),
		chat.Controls(button("previous", page-1, page == 0), button("next", page+1, page == last)),
	}
}
