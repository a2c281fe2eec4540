package commands

import (
	"fmt"

	"animo/bot/chat"
	"animo/bot/i18n"
)

// specOf makes the spec of a command, with its words from the catalogue.
func specOf(words *i18n.Bundle, above string, c Command) chat.CommandSpec {
	key := above + "." + c.Name
	spec := chat.CommandSpec{
		Name: c.Name, Names: words.Wording(key + ".name"), Summary: words.Wording(key + ".summary"),
		Permission: c.Permission, OpensForm: c.OpensForm, Needs: c.Needs,
	}
	for _, o := range c.Options {
		spec.Options = append(spec.Options, optionOf(words, key+".option."+o.Name, o))
	}
	for _, s := range c.Sub {
		spec.Sub = append(spec.Sub, specOf(words, key, s))
	}
	return spec
}

func optionOf(words *i18n.Bundle, key string, o Option) chat.OptionSpec {
	spec := chat.OptionSpec{
		Name: o.Name, Names: words.Wording(key + ".name"), Summary: words.Wording(key + ".summary"),
		Kind: o.Kind, Required: o.Required, Complete: o.Complete != nil, Rest: o.Rest,
	}
	if o.Min != 0 || o.Max != 0 {
		spec.Min, spec.Max = &o.Min, &o.Max
	}
	for _, v := range o.Choices {
		spec.Choices = append(spec.Choices, chat.ChoiceSpec{Value: v, Names: words.Wording(key + ".choice." + v)})
	}
	return spec
}

// collect walks a family into the registry's maps; a name that is taken is an
// error.
func (g *Registry) collect(f Family) error {
	for _, c := range f.Commands {
		spec := specOf(g.Words, "cmd", c)
		g.menu.Commands = append(g.menu.Commands, spec)
		if err := g.collectCommand(nil, c); err != nil {
			return err
		}
	}
	for _, s := range f.Shortcuts {
		if _, taken := g.shortcuts[s.Name]; taken {
			return fmt.Errorf("two shortcuts are called %q", s.Name)
		}
		g.shortcuts[s.Name] = s
		g.menu.Shortcuts = append(g.menu.Shortcuts, chat.ShortcutSpec{
			Name: s.Name, Names: g.Words.Wording("cmd.shortcut." + s.Name + ".name"), Permission: s.Permission,
		})
	}
	if err := add(g.presses, f.Presses); err != nil {
		return err
	}
	return add(g.forms, f.Forms)
}

func add(to, from map[string]Press) error {
	for name, p := range from {
		if _, taken := to[name]; taken {
			return fmt.Errorf("two families answer to %q", name)
		}
		to[name] = p
	}
	return nil
}

func (g *Registry) collectCommand(above []string, c Command) error {
	path := append(append([]string(nil), above...), c.Name)
	if len(c.Sub) == 0 {
		key := chat.PathString(path)
		if _, taken := g.commands[key]; taken {
			return fmt.Errorf("two commands are called %s", key)
		}
		g.commands[key] = c
		return nil
	}
	for _, s := range c.Sub {
		if err := g.collectCommand(path, s); err != nil {
			return err
		}
	}
	return nil
}
