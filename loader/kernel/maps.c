// SPDX-License-Identifier: GPL-2.0-or-later
/* Opens, pins and reads the BPF maps. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bpffs.h"
#include "log.h"
#include "maps.h"

#define NOT_LOADED "rootxdp is not loaded at %s: start it with 'rootxdp run'"

void maps_none(struct maps *maps)
{
	*maps = (struct maps){
#define M(map, value) .map = -1,
		SINGLE_MAPS(M)
#undef M
		.set = {
#define M(map, value) { #map, sizeof(value), -1, { -1, -1 }, 0 },
			SET_MAPS(M)
#undef M
		},
		.program_xdp = -1,
		.program_tc = -1,
	};
}

/*
 * Calls `visit` for every descriptor with the name of its pin and the size of its map's value
 * (0: a program), and with `why`. Stops at the first false.
 */
static bool maps_visit(struct maps *maps, const char *pin,
		       bool (*visit)(int *fd, const char *pin, const char *name, size_t value_size,
				     char *why),
		       char *why)
{
	char name[16];

#define M(map, value)                                                                              \
	if (!visit(&maps->map, pin, #map, sizeof(value), why))                                          \
		return false;
	SINGLE_MAPS(M)
#undef M
	for (struct set_map *set = maps->set; set < maps->set + SET_MAP_COUNT; set++) {
		for (int i = 0; i < 2; i++) {
			snprintf(name, sizeof(name), "%s_%d", set->name, i);
			if (!visit(&set->inner[i], pin, name, set->value_size, why))
				return false;
		}
		if (!visit(&set->outer, pin, set->name, sizeof(__u32), why))
			return false;
	}
	return visit(&maps->program_xdp, pin, "program_xdp", 0, why) &&
	       visit(&maps->program_tc, pin, "program_tc", 0, why);
}

static void pin_path(char path[PATH_MAX], const char *pin, const char *prefix, const char *name)
{
	snprintf(path, PATH_MAX, "%s/%s%s", pin, prefix, name);
}

/* A pin whose values are not of our size was made by another version: reading it would write
 * past our structs. */
static bool open_one(int *fd, const char *pin, const char *name, size_t value_size, char *why)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);
	char path[PATH_MAX];

	pin_path(path, pin, "", name);
	*fd = bpf_obj_get(path);
	if (*fd < 0) {
		if (errno == EPERM || errno == EACCES)
			snprintf(why, MAPS_WHY, "can't read %s: run this as root", path);
		else
			snprintf(why, MAPS_WHY, NOT_LOADED, pin);
		return false;
	}
	if (!value_size ||
	    (!bpf_obj_get_info_by_fd(*fd, &info, &size) && info.value_size == value_size))
		return true;
	snprintf(why, MAPS_WHY,
		 "%s was made by another version of rootxdp: use that version's tool, or 'rootxdp "
		 "run' to take over",
		 path);
	return false;
}

static bool layout_is_ours(const struct maps *maps, const char *pin, char why[MAPS_WHY])
{
	struct settings settings;
	__u32 zero = 0;

	if (bpf_map_lookup_elem(maps->settings, &zero, &settings))
		snprintf(why, MAPS_WHY, "can't read the map 'settings': %s", strerror(errno));
	else if (settings.layout_version == LAYOUT_VERSION)
		return true;
	else
		snprintf(why, MAPS_WHY,
			 "the maps at %s have layout %u, this rootxdp reads %u: use the version "
			 "that runs",
			 pin, settings.layout_version, LAYOUT_VERSION);
	return false;
}

bool maps_try(struct maps *maps, const char *pin, char why[MAPS_WHY])
{
	struct bpf_map_info info = { 0 };

	maps_none(maps);
	if (geteuid()) {
		snprintf(why, MAPS_WHY, "reading the kernel's maps needs root: use sudo");
		return false;
	}
	if (!bpffs_exists(pin)) {
		snprintf(why, MAPS_WHY, NOT_LOADED, pin);
		return false;
	}
	if (!maps_visit(maps, pin, open_one, why) || !layout_is_ours(maps, pin, why)) {
		maps_close(maps);
		return false;
	}
	for (struct set_map *set = maps->set; set < maps->set + SET_MAP_COUNT; set++) {
		__u32 size = sizeof(info);

		if (!bpf_obj_get_info_by_fd(set->inner[0], &info, &size))
			set->capacity = info.max_entries;
	}
	return true;
}

