// SPDX-License-Identifier: GPL-2.0-or-later
/* The differential client: asks the kernel and a reference the same, and compares the bytes. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cookie_secrets.h"
#include "tools/live/frame.h"
#include "identity.h"
#include "rounds.h"

struct options {
	struct hosts servers, references, clients;
	const char *live;
	bool engine;
	const char *zone, *other;
	struct zone_policy policy;
	unsigned long count, only;
	uint64_t seed;
	struct answer_config config;
	struct jar jar;
	uint8_t nsid[NSID_MAX];
	struct pace pace;
};

static void usage(FILE *to)
{
	fputs("usage: differ -s SERVER [-s SERVER] (-r REFERENCE [-r REFERENCE] | --engine)\n"
	      "              --zone FILE [--trust-anchors FILE] [--validate-at TIME] [--zonemd POLICY]\n"
	      "              [--unsigned]\n"
	      "              [-f CLIENT [-f CLIENT]] [--live IF] [--max-udp-size N]\n"
	      "              [--cookie-secrets FILE] [--or-zone FILE]\n"
	      "              [--nsid TEXT|0xHEX] [--identity TEXT] [--version-text TEXT]\n"
	      "              [--count N] [--seed N] [--only NUMBER] [--window N] [--patience MS]\n"
	      "Sends generated queries to SERVER (an IPv4 and an IPv6 address) and to a REFERENCE or\n"
	      "the engine in this process, and compares the replies byte for byte. With --live they\n"
	      "go as live frames from the veth IF. CLIENT is the own address: for live frames, and for\n"
	      "cookies. Exit status 0: no difference and no reply lost.\n",
	      to);
}

enum { ENGINE = 256, ZONE, ANCHORS, VALIDATE, ZONEMD, UNSIGNED, LIVE, SIZE, NSID, IDENTITY, VERSION, COUNT, SEED, ONLY, WINDOW,
       PATIENCE, SECRETS, OTHER };

static const struct option known[] = {
	{ "engine", no_argument, NULL, ENGINE },
	{ "zone", required_argument, NULL, ZONE },
	{ "trust-anchors", required_argument, NULL, ANCHORS },
	{ "validate-at", required_argument, NULL, VALIDATE },
	{ "zonemd", required_argument, NULL, ZONEMD },
	{ "unsigned", no_argument, NULL, UNSIGNED },
	{ "live", required_argument, NULL, LIVE },
	{ "max-udp-size", required_argument, NULL, SIZE },
	{ "nsid", required_argument, NULL, NSID },
	{ "identity", required_argument, NULL, IDENTITY },
	{ "version-text", required_argument, NULL, VERSION },
	{ "count", required_argument, NULL, COUNT },
	{ "seed", required_argument, NULL, SEED },
	{ "only", required_argument, NULL, ONLY },
	{ "window", required_argument, NULL, WINDOW },
	{ "patience", required_argument, NULL, PATIENCE },
	{ "cookie-secrets", required_argument, NULL, SECRETS },
	{ "or-zone", required_argument, NULL, OTHER },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

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

static bool read_secrets(struct options *options, const char *file)
{
	char why[256];

	options->config.cookies = &options->jar.secrets;
	if (cookie_secrets_read(file, &options->jar.secrets, why))
		return true;
	fprintf(stderr, "differ: %s\n", why);
	return false;
}

static bool take_option(struct options *options, int letter, const char *word)
{
	switch (letter) {
	case 's': return add_host(&options->servers, word);
	case 'r': return add_host(&options->references, word);
	case 'f': return add_host(&options->clients, word);
	case ENGINE: options->engine = true; return true;
	case ZONE: options->zone = word; return true;
	case ANCHORS: options->policy.trust_anchors = word; return true;
	case VALIDATE: return zone_time_parse(word, &options->policy.validate_at);
	case ZONEMD: return zonemd_policy_parse(word, &options->policy.zonemd);
	case UNSIGNED: options->policy.allow_unsigned = true; return true;
	case LIVE: options->live = word; return true;
	case SIZE: options->config.max_udp_size = strtoul(word, NULL, 10); return true;
	case NSID: return !nsid_take(&options->config, options->nsid, word);
	case IDENTITY: return !identity_take(&options->config, word);
	case VERSION: return !version_take(&options->config, word);
	case COUNT: options->count = strtoul(word, NULL, 10); return true;
	case SEED: options->seed = strtoull(word, NULL, 10); return true;
	case ONLY: options->only = strtoul(word, NULL, 10); return true;
	case WINDOW: options->pace.window = strtoul(word, NULL, 10); return true;
	case OTHER: options->other = word; return true;
	case SECRETS: return read_secrets(options, word);
	case PATIENCE: options->pace.patience = strtoul(word, NULL, 10); return true;
	default: return false;
	}
}

static bool any(const struct hosts *hosts)
{
	return hosts->has_ipv4 || hosts->has_ipv6;
}

/* Whether there is an address of `b` for each one of `a`. */
static bool matched(const struct hosts *a, const struct hosts *b)
{
	return a->has_ipv4 <= b->has_ipv4 && a->has_ipv6 <= b->has_ipv6;
}

