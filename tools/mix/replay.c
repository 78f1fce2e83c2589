// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sends made-up root queries to a server on a veth, as many and as fast as its kernel takes them:
 * replay -i IF --to IP --from IP [OPTION]... ZONE-FILE
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mix.h"
#include "tools/live/capture.h"
#include "tools/live/frame.h"
#include "tools/live/live.h"
#include "tools/live/neighbour.h"

#define FLAGS_OFFSET 2 /* of the DNS header's flags */
#define OPCODE_BITS  0x78
#define FRAME_ROOM   (FRAME_HEADERS_MOST + MIX_QUERY_MAX)

struct hosts {
	struct in6_addr ipv4, ipv6;
	bool has_ipv4, has_ipv6;
};

struct options {
	const char *ifname, *zone_file;
	struct hosts from, to;
	bool packets;
	enum mix_kind kind;
	unsigned long count;
	uint64_t seed;
};

/* What was sent. */
struct sent {
	unsigned long all;
	unsigned long queries; /* opcode QUERY */
};

/* The way onto the wire. */
struct lane {
	struct live_port *live; /* live frames; else packets on `socket` */
	int socket;
	uint8_t source_mac[6], destination_mac[6];
};

static void usage(FILE *to)
{
	fputs("usage: replay -i IF --to IP [--to IP] --from IP [--from IP] [--packets]\n"
	      "              [--kind KIND] [--count N] [--seed N] ZONE-FILE\n"
	      "Sends N (100000) made-up root queries over UDP, in the proportions of root traffic or of\n"
	      "one KIND (see mix --help), from the veth IF: as live frames, which reach the peer's XDP\n"
	      "with the room that a physical driver gives, or with --packets as ordinary ones. IPv6\n"
	      "queries go from and to the IPv6 addresses, or over IPv4 where there are none. Prints how\n"
	      "many were sent; what became of them, the server's counters say.\n",
	      to);
}

static bool add_host(struct hosts *hosts, const char *word)
{
	struct in6_addr address;
	bool four;

	if (!address_parse(word, &address))
		return false;
	four = IN6_IS_ADDR_V4MAPPED(&address);
	*(four ? &hosts->ipv4 : &hosts->ipv6) = address;
	*(four ? &hosts->has_ipv4 : &hosts->has_ipv6) = true;
	return true;
}

/* Exit status, or -1 to go on. */
static int parse_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{ "to", required_argument, NULL, 't' },   { "from", required_argument, NULL, 'f' },
		{ "kind", required_argument, NULL, 'k' }, { "count", required_argument, NULL, 'c' },
		{ "seed", required_argument, NULL, 's' }, { "packets", no_argument, NULL, 'p' },
		{ "help", no_argument, NULL, 'h' },       { NULL, 0, NULL, 0 },
	};
	bool fine = true;
	int letter, kind;

	while (fine && (letter = getopt_long(argc, argv, "i:h", known, NULL)) != -1) {
		switch (letter) {
		case 'i': options->ifname = optarg; break;
		case 't': fine = add_host(&options->to, optarg); break;
		case 'f': fine = add_host(&options->from, optarg); break;
		case 'p': options->packets = true; break;
		case 'c': options->count = strtoul(optarg, NULL, 10); break;
		case 's': options->seed = strtoull(optarg, NULL, 10); break;
		case 'k':
			kind = mix_kind_parse(optarg);
			fine = kind >= 0;
			options->kind = kind;
			break;
		case 'h': usage(stdout); return 0;
		default: fine = false;
		}
	}
	options->zone_file = argv[optind];
	if (fine && argc - optind == 1 && options->ifname && options->count && options->to.has_ipv4 &&
	    options->from.has_ipv4 && options->to.has_ipv6 == options->from.has_ipv6)
		return -1;
	usage(stderr);
	return 2;
}

static size_t write_frame(const struct options *options, const struct lane *lane,
			  const struct mix_query *query, uint8_t bytes[FRAME_ROOM])
{
	bool ipv6 = query->ipv6 && options->to.has_ipv6;
	struct frame frame = { .source = ipv6 ? options->from.ipv6 : options->from.ipv4,
			       .destination = ipv6 ? options->to.ipv6 : options->to.ipv4,
			       .source_port = query->source_port,
			       .destination_port = 53,
			       .hop_limit = 64,
			       .payload = query->message,
			       .length = query->length };

	memcpy(frame.source_mac, lane->source_mac, sizeof(frame.source_mac));
	memcpy(frame.destination_mac, lane->destination_mac, sizeof(frame.destination_mac));
	return frame_write(&frame, bytes, FRAME_ROOM);
}

/* Sends a frame, at the latest with the next finish(). */
static bool send_frame(struct lane *lane, const uint8_t *bytes, size_t length)
{
	if (lane->live)
		return live_add(lane->live, bytes, length) ||
		       (!live_flush(lane->live, 1) && live_add(lane->live, bytes, length));
	while (send(lane->socket, bytes, length, 0) < 0)
		if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
			return false;
	return true;
}

static bool send_all(const struct options *options, struct lane *lane, struct mix *mix,
		     struct sent *sent)
{
	uint8_t bytes[FRAME_ROOM];
	struct mix_query query;

	while (sent->all < options->count) {
		mix_next(mix, options->kind, &query);
		if (query.tcp)
			continue;
		if (!send_frame(lane, bytes, write_frame(options, lane, &query, bytes)))
			return false;
		sent->all++;
		sent->queries += !(query.message[FLAGS_OFFSET] & OPCODE_BITS);
	}
	return !lane->live || !live_flush(lane->live, 1);
}

static bool open_lane(const struct options *options, struct lane *lane, char why[256])
{
	if (!device_mac(options->ifname, lane->source_mac, why) ||
	    !neighbour_mac(options->ifname, &options->to.ipv4, lane->destination_mac, why))
		return false;
	if (options->packets)
		return (lane->socket = capture_open(options->ifname, why)) >= 0;
	lane->live = live_open(options->ifname, why);
	return lane->live;
}

int main(int argc, char **argv)
{
	struct options options = { .kind = MIX_ROOT, .count = 100000, .seed = 1 };
	struct lane lane = { .socket = -1 };
	struct sent sent = { 0 };
	char why[256] = "";
	struct mix *mix;
	int status = parse_options(argc, argv, &options);

	if (status >= 0)
		return status;
	mix = mix_open(options.zone_file, options.seed, why);
	if (mix && open_lane(&options, &lane, why)) {
		if (!send_all(&options, &lane, mix, &sent))
			snprintf(why, sizeof(why), "sending: %s", strerror(errno));
		printf("sent %lu, opcode QUERY %lu\n", sent.all, sent.queries);
	}
	if (*why)
		fprintf(stderr, "replay: %s\n", why);
	live_close(lane.live);
	if (lane.socket >= 0)
		close(lane.socket);
	mix_free(mix);
	return *why ? 1 : 0;
}