bool maps_open(struct maps *maps, const char *pin)
{
	char why[MAPS_WHY];

	if (maps_try(maps, pin, why))
		return true;
	log_error("%s", why);
	return false;
}

static bool close_one(int *fd, const char *pin, const char *name, size_t value_size, char *why)
{
	(void)pin, (void)name, (void)value_size, (void)why;
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	return true;
}

void maps_close(struct maps *maps)
{
	maps_visit(maps, "", close_one, NULL);
}

/* bpffs lets rename() replace a pin, so no reader ever finds it missing. */
bool pin_replace(int fd, const char *pin, const char *name)
{
	char path[PATH_MAX], next[PATH_MAX];

	pin_path(path, pin, "", name);
	pin_path(next, pin, PIN_NEXT, name);
	unlink(next);
	if (!bpf_obj_pin(fd, next) && !rename(next, path))
		return true;
	log_error("can't pin %s: %s", path, strerror(errno));
	unlink(next);
	return false;
}

static bool pin_one(int *fd, const char *pin, const char *name, size_t value_size, char *why)
{
	(void)value_size, (void)why;
	return pin_replace(*fd, pin, name);
}

bool maps_pin(const struct maps *maps, const char *pin)
{
	struct maps copy = *maps;

	return maps_visit(&copy, pin, pin_one, NULL);
}

static bool unpin_one(int *fd, const char *pin, const char *name, size_t value_size, char *why)
{
	char path[PATH_MAX];

	(void)fd, (void)value_size, (void)why;
	pin_path(path, pin, "", name);
	unlink(path);
	pin_path(path, pin, PIN_NEXT, name);
	unlink(path);
	return true;
}

void maps_unpin(const char *pin)
{
	struct maps maps;

	maps_none(&maps);
	maps_visit(&maps, pin, unpin_one, NULL);
}

bool maps_active(const struct maps *maps, __u32 *set, struct zone_info *zone)
{
	__u32 zero = 0;

	if (!bpf_map_lookup_elem(maps->active, &zero, set) &&
	    !bpf_map_lookup_elem(maps->set[SET_zone].inner[*set & 1], &zero, zone)) {
		*set &= 1;
		return true;
	}
	log_error("can't read the active zone: %s", strerror(errno));
	return false;
}

bool maps_settings(const struct maps *maps, struct settings *settings)
{
	__u32 zero = 0;

	if (!bpf_map_lookup_elem(maps->settings, &zero, settings))
		return true;
	log_error("can't read the map 'settings': %s", strerror(errno));
	return false;
}

bool maps_identity(const struct maps *maps, struct identity *identity)
{
	__u32 zero = 0;

	if (!bpf_map_lookup_elem(maps->identity, &zero, identity))
		return true;
	log_error("can't read the map 'identity': %s", strerror(errno));
	return false;
}

bool maps_subtrees(const struct maps *maps, const struct settings *settings,
		   struct subtree subtrees[SUBTREES_MAX])
{
	for (__u32 i = 0; i < settings->subtrees && i < SUBTREES_MAX; i++) {
		if (!bpf_map_lookup_elem(maps->subtrees, &i, &subtrees[i]))
			continue;
		log_error("can't read the map 'subtrees': %s", strerror(errno));
		return false;
	}
	return true;
}

void maps_each_interface(const struct maps *maps,
			 void (*each)(__u32 ifindex, const struct interface *interface,
				      void *context),
			 void *context)
{
	struct interface interface;
	__u32 key, *previous = NULL;

	while (!bpf_map_get_next_key(maps->interfaces, previous, &key)) {
		if (!bpf_map_lookup_elem(maps->interfaces, &key, &interface))
			each(key, &interface, context);
		previous = &key;
	}
}
