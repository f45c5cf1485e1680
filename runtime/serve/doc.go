// Package serve runs a server from a program's main function:
//
//	func main() {
//		s := mcp.NewServer(mcp.Info{Name: "weather", Version: "1.0.0"}, nil)
//		weather.Register(s)
//		serve.Main(s)
//	}
//
// The program speaks stdio. With -http ADDR it listens there instead:
//
//	/mcp           Streamable HTTP (POST, GET, DELETE), and WebSocket by upgrade
//	/mcp/events    HTTP+SSE, the transport of 2024-11-05: the stream (GET)
//	/mcp/messages  HTTP+SSE: where its messages go (POST)
//	/mcp/resources resources for everybody (GET), with -get-resources
//	/health        200 while the process works
//	/ready         200 while it takes requests, 503 once it stops
//
// -transports leaves some of them out, -stateless all that stays open. [Handler]
// gives what is served to a program that does not listen itself, and Config.Serve to
// a platform.
//
// Everything is configured by flags, by the environment variables that stand for
// them, and by [Config]; -help lists them. They say where to listen, who is let
// in (API keys, further authenticators, web origins, hosts), how often (rate
// limits), what is recorded (audit log), and how the server stops. Bearer tokens,
// metrics for Prometheus and Redis are in package remote below this one, so that
// only programs which use them link their libraries.
//
// A flag counts more than its variable, and that more than what the program
// sets with an [Option].
//
// SIGINT and SIGTERM stop the program in this order: /ready fails, and answers end
// their connections; after the linger time nothing new is accepted; running calls
// get the grace time to be answered and are then cancelled; streams end and
// WebSocket connections are closed with 1001. The exit code is 0. A second signal
// exits at once, with 1. A configuration that cannot be used, such as a port that is
// taken, exits with 2 and the reason.
package serve
