package config

import (
	"log/slog"
	"net/url"
	"strings"
)

// Secret is a text that shows itself to nobody who prints, logs or encodes
// it. Only Reveal gives it away.
type Secret string

// Reveal returns the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String says whether the secret is set.
func (s Secret) String() string {
	if s == "" {
		return "[not set]"
	}
	return "[set]"
}

// GoString is String, for %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText is String, for JSON and TOML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue is String, for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// StorageURL says where things are remembered: "sqlite:PATH", or an address
// whose scheme is redis, rediss, redis+sentinel or redis+cluster. It may hold
// passwords, which it does not print.
type StorageURL string

// Reveal returns the address with its passwords.
func (u StorageURL) Reveal() string { return string(u) }

// Scheme returns what stands before the first colon, in lower case.
func (u StorageURL) Scheme() string {
	scheme, _, ok := strings.Cut(string(u), ":")
	if !ok {
		return ""
	}
	return strings.ToLower(scheme)
}

// Path returns the file of a sqlite address, "" if it names none. Both
// "sqlite:animo.db" and "sqlite:///var/lib/animo/animo.db" are understood.
func (u StorageURL) Path() string {
	if u.Scheme() != "sqlite" {
		return ""
	}
	_, path, _ := strings.Cut(string(u), ":")
	return strings.TrimPrefix(path, "//")
}

// String returns the address with "xxxxx" for each password.
func (u StorageURL) String() string {
	if u.Scheme() == "sqlite" {
		return string(u)
	}
	parsed, err := url.Parse(string(u))
	if err != nil || parsed.Host == "" {
		return "[not readable]"
	}
	if q := parsed.Query(); len(q) > 0 {
		for key := range q {
			if isPasswordKey(key) {
				q.Set(key, "xxxxx")
			}
		}
		parsed.RawQuery = q.Encode()
	}
	return parsed.Redacted()
}

// GoString is String, for %#v.
func (u StorageURL) GoString() string { return u.String() }

// MarshalText is String, for JSON and TOML.
func (u StorageURL) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// LogValue is String, for slog.
func (u StorageURL) LogValue() slog.Value { return slog.StringValue(u.String()) }

func (u StorageURL) passwords() []string {
	parsed, err := url.Parse(string(u))
	if err != nil {
		return nil
	}
	var out []string
	if p, ok := parsed.User.Password(); ok && p != "" {
		out = append(out, p)
	}
	for key, values := range parsed.Query() {
		if isPasswordKey(key) {
			out = append(out, values...)
		}
	}
	return out
}

func isPasswordKey(key string) bool {
	return strings.Contains(strings.ToLower(key), "pass")
}
