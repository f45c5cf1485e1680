package fault

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
)

// The ports that [Addr] chooses from: below those that systems give to whoever
// connects or asks for any port. Programs that are restarted keep theirs.
const (
	firstPort = 16_000
	lastPort  = 31_999
)

// Addr gives an address of the loopback interface, such as 127.0.0.1:16384, on
// which nobody listens and that nobody is given by chance.
func Addr() (string, error) {
	var err error
	for range 100 {
		addr := fmt.Sprintf("127.0.0.1:%d", firstPort+rand.N(lastPort-firstPort+1)) //nolint:gosec // no secret
		var l net.Listener
		if l, err = net.Listen("tcp", addr); err == nil { //nolint:noctx // it does not wait
			return addr, l.Close()
		}
	}
	return "", errors.Join(errors.New("no port is free"), err)
}
