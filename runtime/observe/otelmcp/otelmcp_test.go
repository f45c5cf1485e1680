package otelmcp_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcptest"
	"github.com/mcpgen/mcpgen/runtime/observe/otelmcp"
)

// A recorder is a tracer provider that keeps its spans.
type recorder struct {
	noop.TracerProvider

	mu    sync.Mutex
	spans []*span
}

func (r *recorder) Tracer(string, ...trace.TracerOption) trace.Tracer { return tracer{r: r} }

type tracer struct {
	noop.Tracer

	r *recorder
}

func (t tracer) Start(ctx context.Context, name string, o ...trace.SpanStartOption) (context.Context, trace.Span) {
	c := trace.NewSpanStartConfig(o...)
	s := &span{name: name, parent: trace.SpanContextFromContext(ctx), attrs: c.Attributes(), kind: c.SpanKind()}
	t.r.mu.Lock()
	defer t.r.mu.Unlock()
	t.r.spans = append(t.r.spans, s)
	return trace.ContextWithSpan(ctx, s), s
}

type span struct {
	noop.Span

	name   string
	kind   trace.SpanKind
	parent trace.SpanContext
	attrs  []attribute.KeyValue
	status codes.Code
	ended  bool
}

func (s *span) SetAttributes(kv ...attribute.KeyValue) { s.attrs = append(s.attrs, kv...) }
func (s *span) SetStatus(code codes.Code, _ string)    { s.status = code }
func (s *span) End(...trace.SpanEndOption)             { s.ended = true }

func (s *span) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s ended=%t parent=%t", s.name, s.status, s.ended, s.parent.IsValid())
	for _, kv := range s.attrs {
		switch kv.Key {
		case "error.type", "gen_ai.tool.name", "mcp.method.name", "mcp.protocol.version":
			fmt.Fprintf(&b, " %s=%s", kv.Key, kv.Value.String())
		}
	}
	return b.String()
}

func TestObserver(t *testing.T) {
	t.Parallel()
	r := &recorder{}
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	s.Register(mcp.ToolDef{Name: "good", Call: func(ctx context.Context, c *mcp.Call) error {
		if _, ok := trace.SpanFromContext(ctx).(*span); !ok {
			return errors.New("the tool has no span")
		}
		c.Text("fine")
		return nil
	}})
	s.Register(mcp.ToolDef{Name: "bad", Call: func(context.Context, *mcp.Call) error { return mcp.Errorf("no") }})
	s.Observe(otelmcp.Observer(r))
	c := mcptest.NewClient(t, mcptest.Memory(s))
	const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	for i, tt := range []struct{ method, params, traceparent, want string }{
		{"tools/call", `"name":"good",`, `"` + parent + `"`, "tools/call good Unset ended=true parent=true mcp.method.name=tools/call gen_ai.tool.name=good mcp.protocol.version=2026-07-28"},
		{"tools/call", `"name":"bad",`, `"garbage"`, "tools/call bad Error ended=true parent=false mcp.method.name=tools/call gen_ai.tool.name=bad mcp.protocol.version=2026-07-28 error.type=tool_error"},
		{"tools/list", ``, `7`, "tools/list Unset ended=true parent=false mcp.method.name=tools/list mcp.protocol.version=2026-07-28"},
		{"made/up", ``, `null`, "other Error ended=true parent=false mcp.method.name=other mcp.protocol.version=2026-07-28 error.type=-32601"},
	} {
		c.Send(`{"jsonrpc":"2.0","id":1,"method":"` + tt.method + `","params":{` + tt.params + `"_meta":{"traceparent":` + tt.traceparent +
			`,"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`)
		c.Receive()
		got := r.spans[i]
		if got.String() != tt.want || got.kind != trace.SpanKindServer {
			t.Errorf("span\n%s\nwant\n%s", got, tt.want)
		}
		if i == 0 && got.parent.TraceID().String() != "0af7651916cd43dd8448eb211c80319c" {
			t.Errorf("trace %s", got.parent.TraceID())
		}
	}
}

// A meters gives one meter, which keeps what is recorded in its histogram.
type meters struct {
	metricnoop.MeterProvider

	kept *histogram
}

func (m meters) Meter(string, ...metric.MeterOption) metric.Meter { return meter{kept: m.kept} }

type meter struct {
	metricnoop.Meter

	kept *histogram
}

func (m meter) Float64Histogram(name string, o ...metric.Float64HistogramOption) (metric.Float64Histogram, error) {
	c := metric.NewFloat64HistogramConfig(o...)
	m.kept.what = fmt.Sprint(name, " in ", c.Unit(), ", ", len(c.ExplicitBucketBoundaries()), " buckets")
	return m.kept, nil
}

type histogram struct {
	metricnoop.Float64Histogram

	what    string
	records []string
}

func (h *histogram) Record(_ context.Context, seconds float64, o ...metric.RecordOption) {
	set := metric.NewRecordConfig(o).Attributes()
	h.records = append(h.records, fmt.Sprint(seconds >= 0, " ", set.Encoded(attribute.DefaultEncoder())))
}

// TestMetrics measures requests that go well and that go wrong.
func TestMetrics(t *testing.T) {
	t.Parallel()
	m := meters{kept: &histogram{}}
	observer, err := otelmcp.Metrics(m)
	if err != nil {
		t.Fatal(err)
	}
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	s.Register(mcp.ToolDef{Name: "good", Call: func(_ context.Context, c *mcp.Call) error { c.Text("fine"); return nil }})
	s.Register(mcp.ToolDef{Name: "bad", Call: func(context.Context, *mcp.Call) error { return mcp.Errorf("no") }})
	s.Observe(observer)
	c := mcptest.NewClient(t, mcptest.Memory(s))
	const rest = "mcp.protocol.version=2026-07-28,network.transport=pipe"
	for i, tt := range []struct{ method, params, want string }{
		{"tools/call", `"name":"good",`, "gen_ai.tool.name=good,mcp.method.name=tools/call," + rest},
		{"tools/call", `"name":"bad",`, "error.type=tool_error,gen_ai.tool.name=bad,mcp.method.name=tools/call," + rest},
		{"tools/call", `"name":"made-up",`, "error.type=-32602,mcp.method.name=tools/call," + rest},
		{"tools/list", ``, "mcp.method.name=tools/list," + rest},
		{"made/up", ``, "error.type=-32601,mcp.method.name=other," + rest},
	} {
		c.Send(`{"jsonrpc":"2.0","id":1,"method":"` + tt.method + `","params":{` + tt.params +
			`"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`)
		c.Receive()
		if len(m.kept.records) != i+1 || m.kept.records[i] != "true "+tt.want {
			t.Errorf("records %q, want %s", m.kept.records, tt.want)
		}
	}
	if want := "mcp.server.operation.duration in s, 14 buckets"; m.kept.what != want {
		t.Errorf("%s, want %s", m.kept.what, want)
	}
}
