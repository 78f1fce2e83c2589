// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the active set. */
#include "snapshot.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A switch comes once in a verification at most, which takes longer than reading. */
#define TRIES_MAX 50

/* One batch call for at most so many bytes: the kernel copies value by value, and may be asked to
 * wait in between. */
#define BATCH_BYTES (1 << 20)

static bool complain(char why[256], const char *what, const char *map, int error)
{
	snprintf(why, 256, "can't %s the map '%s': %s: is this the version of rootxdp that runs?",
		 what, map, strerror(error));
	return false;
}

/* Opens the map that an outer one leads to for the set: that is what the programs read. */
static bool open_map(struct snapshot *snapshot, const struct set_map *map, int which, char why[256])
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);

	if (bpf_map_lookup_elem(map->outer, &snapshot->set, &snapshot->id[which]))
		return complain(why, "look into", map->name, errno);
	snapshot->fd[which] = bpf_map_get_fd_by_id(snapshot->id[which]);
	if (snapshot->fd[which] < 0 || bpf_obj_get_info_by_fd(snapshot->fd[which], &info, &size))
		return complain(why, "open what is in", map->name, errno);
	if (info.value_size != map->value_size)
		return complain(why, "read", map->name, EINVAL);
	snapshot->room[which] = info.max_entries;
	return true;
}

static void close_maps(struct snapshot *snapshot)
{
	for (int which = 0; which < SET_MAP_COUNT; which++) {
		if (snapshot->fd[which] >= 0)
			close(snapshot->fd[which]);
		snapshot->fd[which] = -1;
	}
}

/* Reads the first `count` entries of an array. */
static int read_entries(int fd, void *values, size_t value_size, __u32 count)
{
	LIBBPF_OPTS(bpf_map_batch_opts, options);
	__u32 step = BATCH_BYTES / value_size, read = 0, last, got;
	__u32 *keys = calloc(step, sizeof(*keys));
	int error = keys ? 0 : -ENOMEM;

	while (!error && read < count) {
		got = count - read < step ? count - read : step;
		last = read - 1;
		error = bpf_map_lookup_batch(fd, read ? &last : NULL, &last, keys,
					     (char *)values + read * value_size, &got, &options);
		if (error == -ENOENT && got) /* the array's end */
			error = 0;
		read += got;
	}
	free(keys);
	return error;
}

static bool read_map(struct snapshot *snapshot, const struct maps *maps, int which, __u32 count,
		     char why[256])
{
	const struct set_map *map = &maps->set[which];
	int error;

	snapshot->values[which] = calloc(count, map->value_size);
	error = snapshot->values[which] ? read_entries(snapshot->fd[which], snapshot->values[which],
						       map->value_size, count)
					: -ENOMEM;
	return error ? complain(why, "read", map->name, -error) : true;
}

/*
 * How many names there are stands in two places. When they differ one is damaged, and the number of
 * stored replies tells which: four for each TLD, one for each gap, and the apex's.
 */
static __u32 count_names(const struct snapshot *snapshot, const struct prefix_table *prefix)
{
	const struct zone_info *info = &snapshot->info;
	__s64 replies = REPLY_KINDS * (__s64)info->names + 2 * (__s64)info->apex_types - 5;
	__u32 names = info->names, other = prefix->first[PREFIX_COUNT];
	__u32 room = snapshot->room[SET_names];

	if (room > (snapshot->room[SET_replies] - REPLY_OF_NAME(0, 0)) / REPLY_KINDS)
		room = (snapshot->room[SET_replies] - REPLY_OF_NAME(0, 0)) / REPLY_KINDS;
	if (names != other && replies != info->replies)
		names = other;
	return names < 1 ? 1 : names > room ? room : names;
}

