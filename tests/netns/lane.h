/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ways for the differential client's queries to a server: sockets, live frames, the engine. */
#ifndef ROOTXDP_LANE_H
#define ROOTXDP_LANE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "queries.h"
#include "zone.h"

#define REPLY_MOST 4096

/* Told of each reply: a DNS message of 2 bytes or more, which is gone after the call. */
typedef void reply_seen(void *context, const uint8_t *reply, size_t length);

struct lane {
	/* Sends a query, at the latest with the next flush(). */
	void (*send)(struct lane *lane, const struct query *query);
	void (*flush)(struct lane *lane);
	/* Waits at most `milliseconds` for a first reply, then tells of all that have come. */
	void (*receive)(struct lane *lane, int milliseconds, reply_seen *seen, void *context);
	void (*close)(struct lane *lane);
	unsigned long faults; /* replies in packets that broke the rules for packets */
};

/* A server's addresses (IPv4 mapped), or a client's. */
struct hosts {
	struct in6_addr ipv4, ipv6;
	bool has_ipv4, has_ipv6;
};

/* Whether `query` goes over IPv6 to these hosts: as it wishes, if there is a choice. */
bool over_ipv6(const struct hosts *hosts, const struct query *query);

/* Each opens a lane to be closed with its close(); NULL: one line in why[256]. */

/* Ordinary UDP sockets, several ports for each address family. */
struct lane *sockets_open(const struct hosts *servers, char why[256]);

/* Live frames from the veth `ifname`; the replies' packets are judged too. */
struct lane *frames_open(const char *ifname, const struct hosts *clients,
			 const struct hosts *servers, char why[256]);

/* The engine in this process, asked by the jar's client. */
struct lane *engine_open(const struct zone *zone, const struct answer_config *config,
			 const struct jar *jar, char why[256]);

#endif
