/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one list of what can become of a packet: enum, counters, JSON keys and their meanings. */
#ifndef ROOTXDP_VERDICT_H
#define ROOTXDP_VERDICT_H

#include <linux/types.h>

/*
 * Each packet that a tier sees ends in exactly one verdict, counted once, at the one exit.
 *
 * V(name, fate, meaning)
 *   name     lower case; the counter's field in `stats`, the key in `rootxdp stats -j`
 *   fate     answered  the tier sent a reply
 *            passed    a query for us (UDP, our address, port 53) that goes to the fallback
 *            dropped   a query for us that gets no answer from anyone
 *            other     not a query for us; passes untouched
 *
 * The first one is what a slot that was never filled gives: nothing is sent by mistake.
 */
#define VERDICTS(V)                                                                               \
	V(pass_no_reply, passed, "no stored reply for this question (or no zone yet)")            \
	V(answer_referral, answered, "referral to a TLD's servers")                               \
	V(answer_ds, answered, "DS of a TLD")                                                     \
	V(answer_nodata, answered, "the name is there, the type is not")                          \
	V(answer_nxdomain, answered, "the name is not in the zone")                               \
	V(answer_apex, answered, "a type at the root: SOA, NS, DNSKEY, NSEC, ZONEMD, ...")        \
	V(answer_truncated, answered, "TC=1: the reply does not fit the client's size")           \
	V(answer_chaos, answered, "who and which version we are: CHAOS TXT")                      \
	V(answer_refused, answered, "REFUSED: a class or CHAOS name that we do not serve")        \
	V(answer_badvers, answered, "BADVERS: EDNS version above 0")                              \
	V(answer_formerr, answered, "FORMERR: malformed question, OPT, option or counts")         \
	V(answer_notimp, answered, "NOTIMP: an opcode that nobody here knows")                    \
	V(answer_cookie, answered, "a cookie for a message without a question")                   \
	V(answer_badcookie, answered, "BADCOOKIE: no question, and a cookie that is not valid")   \
	V(limit_slipped, answered, "rate limit: TC=1, so that the client comes by TCP")           \
	V(limit_dropped, dropped, "rate limit: no reply")                                         \
	V(pass_aggregate, passed, "several packets in one (GSO or GRO)")                          \
	V(pass_foreign_mac, passed, "the frame is not for this interface's MAC address")          \
	V(pass_fragment, passed, "first fragment of an IP packet")                                \
	V(pass_ip_options, passed, "IPv4 options")                                                \
	V(pass_extension, passed, "IPv6 extension headers")                                       \
	V(pass_ip_checksum, passed, "wrong IPv4 header checksum: the stack drops it")             \
	V(pass_udp_checksum, passed, "wrong UDP checksum: the stack drops it")                    \
	V(pass_udp_length, passed, "UDP length disagrees with the packet")                        \
	V(pass_source, passed, "a source that must not be answered (ours, broadcast, port 0)")    \
	V(pass_long, passed, "longer than any query that is answered here (1472 bytes)")          \
	V(pass_short, passed, "shorter than a DNS header")                                        \
	V(pass_response, passed, "QR=1: a response, never answered")                              \
	V(pass_opcode, passed, "NOTIFY or UPDATE")                                                \
	V(pass_counts, passed, "an authority record (IXFR)")                                      \
	V(pass_record, passed, "an additional record other than one OPT (TSIG, SIG(0), ...)")     \
	V(pass_transfer, passed, "AXFR or IXFR")                                                  \
	V(pass_subtree, passed, "a name that the fallback serves as a zone of its own (--pass)")  \
	V(pass_deadline, passed, "the zone has expired: SOA expire or its signatures")            \
	V(pass_room, passed, "the packet can't grow here (the next tier may)")                    \
	V(pass_error, passed, "the kernel had no memory to look at the packet")                   \
	V(drop_error, dropped, "a kernel function failed when the reply was half written")        \
	V(other_protocol, other, "not IPv4 or IPv6, or not UDP")                                  \
	V(other_malformed, other, "Ethernet, VLAN or IP header cut short or wrong")               \
	V(other_fragment, other, "later fragment of an IP packet: no ports in it")                \
	V(other_address, other, "not to one of our addresses")                                    \
	V(other_port, other, "not to port 53")

enum verdict {
#define V(name, fate, meaning) VERDICT_##name,
	VERDICTS(V)
#undef V
	VERDICT_COUNT
};

/* What a stage returns when the packet goes on to the next one. Never counted. */
#define VERDICT_undecided VERDICT_COUNT

enum fate { FATE_answered, FATE_passed, FATE_dropped, FATE_other };

/* What becomes of a packet with this verdict; `verdict` is below VERDICT_COUNT. */
static inline __attribute__((always_inline)) enum fate verdict_fate(__u32 verdict)
{
#define V(name, fate, meaning)                                                                    \
	| (FATE_##fate == FATE_answered ? 1ull << VERDICT_##name : 0)
	const __u64 answered = 0 VERDICTS(V);
#undef V
#define V(name, fate, meaning) | (FATE_##fate == FATE_passed ? 1ull << VERDICT_##name : 0)
	const __u64 passed = 0 VERDICTS(V);
#undef V
#define V(name, fate, meaning) | (FATE_##fate == FATE_dropped ? 1ull << VERDICT_##name : 0)
	const __u64 dropped = 0 VERDICTS(V);
#undef V

	if (answered >> verdict & 1)
		return FATE_answered;
	if (passed >> verdict & 1)
		return FATE_passed;
	return dropped >> verdict & 1 ? FATE_dropped : FATE_other;
}

/* What `stats` holds for one tier on one CPU: packets by verdict since the program was loaded. */
struct verdict_counts {
#define V(name, fate, meaning) __u64 name;
	VERDICTS(V)
#undef V
};

#endif
