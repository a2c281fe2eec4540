// Package commands is what members type and press: each family in a file of
// its own, as specs with their handlers, put together by All.
//
// A handler gets a Request and returns the answer; the frame sends it. Names
// and summaries of commands, options and choices stand in the catalogue under
// "cmd.", by path:
//
//	cmd.giveaway.start.name
//	cmd.giveaway.start.summary
//	cmd.giveaway.start.option.duration.name
//	cmd.giveaway.start.option.duration.summary
//	cmd.setup.language.option.to.choice.fr
//
// Every right is checked here, at each command, press and form, whatever the
// platform hides. What a control carries is never trusted: its subject is
// looked up within the community of whoever pressed it.
package commands
