/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The BPF maps as file descriptors, and their pins. */
#ifndef ROOTXDP_MAPS_H
#define ROOTXDP_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <limits.h>

#include "guard.h"
#include "layout.h"
#include "limit.h"
#include "verdict.h"

/* M(name, value) for the maps that there is one of. */
#define SINGLE_MAPS(M)                                                                             \
	M(addresses, __u32)                                                                        \
	M(address_slots, struct address_slot)                                                      \
	M(interfaces, struct interface)                                                            \
	M(interface_slots, struct interface_slot)                                                  \
	M(settings, struct settings)                                                               \
	M(stats, struct verdict_counts)                                                            \
	M(active, __u32)                                                                           \
	M(identity, struct identity)                                                               \
	M(cookie_secrets, struct cookie_secrets)                                                   \
	M(subtrees, struct subtree)                                                                \
	M(exempt, __u32)                                                                           \
	M(buckets, struct bucket_set)

/* M(name, value) for the maps of a zone's set: an outer array and two inner ones. */
#define SET_MAPS(M)                                                                                \
	M(zone, struct zone_info)                                                                  \
	M(prefixes, struct prefix_table)                                                           \
	M(keys, struct key_chunk)                                                                  \
	M(names, struct name)                                                                      \
	M(replies, struct reply)                                                                   \
	M(cuts, struct cut)                                                                        \
	M(shelves, struct shelf)

enum set_map_index {
#define M(name, value) SET_##name,
	SET_MAPS(M)
#undef M
	SET_MAP_COUNT
};

struct set_map {
	const char *name;
	size_t value_size;
	int outer;
	int inner[2];
	__u32 capacity; /* entries that each inner array has room for */
};

/* File descriptors; -1 where there is none. */
struct maps {
#define M(name, value) int name;
	SINGLE_MAPS(M)
#undef M
	struct set_map set[SET_MAP_COUNT];
	int program_xdp;
	int program_tc;
};

/* Fills in names and sizes, and -1 for every descriptor. */
void maps_none(struct maps *maps);

/* Opens the pins in `pin` to read them. False: said on stderr (nothing is loaded, another
 * version, not root). */
bool maps_open(struct maps *maps, const char *pin);

/* The same, silently: why not stands in why. */
#define MAPS_WHY (PATH_MAX + 256)
bool maps_try(struct maps *maps, const char *pin, char why[MAPS_WHY]);

/* Closes what these opened. */
void maps_close(struct maps *maps);

/* Pins every map and both programs in `pin`, each replacing an older pin of its name at once. */
bool maps_pin(const struct maps *maps, const char *pin);

/* Removes those pins; missing ones are fine. */
void maps_unpin(const char *pin);

/*
 * Puts `fd` in the place of whatever is pinned as pin/name. For a moment it is pinned under that
 * name with PIN_NEXT before it. False: said on stderr.
 */
#define PIN_NEXT "next_"
bool pin_replace(int fd, const char *pin, const char *name);

/* The set that is answered from, 0 or 1, and its header. False: said on stderr. */
bool maps_active(const struct maps *maps, __u32 *set, struct zone_info *zone);

/* Settings; false: said on stderr. */
bool maps_settings(const struct maps *maps, struct settings *settings);

/* Who we say that we are; false: said on stderr. */
bool maps_identity(const struct maps *maps, struct identity *identity);

/* The names that are passed, settings.subtrees of them; false: said on stderr. */
bool maps_subtrees(const struct maps *maps, const struct settings *settings,
		   struct subtree subtrees[SUBTREES_MAX]);

/* Calls `each` for every entry of `interfaces`. */
void maps_each_interface(const struct maps *maps,
			 void (*each)(__u32 ifindex, const struct interface *interface,
				      void *context),
			 void *context);

#endif
