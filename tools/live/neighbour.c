// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds MAC addresses through ioctl and rtnetlink. */
#include "neighbour.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "frame.h"

#define DISCARD_PORT     9
#define TRIES            100
#define TRY_MICROSECONDS 20000

bool device_mac(const char *ifname, uint8_t mac[6], char why[256])
{
	struct ifreq request = { 0 };
	int socket_ = socket(AF_INET, SOCK_DGRAM, 0);
	bool found;

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", ifname);
	found = socket_ >= 0 && ioctl(socket_, SIOCGIFHWADDR, &request) == 0;
	if (found)
		memcpy(mac, request.ifr_hwaddr.sa_data, 6);
	else
		snprintf(why, 256, "%s: %s", ifname, strerror(errno));
	if (socket_ >= 0)
		close(socket_);
	return found;
}

/* One datagram to the discard port makes the kernel ask for the address. */
static void provoke(const char *ifname, const struct in6_addr *address)
{
	struct sockaddr_storage to;
	socklen_t size = address_socket(address, DISCARD_PORT, &to);
	int socket_ = socket(to.ss_family, SOCK_DGRAM, 0);

	if (socket_ < 0)
		return;
	if (setsockopt(socket_, SOL_SOCKET, SO_BINDTODEVICE, ifname, strlen(ifname)) == 0)
		sendto(socket_, "", 1, MSG_DONTWAIT, (struct sockaddr *)&to, size);
	close(socket_);
}

static void make_request(char *bytes, uint32_t ifindex, const struct in6_addr *address)
{
	struct nlmsghdr *head = (struct nlmsghdr *)bytes;
	struct ndmsg *what = NLMSG_DATA(head);
	struct rtattr *destination = (struct rtattr *)(bytes + NLMSG_SPACE(sizeof(*what)));
	bool four = IN6_IS_ADDR_V4MAPPED(address);
	size_t size = four ? 4 : 16;

	destination->rta_type = NDA_DST;
	destination->rta_len = RTA_LENGTH(size);
	memcpy(RTA_DATA(destination), address->s6_addr + 16 - size, size);
	what->ndm_family = four ? AF_INET : AF_INET6;
	what->ndm_ifindex = ifindex;
	head->nlmsg_len = NLMSG_SPACE(sizeof(*what)) + destination->rta_len;
	head->nlmsg_type = RTM_GETNEIGH;
	head->nlmsg_flags = NLM_F_REQUEST;
}

/* Asks the kernel for one entry of its table; false when it is not there or not complete. */
static bool look_up(int netlink, uint32_t ifindex, const struct in6_addr *address, uint8_t mac[6])
{
	char bytes[1024] __attribute__((aligned(8))) = { 0 };
	struct nlmsghdr *head = (struct nlmsghdr *)bytes;
	struct ndmsg *what = NLMSG_DATA(head);
	struct rtattr *attribute;
	ssize_t length;
	int left;

	make_request(bytes, ifindex, address);
	if (send(netlink, bytes, head->nlmsg_len, 0) < 0)
		return false;
	length = recv(netlink, bytes, sizeof(bytes), 0);
	if (length < (ssize_t)NLMSG_SPACE(sizeof(*what)) || head->nlmsg_type != RTM_NEWNEIGH)
		return false;
	left = length - NLMSG_SPACE(sizeof(*what));
	for (attribute = (struct rtattr *)(bytes + NLMSG_SPACE(sizeof(*what)));
	     RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
		if (attribute->rta_type != NDA_LLADDR || RTA_PAYLOAD(attribute) != 6)
			continue;
		memcpy(mac, RTA_DATA(attribute), 6);
		return true;
	}
	return false;
}

bool neighbour_mac(const char *ifname, const struct in6_addr *address, uint8_t mac[6],
		   char why[256])
{
	int netlink = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	uint32_t ifindex = if_nametoindex(ifname);
	bool found = false;

	for (int try = 0; netlink >= 0 && !found && try < TRIES; try++) {
		found = look_up(netlink, ifindex, address, mac);
		if (found)
			break;
		if (try % 25 == 0)
			provoke(ifname, address);
		usleep(TRY_MICROSECONDS);
	}
	if (netlink >= 0)
		close(netlink);
	if (!found)
		snprintf(why, 256, "%s: no host answers for this address on the link: give its MAC",
			 ifname);
	return found;
}
