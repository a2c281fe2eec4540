package telemetry

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestAlertsAndDashboardsAskForMetricsThatExist(t *testing.T) {
	m := NewMetrics()
	m.Event("p", "k")
	m.EventDropped("p", "r")
	m.Interaction("p", "k", "o", 0)
	m.EffectDone("p", "k", "o")
	m.JobDone("k", "o", 0)
	m.Running("p", true)
	m.Storage("o", 0)
	there := scrape(t, m)
	name := regexp.MustCompile(`\banimo_[a-z_]+`)
	for _, pattern := range []string{"prometheus/*.yaml", "grafana/*.json"} {
		files, err := filepath.Glob(filepath.Join("..", "..", "deploy", pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no file like deploy/%s (%v)", pattern, err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			names := name.FindAllString(string(text), -1)
			if len(names) == 0 {
				t.Errorf("%s asks for no metric", f)
			}
			for _, n := range names {
				if !strings.Contains(there, "\n"+n+"{") && !strings.Contains(there, "\n"+n+" ") && !strings.Contains(there, "# TYPE "+n+" ") {
					t.Errorf("%s asks for %s, which is no metric; see metrics.go for their names", f, n)
				}
			}
		}
	}
}
