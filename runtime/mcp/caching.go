package mcp

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"
)

// Caching says for how long results may be kept whose definition does not say it,
// and who keeps them on this side (server/utilities/caching).
type Caching struct {
	// TTL is for lists, server/discover and resources that have none of their own.
	// 0: clients should ask again.
	TTL time.Duration

	// Results keeps what resources were read as. The lists need nobody: each is made
	// once after a change. nil: every request reads.
	Results ResultCache
}

// A ResultCache keeps the results of requests. It is safe for concurrent use.
type ResultCache interface {
	// Result gives the result for a key: one that it has, or what load makes. load
	// runs in the caller's goroutine, for one of several callers with equal keys that
	// come at the same time. Its error goes to its own caller; nothing of it may be
	// kept or given to others. ctx is that of the request.
	Result(ctx context.Context, key ResultKey, load func() (CachedResult, error)) (CachedResult, error)

	// Changed tells that results may be out of date: kind is KindContents for one
	// resource, KindResources for all of them. Others do not matter. It must not
	// block.
	Changed(kind, uri string)
}

// A ResultKey is all that a result depends on.
type ResultKey struct {
	Method   string
	URI      string
	Revision string        // results differ in form
	Owner    string        // digest of the only caller that it is for; "": it is for everybody
	TTL      time.Duration // for how long it may be kept; it tells no keys apart
}

// A CachedResult is a result as it is kept. Nobody changes its bytes.
type CachedResult struct {
	Members []byte    // members of the JSON object, but those that every result has
	Meta    []byte    // members of its _meta; nil when there are none
	Expires time.Time // when it must no longer be used
	Note    []byte    // further members of _meta, for this answer only
}

// errOwn ends the loading of a result that is for its own caller: it is in the
// exchange already.
var errOwn = errors.New("the result is not to be kept")

// UseCaching sets how results are cached, where the options and the definitions
// do not say it. It must be called before the server serves.
func (s *Server) UseCaching(c Caching) {
	s.registry.mu.Lock()
	defer s.registry.mu.Unlock()
	s.caching = c
	if s.opts.ListTTL == 0 {
		s.opts.ListTTL = c.TTL
	}
	s.registry.current.Store(nil)
}

// lifetime is for how long the contents of a resource may be kept, and whether
// for every caller.
func (s *Server) lifetime(r *resource) (ttl time.Duration, public bool) {
	if ttl = r.def.TTL; ttl == 0 {
		ttl = s.caching.TTL
	}
	ttl = max(0, ttl)
	return ttl, ttl > 0 && !r.def.Private
}

// Shared reports whether the resource at uri is for everybody: it may be kept, by
// caches that several callers use too. It does not read it.
func (s *Server) Shared(uri string) bool {
	r, _ := s.catalog().resource(uri)
	if r == nil {
		return false
	}
	_, public := s.lifetime(r)
	return public
}

// kept serves the reading of a resource from what the server keeps, or by run,
// and says with the result for how long it may be kept.
func (x *exchange) kept(ctx context.Context, r *resource, run func() error) error {
	ttl, public := x.s.lifetime(r)
	key := ResultKey{Method: x.m.Method(), URI: string(x.m.env.URI), Revision: x.rev.String(), TTL: ttl}
	if !x.keeps(&key, public) {
		if err := run(); err != nil || x.waiting || x.created {
			return err
		}
		x.call.enc.Reset(x.cacheable(x.call.enc.Bytes(), ttl, public))
		return nil
	}
	if err := x.authorize(r.scopes); err != nil {
		return err
	}
	fresh := false
	res, err := x.s.caching.Results.Result(ctx, key, func() (CachedResult, error) {
		fresh = true
		began := time.Now() // what changes from now on may not be in it
		if err := run(); err != nil {
			return CachedResult{}, err
		}
		if x.waiting || x.created {
			return CachedResult{}, errOwn
		}
		return CachedResult{Members: slices.Clone(x.call.enc.Bytes()[x.call.head:]), Meta: slices.Clone(x.meta), Expires: began.Add(ttl)}, nil
	})
	switch {
	case errors.Is(err, errOwn):
		return nil
	case err != nil:
		return err
	}
	if !fresh {
		ttl = min(ttl, time.Until(res.Expires))
	}
	x.begin()
	x.call.enc.Reset(x.cacheable(append(x.call.enc.Bytes(), res.Members...), ttl, public))
	x.meta = joinMembers(res.Meta, res.Note)
	return nil
}

// keeps reports whether the server keeps the result of this request, and
// completes its key. What belongs to one caller is kept only if it is known who
// that is; a retry that answers questions is not kept at all.
func (x *exchange) keeps(key *ResultKey, public bool) bool {
	e := &x.m.env
	if x.s.caching.Results == nil || key.TTL <= 0 || e.InputResponses != nil || e.RequestState != nil {
		return false
	}
	if public {
		return true
	}
	key.Owner = x.principal().digest()
	return key.Owner != ""
}

// digest stands for everything that is known of a caller: two that differ in
// anything, their scopes included, have different ones. "" is nobody.
func (p *Principal) digest() string {
	if p == nil || p.Subject == "" {
		return ""
	}
	claims, err := json.Marshal(p.Claims)
	if err != nil {
		return ""
	}
	b := appendField(nil, p.Issuer)
	b = appendField(b, p.Subject)
	b = appendField(b, claims)
	b = append(b, strconv.Itoa(len(p.Scopes))...)
	for _, scope := range slices.Sorted(slices.Values(p.Scopes)) {
		b = appendField(b, scope)
	}
	sum := sha256.Sum256(b)
	return string(sum[:])
}

// expire tells the cache of changes.
func (s *Server) expire(what changes, uri string) {
	if s.caching.Results == nil {
		return
	}
	for _, k := range changeKinds {
		if what&k.bit != 0 {
			s.caching.Results.Changed(k.kind, uri)
		}
	}
}

// joinMembers makes one list of members of two.
func joinMembers(a, b []byte) []byte {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	}
	return slices.Concat(a, []byte{','}, b)
}
