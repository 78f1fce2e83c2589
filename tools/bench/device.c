// SPDX-License-Identifier: GPL-2.0-or-later
// Puts programs on devices, and asks the kernel through rtnetlink what the devices have counted.
#include "device.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "attach_tc.h"

/* --- programs ----------------------------------------------------------------------------- */

static bool attach_xdp(int program, int ifindex, char why[256])
{
	int error = bpf_xdp_attach(ifindex, program, XDP_FLAGS_DRV_MODE, NULL);

	if (error)
		snprintf(why, 256, "native XDP on a veth: %s", strerror(-error));
	return !error;
}

static bool attach_tc(int program, int ifindex, char why[256])
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = TC_HANDLE, .priority = TC_PRIORITY,
		    .prog_fd = program);
	int error = bpf_tc_hook_create(&hook);

	if (!error)
		error = bpf_tc_attach(&hook, &filter);
	if (error)
		snprintf(why, 256, "a tc program on a veth: %s", strerror(-error));
	return !error;
}

bool device_attach(int ifindex, enum tier tier, int program, char why[256])
{
	return tier == TIER_XDP ? attach_xdp(program, ifindex, why)
				: attach_tc(program, ifindex, why);
}

int device_program(int ifindex, enum tier tier)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = TC_HANDLE, .priority = TC_PRIORITY);
	__u32 id = 0;

	if (tier == TIER_XDP)
		return bpf_xdp_query_id(ifindex, 0, &id) || !id ? -1 : bpf_prog_get_fd_by_id(id);
	return bpf_tc_query(&hook, &filter) ? -1 : bpf_prog_get_fd_by_id(filter.prog_id);
}

/* --- sockets ------------------------------------------------------------------------------ */

int device_socket(int ifindex)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_ifindex = ifindex };
	int fd = socket(AF_PACKET, SOCK_RAW, 0), yes = 1;

	if (fd < 0)
		return -1;
	/* Straight to the device; and with protocol 0 nothing is ever received here. */
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof(yes))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* --- counters ----------------------------------------------------------------------------- */

/*
 * The answer to a question for one device's 64-bit counters; its length, or -1 with errno. Not from
 * /sys/class/net: that shows the namespace which it was mounted in.
 */
static ssize_t ask(int ifindex, void *answer, size_t room)
{
	struct {
		struct nlmsghdr header;
		struct if_stats_msg what;
	} question = {
		.header = { .nlmsg_len = sizeof(question),
			    .nlmsg_type = RTM_GETSTATS,
			    .nlmsg_flags = NLM_F_REQUEST },
		.what = { .ifindex = (__u32)ifindex,
			  .filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64) },
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	ssize_t length = -1;

	if (fd < 0)
		return -1;
	if (send(fd, &question, sizeof(question), 0) >= 0)
		length = recv(fd, answer, room, 0);
	close(fd);
	return length;
}

bool device_counts(int ifindex, struct device_counts *counts, char why[256])
{
	char answer[4096] __attribute__((aligned(8)));
	const struct nlmsghdr *header = (void *)answer;
	struct rtnl_link_stats64 all;
	const struct rtattr *attribute;
	ssize_t length = ask(ifindex, answer, sizeof(answer));
	int left;

	if (length >= (ssize_t)NLMSG_SPACE(sizeof(struct nlmsgerr)) &&
	    header->nlmsg_type == NLMSG_ERROR)
		errno = -((const struct nlmsgerr *)NLMSG_DATA(header))->error;
	else if (length >= 0)
		errno = EPROTO;
	left = (int)length - (int)NLMSG_SPACE(sizeof(struct if_stats_msg));
	attribute = (void *)(answer + NLMSG_SPACE(sizeof(struct if_stats_msg)));
	if (length < 0 || header->nlmsg_type != RTM_NEWSTATS || !RTA_OK(attribute, left) ||
	    attribute->rta_type != IFLA_STATS_LINK_64) {
		snprintf(why, 256, "the counters of device %d: %s", ifindex, strerror(errno));
		return false;
	}
	/* Kernels differ in how many counters they have; these are among the first. */
	memset(&all, 0, sizeof(all));
	memcpy(&all, RTA_DATA(attribute),
	       RTA_PAYLOAD(attribute) < sizeof(all) ? RTA_PAYLOAD(attribute) : sizeof(all));
	*counts = (struct device_counts){ all.rx_packets, all.rx_dropped };
	return true;
}
