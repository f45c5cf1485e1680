package serve

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// marks are what callers are told apart by.
const marks = "abcdefgh"

// repeats is a tool that gives back the text it was given, in one way or another.
func repeats() mcp.ToolDef {
	return mcp.ToolDef{Name: "repeat", Call: func(_ context.Context, c *mcp.Call) error {
		var text string
		if d := c.Arguments(); d.OpenObject("") {
			for d.NextMember() {
				b, _ := d.String("text")
				text = d.Own(b)
			}
		}
		if err := c.Check(); err != nil {
			return err
		}
		c.Progress().Report(1, 0, text)
		c.Progress().Report(2, 0, text)
		switch len(text) % 3 {
		case 0:
			return mcp.Errorf("%s", text)
		case 1:
			e := c.Structured()
			e.Raw(`{"text":`)
			e.String(text)
			e.Raw("}")
		default:
			c.Text(text)
		}
		return nil
	}}
}

// TestAnswersAreNotMixedUp has callers side by side whose requests are told apart by
// their bytes, through all of a server: connections, guard, exchanges, messages and
// answers are used again, and must not be so too early.
func TestAnswersAreNotMixedUp(t *testing.T) {
	t.Parallel()
	base, stop, ended := run(t, newServer(repeats()), Config{})
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: len(marks)}}
	var group sync.WaitGroup
	for mark := range strings.SplitSeq(marks, "") {
		group.Go(func() {
			for n := range 120 {
				text := strings.Repeat(mark, 16+n*97%9000) // answers in one piece and in two
				token := ""
				if n%4 == 0 {
					token = `"progressToken":1,` // and streams
				}
				answer, err := repeat(t, client, base, text, token)
				if err != nil {
					t.Errorf("%s: %v", mark, err)
					return
				}
				for other := range strings.SplitSeq(marks, "") {
					if strings.Contains(answer, strings.Repeat(other, 16)) != (other == mark) {
						t.Errorf("call %d of %s got %.300s", n, mark, answer)
						return
					}
				}
			}
		})
	}
	group.Wait()
	client.CloseIdleConnections()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func repeat(t *testing.T, client *http.Client, base, text, token string) (string, error) {
	body := `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"repeat","arguments":{"text":"` + text + `"},"_meta":{` + token +
		`"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/mcp", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	r.Header = http.Header{"Content-Type": {"application/json"}, "Mcp-Protocol-Version": {"2026-07-28"}, "Mcp-Method": {"tools/call"}, "Mcp-Name": {"repeat"}}
	res, err := client.Do(r)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err == nil && (res.StatusCode != http.StatusOK || res.Header.Get("X-Content-Type-Options") != "nosniff") {
		err = fmt.Errorf("status %d, %v", res.StatusCode, res.Header)
	}
	return string(b), err
}
