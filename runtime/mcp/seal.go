package mcp

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"slices"
)

// minStateKey is how many bytes a secret of Options.StateKeys must have.
const minStateKey = 32

// A keyring makes texts that whoever carries them can neither read nor change,
// each bound to what it is for. Several servers with the same secrets open each
// other's.
type keyring []sealKey // the first one seals, all open

type sealKey struct {
	id   [4]byte
	aead cipher.AEAD
}

// secretsOr gives the secrets, or a random one when there are none: then no
// other process opens what is sealed with it.
func secretsOr(secrets [][]byte) [][]byte {
	if len(secrets) > 0 {
		return secrets
	}
	secret := make([]byte, minStateKey)
	_, _ = rand.Read(secret) // never fails
	return [][]byte{secret}
}

// newKeyring derives the keys for one purpose. Keys of different purposes say
// nothing about each other.
func newKeyring(secrets [][]byte, purpose string) keyring {
	ring := make(keyring, len(secrets))
	for i, secret := range secrets {
		ring[i] = newSealKey(secret, purpose)
	}
	return ring
}

// newSealKey derives a key and its public name from a secret.
func newSealKey(secret []byte, purpose string) sealKey {
	derived, err := hkdf.Key(sha256.New, secret, nil, purpose, 4+32)
	if err == nil {
		var block cipher.Block
		if block, err = aes.NewCipher(derived[4:]); err == nil {
			var aead cipher.AEAD
			if aead, err = cipher.NewGCMWithRandomNonce(block); err == nil {
				return sealKey{[4]byte(derived[:4]), aead}
			}
		}
	}
	panic(err) // the lengths are constants that all of these allow
}

// seal makes the text of plain. bound is what it is bound to.
func (r keyring) seal(plain, bound []byte) string {
	k := r[0]
	out := k.aead.Seal(slices.Clone(k.id[:]), nil, plain, bound) //nolint:gosec // this AEAD makes its own nonce
	return base64.RawURLEncoding.EncodeToString(out)
}

// open gives what was sealed and bound to the same; false for any other text.
func (r keyring) open(text, bound []byte) ([]byte, bool) {
	sealed, ok := decodeToken(text)
	if !ok || len(sealed) < 4 {
		return nil, false
	}
	for _, k := range r {
		if k.id != [4]byte(sealed[:4]) {
			continue
		}
		if plain, err := k.aead.Open(nil, nil, sealed[4:], bound); err == nil {
			return plain, true
		}
	}
	return nil, false
}

// Seal makes a text of data that whoever carries it can neither read nor change
// (AES-256-GCM, with a key derived from Options.StateKeys for the purpose). The
// text is base64url and bound: [Server.Open] gives the data back for the same
// purpose and the same bound only. Two texts of the same data differ.
func (s *Server) Seal(purpose string, data, bound []byte) string {
	return s.keyring(purpose).seal(data, bound)
}

// Open gives what Seal of this server made a text of, or of another one that has
// the same Options.StateKeys; false for every other text.
func (s *Server) Open(purpose string, text, bound []byte) ([]byte, bool) {
	return s.keyring(purpose).open(text, bound)
}

// keyring gives the keys for a purpose of Seal, which are derived once.
func (s *Server) keyring(purpose string) keyring {
	if r, ok := s.rings.Load(purpose); ok {
		return r.(keyring) //nolint:errcheck // nothing else is stored
	}
	r, _ := s.rings.LoadOrStore(purpose, newKeyring(s.secrets(), "mcpgen seal 1 "+purpose))
	return r.(keyring) //nolint:errcheck // nothing else is stored
}
