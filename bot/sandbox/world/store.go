package world

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Store remembers the sandbox over a restart, since a real platform forgets
// nothing when the bot is killed. It is a map from key to JSON, kept in
// memory and in a journal of one line per change. A line is written, though
// not synced, before Put returns: it survives the death of the process, not
// that of the machine. A line cut by a crash is dropped at the next Open.
type Store struct {
	mu   sync.Mutex
	vals map[string]json.RawMessage
	file *os.File // nil: in memory only
}

type storeLine struct {
	Key   string          `json:"k"`
	Value json.RawMessage `json:"v,omitempty"` // absent: deleted
}

// OpenStore reads the journal at path, writes it anew without what was
// overwritten, and appends to it from then on. An empty path keeps
// everything in memory.
func OpenStore(path string) (*Store, error) {
	s := &Store{vals: make(map[string]json.RawMessage)}
	if path == "" {
		return s, nil
	}
	if err := s.load(path); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if err := s.compact(path); err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	return s, nil
}

func (s *Store) load(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReader(f)
	for {
		line, err := r.ReadBytes('\n')
		if err == io.EOF {
			return nil // what stands after the last newline was cut off
		}
		if err != nil {
			return err
		}
		var l storeLine
		if json.Unmarshal(line, &l) != nil {
			continue
		}
		if l.Value == nil {
			delete(s.vals, l.Key)
		} else {
			s.vals[l.Key] = l.Value
		}
	}
}

func (s *Store) compact(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	w := bufio.NewWriter(tmp)
	for _, k := range s.keys("") {
		writeLine(w, storeLine{k, s.vals[k]})
	}
	if err := errors.Join(w.Flush(), os.Rename(tmp.Name(), path)); err != nil {
		tmp.Close()
		return err
	}
	s.file = tmp
	return nil
}

func writeLine(w io.Writer, l storeLine) error {
	b, err := json.Marshal(l)
	if err != nil {
		return err
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

// Put keeps v, which must marshal to JSON, under key.
func (s *Store) Put(key string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("keep %s: %w", key, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.vals[key] = raw
	return s.append(storeLine{key, raw})
}

// Delete forgets key.
func (s *Store) Delete(key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.vals[key]; !ok {
		return nil
	}
	delete(s.vals, key)
	return s.append(storeLine{Key: key})
}

func (s *Store) append(l storeLine) error {
	if s.file == nil {
		return nil
	}
	return writeLine(s.file, l)
}

// Get reads key into v and says whether it was there.
func (s *Store) Get(key string, v any) (bool, error) {
	s.mu.Lock()
	raw, ok := s.vals[key]
	s.mu.Unlock()
	if !ok {
		return false, nil
	}
	return true, json.Unmarshal(raw, v)
}

// Each calls f for every key that begins with prefix, in order of key.
func (s *Store) Each(prefix string, f func(key string, raw json.RawMessage) error) error {
	s.mu.Lock()
	keys := s.keys(prefix)
	vals := make([]json.RawMessage, len(keys))
	for i, k := range keys {
		vals[i] = s.vals[k]
	}
	s.mu.Unlock()
	for i, k := range keys {
		if err := f(k, vals[i]); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) keys(prefix string) []string {
	var keys []string
	for k := range s.vals {
		if strings.HasPrefix(k, prefix) {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

// Close closes the journal; later changes are kept in memory only.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	f := s.file
	s.file = nil
	return f.Close()
}
