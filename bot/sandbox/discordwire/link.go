package discordwire

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// maxQueue bounds the frames that wait for a connection; one that falls
// behind further is cut.
const maxQueue = 16384

// link is one websocket connection to the gateway.
type link struct {
	ws      *websocket.Conn
	wire    *wireConn
	deflate *zlib.Writer // nil: plain JSON
	packed  bytes.Buffer

	mu     sync.Mutex
	queue  []item
	wake   chan struct{}
	ending bool // this side has closed

	session *session // guarded by the server's mutex
	sent    []time.Time
}

// item is a frame or, with a code, the end.
type item struct {
	data []byte
	at   time.Time // not before
	code websocket.StatusCode
	why  string
}

func newLink(ws *websocket.Conn, wire *wireConn, compress bool) *link {
	l := &link{ws: ws, wire: wire, wake: make(chan struct{}, 1)}
	if compress {
		l.deflate = zlib.NewWriter(&l.packed)
	}
	return l
}

func (l *link) push(it item) {
	l.mu.Lock()
	full := len(l.queue) >= maxQueue
	if !l.ending && !full {
		l.queue = append(l.queue, it)
		l.ending = it.code != 0
	}
	l.mu.Unlock()
	if full {
		l.cut()
	}
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// end closes the connection with a code, once what waits has been sent.
func (l *link) end(code int, why string) {
	l.push(item{code: websocket.StatusCode(code), why: why})
}

// cut drops the connection without a word; the other side sees 1006.
func (l *link) cut() {
	l.mu.Lock()
	l.ending = true
	l.mu.Unlock()
	l.wire.cut()
}

func (l *link) ended() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ending
}

func (l *link) pop() (item, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 {
		return item{}, false
	}
	it := l.queue[0]
	l.queue = l.queue[1:]
	return it, true
}

// write sends what is queued until the connection ends.
func (l *link) write(ctx context.Context) {
	for {
		it, ok := l.pop()
		if !ok {
			select {
			case <-ctx.Done():
				return
			case <-l.wake:
			}
			continue
		}
		if it.code != 0 {
			_ = l.ws.Close(it.code, it.why) // the connection ends either way
			return
		}
		if wait := time.Until(it.at); wait > 0 {
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait):
			}
		}
		if l.send(ctx, it.data) != nil {
			return
		}
	}
}

// send writes one frame; with zlib-stream one compression context spans the
// connection and each frame ends with a flush
// (events/gateway#transport-compression).
func (l *link) send(ctx context.Context, data []byte) error {
	if l.deflate == nil {
		return l.ws.Write(ctx, websocket.MessageText, data)
	}
	l.packed.Reset()
	if _, err := l.deflate.Write(data); err != nil {
		return fmt.Errorf("compress: %w", err)
	}
	if err := l.deflate.Flush(); err != nil {
		return fmt.Errorf("compress: %w", err)
	}
	return l.ws.Write(ctx, websocket.MessageBinary, l.packed.Bytes())
}

// wireConn is a TCP connection that can freeze, as when a cable is cut
// without either end noticing, and that can be cut for all to see.
type wireConn struct {
	net.Conn
	ahead  []byte // read from the connection before it was taken over
	mu     sync.Mutex
	frozen chan struct{} // not nil: closed at the thaw
	gone   chan struct{}
	once   sync.Once
}

func (c *wireConn) freeze() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.frozen == nil {
		c.frozen = make(chan struct{})
	}
}

func (c *wireConn) thaw() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.frozen != nil {
		close(c.frozen)
		c.frozen = nil
	}
}

func (c *wireConn) isFrozen() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.frozen != nil
}

// pass waits while the connection is frozen.
func (c *wireConn) pass() error {
	c.mu.Lock()
	frozen := c.frozen
	c.mu.Unlock()
	if frozen == nil {
		return nil
	}
	select {
	case <-frozen:
		return nil
	case <-c.gone:
		return net.ErrClosed
	}
}

// Read reads, but hands nothing over while the connection is frozen.
func (c *wireConn) Read(b []byte) (int, error) {
	if len(c.ahead) > 0 {
		n := copy(b, c.ahead)
		c.ahead = c.ahead[n:]
		return n, nil
	}
	n, err := c.Conn.Read(b)
	if frozen := c.pass(); frozen != nil {
		return 0, frozen
	}
	return n, err
}

// Write waits for the thaw.
func (c *wireConn) Write(b []byte) (int, error) {
	if err := c.pass(); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

// Close closes the connection and wakes whoever waits for a thaw.
func (c *wireConn) Close() error {
	c.once.Do(func() { close(c.gone) })
	return c.Conn.Close()
}

func (c *wireConn) cut() {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a reset, not a farewell; a failure leaves the farewell
	}
	_ = c.Close()
}

// wireWriter hands out a wireConn when the websocket takes the connection over.
type wireWriter struct {
	http.ResponseWriter
	wire *wireConn
}

// Hijack implements http.Hijacker.
func (w *wireWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	hijacker, ok := w.ResponseWriter.(http.Hijacker)
	if !ok {
		return nil, nil, errors.New("the server cannot hand its connection over")
	}
	conn, rw, err := hijacker.Hijack()
	if err != nil {
		return nil, nil, fmt.Errorf("take the connection over: %w", err)
	}
	ahead, err := rw.Reader.Peek(rw.Reader.Buffered())
	if err != nil {
		return nil, nil, fmt.Errorf("take the connection over: %w", err)
	}
	w.wire = &wireConn{Conn: conn, ahead: bytes.Clone(ahead), gone: make(chan struct{})}
	return w.wire, bufio.NewReadWriter(bufio.NewReader(w.wire), bufio.NewWriter(w.wire)), nil
}
