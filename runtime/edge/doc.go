// Package edge keeps results near those who ask for them: in the memory of an
// instance, and for several regions in a cache of each that all of them can read.
//
//	caching: enabled, ttl 300, regions us-east-1 eu-west-1 ap-southeast-1
//
// What may be kept, and for how long, is said by the definitions of resources, and
// by [Config] where they are silent. A result that depends on its caller never
// leaves the instance and is given to nobody else.
package edge
