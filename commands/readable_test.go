package commands

import "testing"

func TestWhatNobodyCanSeeIsNoText(t *testing.T) {
	for typed, want := range map[string]string{
		"  Nitro ":                        "Nitro",
		"\u200b\u200d\ufe0f \u3164\u2800": "",
		"a\u202e evil\u2066":              "a evil",
		"שלום":                            "שלום",
		"👨\u200d👩\u200d👧":                 "👨\u200d👩\u200d👧",
		"one\x00\ntwo":                    "one\ntwo",
	} {
		if got := readable(typed); got != want {
			t.Errorf("%q is read as %q, not %q", typed, got, want)
		}
	}
	if got := readableLine("one\n  two\tthree"); got != "one two three" {
		t.Errorf("one line is %q", got)
	}
}

func TestAnIDIsReadHoweverItWasCopied(t *testing.T) {
	for _, typed := range []string{"7K2M9QXF", " 7k2m9qxf ", "`7K2M9QXF`", "7k2m 9qxf", "#7K2M-9QXF\u200b"} {
		if got := idOf(typed); got != "7K2M9QXF" {
			t.Errorf("%q is read as %q", typed, got)
		}
	}
}
