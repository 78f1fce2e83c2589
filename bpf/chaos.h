/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the names that CHAOS TXT queries ask for (RFC 4892). The same in kernel and engine. */
#ifndef ROOTXDP_CHAOS_H
#define ROOTXDP_CHAOS_H

#include "cursor.h"
#include "question.h"

/* What a CHAOS TXT name asks for. */
enum chaos_name { CHAOS_NONE, CHAOS_HOSTNAME, CHAOS_VERSION };

/* The eight bytes of a literal from `at` on, as lower_case(host64(load64())) reads them. */
#define CHAOS_WORD(text, at)                                                                       \
	((__u64)(text)[at] << 56 | (__u64)(text)[(at) + 1] << 48 | (__u64)(text)[(at) + 2] << 40 | \
	 (__u64)(text)[(at) + 3] << 32 | (__u64)(text)[(at) + 4] << 24 |                           \
	 (__u64)(text)[(at) + 5] << 16 | (__u64)(text)[(at) + 6] << 8 | (__u64)(text)[(at) + 7])

/* Whether a name of 8 to 16 bytes, given by its first and last eight, is the literal `text`. */
#define CHAOS_NAME_IS(length, first, last, text)                                                   \
	((length) == sizeof(text) && (first) == CHAOS_WORD(text, 0) &&                             \
	 (last) == CHAOS_WORD(text, sizeof(text) - 8))

/*
 * Reads the QNAME that begins at start + DNS_HEADER_SIZE, case-blind. None if `end` is in the way.
 */
static __always_inline enum chaos_name read_chaos_name(const __u8 *start, const __u8 *end,
						       const struct question *question)
{
	const __u8 *name = start + DNS_HEADER_SIZE, *tail;
	__u32 length = question->name_length;
	__u64 first, last;

	if (length < 8 || length > 16)
		return CHAOS_NONE;
	hide(length);
	tail = name + ((length - 8) & 15);
	if (name + 8 > end || tail + 8 > end)
		return CHAOS_NONE;
	first = lower_case(host64(load64(name)));
	last = lower_case(host64(load64(tail)));
	if (CHAOS_NAME_IS(length, first, last, "\10hostname\4bind") ||
	    CHAOS_NAME_IS(length, first, last, "\2id\6server"))
		return CHAOS_HOSTNAME;
	if (CHAOS_NAME_IS(length, first, last, "\7version\4bind") ||
	    CHAOS_NAME_IS(length, first, last, "\7version\6server"))
		return CHAOS_VERSION;
	return CHAOS_NONE;
}

#endif
