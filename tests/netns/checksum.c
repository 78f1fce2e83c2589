// SPDX-License-Identifier: GPL-2.0-or-later
/* Sends queries with right, missing and wrong UDP checksums, and judges those of the replies. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tools/live/capture.h"
#include "tools/live/frame.h"
#include "tools/live/neighbour.h"

#define DNS_PORT 53
#define CLIENT_PORT 41000
#define LABEL_MOST 40
#define QUIET_MILLISECONDS 300
#define VLAN 0x6064  /* priority 3, number 100 */

enum checksum { RIGHT, ZERO, WRONG, PSEUDO, KINDS };

static const char *const kind_name[KINDS] = { "right", "zero", "wrong", "pseudo-header only" };

/* A query that was sent, by its DNS ID, and what came back. */
struct sent {
	bool wanted;            /* a reply must come */
	uint16_t vlan;
	char what[80];
	unsigned int captured, received;  /* frames, and datagrams at a socket */
};

struct client {
	const char *ifname;
	struct in6_addr client[2], server[2];  /* IPv4, IPv6 */
	uint8_t client_mac[6], server_mac[6];
	int capture;
	struct sent *sent;
	uint16_t count;         /* entries in `sent` */
	unsigned long bad;
};

/* "<label>.com. A", or "<label>.nonexistent. A", with DO every second time; odd and even lengths. */
static size_t make_query(uint8_t *query, uint16_t id, size_t label)
{
	static const uint8_t com[] = "\003com\0\0\001\0\001";
	static const uint8_t none[] = "\013nonexistent\0\0\001\0\001";
	static const uint8_t opt[] = { 0, 0, 41, 4, 208, 0, 0, 128, 0, 0, 0 };
	size_t length = 12;

	memset(query, 0, 12);
	query[0] = id >> 8;
	query[1] = id;
	query[5] = 1;
	query[length++] = label;
	memset(query + length, 'x', label);
	length += label;
	if (id % 3) {
		memcpy(query + length, com, sizeof(com) - 1);
		length += sizeof(com) - 1;
	} else {
		memcpy(query + length, none, sizeof(none) - 1);
		length += sizeof(none) - 1;
	}
	if (id % 2 == 0)
		return length;
	query[11] = 1;
	memcpy(query + length, opt, sizeof(opt));
	return length + sizeof(opt);
}

static struct sent *note(struct client *client, uint16_t *id)
{
	*id = client->count++;
	return &client->sent[*id];
}

static void spoil(uint8_t *bytes, size_t length, enum checksum kind)
{
	struct frame frame;
	uint8_t *at;

	frame_read(&frame, bytes, length);
	at = bytes + frame.checksum_offset;
	switch (kind) {
	case ZERO:
		memset(at, 0, 2);
		break;
	case WRONG:
		at[1] ^= 0x5a;
		break;
	case PSEUDO:
		memcpy(at, frame.partial_sum, 2);
		break;
	default:
		break;
	}
}

static void send_by_hand(struct client *client, bool ipv6, uint16_t vlan, enum checksum kind,
			 size_t label)
{
	uint8_t query[128], bytes[FRAME_HEADERS_MOST + sizeof(query)];
	struct frame frame = {
		.source = client->client[ipv6], .destination = client->server[ipv6],
		.source_port = CLIENT_PORT, .destination_port = DNS_PORT,
		.hop_limit = 64, .vlan = vlan, .payload = query,
	};
	uint16_t id;
	struct sent *sent = note(client, &id);
	size_t length;

	frame.length = make_query(query, id, label);
	memcpy(frame.source_mac, client->client_mac, 6);
	memcpy(frame.destination_mac, client->server_mac, 6);
	length = frame_write(&frame, bytes, sizeof(bytes));
	spoil(bytes, length, kind);
	sent->wanted = kind == RIGHT || kind == PSEUDO || (kind == ZERO && !ipv6);
	sent->vlan = vlan;
	snprintf(sent->what, sizeof(sent->what), "IPv%d, checksum %s, %s, %zu bytes", ipv6 ? 6 : 4,
		 kind_name[kind], vlan ? "VLAN" : "no VLAN", frame.length);
	if (send(client->capture, bytes, length, 0) < 0)
		perror("sending a frame");
}

static void judge(struct client *client, const struct frame *reply, const struct captured *captured)
{
	uint16_t id = reply->payload[0] << 8 | reply->payload[1];
	struct sent *sent = &client->sent[id];
	const char *fault = NULL;

	if (id >= client->count)
		return;
	sent->captured++;
	if (captured->unfinished ? !reply->udp_checksum_partial : !reply->udp_checksum_right)
		fault = "a wrong UDP checksum";
	else if (!reply->ip_checksum_right)
		fault = "a wrong IPv4 checksum";
	else if (reply->vlan != sent->vlan)
		fault = "another VLAN tag";
	if (!fault)
		return;
	client->bad++;
	printf("%s: the reply (%zu bytes%s) has %s\n", sent->what, reply->length,
	       captured->unfinished ? ", unfinished" : "", fault);
}

