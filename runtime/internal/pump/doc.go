// Package pump moves the messages of one stream connection: it reads them in
// order, has them handled, and writes what goes back.
//
// A transport gives it a [Source] and a [Sink], which know the framing, and a
// connection of the server. The pump knows neither framing nor methods.
//
// Reading is a role that one goroutine at a time has. It handles a call itself,
// which costs no switch of goroutines when the call is quick, as most are. When
// the call takes longer than a tick, another goroutine takes the role and reads
// on; as long as that call runs, every further one gets a goroutine of its own.
// An idle connection holds one goroutine and no buffers.
package pump
