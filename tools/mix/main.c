// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes made-up root queries for other people's load generators: mix [OPTION]... ZONE-FILE */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mix.h"
#include "tools/live/frame.h"

#define LINKTYPE_RAW 101
#define ETHERNET_HEADER 14

enum format { FORMAT_KXDPGUN, FORMAT_DNSPERF, FORMAT_WIRE, FORMAT_PCAP };

struct options {
	enum mix_kind kind;
	enum format format;
	unsigned long count;
	uint64_t seed;
	const char *zone_file;
	bool all;
};

static void usage(FILE *to)
{
	fputs("usage: mix [--kind KIND] [--count N] [--seed N] [--format FORMAT] [--all] ZONE-FILE\n"
	      "Writes N (10000) DNS queries with made-up names in the proportions of root traffic to\n"
	      "standard output; the same ones for the same seed (1). KIND is one of\n", to);
	for (int kind = 0; kind < MIX_KIND_COUNT; kind++)
		fprintf(to, "  %-18s %s\n", mix_kind_word(kind), mix_kind_meaning(kind));
	fputs("and FORMAT one of\n"
	      "  kxdpgun   lines of NAME TYPE [E|D], E for EDNS and D for DO (the default)\n"
	      "  dnsperf   lines of NAME TYPE\n"
	      "  wire      whole messages, each behind its length in two bytes, as DNS over TCP has it\n"
	      "  pcap      IP packets from 192.0.2.9 and 2001:db8::9 to 192.0.2.1 and 2001:db8::1\n"
	      "Queries that come over TCP, and those that ask nothing of the zone (CHAOS, UPDATE,\n"
	      "malformed), are made with --all only; lines hold neither.\n", to);
}

static int format_parse(const char *word)
{
	static const char *const words[] = { "kxdpgun", "dnsperf", "wire", "pcap" };

	for (int format = 0; format < 4; format++)
		if (strcmp(word, words[format]) == 0)
			return format;
	return -1;
}

/* Exit status, or -1 to go on. */
static int parse_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{ "kind", required_argument, NULL, 'k' },   { "count", required_argument, NULL, 'c' },
		{ "seed", required_argument, NULL, 's' },   { "format", required_argument, NULL, 'f' },
		{ "all", no_argument, NULL, 'a' },          { "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int letter, number = 0;

	while (number >= 0 && (letter = getopt_long(argc, argv, "h", known, NULL)) != -1) {
		switch (letter) {
		case 'k': number = mix_kind_parse(optarg); options->kind = number; break;
		case 'f': number = format_parse(optarg); options->format = number; break;
		case 'c': options->count = strtoul(optarg, NULL, 10); break;
		case 's': options->seed = strtoull(optarg, NULL, 10); break;
		case 'a': options->all = true; break;
		case 'h': usage(stdout); return 0;
		default: number = -1;
		}
	}
	options->zone_file = argv[optind];
	if (number >= 0 && argc - optind == 1 && options->count > 0)
		return -1;
	usage(stderr);
	return 2;
}

static void print_name(const uint8_t *name)
{
	if (*name == 0)
		putchar('.');
	for (; *name; name += *name + 1) {
		for (int i = 1; i <= *name; i++) {
			if (isalnum(name[i]) || name[i] == '-' || name[i] == '_')
				putchar(name[i]);
			else
				printf("\\%03u", name[i]);
		}
		putchar('.');
	}
}

static void print_line(const struct mix_query *query, enum format format)
{
	static const struct {
		unsigned number;
		const char *word;
	} types[] = { { 1, "A" }, { 2, "NS" }, { 6, "SOA" }, { 12, "PTR" }, { 15, "MX" },
		      { 16, "TXT" }, { 28, "AAAA" }, { 33, "SRV" }, { 43, "DS" }, { 48, "DNSKEY" } };
	const uint8_t *at = query->message + 12;
	unsigned type;
	bool named = false;

	print_name(at);
	at += strlen((const char *)at) + 1;
	type = (unsigned)at[0] << 8 | at[1];
	for (size_t i = 0; i < sizeof(types) / sizeof(*types) && !named; i++) {
		named = types[i].number == type;
		if (named)
			printf(" %s", types[i].word);
	}
	if (!named)
		printf(" TYPE%u", type);
	if (format == FORMAT_KXDPGUN && query->message[11])
		fputs(at[4 + 7] & 0x80 ? " D" : " E", stdout);
	putchar('\n');
}

static void write_wire(const struct mix_query *query)
{
	putchar(query->length >> 8);
	putchar(query->length & 255);
	fwrite(query->message, query->length, 1, stdout);
}

/* libpcap's classic file format, in this host's byte order. */
static void write_pcap_header(void)
{
	const struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t zone, accuracy, longest, linktype;
	} header = { 0xa1b2c3d4, 2, 4, 0, 0, 65535, LINKTYPE_RAW };

	fwrite(&header, sizeof(header), 1, stdout);
}

static void write_packet(const struct mix_query *query, unsigned long number)
{
	struct frame frame = { .source_port = query->source_port, .destination_port = 53,
			       .hop_limit = 64, .payload = query->message,
			       .length = query->length };
	uint8_t bytes[FRAME_HEADERS_MOST + MIX_QUERY_MAX];
	uint32_t header[4] = { number / 1000000, number % 1000000 };

	address_parse(query->ipv6 ? "2001:db8::9" : "192.0.2.9", &frame.source);
	address_parse(query->ipv6 ? "2001:db8::1" : "192.0.2.1", &frame.destination);
	frame_write(&frame, bytes, sizeof(bytes));
	/* Not what frame_write() returns: short frames are padded. */
	header[2] = header[3] = (query->ipv6 ? 40 : 20) + 8 + query->length;
	fwrite(header, sizeof(header), 1, stdout);
	fwrite(bytes + ETHERNET_HEADER, header[2], 1, stdout);
}

static void write_queries(const struct options *options, struct mix *mix)
{
	bool lines = options->format == FORMAT_KXDPGUN || options->format == FORMAT_DNSPERF;
	struct mix_query query;

	if (options->format == FORMAT_PCAP)
		write_pcap_header();
	for (unsigned long number = 0; number < options->count;) {
		mix_next(mix, options->kind, &query);
		if ((query.tcp && !options->all) ||
		    (query.outcome == MIX_GIVES_ELSE && (lines || !options->all)))
			continue;
		if (lines)
			print_line(&query, options->format);
		else if (options->format == FORMAT_WIRE)
			write_wire(&query);
		else
			write_packet(&query, number);
		number++;
	}
}

int main(int argc, char **argv)
{
	struct options options = { .kind = MIX_ROOT, .count = 10000, .seed = 1 };
	int status = parse_options(argc, argv, &options);
	struct mix *mix;
	char why[256];

	if (status >= 0)
		return status;
	mix = mix_open(options.zone_file, options.seed, why);
	if (!mix) {
		fprintf(stderr, "mix: %s\n", why);
		return 1;
	}
	write_queries(&options, mix);
	mix_free(mix);
	return fflush(stdout) == 0 ? 0 : 1;
}
