package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/internal/caller"
	"github.com/mcpgen/mcpgen/runtime/client"
)

// ownFlags are the commands whose flags are not those of generate. They stand
// behind the name.
var ownFlags = map[string]func(*command, context.Context, []string) int{
	"call":   (*command).call,
	"list":   (*command).list,
	"read":   (*command).read,
	"doctor": (*command).doctor,
	"init":   (*command).init,
}

// A contact is how a server is reached, as the flags say.
type contact struct {
	target        caller.Target
	timeout       time.Duration
	bearer, key   string
	era           string
	json, verbose bool
	words         []string // what is no flag
}

// defaultTimeout bounds a command, from dialling to the answer.
const defaultTimeout = time.Minute

// contact reads the flags, which may stand anywhere, and the words of a command.
// What follows -- is a program to start instead of a URL.
func (c *command) contact(args []string, more func(*flag.FlagSet)) (*contact, error) {
	var k contact
	k.target.Header = http.Header{}
	k.target.Stderr = c.stderr
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Func("header", "", func(s string) error {
		name, value, ok := strings.Cut(s, ":")
		if !ok || name == "" || strings.ContainsAny(s, "\r\n") {
			return errors.New(`want "Name: value"`)
		}
		k.target.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		return nil
	})
	fs.StringVar(&k.bearer, "bearer", "", "")
	fs.StringVar(&k.key, "api-key", "", "")
	fs.DurationVar(&k.timeout, "timeout", defaultTimeout, "")
	fs.StringVar(&k.era, "era", "auto", "")
	fs.BoolVar(&k.json, "json", false, "")
	fs.BoolVar(&k.verbose, "v", false, "")
	if more != nil {
		more(fs)
	}
	if i := slices.Index(args, "--"); i >= 0 {
		args, k.target.Command = args[:i], args[i+1:]
		if len(k.target.Command) == 0 {
			return nil, errors.New("-- is not followed by a program")
		}
	}
	for {
		if err := fs.Parse(args); err != nil {
			return nil, err
		}
		if fs.NArg() == 0 {
			break
		}
		k.words, args = append(k.words, fs.Arg(0)), fs.Args()[1:]
	}
	if k.timeout <= 0 {
		return nil, fmt.Errorf("-timeout %v: want more than nothing, such as 30s", k.timeout)
	}
	if k.verbose {
		k.target.Trace = c.stderr
	}
	return &k, errors.Join(k.setEra(), k.setCredential())
}

func (k *contact) setEra() error {
	eras := map[string]client.Era{"auto": client.Auto, "modern": client.Modern, "legacy": client.Legacy}
	era, ok := eras[k.era]
	if !ok {
		return fmt.Errorf("-era %s: want auto, modern or legacy", k.era)
	}
	k.target.Era = era
	return nil
}

// setCredential makes the Authorization header. A value that begins with @ is the
// name of a file, so that it need not stand among the processes of the machine.
func (k *contact) setCredential() error {
	if k.bearer != "" && k.key != "" {
		return errors.New("-bearer and -api-key: want one of them")
	}
	scheme, value := "Bearer ", k.bearer
	switch {
	case k.key != "":
		scheme, value = "ApiKey ", k.key
	case value == "" && k.target.Header.Get("Authorization") == "":
		value = os.Getenv("MCP_TOKEN")
	}
	if name, ok := strings.CutPrefix(value, "@"); ok {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		value = string(data)
	}
	if value = strings.TrimSpace(value); value == "" {
		return nil
	}
	if strings.ContainsAny(value, "\r\n") {
		return errors.New("the credential has more than one line")
	}
	k.target.Credential = scheme + value
	return nil
}

// takeURL takes the URL from the front of the words, unless a program is started.
func (k *contact) takeURL() error {
	if k.target.Command != nil {
		return nil
	}
	if len(k.words) == 0 {
		return errors.New("want the URL of a server, or -- and a program")
	}
	url := k.words[0]
	if !strings.Contains(url, "://") {
		return fmt.Errorf("%q is no URL of a server: want one such as http://127.0.0.1:8080/mcp, or -- and a program", url)
	}
	k.target.URL, k.words = url, k.words[1:]
	return nil
}

// connect reads a command line, dials, and lets use speak to the server.
func (c *command) connect(ctx context.Context, verb string, args []string, check func(*contact) error, use func(context.Context, *contact, *client.Client) int) int {
	k, err := c.contact(args, nil)
	if err == nil {
		err = k.takeURL()
	}
	if err == nil {
		err = check(k)
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		c.help(verb)
		return exitOK
	case err != nil:
		return c.misused(verb, err)
	}
	ctx, cancel := context.WithTimeout(ctx, k.timeout)
	defer cancel()
	if atTerminal(os.Stdin) {
		k.target.Handlers = caller.NewAsker(os.Stdin, c.stderr).Handlers()
	} else {
		k.target.Handlers = caller.Refuse()
	}
	conn, done, err := k.target.Dial(ctx)
	if err != nil {
		return c.failed(k.target.Name(), err)
	}
	defer done()
	return use(ctx, k, conn)
}

func (c *command) misused(verb string, err error) int {
	c.sayf("mcpgen %s: %v\nRun \"mcpgen help %s\" for usage.\n", verb, err, verb)
	return exitFailed
}

// failed says what went wrong, where, and what to do about it.
func (c *command) failed(place string, err error) int {
	text := caller.Clean(err.Error())
	if advice := caller.Advice(err); advice != "" {
		text += ": " + advice
	}
	c.sayf("mcpgen: %s: %s\n", place, text)
	return exitFailed
}

// atTerminal reports whether a person may sit at a file.
func atTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
