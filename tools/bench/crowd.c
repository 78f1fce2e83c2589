// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sends live frames from several CPUs at once: how many queries a second the XDP tier answers, and
 * what each costs. tools/bench/queues makes the stage for it.
 */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "answer.h"
#include "count.h"
#include "rendering.h"
#include "spread.h"
#include "stage.h"
#include "traffic.h"

#define CPUS_MOST   256
#define QUIET_US    20000 /* nothing has come back for so long: nothing more will */
#define WAIT_US     200

struct options {
	struct rendering rendering;
	unsigned int cpus, rounds, frames;
};

/* One round of one contestant. */
struct round {
	double per_second;  /* replies */
	double nanoseconds; /* of the program, for each query that it saw */
	double cpu_ns;      /* of the senders' CPUs, for each reply: to send, answer, and receive */
	double answered;    /* replies of the frames that were sent, 0 to 1 */
};

struct sender {
	pthread_t thread;
	unsigned int cpu;
	const struct stage *stage;
	const struct lane *lane;
	unsigned int frames;
	pthread_barrier_t *begin;
	double seconds; /* that the thread was on its CPU, all packets' work included */
	int error;
};

static void usage(FILE *to)
{
	fputs("usage: crowd " RENDERING_USAGE "\n"
	      "             [--cpus N] [--rounds N] [--frames N]\n"
	      "Started by tools/bench/queues, in a network namespace with rootxdp on xdp-ours.\n",
	      to);
}

/* Exit status, or -1 to go on. */
static int parse_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		RENDERING_OPTIONS,
		{ "cpus", required_argument, NULL, 'c' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "frames", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	bool right = true;
	int letter;

	while (right && (letter = getopt_long(argc, argv, "h", known, NULL)) != -1) {
		switch (letter) {
		case 'c': right = count_parse(optarg, CPUS_MOST, &options->cpus); break;
		case 'r': right = count_parse(optarg, ROUNDS_MOST, &options->rounds); break;
		case 'f': right = count_parse(optarg, 10000000, &options->frames); break;
		case 'h': usage(stdout); return 0;
		default: right = rendering_option(&options->rendering, letter, optarg);
		}
	}
	if (right && options->rendering.zone_file && optind == argc)
		return -1;
	usage(stderr);
	return 2;
}