/* Takes replies until none has come for a while. */
static void collect(struct client *client)
{
	struct captured captured;
	struct frame frame;

	while (capture_next(client->capture, &captured, QUIET_MILLISECONDS))
		if (frame_read(&frame, captured.bytes, captured.length) && frame.length >= 12 &&
		    frame.source_port == DNS_PORT)
			judge(client, &frame, &captured);
}

static void report(struct client *client, uint16_t from, bool sockets)
{
	for (uint16_t id = from; id < client->count; id++) {
		struct sent *sent = &client->sent[id];

		if (sent->captured == sent->wanted && (!sockets || sent->received == sent->wanted))
			continue;
		client->bad++;
		printf("%s: %u replies captured, %u received by the socket, %d expected\n",
		       sent->what, sent->captured, sent->received, sent->wanted);
	}
}

/* A bound socket keeps the client's stack from telling the server that the port is closed. */
static int open_socket(const struct in6_addr *from, uint16_t port)
{
	struct sockaddr_storage address;
	socklen_t size = address_socket(from, port, &address);
	int fd = socket(address.ss_family, SOCK_DGRAM, 0);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&address, size) == 0)
		return fd;
	perror("binding a socket");
	exit(1);
}

static void by_hand(struct client *client)
{
	int holders[2] = { open_socket(&client->client[0], CLIENT_PORT),
			   open_socket(&client->client[1], CLIENT_PORT) };
	uint16_t from = client->count;

	for (int ipv6 = 0; ipv6 < 2; ipv6++)
		for (int tagged = 0; tagged < 2; tagged++)
			for (enum checksum kind = 0; kind < KINDS; kind++)
				for (size_t label = 1; label <= LABEL_MOST; label++)
					send_by_hand(client, ipv6, tagged ? VLAN : 0, kind, label);
	collect(client);
	report(client, from, false);
	close(holders[0]);
	close(holders[1]);
}

static void receive_all(struct client *client, int fd)
{
	uint8_t reply[4096];

	while (recv(fd, reply, sizeof(reply), MSG_DONTWAIT) >= 12) {
		uint16_t id = reply[0] << 8 | reply[1];

		if (id < client->count)
			client->sent[id].received++;
	}
}

/* Ordinary sockets: the checksum is the kernel's or the device's to make, as ethtool has it. */
static void by_sockets(struct client *client)
{
	uint16_t from = client->count;
	int fds[2];

	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		struct sockaddr_storage to;
		socklen_t size = address_socket(&client->server[ipv6], DNS_PORT, &to);

		fds[ipv6] = open_socket(&client->client[ipv6], 0);
		for (size_t label = 1; label <= LABEL_MOST; label++) {
			uint8_t query[128];
			uint16_t id;
			struct sent *sent = note(client, &id);
			size_t length = make_query(query, id, label);

			sent->wanted = true;
			snprintf(sent->what, sizeof(sent->what), "IPv%d, a socket's, %zu bytes",
				 ipv6 ? 6 : 4, length);
			sendto(fds[ipv6], query, length, 0, (struct sockaddr *)&to, size);
		}
	}
	collect(client);
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		receive_all(client, fds[ipv6]);
		close(fds[ipv6]);
	}
	report(client, from, true);
}

int main(int argc, char **argv)
{
	struct client client = { 0 };
	char why[256] = "";

	if (argc != 6 || !address_parse(argv[2], &client.client[0]) ||
	    !address_parse(argv[3], &client.client[1]) ||
	    !address_parse(argv[4], &client.server[0]) ||
	    !address_parse(argv[5], &client.server[1])) {
		fputs("usage: checksum IF CLIENT4 CLIENT6 SERVER4 SERVER6\n", stderr);
		return 2;
	}
	client.ifname = argv[1];
	client.sent = calloc(65536, sizeof(*client.sent));
	client.capture = capture_open(client.ifname, why);
	if (!client.sent || client.capture < 0 ||
	    !device_mac(client.ifname, client.client_mac, why) ||
	    !neighbour_mac(client.ifname, &client.server[0], client.server_mac, why)) {
		fprintf(stderr, "checksum: %s\n", why);
		return 1;
	}
	by_sockets(&client);
	by_hand(&client);
	printf("%u queries, %lu wrong\n", client.count, client.bad);
	free(client.sent);
	close(client.capture);
	return client.bad ? 1 : 0;
}
