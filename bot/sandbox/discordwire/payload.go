package discordwire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
)

// object is a JSON object whose numbers, when read, are json.Number.
type object = map[string]any

// maxRequest bounds a request (resources/message#create-message-limitations).
const maxRequest = 25 << 20

// upload is one file of a multipart request.
type upload struct {
	index       string // n of files[n]
	name        string
	contentType string
	data        []byte
}

// payload is the body of a request: JSON, or a form whose payload_json is JSON
// (reference#uploading-files).
type payload struct {
	raw   json.RawMessage
	value any
	files []upload
}

func readPayload(w http.ResponseWriter, r *http.Request) (payload, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		if tooBig := new(http.MaxBytesError); errors.As(err, &tooBig) {
			return payload{}, refuse(tooLarge)
		}
		return payload{}, plain(http.StatusBadRequest)
	}
	media, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var p payload
	if media == "multipart/form-data" {
		if err := p.readForm(multipart.NewReader(bytes.NewReader(body), params["boundary"])); err != nil {
			return payload{}, err
		}
	} else if len(bytes.TrimSpace(body)) > 0 {
		if media != "application/json" {
			return payload{}, badForm("", "CONTENT_TYPE_INVALID", `Expected "Content-Type" header to be one of {'application/json'}.`)
		}
		p.raw = body
	}
	return p, p.parse()
}

func (p *payload) readForm(form *multipart.Reader) error {
	fields := object{}
	for {
		part, err := form.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return plain(http.StatusBadRequest)
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return plain(http.StatusBadRequest)
		}
		switch {
		case part.FileName() != "":
			p.files = append(p.files, upload{
				index: fileIndex(part.FormName()), name: part.FileName(),
				contentType: part.Header.Get("Content-Type"), data: data,
			})
		case part.FormName() == "payload_json":
			p.raw = data
		default:
			fields[part.FormName()] = string(data)
		}
	}
	if p.raw != nil {
		return nil
	}
	var err error
	p.raw, err = json.Marshal(fields)
	return err
}

func fileIndex(part string) string {
	n, ok := strings.CutPrefix(part, "files[")
	if !ok {
		return "0"
	}
	return strings.TrimSuffix(n, "]")
}

func (p *payload) parse() error {
	if p.raw == nil {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(p.raw))
	d.UseNumber()
	if d.Decode(&p.value) != nil {
		p.raw = nil
		return refuse(invalidJSON)
	}
	if _, err := d.Token(); err != io.EOF {
		p.raw = nil
		return refuse(invalidJSON)
	}
	return nil
}

func obj(v any) object {
	o, _ := v.(object)
	return o
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func str(v any) string {
	s, _ := v.(string)
	return s
}

func truth(v any) bool {
	b, _ := v.(bool)
	return b
}

// num reads an integer, be it a JSON number or, as in permission sets and
// snowflakes, a string of digits.
func num(v any) (int64, bool) {
	switch t := v.(type) {
	case json.Number:
		n, err := t.Int64()
		return n, err == nil
	case string:
		n, err := strconv.ParseInt(t, 10, 64)
		return n, err == nil
	case int:
		return int64(t), true
	case float64:
		return int64(t), t == float64(int64(t))
	}
	return 0, false
}

func whole(v any) int {
	n, _ := num(v)
	return int(n)
}

// flag reads a yes or no of a query.
func flag(s string) bool {
	b, _ := strconv.ParseBool(s)
	return b
}

func permString(p Permission) string { return strconv.FormatUint(uint64(p), 10) }
