package mcp

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// A Fingerprint tells whether two instances are of the same server. It holds no
// secret.
type Fingerprint struct {
	Server string   // name and version
	Offers string   // a digest of the lists of tools, prompts and resources
	Keys   []string // digests of Options.StateKeys, in their order; nil when there are none
}

// Fingerprint gives that of the server as it is now.
func (s *Server) Fingerprint() Fingerprint {
	c, latest := s.catalog(), revision(revCount-1)
	lists := sha256.New()
	for _, l := range []*listing{c.toolList, c.promptList, c.resourceList, c.templateList} {
		_, _ = lists.Write([]byte(l.form(latest).hash())) // never fails
	}
	f := Fingerprint{Server: s.info.Name + " " + s.info.Version, Offers: short(lists.Sum(nil))}
	for _, key := range s.opts.StateKeys {
		mac := hmac.New(sha256.New, key)
		_, _ = mac.Write([]byte("mcp fingerprint")) // never fails
		f.Keys = append(f.Keys, short(mac.Sum(nil)))
	}
	return f
}

// short is as much of a digest as people want to read.
func short(digest []byte) string { return hex.EncodeToString(digest[:6]) }
