package serve

import (
	"context"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// changeHello is the kind of a change that tells of an instance which has begun,
// or answers one. Its data is a fingerprint; its URI is the instance that is
// answered, "" for all.
const changeHello = "hello"

// An alike compares this instance with others that share its store, as each of
// them begins. Those with other tools or other keys would answer differently, or
// refuse each other's sessions and states.
type alike struct {
	bus  store.Bus
	me   string
	own  func() mcp.Fingerprint
	log  *slog.Logger
	said bool // this instance has told of itself; of the subscription
	wg   sync.WaitGroup
}

// begun tells of this instance, once the subscription stands.
func (a *alike) begun() {
	if !a.said {
		a.said = true
		a.tell("")
	}
}

// tell tells of this instance. It does not wait.
func (a *alike) tell(to string) {
	a.wg.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), tellTimeout)
		defer cancel()
		_ = a.bus.Publish(ctx, store.Change{Kind: changeHello, URI: to, From: a.me, Data: encodeFingerprint(a.own())}) // there is a next time
	})
}

// heard compares another instance with this one.
func (a *alike) heard(c store.Change) {
	if c.From == a.me || c.URI != "" && c.URI != a.me {
		return
	}
	here, there := a.own(), decodeFingerprint(c.Data)
	what := differences(here, there)
	if what == nil {
		return
	}
	a.log.Warn("an instance that shares the store is not like this one, as is to be expected while a new version is rolled out only",
		"differs", strings.Join(what, ", "), "instance", c.From, "here", describe(here), "there", describe(there))
	if c.URI == "" { // it shall know as well
		a.tell(c.From)
	}
}

// differences names what is not the same.
func differences(a, b mcp.Fingerprint) (what []string) {
	if a.Server != b.Server {
		what = append(what, "version")
	}
	if a.Offers != b.Offers {
		what = append(what, "tools, prompts or resources")
	}
	if !opens(a.Keys, b.Keys) || !opens(b.Keys, a.Keys) {
		what = append(what, field("state-keys"))
	}
	return what
}

// opens reports whether an instance with these keys opens what one with others
// has sealed, with the first of them. Keys change one instance after the other.
func opens(keys, others []string) bool {
	return len(others) == 0 && len(keys) == 0 || len(others) > 0 && slices.Contains(keys, others[0])
}

func describe(f mcp.Fingerprint) string {
	return f.Server + ", offers " + f.Offers + ", keys " + strings.Join(f.Keys, " ")
}

func encodeFingerprint(f mcp.Fingerprint) string {
	return url.Values{"server": {f.Server}, "offers": {f.Offers}, "key": f.Keys}.Encode()
}

// decodeFingerprint reads what another instance has said, of whatever version.
func decodeFingerprint(text string) mcp.Fingerprint {
	v, _ := url.ParseQuery(text) // what cannot be read differs
	return mcp.Fingerprint{Server: v.Get("server"), Offers: v.Get("offers"), Keys: v["key"]}
}
