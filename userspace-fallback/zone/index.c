// SPDX-License-Identifier: GPL-2.0-or-later
/* From an accepted draft to the zone that answers are made of. */
#include "draft.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "dname.h"
#include "rdata.h"

static const uint8_t root[] = { 0 };

/* Records in the file's order: pointers into one array. */
static int compare_places(const void *left, const void *right)
{
	const struct record *a = *(const struct record *const *)left;
	const struct record *b = *(const struct record *const *)right;

	return a < b ? -1 : a > b;
}

/* What the index is made from and goes into. Each array is taken once, large enough. */
struct index {
	const struct draft *draft;
	struct zone *zone;
	struct rrset *rrsets;          /* one for each set, in the same order */
	struct rdata *rdata;           /* the next free one */
	struct glue *glue;             /* the next free one */
	const struct record **scratch; /* room for all records */
};

static const struct rrset *rrset_of(const struct index *index, const struct set *set)
{
	return set ? index->rrsets + (set - index->draft->sets) : NULL;
}

static const struct rrset *find(const struct index *index, const uint8_t *owner, uint16_t type)
{
	return rrset_of(index, draft_find(index->draft, owner, type));
}

static const struct rdata *add_rdata(struct index *index, const struct record *const *records,
				     size_t count)
{
	const struct rdata *first = index->rdata;

	memcpy(index->scratch, records, count * sizeof(*records));
	qsort(index->scratch, count, sizeof(*records), compare_places);
	for (size_t i = 0; i < count; i++)
		*index->rdata++ =
			(struct rdata){ index->scratch[i]->rdata, index->scratch[i]->rdata_length };
	return first;
}

static void add_rrset(struct index *index, const struct set *set, struct rrset *rrset)
{
	*rrset = (struct rrset){
		.owner = set_first(set)->owner,
		.type = set_type(set),
		.count = (uint16_t)set->count,
		.signatures = (uint16_t)set->signature_count,
		.ttl = set_first(set)->ttl,
		.rdata = add_rdata(index, set->records, set->count),
	};
	if (set->signature_count) {
		rrset->signature = add_rdata(index, set->signatures, set->signature_count);
		rrset->signature_ttl = set->signatures[0]->ttl;
	}
}

static size_t add_addresses(struct index *index, const uint8_t *server, bool in_domain)
{
	static const uint16_t types[] = { TYPE_A, TYPE_AAAA };
	size_t added = 0;

	for (unsigned i = 0; i < 2; i++) {
		const struct rrset *rrset = find(index, server, types[i]);

		if (!rrset)
			continue;
		*index->glue++ = (struct glue){ rrset, in_domain };
		added++;
	}
	return added;
}

/* Glue of those of the servers that are, or are not, at or below the delegated name. */
static size_t add_glue(struct index *index, const struct rrset *ns, const uint8_t *name,
		       bool in_domain)
{
	size_t added = 0;

	for (unsigned i = 0; i < ns->count; i++) {
		const uint8_t *server = ns->rdata[i].bytes;
		/* Nothing was delegated to the root: RFC 9471 has no say in its NS. */
		bool inside = *name && dname_at_or_below(server, name);

		if (inside == in_domain)
			added += add_addresses(index, server, in_domain);
	}
	return added;
}

static void add_delegation(struct index *index, struct delegation *delegation,
			   const struct rrset *ns)
{
	const uint8_t *name = ns->owner;

	delegation->name = name;
	delegation->label_length = name[0];
	memset(delegation->label, 0, sizeof(delegation->label));
	for (unsigned i = 0; i < name[0]; i++)
		delegation->label[i] = dname_lower(name[1 + i]);
	delegation->ns = ns;
	delegation->ds = find(index, name, TYPE_DS);
	delegation->nsec = find(index, name, TYPE_NSEC);
	delegation->glue = index->glue;
	delegation->glue_count = add_glue(index, ns, name, true);
	delegation->glue_count += add_glue(index, ns, name, false);
}

