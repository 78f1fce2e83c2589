/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Subtrees of names that the fallback serves as zones of its own: the kernel passes what is there.
 */
#ifndef ROOTXDP_SUBTREE_H
#define ROOTXDP_SUBTREE_H

#include "cursor.h"
#include "guard.h"
#include "question.h"

#define SUBTREE_WORDS (sizeof(((struct subtree *)0)->name) / 8)

/*
 * Whether the QNAME of the message from `start` on is the subtree's name, or below it. A label that
 * has bytes in it that look like the subtree's labels counts too: such a query passes for nothing.
 */
static __always_inline int name_is_within(const __u8 *start, const __u8 *end,
					  const struct question *question,
					  const struct subtree *subtree)
{
	__u32 behind = DNS_HEADER_SIZE + question->name_length;
	const __u64 *word = (const __u64 *)(const void *)(subtree->name + sizeof(subtree->name));
	__u64 left = subtree->length, difference = 0;

	if (left > question->name_length)
		return 0;
	for (__u32 i = 0; i < SUBTREE_WORDS; i++) {
		__u64 whole = ((left - 8) >> 63) - 1; /* all ones when 8 bytes or more are left */
		__u32 at = behind - 8 * (i + 1);
		const __u8 *bytes;

		if (!left || difference)
			break;
		/* Without branches: the verifier would go through each way that leads out of here. */
		hide(whole);
		hide(at);
		bytes = start + (at & 0x1ff);
		if (bytes + 8 > end)
			return 0;
		word--;
		difference = (lower_case(host64(load64(bytes))) ^ host64(*word)) &
			     (whole | ((1ull << 8 * (left & 7)) - 1));
		left = (left - 8) & whole;
	}
	return !difference && !left;
}

#endif
