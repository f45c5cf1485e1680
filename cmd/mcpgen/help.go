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
Exit status: 0 all is well, 1 check, breaking or vet found something,
2 something is wrong.

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
docker-compose.yml, nginx.conf, kubernetes.yaml and swarm.yml. nginx repeats a
failed request only if it reads, or calls a tool that is annotated as readonly or
idempotent. Run it again after the annotations have changed: files that you have
edited are kept, and named. The program has to call serve.Main with the option
remote.With of runtime/serve/remote.

    -o DIR          where to (default deploy)
    -app NAME       name of the application (default that of mcp:server, or of the directory)
    -main PACKAGE   package of the program (default .)
    -instances N    how many (default 3)
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

const flagHelp = `Flags of generate, check and breaking:

    -C DIR          work in DIR
    -tags A,B       build tags, as for go build
    -profile NAME   schemas that are "portable" (default) or "full"
    -require-docs   refuse tools and arguments without a description
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
