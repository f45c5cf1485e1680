package guard_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/guard"
)

func TestReplaceKeys(t *testing.T) {
	t.Parallel()
	keys := newKeys(t)
	request := func(key string) *http.Request {
		r := httptest.NewRequest("GET", "/mcp", nil)
		r.Header.Set("Authorization", "ApiKey "+key)
		return r
	}
	alice, err := keys.Authenticate(request(aliceKey))
	if err != nil {
		t.Fatal(err)
	}
	bob, err := keys.Authenticate(request(bobKey))
	if err != nil {
		t.Fatal(err)
	}
	next, err := guard.ParseKeys("# after the rotation\nbob:" + bobKey + ";limit=5/1m\nalice:another-0123456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	keys.Replace(next...)
	if err := alice.Err(); err == nil {
		t.Error("a key that is gone is still good")
	}
	if err := bob.Err(); err != nil {
		t.Errorf("a key that stayed: %v", err)
	}
	if _, err := keys.Authenticate(request(aliceKey)); err == nil {
		t.Error("a key that is gone was accepted")
	}
	if id, err := keys.Authenticate(request(bobKey)); err != nil || id.Limit == nil || id.Limit.N != 5 {
		t.Errorf("bob: %+v, %v", id, err)
	}
}

// TestManyKeys finds each of many keys, and replaces all of them by others, in a
// time that does not grow with their square.
func TestManyKeys(t *testing.T) {
	t.Parallel()
	const many = 50_000
	list := func(from int) (all []guard.Key) {
		for i := range many {
			k, err := guard.NewKey(fmt.Sprint("caller ", from+i), fmt.Sprintf("0123456789abcdef-%d", from+i))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, k)
		}
		return all
	}
	keys := guard.NewKeys(list(0)...)
	ask := func(i int) (*guard.Identity, error) {
		r := httptest.NewRequest("GET", "/mcp", nil)
		r.Header.Set("Authorization", fmt.Sprintf("ApiKey 0123456789abcdef-%d", i))
		return keys.Authenticate(r)
	}
	var kept, gone *guard.Identity
	for i := range many {
		id, err := ask(i)
		if err != nil || id.Principal.Subject != fmt.Sprint("caller ", i) {
			t.Fatalf("key %d: %+v, %v", i, id, err)
		}
		switch i {
		case 0:
			gone = id
		case many - 1:
			kept = id
		}
	}
	keys.Replace(list(many / 2)...)
	if kept.Err() != nil || gone.Err() == nil {
		t.Errorf("kept: %v, gone: %v", kept.Err(), gone.Err())
	}
	if _, err := ask(0); err == nil {
		t.Error("a key that is gone was accepted")
	}
	if _, err := ask(many); err != nil {
		t.Error(err)
	}
}

func TestParseKeys(t *testing.T) {
	t.Parallel()
	const digest = "sha256-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	if keys, err := guard.ParseKeys(" a:0123456789abcdef ,,b:" + digest + ";scopes=x y:z ; limit=1/s"); err != nil || len(keys) != 2 ||
		keys[1].Digest[0] != 0x9f || len(keys[1].Scopes) != 2 || keys[1].Limit.Window != time.Second {
		t.Errorf("%+v, %v", keys, err)
	}
	for _, text := range []string{
		"a", ":0123456789abcdef", "a:short", "a:0123456789abcde\xff", "a:0123456789abcdef;admin", "a:0123456789abcdef;limit=much",
		"a:sha256-12", "a:sha256-" + strings.Repeat("z", 64), "a:sha256-" + strings.Repeat("0", 65), "a:0123456789 abcdef",
	} {
		keys, err := guard.ParseKeys(text)
		if err == nil {
			t.Errorf("%q was accepted: %+v", text, keys)
		} else if strings.Contains(err.Error(), "0123456789") {
			t.Errorf("the error quotes a key: %v", err)
		}
	}
}
