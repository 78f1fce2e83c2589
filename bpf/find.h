/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds a query's last label in the zone: the TLD when it exists, else the gap it falls into. */
#ifndef ROOTXDP_FIND_H
#define ROOTXDP_FIND_H

#include "cursor.h"
#include "layout.h"
#include "question.h"

/*
 * Who includes this file says what a zone is and how to get at it. Each returns NULL when there is
 * no such entry. An entry stays valid while its packet (or query) is answered.
 */
struct zone_view;
static const struct prefix_table *zone_prefixes(const struct zone_view *view);
static const struct key_chunk *zone_keys(const struct zone_view *view, __u32 chunk);
static const struct name *zone_name(const struct zone_view *view, __u32 index);

/* A label as eight big-endian words, ordered as the names of a zone are: see struct name. */
#define LABEL_WORDS 8
struct label {
	__u64 word[LABEL_WORDS];
};

/* Where a label stands in the zone. */
struct place {
	__u32 index; /* in `names`: the label itself, or the last name before it */
	__u32 exact; /* 1: the label itself */
};

enum found {
	FOUND,
	FOUND_ALIKE, /* a longer name has the label's key: find_by_name() is to decide */
	FOUND_NOTHING, /* the zone has no such entries: there is none, or it is damaged */
};

/* Half of the names in question are left after a step; 2^20 names may share two first bytes. */
#define SEARCH_STEPS 20

/* The last label's length. */
static __always_inline __u32 label_length(const struct question *question)
{
	return question->name_length - question->last_label - 2;
}

/*
 * Reads a word of the last label of a QNAME of two bytes or more that begins at start +
 * DNS_HEADER_SIZE, lower-cased: that which begins `left` bytes (1 or more) before the label's end.
 * False: `end` is in the way.
 */
static __always_inline int read_label_word(const __u8 *start, const __u8 *end,
					   const struct question *question, __u32 left, __u64 *word)
{
	__s64 excess = (__s64)left - 8, over = excess >> 63;
	__u32 used;
	const __u8 *bytes;
	__u32 at;

	/* The lesser of left and 8, without the branch that clang would make of it. */
	hide(over);
	used = 8 + (excess & over);
	at = DNS_HEADER_SIZE + question->name_length - 1 - left + used - 8;
	/* The eight bytes that end with the word's last are all in the message. */
	hide(at);
	bytes = start + (at & 0x1ff);
	if (bytes + 8 > end)
		return 0;
	*word = lower_case(host64(load64(bytes)) << (64 - 8 * used));
	return 1;
}

/* Reads the whole label. */
static __always_inline int read_label(const __u8 *start, const __u8 *end,
				      const struct question *question, struct label *label)
{
	__u32 length = label_length(question);

	for (__u32 i = 0; i < LABEL_WORDS; i++) {
		__u64 word = 0;

		if (length > i * 8 &&
		    !read_label_word(start, end, question, length - i * 8, &word))
			return 0;
		label->word[i] = word;
	}
	label->word[LABEL_WORDS - 1] |= length;
	return 1;
}

/* Its first word alone. */
static __always_inline int read_label_head(const __u8 *start, const __u8 *end,
					   const struct question *question, __u64 *head)
{
	return read_label_word(start, end, question, label_length(question), head);
}

/* 1 when the label comes before the name. */
static __always_inline __u64 label_before(const struct label *label, const struct name *name)
{
	for (__u32 i = 0; i < LABEL_WORDS; i++) {
		__u64 wanted = label->word[i], have = name_word(name, i);

		if (wanted != have)
			return is_less(wanted, have);
	}
	return 0;
}

static __always_inline int label_is(const struct label *label, const struct name *name)
{
	__u64 difference = 0;

	for (__u32 i = 0; i < LABEL_WORDS; i++)
		difference |= label->word[i] ^ name_word(name, i);
	return !difference;
}

/* Names that may be the last one not above a label: `count` (1 or more) from `low` on. */
struct range {
	__u32 low;
	__u32 count;
};

/* By the label's first two bytes, the upper ones of `head`. */
static __always_inline int find_range(const struct zone_view *view, __u64 head,
				      struct range *range)
{
	const struct prefix_table *prefixes = zone_prefixes(view);
	__u32 prefix = name_prefix(head >> 56, head >> 48), first;

	hide(prefix);
	if (!prefixes || prefix >= PREFIX_COUNT)
		return 0;
	/* One before the first, unless that is 0. */
	first = prefixes->first[prefix];
	range->low = first - (-first >> 31);
	range->count = prefixes->first[prefix + 1] - range->low;
	return 1;
}

/* The key of name `index` and, valid with it, the KEYS_BEHIND ones behind it. */
static __always_inline const __u64 *find_keys(const struct zone_view *view, __u32 index)
{
	const struct key_chunk *chunk = zone_keys(view, index / KEY_CHUNK);

	return chunk ? chunk->key + index % KEY_CHUNK : 0;
}

/* Leaves KEYS_BEHIND + 1 names at most. */
static __always_inline int narrow_range(const struct zone_view *view, __u64 key,
					struct range *range)
{
	for (__u32 i = 0; i < SEARCH_STEPS; i++) {
		__u32 half = range->count / 2;
		const __u64 *middle;

		if (range->count <= KEYS_BEHIND + 1)
			break;
		middle = find_keys(view, range->low + half);
		if (!middle)
			return 0;
		range->low += half * (1 - (__u32)((key - *middle) >> 63));
		range->count -= half;
	}
	return 1;
}

/*
 * Finds a label of `length` bytes by its key, as most can be: *place. `head`: its first eight
 * bytes. The last steps are no search but a count, because nobody can predict which way that goes.
 */
static __always_inline enum found find_by_key(const struct zone_view *view, __u64 head,
					      __u32 length, struct place *place)
{
	struct range range;
	__u64 key = key_of(head, length);
	const __u64 *keys;
	__u32 above = 0;

	if (!find_range(view, head, &range) || !narrow_range(view, key, &range))
		return FOUND_NOTHING;
	keys = find_keys(view, range.low);
	if (!keys)
		return FOUND_NOTHING;
	for (__u32 i = 1; i <= KEYS_BEHIND; i++)
		above += (key - keys[i]) >> 63;
	place->index = range.low + KEYS_BEHIND - above;
	keys += KEYS_BEHIND - above;
	place->exact = *keys == key;
	return place->exact && length > KEY_BYTES ? FOUND_ALIKE : FOUND;
}

/*
 * Finds any label. *place: where find_by_key() stopped, the last name of its key: most often that
 * is it. False: FOUND_NOTHING.
 */
static __always_inline int find_by_name(const struct zone_view *view, const struct label *label,
					struct place *place)
{
	const struct name *name = zone_name(view, place->index);
	struct range range;

	place->exact = name && label_is(label, name);
	if (place->exact)
		return 1;
	if (!find_range(view, label->word[0], &range))
		return 0;
	for (__u32 i = 0; i < SEARCH_STEPS; i++) {
		__u32 half = range.count / 2;

		if (range.count <= 1)
			break;
		name = zone_name(view, range.low + half);
		if (!name)
			return 0;
		range.low += half * (1 - (__u32)label_before(label, name));
		range.count -= half;
	}
	place->index = range.low;
	name = zone_name(view, range.low);
	if (!name)
		return 0;
	place->exact = label_is(label, name);
	return 1;
}

#endif
