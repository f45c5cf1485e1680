// Package analyzer finds mistakes around annotated functions while code is
// written: passes of golang.org/x/tools/go/analysis for editors, for linters and
// for go vet.
//
//   - mcpdirectives reports what the generator would report: directives, types,
//     defaults, names.
//   - mcpstale reports generated code that is older than what it was made from.
//   - mcparguments checks constant arguments of annotated functions, and of the
//     methods of generated clients, against the rules of the arguments:
//     client.Forecast(ctx, "Oslo", 99) is an error when days has a maximum of 14.
//
// All of them run with
//
//	mcpgen vet ./...
//	go vet -vettool=$(which mcpgen) ./...
//
// and -fix applies what they suggest. A driver of your own takes Analyzers. As a
// plugin of golangci-lint they are the module gen/analyzer/golangci.
//
// Files: analyzer.go has the passes and what they share, directives.go and
// stale.go the first two, arguments.go the third, which learns from facts.go what
// a function expects, from shape.go which part of a schema a part of a Go value
// belongs to, and from constant.go what a constant looks like on the wire.
package analyzer
