// SPDX-License-Identifier: GPL-2.0-or-later
/* Fills a set's maps, proves them, switches to them. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "transfer.h"

/* One batch call for at most so many bytes bounds the memory for reading back. */
#define BATCH_BYTES (1 << 20)

struct part {
	const void *values;
	__u32 count;
};

static struct part part_of(const struct image_view *image, enum set_map_index which)
{
	switch (which) {
	case SET_zone:
		return (struct part){ image->info, 1 };
	case SET_prefixes:
		return (struct part){ image->prefix, 1 };
	case SET_keys:
		return (struct part){ image->keys, image->key_count };
	case SET_names:
		return (struct part){ image->names, image->name_count };
	case SET_replies:
		return (struct part){ image->replies, image->reply_count };
	case SET_cuts:
		return (struct part){ image->cuts, image->cut_count };
	case SET_shelves:
		return (struct part){ image->shelves, image->shelf_count };
	case SET_MAP_COUNT:
		break;
	}
	return (struct part){ NULL, 0 };
}

__u32 transfer_count(const struct image_view *image, enum set_map_index which)
{
	return part_of(image, which).count;
}

bool transfer_fits(const struct maps *maps, const struct image_view *image)
{
	for (int which = 0; which < SET_MAP_COUNT; which++)
		if (transfer_count(image, which) > maps->set[which].capacity)
			return false;
	return true;
}

/* Writes entries of an array from `first` on, or reads them back. */
static int batch(int map, __u32 first, void *values, __u32 count, bool write)
{
	LIBBPF_OPTS(bpf_map_batch_opts, options);
	__u32 *keys = malloc(count * sizeof(*keys));
	__u32 done = count, next;
	int error;

	if (!keys)
		return -ENOMEM;
	for (__u32 i = 0; i < count; i++)
		keys[i] = first + i;
	if (write) {
		error = bpf_map_update_batch(map, keys, values, &done, &options);
	} else {
		__u32 before = first - 1;

		/* `before` is the last key that was read; NULL starts at the first one. */
		error = bpf_map_lookup_batch(map, first ? &before : NULL, &next, keys, values,
					     &done, &options);
		if (error == -ENOENT) /* the array's end */
			error = 0;
	}
	free(keys);
	return error ? error : done == count ? 0 : -EIO;
}

static bool fill_map(const struct set_map *map, __u32 set, struct part part)
{
	__u32 step = BATCH_BYTES / map->value_size;
	const char *values = part.values;

	for (__u32 first = 0; first < part.count; first += step) {
		__u32 count = part.count - first < step ? part.count - first : step;
		int error = batch(map->inner[set], first,
				  (void *)(values + first * map->value_size), count, true);

		if (!error)
			continue;
		log_error("can't fill the map %s_%u: %s", map->name, set, strerror(-error));
		return false;
	}
	return true;
}

static bool prove_map(const struct set_map *map, __u32 set, struct part part)
{
	__u32 step = BATCH_BYTES / map->value_size;
	char *seen = malloc(step * map->value_size);
	const char *values = part.values;
	bool same = seen;

	for (__u32 first = 0; same && first < part.count; first += step) {
		__u32 count = part.count - first < step ? part.count - first : step;

		same = !batch(map->inner[set], first, seen, count, false) &&
		       !memcmp(seen, values + first * map->value_size, count * map->value_size);
	}
	free(seen);
	if (!same)
		log_error("the map %s_%u does not hold what was written to it", map->name, set);
	return same;
}

bool transfer_fill(const struct maps *maps, __u32 set, const struct image_view *image,
		   const struct deadline *deadline)
{
	struct zone_info info = *image->info;
	struct image_view view = *image;

	info.deadline = *deadline;
	view.info = &info;
	for (int which = 0; which < SET_MAP_COUNT; which++)
		if (!fill_map(&maps->set[which], set, part_of(&view, which)))
			return false;
	for (int which = 0; which < SET_MAP_COUNT; which++)
		if (!prove_map(&maps->set[which], set, part_of(&view, which)))
			return false;
	return true;
}

/* Changes a set's header, also while it is answered from. */
static bool change_header(const struct maps *maps, __u32 set, const struct deadline *deadline,
			  __u32 proofs, __u32 proven)
{
	int map = maps->set[SET_zone].inner[set];
	struct zone_info info;
	__u32 zero = 0;

	if (!bpf_map_lookup_elem(map, &zero, &info)) {
		if (deadline) {
			__u32 signed_for = info.deadline.signed_for;

			info.deadline = *deadline;
			info.deadline.signed_for = signed_for;
		} else {
			info.proofs = proofs;
			info.proven = proven;
		}
		if (!bpf_map_update_elem(map, &zero, &info, BPF_ANY))
			return true;
	}
	log_error("can't write to the map zone_%u: %s", set, strerror(errno));
	return false;
}

bool transfer_deadline(const struct maps *maps, __u32 set, const struct deadline *deadline)
{
	return change_header(maps, set, deadline, 0, 0);
}

bool transfer_proven(const struct maps *maps, __u32 set, __u32 proofs, __u32 proven)
{
	return change_header(maps, set, NULL, proofs, proven);
}

/* Reads the copy back too: it is what is answered from, without another proof. */
static bool copy_map(const struct set_map *from, __u32 from_set, const struct set_map *to,
		     __u32 to_set)
{
	__u32 step = BATCH_BYTES / from->value_size;
	char *values = malloc(2 * step * from->value_size);
	bool fine = values;

	for (__u32 first = 0; fine && first < from->capacity; first += step) {
		__u32 count = from->capacity - first < step ? from->capacity - first : step;
		size_t size = count * from->value_size;

		fine = !batch(from->inner[from_set], first, values, count, false) &&
		       !batch(to->inner[to_set], first, values, count, true) &&
		       !batch(to->inner[to_set], first, values + size, count, false) &&
		       !memcmp(values, values + size, size);
	}
	free(values);
	if (!fine)
		log_error("can't copy the map %s_%u", from->name, from_set);
	return fine;
}

bool transfer_copy(const struct maps *from, __u32 from_set, const struct maps *to, __u32 to_set)
{
	for (int which = 0; which < SET_MAP_COUNT; which++)
		if (!copy_map(&from->set[which], from_set, &to->set[which], to_set))
			return false;
	return true;
}

bool transfer_switch(const struct maps *maps, __u32 set)
{
	const struct set_map *map = &maps->set[SET_zone];
	__u32 zero = 0, other = !set;

	/* The second update changes nothing, but the kernel waits in it (synchronize_rcu). */
	if (!bpf_map_update_elem(maps->active, &zero, &set, BPF_ANY) &&
	    !bpf_map_update_elem(map->outer, &other, &map->inner[other], BPF_ANY))
		return true;
	log_error("can't switch to the new zone: %s", strerror(errno));
	return false;
}