static bool read_maps(struct snapshot *snapshot, const struct maps *maps, char why[256])
{
	const __u32 *room = snapshot->room;
	__u32 names;

	if (room[SET_replies] < REPLY_OF_NAME(1, 0))
		return complain(why, "read", "replies", EINVAL);
	if (!read_map(snapshot, maps, SET_prefixes, 1, why))
		return false;
	names = count_names(snapshot, snapshot->values[SET_prefixes]);
	if (KEY_CHUNKS(names) > room[SET_keys])
		return complain(why, "read", "keys", EINVAL);
	if (!read_map(snapshot, maps, SET_keys, KEY_CHUNKS(names), why) ||
	    !read_map(snapshot, maps, SET_names, names, why) ||
	    !read_map(snapshot, maps, SET_replies, REPLY_OF_NAME(names, 0), why) ||
	    !read_map(snapshot, maps, SET_cuts, room[SET_cuts], why) ||
	    !read_map(snapshot, maps, SET_shelves, room[SET_shelves], why))
		return false;
	snapshot->view = (struct image_view){
		.info = &snapshot->info,
		.prefix = snapshot->values[SET_prefixes],
		.keys = snapshot->values[SET_keys],
		.names = snapshot->values[SET_names],
		.replies = snapshot->values[SET_replies],
		.cuts = snapshot->values[SET_cuts],
		.shelves = snapshot->values[SET_shelves],
		.key_count = KEY_CHUNKS(names),
		.name_count = names,
		.reply_count = REPLY_OF_NAME(names, 0),
		.cut_count = room[SET_cuts],
		.shelf_count = room[SET_shelves],
	};
	return true;
}

static bool read_active(const struct maps *maps, __u32 *set, char why[256])
{
	__u32 zero = 0;

	if (bpf_map_lookup_elem(maps->active, &zero, set))
		return complain(why, "read", "active", errno);
	if (*set <= 1)
		return true;
	snprintf(why, 256,
		 "active[0] is %u, and there are sets 0 and 1 only: nothing is answered "
		 "from: restart the loader",
		 *set);
	return false;
}

/* Was it the same zone before and after? A set that is filled again gets another deadline. */
static bool is_still(struct snapshot *snapshot, const struct maps *maps, bool *still, char why[256])
{
	const struct zone_info *before = &snapshot->info;
	struct zone_info info;
	__u32 zero = 0, set;

	if (!read_active(maps, &set, why))
		return false;
	if (bpf_map_lookup_elem(snapshot->fd[SET_zone], &zero, &info))
		return complain(why, "read", "zone", errno);
	*still = set == snapshot->set && info.serial == before->serial &&
		 info.deadline.boot_ns == before->deadline.boot_ns;
	return true;
}

static void free_values(struct snapshot *snapshot)
{
	for (int which = 0; which < SET_MAP_COUNT; which++) {
		free(snapshot->values[which]);
		snapshot->values[which] = NULL;
	}
}

static bool try_once(struct snapshot *snapshot, const struct maps *maps, bool *still, char why[256])
{
	__u32 zero = 0;

	free_values(snapshot);
	if (!read_active(maps, &snapshot->set, why))
		return false;
	for (int which = 0; which < SET_MAP_COUNT; which++)
		if (!open_map(snapshot, &maps->set[which], which, why))
			return false;
	if (bpf_map_lookup_elem(snapshot->fd[SET_zone], &zero, &snapshot->info))
		return complain(why, "read", "zone", errno);
	return read_maps(snapshot, maps, why) && is_still(snapshot, maps, still, why);
}

bool snapshot_read(struct snapshot *snapshot, const struct maps *maps, char why[256])
{
	bool fine = true, still = false;
	__u32 zero = 0;

	*snapshot = (struct snapshot){ 0 };
	for (int which = 0; which < SET_MAP_COUNT; which++)
		snapshot->fd[which] = -1;
	if (bpf_map_lookup_elem(maps->settings, &zero, &snapshot->settings))
		return complain(why, "read", "settings", errno);
	while (fine && !still && snapshot->tries < TRIES_MAX) {
		snapshot->tries++;
		fine = try_once(snapshot, maps, &still, why);
		close_maps(snapshot);
	}
	if (fine && !still)
		snprintf(why, 256,
			 "the loader switched %u times while the maps were read: try "
			 "again",
			 snapshot->tries);
	if (!fine || !still)
		snapshot_free(snapshot);
	return fine && still;
}

void snapshot_free(struct snapshot *snapshot)
{
	free_values(snapshot);
}
