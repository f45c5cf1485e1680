package guard

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Prefixes by which addresses are counted: a host has a whole IPv6 network to
// choose its address from.
const defaultIPv6Prefix = 56

// proxies are the networks whose word about the address of a client counts.
type proxies []netip.Prefix

// parseProxies reads addresses and networks.
func parseProxies(list []string) (proxies, error) {
	var out proxies
	for _, s := range list {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			a, errAddr := netip.ParseAddr(s)
			if errAddr != nil {
				return nil, fmt.Errorf("guard: proxy %q: want an address or a network, such as 10.0.0.0/8", s)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		if p.Addr().Zone() != "" {
			return nil, fmt.Errorf("guard: proxy %q: want an address without a zone", s)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

func (p proxies) contains(a netip.Addr) bool {
	for _, network := range p {
		if network.Contains(a) {
			return true
		}
	}
	return false
}

// peer is the address that the connection of r came from.
func peer(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return parseIP(host)
}

func parseIP(s string) netip.Addr {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

// client is the address of who sent r. The X-Forwarded-For header counts only
// when a trusted proxy sent it, and from its end up to the first address that is
// no trusted proxy: everything before that is what the client likes to claim.
// Something that is no address ends the walk.
func (p proxies) client(r *http.Request) netip.Addr {
	addr := peer(r)
	if len(p) == 0 || !p.contains(addr) {
		return addr
	}
	entries := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
	for _, entry := range slices.Backward(entries) {
		a := parseIP(strings.TrimSpace(entry))
		if !a.IsValid() {
			break
		}
		addr = a
		if !p.contains(a) {
			break
		}
	}
	return addr
}

// FromProxy reports whether the connection of r came from a trusted proxy, whose
// headers about the client are believed.
func (g *Guard) FromProxy(r *http.Request) bool { return g.proxies.contains(peer(r)) }

// secure reports whether the client's connection was encrypted, as far as this
// can be known.
func (p proxies) secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	if len(p) == 0 {
		return false
	}
	proto := r.Header["X-Forwarded-Proto"]
	return len(proto) == 1 && proto[0] == "https" && p.contains(peer(r))
}

// network is what an address is counted by.
func network(a netip.Addr, bits int) netip.Prefix {
	if a.Is4() {
		bits = a.BitLen()
	}
	p, err := a.Prefix(bits)
	if err != nil { // no address at all
		return netip.Prefix{}
	}
	return p
}

// networkText is a network as a part of a key: of a single address, that.
func networkText(p netip.Prefix) string {
	if p.Addr().Is4() {
		return p.Addr().String()
	}
	return p.String()
}
