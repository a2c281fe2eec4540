package slackwire

import (
	"encoding/json"

	"animo/bot/sandbox/world"
)

// view is a modal or a Home tab, as the Web API and payloads give it.
type view struct {
	ID              string          `json:"id"`
	TeamID          string          `json:"team_id"`
	Type            string          `json:"type"`
	Blocks          json.RawMessage `json:"blocks"`
	PrivateMetadata string          `json:"private_metadata"`
	CallbackID      string          `json:"callback_id"`
	State           viewState       `json:"state"`
	Hash            string          `json:"hash"`
	Title           json.RawMessage `json:"title"`
	ClearOnClose    bool            `json:"clear_on_close"`
	NotifyOnClose   bool            `json:"notify_on_close"`
	Close           json.RawMessage `json:"close"`
	Submit          json.RawMessage `json:"submit"`
	PreviousViewID  *string         `json:"previous_view_id"`
	RootViewID      string          `json:"root_view_id"`
	AppID           string          `json:"app_id"`
	ExternalID      string          `json:"external_id"`
	AppTeamID       string          `json:"app_installed_team_id"`
	BotID           string          `json:"bot_id"`
}

// stateValues holds what a person entered: by block_id, then action_id.
type stateValues map[string]map[string]any

type viewState struct {
	Values stateValues `json:"values"`
}

// Limits of views (docs.slack.dev/reference/views, …/methods/views.open).
const (
	maxViewJSON = 250000
	maxTitle    = 24
	maxPrivate  = 3000
	maxStack    = 3
)

// readView checks a view and gives it its own members.
func (s *Server) readView(v any, want string) (*view, error) {
	o, ok := v.(object)
	if !ok {
		return nil, refuseWith("invalid_arguments", []string{"[ERROR] must provide an object [json-pointer:/view]"})
	}
	if len(toJSON(o)) > maxViewJSON {
		return nil, refuse("view_too_large")
	}
	if problems := s.kit.view(o, want); len(problems) > 0 {
		return nil, refuseBlocks("invalid_arguments", problems)
	}
	blocks, _ := o["blocks"].([]any)
	o["blocks"] = nameBlocks(blocks)
	nameActions(blocks)
	var made view
	if err := json.Unmarshal(toJSON(o), &made); err != nil {
		return nil, refuse("invalid_arguments")
	}
	t := s.space.team
	made.ID, made.TeamID, made.AppID, made.AppTeamID, made.BotID = freshID("V"), t.ID, t.AppID, t.ID, t.BotID
	made.RootViewID, made.Blocks = made.ID, toJSON(blocks)
	made.State.Values = initialValues(blocks)
	s.rehash(&made)
	return &made, nil
}

func (s *Server) rehash(v *view) { v.Hash = itoa(int(s.clock.Now().Unix())) + "." + freshHex(4) }

// nameActions gives an action_id to the elements that have none.
func nameActions(blocks []any) {
	for _, b := range blocks {
		for _, e := range elementsOf(b) {
			if e["action_id"] == nil && e["type"] != "image" && e["type"] != "plain_text" && e["type"] != "mrkdwn" {
				e["action_id"] = freshID("")[1:6]
			}
		}
	}
}

// view checks a modal ("modal") or Home tab ("home").
func (k *kit) view(o object, want string) []string {
	w := &walker{kit: k, blockIDs: map[string]bool{}}
	if kind, _ := o["type"].(string); kind != want {
		w.wrong("/view/type", "must be %q", want)
		return w.problems
	}
	members := shape{
		"type": must(nil), "blocks": must(nil), "private_metadata": opt(text(0, maxPrivate)),
		"callback_id": opt(text(0, maxID)), "external_id": opt(text(0, maxID)),
	}
	surface := inHome
	if want == "modal" {
		surface = inModal
		members["title"], members["submit"], members["close"] = must(plain(maxTitle)), opt(plain(maxTitle)), opt(plain(maxTitle))
		members["clear_on_close"], members["notify_on_close"], members["submit_disabled"] = opt(boolean), opt(boolean), opt(boolean)
	}
	for _, name := range []string{"submit", "close", "title"} {
		if o[name] == nil {
			delete(o, name) // clients send null for what a view lacks
		}
	}
	w.object(o, members, "/view")
	blocks, ok := o["blocks"].([]any)
	if !ok {
		w.wrong("/view/blocks", "must provide an array")
		return w.problems
	}
	w.list(blocks, surface, maxViewBlocks, "/view/blocks")
	if want == "modal" && w.inputs != "" && o["submit"] == nil {
		w.wrong(w.inputs, "must define `submit` to use an `input` block in modals")
	}
	return w.problems
}

// top returns the modal that a person has before them.
func (w *workspace) top(user string) *view {
	stack := w.modals[user]
	if len(stack) == 0 {
		return nil
	}
	return stack[len(stack)-1]
}

