package redis

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	goredis "github.com/redis/go-redis/v9"
)

// passing are the beginnings of Redis's errors that time heals: a start, a
// failover (UNBLOCKED ends a WAIT on a master that becomes a replica), a slot
// on the move, a script that takes long.
// docs: https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors
// and https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/
func passing() []string {
	return []string{
		"LOADING", "READONLY", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN", "NOREPLICAS", "UNBLOCKED", "BUSY ", "MOVED", "ASK ",
		"max number of clients reached",
	}
}

// passes says whether asking again may help.
func passes(err error) bool {
	var answered goredis.Error
	if errors.As(err, &answered) {
		for _, p := range passing() {
			if goredis.HasErrorPrefix(err, p) {
				return true
			}
		}
		// A script met a key on the move, before it wrote anything.
		return strings.Contains(err.Error(), "non local key")
	}
	return !errors.Is(err, goredis.ErrClosed) && !isTLS(err) && !isForeign(err) && !errors.Is(err, context.Canceled)
}

func isTLS(err error) bool {
	var record tls.RecordHeaderError
	var verify *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var alert tls.AlertError
	return errors.As(err, &record) || errors.As(err, &verify) || errors.As(err, &unknown) || errors.As(err, &host) || errors.As(err, &alert)
}

// isForeign says whether the answer was none of Redis's protocol.
func isForeign(err error) bool {
	text := err.Error()
	return strings.Contains(text, "redis: can't parse") || strings.Contains(text, "redis: invalid reply")
}

// explain makes of an error a sentence for the operator that names the
// remedy.
func explain(err error) error {
	for _, known := range []struct{ begins, says string }{
		{"WRONGPASS", "the user or password is wrong: mend them in the address (redis://user:password@host)"},
		{"NOAUTH", "it wants a password: put it into the address (redis://user:password@host)"},
		{"Client sent AUTH, but no password is set", "it wants no password, or none without a user: mend the address"},
		{"AUTH ", "it wants no password, or none without a user: mend the address"},
		{"NOPERM", "the user lacks a permission: grant it ~animo:* (the prefix) and +@all -@dangerous +info, or see the message"},
		{"READONLY", "it is a read-only replica: give the address of the master, or the sentinels'"},
		{"MISCONF", "it refuses to write because it cannot save to disk: look into its log, and at the disk"},
		{"OOM", "its memory is full (maxmemory): raise maxmemory"},
		{"LOADING", "it is still loading its data: wait until it has started"},
		{"CLUSTERDOWN", "the cluster is down: look at redis-cli cluster info"},
		{"NOREPLICAS", "it has fewer replicas than min-replicas-to-write wants: mend the replicas"},
		{"max number of clients reached", "it has as many clients as it takes: raise maxclients"},
		{"This instance has cluster support disabled", "it is no cluster: write redis:// instead of redis+cluster://"},
		{"MOVED", "it is part of a cluster: write redis+cluster://"},
	} {
		if goredis.HasErrorPrefix(err, known.begins) {
			return fmt.Errorf("%s (%w)", known.says, err)
		}
	}
	return explainLine(err)
}

// explainLine says what is wrong with the connection.
func explainLine(err error) error {
	var answered goredis.Error
	var record tls.RecordHeaderError
	var dial *net.OpError
	switch {
	case strings.Contains(err.Error(), "all sentinels specified in configuration are unreachable"):
		return fmt.Errorf("no sentinel answers or knows the master: check the sentinels and the name of the master (%w)", err)
	case strings.Contains(err.Error(), "redis: cluster has no nodes"):
		return fmt.Errorf("the cluster has no nodes that hold slots: look at redis-cli cluster info (%w)", err)
	case errors.As(err, &answered):
		return fmt.Errorf("redis refused: %w", err)
	case errors.Is(err, goredis.ErrClosed):
		return fmt.Errorf("the store is closed: %w", err)
	case errors.As(err, &record):
		return fmt.Errorf("it does not speak TLS: write redis:// or tls=false, or give the port for TLS (%w)", err)
	case isTLS(err):
		return fmt.Errorf("its certificate is not trusted: give its authority as ?ca=FILE (%w)", err)
	case isForeign(err):
		return fmt.Errorf("it is not a Redis, or speaks TLS (then write rediss://): check host and port (%w)", err)
	case errors.As(err, &dial) && dial.Op == "dial":
		return fmt.Errorf("it cannot be reached: check host and port, and that Redis runs there (%w)", err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("it closes the connection: is it a Redis, and does it want TLS (rediss://)? (%w)", err)
	}
	return fmt.Errorf("it does not answer, and whether the last call took effect is not known: check the network, "+
		"Redis's log, and that both sides mean TLS (rediss://) or neither (%w)", err)
}
