package gateway

import (
	"context"
	"time"
)

// beat sends heartbeats until ctx ends. The first comes after a random part of
// the interval, so that a thousand clients do not beat at once
// (docs: events/gateway#sending-heartbeats). If the last one was not
// acknowledged when the next is due, the line is dead and is closed.
func (l *link) beat(ctx context.Context, interval time.Duration) {
	wait := time.Duration(float64(interval) * l.c.o.Rand())
	for l.c.o.Sleep(ctx, wait) == nil {
		if !l.acked.Swap(false) {
			l.c.o.Log.Warn("gateway heartbeat not acknowledged", "shard", l.c.o.Shard, "interval", interval)
			l.shut(closeSilent)
			return
		}
		if err := l.heartbeat(); err != nil {
			l.shut(closeSilent)
			return
		}
		wait = interval
	}
}

func (l *link) heartbeat() error {
	var seq *int64
	if s := l.c.keep.session(); s.ID != "" {
		seq = &s.Seq
	}
	return l.send(opHeartbeat, seq)
}