static bool complete(const struct options *options)
{
	return options->zone && any(&options->servers) && options->count > 0 &&
	       options->pace.window > 0 && options->pace.window <= ROUND_MOST &&
	       (options->engine || matched(&options->servers, &options->references)) &&
	       ((!options->live && !options->jar.secrets.count) ||
		matched(&options->servers, &options->clients));
}

static int run(const struct options *options, const struct zone *zone, const struct zone *other)
{
	struct lane *kernel = NULL, *reference = NULL;
	struct queries queries = queries_of(zone, &options->jar, options->seed, options->count);
	struct tally tally = { 0 };
	char why[256] = "";

	queries.other = other;
	kernel = options->live ? frames_open(options->live, &options->clients, &options->servers, why)
			       : sockets_open(&options->servers, why);
	if (kernel)
		reference = options->engine ? engine_open(zone, &options->config, &options->jar, why)
					    : sockets_open(&options->references, why);
	if (!reference)
		fprintf(stderr, "differ: %s\n", why);
	else if (options->only != NUMBER_NONE)
		compare_one(&queries, options->only, kernel, reference, &options->pace, &tally);
	else
		compare_all(&queries, kernel, reference, &options->pace, &tally);
	if (reference) {
		tally.faults = kernel->faults;
		tally_print(&tally);
		reference->close(reference);
	}
	if (kernel)
		kernel->close(kernel);
	return reference && tally_clean(&tally) ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct options options = {
		.count = 120000,
		.seed = 1,
		.only = NUMBER_NONE,
		.config.max_udp_size = ANSWER_UDP_SIZE_DEFAULT,
		.pace = { .window = 64, .patience = 300 },
	};
	struct zone_error error;
	struct zone *zone, *other;
	int letter, status;

	options.policy.validate_at = time(NULL);
	while ((letter = getopt_long(argc, argv, "s:r:f:h", known, NULL)) != -1) {
		if (letter == 'h') {
			usage(stdout);
			return 0;
		}
		if (!take_option(&options, letter, optarg)) {
			usage(stderr);
			return 2;
		}
	}
	if (!complete(&options)) {
		usage(stderr);
		return 2;
	}
	zone = zone_load(options.zone, &options.policy, &error);
	if (!zone) {
		fprintf(stderr, "differ: %s\n", error.text);
		return 1;
	}
	memcpy(&options.jar.ipv4, &options.clients.ipv4, sizeof(options.jar.ipv4));
	memcpy(&options.jar.ipv6, &options.clients.ipv6, sizeof(options.jar.ipv6));
	other = options.other ? zone_load(options.other, &options.policy, &error) : NULL;
	status = run(&options, zone, other);
	zone_free(zone);
	zone_free(other);
	return status;
}
