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

int watch_open(void)
{
	const struct sockaddr_nl links = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	int watch = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

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

static bool differs(int fd, const struct device *device)
{
	struct ifreq request = { 0 };
	int ifindex = if_nametoindex(device->entry.name);

	if (!ifindex)
		return false;
	if (ifindex != device->ifindex)
		return true;
	memcpy(request.ifr_name, device->entry.name, IFNAMSIZ);
	if (!ioctl(fd, SIOCGIFMTU, &request) && request.ifr_mtu != (int)device->entry.mtu)
		return true;
	return !ioctl(fd, SIOCGIFHWADDR, &request) &&
	       memcmp(request.ifr_hwaddr.sa_data, device->entry.mac, sizeof(device->entry.mac)) != 0;
}

bool watch_differs(const struct devices *devices)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool any = false;

	for (size_t i = 0; fd >= 0 && i < devices->count; i++)
		any |= differs(fd, &devices->device[i]);
	if (fd >= 0)
		close(fd);
	return any;
}
