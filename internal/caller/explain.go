package caller

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"

	"github.com/mcpgen/mcpgen/runtime/client"
)

// codeMissingCapability is what a server answers when it would have to ask
// (2026-07-28, basic/index).
const codeMissingCapability = -32021

// Advice says what to do about an error of a call, "" when there is nothing to say
// that the error does not.
func Advice(err error) string {
	var (
		refused *client.HTTPError
		rpc     *client.RPCError
		dns     *net.DNSError
		unknown x509.UnknownAuthorityError
		record  tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &refused):
		return adviceFor(refused.StatusCode)
	case errors.As(err, &rpc) && rpc.Code == codeMissingCapability:
		return "the tool asks questions that this client cannot answer"
	case errors.As(err, &rpc) && rpc.Code > 0: // a status in a message, as servers of mcpgen refuse
		return adviceFor(rpc.Code)
	case errors.As(err, &dns):
		return "check the name, and the DNS server that this machine asks"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there: start the server, or correct host and port"
	case errors.As(err, &unknown):
		return "name the authority's certificate in SSL_CERT_FILE"
	case errors.As(err, &record), strings.Contains(err.Error(), "HTTP response to HTTPS client"):
		return "the server speaks plain HTTP there: write http:// or ws://"
	case errors.Is(err, os.ErrDeadlineExceeded), strings.Contains(err.Error(), "context deadline exceeded"):
		return "give it more time with -timeout, or find out what hangs with mcpgen doctor"
	}
	return ""
}

func adviceFor(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "give a credential with -bearer, MCP_TOKEN or -api-key; mcpgen doctor says which the server takes"
	case http.StatusForbidden:
		return "the credential is not allowed to do that, or the server does not know its own name: run mcpgen doctor"
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return "is the path right? It is mostly /mcp; mcpgen doctor looks for it"
	case http.StatusTooManyRequests:
		return "wait as long as Retry-After says"
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return "a proxy does not reach the server, or it is busy: run mcpgen doctor"
	}
	return ""
}