static bool index_delegations(struct index *index)
{
	const struct draft *draft = index->draft;
	size_t count = 0;
	struct delegation *delegations;

	for (size_t i = draft->apex_count; i < draft->set_count; i++)
		count += set_type(&draft->sets[i]) == TYPE_NS;
	delegations = zone_arena_take(draft->arena, count * sizeof(*delegations));
	if (!delegations)
		return false;
	count = 0;
	for (size_t i = draft->apex_count; i < draft->set_count; i++)
		if (set_type(&draft->sets[i]) == TYPE_NS)
			add_delegation(index, &delegations[count++], &index->rrsets[i]);
	index->zone->delegations = delegations;
	index->zone->delegation_count = count;
	return true;
}

/* RFC 2308 3: a negative answer is to be kept for the lesser of the SOA's TTL and MINIMUM. */
static bool index_soa(struct index *index)
{
	struct zone *zone = index->zone;
	const struct rrset *soa = find(index, root, TYPE_SOA);
	const uint8_t *numbers = soa_numbers(soa->rdata[0].bytes, soa->rdata[0].length);
	uint32_t minimum = read_u32(numbers + 16);
	struct rrset *negative = zone_arena_copy(index->draft->arena, soa, sizeof(*soa));

	if (!negative)
		return false;
	if (minimum < negative->ttl)
		negative->ttl = minimum;
	if (soa->signatures)
		negative->signature_ttl = negative->ttl;
	zone->soa = soa;
	zone->soa_negative = negative;
	zone->serial = read_u32(numbers);
	zone->refresh = read_u32(numbers + 4);
	zone->retry = read_u32(numbers + 8);
	zone->expire = read_u32(numbers + 12);
	return true;
}

static bool index_apex(struct index *index)
{
	const struct draft *draft = index->draft;
	struct zone *zone = index->zone;
	const struct rrset **apex =
		zone_arena_take(draft->arena, draft->apex_count * sizeof(*apex));

	if (!apex || !index_soa(index))
		return false;
	for (size_t i = 0; i < draft->apex_count; i++)
		apex[i] = &index->rrsets[i];
	zone->apex = apex;
	zone->apex_count = draft->apex_count;
	zone->ns = find(index, root, TYPE_NS);
	zone->nsec = find(index, root, TYPE_NSEC);
	zone->apex_glue = index->glue;
	zone->apex_glue_count = add_glue(index, zone->ns, root, false);
	return true;
}

static bool take_arrays(struct index *index)
{
	const struct draft *draft = index->draft;
	size_t glue = 0;

	for (size_t i = 0; i < draft->set_count; i++)
		if (set_type(&draft->sets[i]) == TYPE_NS)
			glue += 2 * draft->sets[i].count;
	index->zone = zone_arena_take(draft->arena, sizeof(*index->zone));
	index->rrsets = zone_arena_take(draft->arena, draft->set_count * sizeof(*index->rrsets));
	index->rdata = zone_arena_take(draft->arena, draft->record_count * sizeof(*index->rdata));
	index->glue = zone_arena_take(draft->arena, glue * sizeof(*index->glue));
	index->scratch = calloc(draft->record_count, sizeof(*index->scratch));
	return index->zone && index->rrsets && index->rdata && index->glue && index->scratch;
}

struct zone *draft_index(const struct draft *draft)
{
	struct index index = { .draft = draft };
	bool right = take_arrays(&index);

	if (right) {
		*index.zone = (struct zone){
			.signatures_end = draft->signatures_end,
			.record_count = draft->record_count,
			.rrsets = index.rrsets,
			.rrset_count = draft->set_count,
			.memory = draft->arena,
		};
		for (size_t i = 0; i < draft->set_count; i++)
			add_rrset(&index, &draft->sets[i], &index.rrsets[i]);
		right = index_apex(&index) && index_delegations(&index);
	}
	free(index.scratch);
	if (!right)
		draft_no_memory(draft);
	return right ? index.zone : NULL;
}
