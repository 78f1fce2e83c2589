// SPDX-License-Identifier: GPL-2.0-or-later
/* RRsets that were gathered from stored replies: compared, looked up, settled. */
#include "gathered_set.h"

#include <string.h>

#include "arena.h"
#include "dname.h"
#include "registry.h"

static const uint8_t root[] = { 0 };

bool gathered_same_letters(const uint8_t *a, const uint8_t *b, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (a[i] != b[i] && dname_lower(a[i]) != dname_lower(b[i]))
			return false;
	return true;
}

bool gathered_same_rdata(uint16_t type, const uint8_t *a, const uint8_t *b, size_t length)
{
	size_t numbers = type == TYPE_SOA && length > 20 ? 20 : 0;

	switch (type) {
	case TYPE_NS:
	case TYPE_CNAME:
	case TYPE_PTR:
	case TYPE_SOA:
		return gathered_same_letters(a, b, length - numbers) &&
		       !memcmp(a + length - numbers, b + length - numbers, numbers);
	case TYPE_MX:
		return length > 2 && !memcmp(a, b, 2) &&
		       gathered_same_letters(a + 2, b + 2, length - 2);
	default:
		return !memcmp(a, b, length);
	}
}

bool gathered_same_records(const struct gathered_set *a, const struct gathered_set *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct gathered_record *x = &a->records[i], *y = &b->records[i];

		if (x->ttl != y->ttl || x->length != y->length ||
		    !gathered_same_rdata(a->type, x->rdata, y->rdata, x->length))
			return false;
	}
	return true;
}

static bool same_key(const struct gathered_set *a, const struct gathered_set *b)
{
	size_t length = dname_length(a->owner);

	return a->type == b->type && a->covered == b->covered && a->negative == b->negative &&
	       length == dname_length(b->owner) &&
	       gathered_same_letters(a->owner, b->owner, length);
}

uint32_t gathered_hash(const struct gathered_set *set)
{
	size_t length = dname_length(set->owner);
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ dname_lower(set->owner[i])) * 16777619u;
	hash = (hash ^ set->type) * 16777619u;
	hash = (hash ^ set->covered) * 16777619u;
	hash = (hash ^ set->negative) * 16777619u;
	return hash ^ hash >> 15;
}

struct gathered_set *gathered_find(const struct gathered *gathered, const struct gathered_set *key)
{
	struct gathered_set *set = gathered->bucket[gathered_hash(key) & (gathered->buckets - 1)];

	while (set && !same_key(set, key))
		set = set->next;
	return set;
}

bool gathered_learn_case(struct gathered *gathered, struct gathered_set *set,
			 const struct gathered_set *other)
{
	if (other->owner_whole && !set->owner_whole) {
		set->owner =
			zone_arena_copy(gathered->arena, other->owner, dname_length(other->owner));
		set->owner_whole = true;
	}
	for (size_t i = 0; i < set->count; i++) {
		struct gathered_record *record = &set->records[i];

		if (!other->records[i].whole || record->whole)
			continue;
		record->rdata =
			zone_arena_copy(gathered->arena, other->records[i].rdata, record->length);
		record->whole = true;
		if (!record->rdata)
			return false;
	}
	return set->owner;
}

const struct gathered_set *gather_best(const struct gathered_set *set)
{
	const struct gathered_set *best = set;

	for (; set; set = set->variant)
		if (set->replies > best->replies)
			best = set;
	return best;
}

const struct gathered_set *gather_find(const struct gathered *gathered, const uint8_t *owner,
				       uint16_t type, uint16_t covered)
{
	const struct gathered_set key = { .owner = owner, .type = type, .covered = covered };

	return gathered_find(gathered, &key);
}

/* RFC 2308 3: the lesser of the SOA's TTL and its last field. */
static uint32_t negative_ttl(const struct gathered_set *soa)
{
	const struct gathered_record *record = &soa->records[0];
	const uint8_t *minimum;
	uint32_t ttl;

	if (record->length < 22)
		return record->ttl;
	minimum = record->rdata + record->length - 4;
	ttl = (uint32_t)minimum[0] << 24 | minimum[1] << 16 | minimum[2] << 8 | minimum[3];
	return ttl < record->ttl ? ttl : record->ttl;
}

/* One of the two sets: the SOA (covered 0), or its RRSIGs. */
static bool settle(struct gathered *gathered, uint16_t type, uint16_t covered, uint32_t ttl)
{
	const struct gathered_set key = {
		.owner = root, .negative = true, .type = type, .covered = covered
	};
	const struct gathered_set *negative = gathered_find(gathered, &key);
	const struct gathered_set *known = gather_find(gathered, root, type, covered);
	struct gathered_set *apex = (struct gathered_set *)gather_best(known);

	negative = gather_best(negative);
	if (!negative || !apex)
		return !negative && !apex && covered;
	if (negative->count != apex->count)
		return false;
	for (size_t i = 0; i < apex->count; i++) {
		const struct gathered_record *x = &negative->records[i], *y = &apex->records[i];

		if (x->ttl != ttl || x->length != y->length ||
		    !gathered_same_rdata(type, x->rdata, y->rdata, x->length))
			return false;
	}
	return gathered_learn_case(gathered, apex, negative);
}

bool gather_settle(struct gathered *gathered)
{
	const struct gathered_set *soa = gather_best(gather_find(gathered, root, TYPE_SOA, 0));
	uint32_t ttl = soa ? negative_ttl(soa) : 0;

	return settle(gathered, TYPE_SOA, 0, ttl) && settle(gathered, TYPE_RRSIG, TYPE_SOA, ttl);
}
