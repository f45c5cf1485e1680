package prom_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/mcpgen/mcpgen/runtime/internal/leak"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcptest"
	"github.com/mcpgen/mcpgen/runtime/observe/prom"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// scrape gives what a scraper gets.
func scrape(t *testing.T, m *prom.Metrics, accept string) (contentType, body string) {
	t.Helper()
	r := httptest.NewRequest("GET", "/metrics", nil)
	if accept != "" {
		r.Header.Set("Accept", accept)
	}
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, r)
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Header().Get("Content-Type"), w.Body.String()
}

// values gives the samples of a family by their labels, in the order of names.
// Of a histogram it is the count.
func values(t *testing.T, text, family string) map[string]float64 {
	t.Helper()
	p := expfmt.NewTextParser(model.LegacyValidation)
	families, err := p.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, m := range families[family].GetMetric() {
		var labels []string
		for _, l := range m.GetLabel() {
			labels = append(labels, l.GetName()+"="+l.GetValue())
		}
		name := strings.Join(labels, " ")
		switch {
		case m.GetCounter() != nil:
			out[name] = m.GetCounter().GetValue()
		case m.GetGauge() != nil:
			out[name] = m.GetGauge().GetValue()
		default:
			out[name] = float64(m.GetHistogram().GetSampleCount())
		}
	}
	return out
}

// TestCounts sends many requests of every outcome at the same time: the metrics
// have each of them once, in the format that scrapers read and without anything
// that promtool would find fault with.
func TestCounts(t *testing.T) {
	t.Parallel()
	m := prom.New(&prom.Options{Tools: true, Instance: "server-1", Lost: func() uint64 { return 3 }})
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	s.Register(mcp.ToolDef{Name: "good", Call: func(_ context.Context, c *mcp.Call) error { c.Text("fine"); return nil }})
	s.Register(mcp.ToolDef{Name: "bad", Call: func(context.Context, *mcp.Call) error { return mcp.Errorf("no") }})
	s.Register(mcp.ToolDef{Name: "panics", Call: func(context.Context, *mcp.Call) error { panic("x") }})
	s.Observe(m.Observe)
	const callers, rounds = 8, 25
	var wg sync.WaitGroup
	for range callers {
		c := mcptest.NewClient(t, mcptest.Memory(s))
		wg.Go(func() {
			for range rounds {
				for _, call := range []string{`"tools/call","params":{"name":"good",`, `"tools/call","params":{"name":"bad",`, `"tools/call","params":{"name":"panics",`,
					`"tools/call","params":{"name":"made-up",`, `"tools/list","params":{`, `"made/up","params":{`} {
					c.Send(`{"jsonrpc":"2.0","id":1,"method":` + call + `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`)
					c.Receive()
				}
			}
		})
	}
	wg.Wait()
	kind, text := scrape(t, m, "")
	if !strings.HasPrefix(kind, "text/plain; version=0.0.4") {
		t.Errorf("content type %s", kind)
	}
	const n = callers * rounds
	for family, want := range map[string]map[string]float64{
		"mcp_requests_total": {
			"instance_id=server-1 method=tools/call status=success": n, "instance_id=server-1 method=tools/call status=error": 3 * n,
			"instance_id=server-1 method=tools/list status=success": n, "instance_id=server-1 method=other status=error": n,
		},
		"mcp_request_duration_seconds": {"instance_id=server-1 method=tools/call": 4 * n, "instance_id=server-1 method=tools/list": n, "instance_id=server-1 method=other": n},
		"mcp_tool_calls_total": {
			"instance_id=server-1 status=success tool=good": n, "instance_id=server-1 status=error tool=bad": n, "instance_id=server-1 status=error tool=panics": n,
		},
		"mcp_active_connections":     {"instance_id=server-1": 0},
		"mcp_audit_lines_lost_total": {"instance_id=server-1": 3},
		"mcp_store_failures_total":   {"instance_id=server-1": 0},
	} {
		got := values(t, text, family)
		if len(got) != len(want) {
			t.Errorf("%s: %v, want %v", family, got, want)
		}
		for labels, v := range want {
			if got[labels] != v {
				t.Errorf("%s %s: %g, want %g", family, labels, got[labels], v)
			}
		}
	}
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "mcp_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
	if err != nil {
		t.Error(err)
	}
}

// TestFormats gives what the scraper asks for.
func TestFormats(t *testing.T) {
	t.Parallel()
	m := prom.New(nil)
	for accept, want := range map[string]string{
		"":           "text/plain; version=0.0.4",
		"text/plain": "text/plain; version=0.0.4",
		"application/openmetrics-text;version=1.0.0,text/plain;q=0.5":                                                 "application/openmetrics-text; version=1.0.0",
		"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,text/plain;q=0.5": "application/vnd.google.protobuf",
		"application/json": "text/plain; version=0.0.4",
	} {
		if kind, _ := scrape(t, m, accept); !strings.HasPrefix(kind, want) {
			t.Errorf("Accept %s: %s, want %s", accept, kind, want)
		}
	}
	for method, want := range map[string]int{"HEAD": 200, "POST": 405, "DELETE": 405} {
		w := httptest.NewRecorder()
		m.Handler().ServeHTTP(w, httptest.NewRequest(method, "/metrics", nil))
		if w.Code != want {
			t.Errorf("%s: %d, want %d", method, w.Code, want)
		}
	}
}

// TestOwnMetrics has a program add one, and counts connections.
func TestOwnMetrics(t *testing.T) {
	t.Parallel()
	m := prom.New(nil)
	own := prometheus.NewCounter(prometheus.CounterOpts{Name: "shop_orders_total", Help: "Orders"})
	m.Registerer().MustRegister(own)
	own.Add(2)
	m.Opened()
	m.Opened()
	m.Closed()
	m.StoreFailed()
	_, text := scrape(t, m, "")
	for family, want := range map[string]float64{"shop_orders_total": 2, "mcp_active_connections": 1, "mcp_store_failures_total": 1} {
		if got := values(t, text, family)[""]; got != want {
			t.Errorf("%s: %g, want %g", family, got, want)
		}
	}
}
