// SPDX-License-Identifier: GPL-2.0-or-later
/* Dump requests to rtnetlink, counting what comes back. */
#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netlink.h"

/* Does this message of a dump count? */
typedef bool (*counts_t)(const struct nlmsghdr *message, int ifindex);

/* Reads the answer to a dump to its end. */
static int count_answers(int fd, counts_t counts, int ifindex)
{
	char buffer[32768] __attribute__((aligned(NLMSG_ALIGNTO)));
	int count = 0;

	while (true) {
		struct nlmsghdr *message = (struct nlmsghdr *)buffer;
		ssize_t length = recv(fd, buffer, sizeof(buffer), 0);

		if (length < 0)
			return -1;
		for (; NLMSG_OK(message, length); message = NLMSG_NEXT(message, length)) {
			if (message->nlmsg_type == NLMSG_DONE)
				return count;
			if (message->nlmsg_type == NLMSG_ERROR) {
				errno = -((struct nlmsgerr *)NLMSG_DATA(message))->error;
				return -1;
			}
			count += counts(message, ifindex);
		}
	}
}

static int dump(const struct nlmsghdr *request, counts_t counts, int ifindex)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int count = -1;

	if (fd < 0)
		return -1;
	if (send(fd, request, request->nlmsg_len, 0) >= 0)
		count = count_answers(fd, counts, ifindex);
	close(fd);
	return count;
}

static const struct rtattr *attribute(const struct rtattr *first, int length, int type)
{
	for (; RTA_OK(first, length); first = RTA_NEXT(first, length))
		if (first->rta_type == type)
			return first;
	return NULL;
}

static bool is_vlan_on(const struct nlmsghdr *message, int ifindex)
{
	const struct ifinfomsg *link = NLMSG_DATA(message);
	int length = IFLA_PAYLOAD(message);
	const struct rtattr *below = attribute(IFLA_RTA(link), length, IFLA_LINK);
	const struct rtattr *info = attribute(IFLA_RTA(link), length, IFLA_LINKINFO);
	const struct rtattr *kind;

	if (!below || !info || *(int *)RTA_DATA(below) != ifindex)
		return false;
	kind = attribute(RTA_DATA(info), RTA_PAYLOAD(info), IFLA_INFO_KIND);
	return kind && !strncmp(RTA_DATA(kind), "vlan", RTA_PAYLOAD(kind));
}

int netlink_vlan_devices(int ifindex)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
	} request = {
		.header = { .nlmsg_len = sizeof(request),
			    .nlmsg_type = RTM_GETLINK,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
	};

	return dump(&request.header, is_vlan_on, ifindex);
}

/* A dump of qdiscs is of all devices. */
static bool is_clsact_on(const struct nlmsghdr *message, int ifindex)
{
	const struct tcmsg *qdisc = NLMSG_DATA(message);

	return message->nlmsg_type == RTM_NEWQDISC && qdisc->tcm_ifindex == ifindex &&
	       qdisc->tcm_parent == TC_H_CLSACT;
}

int netlink_clsact_qdiscs(int ifindex)
{
	struct {
		struct nlmsghdr header;
		struct tcmsg qdisc;
	} request = {
		.header = { .nlmsg_len = sizeof(request),
			    .nlmsg_type = RTM_GETQDISC,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.qdisc = { .tcm_ifindex = ifindex },
	};

	return dump(&request.header, is_clsact_on, ifindex);
}

static bool is_filter(const struct nlmsghdr *message, int ifindex)
{
	(void)ifindex;
	return message->nlmsg_type == RTM_NEWTFILTER;
}

int netlink_clsact_filters(int ifindex)
{
	static const __u32 hooks[] = { TC_H_MIN_INGRESS, TC_H_MIN_EGRESS };
	int count = 0;

	for (int i = 0; i < 2; i++) {
		struct {
			struct nlmsghdr header;
			struct tcmsg filter;
		} request = {
			.header = { .nlmsg_len = sizeof(request),
				    .nlmsg_type = RTM_GETTFILTER,
				    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
			.filter = { .tcm_ifindex = ifindex,
				    .tcm_parent = TC_H_MAKE(TC_H_CLSACT, hooks[i]) },
		};
		int found = dump(&request.header, is_filter, ifindex);

		if (found < 0)
			return -1;
		count += found;
	}
	return count;
}
