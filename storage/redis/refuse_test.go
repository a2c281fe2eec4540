package redis_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"animo/storage/redis"
)

const secret = "Tr0ub4dor&3"

// refused opens a store that must not open, and checks that the error says
// what to do and keeps the secret.
func refused(t *testing.T, url string, says ...string) {
	t.Helper()
	began := time.Now()
	s, err := redis.Open(t.Context(), url)
	if err == nil {
		_ = s.Close()
		t.Fatalf("%s was opened", url)
	}
	for _, want := range says {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
	if strings.Contains(err.Error(), secret) {
		t.Errorf("the error holds the password: %v", err)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %v to say so", took)
	}
	t.Logf("%v", err)
}

func TestAWrongPasswordIsNamed(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "--requirepass", secret)
	refused(t, s.url(), "it wants a password")
	refused(t, "redis://:wrong@"+s.addr(), "the user or password is wrong")
	refused(t, "redis://nobody:"+inAddress(secret)+"@"+s.addr(), "the user or password is wrong")
	openURL(t, "redis://:"+inAddress(secret)+"@"+s.addr())
}

// inAddress writes a password as it stands in an address.
func inAddress(password string) string { return strings.ReplaceAll(password, "&", "%26") }

func TestAUserWithoutPermissionIsNamed(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	s.grant(t, "reader", "~*", "+@read", "+ping", "+hello", "+client", "+info")
	s.grant(t, "foreign", "~other:*", "+@all")
	refused(t, "redis://reader:"+inAddress(secret)+"@"+s.addr(), "lacks a permission", "set")
	refused(t, "redis://foreign:"+inAddress(secret)+"@"+s.addr(), "lacks a permission")
}

// grant makes a user with the password secret.
func (s *server) grant(t *testing.T, user string, rules ...any) {
	t.Helper()
	c := s.client()
	defer func() { _ = c.Close() }()
	if err := c.Do(t.Context(), append([]any{"ACL", "SETUSER", user, "on", ">" + secret}, rules...)...).Err(); err != nil {
		t.Fatal(err)
	}
}

func TestAUserWithTheAdvisedPermissionsIsEnough(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	s.grant(t, "animo", "~animo:*", "+@all", "-@dangerous", "+info")
	store := openURL(t, "redis://animo:"+inAddress(secret)+"@"+s.addr())
	if err := store.Check(t.Context()); err != nil {
		t.Error(err)
	}
	fillOne(t, store)
}

func TestAServerThatIsNoRedisIsNamed(t *testing.T) {
	t.Parallel()
	need(t)
	web := httptest.NewServer(http.NotFoundHandler())
	defer web.Close()
	refused(t, "redis://"+web.Listener.Addr().String(), "it is not a Redis")
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	secure.Config.ErrorLog = nil
	refused(t, "rediss://"+secure.Listener.Addr().String(), "certificate is not trusted", "?ca=FILE")
}

func TestAServerThatCannotBeReachedIsNamed(t *testing.T) {
	t.Parallel()
	port := strconv.Itoa(freePort(t))
	for url, says := range map[string]string{
		"redis://:" + inAddress(secret) + "@127.0.0.1:" + port: "cannot be reached",
		"redis+cluster://127.0.0.1:" + port:                    "cannot be reached",
		"redis+sentinel://127.0.0.1:" + port + "/mymaster":     "no sentinel answers",
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			refused(t, url, says, port)
		})
	}
}

func TestAReadOnlyReplicaIsRefused(t *testing.T) {
	t.Parallel()
	master := start(t, t.TempDir())
	replica := start(t, t.TempDir(), "--replicaof", "127.0.0.1 "+strconv.Itoa(master.port))
	refused(t, replica.url(), "read-only replica of 127.0.0.1:"+strconv.Itoa(master.port), "give the address of the master")
}

func TestEvictionIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")
	refused(t, s.url(), "maxmemory-policy is allkeys-lru", "set maxmemory-policy to noeviction")
}

func TestEvictionThatIsTurnedOnLaterIsFound(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "--maxmemory", "100mb")
	store := openURL(t, s.url())
	if err := store.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := s.client()
	defer func() { _ = c.Close() }()
	if err := c.ConfigSet(t.Context(), "maxmemory-policy", "volatile-ttl").Err(); err != nil {
		t.Fatal(err)
	}
	finds(t, store, "noeviction")
}

func finds(t *testing.T, s *redis.Store, want string) {
	t.Helper()
	if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("the check finds %v, and not %q", err, want)
	}
}

func TestTheWrongKindOfServerIsNamed(t *testing.T) {
	t.Parallel()
	single := start(t, t.TempDir())
	refused(t, "redis+cluster://"+single.addr(), "it is no cluster: write redis://")
	node := start(t, t.TempDir(), "--cluster-enabled", "yes", "--cluster-port", strconv.Itoa(freePort(t)))
	refused(t, node.url(), "write redis+cluster://")
	refused(t, "redis+cluster://"+node.addr(), "no nodes that hold slots")
	sentinel := startSentinel(t, single)
	refused(t, sentinel.url(), "it is a sentinel")
	refused(t, "redis+sentinel://"+sentinel.addr()+"/unknown", "no sentinel answers or knows the master")
}

