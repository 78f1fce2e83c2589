// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds each byte in which the kernel's maps are not the image that they should be. */
#include "compare.h"

#include <stdio.h>
#include <string.h>

#include "finding.h"
#include "verdict.h"

struct comparison {
	const struct image_view *read, *right;
	struct findings *findings;
};

/* A field of an entry, for people who look at it with bpftool. */
struct field {
	size_t offset, size;
	const char *name;
};

#define FIELD(type, field) { offsetof(type, field), sizeof(((type *)0)->field), #field }

static const struct field info_fields[] = {
	FIELD(struct zone_info, serial),	 FIELD(struct zone_info, names),
	FIELD(struct zone_info, replies),	 FIELD(struct zone_info, apex_types),
	FIELD(struct zone_info, apex_type),	 FIELD(struct zone_info, signatures_end),
	FIELD(struct zone_info, soa_expire),	 { 0 },
};

static const struct field name_fields[] = {
	FIELD(struct name, label), FIELD(struct name, length), { 0 }
};

static const struct field reply_fields[] = {
	FIELD(struct reply, shelf),	   FIELD(struct reply, place),
	FIELD(struct reply, flags),	   FIELD(struct reply, whole.length),
	FIELD(struct reply, whole.arcount), FIELD(struct reply, whole.sum),
	FIELD(struct reply, whole.even),   FIELD(struct reply, whole.odd),
	FIELD(struct reply, ancount),	   FIELD(struct reply, nscount),
	FIELD(struct reply, first_cut),	   FIELD(struct reply, cuts),
	FIELD(struct reply, verdict),	   FIELD(struct reply, name),
	{ 0 },
};

static const struct field cut_fields[] = {
	FIELD(struct cut, length), FIELD(struct cut, arcount), FIELD(struct cut, sum),
	FIELD(struct cut, even),   FIELD(struct cut, odd),     { 0 },
};

static const char *field_at(const struct field *field, size_t offset)
{
	for (; field->size; field++)
		if (offset >= field->offset && offset < field->offset + field->size)
			return field->name;
	return "padding";
}

/* The first byte that differs, and how many do. False: none. */
struct difference {
	size_t first, count;
};

static bool differ(const void *read, const void *right, size_t size,
		   struct difference *difference)
{
	const uint8_t *a = read, *b = right;

	*difference = (struct difference){ 0 };
	if (!memcmp(a, b, size))
		return false;
	for (size_t i = size; i-- > 0;) {
		if (a[i] == b[i])
			continue;
		difference->first = i;
		difference->count++;
	}
	return true;
}

/* " and 3 more" */
struct more_words {
	char text[32];
};

static struct more_words more_words(size_t count)
{
	struct more_words words = { "" };

	if (count > 1)
		snprintf(words.text, sizeof(words.text), " and %zu more", count - 1);
	return words;
}

/* Which reply a cut belongs to; reply_count: none. */
static uint32_t reply_of_cut(const struct image_view *view, uint32_t cut)
{
	uint32_t i = 0;

	for (; i < view->reply_count; i++)
		if (cut >= view->replies[i].first_cut &&
		    cut - view->replies[i].first_cut < view->replies[i].cuts)
			break;
	return i;
}

/* ": com. referral with DO": what an entry is for. */
static struct reply_words entry_words(const struct image_view *view, enum set_map_index map,
				      uint32_t index)
{
	struct reply_words words = { "" };

	if (map == SET_cuts)
		index = reply_of_cut(view, index);
	if ((map == SET_cuts || map == SET_replies) && index < view->reply_count)
		return reply_words(view, index);
	if (map == SET_names)
		snprintf(words.text, sizeof(words.text), "the name '%.*s'",
			 view->names[index].length, view->names[index].label);
	else
		snprintf(words.text, sizeof(words.text), "the zone's header");
	return words;
}

static void compare_entry(const struct comparison *comparison, enum set_map_index map,
			  uint32_t index, const void *read, const void *right, size_t size)
{
	static const struct field *const fields[] = {
		[SET_zone] = info_fields,
		[SET_names] = name_fields,
		[SET_replies] = reply_fields,
		[SET_cuts] = cut_fields,
	};
	struct difference difference;

	if (!differ(read, right, size, &difference))
		return;
	find_at(comparison->findings, &(struct spot){ map, index, difference.first },
		" (%s)%s: 0x%02x, not 0x%02x, in %s: " LOAD_ANEW,
		field_at(fields[map], difference.first), more_words(difference.count).text,
		((const uint8_t *)read)[difference.first],
		((const uint8_t *)right)[difference.first],
		entry_words(comparison->right, map, index).text);
}

static void compare_entries(const struct comparison *comparison, enum set_map_index map,
			    const void *read, const void *right, size_t size, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		compare_entry(comparison, map, i, (const char *)read + i * size,
			      (const char *)right + i * size, size);
}

static void compare_prefixes(const struct comparison *comparison)
{
	const __u32 *read = comparison->read->prefix->first;
	const __u32 *right = comparison->right->prefix->first;

	for (size_t i = 0; i <= PREFIX_COUNT; i++)
		if (read[i] != right[i])
			find_at(comparison->findings,
				&(struct spot){ SET_prefixes, 0, i * sizeof(*read) },
				" (first[%zu]): %u, not %u: " LOAD_ANEW, i, read[i], right[i]);
}

