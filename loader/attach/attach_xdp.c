// SPDX-License-Identifier: GPL-2.0-or-later
/* XDP by bpf_link. bpf_program__attach_xdp() would silently fall back to generic mode. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "attach_xdp.h"
#include "log.h"
#include "maps.h"
#include "program.h"

#define LINK_PREFIX "xdp-"

/* A loader that was killed in pin_replace() has left this one: no other pin may hold the link. */
#define NEXT_PREFIX PIN_NEXT LINK_PREFIX

static bool is_link_name(const char *name)
{
	return !strncmp(name, LINK_PREFIX, strlen(LINK_PREFIX)) ||
	       !strncmp(name, NEXT_PREFIX, strlen(NEXT_PREFIX));
}

/* bpffs keeps dots for itself, and interfaces such as eth0.5 have them: "eth0%2e5". */
static void link_name(char name[64], const struct device *device)
{
	size_t end = snprintf(name, 64, LINK_PREFIX);

	for (const char *c = device->entry.name; *c; c++)
		end += snprintf(name + end, 64 - end, *c == '.' || *c == '%' ? "%%%02x" : "%c", *c);
}

static bool link_info(int fd, struct bpf_link_info *info)
{
	__u32 size = sizeof(*info);

	memset(info, 0, sizeof(*info));
	return !bpf_obj_get_info_by_fd(fd, info, &size) && info->type == BPF_LINK_TYPE_XDP;
}

void xdp_links_open(struct xdp_links *links, const char *pin)
{
	DIR *directory = opendir(pin);
	struct dirent *entry;

	links->count = 0;
	while (directory && links->count < LINKS_MAX && (entry = readdir(directory))) {
		struct xdp_link *link = &links->link[links->count];
		struct bpf_link_info info;
		char path[PATH_MAX];

		if (!is_link_name(entry->d_name) ||
		    strlen(entry->d_name) >= sizeof(link->name))
			continue;
		snprintf(path, sizeof(path), "%s/%s", pin, entry->d_name);
		strcpy(link->name, entry->d_name);
		link->fd = bpf_obj_get(path);
		if (link->fd < 0)
			continue;
		link->ifindex = link_info(link->fd, &info) ? info.xdp.ifindex : 0;
		links->count++;
	}
	if (directory)
		closedir(directory);
}

void xdp_links_close(struct xdp_links *links)
{
	while (links->count)
		close(links->link[--links->count].fd);
}

static void unpin(const char *pin, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", pin, name);
	unlink(path);
}

void xdp_link_remove(const struct xdp_link *link, const char *pin)
{
	bpf_link_detach(link->fd);
	unpin(pin, link->name);
}

const struct xdp_link *xdp_link_of(const struct xdp_links *links, int ifindex)
{
	for (size_t i = 0; i < links->count; i++)
		if (links->link[i].ifindex == ifindex)
			return &links->link[i];
	return NULL;
}

/* The id of the link that holds a program on an interface, or 0 when it came without one. The
 * program tells it from a link on the same ifindex in another network namespace. */
static __u32 foreign_link(int ifindex, __u32 program)
{
	__u32 id = 0;

	while (!bpf_link_get_next_id(id, &id)) {
		int fd = bpf_link_get_fd_by_id(id);
		struct bpf_link_info info;
		bool found = fd >= 0 && link_info(fd, &info) &&
			     info.xdp.ifindex == (__u32)ifindex && info.prog_id == program;

		if (fd >= 0)
			close(fd);
		if (found)
			return id;
	}
	return 0;
}

static void say_taken(const struct device *device, __u32 program)
{
	const char *name = device->entry.name;
	__u32 link = foreign_link(device->ifindex, program);
	char remove[64];

	if (link)
		snprintf(remove, sizeof(remove), "bpftool link detach id %u", link);
	else
		snprintf(remove, sizeof(remove), "ip link set dev %s xdp off", name);
	log_error("interface '%s' has another XDP program, %s: '%s' removes it, "
		  "or use --tiers tc",
		  name, program_words(program).text, remove);
}

bool xdp_is_taken(const struct device *device, const struct xdp_links *links)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);
	const struct xdp_link *own = xdp_link_of(links, device->ifindex);
	struct bpf_link_info info = { 0 };
	__u32 found;

	if (!device->want_xdp || bpf_xdp_query(device->ifindex, 0, &query))
		return false;
	found = query.drv_prog_id ? query.drv_prog_id : query.skb_prog_id;
	if (!found)
		found = query.hw_prog_id;
	if (!found || (own && link_info(own->fd, &info) && info.prog_id == found))
		return false;
	say_taken(device, found);
	return true;
}

static bool without_xdp(struct device *device, int error)
{
	const char *name = device->entry.name;
	const char *driver = *device->driver ? device->driver : "none";

	if (!device->must_xdp) {
		log_note("interface '%s' (driver %s) gets no native XDP (%s): using tc only", name,
			 driver, strerror(error));
		device->want_xdp = false;
		return true;
	}
	if (error == EOPNOTSUPP)
		log_error("interface '%s': its driver (%s) has no native XDP: use --tiers tc", name,
			  driver);
	else
		log_error("interface '%s': its driver (%s) refuses native XDP: %s (large receive "
			  "offload, too few queues or too large an MTU?): see 'dmesg', or use "
			  "--tiers tc",
			  name, driver, strerror(error));
	return false;
}

bool xdp_attach(struct device *device, int program, const struct xdp_links *links)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = XDP_FLAGS_DRV_MODE);
	const struct xdp_link *own = xdp_link_of(links, device->ifindex);

	if (device->link < 0 && own)
		device->link = dup(own->fd);
	if (device->link >= 0) {
		if (!bpf_link_update(device->link, program, NULL)) {
			device->entry.xdp = 1;
			return true;
		}
		/* A link that can't be updated belongs to a device that is gone or is new. */
		close(device->link);
	}
	device->link = bpf_link_create(program, device->ifindex, BPF_XDP, &options);
	if (device->link < 0)
		return without_xdp(device, errno);
	device->entry.xdp = 1;
	return true;
}

bool xdp_pin(const struct device *device, const char *pin)
{
	char name[64];

	link_name(name, device);
	return device->link < 0 || pin_replace(device->link, pin, name);
}

void xdp_detach(struct device *device, const char *pin)
{
	char name[64];

	if (device->link < 0)
		return;
	link_name(name, device);
	bpf_link_detach(device->link);
	unpin(pin, name);
	close(device->link);
	device->link = -1;
	device->entry.xdp = 0;
}
