package slackwire

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// arguments are those of one method call, from a form or from JSON. Members
// that hold JSON are decoded in both.
type arguments map[string]any

const (
	maxBody      = 8 << 20
	typeJSON     = "application/json"
	typeForm     = "application/x-www-form-urlencoded"
	typeMultipar = "multipart/form-data"
)

// structured are the arguments that hold JSON.
var structured = []string{"blocks", "attachments", "metadata", "view", "files"}

// readArguments reads a call's arguments, its token and the warnings about
// its character set (docs.slack.dev/apis/web-api#basics). The error is Slack's
// code.
func readArguments(r *http.Request) (args arguments, token string, warnings []string, code string) {
	args = arguments{}
	for k, v := range r.URL.Query() {
		args[k] = v[0]
	}
	delete(args, "token") // a token in the query string counts for nothing
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return args, "", nil, "request_timeout"
	}
	media, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if len(bytes.TrimSpace(body)) > 0 {
		warnings, code = args.readBody(r, body, media, params)
	}
	if header, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = header
	} else if media != typeJSON {
		token = args.text("token")
	}
	delete(args, "token")
	return args, strings.TrimSpace(token), warnings, code
}

func (a arguments) readBody(r *http.Request, body []byte, media string, params map[string]string) (warnings []string, code string) {
	switch media {
	case typeJSON:
		if params["charset"] == "" {
			warnings = append(warnings, "missing_charset")
		}
		var obj object
		if decode(body, &obj) != nil {
			return nil, "invalid_json"
		}
		for k, v := range obj {
			a[k] = v
		}
	case typeForm:
		if params["charset"] != "" {
			warnings = append(warnings, "superfluous_charset")
		}
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, "invalid_form_data"
		}
		a.addForm(form)
	case typeMultipar:
		r.Body = io.NopCloser(bytes.NewReader(body))
		if err := r.ParseMultipartForm(maxBody); err != nil {
			return nil, "invalid_form_data"
		}
		a.addForm(r.MultipartForm.Value)
	case "":
		return nil, "missing_post_type"
	default:
		return nil, "invalid_post_type"
	}
	return warnings, ""
}

func (a arguments) addForm(form url.Values) {
	for k, v := range form {
		a[k] = v[0]
	}
	for _, k := range structured {
		text, ok := a[k].(string)
		var v any
		if ok && decode([]byte(text), &v) == nil {
			a[k] = v
		}
	}
}

// decode reads JSON and keeps numbers as they are written.
func decode(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		return err
	}
	if d.More() {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// has tells whether an argument is there and not empty.
func (a arguments) has(name string) bool {
	switch v := a[name].(type) {
	case nil:
		return false
	case string:
		return v != ""
	}
	return true
}

func (a arguments) text(name string) string {
	switch v := a[name].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

func (a arguments) flag(name string) bool {
	on, _ := strconv.ParseBool(a.text(name))
	return on
}

// list returns an argument that is a list of words, in commas or as JSON.
func (a arguments) list(name string) []string {
	if items, ok := a[name].([]any); ok {
		var out []string
		for _, v := range items {
			if s, ok := v.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return slices.DeleteFunc(strings.Split(strings.ReplaceAll(a.text(name), " ", ""), ","), func(s string) bool { return s == "" })
}

// count returns a number, or def if the argument is absent; ok is false for
// what is no whole number.
func (a arguments) count(name string, def int) (n int, ok bool) {
	if !a.has(name) {
		return def, true
	}
	n, err := strconv.Atoi(a.text(name))
	return n, err == nil
}

// toObject turns a value into the object it marshals to.
func toObject(v any) object {
	b, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	var o object
	if decode(b, &o) != nil {
		return nil
	}
	return o
}

// toJSON marshals a value that is known to marshal, without escaping "<".
func toJSON(v any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return nil
	}
	return bytes.TrimSpace(b.Bytes())
}