static void compare_keys(const struct comparison *comparison)
{
	const struct image_view *right = comparison->right;

	for (uint32_t chunk = 0; chunk < right->key_count && chunk < comparison->read->key_count;
	     chunk++) {
		for (uint32_t i = 0; i < KEY_CHUNK + KEYS_BEHIND; i++) {
			__u64 read = comparison->read->keys[chunk].key[i];

			if (read != right->keys[chunk].key[i])
				find_at(comparison->findings,
					&(struct spot){ SET_keys, chunk, i * sizeof(read) },
					" (key[%u]): %llu, not %llu: " LOAD_ANEW, i, read,
					right->keys[chunk].key[i]);
		}
	}
}

/* --- shelves -------------------------------------------------------------------------------- */

/* Bytes of a stored reply in its shelf: body, a gap up to the relocations, relocations. */
static size_t reply_size(const struct reply *reply)
{
	return RELOCATIONS(0, reply->whole.length) +
	       2 * (reply->whole.even + (size_t)reply->whole.odd);
}

/* The reply that these bytes belong to. reply_count: none. */
static uint32_t reply_at(const struct image_view *view, uint32_t shelf, size_t byte)
{
	uint32_t i = 0;

	for (; i < view->reply_count; i++) {
		const struct reply *reply = &view->replies[i];

		if (reply->verdict && reply->shelf == shelf && byte >= reply->place &&
		    byte - reply->place < reply_size(reply))
			break;
	}
	return i;
}

/* Where the bytes end that belong together with this one. */
static size_t region_end(const struct image_view *view, uint32_t owner, size_t byte)
{
	const struct reply *reply = &view->replies[owner];

	if (owner == view->reply_count)
		return byte + 1;
	if (byte < (size_t)reply->place + reply->whole.length)
		return (size_t)reply->place + reply->whole.length;
	return reply->place + reply_size(reply);
}

static void find_bytes(const struct comparison *comparison, uint32_t shelf, size_t byte,
		       size_t count, uint32_t owner)
{
	const struct image_view *right = comparison->right;
	const struct reply *reply = &right->replies[owner];
	const struct spot spot = { SET_shelves, shelf, byte };
	uint8_t a = comparison->read->shelves[shelf].bytes[byte];
	uint8_t b = right->shelves[shelf].bytes[byte];

	if (owner == right->reply_count)
		find_at(comparison->findings, &spot,
			"%s: 0x%02x, not 0x%02x, between two replies: " LOAD_ANEW,
			more_words(count).text, a, b);
	else
		find_at(comparison->findings, &spot,
			"%s: 0x%02x, not 0x%02x, in the %s of stored reply %u, %s: " LOAD_ANEW,
			more_words(count).text, a, b,
			byte < (size_t)reply->place + reply->whole.length ? "body" : "relocations",
			owner, reply_words(right, owner).text);
}

static void compare_shelf(const struct comparison *comparison, uint32_t shelf)
{
	const uint8_t *read = comparison->read->shelves[shelf].bytes;
	const uint8_t *right = comparison->right->shelves[shelf].bytes;
	struct difference difference;
	size_t at = 0, end;
	uint32_t owner;

	while (differ(read + at, right + at, SHELF_SIZE - at, &difference)) {
		at += difference.first;
		owner = reply_at(comparison->right, shelf, at);
		end = region_end(comparison->right, owner, at);
		differ(read + at, right + at, end - at, &difference);
		find_bytes(comparison, shelf, at, difference.count, owner);
		at = end;
	}
}

/* --- replies, as they are sent -------------------------------------------------------------- */

static bool same_cuts(const struct image_view *read, const struct image_view *right,
		      const struct reply *reply)
{
	return reply->first_cut + (size_t)reply->cuts <= read->cut_count &&
	       !memcmp(&read->cuts[reply->first_cut], &right->cuts[reply->first_cut],
		       reply->cuts * sizeof(struct cut));
}

static bool same_reply(const struct image_view *read, const struct image_view *right,
		       uint32_t index)
{
	const struct reply *reply = &right->replies[index];

	return !memcmp(&read->replies[index], reply, sizeof(*reply)) &&
	       reply->shelf < read->shelf_count &&
	       !memcmp(read->shelves[reply->shelf].bytes + reply->place,
		       right->shelves[reply->shelf].bytes + reply->place, reply_size(reply)) &&
	       same_cuts(read, right, reply);
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

void compare_images(const struct image_view *read, const struct image_view *right,
		    struct attestation *attestation)
{
	const struct comparison comparison = { read, right, &attestation->findings };
	uint32_t replies = least(read->reply_count, right->reply_count);
	uint32_t shelves = least(read->shelf_count, right->shelf_count);
	uint32_t names = least(read->name_count, right->name_count);
	uint32_t cuts = least(read->cut_count, right->cut_count);

	compare_entry(&comparison, SET_zone, 0, read->info, right->info,
		      offsetof(struct zone_info, proofs));
	compare_prefixes(&comparison);
	compare_keys(&comparison);
	compare_entries(&comparison, SET_names, read->names, right->names, sizeof(struct name),
			names);
	compare_entries(&comparison, SET_replies, read->replies, right->replies,
			sizeof(struct reply), replies);
	compare_entries(&comparison, SET_cuts, read->cuts, right->cuts, sizeof(struct cut), cuts);
	for (uint32_t shelf = 0; shelf < shelves; shelf++)
		compare_shelf(&comparison, shelf);
	if (names < right->name_count || cuts < right->cut_count || shelves < right->shelf_count)
		find(&attestation->findings, "", "the maps have no room for the zone of their own "
						 "replies: restart the loader");

	attestation->replies = right->info->replies;
	attestation->names = names;
	attestation->cuts = cuts;
	attestation->shelves = shelves;
	for (uint32_t i = 0; i < replies; i++)
		attestation->replies_same +=
			right->replies[i].verdict && same_reply(read, right, i);
}
