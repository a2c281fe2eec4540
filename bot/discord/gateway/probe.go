package gateway

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Probe connects to a gateway, waits for its greeting and leaves. No session
// is begun, so nothing is counted against the bot.
func Probe(ctx context.Context, addr string, client *http.Client, now func() time.Time) (time.Duration, error) {
	o := Options{Client: client, Now: now}
	o.fill()
	c := &Conn{o: o, keep: &keeper{log: o.Log}}
	began := now()
	l, err := c.dial(ctx, addr)
	if err != nil {
		return 0, err
	}
	stop := context.AfterFunc(ctx, func() { l.shut(closeStopping) })
	_, end := l.hello()
	took := now().Sub(began)
	stop()
	l.part(closeStopping)
	if end != nil {
		return 0, fmt.Errorf("wait for the gateway's greeting: %w", end.cause)
	}
	return took, nil
}
