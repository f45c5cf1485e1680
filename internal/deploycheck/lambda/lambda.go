// Package lambda runs shop as a function of AWS Lambda behind a function URL, request
// by request and without state. It is an option of the program:
//
//	serve.Main(s, lambda.With())
//
// It needs one more module, go get github.com/aws/aws-lambda-go, and changes nothing
// where there is no Lambda.
package lambda

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdaurl"
	"github.com/mcpgen/mcpgen/runtime/serve"
)

// With serves through Lambda where the program runs there. LAMBDA_INVOKE_MODE has to
// say what the function URL does: RESPONSE_STREAM, which it takes for granted, or
// BUFFERED.
func With() serve.Option {
	return func(c *serve.Config) {
		if os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" {
			c.Stateless, c.Serve = true, start
		}
	}
}

// start serves until ctx is done.
func start(ctx context.Context, h http.Handler) error {
	switch mode := os.Getenv("LAMBDA_INVOKE_MODE"); mode {
	case "", "RESPONSE_STREAM":
		stream := lambdaurl.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h.ServeHTTP(direct{w}, r)
		}))
		lambda.StartWithOptions(stream, lambda.WithContext(ctx))
	case "BUFFERED":
		lambda.StartWithOptions(buffered(h), lambda.WithContext(ctx))
	default:
		return errors.New("LAMBDA_INVOKE_MODE=" + mode + ": want RESPONSE_STREAM or BUFFERED")
	}
	return ctx.Err()
}

// direct is a response that is sent as it is written. Deadlines are Lambda's own.
type direct struct{ http.ResponseWriter }

// FlushError is for http.ResponseController.
func (w direct) FlushError() error {
	_, err := w.Write(nil) // sends the headers
	return err
}

// SetReadDeadline is for http.ResponseController.
func (direct) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline is for http.ResponseController.
func (direct) SetWriteDeadline(time.Time) error { return nil }

// buffered calls h for a function URL that sends complete answers.
func buffered(h http.Handler) func(context.Context, events.LambdaFunctionURLRequest) (events.LambdaFunctionURLResponse, error) {
	return func(ctx context.Context, e events.LambdaFunctionURLRequest) (events.LambdaFunctionURLResponse, error) {
		r, err := request(ctx, &e)
		if err != nil {
			return events.LambdaFunctionURLResponse{StatusCode: http.StatusBadRequest}, nil
		}
		w := &recorder{head: http.Header{}}
		h.ServeHTTP(w, r)
		out := events.LambdaFunctionURLResponse{StatusCode: w.code(), Headers: map[string]string{}}
		for name, values := range w.head {
			if name == "Set-Cookie" {
				out.Cookies = values
			} else {
				out.Headers[name] = strings.Join(values, ", ")
			}
		}
		if out.Body = w.body.String(); !utf8.ValidString(out.Body) {
			out.Body, out.IsBase64Encoded = base64.StdEncoding.EncodeToString(w.body.Bytes()), true
		}
		return out, nil
	}
}

// request makes the HTTP request that an event tells of.
func request(ctx context.Context, e *events.LambdaFunctionURLRequest) (*http.Request, error) {
	body := []byte(e.Body)
	if e.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(e.Body); err != nil {
			return nil, err
		}
	}
	url := "https://" + e.RequestContext.DomainName + e.RawPath
	if e.RawQueryString != "" {
		url += "?" + e.RawQueryString
	}
	r, err := http.NewRequestWithContext(ctx, e.RequestContext.HTTP.Method, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.RemoteAddr = e.RequestContext.HTTP.SourceIP
	for name, value := range e.Headers {
		r.Header.Set(name, value)
	}
	return r, nil
}

// recorder is a response that is kept until it is complete.
type recorder struct {
	head   http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (w *recorder) Header() http.Header { return w.head }

// WriteHeader implements http.ResponseWriter.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

// Write implements http.ResponseWriter.
func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

// FlushError is for http.ResponseController: everything leaves at the end.
func (w *recorder) FlushError() error {
	w.WriteHeader(http.StatusOK)
	return nil
}

// SetReadDeadline is for http.ResponseController.
func (*recorder) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline is for http.ResponseController.
func (*recorder) SetWriteDeadline(time.Time) error { return nil }

func (w *recorder) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

// mcpgen deploy: sha256-cd1643a67e366c840afea4905d0161c4b74bd5f20be8a6eb8d8fa6a6a9c6bd86
