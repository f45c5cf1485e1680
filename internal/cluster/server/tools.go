package main

import (
	"context"
	"log/slog"
	"os"
	"strconv"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

//go:generate go run github.com/mcpgen/mcpgen/cmd/mcpgen

// Caller is who calls.
type Caller struct {
	Subject string `json:"subject"` // Who it is.
	Issuer  string `json:"issuer"`  // Who says so.
}

// Whoami tells the caller what the server knows of him.
//
//mcp:tool readonly idempotent closed
func Whoami(p mcp.Principal) Caller { return Caller{p.Subject, p.Issuer} }

// Weather is what the sky is like.
type Weather struct {
	Region string `json:"region"` // Where.
	Sky    string `json:"sky"`    // What it is like.
}

// GetWeather tells what the sky is like in a region. A gateway can route the call
// by its header.
//
//mcp:tool name=get_weather readonly idempotent
func GetWeather(
	//mcp:param header=Region
	region string, // A region, for example "eu-west-1".
) Weather {
	return Weather{region, "clear"}
}

// Work takes its time and reports how far it is.
//
//mcp:tool readonly closed
//mcp:param steps default=3 minimum=0 maximum=1000
//mcp:param pause default=10ms minimum=0s maximum=30s
func Work(ctx context.Context, progress mcp.Progress,
	steps int, // How many steps.
	pause time.Duration, // How long each takes.
) (string, error) {
	for i := range steps {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(pause):
		}
		progress.Report(float64(i+1), float64(steps), "")
	}
	return "done after " + strconv.Itoa(steps) + " steps", nil
}

// Speak writes into the log of the call.
//
//mcp:tool readonly idempotent closed
func Speak(log *slog.Logger,
	text string, // What to say.
) string {
	log.Info(text)
	return "said"
}

// Tick is the contents of one of many resources that change.
//
//mcp:resource uri=ticks://{n} subscribe
func Tick(
	n int, // Which one.
) string {
	return strconv.Itoa(n)
}

// A Journal is a file that all instances append to.
type Journal struct {
	file    string
	changed func()
}

// Add appends a line, which must not happen twice.
//
//mcp:tool name=add_note scopes=notes:write
//mcp:param pause default=0s minimum=0s maximum=1m
func (j *Journal) Add(ctx context.Context,
	//mcp:param minLength=1 maxLength=1000
	text string, // The line.
	pause time.Duration, // How long to go on afterwards.
) (string, error) {
	f, err := os.OpenFile(j.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	if _, err = f.WriteString(text + "\n"); err != nil {
		return "", err
	}
	if err := f.Close(); err != nil {
		return "", err
	}
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case <-time.After(pause):
		return "added", nil
	}
}

// Touch tells the clients of all instances that the list of tools has changed.
//
//mcp:tool closed
func (j *Journal) Touch() { j.changed() }
