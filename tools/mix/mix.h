/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes up DNS queries in the proportions that root servers see, the same for the same seed. */
#ifndef ROOTXDP_MIX_H
#define ROOTXDP_MIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longest query that is made: with Ethernet, IPv6 and UDP headers it fits 254 bytes. */
#define MIX_QUERY_MAX 192

/* K(symbol, word, meaning): what kind of queries to make. `word` is its name on a command line. */
#define MIX_KINDS(K)                                                                               \
	K(MIX_NXDOMAIN_DO, "nxdomain-do", "NXDOMAIN, DO")                                          \
	K(MIX_NXDOMAIN, "nxdomain", "NXDOMAIN")                                                    \
	K(MIX_COM_LONG_DO, "com-long-do", "referral to com, long name, DO")                        \
	K(MIX_COM_MINIMISED_DO, "com-minimised-do", "referral to com, bare name, DO")              \
	K(MIX_REFERRAL_DO, "referral-do", "referral to any TLD, DO")                               \
	K(MIX_REFERRAL_COOKIE_DO, "cookie-do", "the same, with a client cookie")                   \
	K(MIX_REFERRAL, "referral", "referral to any TLD")                                         \
	K(MIX_DS_DO, "ds-do", "DS of any TLD, DO")                                                 \
	K(MIX_PRIMING_DO, "priming-do", ". NS (priming), DO")                                      \
	K(MIX_DNSKEY_DO, "dnskey-do", ". DNSKEY, DO")                                              \
	K(MIX_SOA, "soa", ". SOA")                                                                 \
	K(MIX_ROOT_MINIMISED, "mix-minimised", "root mix, 40 % of referrals minimised")            \
	K(MIX_ROOT, "mix", "root mix")

enum mix_kind {
#define K(symbol, word, meaning) symbol,
	MIX_KINDS(K)
#undef K
	MIX_KIND_COUNT
};

/* What the zone has to say to a query. */
enum mix_outcome {
	MIX_GIVES_NXDOMAIN,
	MIX_GIVES_REFERRAL, /* or, for type DS at a TLD, the DS */
	MIX_GIVES_APEX,
	MIX_GIVES_ELSE /* not asked of the zone: CHAOS, UPDATE, malformed */
};

struct mix_query {
	uint8_t message[MIX_QUERY_MAX];
	uint16_t length;      /* of the message, bytes */
	uint16_t source_port; /* host order, 1024-65535 */
	bool ipv6;            /* how it would come: over IPv6, over TCP */
	bool tcp;
	enum mix_outcome outcome;
};

struct mix;

/*
 * A generator for a zone with these TLDs: `count` labels, lower case, without dots; they are
 * copied. NULL: no memory, or no label. mix_free() frees it.
 */
struct mix *mix_new(const char *const *labels, size_t count, uint64_t seed);
void mix_free(struct mix *mix);

/* Makes the next query. The sequence depends on the seed and on the kinds asked for before. */
void mix_next(struct mix *mix, enum mix_kind kind, struct mix_query *query);

/* "referral-do" -> MIX_REFERRAL_DO; -1 for any other word. */
int mix_kind_parse(const char *word);

/* The word for a kind, and its meaning for a table. */
const char *mix_kind_word(enum mix_kind kind);
const char *mix_kind_meaning(enum mix_kind kind);

/*
 * A mix with the TLDs of a root zone in the one-record-a-line form that IANA publishes: owners of NS
 * records, one label deep. For mix_free(); NULL: one line in why[256].
 */
struct mix *mix_open(const char *zone_file, uint64_t seed, char why[256]);

#endif
