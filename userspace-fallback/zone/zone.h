/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A verified root zone in memory, ready to be answered from. */
#ifndef ROOTXDP_ZONE_H
#define ROOTXDP_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Names are in wire form, never compressed, in the case of the zone file; 1-255 bytes. */

/* RDATA in wire form, names in it not compressed. */
struct rdata {
	const uint8_t *bytes;
	uint16_t length;
};

/* Records of one owner and type, in the zone file's order, and their signatures. */
struct rrset {
	const uint8_t *owner;
	uint16_t type;
	uint16_t count;
	uint16_t signatures; /* 0: not signed (delegations' NS, glue, unsigned zones) */
	uint32_t ttl;        /* seconds */
	uint32_t signature_ttl;
	const struct rdata *rdata;     /* count of them */
	const struct rdata *signature; /* RDATA of the RRSIGs */
};

/* A or AAAA RRset of a name server. */
struct glue {
	const struct rrset *rrset;
	bool in_domain; /* the server's name is at or below the delegated name (RFC 9471) */
};

/* One delegated name, one label below the root. */
struct delegation {
	const uint8_t *name;
	uint8_t label_length; /* 1-63 */
	uint8_t label[63];    /* lower case, zero-padded */
	const struct rrset *ns;
	const struct rrset *ds;   /* NULL: an insecure delegation */
	const struct rrset *nsec; /* NULL in an unsigned zone only */
	const struct glue *glue;  /* in the order of a referral: in-domain servers first, then
				     the others; servers in NS order, A before AAAA */
	size_t glue_count;
};

struct zone {
	uint32_t serial;
	uint32_t refresh;       /* of the SOA, like the next two; seconds */
	uint32_t retry;
	uint32_t expire;
	int64_t signatures_end; /* earliest RRSIG expiration, seconds since 1970; INT64_MAX: none */
	size_t record_count;

	const struct rrset *soa;          /* of the apex; each is in `apex` too */
	const struct rrset *soa_negative; /* TTLs: min(SOA TTL, MINIMUM), RFC 2308 3 */
	const struct rrset *ns;
	const struct rrset *nsec;        /* NULL in an unsigned zone only */
	const struct rrset *const *apex; /* all of '.', RRSIG not among them, ascending type */
	size_t apex_count;
	const struct glue *apex_glue; /* of the apex NS, in the order of a priming response */
	size_t apex_glue_count;

	const struct delegation *delegations; /* canonical order (RFC 4034 6.1) */
	size_t delegation_count;

	const struct rrset *rrsets; /* all, glue that no NS names too; canonical order */
	size_t rrset_count;

	void *memory; /* owns all of the above; of zone_free() only */
};

/* What is asked of the zone's digest. By default, of a signed zone as ZONEMD_REQUIRE does, of one that
 * is not signed as ZONEMD_IF_PRESENT. */
enum zonemd_policy { ZONEMD_DEFAULT, ZONEMD_REQUIRE, ZONEMD_IF_PRESENT, ZONEMD_IGNORE };

struct zone_policy {
	const char *trust_anchors; /* file of DS or DNSKEY records, or IANA's root-anchors.xml (RFC
				      9718); NULL: IANA's, built in */
	int64_t validate_at;       /* seconds since 1970 */
	enum zonemd_policy zonemd;
	bool allow_unsigned; /* a zone without any DNSKEY, RRSIG and NSEC will do */
};

/* Why a zone was refused: one line, 'file:line: what, where: the way out', no newline. */
struct zone_error {
	char text[512];
};

/*
 * Reads and verifies a root zone file (RFC 1035 5; the rules of "zone acceptance": complete,
 * signed to a trust anchor, NSEC chain closed, ZONEMD by policy).
 * Returns a zone for zone_free(), or NULL with *error filled. Takes about 0.6 s and no privilege.
 */
struct zone *zone_load(const char *file, const struct zone_policy *policy,
		       struct zone_error *error);

/* Is it signed? A zone of the policy allow_unsigned may not be. */
static inline bool zone_is_signed(const struct zone *zone)
{
	return zone->nsec != NULL;
}

/* Frees a zone; NULL is fine. */
void zone_free(struct zone *zone);

/* The delegation of a label (lower case, `length` bytes), or NULL with the place in
 * zone->delegations of the name before the gap in *before: -1 stands for '.'. */
const struct delegation *zone_find(const struct zone *zone, const uint8_t *label, size_t length,
				   long *before);

/* RFC 1982: true when serial `a` is older than `b`. */
bool serial_older(uint32_t a, uint32_t b);

/* "require", "if-present", "ignore" -> *policy; false for any other word. */
bool zonemd_policy_parse(const char *word, enum zonemd_policy *policy);

/* RFC 3339 in UTC ("2026-08-01T00:00:00Z") or seconds since 1970 -> *seconds; false if neither. */
bool zone_time_parse(const char *word, int64_t *seconds);

#endif
