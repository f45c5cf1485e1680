package guard

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync/atomic"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// minKey is the length of the shortest key that is taken. Keys are random, so
// their digests need no slow hash; a short one could be guessed.
const minKey = 16

// A Key is one API key that is accepted.
type Key struct {
	Name   string       // whom it stands for; several keys may have one name
	Digest [32]byte     // SHA-256 of the key
	Scopes []string     // what it is good for
	Limit  *store.Limit // how often it may be used; nil: as other callers
}

// NewKey makes the entry of a key.
func NewKey(name, key string, scopes ...string) (Key, error) {
	switch {
	case name == "":
		return Key{}, errors.New("guard: an API key needs a name")
	case len(key) < minKey:
		return Key{}, fmt.Errorf("guard: the API key of %s has less than %d characters", name, minKey)
	case strings.ContainsFunc(key, func(c rune) bool { return c <= ' ' || c > '~' }):
		return Key{}, fmt.Errorf("guard: the API key of %s has characters that a header cannot carry", name)
	}
	return Key{Name: name, Digest: sha256.Sum256([]byte(key)), Scopes: scopes}, nil
}

// ParseKeys reads a list of keys: name:key, separated by commas or on lines of
// their own. More may follow the key, each after a semicolon: scopes= with scopes
// separated by blanks, and limit= with a limit as [ParseLimit] reads it. A key
// may be given by its digest, sha256- and 64 hexadecimal digits. Lines that begin
// with # are passed over. Errors name the key by its name or place and never
// quote it.
func ParseKeys(text string) ([]Key, error) {
	var keys []Key
	lines := bufio.NewScanner(strings.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "#") {
			continue
		}
		for entry := range strings.SplitSeq(line, ",") {
			if entry = strings.TrimSpace(entry); entry == "" {
				continue
			}
			k, err := parseKey(entry)
			if err != nil {
				return nil, fmt.Errorf("key %d: %w", len(keys)+1, err)
			}
			keys = append(keys, k)
		}
	}
	return keys, lines.Err()
}

func parseKey(entry string) (Key, error) {
	parts := strings.Split(entry, ";")
	name, key, ok := strings.Cut(parts[0], ":")
	if !ok {
		return Key{}, errors.New("want name:key")
	}
	k, err := keyOf(strings.TrimSpace(name), strings.TrimSpace(key))
	if err != nil {
		return Key{}, err
	}
	for _, part := range parts[1:] {
		what, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch what {
		case "scopes":
			k.Scopes = strings.Fields(value)
		case "limit":
			if k.Limit, err = ParseLimit(value); err != nil {
				return Key{}, fmt.Errorf("%s: %w", k.Name, err)
			}
		default:
			return Key{}, fmt.Errorf("%s: want scopes= or limit= after a semicolon", k.Name)
		}
	}
	return k, nil
}

func keyOf(name, key string) (Key, error) {
	digest, ok := strings.CutPrefix(key, "sha256-")
	if !ok {
		return NewKey(name, key)
	}
	k := Key{Name: name}
	if n, err := hex.Decode(k.Digest[:], []byte(digest[:min(len(digest), 64)])); err != nil || n != len(k.Digest) || len(digest) != 64 {
		return Key{}, fmt.Errorf("guard: the digest of the API key of %s is not 64 hexadecimal digits", name)
	}
	if name == "" {
		return Key{}, errors.New("guard: an API key needs a name")
	}
	return k, nil
}

// Keys authenticates "Authorization: ApiKey …". Several keys are accepted at a
// time, and can be replaced while the server runs.
type Keys struct {
	live atomic.Pointer[keySet]
}

// A keySet is the keys of one moment.
type keySet struct {
	keys   []Key
	at     map[prefix][]int  // of keys, by what their digests begin with
	lives  []context.Context //nolint:containedctx // of credentials
	cancel []context.CancelFunc
}

// A prefix is the beginning of a digest. Who does not know a key cannot choose it:
// how long it takes to find one tells nothing of others.
type prefix [8]byte

// NewKeys makes an authenticator of keys.
func NewKeys(keys ...Key) *Keys {
	k := &Keys{}
	k.Replace(keys...)
	return k
}

// Replace accepts these keys and no others. Connections that were opened with a
// key that is no longer among them end. It must not be called concurrently with
// itself.
func (k *Keys) Replace(keys ...Key) {
	next := &keySet{keys: append([]Key(nil), keys...), at: make(map[prefix][]int, len(keys))}
	old := k.live.Load()
	kept := map[int]bool{}
	for i, key := range next.keys {
		head := prefix(key.Digest[:])
		next.at[head] = append(next.at[head], i)
		life, cancel := context.WithCancel(context.Background())
		if i := old.find(key.Digest, key.Name); i >= 0 && !kept[i] {
			cancel()
			kept[i] = true
			life, cancel = old.lives[i], old.cancel[i]
		}
		next.lives, next.cancel = append(next.lives, life), append(next.cancel, cancel)
	}
	k.live.Store(next)
	if old == nil {
		return
	}
	for i, cancel := range old.cancel {
		if !kept[i] {
			cancel()
		}
	}
}

// Load replaces the keys by those of a file, in the form of ParseKeys. On an error
// the keys that there are stay.
func (k *Keys) Load(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was only read
	const most = 16 << 20
	text, err := io.ReadAll(io.LimitReader(f, most))
	if err != nil {
		return err
	}
	keys, err := ParseKeys(string(text))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	k.Replace(keys...)
	return nil
}

func (s *keySet) find(digest [32]byte, name string) int {
	if s == nil {
		return -1
	}
	for _, i := range s.at[prefix(digest[:])] {
		if s.keys[i].Digest == digest && s.keys[i].Name == name {
			return i
		}
	}
	return -1
}

// match finds the key with a digest: the last one, if there are several. It
// compares in a time that does not depend on where digests differ.
func (s *keySet) match(digest [32]byte) int {
	found := -1
	for _, i := range s.at[prefix(digest[:])] {
		same := subtle.ConstantTimeCompare(digest[:], s.keys[i].Digest[:])
		found = subtle.ConstantTimeSelect(same, i, found)
	}
	return found
}

// keyIssuer is the issuer of principals with an API key.
const keyIssuer = "apikey"

// Authenticate implements Authenticator.
func (k *Keys) Authenticate(r *http.Request) (*Identity, error) {
	c := CredentialOf(r)
	if c.Scheme != schemeKey {
		return nil, ErrNext
	}
	if c.Err != nil {
		return nil, &AuthError{Text: textKey, Err: c.Err}
	}
	s := k.live.Load()
	i := s.match(sha256.Sum256([]byte(c.Value)))
	if i < 0 {
		return nil, &AuthError{Text: textKey}
	}
	key := &s.keys[i]
	return &Identity{
		Principal: mcp.Principal{Subject: key.Name, Issuer: keyIssuer, Scopes: key.Scopes},
		Life:      s.lives[i],
		Limit:     key.Limit,
	}, nil
}

// Scheme is the authentication scheme, for the WWW-Authenticate header.
func (k *Keys) Scheme() string { return schemeKey }