// TestAnOldVersionIsRefused speaks to a server that only says what it is.
func TestAnOldVersionIsRefused(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go sayOld(c)
		}
	}()
	refused(t, "redis://"+l.Addr().String(), "it is Redis 6.2.14", "needs 7.0 or later", "upgrade")
}

func sayOld(c net.Conn) {
	defer func() { _ = c.Close() }()
	r := bufio.NewReader(c)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		n, _ := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(line, "*")))
		var words []string
		for range n {
			_, _ = r.ReadString('\n')
			word, _ := r.ReadString('\n')
			words = append(words, strings.ToUpper(strings.TrimSpace(word)))
		}
		switch words[0] {
		case "PING", "CLIENT":
			_, _ = fmt.Fprint(c, "+OK\r\n")
		case "INFO":
			info := "redis_version:6.2.14\r\ncluster_enabled:0\r\nrole:master\r\n"
			_, _ = fmt.Fprintf(c, "$%d\r\n%s\r\n", len(info), info)
		default:
			_, _ = fmt.Fprint(c, "-ERR unknown command\r\n")
		}
	}
}

func TestAStoreOfALaterVersionIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	c := s.client()
	defer func() { _ = c.Close() }()
	for value, want := range map[string]string{"2": "later version of Animo", "cache": "another prefix"} {
		if err := c.Set(t.Context(), "animo:schema", value, 0).Err(); err != nil {
			t.Fatal(err)
		}
		refused(t, s.url(), want)
	}
	openURL(t, s.url()+"?prefix=bot:")
}

func TestTLSIsSpokenAndItsFaultsAreNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ca := makeCertificate(t, dir)
	tlsPort := freePort(t)
	s := start(t, dir, "--tls-port", strconv.Itoa(tlsPort), "--tls-cert-file", filepath.Join(dir, "cert.pem"),
		"--tls-key-file", filepath.Join(dir, "key.pem"), "--tls-ca-cert-file", ca, "--tls-auth-clients", "no")
	s.grant(t, "animo", "~animo:*", "+@all", "-@dangerous", "+info")
	at := fmt.Sprint("animo:", inAddress(secret), "@127.0.0.1:", tlsPort)
	fillOne(t, openURL(t, "rediss://"+at+"?ca="+ca))
	refused(t, "rediss://"+at, "certificate is not trusted")
	refused(t, "redis://"+at, "TLS")
	refused(t, "rediss://animo:"+inAddress(secret)+"@"+s.addr(), "TLS")
}

// makeCertificate makes a certificate that is its own authority.
func makeCertificate(t *testing.T, dir string) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "redis"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})))
	return write(t, dir, "cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})))
}

func TestAnAddressThatCannotBeMeantIsRefused(t *testing.T) {
	t.Parallel()
	for url, says := range map[string]string{
		"":                                      "must begin with redis://",
		"http://localhost":                      "must begin with redis://",
		"redis://":                              "host:port",
		"redis://h:port":                        "host:port",
		"redis://h:70000":                       "host:port",
		"redis://h/x":                           "database",
		"redis://h/-1":                          "database",
		"redis://a,b":                           "redis+cluster://",
		"redis://h?prefix={1}":                  "braces",
		"redis://h?colour=red":                  "colour",
		"redis://h?ca=/nowhere":                 "TLS",
		"rediss://h?ca=/nowhere":                "/nowhere",
		"redis://h?tls=true":                    "tls",
		"redis+cluster://h?tls=maybe":           "tls",
		"redis+cluster://h/3":                   "database 0",
		"redis+sentinel://h":                    "name the master",
		"redis://h?wait=5s":                     "wait in the address",
		"redis://h?wait=-1s":                    "wait in the address",
		"redis+cluster://h?wait=soon":           "wait in the address",
		"redis://u:%zz" + secret + "@h":         "user or password",
		"redis://u:" + secret + "@h:6379?%zz=1": "question mark",
	} {
		refused(t, url, says)
	}
}

// startSentinel runs a sentinel that watches a master under the name
// mymaster, and fails over after two seconds.
func startSentinel(t *testing.T, master *server) *server {
	t.Helper()
	s := &server{dir: t.TempDir(), port: freePort(t)}
	conf := write(t, s.dir, "sentinel.conf", fmt.Sprintf(`port %d
bind 127.0.0.1
dir %s
sentinel monitor mymaster 127.0.0.1 %d 1
sentinel down-after-milliseconds mymaster 2000
sentinel failover-timeout mymaster 5000
`, s.port, s.dir, master.port))
	s.cmd = command(t, conf, "--sentinel")
	s.run(t)
	t.Cleanup(func() { s.stop(t) })
	s.await(t, "sentinel", func(c *goredis.Client) error { return c.Ping(t.Context()).Err() })
	return s
}
