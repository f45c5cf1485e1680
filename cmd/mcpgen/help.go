package main

import (
	"runtime"
	"runtime/debug"
)

const usage = `mcpgen generates MCP servers from annotated Go functions.

Usage:

    mcpgen [flags] [packages]           write mcp_gen.go into each annotated package
    mcpgen check [flags] [packages]     say whether the files are up to date
    mcpgen deploy [flags] [packages]    write the files of a deployment
    mcpgen breaking [flags] [packages]  say what breaks callers of an older version
    mcpgen vet [packages]               check annotations, calls and generated code
    mcpgen init [flags] DIR             write the beginning of a server
    mcpgen call [flags] URL TOOL [ARG]  call a tool of a server
    mcpgen list [flags] URL [KIND]      list what a server offers
    mcpgen read [flags] URL URI         read a resource of a server
    mcpgen doctor [flags] [URL]         find the layer at fault, or look at the module
    mcpgen explain [topic]              explain a directive or a diagnostic
    mcpgen version                      print the version
    mcpgen help [command]               print this, or more about a command

Packages are patterns of the go command; without any, it is the package in the
current directory. A function becomes a tool by one comment:

    // Forecast returns the weather forecast for a city.
    //
    //mcp:tool readonly
    func Forecast(city string) (Report, error)

` + flagHelp + `
Exit status: 0 all is well, 1 check, breaking, vet or doctor found something, or a
tool answered with an error, 2 something is wrong.

To start: "mcpgen explain" lists the directives, "mcpgen explain tool" shows one.
`

