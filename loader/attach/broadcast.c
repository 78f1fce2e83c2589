// SPDX-License-Identifier: GPL-2.0-or-later
// The broadcast addresses of the subnets that our interfaces are on.
#include "broadcast.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <string.h>

/* Subnets of one or two addresses have none (RFC 3021). */
#define NETMASK_31 0xfffffffe

static bool is_ours(const struct devices *devices, const char *name)
{
	for (size_t i = 0; i < devices->count; i++)
		if (!strcmp(devices->device[i].entry.name, name))
			return true;
	return false;
}

/* The address whose host part is all ones: the kernel takes it for broadcast, configured or not. */
static bool directed_broadcast(const struct ifaddrs *each, struct address *broadcast)
{
	const struct sockaddr_in *address = (const void *)each->ifa_addr;
	const struct sockaddr_in *netmask = (const void *)each->ifa_netmask;
	in_addr_t all_ones;

	if (!address || address->sin_family != AF_INET || !netmask ||
	    !(each->ifa_flags & IFF_BROADCAST) || ntohl(netmask->sin_addr.s_addr) >= NETMASK_31)
		return false;
	all_ones = address->sin_addr.s_addr | ~netmask->sin_addr.s_addr;
	*broadcast = (struct address){ .byte = { [10] = 0xff, [11] = 0xff } };
	memcpy(&broadcast->byte[12], &all_ones, sizeof(all_ones));
	return true;
}

size_t broadcasts_find(const struct devices *devices, struct address *broadcast, size_t most)
{
	struct ifaddrs *list;
	size_t count = 0;

	if (getifaddrs(&list))
		return 0;
	for (const struct ifaddrs *each = list; each && count < most; each = each->ifa_next)
		if (is_ours(devices, each->ifa_name) &&
		    directed_broadcast(each, &broadcast[count]))
			count++;
	freeifaddrs(list);
	return count;
}
