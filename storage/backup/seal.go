package backup

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
)

// Errors of a file, which callers tell apart with errors.Is.
var (
	// ErrNoBackup says that the file is something else.
	ErrNoBackup = errors.New("this is no backup of animo")
	// ErrEncrypted says that a passphrase is needed.
	ErrEncrypted = errors.New("the backup is encrypted and no passphrase was given")
	// ErrPassphrase says that the passphrase is not that of the file.
	ErrPassphrase = errors.New("the passphrase is not the one that the backup was made with")
	// ErrCut says that the file ends too early.
	ErrCut = errors.New("the backup ends too early: it was copied in part, or making it never ended")
	// ErrDamaged says that the file is not as it was written.
	ErrDamaged = errors.New("the backup is damaged")
	// ErrNewer says that a later version of animo wrote the file.
	ErrNewer = errors.New("the backup was made by a newer version of animo")
)

// How files begin.
const (
	ageMagic  = "age-encryption.org/"
	gzipMagic = "\x1f\x8b"
)

// layers closes what wraps a writer, from the inside.
type layers struct {
	io.Writer
	inner []io.Closer
}

// Close writes what the layers have kept back.
func (l layers) Close() error {
	for _, c := range l.inner {
		if err := c.Close(); err != nil {
			return err
		}
	}
	return nil
}

// seal compresses what is written to it and, with a passphrase, encrypts it.
// Work is age's work factor, 0 for age's own.
func seal(w io.Writer, passphrase string, work int) (io.WriteCloser, error) {
	if passphrase == "" {
		z := gzip.NewWriter(w)
		return layers{z, []io.Closer{z}}, nil
	}
	to, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, err
	}
	if work > 0 {
		to.SetWorkFactor(work)
	}
	a, err := age.Encrypt(w, to)
	if err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	z := gzip.NewWriter(a)
	return layers{z, []io.Closer{z, a}}, nil
}

// unseal is the way back. It says whether the file is encrypted.
func unseal(r io.Reader, passphrase string) (out io.Reader, encrypted bool, err error) {
	b := bufio.NewReader(r)
	begin, err := b.Peek(len(ageMagic))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, err
	}
	r = b
	if bytes.Equal(begin, []byte(ageMagic)) {
		encrypted = true
		if r, err = decrypt(b, passphrase); err != nil {
			return nil, true, err
		}
	} else if !bytes.HasPrefix(begin, []byte(gzipMagic)) {
		return nil, false, ErrNoBackup
	}
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, encrypted, broken(err)
	}
	return z, encrypted, nil
}

func decrypt(r io.Reader, passphrase string) (io.Reader, error) {
	if passphrase == "" {
		return nil, ErrEncrypted
	}
	id, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, err
	}
	d := &decrypted{from: &noting{Reader: r}}
	d.to, err = age.Decrypt(d.from, id)
	if none := (*age.NoIdentityMatchError)(nil); errors.As(err, &none) {
		return nil, ErrPassphrase
	}
	if err != nil {
		return nil, d.why(err)
	}
	return d, nil
}

// decrypted tells what is wrong with the file from what is wrong with reading
// it, since age's errors have no types.
type decrypted struct {
	from *noting
	to   io.Reader
}

func (d *decrypted) Read(p []byte) (int, error) {
	n, err := d.to.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = d.why(err)
	}
	return n, err
}

func (d *decrypted) why(err error) error {
	switch {
	case d.from.err != nil:
		return d.from.err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return ErrCut
	}
	return fmt.Errorf("%w, or it was cut (%w)", ErrDamaged, err)
}

// noting keeps the error that reading ended with.
type noting struct {
	io.Reader
	err error
}

func (n *noting) Read(p []byte) (int, error) {
	c, err := n.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		n.err = err
	}
	return c, err
}

// broken says what an error of reading means for the file. Reading itself may
// fail too, which says nothing about the file.
func broken(err error) error {
	corrupt := flate.CorruptInputError(0)
	switch {
	case errors.Is(err, ErrCut), errors.Is(err, ErrDamaged):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return ErrCut
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.As(err, &corrupt):
		return fmt.Errorf("%w (%w)", ErrDamaged, err)
	}
	return err
}
