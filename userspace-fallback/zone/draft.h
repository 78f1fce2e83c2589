/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A zone that is being read: its records and RRsets before they are accepted. */
#ifndef ROOTXDP_ZONE_DRAFT_H
#define ROOTXDP_ZONE_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "registry.h"
#include "zone.h"

struct arena;

#define TTL_NONE UINT32_MAX /* neither the record nor the file says one */
#define TTL_MOST INT32_MAX  /* RFC 2181 8 */

/* Bytes are the arena's. The canonical forms (RFC 4034 6.2) are the plain ones when equal. */
struct record {
	const uint8_t *owner;
	const uint8_t *canonical_owner;
	const uint8_t *rdata;
	const uint8_t *canonical_rdata;
	uint32_t ttl;
	uint32_t line; /* where it begins in the file, from 1 */
	uint16_t type;
	uint16_t rdata_length;
};

/* Records of one owner and type in canonical order, and the RRSIGs that cover them. */
struct set {
	const struct record *const *records;
	const struct record *const *signatures;
	size_t count;
	size_t signature_count;
};

struct draft {
	const char *file;
	const struct zone_policy *policy;
	struct zone_error *error;
	struct arena *arena; /* owns the bytes, and later the zone */

	struct record *records; /* in the file's order */
	size_t record_count, record_room;

	const struct record **sorted; /* by owner, type and RDATA, all canonical */
	struct set *sets;             /* by owner and type; RRSIGs are in the set that they cover */
	size_t set_count;
	size_t apex_count; /* sets[0] to sets[apex_count - 1] are those of '.' */

	int64_t signatures_end; /* INT64_MAX: there are none */
};

/* A DNSKEY of the zone that may sign it. */
struct zone_key {
	const struct record *record;
	uint16_t tag;
	uint8_t algorithm;
	bool anchored; /* a trust anchor names it */
};

#define ZONE_KEYS_MOST 32

struct zone_keys {
	struct zone_key key[ZONE_KEYS_MOST];
	size_t count;
};

static inline uint16_t read_u16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static inline uint32_t read_u32(const uint8_t *bytes)
{
	return (uint32_t)read_u16(bytes) << 16 | read_u16(bytes + 2);
}

static inline const struct record *set_first(const struct set *set)
{
	return set->records[0];
}

static inline uint16_t set_type(const struct set *set)
{
	return set->records[0]->type;
}

static inline const uint8_t *set_owner(const struct set *set)
{
	return set->records[0]->canonical_owner;
}

/* Puts 'file:line: ...' (without the line when it is 0) into draft->error. Always false. */
bool draft_refuse(const struct draft *draft, uint32_t line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for want of memory. */
bool draft_no_memory(const struct draft *draft);

#define SET_TEXT_ROOM  128
#define TIME_TEXT_ROOM 40

/* "'aaa. DS'" */
const char *set_text(char text[SET_TEXT_ROOM], const uint8_t *owner, uint16_t type);

/* "2026-08-13 20:00 UTC", with seconds when they are not 0. */
const char *time_text(char text[TIME_TEXT_ROOM], int64_t seconds);

/* "DS", "TYPE65280" */
void type_text(char text[24], uint16_t type);

/* The stages, in the order in which zone_load() goes through them. Each returns false with
 * draft->error filled when the zone must be refused. */

/* The file's records; a last line without its end is a fault. */
bool draft_read(struct draft *draft);

/* The bytes of a text file, at least one, with room for one behind them; for free(). NULL with the
 * error filled. */
char *draft_slurp(const struct draft *draft, size_t *size);

/* Records from text of `size` bytes, at least 1; the last is a newline. */
bool draft_read_text(struct draft *draft, const char *text, size_t size);

/* sorted and sets: RRsets without duplicates, of one TTL, that fit a message. */
bool draft_sort(struct draft *draft);

/* What a root zone may hold, and where. */
bool draft_check_shape(const struct draft *draft);

/* Whether anything of DNSSEC is in the zone but DS, which is others'. Then all must be there. */
bool draft_is_signed(const struct draft *draft);

/* NSEC at the apex and at each delegation, each leading to the next. */
bool draft_check_chain(const struct draft *draft);

/* NSEC bitmaps name exactly the types that are there. */
bool draft_check_bitmaps(const struct draft *draft);

/* The zone's keys and which of them the trust anchors name; at least one. */
bool draft_find_keys(const struct draft *draft, struct zone_keys *keys);

/* Do we verify signatures of that algorithm? */
bool algorithm_supported(uint8_t algorithm);

/* Every authoritative RRset is signed and valid; sets draft->signatures_end. */
bool draft_check_signatures(struct draft *draft, const struct zone_keys *keys);

/* The zone's digest, as the policy asks. */
bool draft_check_digest(const struct draft *draft);

/* The zone to answer from, in draft->arena; NULL without memory, with draft->error filled. */
struct zone *draft_index(const struct draft *draft);

/* The set of that owner and type, or NULL. Any stage after draft_sort(). */
const struct set *draft_find(const struct draft *draft, const uint8_t *owner, uint16_t type);

/* Frees all but the arena. */
void draft_free(struct draft *draft);

#endif
