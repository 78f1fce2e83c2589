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

/* 2^SEARCH_STEPS names may share two first bytes. */
#define SEARCH_STEPS 20

/*
 * Reads the last label of a QNAME of `name_length` bytes (2 or more) that begins at
 * start + DNS_HEADER_SIZE, lower-cased, into *label. False: `end` is in the way.
 */
static __always_inline int read_label(const __u8 *start, const __u8 *end,
				      const struct question *question, struct label *label)
{
	__u32 behind = DNS_HEADER_SIZE + question->name_length - 1;
	__u32 length = question->name_length - question->last_label - 2;

	for (__u32 i = 0; i < LABEL_WORDS; i++) {
		__u64 word = 0;

		if (length > i * 8) {
			__u32 left = length - i * 8;
			__u32 used = left < 8 ? left : 8;
			__u32 at = behind - left + used - 8;
			const __u8 *bytes;

			/* The eight bytes that end with the word's last are all in the message. */
			hide(at);
			bytes = start + (at & 0x1ff);
			if (bytes + 8 > end)
				return 0;
			word = lower_case(host64(load64(bytes)) << (64 - 8 * used));
		}
		label->word[i] = word;
	}
	label->word[LABEL_WORDS - 1] |= length;
	return 1;
}

static __always_inline __u64 name_word(const struct name *name, __u32 i)
{
	return host64(((const __u64 *)(const void *)name)[i]);
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
	__u64 difference = label->word[0] ^ name_word(name, 0);

	if (difference)
		return 0;
	for (__u32 i = 1; i < LABEL_WORDS; i++)
		difference |= label->word[i] ^ name_word(name, i);
	return !difference;
}

/* Finds the label. False: the zone has no such entries (there is no zone, or it is damaged). */
static __always_inline int find_label(const struct zone_view *view, const struct label *label,
				      struct place *place)
{
	const struct prefix_table *prefixes = zone_prefixes(view);
	__u32 prefix, low, count;
	const struct name *name;

	if (!prefixes)
		return 0;
	place->index = PREFIX(prefix_class(label->word[0] >> 56),
			      prefix_class(label->word[0] >> 48 & 0xff));
	forget();
	prefix = place->index;
	if (prefix >= PREFIX_COUNT)
		return 0;
	low = prefixes->first[prefix];
	count = prefixes->first[prefix + 1] - low + 1;
	if (low)
		low--;
	else
		count--;

	/* Of the `count` names from `low` on, the first is not above the label. */
	for (__u32 i = 0; i < SEARCH_STEPS; i++) {
		__u32 half = count / 2;

		if (count <= 1)
			break;
		name = zone_name(view, low + half);
		if (!name)
			return 0;
		low += half * (1 - (__u32)label_before(label, name));
		count -= half;
	}
	place->index = low;
	name = zone_name(view, low);
	if (!name)
		return 0;
	place->exact = label_is(label, name);
	return 1;
}

#endif
