// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A generator with a rate: sends made-up root queries over IPv4 from a veth, counts the replies,
 * and prints both as JSON. Everything is made before the first is sent.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_link.h>
#include <net/if.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "paced.h"
#include "tools/bench/paced.skel.h"
#include "tools/live/frame.h"
#include "tools/live/live.h"
#include "tools/live/neighbour.h"
#include "tools/mix/mix.h"

#define SECOND 1000000000ULL
#define QUIET_NANOSECONDS (SECOND / 10) /* for the last replies */
#define CATCHING_UP 2 /* bursts: a quarter of a veth's ring */
#define STARTING_SECONDS 0.2 /* that the kernel may take before it sends */
#define RUNS 100000000 /* of the sending program; the alarm ends it */

struct options {
	const char *ifname, *zone_file;
	struct in6_addr to, from;
	bool has_to, has_from;
	unsigned long rate;
	double seconds;
	uint64_t seed;
};

struct port {
	struct paced *programs;
	struct query_frame *frames;
	int ifindex;
	bool attached;
};

static void usage(FILE *to)
{
	fputs("usage: paced -i IF --to IP --from IP [--rate N] [--seconds S] [--seed N] ZONE-FILE\n"
	      "Sends N (200000) made-up root queries a second for S (2) seconds over IPv4 from\n"
	      "the veth IF, as live frames, and counts the replies. Prints JSON. What the peer\n"
	      "does not take counts as sent and is not sent again.\n",
	      to);
}

/* Exit status, or -1 to go on. */
static int parse_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{ "to", required_argument, NULL, 't' },
		{ "from", required_argument, NULL, 'f' },
		{ "rate", required_argument, NULL, 'r' },
		{ "seconds", required_argument, NULL, 's' },
		{ "seed", required_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int letter;

	while ((letter = getopt_long(argc, argv, "i:h", known, NULL)) != -1) {
		switch (letter) {
		case 'i': options->ifname = optarg; break;
		case 't': options->has_to = address_parse(optarg, &options->to); break;
		case 'f': options->has_from = address_parse(optarg, &options->from); break;
		case 'r': options->rate = strtoul(optarg, NULL, 10); break;
		case 's': options->seconds = strtod(optarg, NULL); break;
		case 'd': options->seed = strtoull(optarg, NULL, 10); break;
		case 'h': usage(stdout); return 0;
		default: usage(stderr); return 2;
		}
	}
	options->zone_file = argv[optind];
	if (argc - optind == 1 && options->ifname && options->has_to && options->has_from &&
	    options->rate > 0 && options->rate <= 10000000 && options->seconds > 0 &&
	    options->seconds <= 60 && IN6_IS_ADDR_V4MAPPED(&options->to) &&
	    IN6_IS_ADDR_V4MAPPED(&options->from))
		return -1;
	usage(stderr);
	return 2;
}

/* --- frames ------------------------------------------------------------------------------- */

/* Queries that come by TCP, and those that ask nothing of the zone, are left out. */
static bool make_frames(const struct options *options, struct port *port, char why[256])
{
	struct mix *mix = mix_open(options->zone_file, options->seed, why);
	struct frame frame = { .source = options->from, .destination = options->to,
			       .destination_port = 53, .hop_limit = 64 };
	bool right = mix && device_mac(options->ifname, frame.source_mac, why) &&
		     neighbour_mac(options->ifname, &options->to, frame.destination_mac, why);
	struct mix_query query;

	for (size_t made = 0; right && made < PACED_FRAMES;) {
		mix_next(mix, MIX_ROOT, &query);
		if (query.tcp || query.outcome == MIX_GIVES_ELSE)
			continue;
		frame.source_port = query.source_port;
		frame.payload = query.message;
		frame.length = query.length;
		port->frames[made].length = frame_write(&frame, port->frames[made].bytes,
							sizeof(port->frames->bytes));
		made++;
	}
	mix_free(mix);
	return right;
}

/* --- the device --------------------------------------------------------------------------- */

/* Not by a link: kxdpgun leaves its program attached, and only so can it be replaced. */
static bool attach(struct port *port)
{
	int program = bpf_program__fd(port->programs->progs.paced_receive);

	port->attached = !bpf_xdp_attach(port->ifindex, program, XDP_FLAGS_DRV_MODE, NULL);
	return port->attached;
}

