// SPDX-License-Identifier: GPL-2.0-or-later
/* The programs answer from the maps that were read. */
#include "checks.h"

#include <bpf/bpf.h>
#include <stdlib.h>

static __u32 map_id(int fd)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);

	return fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &size) ? info.id : 0;
}

static void check_outer(const struct snapshot *snapshot, const struct maps *maps,
			struct findings *findings)
{
	for (int which = 0; which < SET_MAP_COUNT; which++) {
		const struct set_map *map = &maps->set[which];
		__u32 pinned = map_id(map->inner[snapshot->set]);

		if (pinned != snapshot->id[which])
			find(findings, map->name,
			     "%s[%u]: it leads to the map of id %u, not to the pinned %s_%u (id "
			     "%u): restart the loader",
			     map->name, snapshot->set, snapshot->id[which], map->name,
			     snapshot->set, pinned);
	}
}

/* Programs use some twenty maps. */
#define PROGRAM_MAPS_MAX 64

static bool uses(const __u32 *ids, __u32 count, int map)
{
	__u32 id = map_id(map);

	for (__u32 i = 0; i < count; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static void check_program(int fd, const char *name, const struct maps *maps,
			  struct findings *findings)
{
	__u32 ids[PROGRAM_MAPS_MAX];
	struct bpf_prog_info info = {
		.nr_map_ids = PROGRAM_MAPS_MAX,
		.map_ids = (__u64)(unsigned long)ids,
	};
	__u32 size = sizeof(info), count;

	if (fd < 0)
		return;
	count = bpf_obj_get_info_by_fd(fd, &info, &size) ? 0 : info.nr_map_ids;
	if (count > PROGRAM_MAPS_MAX)
		count = PROGRAM_MAPS_MAX;
	if (!uses(ids, count, maps->active))
		find(findings, "active",
		     "%s does not read the pinned map 'active': restart the "
		     "loader",
		     name);
	for (int which = 0; which < SET_MAP_COUNT; which++)
		if (!uses(ids, count, maps->set[which].outer))
			find(findings, maps->set[which].name,
			     "%s does not read the pinned map '%s': restart the loader", name,
			     maps->set[which].name);
}

void check_binding(const struct snapshot *snapshot, const struct maps *maps,
		   struct findings *findings)
{
	check_outer(snapshot, maps, findings);
	check_program(maps->program_xdp, "program_xdp", maps, findings);
	check_program(maps->program_tc, "program_tc", maps, findings);
}
