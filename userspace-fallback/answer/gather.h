/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The zone that stored replies are made of, gathered from them: RRsets, and where they disagree. */
#ifndef ROOTXDP_GATHER_H
#define ROOTXDP_GATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image.h"

struct arena;
struct rrset;
struct zone;

struct gathered_record {
	const uint8_t *rdata; /* wire form, names not compressed */
	uint16_t length;
	bool whole; /* no pointer was in it: its letters are of the case in the zone */
	uint32_t ttl;
};

/*
 * Records of one owner and type as a reply has them, in its order. RRSIGs are a set for each type
 * that they cover. The SOA and its RRSIGs in negative replies, of another TTL, are sets apart.
 */
struct gathered_set {
	const uint8_t *owner;
	bool owner_whole;
	bool negative;
	uint16_t type;
	uint16_t covered; /* RRSIG: the type; else 0 */
	uint16_t count;
	struct gathered_record *records;
	uint32_t reply;               /* the first that has it so */
	uint32_t replies;             /* how many do */
	struct gathered_set *variant; /* the same set as other replies have it */
	struct gathered_set *next;    /* in its bucket */
};

/* Two replies that have a set in two forms. */
struct contradiction {
	const struct gathered_set *set; /* as the first of them has it */
	uint32_t reply, other;
};

#define CONTRADICTIONS_MAX 64
#define GATHER_BUCKETS     1024 /* to begin with */

struct gathered {
	struct arena *arena;
	struct gathered_set **bucket; /* first variants, by gathered_hash() */
	size_t buckets;               /* a power of two, at least as many as there are sets */
	struct gathered_set **sets;   /* the same sets, in the order of replies */
	size_t set_count, set_room;
	struct contradiction contradiction[CONTRADICTIONS_MAX];
	size_t contradictions; /* may be more than are listed */
	struct gather_draft *draft;
};

/* Which sets to take from a reply. */
enum gather_what {
	GATHER_ALL,
	/* Of a damaged reply: what nobody else had, and only of '.' and of the reply's TLD. */
	GATHER_MISSING,
};

/* An empty collection for gather_free(), or NULL without memory. */
struct gathered *gather_new(void);
void gather_free(struct gathered *gathered); /* NULL is fine */

/*
 * Takes the sets of reply `index`; a reply that is not stored gives none. Safe on any bytes, but
 * what has not passed image_check_reply() gives any records. False: no memory.
 */
bool gather_reply(struct gathered *gathered, const struct image_view *view, uint32_t index,
		  enum gather_what what);

/*
 * When all replies were taken: the SOA of negative replies must be the apex's with the lesser TTL
 * (RFC 2308 3), and it alone shows the case of its letters. False: it is another one, or one of the
 * two is missing.
 */
bool gather_settle(struct gathered *gathered);

/* The variant that most replies have; of equals the first. */
const struct gathered_set *gather_best(const struct gathered_set *set);

/* The first variant of a set, or NULL. */
const struct gathered_set *gather_find(const struct gathered *gathered, const uint8_t *owner,
				       uint16_t type, uint16_t covered);

/* The same records, without regard to the case of names, and the same TTL. */
bool gather_matches(const struct gathered_set *set, const struct rrset *rrset, bool signatures);

/*
 * The RRsets of `zone` of which something stands in none of the replies that were rendered of it:
 * it can't be proven from the kernel that such a zone is whole. At most `room` are listed in
 * `left`. Returns how many there are, or -1 without memory.
 */
long gather_left_out(const struct zone *zone, const struct image_view *view,
		     const struct rrset **left, size_t room);

#endif
