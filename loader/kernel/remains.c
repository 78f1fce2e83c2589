// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the pins of a loader that is gone; some may be missing or of another version. */
#include <bpf/bpf.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "attach_tc.h"
#include "bpffs.h"
#include "log.h"
#include "maps.h"
#include "network.h"
#include "remains.h"

/* Opens a pinned map whose values have the size that we know; -1 otherwise. */
static int open_known(const char *pin, const char *name, size_t value_size, bool *any)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", pin, name);
	fd = bpf_obj_get(path);
	if (fd < 0)
		return -1;
	*any = true;
	if (!bpf_obj_get_info_by_fd(fd, &info, &size) && info.value_size == value_size)
		return fd;
	close(fd);
	log_note("%s was left by another version of rootxdp: not read", path);
	return -1;
}

static void add_device(__u32 ifindex, const struct interface *interface, void *context)
{
	struct remains *remains = context;

	if (remains->devices < INTERFACES_MAX)
		remains->device[remains->devices++] =
			(struct remaining_device){ ifindex, *interface };
}

static void read_interfaces(struct remains *remains, const char *pin)
{
	struct maps maps = {
		.interfaces =
			open_known(pin, "interfaces", sizeof(struct interface), &remains->any),
	};

	if (maps.interfaces < 0)
		return;
	maps_each_interface(&maps, add_device, remains);
	close(maps.interfaces);
}

static void read_settings(struct remains *remains, const char *pin)
{
	int fd = open_known(pin, "settings", sizeof(struct settings), &remains->any);
	struct settings settings;
	__u32 zero = 0;

	if (fd < 0)
		return;
	if (!bpf_map_lookup_elem(fd, &zero, &settings)) {
		remains->network = settings.network;
		if (settings.layout_version == LAYOUT_VERSION)
			remains->stats = open_known(pin, "stats", sizeof(struct verdict_counts),
						    &remains->any);
	}
	close(fd);
}

static void read_serial(struct remains *remains, const char *pin)
{
	int active = open_known(pin, "active", sizeof(__u32), &remains->any);
	struct zone_info info;
	__u32 zero = 0, set = 0;
	int zone;

	if (active < 0)
		return;
	bpf_map_lookup_elem(active, &zero, &set);
	close(active);
	zone = open_known(pin, set ? "zone_1" : "zone_0", sizeof(info), &remains->any);
	if (zone < 0)
		return;
	if (!bpf_map_lookup_elem(zone, &zero, &info) && info.names) {
		remains->zone = true;
		remains->info = info;
	}
	close(zone);
}

void remains_open(struct remains *remains, const char *pin)
{
	memset(remains, 0, sizeof(*remains));
	remains->stats = -1;
	if (!bpffs_exists(pin))
		return;
	xdp_links_open(&remains->links, pin);
	remains->any = remains->links.count;
	read_interfaces(remains, pin);
	read_settings(remains, pin);
	read_serial(remains, pin);
}

void remains_close(struct remains *remains)
{
	xdp_links_close(&remains->links);
	if (remains->stats >= 0)
		close(remains->stats);
	remains->stats = -1;
}

static const struct device *kept_device(const struct devices *kept, __u32 ifindex)
{
	for (size_t i = 0; kept && i < kept->count; i++)
		if (kept->device[i].ifindex == (int)ifindex)
			return &kept->device[i];
	return NULL;
}

static void detach_links(const struct remains *remains, const char *pin, const struct devices *kept)
{
	for (size_t i = 0; i < remains->links.count; i++) {
		const struct xdp_link *link = &remains->links.link[i];
		const struct device *device = kept_device(kept, link->ifindex);

		if (!device || device->link < 0)
			xdp_link_remove(link, pin);
	}
}

/* The name must agree too: an ifindex may have been given to another device since. */
static bool still_here(const struct remaining_device *remaining)
{
	return if_nametoindex(remaining->entry.name) == remaining->ifindex;
}

static void detach_filters(const struct remains *remains, const struct devices *kept)
{
	int previous = network_enter(remains->network);

	if (previous == -2) /* the namespace is gone, and its devices with it */
		return;
	for (size_t i = 0; i < remains->devices; i++) {
		const struct remaining_device *remaining = &remains->device[i];
		const struct device *device = NULL;

		if (previous < 0) /* `kept` are devices of our own namespace */
			device = kept_device(kept, remaining->ifindex);
		if (still_here(remaining) && (!device || !device->entry.tc))
			tc_detach(remaining->ifindex, remaining->entry.qdisc);
	}
	network_return(previous);
}

void remains_detach(const struct remains *remains, const char *pin, const struct devices *kept)
{
	detach_links(remains, pin, kept);
	detach_filters(remains, kept);
}