static bool open_port(const struct options *options, struct port *port, char why[256])
{
	port->ifindex = (int)if_nametoindex(options->ifname);
	if (!port->ifindex) {
		snprintf(why, 256, "%s: no such interface in this namespace", options->ifname);
		return false;
	}
	port->programs = paced__open_and_load();
	if (!port->programs) {
		snprintf(why, 256, "loading the BPF programs: %s (are you root?)", strerror(errno));
		return false;
	}
	port->frames = mmap(NULL, PACED_FRAMES * sizeof(*port->frames), PROT_READ | PROT_WRITE,
			    MAP_SHARED, bpf_map__fd(port->programs->maps.frames), 0);
	if (port->frames == MAP_FAILED) {
		port->frames = NULL;
		snprintf(why, 256, "mapping the frames: %s", strerror(errno));
		return false;
	}
	if (attach(port))
		return true;
	snprintf(why, 256, "%s: no native XDP: %s", options->ifname, strerror(errno));
	return false;
}

static void close_port(struct port *port)
{
	if (port->attached)
		bpf_xdp_detach(port->ifindex, XDP_FLAGS_DRV_MODE, NULL);
	if (port->frames)
		munmap(port->frames, PACED_FRAMES * sizeof(*port->frames));
	paced__destroy(port->programs);
}

/* --- sending ------------------------------------------------------------------------------ */

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec;
}

static void sleep_until(uint64_t when)
{
	struct timespec time = { .tv_sec = (time_t)(when / SECOND),
				 .tv_nsec = (long)(when % SECOND) };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

static void nothing(int signal)
{
	(void)signal;
}

static bool send_all(struct port *port, const struct options *options, char why[256])
{
	const struct sigaction ring = { .sa_handler = nothing };
	const double length = options->seconds + STARTING_SECONDS;
	const struct itimerval end = {
		.it_value = { .tv_sec = (time_t)length,
			      .tv_usec = (suseconds_t)((length - (double)(time_t)length) * 1e6) },
	};
	int error;

	sigaction(SIGALRM, &ring, NULL);
	setitimer(ITIMER_REAL, &end, NULL);
	error = live_run(bpf_program__fd(port->programs->progs.paced_send), (uint32_t)port->ifindex,
			 RUNS);
	if (error && error != -EINTR)
		snprintf(why, 256, "sending live frames: %s", strerror(-error));
	return !error || error == -EINTR;
}

/* --- the result --------------------------------------------------------------------------- */

static void print_counts(const struct paced__bss *counts)
{
	double seconds = (double)counts->lasting / (double)SECOND;
	const char *comma = "";

	printf("{\"sent\": %llu, \"replies\": %llu, \"seconds\": %.6f, \"reply_bytes\": %llu, ",
	       (unsigned long long)counts->sent, (unsigned long long)counts->replies, seconds,
	       (unsigned long long)counts->reply_bytes);
	printf("\"rcodes\": {");
	for (int rcode = 0; rcode < 16; rcode++) {
		if (!counts->rcodes[rcode])
			continue;
		printf("%s\"%d\": %llu", comma, rcode, (unsigned long long)counts->rcodes[rcode]);
		comma = ", ";
	}
	puts("}}");
}

static bool run(const struct options *options, struct port *port, char why[256])
{
	if (!open_port(options, port, why) || !make_frames(options, port, why))
		return false;
	port->programs->bss->interval = PACED_BURST * SECOND / options->rate;
	port->programs->bss->catching_up = CATCHING_UP * port->programs->bss->interval;
	port->programs->bss->lasting = (uint64_t)(options->seconds * (double)SECOND);
	if (!send_all(port, options, why))
		return false;
	sleep_until(now() + QUIET_NANOSECONDS);
	print_counts(port->programs->bss);
	return true;
}

int main(int argc, char **argv)
{
	struct options options = { .rate = 200000, .seconds = 2, .seed = 1 };
	int status = parse_options(argc, argv, &options);
	char why[256] = "";
	struct port port = { 0 };
	bool right;

	if (status >= 0)
		return status;
	right = run(&options, &port, why);
	close_port(&port);
	if (!right)
		fprintf(stderr, "paced: %s\n", why);
	return right ? 0 : 1;
}
