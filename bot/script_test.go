package main

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestMain lets the test binary be animo, so that scripts run the program as
// people do: with its arguments, its streams and its exit code.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"animo": main})
}

// TestTheProgramDoesWhatItsScriptsSay runs testdata/script, each in a folder of
// its own, without any variable of whoever runs the tests.
func TestTheProgramDoesWhatItsScriptsSay(t *testing.T) {
	deploy, err := filepath.Abs(filepath.Join("..", "deploy"))
	if err != nil {
		t.Fatal(err)
	}
	cmds := map[string]func(ts *testscript.TestScript, neg bool, args []string){
		"exits": exits, "golden": golden, "json": isJSON, "absent": absent,
	}
	maps.Copy(cmds, backupCommands())
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(e *testscript.Env) error {
			e.Setenv("DEPLOY", deploy)
			return nil
		},
		Cmds:                cmds,
		RequireExplicitExec: true, RequireUniqueNames: true,
	})
}

// exits runs animo and demands an exit code: exits 2 run --nope.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 1 {
		ts.Fatalf("usage: exits code [arguments of animo]")
	}
	code := "0"
	if err := ts.Exec("animo", args[1:]...); err != nil {
		code = exitText(err)
	}
	if code != args[0] {
		ts.Fatalf("the exit code is %s, not %s", code, args[0])
	}
}

// golden compares a file with one of the repository: golden stdout $DEPLOY/x.
func golden(ts *testscript.TestScript, _ bool, args []string) {
	got := ts.ReadFile(args[0])
	if *update {
		ts.Check(os.WriteFile(args[1], []byte(got), 0o644))
		return
	}
	if want := ts.ReadFile(args[1]); got != want {
		ts.Fatalf("%s is not what the program prints; read the difference and write it with go test ./bot -update", args[1])
	}
}
