// Package otelmcp traces and measures the requests of a server with OpenTelemetry,
// by the names of its semantic conventions for MCP: one span a request, which
// continues the caller's trace when _meta.traceparent names it (MCP SEP-414), and
// one histogram.
package otelmcp

import (
	"context"
	"encoding/json"
	"strconv"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// Name is the name of the tracer.
const Name = "github.com/mcpgen/mcpgen/runtime/observe/otelmcp"

// Observer gives an observer that makes spans with the tracers of p.
func Observer(p trace.TracerProvider) mcp.Observer {
	tracer := p.Tracer(Name)
	prop := propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})
	return func(ctx context.Context, r *mcp.Request) (context.Context, func(mcp.Outcome)) {
		ctx = prop.Extract(ctx, carrier{r})
		name := methodOf(r)
		attrs := []attribute.KeyValue{
			attribute.String("mcp.method.name", name),
			attribute.String("network.transport", networkOf(r.Transport())),
		}
		span := name
		if target := r.Name(); target != "" {
			switch r.Method() {
			case "tools/call":
				attrs = append(attrs, attribute.String("gen_ai.tool.name", target), attribute.String("gen_ai.operation.name", "execute_tool"))
				span += " " + target
			case "prompts/get":
				attrs = append(attrs, attribute.String("gen_ai.prompt.name", target))
				span += " " + target
			case "resources/read":
				attrs = append(attrs, attribute.String("mcp.resource.uri", target))
			}
		}
		ctx, s := tracer.Start(ctx, span, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(attrs...)) //nolint:spancheck // as below
		return ctx, func(o mcp.Outcome) {                                                                           //nolint:spancheck // this function ends the span
			if v := r.Revision(); v != "" { // which was not known at the beginning
				s.SetAttributes(attribute.String("mcp.protocol.version", v))
			}
			if kind := failure(o); kind != "" {
				s.SetAttributes(attribute.String("error.type", kind))
			}
			if o.Code != 0 && !o.Cancelled {
				s.SetAttributes(attribute.String("rpc.response.status_code", strconv.Itoa(o.Code)))
			}
			if o.Code != 0 || o.Failed {
				s.SetStatus(codes.Error, "")
			}
			s.End()
		}
	}
}

func networkOf(transport string) string {
	if transport == "stdio" || transport == "memory" {
		return "pipe"
	}
	return "tcp"
}

// A carrier reads the context of a trace from the _meta of a request. What is no
// string is not there.
type carrier struct{ r *mcp.Request }

// Get implements propagation.TextMapCarrier.
func (c carrier) Get(key string) string {
	var v string
	if json.Unmarshal(c.r.Meta(key), &v) != nil {
		return ""
	}
	return v
}

// Set implements propagation.TextMapCarrier. Nothing is sent.
func (carrier) Set(string, string) {}

// Keys implements propagation.TextMapCarrier.
func (carrier) Keys() []string { return []string{"traceparent", "tracestate", "baggage"} }
