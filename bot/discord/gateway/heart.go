package gateway

import (
	"context"
	"time"
)

// beat sends heartbeats until ctx ends, each after three quarters of the
// interval, and gives the line the last quarter to show that it lives: so a
// line that falls silent is noticed within one interval. The first heartbeat
// comes after a random part, so that a thousand clients do not beat at once
// (docs: events/gateway#sending-heartbeats).
func (l *link) beat(ctx context.Context, interval time.Duration) {
	patience := interval / 4
	wait := time.Duration(float64(interval-patience) * l.c.o.Rand())
	for l.c.o.Sleep(ctx, wait) == nil {
		if !l.acked.Swap(false) {
			l.silent(interval)
			return
		}
		heard := l.heard.Load()
		if err := l.heartbeat(); err != nil {
			l.shut(closeSilent)
			return
		}
		if l.c.o.Sleep(ctx, patience) != nil {
			return
		}
		// An acknowledgement may stand in line behind many events; without
		// any frame the line is dead.
		if !l.acked.Load() && l.heard.Load() == heard {
			l.silent(interval)
			return
		}
		wait = interval - 2*patience
	}
}

// silent closes a line on which nobody answers.
func (l *link) silent(interval time.Duration) {
	l.c.o.Log.Warn("gateway heartbeat not acknowledged", "shard", l.c.o.Shard, "interval", interval)
	l.shut(closeSilent)
}

func (l *link) heartbeat() error {
	var seq *int64
	if s := l.c.keep.session(); s.ID != "" {
		seq = &s.Seq
	}
	return l.send(opHeartbeat, seq)
}
