package redis

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Waits on one connection.
const (
	dialTimeout = 3 * time.Second
	readTimeout = 3 * time.Second
)

// address is what a URL says.
type address struct {
	options goredis.UniversalOptions
	prefix  string
	cluster bool
	wait    time.Duration // for a replica; 0 waits for none
}

// parameters are what may follow the question mark, by scheme.
func parameters(scheme string) []string {
	all := []string{"prefix", "ca", "wait"}
	switch scheme {
	case "redis+sentinel":
		return append(all, "tls", "db", "sentinel_user", "sentinel_password")
	case "redis+cluster":
		return append(all, "tls")
	}
	return append(all, "db")
}

// parse reads an address. Its errors never hold a password. The authority is
// taken apart here, since net/url knows no list of hosts.
func parse(text string) (address, error) {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok || !slices.Contains([]string{"redis", "rediss", "redis+sentinel", "redis+cluster"}, scheme) {
		return address{}, errors.New("the address must begin with redis://, rediss://, redis+sentinel:// or redis+cluster://")
	}
	rest, query, _ := strings.Cut(rest, "?")
	authority, path, _ := strings.Cut(rest, "/")
	values, err := url.ParseQuery(query)
	if err != nil {
		return address{}, errors.New("what follows the question mark in the address cannot be read")
	}
	for name := range values {
		if known := parameters(scheme); !slices.Contains(known, name) {
			return address{}, fmt.Errorf("the address has a parameter %q; %s takes %s", name, scheme, strings.Join(known, ", "))
		}
	}
	a := address{prefix: defaultPrefix, cluster: scheme == "redis+cluster", wait: usualWait, options: basics()}
	if values.Has("prefix") {
		a.prefix = values.Get("prefix")
	}
	if strings.ContainsAny(a.prefix, "{}") {
		return address{}, errors.New("the prefix in the address must be without braces, which Redis Cluster gives a meaning")
	}
	steps := []func() error{
		func() error { return a.readAuthority(scheme, authority) },
		func() error { return a.readPath(scheme, path, values) },
		func() error { return a.readTLS(scheme, values) },
		func() error { return a.readWait(values.Get("wait")) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return address{}, err
		}
	}
	return a, nil
}

// basics are the options that no address changes. Retries are the driver's
// own: those of the library could not tell a repeated lease from a new one.
func basics() goredis.UniversalOptions {
	return goredis.UniversalOptions{
		ClientName:               "animo",
		Protocol:                 2,
		MaxRetries:               -1,
		DialTimeout:              dialTimeout,
		DialerRetries:            1,
		ReadTimeout:              readTimeout,
		WriteTimeout:             readTimeout,
		PoolTimeout:              readTimeout,
		ContextTimeoutEnabled:    true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
}

func (a *address) readAuthority(scheme, authority string) error {
	hosts := authority
	if i := strings.LastIndex(authority, "@"); i >= 0 {
		hosts = authority[i+1:]
		user, password, _ := strings.Cut(authority[:i], ":")
		var bad [2]error
		a.options.Username, bad[0] = url.PathUnescape(user)
		a.options.Password, bad[1] = url.PathUnescape(password)
		if errors.Join(bad[:]...) != nil {
			return errors.New("the user or password in the address cannot be read: write % as %25, / as %2F, ? as %3F and @ as %40")
		}
	}
	port := "6379"
	if scheme == "redis+sentinel" {
		port = "26379"
	}
	for _, h := range strings.Split(hosts, ",") {
		host, p, err := net.SplitHostPort(h)
		if err != nil {
			host, p = strings.Trim(h, "[]"), port
		}
		if n, err := strconv.Atoi(p); err != nil || n < 1 || n > 65535 || host == "" {
			return fmt.Errorf("the address must name hosts as host:port, which %q is not", h)
		}
		a.options.Addrs = append(a.options.Addrs, net.JoinHostPort(host, p))
	}
	if (scheme == "redis" || scheme == "rediss") && len(a.options.Addrs) > 1 {
		return errors.New("the address names several hosts: write redis+sentinel:// or redis+cluster://")
	}
	return nil
}

func (a *address) readPath(scheme, path string, values url.Values) error {
	db := values.Get("db")
	a.options.SentinelUsername, a.options.SentinelPassword = values.Get("sentinel_user"), values.Get("sentinel_password")
	switch scheme {
	case "redis+sentinel":
		if a.options.MasterName = path; path == "" {
			return errors.New("the address must name the master that the sentinels watch, as in redis+sentinel://host:26379/mymaster")
		}
	case "redis+cluster":
		if path != "" && path != "0" {
			return errors.New("a Redis Cluster has the database 0 only: the address must end after the hosts")
		}
		a.options.IsClusterMode = true
	default:
		if path != "" {
			db = path
		}
	}
	if db == "" {
		return nil
	}
	n, err := strconv.Atoi(db)
	if err != nil || n < 0 {
		return fmt.Errorf("the database in the address must be a number, which %q is not", db)
	}
	a.options.DB = n
	return nil
}

func (a *address) readWait(text string) error {
	if text == "" {
		return nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d > longestWait || d > 0 && d < time.Millisecond {
		return fmt.Errorf("wait in the address must be 0, or from 1ms to %v as in wait=500ms, which %q is not", longestWait, text)
	}
	a.wait = d
	return nil
}

func (a *address) readTLS(scheme string, values url.Values) error {
	on := scheme == "rediss"
	if v := values.Get("tls"); v != "" {
		var err error
		if on, err = strconv.ParseBool(v); err != nil {
			return fmt.Errorf("tls in the address must be true or false, which %q is not", v)
		}
	}
	file := values.Get("ca")
	if !on {
		if file != "" {
			return errors.New("the address names a certificate authority but not TLS: write rediss:// or tls=true")
		}
		return nil
	}
	a.options.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	if !a.cluster && a.options.MasterName == "" {
		host, _, err := net.SplitHostPort(a.options.Addrs[0])
		if err != nil {
			return err
		}
		a.options.TLSConfig.ServerName = host
	}
	if file == "" {
		return nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read the certificate authority: %w", err)
	}
	a.options.TLSConfig.RootCAs = x509.NewCertPool()
	if !a.options.TLSConfig.RootCAs.AppendCertsFromPEM(pem) {
		return fmt.Errorf("the file %s holds no certificate", file)
	}
	return nil
}
