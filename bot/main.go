// Command animo is a bot that animates communities on Discord and on Slack.
// "animo help" lists what it can do; README.md says how to begin.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // scratch images and Windows have no zone files

	"github.com/alecthomas/kong"

	"animo/bot/app"
)

// Exit codes, stable since people's scripts lean on them.
const (
	exitWell   = 0
	exitFailed = 1 // what was asked for did not work
	exitUsage  = 2 // wrong use or configuration
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{os.Stdout, os.Stderr, os.Environ(), time.Now}, app.Options{})
	stop()
	os.Exit(code)
}

// streams are what a program is given besides its arguments.
type streams struct {
	out, err io.Writer
	environ  []string
	now      func() time.Time
}

// usageError is a mistake of whoever started the program.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// run is the program; base holds what tests put in its place.
func run(ctx context.Context, args []string, s streams, base app.Options) (code int) {
	var verbs verbs
	parser, err := kong.New(&verbs, kong.Name("animo"),
		kong.Description("A bot that animates communities on Discord and on Slack."),
		kong.Writers(s.out, s.err), kong.Exit(func(c int) { panic(exit(c)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(s), kong.Bind(base))
	if err != nil {
		fmt.Fprintln(s.err, "animo:", err)
		return exitFailed
	}
	defer func() {
		// kong ends the program after --help; here it ends this function.
		if p := recover(); p != nil {
			c, ok := p.(exit)
			if !ok {
				panic(p)
			}
			code = int(c)
		}
	}()
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(s.err, "animo: %v\n\"animo --help\" lists what it can do.\n", err)
		return exitUsage
	}
	return exitCode(parsed.Run(), s.err)
}

// exit carries an exit code out of kong.
type exit int

func exitCode(err error, w io.Writer) int {
	var usage usageError
	switch {
	case err == nil:
		return exitWell
	case errors.Is(err, errUnwell):
		return exitFailed
	}
	fmt.Fprintln(w, "animo:", err)
	if errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}
