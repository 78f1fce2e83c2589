// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the options of rootxdp-fallback and prints its help. */
#include "command_line.h"

#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identity.h"
#include "limit_config.h"

/* The kernel answers nearly everything; what is left needs no more threads by default. */
#define WORKERS_DEFAULT_MOST 4

enum { OPTION_TRUST_ANCHORS = 256, OPTION_VALIDATE_AT, OPTION_ZONEMD, OPTION_MAX_UDP_SIZE,
       OPTION_WORKERS, OPTION_USER, OPTION_TCP_CONNECTIONS, OPTION_TCP_IDLE, OPTION_ALLOW_OLDER,
       OPTION_IDENTITY, OPTION_VERSION_TEXT, OPTION_NSID, OPTION_COOKIE_SECRETS,
       OPTION_RATE_LIMIT, OPTION_SLIP, OPTION_IPV4_PREFIX, OPTION_IPV6_PREFIX, OPTION_EXEMPT,
       OPTION_ZONE_NAME, OPTION_AGE_BY_MTIME, OPTION_NOTIFY_FROM, OPTION_UNSIGNED,
       OPTION_SOCKETS };

static const struct option options[] = {
	{ "address", required_argument, NULL, 'a' },
	{ "port", required_argument, NULL, 'p' },
	{ "zone", required_argument, NULL, 'z' },
	{ "trust-anchors", required_argument, NULL, OPTION_TRUST_ANCHORS },
	{ "validate-at", required_argument, NULL, OPTION_VALIDATE_AT },
	{ "zonemd", required_argument, NULL, OPTION_ZONEMD },
	{ "unsigned", no_argument, NULL, OPTION_UNSIGNED },
	{ "max-udp-size", required_argument, NULL, OPTION_MAX_UDP_SIZE },
	{ "workers", required_argument, NULL, OPTION_WORKERS },
	{ "user", required_argument, NULL, OPTION_USER },
	{ "tcp-connections", required_argument, NULL, OPTION_TCP_CONNECTIONS },
	{ "tcp-idle", required_argument, NULL, OPTION_TCP_IDLE },
	{ "allow-older", no_argument, NULL, OPTION_ALLOW_OLDER },
	{ "identity", required_argument, NULL, OPTION_IDENTITY },
	{ "version-text", required_argument, NULL, OPTION_VERSION_TEXT },
	{ "nsid", required_argument, NULL, OPTION_NSID },
	{ "cookie-secrets", required_argument, NULL, OPTION_COOKIE_SECRETS },
	{ "rate-limit", required_argument, NULL, OPTION_RATE_LIMIT },
	{ "slip", required_argument, NULL, OPTION_SLIP },
	{ "rate-limit-ipv4-prefix", required_argument, NULL, OPTION_IPV4_PREFIX },
	{ "rate-limit-ipv6-prefix", required_argument, NULL, OPTION_IPV6_PREFIX },
	{ "rate-limit-exempt", required_argument, NULL, OPTION_EXEMPT },
	{ "zone-name", required_argument, NULL, OPTION_ZONE_NAME },
	{ "sockets", required_argument, NULL, OPTION_SOCKETS },
	{ "notify-from", required_argument, NULL, OPTION_NOTIFY_FROM },
	{ "age-by-mtime", no_argument, NULL, OPTION_AGE_BY_MTIME },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
"Usage: rootxdp-fallback -a IP [-a IP] --zone FILE [OPTION...]\n"
"Answers DNS queries from a verified root zone over UDP and TCP, as an ordinary server.\n"
"\n"
"  -a, --address IP          answer on this IPv4 or IPv6 address; may be given several times\n"
"  -p, --port PORT           on this port (53)\n"
"  -z, --zone FILE           the root zone\n"
"      --zone-name TEXT      what messages call the zone, of a file that is open already\n"
"                            (/proc/self/fd/N)\n"
"      --sockets FD          one end of a Unix socket pair, FD + 1 is the other: take the sockets\n"
"                            that wait in it, and put back all that are used, for the next server\n"
"      --age-by-mtime        whoever keeps the file modifies it whenever it is known to be the\n"
"                            newest zone: SOA expire counts from then, not from the reading\n"
"      --trust-anchors FILE  DS, DNSKEY, or root-anchors.xml (IANA's, built in)\n"
"      --validate-at TIME    take this for the time of the start: 2026-08-01T00:00:00Z, or\n"
"                            seconds since 1970 (real time)\n"
"      --zonemd POLICY       require, if-present or ignore (require)\n"
"      --unsigned            take a zone that is not signed, for tests\n"
"      --allow-older         let a reload go back to an older serial\n"
"      --max-udp-size N      send at most N bytes over UDP, 512-4096 (1232)\n"
"      --identity TEXT       CHAOS TXT of hostname.bind and id.server (such names are refused)\n"
"      --version-text TEXT   CHAOS TXT of version.bind and version.server (refused too)\n"
"      --nsid TEXT|0xHEX     the name server identifier for clients that ask (none)\n"
"      --cookie-secrets FILE give cookies (RFC 9018), with the secrets in this file, one a line\n"
"                            of 32 hexadecimal digits: the active one, then, if there is one,\n"
"                            the staging or previous one (no cookies)\n"
"      --rate-limit N        send at most N UDP replies of a kind a second to each prefix of\n"
"                            clients, 1-1000000; those with a valid cookie get all (no limit)\n"
"      --slip S              tell every S-th limited client to come by TCP, the others nothing;\n"
"                            0-1000, 0: none (2)\n"
"      --rate-limit-ipv4-prefix BITS  1-32 (24)\n"
"      --rate-limit-ipv6-prefix BITS  1-64 (56)\n"
"      --rate-limit-exempt PREFIX     clients without limit, as 192.0.2.0/24; may be given\n"
"                            several times\n"
"      --notify-from ADDRESS[,key=FILE]  acknowledge the NOTIFY of this primary, signed with the\n"
"                            key in FILE (one line: NAME hmac-sha256 SECRET) if there is one,\n"
"                            and print 'notify from=ADDRESS', at most once a second; may be\n"
"                            given several times, for one address too: any of its keys will do\n"
"      --workers N           threads, 1-64 (as many as CPUs, at most 4)\n"
"      --tcp-connections N   at once (1000)\n"
"      --tcp-idle SECONDS    close a connection without progress after that time (10)\n"
"      --user NAME           become this user once the sockets are bound (nobody); it must be\n"
"                            able to read the zone file\n"
"  -h, --help                this\n"
"\n"
"Prints 'ready serial=N' once it answers. SIGHUP reads the zone file again and prints\n"
"'reloaded serial=N', or keeps the zone and says why. SIGHUP and SIGUSR1 read the cookie secrets\n"
"again and print 'secrets count=N', or keep those in use. SIGUSR2 looks at the zone file's\n"
"modification time (--age-by-mtime). SIGTERM and SIGINT end it.\n";

static bool wrong(const char *what, const char *value, const char *expected)
{
	server_log("%s: '%s' is not %s", what, value, expected);
	return false;
}

static bool read_number(const char *what, const char *word, unsigned long least,
			unsigned long most, unsigned int *number)
{
	char expected[64], *end;
	unsigned long value;

	errno = 0;
	value = strtoul(word, &end, 10);
	if (*word >= '0' && *word <= '9' && !*end && !errno && value >= least && value <= most) {
		*number = value;
		return true;
	}
	snprintf(expected, sizeof(expected), "a number from %lu to %lu", least, most);
	return wrong(what, word, expected);
}

static unsigned int default_workers(void)
{
	cpu_set_t cpus;
	unsigned int count;

	if (sched_getaffinity(0, sizeof(cpus), &cpus))
		return 1;
	count = CPU_COUNT(&cpus);
	return count < WORKERS_DEFAULT_MOST ? count : WORKERS_DEFAULT_MOST;
}

static void set_defaults(struct command_line *line)
{
	memset(line, 0, sizeof(*line));
	line->server.endpoints = line->endpoints;
	line->server.workers = default_workers();
	line->server.tcp_connections = SERVER_TCP_CONNECTIONS_DEFAULT;
	line->server.tcp_idle_ms = SERVER_TCP_IDLE_DEFAULT * 1000;
	line->server.answer.max_udp_size = ANSWER_UDP_SIZE_DEFAULT;
	line->server.limit = limit_config_default();
	line->source.zonemd = ZONEMD_DEFAULT;
	line->source.clock = server_clock_real();
	line->user = "nobody";
}

static bool read_limits(int option, const char *word, struct command_line *line)
{
	unsigned int number;

	switch (option) {
	case OPTION_MAX_UDP_SIZE:
		if (!read_number("--max-udp-size", word, ANSWER_UDP_SIZE_LEAST,
				 ANSWER_UDP_SIZE_MOST, &number))
			return false;
		line->server.answer.max_udp_size = number;
		return true;
	case OPTION_WORKERS:
		return read_number("--workers", word, 1, SERVER_WORKERS_MOST,
				   &line->server.workers);
	case OPTION_TCP_CONNECTIONS:
		return read_number("--tcp-connections", word, 1, 1000000,
				   &line->server.tcp_connections);
	default:
		if (!read_number("--tcp-idle", word, 1, 3600, &number))
			return false;
		line->server.tcp_idle_ms = number * 1000;
		return true;
	}
}

static bool read_identity(int option, const char *word, struct command_line *line)
{
	struct answer_config *config = &line->server.answer;
	const char *wanted, *what;

	switch (option) {
	case OPTION_IDENTITY:
		what = "--identity";
		wanted = identity_take(config, word);
		break;
	case OPTION_VERSION_TEXT:
		what = "--version-text";
		wanted = version_take(config, word);
		break;
	default:
		what = "--nsid";
		wanted = nsid_take(config, line->nsid, word);
		break;
	}
	if (wanted)
		server_log("%s: '%s' %s", what, word, wanted);
	return !wanted;
}

static bool read_rate_limit(int option, const char *word, struct limit_config *config)
{
	const char *wanted, *what;

	switch (option) {
	case OPTION_RATE_LIMIT:
		what = "--rate-limit";
		wanted = limit_rate_take(config, word);
		break;
	case OPTION_SLIP:
		what = "--slip";
		wanted = limit_slip_take(config, word);
		break;
	case OPTION_IPV4_PREFIX:
		what = "--rate-limit-ipv4-prefix";
		wanted = limit_ipv4_prefix_take(config, word);
		break;
	case OPTION_IPV6_PREFIX:
		what = "--rate-limit-ipv6-prefix";
		wanted = limit_ipv6_prefix_take(config, word);
		break;
	default:
		what = "--rate-limit-exempt";
		wanted = limit_exempt_take(config, word);
		break;
	}
	if (wanted)
		server_log("%s: '%s' %s", what, word, wanted);
	return !wanted;
}

static bool read_notify(const char *word, struct command_line *line)
{
	const char *wanted = notify_take(&line->notify, word);

	line->server.answer.notify = &line->notify;
	if (wanted)
		server_log("--notify-from: '%s' %s", word, wanted);
	return !wanted;
}

static bool read_source(int option, const char *word, struct zone_source *source)
{
	int64_t time;

	switch (option) {
	case 'z':
		source->file = word;
		return true;
	case OPTION_TRUST_ANCHORS:
		source->trust_anchors = word;
		return true;
	case OPTION_ALLOW_OLDER:
		source->allow_older = true;
		return true;
	case OPTION_UNSIGNED:
		source->allow_unsigned = true;
		return true;
	case OPTION_ZONE_NAME:
		source->name = word;
		return true;
	case OPTION_AGE_BY_MTIME:
		source->by_mtime = true;
		return true;
	case OPTION_ZONEMD:
		return zonemd_policy_parse(word, &source->zonemd) ||
		       wrong("--zonemd", word, "require, if-present or ignore");
	default:
		if (!zone_time_parse(word, &time))
			return wrong("--validate-at", word,
				     "a time like 2026-08-01T00:00:00Z or seconds since 1970");
		source->clock = server_clock_from(time);
		return true;
	}
}

/* Addresses and their port as given: they are read once the port is known, which may come last. */
struct places {
	const char *address[COMMAND_LINE_ADDRESSES_MOST];
	size_t count;
	unsigned int port;
};

static bool add_address(const char *word, struct places *places)
{
	if (places->count == COMMAND_LINE_ADDRESSES_MOST)
		return wrong("--address", word, "one of the first 64");
	places->address[places->count++] = word;
	return true;
}

static bool read_endpoints(const struct places *places, struct command_line *line)
{
	char why[SERVER_WHY];

	for (size_t i = 0; i < places->count; i++) {
		if (!endpoint_parse(places->address[i], places->port, &line->endpoints[i], why)) {
			server_log("--address: %s", why);
			return false;
		}
	}
	line->server.endpoint_count = places->count;
	return true;
}

static bool is_complete(const struct command_line *line, int argc, char **argv)
{
	if (optind < argc)
		server_log("'%s': no operands are taken", argv[optind]);
	else if (!line->server.endpoint_count)
		server_log("no address: give at least one with -a IP");
	else if (!line->source.file)
		server_log("no zone: give one with --zone FILE");
	else
		return true;
	return false;
}

static bool read_option(int option, const char *word, struct places *places,
			struct command_line *line)
{
	switch (option) {
	case 'a':
		return add_address(word, places);
	case 'p':
		return read_number("--port", word, 1, 65535, &places->port);
	case OPTION_USER:
		line->user = word;
		return true;
	case OPTION_SOCKETS:
		return read_number("--sockets", word, 3, 1023,
				   (unsigned int *)&line->server.sockets);
	case OPTION_MAX_UDP_SIZE:
	case OPTION_WORKERS:
	case OPTION_TCP_CONNECTIONS:
	case OPTION_TCP_IDLE:
		return read_limits(option, word, line);
	case OPTION_IDENTITY:
	case OPTION_VERSION_TEXT:
	case OPTION_NSID:
		return read_identity(option, word, line);
	case OPTION_COOKIE_SECRETS:
		line->cookie_secrets = word;
		return true;
	case OPTION_RATE_LIMIT:
	case OPTION_SLIP:
	case OPTION_IPV4_PREFIX:
	case OPTION_IPV6_PREFIX:
	case OPTION_EXEMPT:
		return read_rate_limit(option, word, &line->server.limit);
	case OPTION_NOTIFY_FROM:
		return read_notify(word, line);
	case '?': /* getopt named it */
		return false;
	default:
		return read_source(option, word, &line->source);
	}
}

enum command_line_result command_line_read(int argc, char **argv, struct command_line *line)
{
	struct places places = { .port = 53 };
	bool ok = true;
	int option;

	set_defaults(line);
	while (ok && (option = getopt_long(argc, argv, "a:p:z:h", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(help, stdout);
			return COMMAND_LINE_HELP;
		}
		ok = read_option(option, optarg, &places, line);
	}
	if (ok && read_endpoints(&places, line) && is_complete(line, argc, argv))
		return COMMAND_LINE_OK;
	fputs("Try 'rootxdp-fallback --help'.\n", stderr);
	return COMMAND_LINE_WRONG;
}
