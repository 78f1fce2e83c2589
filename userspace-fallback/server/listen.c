// SPDX-License-Identifier: GPL-2.0-or-later
/* Binds the server's UDP and TCP sockets. */
#include "listen.h"

#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Takes a burst of some ms at the rates that sockets reach (a small packet counts about 800
 * bytes); the kernel's default holds only 250 packets. */
#define UDP_BUFFER (4 << 20)

/* Bounds what the kernel keeps for a client that does not read its answers. */
#define TCP_BUFFER (64 << 10)

#define TCP_BACKLOG 1024

/* The least MTU of IPv6 (RFC 8200 5). */
#define IPV6_LEAST_MTU 1280

static bool is_wildcard(const struct sockaddr_storage *address)
{
	if (address->ss_family == AF_INET)
		return ((const struct sockaddr_in *)address)->sin_addr.s_addr == INADDR_ANY;
	return IN6_IS_ADDR_UNSPECIFIED(&((const struct sockaddr_in6 *)address)->sin6_addr);
}

bool endpoint_parse(const char *ip, uint16_t port, struct endpoint *endpoint, char why[SERVER_WHY])
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
				  .ai_socktype = SOCK_DGRAM },
			*found;
	char service[8];

	snprintf(service, sizeof(service), "%u", port);
	if (getaddrinfo(ip, service, &hints, &found)) {
		snprintf(why, SERVER_WHY, "'%s' is not an IPv4 or IPv6 address", ip);
		return false;
	}
	memset(endpoint, 0, sizeof(*endpoint));
	memcpy(&endpoint->address, found->ai_addr, found->ai_addrlen);
	endpoint->length = found->ai_addrlen;
	endpoint->port = port;
	snprintf(endpoint->ip, sizeof(endpoint->ip), "%s", ip);
	freeaddrinfo(found);

	if (is_wildcard(&endpoint->address)) {
		snprintf(why, SERVER_WHY,
			 "'%s' stands for every address; name each one to serve, "
			 "so that replies leave from the address that was asked",
			 ip);
		return false;
	}
	return true;
}

struct address address_of(const struct sockaddr_storage *client)
{
	struct address address = { { [10] = 0xFF, [11] = 0xFF } };

	if (client->ss_family == AF_INET)
		memcpy(address.byte + 12, &((const struct sockaddr_in *)client)->sin_addr, 4);
	else
		memcpy(address.byte, &((const struct sockaddr_in6 *)client)->sin6_addr, 16);
	return address;
}

static void explain(const struct endpoint *endpoint, int type, int error, char why[SERVER_WHY])
{
	const char *protocol = type == SOCK_DGRAM ? "UDP" : "TCP";

	switch (error) {
	case EADDRNOTAVAIL:
		snprintf(why, SERVER_WHY,
			 "%s is not an address of this host, or still tentative: "
			 "see 'ip address', or add it, as in 'ip address add %s dev lo'",
			 endpoint->ip, endpoint->ip);
		break;
	case EADDRINUSE:
		snprintf(why, SERVER_WHY,
			 "%s port %u/%s is in use by another program: find it "
			 "with ss -l%snp 'sport = :%u'",
			 endpoint->ip, endpoint->port, protocol, type == SOCK_DGRAM ? "u" : "t",
			 endpoint->port);
		break;
	case EACCES:
		snprintf(why, SERVER_WHY,
			 "%s port %u/%s: a port below 1024 needs root or "
			 "CAP_NET_BIND_SERVICE; see --port",
			 endpoint->ip, endpoint->port, protocol);
		break;
	default:
		snprintf(why, SERVER_WHY, "%s port %u/%s: %s", endpoint->ip, endpoint->port,
			 protocol, strerror(error));
	}
}

static bool set(int fd, int level, int option, int value)
{
	return !setsockopt(fd, level, option, &value, sizeof(value));
}

/* A socket that is not bound yet. */
static int new_socket(const struct endpoint *endpoint, int type)
{
	int fd = socket(endpoint->address.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (endpoint->address.ss_family == AF_INET6)
		set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	/* Else a restart waits for connections in TIME_WAIT; no listening server is hidden. */
	if (type == SOCK_STREAM)
		set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	return fd;
}

static bool bind_to(int fd, const struct endpoint *endpoint)
{
	return fd >= 0 && !bind(fd, (const struct sockaddr *)&endpoint->address, endpoint->length);
}

/* Closes fd when it could not be bound, and says why. */
static int bound_or_closed(int fd, const struct endpoint *endpoint, int type, char why[SERVER_WHY])
{
	if (bind_to(fd, endpoint))
		return fd;
	explain(endpoint, type, errno, why);
	if (fd >= 0)
		close(fd);
	return -1;
}

bool endpoint_unused(const struct endpoint *endpoint, char why[SERVER_WHY])
{
	static const int types[] = { SOCK_DGRAM, SOCK_STREAM };

	for (int i = 0; i < 2; i++) {
		int fd = bound_or_closed(new_socket(endpoint, types[i]), endpoint, types[i], why);

		if (fd < 0)
			return false;
		close(fd);
	}
	return true;
}

/* Root may exceed net.core.rmem_max and wmem_max; others get as much as those allow. */
static void size_udp_buffers(int fd)
{
	if (!set(fd, SOL_SOCKET, SO_RCVBUFFORCE, UDP_BUFFER))
		set(fd, SOL_SOCKET, SO_RCVBUF, UDP_BUFFER);
	if (!set(fd, SOL_SOCKET, SO_SNDBUFFORCE, UDP_BUFFER))
		set(fd, SOL_SOCKET, SO_SNDBUF, UDP_BUFFER);
}

/*
 * Path MTU messages are easily forged, and a lowered MTU makes fragments, which are easily
 * forged too: so UDP does not listen to them (IP_PMTUDISC_OMIT, as NSD, Knot and BIND do). A
 * reply of at most 1232 bytes fits the least IPv6 MTU and never fragments; larger ones, where
 * --max-udp-size allows them, are cut to that MTU at the source.
 */
static void fix_mtu(int fd, int family)
{
	if (family == AF_INET) {
		set(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_OMIT);
		return;
	}
	set(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_OMIT);
	set(fd, IPPROTO_IPV6, IPV6_MTU, IPV6_LEAST_MTU);
}

int listen_udp(const struct endpoint *endpoint, char why[SERVER_WHY])
{
	int fd = new_socket(endpoint, SOCK_DGRAM);

	if (fd >= 0) {
		set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
		size_udp_buffers(fd);
		fix_mtu(fd, endpoint->address.ss_family);
	}
	return bound_or_closed(fd, endpoint, SOCK_DGRAM, why);
}

int listen_tcp(const struct endpoint *endpoint, char why[SERVER_WHY])
{
	int fd = new_socket(endpoint, SOCK_STREAM);

	if (fd >= 0) {
		set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
		/* Accepted connections inherit these. Answers leave in as few writes as there can
		 * be, so nothing is won by waiting for more. */
		set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
		set(fd, SOL_SOCKET, SO_SNDBUF, TCP_BUFFER);
		set(fd, SOL_SOCKET, SO_RCVBUF, TCP_BUFFER);
	}
	return bound_or_closed(fd, endpoint, SOCK_STREAM, why);
}

bool listen_tcp_begin(int fd, char why[SERVER_WHY])
{
	if (!listen(fd, TCP_BACKLOG))
		return true;
	snprintf(why, SERVER_WHY, "listening for TCP connections: %s", strerror(errno));
	return false;
}
