// SPDX-License-Identifier: GPL-2.0-or-later
/* A root zone's way from a file to memory, and the search in it. */
#include "zone.h"

#include <string.h>

#include "arena.h"
#include "draft.h"

/* What looks cut short must be found before what is missing because of it. */
static bool check_security(struct draft *draft)
{
	struct zone_keys keys;

	if (draft->policy->allow_unsigned && !draft_is_signed(draft)) {
		draft->signatures_end = INT64_MAX;
		return true;
	}
	return draft_check_chain(draft) && draft_find_keys(draft, &keys) &&
	       draft_check_bitmaps(draft) && draft_check_signatures(draft, &keys);
}

static bool accept(struct draft *draft)
{
	return draft_read(draft) && draft_sort(draft) && draft_check_shape(draft) &&
	       check_security(draft) && draft_check_digest(draft);
}

struct zone *zone_load(const char *file, const struct zone_policy *policy, struct zone_error *error)
{
	struct draft draft = {
		.file = file,
		.policy = policy,
		.error = error,
		.arena = zone_arena_new(),
	};
	struct zone *zone = NULL;

	error->text[0] = '\0';
	if (!draft.arena)
		draft_no_memory(&draft);
	else if (accept(&draft))
		zone = draft_index(&draft);
	draft_free(&draft);
	if (!zone)
		zone_arena_free(draft.arena);
	return zone;
}

void zone_free(struct zone *zone)
{
	if (zone)
		zone_arena_free(zone->memory);
}

/* Canonical order of single labels (RFC 4034 6.1). */
static int compare_label(const struct delegation *delegation, const uint8_t *label, size_t length)
{
	size_t common = delegation->label_length < length ? delegation->label_length : length;
	int order = memcmp(delegation->label, label, common);

	return order ? order : (int)delegation->label_length - (int)length;
}

const struct delegation *zone_find(const struct zone *zone, const uint8_t *label, size_t length,
				   long *before)
{
	size_t low = 0, high = zone->delegation_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_label(&zone->delegations[middle], label, length);

		if (!order)
			return &zone->delegations[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*before = (long)low - 1;
	return NULL;
}
