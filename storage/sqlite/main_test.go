package sqlite_test

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// child is the environment variable by which the test binary runs as one of
// the processes below; its value names the process, and its argument a file.
const child = "ANIMO_SQLITE_TEST_CHILD"

func TestMain(m *testing.M) {
	processes := map[string]func(path string) error{"hold": hold, "commit": commitForever}
	run, ok := processes[os.Getenv(child)]
	if !ok {
		os.Exit(m.Run())
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func command(name, path string) *exec.Cmd {
	c := exec.Command(os.Args[0], path)
	c.Env = append(os.Environ(), child+"="+name)
	c.Stderr = os.Stderr
	return c
}
