package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

func exitText(err error) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return strconv.Itoa(exit.ExitCode())
	}
	return err.Error()
}

// command is a command as scripts of people read it from "commands --json":
// each of these fields stays.
type command struct {
	Path    *string `json:"path"`
	Summary *string `json:"summary"`
	Options []struct {
		Name     *string `json:"name"`
		Kind     *string `json:"kind"`
		Required *bool   `json:"required"`
	} `json:"options"`
	Permission *string  `json:"permission"`
	Platforms  []string `json:"platforms"`
}

// isJSON checks that a file is a list of commands with every field and no
// other: json stdout.
func isJSON(ts *testscript.TestScript, _ bool, args []string) {
	d := json.NewDecoder(strings.NewReader(ts.ReadFile(args[0])))
	d.DisallowUnknownFields()
	var list []command
	ts.Check(d.Decode(&list))
	if len(list) < 20 || d.More() {
		ts.Fatalf("%d commands, or more than one list", len(list))
	}
	for _, c := range list {
		if c.Path == nil || c.Summary == nil || c.Permission == nil || c.Options == nil || len(c.Platforms) == 0 {
			ts.Fatalf("a field is missing in %+v", c)
		}
		if !strings.HasPrefix(*c.Path, "/") || *c.Summary == "" || strings.Contains(*c.Summary, "cmd.") {
			ts.Fatalf("%s: %s", *c.Path, *c.Summary)
		}
		for _, o := range c.Options {
			if o.Name == nil || o.Kind == nil || o.Required == nil {
				ts.Fatalf("a field of an option of %s is missing", *c.Path)
			}
		}
	}
}

// absent checks that a text stands neither in what the program printed nor in
// any file that it wrote: absent planted.
func absent(ts *testscript.TestScript, _ bool, args []string) {
	printed := ts.ReadFile("stdout") + ts.ReadFile("stderr")
	if strings.Contains(printed, args[0]) {
		ts.Fatalf("%q is printed:\n%s", args[0], printed)
	}
	ts.Check(filepath.WalkDir(ts.MkAbs("."), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".toml") || strings.HasSuffix(path, ".secret") {
			return err
		}
		text, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(text), args[0]) {
			err = errors.New(args[0] + " stands in " + path)
		}
		return err
	}))
}
