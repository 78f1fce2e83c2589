// SPDX-License-Identifier: GPL-2.0-or-later
/* The lane of live frames: queries in packets of every kind, and a judge of the reply packets. */
#include "lane.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "random.h"
#include "tools/live/capture.h"
#include "tools/live/frame.h"
#include "tools/live/live.h"
#include "tools/live/neighbour.h"

#define DNS_PORT 53
#define FIRST_PORT 40000
#define PORTS 16 /* of each address family */
#define FAULTS_SHOWN 5

struct frames {
	struct lane lane;
	struct hosts clients, servers;
	uint8_t client_mac[6], server_mac[6];
	struct live_port *port;
	int capture;
	int holders[2 * PORTS];
	struct dice dice;
	bool kernel_made[65536];  /* by ID: the kernel itself must make the reply */
	uint16_t vlan[65536];     /* by ID: the query's tag */
};

/* A bound socket keeps the client's stack from telling the server that the port is closed. */
static void hold_ports(struct frames *frames)
{
	for (size_t i = 0; i < 2 * PORTS; i++) {
		bool ipv6 = i >= PORTS;
		struct sockaddr_storage address;
		socklen_t size = address_socket(ipv6 ? &frames->clients.ipv6 : &frames->clients.ipv4,
						FIRST_PORT + i % PORTS, &address);

		frames->holders[i] = socket(address.ss_family, SOCK_DGRAM, 0);
		if (frames->holders[i] >= 0)
			bind(frames->holders[i], (struct sockaddr *)&address, size);
	}
}

/* A packet as clients of every kind make it: what the reply must not depend on is random. */
static struct frame make_frame(struct frames *frames, const struct query *query)
{
	bool ipv6 = over_ipv6(&frames->servers, query);
	struct dice *dice = &frames->dice;
	struct frame frame = {
		.source = ipv6 ? frames->clients.ipv6 : frames->clients.ipv4,
		.destination = ipv6 ? frames->servers.ipv6 : frames->servers.ipv4,
		.source_port = FIRST_PORT + query->bytes[1] % PORTS,
		.destination_port = DNS_PORT,
		.traffic_class = roll(dice),
		.flow_label = roll(dice) & 0xfffff,
		.hop_limit = 1 + below(dice, 255),
		.ip_id = roll(dice),
		.dont_fragment = percent(dice, 50),
		.payload = query->bytes,
		.length = query->length,
	};

	/* There are no VLAN devices: a tagged query must not go up to the stack. */
	if (query->kernel && percent(dice, 5))
		frame.vlan = 1 + below(dice, 4094);
	memcpy(frame.source_mac, frames->client_mac, 6);
	memcpy(frame.destination_mac, frames->server_mac, 6);
	return frame;
}

/* IPv4 clients may leave the UDP checksum out (RFC 768). */
static void clear_checksum(uint8_t *bytes, size_t length)
{
	struct frame frame;

	if (frame_read(&frame, bytes, length) && frame_is_ipv4(&frame))
		memset(bytes + frame.checksum_offset, 0, 2);
}

static void frames_send(struct lane *lane, const struct query *query)
{
	struct frames *frames = (struct frames *)lane;
	uint8_t bytes[FRAME_HEADERS_MOST + QUERY_MOST + 64];
	struct frame frame = make_frame(frames, query);
	size_t length = frame_write(&frame, bytes, sizeof(bytes));
	uint16_t id = query->bytes[0] << 8 | query->bytes[1];

	if (percent(&frames->dice, 3))
		clear_checksum(bytes, length);
	if (percent(&frames->dice, 10))  /* a trailer that is not the packet's */
		for (uint32_t left = 1 + below(&frames->dice, 20); left > 0; left--)
			bytes[length++] = roll(&frames->dice);
	if (query->length >= 2) {
		frames->kernel_made[id] = query->kernel;
		frames->vlan[id] = frame.vlan;
	}
	live_add(frames->port, bytes, length);
}

static void frames_flush(struct lane *lane)
{
	struct frames *frames = (struct frames *)lane;
	int error = live_flush(frames->port, 1);

	if (error) {
		fprintf(stderr, "sending live frames: %s\n", strerror(-error));
		exit(1);
	}
}

