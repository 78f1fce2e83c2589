/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the benchmark's BPF programs do with frames. */
#ifndef ROOTXDP_QUERY_FRAME_BPF_H
#define ROOTXDP_QUERY_FRAME_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "query_frame.h"

/* Makes the frame at hand the query. False: it is none, or there is no room. */
static __always_inline int become_query(struct xdp_md *ctx, const struct query_frame *query)
{
	__u32 length = query->length & 255;

	if (length < QUERY_FRAME_LEAST || length > sizeof(query->bytes))
		return 0;
	return !bpf_xdp_adjust_tail(ctx, (int)(length - bpf_xdp_get_buff_len(ctx))) &&
	       !bpf_xdp_store_bytes(ctx, 0, (void *)query->bytes, length);
}

/* `count` is even. */
static __always_inline void swap_bytes(__u8 *a, __u8 *b, __u32 count)
{
	for (__u32 i = 0; i < count; i += 2) {
		__u16 kept = *(__u16 *)(a + i);

		*(__u16 *)(a + i) = *(__u16 *)(b + i);
		*(__u16 *)(b + i) = kept;
	}
}

#endif
