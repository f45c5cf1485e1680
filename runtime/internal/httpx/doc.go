// Package httpx holds what the HTTP transports share: bodies of bounded size,
// strict header values, and the end of streams when their server shuts down.
package httpx
