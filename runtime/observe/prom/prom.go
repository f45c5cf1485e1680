// Package prom keeps the metrics of a server for Prometheus:
//
//	mcp_requests_total{method,status}        requests answered; status is success or error
//	mcp_request_duration_seconds{method}     how long they took
//	mcp_active_connections                   network connections that MCP is spoken on
//	mcp_tool_calls_total{tool,status}        calls by tool, if asked for
//	mcp_store_failures_total                 answers that the shared store failed to give
//	mcp_audit_lines_lost_total               lines that the audit log could not take
//	mcp_cache_results_total{result}          results from the cache: hit, miss, shared; and evicted
//	mcp_cache_bytes                          what the cache holds
//
// A method that the server does not know is "other": what a client invents makes
// no series. A result that tells of a failure (isError) is an error.
package prom

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/mcpgen/mcpgen/runtime/edge"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// Options are the choices of [New].
type Options struct {
	// Tools counts calls by the names of tools too. Only the names of tools that
	// there are, and that the caller may use, become series.
	Tools bool
	// Instance is a label of all metrics, named instance_id. "" leaves it out.
	Instance string
	// Lost tells how many lines the audit log has lost. nil: there is none.
	Lost func() uint64
	// Cache tells what the cache of results has done. nil: there is none.
	Cache func() edge.Stats
}

// Metrics are the metrics of one server.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	active   prometheus.Gauge
	tools    *prometheus.CounterVec // nil unless asked for
	failures prometheus.Counter
}

// New makes the metrics of a server, with those of the process and of Go's
// runtime. A nil o has the defaults.
func New(o *Options) *Metrics {
	if o == nil {
		o = &Options{}
	}
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mcp_requests_total", Help: "Total number of MCP requests"}, []string{"method", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "mcp_request_duration_seconds", Help: "Duration of MCP requests",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60},
		}, []string{"method"}),
		active:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "mcp_active_connections", Help: "Number of active MCP connections"}),
		failures: prometheus.NewCounter(prometheus.CounterOpts{Name: "mcp_store_failures_total", Help: "Answers that the shared store failed to give"}),
	}
	var reg prometheus.Registerer = m.registry
	if o.Instance != "" {
		reg = prometheus.WrapRegistererWith(prometheus.Labels{"instance_id": o.Instance}, reg)
	}
	reg.MustRegister(m.requests, m.duration, m.active, m.failures,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if o.Tools {
		m.tools = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mcp_tool_calls_total", Help: "Total number of tool calls"}, []string{"tool", "status"})
		reg.MustRegister(m.tools)
	}
	if o.Lost != nil {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "mcp_audit_lines_lost_total", Help: "Lines that the audit log could not take"},
			func() float64 { return float64(o.Lost()) }))
	}
	if o.Cache != nil {
		reg.MustRegister(cacheMetrics(o.Cache)...)
	}
	return m
}

// cacheMetrics are those of the cache of results.
func cacheMetrics(stats func() edge.Stats) []prometheus.Collector {
	all := []prometheus.Collector{prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "mcp_cache_bytes", Help: "Bytes of results that the cache holds"},
		func() float64 { return float64(stats().Bytes) })}
	for result, count := range map[string]func(edge.Stats) uint64{
		"hit":     func(s edge.Stats) uint64 { return s.Hits },
		"miss":    func(s edge.Stats) uint64 { return s.Misses },
		"shared":  func(s edge.Stats) uint64 { return s.Shared },
		"evicted": func(s edge.Stats) uint64 { return s.Evicted },
	} {
		all = append(all, prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "mcp_cache_results_total", Help: "Results that the cache had, had not, or let several callers share, and those that made room", ConstLabels: prometheus.Labels{"result": result},
		}, func() float64 { return float64(count(stats())) }))
	}
	return all
}

// Observe is an mcp.Observer.
func (m *Metrics) Observe(ctx context.Context, r *mcp.Request) (context.Context, func(mcp.Outcome)) {
	begin := time.Now()
	method := "other"
	if r.Known() {
		method = r.Method()
	}
	tool := r.Name()
	return ctx, func(o mcp.Outcome) {
		status := "success"
		if o.Code != 0 || o.Failed || o.Cancelled {
			status = "error"
		}
		m.requests.WithLabelValues(method, status).Inc()
		m.duration.WithLabelValues(method).Observe(time.Since(begin).Seconds())
		// An unknown tool is refused with the code of invalid parameters.
		if m.tools != nil && method == "tools/call" && o.Code != mcp.CodeInvalidParams {
			m.tools.WithLabelValues(tool, status).Inc()
		}
	}
}

// Opened counts a connection in.
func (m *Metrics) Opened() { m.active.Inc() }

// Closed counts a connection out.
func (m *Metrics) Closed() { m.active.Dec() }

// StoreFailed counts a failure of the shared store.
func (m *Metrics) StoreFailed() { m.failures.Inc() }

// Registerer is where a program adds metrics of its own.
func (m *Metrics) Registerer() prometheus.Registerer { return m.registry }

// Handler serves the metrics in the format that the scraper asks for.
func (m *Metrics) Handler() http.Handler {
	h := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, EnableOpenMetrics: true})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "GET only", http.StatusMethodNotAllowed)
			return
		}
		h.ServeHTTP(w, r)
	})
}
