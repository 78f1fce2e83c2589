// SPDX-License-Identifier: GPL-2.0-or-later
/* Gathers RRsets from stored replies. */
#include "gathered_set.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "dname.h"
#include "rdata.h"
#include "registry.h"
#include "reply_records.h"

/* A body's records have 11 bytes or more; 14 with a compressed name, which grows to 255. */
#define DRAFT_RECORDS (BODY_MAX / 11)
#define DRAFT_BYTES   (96 << 10)

/* A set while its records are read. */
struct gather_draft {
	struct reply_record record; /* the one that was read last */
	struct gathered_set set;
	uint8_t owner[DNS_NAME_MAX];
	struct gathered_record records[DRAFT_RECORDS];
	uint8_t bytes[DRAFT_BYTES];
	size_t used;
};

struct gathered *gather_new(void)
{
	struct gathered *gathered = calloc(1, sizeof(*gathered));

	if (!gathered)
		return NULL;
	gathered->arena = zone_arena_new();
	gathered->draft = malloc(sizeof(*gathered->draft));
	gathered->buckets = GATHER_BUCKETS;
	gathered->bucket = calloc(gathered->buckets, sizeof(*gathered->bucket));
	if (gathered->arena && gathered->draft && gathered->bucket)
		return gathered;
	gather_free(gathered);
	return NULL;
}

void gather_free(struct gathered *gathered)
{
	if (!gathered)
		return;
	zone_arena_free(gathered->arena);
	free(gathered->draft);
	free(gathered->bucket);
	free(gathered->sets);
	free(gathered);
}

/* --- sets kept ----------------------------------------------------------------------------- */

static struct gathered_set *copy_set(struct gathered *gathered, const struct gathered_set *from)
{
	struct arena *arena = gathered->arena;
	struct gathered_set *set = zone_arena_take(arena, sizeof(*set));
	struct gathered_record *records = zone_arena_take(arena, from->count * sizeof(*records));

	if (!set || !records)
		return NULL;
	*set = *from;
	memcpy(records, from->records, from->count * sizeof(*records));
	set->records = records;
	set->owner = zone_arena_copy(arena, from->owner, dname_length(from->owner));
	for (size_t i = 0; i < from->count; i++) {
		records[i].rdata = zone_arena_copy(arena, records[i].rdata, records[i].length);
		if (!records[i].rdata)
			return NULL;
	}
	return set->owner ? set : NULL;
}

static void put_into_bucket(struct gathered *gathered, struct gathered_set *set)
{
	struct gathered_set **bucket =
		&gathered->bucket[gathered_hash(set) & (gathered->buckets - 1)];

	set->next = *bucket;
	*bucket = set;
}

/* A zone may have a hundred times the real root's sets: what each look-up costs must not grow. */
static bool double_buckets(struct gathered *gathered)
{
	struct gathered_set **bucket = calloc(gathered->buckets * 2, sizeof(*bucket));

	if (!bucket)
		return false;
	free(gathered->bucket);
	gathered->bucket = bucket;
	gathered->buckets *= 2;
	for (size_t i = 0; i < gathered->set_count; i++)
		put_into_bucket(gathered, gathered->sets[i]);
	return true;
}

static bool add_set(struct gathered *gathered, const struct gathered_set *from)
{
	size_t room = gathered->set_room ? gathered->set_room * 2 : 4096;
	struct gathered_set *set;

	if (gathered->set_count == gathered->buckets && !double_buckets(gathered))
		return false;
	if (gathered->set_count == gathered->set_room) {
		struct gathered_set **sets = reallocarray(gathered->sets, room, sizeof(*sets));

		if (!sets)
			return false;
		gathered->sets = sets;
		gathered->set_room = room;
	}
	set = copy_set(gathered, from);
	if (!set)
		return false;
	put_into_bucket(gathered, set);
	gathered->sets[gathered->set_count++] = set;
	return true;
}

static void contradict(struct gathered *gathered, const struct gathered_set *first, uint32_t reply)
{
	if (gathered->contradictions < CONTRADICTIONS_MAX)
		gathered->contradiction[gathered->contradictions] =
			(struct contradiction){ first, reply, first->reply };
	gathered->contradictions++;
}

