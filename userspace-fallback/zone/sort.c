// SPDX-License-Identifier: GPL-2.0-or-later
/* From records to RRsets, in canonical order. */
#include "draft.h"

#include <stdlib.h>
#include <string.h>

#include "dname.h"
#include "rdata.h"

/* A message holds no larger RRset: 64 KiB less header, the root's question and OPT. */
#define SET_SIZE_MOST   (UINT16_MAX - 12 - 5 - 11)
#define RECORD_OVERHEAD 12 /* a compressed owner, type, class, TTL, length */

/* RFC 4034 6.1 and 6.3. Equal records stay in the file's order. */
static int compare_records(const void *left, const void *right)
{
	const struct record *a = *(const struct record *const *)left;
	const struct record *b = *(const struct record *const *)right;
	size_t common = a->rdata_length < b->rdata_length ? a->rdata_length : b->rdata_length;
	int order = 0;

	if (a->canonical_owner != b->canonical_owner)
		order = dname_compare(a->canonical_owner, b->canonical_owner);
	if (!order)
		order = (int)a->type - (int)b->type;
	if (!order)
		order = memcmp(a->canonical_rdata, b->canonical_rdata, common);
	if (!order)
		order = (int)a->rdata_length - (int)b->rdata_length;
	if (!order)
		order = a < b ? -1 : 1;
	return order;
}

static bool same_owner(const struct record *a, const struct record *b)
{
	return a->canonical_owner == b->canonical_owner ||
	       dname_compare(a->canonical_owner, b->canonical_owner) == 0;
}

static bool same_rdata(const struct record *a, const struct record *b)
{
	return a->rdata_length == b->rdata_length &&
	       memcmp(a->canonical_rdata, b->canonical_rdata, a->rdata_length) == 0;
}

/* The type of the RRset that a record belongs to: for an RRSIG the one that it covers. */
static uint16_t type_covered(const struct record *record)
{
	return record->type == TYPE_RRSIG ? read_u16(record->rdata + RRSIG_COVERED) : record->type;
}

static bool same_set(const struct record *a, const struct record *b)
{
	return a->type == b->type && type_covered(a) == type_covered(b) && same_owner(a, b);
}

static bool check_members(const struct draft *draft, const struct record *const *records,
			  size_t count)
{
	const struct record *first = records[0];
	size_t size = 0;
	char text[SET_TEXT_ROOM];

	for (size_t i = 1; i < count; i++)
		if (records[i] < first)
			first = records[i];
	set_text(text, first->owner, first->type);
	for (size_t i = 0; i < count; i++) {
		const struct record *record = records[i];

		size += RECORD_OVERHEAD + record->rdata_length;
		if (record->ttl == TTL_NONE)
			return draft_refuse(draft, record->line,
					    "%s has no TTL, and no $TTL stands before it: "
					    "write one",
					    text);
		if (record->ttl > TTL_MOST)
			return draft_refuse(draft, record->line,
					    "TTL %u of %s is above 2147483647: "
					    "correct it",
					    record->ttl, text);
		if (i && same_rdata(record, records[i - 1]))
			return draft_refuse(draft, record->line,
					    "%s is in the file twice, first on line %u: "
					    "remove one",
					    text, records[i - 1]->line);
		if (record->ttl != first->ttl)
			return draft_refuse(draft, record->line,
					    "TTL %u of %s differs from %u on line %u: "
					    "all records of an RRset need one TTL",
					    record->ttl, text, first->ttl, first->line);
	}
	if (size > SET_SIZE_MOST)
		return draft_refuse(draft, first->line,
				    "RRset %s of %zu records does not fit a DNS message: "
				    "fetch the zone anew",
				    text, count);
	return true;
}

/* Adds RRSIGs to the set that they cover, among the sets of their owner, sets[from] and on. */
static bool attach_signatures(struct draft *draft, size_t from, const struct record *const *records,
			      size_t count)
{
	uint16_t covered = type_covered(records[0]);
	char text[SET_TEXT_ROOM];

	for (size_t i = from; i < draft->set_count; i++) {
		if (set_type(&draft->sets[i]) == covered) {
			draft->sets[i].signatures = records;
			draft->sets[i].signature_count = count;
			return true;
		}
	}
	set_text(text, records[0]->owner, covered);
	return draft_refuse(draft, records[0]->line,
			    "a signature covers %s, but that record is missing: "
			    "fetch the zone anew",
			    text);
}

/* Makes the sets of one owner, whose records are sorted[begin] up to sorted[end - 1]. */
static bool group_owner(struct draft *draft, size_t begin, size_t end)
{
	const struct record *const *sorted = draft->sorted;
	size_t from = draft->set_count, next;

	/* Signatures second: the types above RRSIG's must be there to be found. */
	for (int signatures = 0; signatures < 2; signatures++) {
		for (size_t i = begin; i < end; i = next) {
			for (next = i + 1; next < end && same_set(sorted[i], sorted[next]);)
				next++;
			if ((sorted[i]->type == TYPE_RRSIG) != signatures)
				continue;
			if (!check_members(draft, sorted + i, next - i))
				return false;
			if (!signatures)
				draft->sets[draft->set_count++] =
					(struct set){ .records = sorted + i, .count = next - i };
			else if (!attach_signatures(draft, from, sorted + i, next - i))
				return false;
		}
	}
	return true;
}

bool draft_sort(struct draft *draft)
{
	size_t count = draft->record_count, next;

	draft->sorted = calloc(count, sizeof(*draft->sorted));
	draft->sets = calloc(count, sizeof(*draft->sets));
	if (!draft->sorted || !draft->sets)
		return draft_no_memory(draft);
	for (size_t i = 0; i < count; i++)
		draft->sorted[i] = &draft->records[i];
	qsort(draft->sorted, count, sizeof(*draft->sorted), compare_records);

	for (size_t i = 0; i < count; i = next) {
		for (next = i + 1;
		     next < count && same_owner(draft->sorted[i], draft->sorted[next]);)
			next++;
		if (!group_owner(draft, i, next))
			return false;
		if (!*draft->sorted[i]->canonical_owner)
			draft->apex_count = draft->set_count;
	}
	return true;
}

const struct set *draft_find(const struct draft *draft, const uint8_t *owner, uint16_t type)
{
	size_t low = 0, high = draft->set_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct set *set = &draft->sets[middle];
		int order = dname_compare(owner, set_owner(set));

		if (!order)
			order = (int)type - (int)set_type(set);
		if (!order)
			return set;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