var commandHelp = map[string]string{
	"generate": `Usage: mcpgen [flags] [packages]

Writes mcp_gen.go into each annotated package that the patterns match, beside it
mcp.lock.json with what the package promises to its callers, and for packages with
"//mcp:server client" a typed client in a folder below. Files that are already right
are not touched, files of packages that are no longer annotated are removed, and
files that mcpgen did not write are refused. When something is wrong, all mistakes
are printed and nothing is written.

Each package usually has the line

    //go:generate go tool mcpgen

`,
	"check": `Usage: mcpgen check [flags] [packages]

Compares the files with what would be generated and prints the differences as a
unified diff, and the command that brings them up to date. Nothing is written.

Exit status: 0 all files are up to date, 1 some are not, 2 something is wrong.

`,
	"deploy": `Usage: mcpgen deploy [flags] [packages]

Writes what it takes to run several instances of a server: Dockerfile,
docker-compose.yml, nginx.conf, kubernetes.yaml, servicemonitor.yaml, swarm.yml,
cloudrun.yaml and, in gateway, examples of a gateway that routes by headers, for
nginx, Envoy and Kong. nginx repeats a failed request only if it reads, or calls a
tool that is annotated as readonly or idempotent. Run it again after the annotations
have changed: files that you have edited are kept, and named. The program has to call
serve.Main with the option remote.With of runtime/serve/remote.

    -o DIR          where to (default deploy)
    -app NAME       name of the application (default that of mcp:server, or of the directory)
    -main PACKAGE   package of the program (default .)
    -instances N    how many (default 3)
    -tls            have nginx speak TLS, with deploy/ssl/tls.crt and tls.key
    -lambda         also write a package, lambda, by which it runs on AWS Lambda
    -C DIR          work in DIR
    -tags A,B       build tags, as for go build
    -v              name the files that did not change, too

`,
	"breaking": `Usage: mcpgen breaking -against REVISION|FILE [flags] [packages]

Compares what the packages offer with an older contract, and prints what breaks
those who call them: a tool or an argument that is gone, an argument that is required
now, a type or a range that is narrower, a result that callers do not expect. The
contract is an mcp.lock.json, or those that a git revision has:

    mcpgen breaking -against v1.2.0 ./...
    mcpgen breaking -against old/mcp.lock.json ./weather

Exit status: 0 nothing breaks, 1 something does, 2 something is wrong.

`,
	"vet": `Usage: mcpgen vet [flags] [packages]

Reports mistakes in annotations, generated code that is older than its source, and
constant arguments that a tool would refuse, in calls of its function and of generated
clients. It is "go vet" with mcpgen as its tool and takes the flags of go vet: -fix
applies suggestions, -fix -diff shows them, -json prints for programs.

    mcpgen vet ./...
    go vet -vettool=$(which mcpgen) ./...

Exit status: 0 nothing was found, 1 something was, or a package does not compile.

`,
	"init": `Usage: mcpgen init [flags] DIR

Writes the beginning of a server into DIR: go.mod, main.go, a tool, its test and a
Makefile. Run it again with other flags: files that you have edited are kept, and
named. Without -use-case the server speaks stdio, and HTTP when it is told to.

    -use-case NAME  what the server is for, which decides what it serves:
                      web-api         HTTP
                      real-time       WebSocket, and HTTP
                      dashboard       HTTP+SSE, and HTTP
                      mobile          HTTP
                      high-frequency  WebSocket
                      enterprise      HTTP, with tokens, metrics, limits and an audit log
                      microservices   HTTP, with tokens, metrics and Redis
    -module PATH    path of the module (default example.com/ and the name of DIR)
    -replace DIR    take mcpgen from DIR instead of a release
    -v              name the files that did not change, too

`,
	"call": `Usage: mcpgen call [flags] URL TOOL [ARGUMENT...]
       mcpgen call [flags] TOOL [ARGUMENT...] -- COMMAND [ARG...]

Calls a tool and prints its result. Arguments get their types from the tool's own
schema, and are checked by it before anything is sent:

    days=3             a number where the schema wants one
    tags=a tags=b      a list; tags=["a","b"] is the same
    repo.owner=ada     a member of an object; items.0.name is one of a list
    filter:={"a":1}    JSON as it is
    text=@notes.txt    the content of a file, @- standard input; text:="@x" is @x
    {"days":3}         all arguments at once; @args.json from a file

What the tool asks in between is asked at the terminal.

` + contactHelp + `
Exit status: 0 the tool has answered, 1 its answer is an error, 2 something is wrong.

`,
	"list": `Usage: mcpgen list [flags] URL [tools|resources|prompts]
       mcpgen list [flags] [tools|resources|prompts] -- COMMAND [ARG...]

Prints what a server offers: tools with their arguments, resources and their
templates, and prompts.

` + contactHelp + `
`,
	"read": `Usage: mcpgen read [flags] URL URI
       mcpgen read [flags] URI -- COMMAND [ARG...]

Prints the content of a resource.

` + contactHelp + `
`,
	"doctor": `Usage: mcpgen doctor [flags] URL
       mcpgen doctor [-C DIR] [-db URL] [-json]

Looks at a server layer by layer, and names the one at fault: address, DNS, TCP, TLS,
HTTP and its path, a proxy, the name of the host, rate limits, clocks, the token, who
is let in, foreign web pages, WebSocket, JSON-RPC, era and revision, schemas, streams
that are held back, and time. Each line is ok, warning, failure or skipped, what was
seen, and what to do. It sends about fifteen requests and calls no tool. -timeout
bounds each check (default 10s). -v shows what was not reached, too.

Without a URL it looks at the module here: whether the generator is that of the
runtime, whether generated files are up to date, and what govulncheck finds. It asks
vuln.go.dev, or with -db a copy of that site, as file:///DIR.

` + contactHelp + `
Exit status: 0 nothing failed, 1 something did, 2 the command line is wrong.

`,
	"explain": `Usage: mcpgen explain [topic]

Prints the page about a directive or a diagnostic, or the list of directives:

    mcpgen explain
    mcpgen explain tool
    mcpgen explain MCP0104

`,
	"help": usage,
	"version": `Usage: mcpgen version

Prints the version of mcpgen and of the Go it was built with.

`,
}

const contactHelp = `URL is http, https, ws, wss, sse+http or sse+https.

    -bearer TOKEN   send a bearer token (default MCP_TOKEN of the environment)
    -api-key KEY    send an API key; @FILE reads either from a file
    -header H       send "Name: value" too; may be given again
    -era NAME       auto (default), modern (2026-07-28) or legacy
    -timeout TIME   give up after TIME (default 1m)
    -json           print JSON, for programs
    -v              show the exchange on standard error, without credentials
`

const flagHelp = `Flags of generate, check and breaking:

    -C DIR          work in DIR
    -tags A,B       build tags, as for go build
    -profile NAME   schemas that are "portable" (default) or "full"
    -require-docs   refuse what a model is shown without a description
    -json           print one JSON object, for programs
    -v              print what was done
`

// help prints the page of a command, or the overview.
func (c *command) help(verb string) {
	page, ok := commandHelp[verb]
	if !ok {
		c.printf("%s", usage)
		return
	}
	c.printf("%s", page)
	if verb == "generate" || verb == "check" || verb == "breaking" {
		c.printf("%s", flagHelp)
	}
}

// version prints what the build recorded.
func (c *command) version() int {
	version := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	c.printf("mcpgen %s %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return exitOK
}
