// SPDX-License-Identifier: GPL-2.0-or-later
/* Captures through AF_PACKET, with PACKET_AUXDATA. */
#include "capture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#define RECEIVE_BUFFER (16 << 20)

int capture_open(const char *ifname, char why[256])
{
	struct sockaddr_ll device = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	int capture = socket(AF_PACKET, SOCK_RAW, 0);
	int one = 1, room = RECEIVE_BUFFER;

	device.sll_ifindex = if_nametoindex(ifname);
	if (capture >= 0 && device.sll_ifindex &&
	    setsockopt(capture, SOL_PACKET, PACKET_AUXDATA, &one, sizeof(one)) == 0 &&
	    setsockopt(capture, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) == 0 &&
	    bind(capture, (struct sockaddr *)&device, sizeof(device)) == 0)
		return capture;
	snprintf(why, 256, "capturing on %s: %s", ifname, strerror(errno));
	if (capture >= 0)
		close(capture);
	return -1;
}

/* The kernel takes the outer tag off before a capture sees the frame. */
static void restore_tag(struct captured *captured, const struct tpacket_auxdata *aux)
{
	uint16_t tag[2] = { htons(ETH_P_8021Q), htons(aux->tp_vlan_tci) };

	if (!(aux->tp_status & TP_STATUS_VLAN_VALID) || captured->length < 12 ||
	    captured->length + 4 > sizeof(captured->bytes))
		return;
	memmove(captured->bytes + 16, captured->bytes + 12, captured->length - 12);
	memcpy(captured->bytes + 12, tag, 4);
	captured->length += 4;
}

/* One frame; false: none there, or it is one that we sent. */
static bool receive(int capture, struct captured *captured, bool *none)
{
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct sockaddr_ll from;
	struct iovec bytes = { captured->bytes, sizeof(captured->bytes) };
	struct msghdr message = {
		.msg_name = &from, .msg_namelen = sizeof(from),
		.msg_iov = &bytes, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	ssize_t length = recvmsg(capture, &message, MSG_DONTWAIT);
	struct cmsghdr *part;
	struct tpacket_auxdata aux;

	*none = length < 0;
	if (length < 0 || from.sll_pkttype == PACKET_OUTGOING)
		return false;
	captured->length = length;
	captured->unfinished = false;
	for (part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
		if (part->cmsg_level != SOL_PACKET || part->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&aux, CMSG_DATA(part), sizeof(aux));
		captured->unfinished = aux.tp_status & TP_STATUS_CSUMNOTREADY;
		restore_tag(captured, &aux);
	}
	return true;
}

bool capture_next(int capture, struct captured *captured, int milliseconds)
{
	struct pollfd wanted = { .fd = capture, .events = POLLIN };
	bool none;

	for (;;) {
		if (receive(capture, captured, &none))
			return true;
		if (none && poll(&wanted, 1, milliseconds) <= 0)
			return false;
	}
}