static double seconds(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Which queue of a veth takes a frame is the sending CPU's number, by the number of queues. */
static void *send_frames(void *context)
{
	struct sender *sender = context;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(sender->cpu, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	pthread_barrier_wait(sender->begin);
	sender->seconds = -seconds(CLOCK_THREAD_CPUTIME_ID);
	sender->error = stage_send_live(sender->stage, sender->lane, sender->frames);
	sender->seconds += seconds(CLOCK_THREAD_CPUTIME_ID);
	return NULL;
}

/* When the last reply came. */
static double wait_for_replies(const struct stage *stage, uint64_t wanted)
{
	uint64_t seen = stage_received(stage).frames;
	double last = seconds(CLOCK_MONOTONIC);

	while (seen < wanted && seconds(CLOCK_MONOTONIC) - last < QUIET_US / 1e6) {
		uint64_t more;

		usleep(WAIT_US);
		more = stage_received(stage).frames;
		if (more == seen)
			continue;
		seen = more;
		last = seconds(CLOCK_MONOTONIC);
	}
	return last;
}

/*
 * What finds a queue full is lost, so the device's queries are compared with those that the program
 * saw. As many as it dropped were sent besides, or more: see device_counts.
 */
static bool devices_agree(struct lane *lane, const struct stage_seen *seen, uint64_t sent,
			  char why[256])
{
	const struct lane_counts *counts = &seen->counts;

	if (!lane_agrees(lane, counts, counts->runs, seen->received.frames, why))
		return false;
	if (counts->queries + counts->queries_dropped <= sent)
		return true;
	snprintf(why, 256,
		 "xdp-%s: the device received %llu frames and dropped %llu, and %llu were sent",
		 contestant_words[lane->contestant], (unsigned long long)counts->queries,
		 (unsigned long long)counts->queries_dropped, (unsigned long long)sent);
	return false;
}

/* False: a line in why[256]. */
static bool run_round(struct stage *stage, struct lane *lane, const struct options *options,
		      struct round *round, char why[256])
{
	struct sender senders[CPUS_MOST];
	uint64_t sent = (uint64_t)options->frames * options->cpus, replies;
	struct lane_counts before;
	struct stage_seen seen;
	pthread_barrier_t barrier;
	double began, ended, busy = 0;
	int error = 0;

	stage_forget(stage);
	if (!lane_counts(lane, &before, why))
		return false;
	pthread_barrier_init(&barrier, NULL, options->cpus + 1);
	for (unsigned int cpu = 0; cpu < options->cpus; cpu++) {
		senders[cpu] = (struct sender){ .cpu = cpu, .stage = stage, .lane = lane,
						.frames = options->frames, .begin = &barrier };
		if (pthread_create(&senders[cpu].thread, NULL, send_frames, &senders[cpu])) {
			snprintf(why, 256, "no thread for CPU %u", cpu);
			return false; /* the others wait until the process ends */
		}
	}
	pthread_barrier_wait(&barrier);
	began = seconds(CLOCK_MONOTONIC);
	for (unsigned int cpu = 0; cpu < options->cpus; cpu++) {
		pthread_join(senders[cpu].thread, NULL);
		error = error ? error : senders[cpu].error;
		busy += senders[cpu].seconds;
	}
	ended = wait_for_replies(stage, sent);
	pthread_barrier_destroy(&barrier);
	if (!stage_settle(stage, lane, &before, 0, 0, &seen, why))
		return false;
	replies = seen.received.frames;
	if (error || !seen.counts.runs || !replies) {
		snprintf(why, 256, "%s: sent %llu frames, %llu replies: %s",
			 contestant_words[lane->contestant], (unsigned long long)sent,
			 (unsigned long long)replies, error ? strerror(-error) : "none seen");
		return false;
	}
	if (!devices_agree(lane, &seen, sent, why))
		return false;
	*round = (struct round){
		.per_second = (double)replies / (ended - began),
		.nanoseconds = (double)seen.counts.nanoseconds / (double)seen.counts.runs,
		.cpu_ns = busy * 1e9 / (double)replies,
		.answered = (double)replies / (double)sent,
	};
	return true;
}

/* --- what is told ---------------------------------------------------------------------------- */

/* {"median": .., "least": .., "most": ..} of one member of all rounds, see rounded(). */
static json_t *tell_member(const struct round *rounds, unsigned int count, size_t member,
			   unsigned int steps)
{
	double values[ROUNDS_MOST];
	struct spread spread;

	for (unsigned int i = 0; i < count; i++) {
		memcpy(&values[i], (const char *)&rounds[i] + member, sizeof(values[i]));
		values[i] = rounded(values[i], steps);
	}
	spread = spread_of(values, count);
	return json_pack("{s:f, s:f, s:f}", "median", spread.median, "least", spread.least, "most",
			 spread.most);
}

static json_t *tell(const struct round *rounds, unsigned int count)
{
	static const struct {
		const char *name;
		size_t member;
		unsigned int steps;
	} told[] = {
		{ "replies_per_second", offsetof(struct round, per_second), 1 },
		{ "program_ns", offsetof(struct round, nanoseconds), 10 },
		{ "cpu_ns_per_reply", offsetof(struct round, cpu_ns), 10 },
		{ "answered_share", offsetof(struct round, answered), 10000 },
	};
	json_t *json = json_object();

	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		json_object_set_new(json, told[i].name,
				    tell_member(rounds, count, told[i].member, told[i].steps));
	return json;
}

static json_t *measure(const struct options *options, char why[256])
{
	const struct image_view *image = &options->rendering.view;
	static struct round rounds[CONTESTANT_COUNT][ROUNDS_MOST];
	struct mix *mix = traffic_mix(image, 1);
	json_t *found = json_object();
	struct traffic traffic = { 0 };
	struct stage stage;
	bool right;

	right = stage_open(&stage, image, 1u << TIER_XDP, QUERIES_DEFAULT, why) && mix &&
		traffic_make(&traffic, MIX_ROOT, QUERIES_DEFAULT, mix, image,
			     ANSWER_UDP_SIZE_DEFAULT, why);
	if (right)
		stage_load(&stage, &traffic);
	/* One round that does not count. */
	for (unsigned int round = 0; right && round <= options->rounds; round++)
		for (int who = 0; right && who < CONTESTANT_COUNT; who++)
			if (stage_has(&stage, who))
				right = run_round(&stage, &stage.lanes[TIER_XDP][who], options,
						  &rounds[who][round ? round - 1 : 0], why);
	/* A round in which they don't is an error. */
	json_object_set_new(found, "interface_agrees", json_true());
	for (int who = 0; right && who < CONTESTANT_COUNT; who++)
		if (stage_has(&stage, who))
			json_object_set_new(found, contestant_words[who],
					    tell(rounds[who], options->rounds));
	traffic_free(&traffic);
	mix_free(mix);
	stage_close(&stage);
	if (right)
		return found;
	json_decref(found);
	return NULL;
}

int main(int argc, char **argv)
{
	struct options options = { .rendering.policy.validate_at = time(NULL), .cpus = 1,
				   .rounds = 9, .frames = 262144 };
	int status = parse_options(argc, argv, &options);
	json_t *found = NULL;
	char why[512] = "";

	if (status >= 0)
		return status;
	if (options.cpus > sysconf(_SC_NPROCESSORS_ONLN)) {
		fprintf(stderr, "crowd: %u CPUs are wanted, and there are fewer\n", options.cpus);
		return 1;
	}
	if (rendering_open(&options.rendering, why))
		found = measure(&options, why);
	if (found) {
		json_dumpf(found, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
		putchar('\n');
		json_decref(found);
	} else {
		fprintf(stderr, "crowd: %s\n", *why ? why : "no memory");
	}
	rendering_close(&options.rendering);
	return found ? 0 : 1;
}
