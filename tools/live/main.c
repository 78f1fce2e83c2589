// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sends one DNS query as live frames, and counts the replies:
 * live -i IF --to IP --from IP NAME TYPE
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ldns/ldns.h>

#include "capture.h"
#include "frame.h"
#include "live.h"
#include "neighbour.h"

#define BURST 2048
#define QUIET_MILLISECONDS 200
#define CLIENT_PORT 45353
#define QUERY_ID 0x7278

struct options {
	const char *ifname;
	struct in6_addr from, to;
	uint8_t mac[6];
	bool has_from, has_to, has_mac, dnssec;
	unsigned long count;
	const char *name, *type;
};

struct replies {
	unsigned long count, bytes, wrong_checksum;
	unsigned long rcode[16];
};

static void usage(FILE *to)
{
	fputs("usage: live -i IF --to IP --from IP [--mac MAC] [--count N] NAME TYPE [+do]\n"
	      "Sends a DNS query N times as live frames from the veth IF, so that they reach the\n"
	      "peer's XDP program with the room that a physical driver gives, and counts replies.\n",
	      to);
}

static bool parse_mac(const char *word, uint8_t mac[6])
{
	return sscanf(word, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1], &mac[2], &mac[3],
		      &mac[4], &mac[5]) == 6;
}

/* Exit status, or -1 to go on. */
static int parse_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{ "to", required_argument, NULL, 't' },    { "from", required_argument, NULL, 'f' },
		{ "mac", required_argument, NULL, 'm' },   { "count", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },        { NULL, 0, NULL, 0 },
	};
	int letter;

	while ((letter = getopt_long(argc, argv, "i:h", known, NULL)) != -1) {
		switch (letter) {
		case 'i': options->ifname = optarg; break;
		case 't': options->has_to = address_parse(optarg, &options->to); break;
		case 'f': options->has_from = address_parse(optarg, &options->from); break;
		case 'm': options->has_mac = parse_mac(optarg, options->mac); break;
		case 'c': options->count = strtoul(optarg, NULL, 10); break;
		case 'h': usage(stdout); return 0;
		default: usage(stderr); return 2;
		}
	}
	if (argc - optind < 2 || !options->ifname || !options->has_to || !options->has_from ||
	    options->count == 0) {
		usage(stderr);
		return 2;
	}
	options->name = argv[optind];
	options->type = argv[optind + 1];
	options->dnssec = argc - optind > 2 && strcmp(argv[optind + 2], "+do") == 0;
	return -1;
}

/* The DNS message; its length, or 0 when name or type are not ones. */
static size_t make_query(const struct options *options, uint8_t *query, size_t room)
{
	ldns_rdf *name = ldns_dname_new_frm_str(options->name);
	ldns_rr_type type = ldns_get_rr_type_by_name(options->type);
	ldns_pkt *packet = NULL;
	uint8_t *wire = NULL;
	size_t length = 0;

	if (name && type)
		packet = ldns_pkt_query_new(name, type, LDNS_RR_CLASS_IN, 0);
	if (!packet)
		goto out;
	ldns_pkt_set_id(packet, QUERY_ID);
	if (options->dnssec) {
		ldns_pkt_set_edns_udp_size(packet, 1232);
		ldns_pkt_set_edns_do(packet, true);
	}
	if (ldns_pkt2wire(&wire, packet, &length) != LDNS_STATUS_OK || length > room)
		length = 0;
	else
		memcpy(query, wire, length);
out:
	ldns_pkt_free(packet);
	free(wire);
	return length;
}

/* A bound socket keeps the client's stack from telling the server that the port is closed. */
static int hold_port(const struct in6_addr *from)
{
	struct sockaddr_storage address;
	socklen_t size = address_socket(from, CLIENT_PORT, &address);
	int holder = socket(address.ss_family, SOCK_DGRAM, 0);

	if (holder >= 0 && bind(holder, (struct sockaddr *)&address, size) == 0)
		return holder;
	if (holder >= 0)
		close(holder);
	return -1;
}

static void drain(int capture, int milliseconds, struct replies *replies)
{
	struct captured captured;
	struct frame reply;

	while (capture_next(capture, &captured, milliseconds)) {
		if (!frame_read(&reply, captured.bytes, captured.length) ||
		    reply.destination_port != CLIENT_PORT || reply.source_port != 53 ||
		    reply.length < 12)
			continue;
		replies->count++;
		replies->bytes += reply.length;
		replies->rcode[reply.payload[3] & 15]++;
		replies->wrong_checksum +=
			!reply.ip_checksum_right || !(reply.udp_checksum_right || captured.unfinished);
	}
}

static bool send_all(struct live_port *port, const uint8_t *frame, size_t length, int capture,
		     unsigned long count, struct replies *replies)
{
	while (count > 0) {
		unsigned int burst = count < BURST ? count : BURST;
		int error = live_send(port, frame, length, burst);

		if (error) {
			fprintf(stderr, "live: sending frames: %s\n", strerror(-error));
			return false;
		}
		count -= burst;
		drain(capture, 0, replies);
	}
	drain(capture, QUIET_MILLISECONDS, replies);
	return true;
}

static void print_replies(const struct options *options, const struct replies *replies)
{
	printf("%s %s: sent %lu, received %lu", options->name, options->type, options->count,
	       replies->count);
	for (int rcode = 0; rcode < 16; rcode++) {
		ldns_lookup_table *word = ldns_lookup_by_id(ldns_rcodes, rcode);

		if (replies->rcode[rcode])
			printf(", %s %lu", word ? word->name : "?", replies->rcode[rcode]);
	}
	if (replies->count)
		printf(", %lu bytes each", replies->bytes / replies->count);
	if (replies->wrong_checksum)
		printf(", %lu with a WRONG CHECKSUM", replies->wrong_checksum);
	putchar('\n');
}

static int run(const struct options *options, char why[256])
{
	uint8_t query[600], bytes[FRAME_HEADERS_MOST + sizeof(query)];
	struct frame frame = { .source = options->from, .destination = options->to,
			       .source_port = CLIENT_PORT, .destination_port = 53,
			       .hop_limit = 64, .payload = query };
	struct replies replies = { 0 };
	struct live_port *port = NULL;
	int capture = -1, holder = -1, status = 1;

	frame.length = make_query(options, query, sizeof(query));
	if (frame.length == 0) {
		snprintf(why, 256, "%s %s: not a name and a type", options->name, options->type);
		return 2;
	}
	memcpy(frame.destination_mac, options->mac, 6);
	if (!device_mac(options->ifname, frame.source_mac, why) ||
	    !(options->has_mac ||
	      neighbour_mac(options->ifname, &options->to, frame.destination_mac, why)) ||
	    (capture = capture_open(options->ifname, why)) < 0 ||
	    !(port = live_open(options->ifname, why)))
		goto out;
	holder = hold_port(&options->from);
	if (send_all(port, bytes, frame_write(&frame, bytes, sizeof(bytes)), capture,
		     options->count, &replies)) {
		print_replies(options, &replies);
		status = replies.count == options->count && !replies.wrong_checksum ? 0 : 1;
	}
out:
	live_close(port);
	if (capture >= 0)
		close(capture);
	if (holder >= 0)
		close(holder);
	return status;
}

int main(int argc, char **argv)
{
	struct options options = { .count = 1 };
	char why[256] = "";
	int status = parse_options(argc, argv, &options);

	if (status >= 0)
		return status;
	status = run(&options, why);
	if (*why)
		fprintf(stderr, "live: %s\n", why);
	return status;
}
