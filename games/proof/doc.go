// Package proof lets anybody check a draw: it ranks entrants under a secret
// seed, writes down how the draw went, and derives it anew from that file
// alone, offline.
//
// # The draw
//
// A seed of 32 bytes is drawn when a game opens, and its SHA-256, the
// commitment, stands in the opening card. Nobody can read the seed out of it,
// and no other seed has it. At the close the list of entrants is frozen; its
// digest and the seed are made public with the winners.
//
// Members appear under a pseudonym, so that a published proof is no list of who
// took part. It hides nobody from somebody who already has their id:
//
//	entrant = first 16 bytes of SHA-256("animo entrant\x00" instance "\x00" member)
//	          instance: the game's id; member: such as "discord:42"
//
// Each ticket has a rank, and an entrant has the least rank of their tickets,
// which makes chances proportional to tickets:
//
//	rank = HMAC-SHA256(seed, "animo ticket\x00" instance "\x00" lot entrant ticket)
//	       lot, ticket: 4 bytes, most significant first; ticket counts from 1
//	       entrant: the 16 bytes; lot: 0 if one ranking serves all lots, else from 1
//
// No instance holds a zero byte, and what follows it has a fixed length, so no
// two tickets share a message. Ranks compare as bytes, the least first, so the
// order in which entrants are stored does not matter.
//
// If each member wins at most once, one ranking serves all lots: those first in
// it win lot 1, the next lot 2, and so on. Else each lot has a ranking of its
// own. Every round goes on down a ranking where the last one stopped. Whoever
// stands there either wins or is passed over with a verdict.
//
// # The file
//
// A proof is lines of JSON in this order, each written in exactly one way, and
// may be compressed with gzip:
//
//	{"animo_proof":1,"instance":…}      what was drawn; see Header
//	{"entrant":"3b…","tickets":2}       each entrant, in the order of the frozen list
//	{"round":1,"lot":1,…}               each draw of a lot; see Round
//	{"pick":"3b…","rank":"00…",…}       each entrant whom it met, in order of rank; see Pick
//	{"sha256":"9c…"}                    of all bytes before this line
//
// The digest of the list is the SHA-256 of a line "3b… 2\n" for each entrant.
//
// Writing takes memory for the rounds alone. Verifying takes 20 bytes for each
// entrant, to find who is listed twice, and some 100 for each pick.
package proof
