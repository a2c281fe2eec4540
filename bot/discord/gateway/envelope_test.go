package gateway

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestTheOutsideOfAFrameIsRead(t *testing.T) {
	for in, want := range map[string]frame{
		`{"t":"A","s":42,"op":0,"d":{"a":"}\"]","b":[1,{"c":"\\"}]}}`: {Op: 0, Seq: 42, Type: "A", Data: json.RawMessage(`{"a":"}\"]","b":[1,{"c":"\\"}]}`)},
		" { \"op\" :\t11 , \"d\":\nnull } ":                           {Op: 11, Data: json.RawMessage("null")},
		`{"op":10,"d":{"heartbeat_interval":1},"s":null,"t":null}`:    {Op: 10, Data: json.RawMessage(`{"heartbeat_interval":1}`)},

		`{"op":9,"d":false}`:     {Op: 9, Data: json.RawMessage("false")},
		`{"t":"\u0041","x":"y"}`: {Op: -1, Type: "A"},
		`{}`:                     {Op: -1},
	} {
		got, err := parse([]byte(in))
		if err != nil || got.Op != want.Op || got.Seq != want.Seq || got.Type != want.Type || string(got.Data) != string(want.Data) {
			t.Errorf("%s: %+v %s, %v", in, got, got.Data, err)
		}
	}
}

func TestAFrameThatIsCutOrWrongIsRefused(t *testing.T) {
	whole := `{"t":"A","s":42,"op":0,"d":{"a":"}\"]","b":[1,{"c":"\\"}]}}`
	for n := range len(whole) {
		if f, err := parse([]byte(whole[:n])); err == nil {
			t.Errorf("%s is taken for %+v", whole[:n], f)
		}
	}
	for _, in := range []string{
		whole + "x", `[]`, `{"op":"0"}`, `{"op":1.5}`, `{"s":{}}`, `{"t":7}`, `{"t":"\x"}`, `{"op":1,}`, `{"op"}`, `{op:1}`, `{"op":}`, `{"op":1 "s":2}`, `{"s":99999999999999999999}`,
	} {
		if f, err := parse([]byte(in)); err == nil {
			t.Errorf("%s is taken for %+v", in, f)
		}
	}
}

// FuzzFrame holds the reading of frames to encoding/json.
func FuzzFrame(f *testing.F) {
	f.Add([]byte(`{"op":0,"s":1,"t":"READY","d":{}}`))
	f.Add([]byte(`{"op":null,"d":[[[`))
	f.Add([]byte(`{"t":"A","s":42,"op":0,"d":{"a":"}\"]","b":[1,{"c":"\\"}]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := plain{func() ([]byte, error) { return b, nil }}.next()
		var want map[string]json.RawMessage
		if json.Unmarshal(b, &want) == nil && want != nil && !strings.Contains(string(b), `\`) {
			if !repeats(b) { // a key that comes twice may be wrong the first time only
				agree(t, got, err, want)
			}
		}
		left := 3
		z := newInflated(func() ([]byte, error) {
			if left--; left < 0 {
				return nil, errTooLarge
			}
			return b, nil
		}, 1<<16)
		_, _ = z.next()
	})
}

// repeats says whether an object has a key twice.
func repeats(b []byte) bool {
	d, seen := json.NewDecoder(bytes.NewReader(b)), map[json.Token]bool{}
	for _, err := d.Token(); err == nil && d.More(); {
		key, _ := d.Token()
		if seen[key] {
			return true
		}
		seen[key] = true
		var value json.RawMessage
		err = d.Decode(&value)
	}
	return false
}

// agree compares what was read of a frame that is JSON without escapes.
func agree(t *testing.T, got frame, err error, want map[string]json.RawMessage) {
	t.Helper()
	op, seq, kind := -1, int64(0), ""
	readable := true
	for key, to := range map[string]any{"op": &op, "s": &seq, "t": &kind} {
		if v, ok := want[key]; ok && json.Unmarshal(v, to) != nil {
			readable = false
		}
	}
	switch {
	case (err == nil) != readable:
		t.Errorf("%v, but encoding/json reads it: %v", err, readable)
	case err == nil && (got.Op != op && want["op"] != nil || got.Seq != seq || got.Type != kind || string(got.Data) != string(want["d"])):
		t.Errorf("%+v, want %d %d %q %s", got, op, seq, kind, want["d"])
	}
}
