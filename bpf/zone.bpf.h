/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The zone that is answered from, as find.h and reply.h want to see it: the maps of one set. */
#ifndef ROOTXDP_ZONE_BPF_H
#define ROOTXDP_ZONE_BPF_H

#include "maps.bpf.h"

struct zone_view {
	__u32 set;
};

/* Entry `index` of an outer array's map for the set; both look-ups are inlined by the kernel. */
#define ZONE_ENTRY(map, zone, index)                                                               \
	({                                                                                         \
		void *inner_ = bpf_map_lookup_elem(&map, &(zone)->set);                            \
		__u32 index_ = (index);                                                            \
		inner_ ? bpf_map_lookup_elem(inner_, &index_) : NULL;                              \
	})

static __always_inline struct zone_view zone_of_set(__u32 set)
{
	return (struct zone_view){ .set = set };
}

/* The set's header: its deadline notes what was seen of it. */
static __always_inline struct zone_info *zone_header(const struct zone_view *view)
{
	return ZONE_ENTRY(zone, view, 0);
}

static __always_inline const struct zone_info *zone_info(const struct zone_view *view)
{
	return zone_header(view);
}

static __always_inline const struct prefix_table *zone_prefixes(const struct zone_view *view)
{
	return ZONE_ENTRY(prefixes, view, 0);
}

static __always_inline const struct key_chunk *zone_keys(const struct zone_view *view, __u32 chunk)
{
	return ZONE_ENTRY(keys, view, chunk);
}

static __always_inline const struct name *zone_name(const struct zone_view *view, __u32 index)
{
	return ZONE_ENTRY(names, view, index);
}

static __always_inline const struct reply *zone_reply(const struct zone_view *view, __u32 index)
{
	return ZONE_ENTRY(replies, view, index);
}

static __always_inline const struct cut *zone_cut(const struct zone_view *view, __u32 index)
{
	return ZONE_ENTRY(cuts, view, index);
}

static __always_inline const struct shelf *zone_shelf(const struct zone_view *view, __u32 index)
{
	return ZONE_ENTRY(shelves, view, index);
}

#endif
