// Command full is the server of examples/bench with everything on: callers are
// authenticated by bearer tokens and limited, metrics are kept, and every call is
// recorded. Tokens are made out for [Resource] with [Secret]:
//
//	go run ./examples/bench/full -http 127.0.0.1:8080 -tools 100 -audit-log audit.log
//	go run ./examples/bench/full -token
package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/mcpgen/mcpgen/examples/bench/tools"
	"github.com/mcpgen/mcpgen/runtime/guard/jwtauth"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/serve"
	"github.com/mcpgen/mcpgen/runtime/serve/remote"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// What tokens are made of. It is no secret: the server has nothing to protect.
const (
	Secret   = "a secret that everybody may know"
	Resource = "http://bench.invalid/mcp"
	Subject  = "bench"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "-token" {
		fmt.Println(token(time.Now().Add(24 * time.Hour)))
		return
	}
	n := 100
	s := mcp.NewServer(mcp.Info{Name: "bench", Version: "1.0.0"}, nil)
	serve.Main(s, func(c *serve.Config) {
		c.RateLimit = "1000000000/1h" // counted, and never reached
		c.Guard.PerPrincipal = &store.Limit{N: 1_000_000_000, Window: time.Hour}
		c.Guard.Resource = Resource
		c.Settings = append(c.Settings, serve.Setting{Flag: "tools", Env: "BENCH_TOOLS", Arg: "N", Usage: "how many tools there are", Set: func(_ *serve.Config, v string) (err error) {
			n, err = strconv.Atoi(v)
			return err
		}})
		c.Setup = append(c.Setup, func(context.Context, *mcp.Server, *serve.Config) error { return tools.RegisterN(s, n) })
	}, remote.With(&remote.Config{JWT: jwtauth.Config{Secret: []byte(Secret)}, Tools: true}))
}

// token makes a bearer token (RFC 7519, HS256).
func token(expires time.Time) string {
	part := base64.RawURLEncoding.EncodeToString
	text := part([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." +
		part(fmt.Appendf(nil, `{"sub":%q,"aud":%q,"exp":%d}`, Subject, Resource, expires.Unix()))
	mac := hmac.New(sha256.New, []byte(Secret))
	mac.Write([]byte(text))
	return text + "." + part(mac.Sum(nil))
}
