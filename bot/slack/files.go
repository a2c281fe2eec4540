package slack

import (
	"bytes"
	"cmp"
	"context"

	"github.com/slack-go/slack"

	"animo/bot/chat"
)

// upload sends files to Slack without showing them to anyone yet, so that what
// can fail does so before anything is said
// (docs.slack.dev/messaging/working-with-files#upload).
func (a *Adapter) upload(ctx context.Context, files []chat.File) ([]slack.FileSummary, error) {
	out := make([]slack.FileSummary, 0, len(files))
	for _, f := range files {
		if len(f.Data) == 0 {
			continue // Slack takes no empty file
		}
		name := cmp.Or(f.Name, "file")
		c := call{doing: "upload file"}
		ctx := c.watch(ctx)
		ticket, err := a.api.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: name, FileSize: len(f.Data)})
		if err != nil {
			return nil, c.err(err)
		}
		err = a.api.UploadToURL(ctx, slack.UploadToURLParameters{UploadURL: ticket.UploadURL, Reader: bytes.NewReader(f.Data), Filename: name})
		if err != nil {
			return nil, c.err(err)
		}
		out = append(out, slack.FileSummary{ID: ticket.FileID, Title: name})
	}
	return out, nil
}

// share shows uploaded files in a channel, in the thread of a message if
// there is one.
func (a *Adapter) share(ctx context.Context, files []slack.FileSummary, channel, thread string) error {
	if len(files) == 0 {
		return nil
	}
	c := call{doing: "share file", says: true}
	_, err := a.api.CompleteUploadExternalContext(c.watch(ctx), slack.CompleteUploadExternalParameters{
		Files: files, Channel: channel, ThreadTimestamp: thread,
	})
	return c.err(err)
}
