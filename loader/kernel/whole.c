// SPDX-License-Identifier: GPL-2.0-or-later
/* Compares the ids of maps with those that programs and outer maps have. */
#include <bpf/bpf.h>

#include "whole.h"

/* More maps than a program of ours has. */
#define USED_MAX 64

struct used {
	__u32 id[USED_MAX];
	__u32 count;
};

static __u32 map_id(int map)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);

	return bpf_obj_get_info_by_fd(map, &info, &size) ? 0 : info.id;
}

static bool find_used(int program, struct used *used)
{
	struct bpf_prog_info info = { .nr_map_ids = USED_MAX,
				      .map_ids = (__u64)(unsigned long)used->id };
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(program, &info, &size) || info.nr_map_ids > USED_MAX)
		return false;
	used->count = info.nr_map_ids;
	return true;
}

static bool uses(const struct used *used, int map)
{
	__u32 id = map_id(map);

	for (__u32 i = 0; id && i < used->count; i++)
		if (used->id[i] == id)
			return true;
	return false;
}

/* An outer array's values are, to userspace, the ids of its maps. */
static bool inner_are_in_place(const struct set_map *map)
{
	for (__u32 set = 0; set < 2; set++) {
		__u32 id;

		if (bpf_map_lookup_elem(map->outer, &set, &id) || id != map_id(map->inner[set]))
			return false;
	}
	return true;
}

static bool program_uses(int program, const struct maps *maps)
{
	struct used used;

	if (!find_used(program, &used))
		return false;
#define M(name, value)                                                                             \
	if (!uses(&used, maps->name))                                                              \
		return false;
	SINGLE_MAPS(M)
#undef M
	for (int i = 0; i < SET_MAP_COUNT; i++)
		if (!uses(&used, maps->set[i].outer))
			return false;
	return true;
}

bool maps_are_whole(const struct maps *maps)
{
	for (int i = 0; i < SET_MAP_COUNT; i++)
		if (!inner_are_in_place(&maps->set[i]))
			return false;
	return program_uses(maps->program_xdp, maps) && program_uses(maps->program_tc, maps);
}
