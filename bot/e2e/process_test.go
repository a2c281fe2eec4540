package e2e

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"animo/bot/sandbox"
)

// process is a bot in a process of its own.
type process struct {
	cmd  *exec.Cmd
	out  *logBuffer
	done chan struct{}
}

// startProcess starts a bot on one platform. killAt 0 lets it live.
func startProcess(t *testing.T, sb *sandbox.Sandbox, name, data string, killAt int) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(self, "-test.run=^$"), out: &logBuffer{}, done: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	p.cmd.Dir = t.TempDir()
	p.cmd.Env = append(os.Environ(), environment(sb, name, data)...)
	if killAt > 0 {
		p.cmd.Env = append(p.cmd.Env, envKillAt+"="+strconv.Itoa(killAt))
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(p.kill)
	return p
}

func environment(sb *sandbox.Sandbox, name, data string) []string {
	env := []string{
		envBot + "=1", envAhead + "=" + sb.Clock.Ahead().String(),
		"ANIMO_STORAGE_URL=sqlite:" + data, "ANIMO_HTTP_LISTEN=off",
	}
	if strings.HasPrefix(data, "redis") {
		env[2] = "ANIMO_STORAGE_URL=" + data
	}
	if name == "discord" {
		return append(env, "ANIMO_DISCORD_TOKEN="+sb.DiscordToken(), "ANIMO_DISCORD_API_URL="+sb.DiscordURL())
	}
	return append(env, "ANIMO_SLACK_BOT_TOKEN="+sb.SlackBotToken(), "ANIMO_SLACK_APP_TOKEN="+sb.SlackAppToken(),
		"ANIMO_SLACK_API_URL="+sb.SlackURL())
}

// kill ends the process at once, as kill -9 does, and waits until it is gone.
func (p *process) kill() {
	select {
	case <-p.done:
		return
	default:
	}
	p.cmd.Process.Kill()
	<-p.done
}

// died says whether the process ended by itself within a time.
func (p *process) died(within time.Duration) bool {
	select {
	case <-p.done:
		return true
	case <-time.After(within):
		return false
	}
}