/* Another reply's form of a set that is known. */
static bool add_variant(struct gathered *gathered, struct gathered_set *first,
			const struct gathered_set *from)
{
	struct gathered_set *set = first, *last = first;

	for (; set; last = set, set = set->variant) {
		if (!gathered_same_records(set, from))
			continue;
		set->replies++;
		return gathered_learn_case(gathered, set, from);
	}
	contradict(gathered, first, from->reply);
	last->variant = copy_set(gathered, from);
	return last->variant;
}

/* --- sets read ----------------------------------------------------------------------------- */

static uint16_t covered_by(const struct reply_record *record)
{
	if (record->type != TYPE_RRSIG || record->rdata_length < 2)
		return 0;
	return record->rdata[RRSIG_COVERED] << 8 | record->rdata[RRSIG_COVERED + 1];
}

static bool is_negative(const struct reply_record *record)
{
	return record->authority && !*record->owner &&
	       (record->type == TYPE_SOA || covered_by(record) == TYPE_SOA);
}

static void begin_set(struct gather_draft *draft, uint32_t reply)
{
	const struct reply_record *record = &draft->record;

	memcpy(draft->owner, record->owner, record->owner_length);
	draft->used = 0;
	draft->set = (struct gathered_set){
		.owner = draft->owner,
		.owner_whole = true,
		.negative = is_negative(record),
		.type = record->type,
		.covered = covered_by(record),
		.records = draft->records,
		.reply = reply,
		.replies = 1,
	};
}

/* Does the record that was read last belong to the set? */
static bool continues(const struct gather_draft *draft)
{
	const struct reply_record *record = &draft->record;
	const struct gathered_set *set = &draft->set;

	return record->type == set->type && covered_by(record) == set->covered &&
	       is_negative(record) == set->negative &&
	       record->owner_length == dname_length(set->owner) &&
	       gathered_same_letters(record->owner, set->owner, record->owner_length);
}

static bool put_record(struct gather_draft *draft)
{
	const struct reply_record *record = &draft->record;
	struct gathered_set *set = &draft->set;

	if (set->count == DRAFT_RECORDS || record->rdata_length > DRAFT_BYTES - draft->used)
		return false;
	memcpy(draft->bytes + draft->used, record->rdata, record->rdata_length);
	draft->records[set->count++] = (struct gathered_record){
		.rdata = draft->bytes + draft->used,
		.length = record->rdata_length,
		.whole = record->rdata_whole,
		.ttl = record->ttl,
	};
	draft->used += record->rdata_length;
	set->owner_whole = set->owner_whole && record->owner_whole;
	return true;
}

static bool end_set(struct gathered *gathered, const struct reply_question *tld,
		    enum gather_what what)
{
	const struct gathered_set *from = &gathered->draft->set;
	struct gathered_set *known = gathered_find(gathered, from);

	if (what == GATHER_ALL)
		return known ? add_variant(gathered, known, from) : add_set(gathered, from);
	if (known || (*from->owner && dname_compare(from->owner, tld->name)))
		return true;
	return add_set(gathered, from);
}

bool gather_reply(struct gathered *gathered, const struct image_view *view, uint32_t index,
		  enum gather_what what)
{
	const struct reply_question tld = reply_name(view, index);
	struct gather_draft *draft = gathered->draft;
	struct reply_reader reader;
	bool open = false, fine = true;

	reply_reader_begin(&reader, view, index);
	while (fine && reply_reader_next(&reader, &draft->record)) {
		if (open && !continues(draft)) {
			fine = end_set(gathered, &tld, what);
			open = false;
		}
		if (!open)
			begin_set(draft, index);
		open = put_record(draft);
		if (!open)
			return fine;
	}
	/* A set that ends where reading failed is not whole. */
	if (fine && open && reader.record == reader.records && reader.body.pos == reader.body.limit)
		fine = end_set(gathered, &tld, what);
	return fine;
}
