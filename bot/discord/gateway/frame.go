package gateway

import (
	"compress/zlib"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Operations (docs: topics/opcodes-and-status-codes#gateway-gateway-opcodes).
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opResume         = 6
	opReconnect      = 7
	opRequestMembers = 8
	opInvalid        = 9
	opHello          = 10
	opAck            = 11
)

// maxFrame bounds one frame, also once inflated. The largest that Discord
// sends is the GUILD_CREATE of a large guild, a few megabytes.
const maxFrame = 16 << 20

// frame is one payload.
type frame struct {
	Op   int             `json:"op"`
	Seq  int64           `json:"s"`
	Type string          `json:"t"`
	Data json.RawMessage `json:"d"`
}

type outFrame struct {
	Op   int `json:"op"`
	Data any `json:"d"`
}

var errTooLarge = errors.New("frame too large")

// framer reads frames. Its errors end the connection.
type framer interface {
	next() (frame, error)
}

// plain reads one frame from each message.
type plain struct {
	read func() ([]byte, error) // the next websocket message
}

func (p plain) next() (frame, error) {
	b, err := p.read()
	if err != nil {
		return frame{}, err
	}
	f, err := parse(b)
	if err != nil {
		return frame{}, fmt.Errorf("read a frame of %d bytes: %w", len(b), err)
	}
	return f, nil
}

// inflated reads frames from one zlib stream that runs through all messages
// (docs: events/gateway#transport-compression). Nothing is read ahead of the
// frame asked for, since the next message may be a long time in coming.
type inflated struct {
	src   *stream
	most  int // bytes of one frame
	limit *bounded
	dec   *json.Decoder
}

func newInflated(read func() ([]byte, error), most int) *inflated {
	return &inflated{src: &stream{read: read}, most: most}
}

func (i *inflated) next() (frame, error) {
	if i.dec == nil {
		z, err := zlib.NewReader(i.src)
		if err != nil {
			return frame{}, fmt.Errorf("begin a zlib stream: %w", err)
		}
		i.limit = &bounded{r: z}
		i.dec = json.NewDecoder(i.limit)
	}
	i.limit.left = i.most
	f := frame{Op: -1}
	if err := i.dec.Decode(&f); err != nil {
		return frame{}, fmt.Errorf("read a compressed frame: %w", err)
	}
	return f, nil
}

// stream joins messages into one run of bytes. It is an io.ByteReader, so that
// the inflater takes no more than it needs.
type stream struct {
	read func() ([]byte, error)
	cur  []byte
}

func (s *stream) fill() error {
	for len(s.cur) == 0 {
		b, err := s.read()
		if err != nil {
			return err
		}
		s.cur = b
	}
	return nil
}

// Read implements io.Reader.
func (s *stream) Read(p []byte) (int, error) {
	if err := s.fill(); err != nil {
		return 0, err
	}
	n := copy(p, s.cur)
	s.cur = s.cur[n:]
	return n, nil
}

// ReadByte implements io.ByteReader.
func (s *stream) ReadByte() (byte, error) {
	if err := s.fill(); err != nil {
		return 0, err
	}
	b := s.cur[0]
	s.cur = s.cur[1:]
	return b, nil
}

// bounded refuses to give more than left bytes, so that a small message cannot
// inflate without end.
type bounded struct {
	r    io.Reader
	left int
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
