/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rate limits in the kernel: one table for the host, both tiers and all CPUs. */
#ifndef ROOTXDP_LIMIT_BPF_H
#define ROOTXDP_LIMIT_BPF_H

#include "limit.h"
#include "maps.bpf.h"

/* Clients whose replies are not limited. */
static __always_inline int is_exempt(const struct rate_limit *limit, const struct work *work)
{
	struct exempt_prefix client = { .length = 128 };

	if (work->cookie_state == COOKIE_VALID)
		return 1;
	if (!limit->exempt)
		return 0;
	for (__u32 i = 0; i < sizeof(client.address); i += sizeof(__u32))
		store32(client.address.byte + i, load32(work->packet.source.byte + i));
	return !!bpf_map_lookup_elem(&exempt, &client);
}

/* May the outlined reply be sent? */
static __always_inline enum limit_outcome limit_reply(const struct work *work)
{
	__u32 zero = 0, index;
	const struct settings *chosen = bpf_map_lookup_elem(&settings, &zero);
	struct bucket_set *set;
	__u64 hash;

	if (!chosen || !chosen->limit.rate || is_exempt(&chosen->limit, work))
		return LIMIT_SEND;
	hash = limit_hash(&chosen->limit, &work->packet.source, work->outline.class);
	index = limit_set_of(hash);
	set = bpf_map_lookup_elem(&buckets, &index);
	return set ? limit_take(set, &chosen->limit, hash, bpf_ktime_get_coarse_ns()) : LIMIT_SEND;
}

#endif
