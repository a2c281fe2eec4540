package page

import (
	"testing"
)

func TestThePageShowsBothPanes(t *testing.T) {
	v := look(t, "en", 1440, 900)
	v.shot("wide")
}
