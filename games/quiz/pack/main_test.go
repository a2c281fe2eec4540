package pack_test

import (
	"sync"
	"testing"

	"go.uber.org/goleak"

	"animo/bot/chat"
	"animo/bot/i18n"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var bundle = sync.OnceValues(i18n.New)

func printer(t *testing.T, l chat.Language) i18n.Printer {
	t.Helper()
	b, err := bundle()
	if err != nil {
		t.Fatal(err)
	}
	return b.Printer(l)
}
