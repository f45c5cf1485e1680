package otelmcp

import (
	"context"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// buckets are those that the semantic conventions advise for durations of MCP.
var buckets = []float64{.01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 30, 60, 120, 300}

// Metrics gives an observer that measures requests with a meter of p, by the name
// of the semantic conventions for MCP:
//
//	mcp.server.operation.duration  seconds, by mcp.method.name, gen_ai.tool.name, error.type, …
//
// A method that the server does not know is "other", and the name of a tool that
// there is not is left out: what a client invents makes no series.
func Metrics(p metric.MeterProvider) (mcp.Observer, error) {
	duration, err := p.Meter(Name).Float64Histogram("mcp.server.operation.duration",
		metric.WithUnit("s"), metric.WithDescription("Duration of MCP requests"), metric.WithExplicitBucketBoundaries(buckets...))
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, r *mcp.Request) (context.Context, func(mcp.Outcome)) {
		begin := time.Now()
		method := methodOf(r)
		tool, attrs := "", []attribute.KeyValue{
			attribute.String("mcp.method.name", method),
			attribute.String("network.transport", networkOf(r.Transport())),
		}
		if method == "tools/call" {
			tool = r.Name()
		}
		return ctx, func(o mcp.Outcome) {
			if v := r.Revision(); v != "" { // which was not known at the beginning
				attrs = append(attrs, attribute.String("mcp.protocol.version", v))
			}
			if kind := failure(o); kind != "" {
				attrs = append(attrs, attribute.String("error.type", kind))
			}
			if tool != "" && o.Code != mcp.CodeInvalidParams {
				attrs = append(attrs, attribute.String("gen_ai.tool.name", tool))
			}
			duration.Record(context.WithoutCancel(ctx), time.Since(begin).Seconds(), metric.WithAttributes(attrs...))
		}
	}, nil
}

// methodOf gives the method of a request, if the server knows it.
func methodOf(r *mcp.Request) string {
	if r.Known() {
		return r.Method()
	}
	return "other"
}

// failure names the way in which a request has failed; "" when it has not.
func failure(o mcp.Outcome) string {
	switch {
	case o.Cancelled:
		return "cancelled"
	case o.Code != 0:
		return strconv.Itoa(o.Code)
	case o.Failed:
		return "tool_error"
	}
	return ""
}