// keepModals writes a person's modals and shows the one on top.
func (s *Server) keepModals(user string) {
	if len(s.space.modals[user]) == 0 {
		delete(s.space.modals, user)
		_ = s.store.Delete(keyModals + user) // as keep: nobody to tell
		return
	}
	s.keep(keyModals+user, s.space.modals[user])
	s.feed.Publish(world.Event{Kind: world.EventModal, For: user, Data: asModal(s.space.top(user))})
}

func asModal(v *view) *world.Modal {
	if v == nil {
		return nil
	}
	return &world.Modal{ID: v.ID, Native: toJSON(v)}
}

// openModal puts a modal before a person in place of any other.
func (s *Server) openModal(user string, v *view) {
	s.space.modals[user] = []*view{v}
	s.keepModals(user)
}

// pushModal lays a modal on top of the one that a person has.
func (s *Server) pushModal(user string, v *view) error {
	stack := s.space.modals[user]
	switch {
	case len(stack) == 0:
		return refuse("not_found")
	case len(stack) >= maxStack:
		return refuse("push_limit_reached")
	}
	below := stack[len(stack)-1].ID
	v.PreviousViewID, v.RootViewID = &below, stack[0].RootViewID
	s.space.modals[user] = append(stack, v)
	s.keepModals(user)
	return nil
}

// updateModal gives an open modal other content; what was entered in inputs
// that stay, by block_id and action_id, stays too.
func (s *Server) updateModal(user string, old, made *view) {
	made.ID, made.RootViewID, made.PreviousViewID = old.ID, old.RootViewID, old.PreviousViewID
	made.State.Values.inherit(old.State.Values)
	*old = *made
	s.keepModals(user)
}

// closeModal takes away the modal on top, or all of them.
func (s *Server) closeModal(user string, all bool) {
	if stack := s.space.modals[user]; all || len(stack) < 2 {
		s.space.modals[user] = nil
	} else {
		s.space.modals[user] = stack[:len(stack)-1]
	}
	s.keepModals(user)
}

func (s *Server) externalTaken(id, except string) bool {
	for _, stack := range s.space.modals {
		for _, v := range stack {
			if id != "" && v.ExternalID == id && v.ID != except {
				return true
			}
		}
	}
	return false
}

func viewsOpen(c *call) (object, error) { return c.exchangeForView(false) }
func viewsPush(c *call) (object, error) { return c.exchangeForView(true) }

func (c *call) exchangeForView(push bool) (object, error) {
	made, err := c.readView(c.args["view"], "modal")
	if err != nil {
		return nil, err
	}
	if c.externalTaken(made.ExternalID, "") {
		return nil, refuse("duplicate_external_id")
	}
	x, err := c.redeem(c.args.text("trigger_id"))
	if err != nil {
		return nil, err
	}
	if push {
		if err := c.pushModal(x.user, made); err != nil {
			return nil, err
		}
	} else {
		c.openModal(x.user, made)
	}
	x.used = true
	x.show(asModal(made), "")
	return object{"view": made}, nil
}

func viewsUpdate(c *call) (object, error) {
	made, err := c.readView(c.args["view"], "modal")
	if err != nil {
		return nil, err
	}
	user, old := c.modal(c.args.text("view_id"), c.args.text("external_id"))
	switch {
	case old == nil:
		return nil, refuse("not_found")
	case c.args.has("hash") && c.args.text("hash") != old.Hash:
		return nil, refuse("hash_conflict")
	case c.externalTaken(made.ExternalID, old.ID):
		return nil, refuse("duplicate_external_id")
	}
	c.updateModal(user, old, made)
	return object{"view": old}, nil
}

// modal finds an open modal by id or external id.
func (c *call) modal(id, external string) (user string, v *view) {
	for user, stack := range c.space.modals {
		for _, v := range stack {
			if v.ID == id || external != "" && v.ExternalID == external {
				return user, v
			}
		}
	}
	return "", nil
}

func viewsPublish(c *call) (object, error) {
	p := c.space.person(c.args.text("user_id"))
	switch {
	case p == nil || p.Bot || p.Deleted:
		return nil, refuseArgument("invalid `user_id`")
	case c.app.Features.Home.HomeTab == nil || !*c.app.Features.Home.HomeTab:
		return nil, refuse("not_enabled")
	}
	made, err := c.readView(c.args["view"], "home")
	if err != nil {
		return nil, err
	}
	if old := c.space.homes[p.ID]; old != nil {
		if c.args.has("hash") && c.args.text("hash") != old.Hash {
			return nil, refuse("hash_conflict")
		}
		made.ID, made.RootViewID = old.ID, old.RootViewID
	}
	c.space.homes[p.ID] = made
	c.keep(keyHome+p.ID, made)
	return object{"view": made}, nil
}
