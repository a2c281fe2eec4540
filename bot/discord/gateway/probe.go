package gateway

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Probe connects to a gateway, waits for its greeting and leaves. No session
// is begun, so nothing is counted against the bot.
func Probe(ctx context.Context, addr string, client *http.Client) (time.Duration, error) {
	o := Options{Client: client}
	o.fill()
	c := &Conn{o: o, keep: &keeper{log: o.Log}}
	began := time.Now()
	l, err := c.dial(ctx, addr)
	if err != nil {
		return 0, err
	}
	stop := context.AfterFunc(ctx, func() { l.shut(closeStopping) })
	_, end := l.hello()
	took := time.Since(began)
	stop()
	l.part(closeStopping)
	if end != nil {
		return 0, fmt.Errorf("wait for the gateway's greeting: %w", end.cause)
	}
	return took, nil
}
