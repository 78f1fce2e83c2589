// SPDX-License-Identifier: GPL-2.0-or-later
/* The lane of ordinary UDP sockets. */
#include "lane.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tools/live/frame.h"

#define DNS_PORT 53
#define PORTS 4            /* of each address family */
#define RECEIVE_BUFFER (4 << 20)

struct sockets {
	struct lane lane;
	struct hosts servers;
	struct pollfd polled[2 * PORTS];  /* IPv4, then IPv6; fd -1 where there is none */
};

bool over_ipv6(const struct hosts *hosts, const struct query *query)
{
	return hosts->has_ipv6 && (query->ipv6 || !hosts->has_ipv4);
}

static int open_socket(const struct in6_addr *server)
{
	struct sockaddr_storage to;
	socklen_t size = address_socket(server, DNS_PORT, &to);
	int fd = socket(to.ss_family, SOCK_DGRAM, 0), room = RECEIVE_BUFFER;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	if (connect(fd, (struct sockaddr *)&to, size) == 0)
		return fd;
	close(fd);
	return -1;
}

static void sockets_send(struct lane *lane, const struct query *query)
{
	struct sockets *sockets = (struct sockets *)lane;
	size_t port = query->bytes[1] % PORTS + (over_ipv6(&sockets->servers, query) ? PORTS : 0);

	/* What gets lost here (ECONNREFUSED of an earlier one, ENOBUFS) is sent again later. */
	if (send(sockets->polled[port].fd, query->bytes, query->length, 0) < 0 && errno != ENOBUFS)
		send(sockets->polled[port].fd, query->bytes, query->length, 0);
}

static void sockets_flush(struct lane *lane)
{
	(void)lane;
}

static void sockets_receive(struct lane *lane, int milliseconds, reply_seen *seen, void *context)
{
	struct sockets *sockets = (struct sockets *)lane;
	uint8_t reply[REPLY_MOST + 1];
	ssize_t length;

	if (poll(sockets->polled, 2 * PORTS, milliseconds) <= 0)
		return;
	for (size_t i = 0; i < 2 * PORTS; i++) {
		if (!sockets->polled[i].revents)
			continue;
		while ((length = recv(sockets->polled[i].fd, reply, sizeof(reply), MSG_DONTWAIT)) >= 0)
			if (length >= 2)
				seen(context, reply, length);
	}
}

static void sockets_close(struct lane *lane)
{
	struct sockets *sockets = (struct sockets *)lane;

	for (size_t i = 0; i < 2 * PORTS; i++)
		if (sockets->polled[i].fd >= 0)
			close(sockets->polled[i].fd);
	free(sockets);
}

struct lane *sockets_open(const struct hosts *servers, char why[256])
{
	struct sockets *sockets = calloc(1, sizeof(*sockets));
	bool failed = false;

	if (!sockets) {
		snprintf(why, 256, "out of memory");
		return NULL;
	}
	sockets->servers = *servers;
	sockets->lane = (struct lane){ .send = sockets_send, .flush = sockets_flush,
				       .receive = sockets_receive, .close = sockets_close };
	for (size_t i = 0; i < 2 * PORTS; i++) {
		bool ipv6 = i >= PORTS, wanted = ipv6 ? servers->has_ipv6 : servers->has_ipv4;

		sockets->polled[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
		if (!wanted)
			continue;
		sockets->polled[i].fd = open_socket(ipv6 ? &servers->ipv6 : &servers->ipv4);
		failed |= sockets->polled[i].fd < 0;
	}
	if (!failed)
		return &sockets->lane;
	snprintf(why, 256, "sockets to the server: %s", strerror(errno));
	sockets_close(&sockets->lane);
	return NULL;
}
