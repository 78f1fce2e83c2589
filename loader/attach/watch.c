// SPDX-License-Identifier: GPL-2.0-or-later
/* rtnetlink's notices of links. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "log.h"
#include "watch.h"

/* Bytes of notices: hosts of containers make many devices at once. */
#define WATCH_ROOM (4 << 20)

int watch_open(void)
{
	const struct sockaddr_nl links = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	int watch = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	int room = WATCH_ROOM;

	if (watch >= 0)
		setsockopt(watch, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (watch >= 0 && !bind(watch, (const struct sockaddr *)&links, sizeof(links)))
		return watch;
	log_error("can't watch the network devices: %s: one that is made anew is not attached to",
		  strerror(errno));
	if (watch >= 0)
		close(watch);
	return -1;
}

void watch_drain(int watch)
{
	char notices[8192];

	/* ENOBUFS: so many that some were lost. What happened, watch_differs() sees for itself. */
	while (recv(watch, notices, sizeof(notices), MSG_DONTWAIT) > 0 || errno == ENOBUFS)
		errno = 0;
}

static const struct device *known(const struct devices *devices, const char *name)
{
	for (size_t i = 0; i < devices->count; i++)
		if (!strcmp(devices->device[i].entry.name, name))
			return &devices->device[i];
	return NULL;
}

static bool differs(int fd, const struct device *device, const char *name)
{
	struct ifreq request = { 0 };
	int ifindex = if_nametoindex(name);

	if (!ifindex)
		return false;
	if (!device || ifindex != device->ifindex)
		return true;
	memcpy(request.ifr_name, device->entry.name, IFNAMSIZ);
	if (!ioctl(fd, SIOCGIFMTU, &request) && request.ifr_mtu != (int)device->entry.mtu)
		return true;
	return !ioctl(fd, SIOCGIFHWADDR, &request) &&
	       memcmp(request.ifr_hwaddr.sa_data, device->entry.mac, sizeof(device->entry.mac)) != 0;
}

bool watch_differs(const struct devices *devices, const struct options *options)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool any = false;

	for (size_t i = 0; fd >= 0 && i < options->interfaces; i++)
		any |= differs(fd, known(devices, options->interface[i]), options->interface[i]);
	if (fd >= 0)
		close(fd);
	return any;
}
