package codec

import "bytes"

// IsHostname checks format hostname (RFC 1123, section 2.1): labels of letters,
// digits and inner hyphens, 63 bytes each, 253 in all.
func IsHostname(b []byte) bool {
	if len(b) == 0 || len(b) > 253 {
		return false
	}
	start := 0 // of the label
	for i := 0; i <= len(b); i++ {
		if i < len(b) && b[i] != '.' {
			if classes[b[i]]&inLabel == 0 {
				return false
			}
			continue
		}
		if n := i - start; n == 0 || n > 63 || b[start] == '-' || b[i-1] == '-' {
			return false
		}
		start = i + 1
	}
	return true
}

// IsEmail checks format email (RFC 5321, section 4.1.2) as it is used: a dotted
// local part of at most 64 bytes, and a host name. Quoted local parts and
// address literals are refused on purpose.
func IsEmail(b []byte) bool {
	at := bytes.LastIndexByte(b, '@')
	if at <= 0 || at > 64 || !IsHostname(b[at+1:]) {
		return false
	}
	dot := true // as if before the first byte
	for _, c := range b[:at] {
		if classes[c]&inAtom == 0 && (c != '.' || dot) {
			return false
		}
		dot = c == '.'
	}
	return !dot
}

// IsIPv4 checks format ipv4 (RFC 2673, section 3.2): four decimal numbers
// without leading zeros.
func IsIPv4(b []byte) bool {
	for part := range 4 {
		end := skipDigits(b, 0)
		if end == 0 || end > 3 || end > 1 && b[0] == '0' {
			return false
		}
		n := 0
		for _, c := range b[:end] {
			n = 10*n + int(c-'0')
		}
		if n > 255 {
			return false
		}
		b = b[end:]
		if part < 3 {
			if byteAt(b, 0) != '.' {
				return false
			}
			b = b[1:]
		}
	}
	return len(b) == 0
}

// IsIPv6 checks format ipv6 (RFC 4291, section 2.2). Zones are refused.
func IsIPv6(b []byte) bool {
	groups, gap := 0, false
	if hasPrefix(b, "::") {
		gap, b = true, b[2:]
		if len(b) == 0 {
			return true
		}
	}
	for {
		if bytes.IndexByte(b, ':') < 0 && bytes.IndexByte(b, '.') >= 0 {
			groups += 2
			return IsIPv4(b) && fillsAddress(groups, gap)
		}
		end := 0
		for end < len(b) && isHex(b[end]) {
			end++
		}
		if end == 0 || end > 4 {
			return false
		}
		groups++
		b = b[end:]
		switch {
		case len(b) == 0:
			return fillsAddress(groups, gap)
		case hasPrefix(b, "::") && !gap:
			gap, b = true, b[2:]
			if len(b) == 0 {
				return fillsAddress(groups, gap)
			}
		case b[0] == ':':
			b = b[1:]
		default:
			return false
		}
		if groups > 8 {
			return false
		}
	}
}

// fillsAddress reports whether the groups make 128 bits. "::" is at least one.
func fillsAddress(groups int, gap bool) bool { return groups == 8 && !gap || groups < 8 && gap }
