// Package gateway is a client of Discord's gateway, the websocket by which
// events arrive (docs: events/gateway). One Conn is one shard.
//
// It exists because the sessions of a bot must outlive its connections and its
// process. A session (its id, the address to resume at and the number of the
// last event) is kept through Sessions; whatever ends a connection, be it op 7,
// a silent line, a reset, a restart or another process taking over, the next
// connection resumes and Discord sends what was missed. Connections are
// therefore always closed with a code of the 4000s: 1000 and 1001 would end the
// session (docs: events/gateway#initiating-a-disconnect).
//
// Events are handed over in order, one at a time and undecoded, through
// Options.Handle. The number kept in storage is that of the last event up to
// which all are handled, so that a crash repeats events rather than losing
// them: whoever handles them must know an event again. A connection that ends
// repeats nothing, and neither does a process that handles what it was given
// before it ends: the last of it is kept even after Run has returned.
//
// What ends a connection decides what follows:
//
//	op 7, lost or silent line, 4000-4002, 4005, 4008  resume, after a pause unless op 7 asked
//	op 9 with true                                    resume after 1 to 5 s
//	op 9 with false, 4003, 4007, 4009                 a new session after 1 to 5 s
//	4004, 4010 to 4014                                Run ends with a *FatalError
//
// Frames that cannot be read (not JSON, above 16 MiB, cut short) end the
// connection, never the program; unknown operations, events and fields are
// passed over.
package gateway