/* What is wrong with the packet of a reply; NULL: nothing. */
static const char *fault_of(const struct frames *frames, const struct frame *reply,
			    const struct captured *captured)
{
	uint16_t id = reply->payload[0] << 8 | reply->payload[1];

	if (memcmp(reply->destination_mac, frames->client_mac, 6) ||
	    memcmp(reply->source_mac, frames->server_mac, 6))
		return "MAC addresses are not the query's, swapped";
	if (!reply->ip_checksum_right)
		return "wrong IPv4 header checksum";
	if (captured->unfinished ? !reply->udp_checksum_partial : !reply->udp_checksum_right)
		return "wrong UDP checksum";
	if (reply->hop_limit != 64)
		return "TTL or hop limit is not 64";
	if (!frames->kernel_made[id])
		return NULL;
	if (captured->unfinished)
		return "the kernel left the UDP checksum unfinished";
	if (reply->vlan != frames->vlan[id])
		return "the VLAN tag is not the query's";
	if (reply->traffic_class != 0 || reply->flow_label != 0)
		return "DSCP, ECN or flow label is not 0";
	if (frame_is_ipv4(reply) && (reply->dont_fragment || reply->ip_id != id))
		return "IPv4: DF is set or the ID is not the DNS ID";
	if (!reply->padding_zero)
		return "bytes behind the packet are not zero";
	if (captured->length < FRAME_LEAST)
		return "frame shorter than 60 bytes";
	return NULL;
}

static void judge(struct frames *frames, const struct frame *reply, const struct captured *captured)
{
	const char *fault = fault_of(frames, reply, captured);

	if (!fault || frames->lane.faults++ >= FAULTS_SHOWN)
		return;
	printf("packet of reply %02x%02x over IPv%d: %s\n", reply->payload[0], reply->payload[1],
	       frame_is_ipv4(reply) ? 4 : 6, fault);
	for (size_t i = 0; i < captured->length && i < 80; i++)
		printf("%02x%s", captured->bytes[i], i % 16 == 15 ? "\n" : " ");
	putchar('\n');
}

/* From one of the servers, DNS, to where we asked from. */
static bool is_reply(const struct frames *frames, const struct frame *frame)
{
	const struct in6_addr *server, *client;

	server = frame_is_ipv4(frame) ? &frames->servers.ipv4 : &frames->servers.ipv6;
	client = frame_is_ipv4(frame) ? &frames->clients.ipv4 : &frames->clients.ipv6;
	return frame->source_port == DNS_PORT && frame->length >= 2 &&
	       frame->destination_port == FIRST_PORT + frame->payload[1] % PORTS &&
	       memcmp(&frame->source, server, 16) == 0 &&
	       memcmp(&frame->destination, client, 16) == 0;
}

static void frames_receive(struct lane *lane, int milliseconds, reply_seen *seen, void *context)
{
	struct frames *frames = (struct frames *)lane;
	struct captured captured;
	struct frame frame;

	for (; capture_next(frames->capture, &captured, milliseconds); milliseconds = 0) {
		if (!frame_read(&frame, captured.bytes, captured.length) ||
		    !is_reply(frames, &frame))
			continue;
		judge(frames, &frame, &captured);
		seen(context, frame.payload, frame.length);
	}
}

static void frames_close(struct lane *lane)
{
	struct frames *frames = (struct frames *)lane;

	live_close(frames->port);
	if (frames->capture >= 0)
		close(frames->capture);
	for (size_t i = 0; i < 2 * PORTS; i++)
		if (frames->holders[i] > 0)
			close(frames->holders[i]);
	free(frames);
}

struct lane *frames_open(const char *ifname, const struct hosts *clients,
			 const struct hosts *servers, char why[256])
{
	struct frames *frames = calloc(1, sizeof(*frames));

	if (!frames) {
		snprintf(why, 256, "out of memory");
		return NULL;
	}
	frames->clients = *clients;
	frames->servers = *servers;
	frames->dice.state = 1;
	frames->lane = (struct lane){ .send = frames_send, .flush = frames_flush,
				      .receive = frames_receive, .close = frames_close };
	frames->capture = -1;
	if (device_mac(ifname, frames->client_mac, why) &&
	    neighbour_mac(ifname, servers->has_ipv4 ? &servers->ipv4 : &servers->ipv6,
			  frames->server_mac, why) &&
	    (frames->capture = capture_open(ifname, why)) >= 0 &&
	    (frames->port = live_open(ifname, why))) {
		hold_ports(frames);
		return &frames->lane;
	}
	frames_close(&frames->lane);
	return NULL;
}
