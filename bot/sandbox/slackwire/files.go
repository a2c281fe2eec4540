package slackwire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"
)

// file is an uploaded file, kept whole.
type file struct {
	ID, Name, Title, AltText string
	Content                  []byte
	Created                  time.Time
	Shared                   bool
}

// upload is a file for which a URL was given out.
type upload struct {
	file *file
	size int
	done bool
}

// maxFile is where this Slack stops taking files; Slack itself takes 1 GB.
const maxFile = 20 << 20

func filesGetUploadURL(c *call) (object, error) {
	size, ok := c.args.count("length", 0)
	switch {
	case c.args.text("filename") == "" || !ok || size < 1:
		return nil, refuse("missing_argument")
	case size > maxFile:
		return nil, refuse("file_upload_size_restricted")
	}
	f := &file{ID: freshID("F"), Name: c.args.text("filename"), AltText: c.args.text("alt_text"), Created: c.clock.Now().UTC()}
	ticket := freshHex(16)
	c.uploads[ticket] = &upload{file: f, size: size}
	return object{"upload_url": c.base + "/files/upload/v1/" + ticket, "file_id": f.ID}, nil
}

// serveUpload takes a file's bytes, bare or as a multipart form.
func (s *Server) serveUpload(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, "upload", nil, func() answer {
		s.mu.Lock()
		up := s.uploads[r.PathValue("ticket")]
		s.mu.Unlock()
		if up == nil || up.done {
			return plainAnswer(http.StatusNotFound, "no such upload")
		}
		content, err := uploaded(r)
		if err != nil || len(content) != up.size {
			return plainAnswer(http.StatusBadRequest, fmt.Sprintf("want %d bytes, got %d", up.size, len(content)))
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		up.file.Content, up.done = content, true
		return plainAnswer(http.StatusOK, fmt.Sprintf("OK - %d", len(content)))
	})
}

func plainAnswer(status int, text string) answer {
	return answer{status: status, header: map[string]string{"Content-Type": "text/plain; charset=utf-8"}, body: []byte(text)}
}

var errNoFile = errors.New("no file in the form")

func uploaded(r *http.Request) ([]byte, error) {
	r.Body = http.MaxBytesReader(nil, r.Body, maxFile+maxBody)
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if media != typeMultipar {
		return io.ReadAll(r.Body)
	}
	if err := r.ParseMultipartForm(maxFile); err != nil {
		return nil, fmt.Errorf("read form: %w", err)
	}
	for _, parts := range r.MultipartForm.File {
		f, err := parts[0].Open()
		if err != nil {
			return nil, fmt.Errorf("open file of form: %w", err)
		}
		defer f.Close()
		return io.ReadAll(f)
	}
	return nil, errNoFile
}

func filesCompleteUpload(c *call) (object, error) {
	files, err := c.uploadedFiles()
	if err != nil {
		return nil, err
	}
	var ch *channel
	if c.args.has("channel_id") {
		c.args["channel"] = c.args["channel_id"]
		c.addressee("channel_id")
		if ch, err = c.writable(); err != nil {
			return nil, err
		}
	}
	out := []object{}
	for _, f := range files {
		f.Shared = ch != nil
		c.space.files[f.ID] = f
		c.keep(keyFile+f.ID, f)
		out = append(out, c.fileJSON(f))
	}
	if ch == nil {
		return object{"files": out}, nil
	}
	m := c.botMessage(content{text: tidyMarkup(c.args.text("initial_comment"))})
	m.Files, m.Upload, m.Subtype = out, new(bool), "file_share"
	if err := c.thread(ch, m); err != nil {
		return nil, err
	}
	c.postMessage(ch, m)
	return object{"files": out}, nil
}

// uploadedFiles returns the files that a call completes.
func (c *call) uploadedFiles() ([]*file, error) {
	list, ok := c.args["files"].([]any)
	if !ok || len(list) == 0 {
		return nil, refuseArgument("must provide an array [json-pointer:/files]")
	}
	var files []*file
	for _, v := range list {
		o, _ := v.(object)
		id, _ := o["id"].(string)
		up := c.uploadOf(id)
		if up == nil || !up.done {
			return nil, refuse("file_not_found")
		}
		title, _ := o["title"].(string)
		up.file.Title = or(title, up.file.Name)
		files = append(files, up.file)
	}
	return files, nil
}

func (c *call) uploadOf(id string) *upload {
	for _, up := range c.uploads {
		if up.file.ID == id {
			return up
		}
	}
	return nil
}

func (s *Server) fileJSON(f *file) object {
	kind := mime.TypeByExtension(path.Ext(f.Name))
	link := s.base + "/files/" + f.ID + "/" + url.PathEscape(f.Name)
	o := object{
		"id": f.ID, "created": f.Created.Unix(), "timestamp": f.Created.Unix(), "name": f.Name, "title": f.Title,
		"mimetype": or(kind, "application/octet-stream"), "filetype": strings.TrimPrefix(path.Ext(f.Name), "."),
		"user": s.space.team.BotUID, "user_team": s.space.team.ID, "size": len(f.Content), "mode": "hosted",
		"is_external": false, "is_public": true, "public_url_shared": false, "url_private": link,
		"url_private_download": link, "permalink": link, "alt_txt": f.AltText,
	}
	if strings.HasPrefix(kind, "image/") {
		o["thumb_360"] = link
	}
	return o
}

// serveFile gives a file to whoever has its address.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f := s.space.files[r.PathValue("id")]
	s.mu.Unlock()
	if f == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "sandbox")
	http.ServeContent(w, r, f.Name, f.Created, bytes.NewReader(f.Content))
}
