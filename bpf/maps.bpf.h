/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every BPF map. Names have at most 15 characters; all but `scratch` are pinned by name. */
#ifndef ROOTXDP_MAPS_BPF_H
#define ROOTXDP_MAPS_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "guard.h"
#include "layout.h"
#include "limit.h"
#include "verdict.h"
#include "work.h"

/* What addresses are to us: enum address_use. A packet to any but ADDRESS_OURS is not for us. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ADDRESSES_MAX + BROADCASTS_MAX);
	__type(key, struct address);
	__type(value, __u32);
} addresses SEC(".maps");

/* The same, at hand: see address_slot_of(). */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ADDRESS_SLOTS);
	__type(key, __u32);
	__type(value, struct address_slot);
} address_slots SEC(".maps");

/* The devices we are attached to, by ifindex. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, INTERFACES_MAX);
	__type(key, __u32);
	__type(value, struct interface);
} interfaces SEC(".maps");

/* The same, at hand: see struct interface_slot. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, INTERFACE_SLOTS);
	__type(key, __u32);
	__type(value, struct interface_slot);
} interface_slots SEC(".maps");

/* What the operator chose. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct settings);
} settings SEC(".maps");

/* Who we say that we are: NSID and CHAOS identity. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct identity);
} identity SEC(".maps");

/* What makes and checks cookies; secret. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct cookie_secrets);
} cookie_secrets SEC(".maps");

/* Names whose subtrees are passed; the first settings.subtrees of them. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SUBTREES_MAX);
	__type(key, __u32);
	__type(value, struct subtree);
} subtrees SEC(".maps");

/* Rate limits: who has had how many replies, by a keyed hash. No address is in it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BUCKET_SETS);
	__type(key, __u32);
	__type(value, struct bucket_set);
} buckets SEC(".maps");

/* Prefixes whose replies are not limited. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, EXEMPT_MAX);
	__type(key, struct exempt_prefix);
	__type(value, __u32);
} exempt SEC(".maps");

/* Packets by verdict: one entry for each enum tier. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, TIER_COUNT);
	__type(key, __u32);
	__type(value, struct verdict_counts);
} stats SEC(".maps");

/* The packet at hand: one entry for each enum tier. It means nothing between packets. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, TIER_COUNT);
	__type(key, __u32);
	__type(value, struct work);
} scratch SEC(".maps");

/* The set (0 or 1) that is answered from; read once for each packet. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} active SEC(".maps");

/*
 * A zone's data is held twice: set 0 and set 1, each of inner arrays NAME_0 and NAME_1 under an
 * outer array NAME. Both have one size, chosen at load from the image with room to grow: the
 * kernel inlines look-ups only in inner arrays of equal size (no BPF_F_INNER_MAP).
 */
#define ZONE_SET(map, value_type)                                                                  \
	struct map##_set {                                                                         \
		__uint(type, BPF_MAP_TYPE_ARRAY);                                                  \
		__uint(max_entries, 1);                                                            \
		__type(key, __u32);                                                                \
		__type(value, value_type);                                                         \
	} map##_0 SEC(".maps"), map##_1 SEC(".maps");                                              \
	struct {                                                                                   \
		__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);                                          \
		__uint(max_entries, 2);                                                            \
		__type(key, __u32);                                                                \
		__array(values, struct map##_set);                                                 \
	} map SEC(".maps") = { .values = { &map##_0, &map##_1 } }

ZONE_SET(zone, struct zone_info);        /* one entry: serial, deadline, apex types */
ZONE_SET(prefixes, struct prefix_table); /* one entry: two first bytes -> first name */
ZONE_SET(keys, struct key_chunk);        /* the names' first eight bytes */
ZONE_SET(names, struct name);            /* '.' and every TLD, canonical order */
ZONE_SET(replies, struct reply);         /* the stored replies: REPLY_APEX, REPLY_OF_NAME */
ZONE_SET(cuts, struct cut);              /* shorter forms of replies */
ZONE_SET(shelves, struct shelf);         /* bodies and relocations */

#endif
