// SPDX-License-Identifier: GPL-2.0-or-later
// Measures ns per query by kind of answer and tier; tools/bench/programs makes the stage for it.
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "answer.h"
#include "count.h"
#include "image.h"
#include "profile.h"
#include "rendering.h"
#include "report.h"
#include "stage.h"
#include "traffic.h"

/* How often the root mix is sent to see which steps it takes: a second or two in all. */
#define PROFILE_RUNS   10
#define PROFILE_PASSES 10

struct options {
	struct rendering rendering;
	const char *pin;
	uint64_t seed;
	unsigned int rounds, passes, queries;
	bool kinds[MIX_KIND_COUNT];
};

static void usage(FILE *to)
{
	fputs("usage: bench " RENDERING_USAGE " [--pin DIR]\n"
	      "             [--rounds N] [--passes N] [--queries N] [--kinds KIND,...] [--seed N]\n"
	      "Prints JSON. Started by tools/bench/programs, in a network namespace with rootxdp\n"
	      "on xdp-ours, tc-ours, xdp-limited and tc-limited.\n",
	      to);
}

/* "mix,soa" */
static bool parse_kinds(char *words, bool kinds[MIX_KIND_COUNT])
{
	char *next = NULL;

	memset(kinds, 0, MIX_KIND_COUNT * sizeof(*kinds));
	for (char *word = strtok_r(words, ",", &next); word; word = strtok_r(NULL, ",", &next)) {
		int kind = mix_kind_parse(word);

		if (kind < 0)
			return false;
		kinds[kind] = true;
	}
	return true;
}

/* Exit status, or -1 to go on. */
static int parse_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		RENDERING_OPTIONS,
		{ "pin", required_argument, NULL, 'i' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "passes", required_argument, NULL, 'p' },
		{ "queries", required_argument, NULL, 'q' },
		{ "kinds", required_argument, NULL, 'k' },
		{ "seed", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	bool right = true;
	int letter;

	while (right && (letter = getopt_long(argc, argv, "h", known, NULL)) != -1) {
		switch (letter) {
		case 'i': options->pin = optarg; break;
		case 'r': right = count_parse(optarg, ROUNDS_MOST, &options->rounds); break;
		case 'p': right = count_parse(optarg, 1000, &options->passes); break;
		case 'q':
			right = count_parse(optarg, QUERIES_MOST, &options->queries) &&
				options->queries >= QUERIES_LEAST &&
				!(options->queries & (options->queries - 1));
			break;
		case 'k': right = parse_kinds(optarg, options->kinds); break;
		case 's': options->seed = strtoull(optarg, NULL, 10); break;
		case 'h': usage(stdout); return 0;
		default: right = rendering_option(&options->rendering, letter, optarg);
		}
	}
	if (right && options->rendering.zone_file && optind == argc)
		return -1;
	usage(stderr);
	return 2;
}

/* Memory that the kernel accounts for the maps that are pinned in a directory. */
static uint64_t pinned_map_bytes(const char *directory)
{
	DIR *pins = directory ? opendir(directory) : NULL;
	uint64_t total = 0, bytes;
	struct dirent *entry;

	while (pins && (entry = readdir(pins))) {
		char path[PATH_MAX], line[128];
		FILE *info;
		int fd;

		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		fd = bpf_obj_get(path);
		if (fd < 0)
			continue;
		snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
		info = fopen(path, "r");
		while (info && fgets(line, sizeof(line), info))
			if (sscanf(line, "memlock: %lu", &bytes) == 1)
				total += bytes;
		if (info)
			fclose(info);
		close(fd);
	}
	if (pins)
		closedir(pins);
	return total;
}

static bool make_all_traffic(struct traffic all[MIX_KIND_COUNT], const struct image_view *image,
			     const struct options *options, char why[256])
{
	struct mix *mix = traffic_mix(image, options->seed);
	bool made = mix;

	if (!mix)
		snprintf(why, 256, "no delegations, or no memory, for making queries");
	for (int kind = 0; made && kind < MIX_KIND_COUNT; kind++)
		if (options->kinds[kind])
			made = traffic_make(&all[kind], kind, options->queries, mix, image,
					    ANSWER_UDP_SIZE_DEFAULT, why);
	mix_free(mix);
	return made;
}

/* Each round runs every kind at every tier; who of the four begins changes with the round. */
static bool run_round(struct stage *stage, const struct traffic all[MIX_KIND_COUNT],
		      unsigned int passes, unsigned int round, struct report *report, char why[256])
{
	for (int kind = 0; kind < MIX_KIND_COUNT; kind++) {
		if (!report->kinds[kind])
			continue;
		stage_load(stage, &all[kind]);
		for (unsigned int turn = 0; turn < TIER_COUNT * CONTESTANT_COUNT; turn++) {
			enum tier tier = turn / CONTESTANT_COUNT;
			enum contestant who = (turn + round) % CONTESTANT_COUNT;
			struct samples *samples = &report->samples[tier][kind];

			if (stage_has(stage, who) &&
			    !stage_run(stage, &stage->lanes[tier][who], &all[kind], passes,
				       &samples->ns[who][round], why))
				return false;
		}
	}
	return true;
}

/* Where our program's own time goes in the root mix. Without perf's clock that is not known. */
static bool find_steps(struct stage *stage, struct lane *lane, const struct traffic *mix,
		       double steps[STEP_COUNT], char why[256])
{
	struct profile profile;
	uint64_t ticks = 0;
	bool right = true;
	double ns;

	if (!profile_open(&profile, lane->program, why)) {
		fprintf(stderr, "bench: no steps: %s\n", why);
		*why = '\0';
	} else {
		profile_start(&profile);
		for (unsigned int i = 0; right && i < PROFILE_RUNS; i++)
			right = stage_run(stage, lane, mix, PROFILE_PASSES, &ns, why);
		profile_stop(&profile);
		for (int step = 0; step < STEP_COUNT; step++)
			ticks += profile.steps[step];
		for (int step = 0; ticks && step < STEP_COUNT; step++)
			steps[step] = 100 * (double)profile.steps[step] / (double)ticks;
	}
	profile_close(&profile);
	return right;
}

/* All packets' work is to be done by the CPU that sends, and nothing is to move there. */
static void stay_on_one_cpu(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET((size_t)sysconf(_SC_NPROCESSORS_ONLN) - 1, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
}

/* What all lanes of a tier have sent and received. */
static struct tally tally_of(const struct lane lanes[CONTESTANT_COUNT])
{
	struct tally sum = { 0 };

	for (int who = 0; who < CONTESTANT_COUNT; who++) {
		const struct tally *tally = &lanes[who].tally;

		sum.queries += tally->queries;
		sum.replies += tally->replies;
		sum.device_queries += tally->device_queries;
		sum.device_replies += tally->device_replies;
	}
	return sum;
}

static bool measure(const struct options *options, struct report *report, char why[256])
{
	const struct image_view *image = &options->rendering.view;
	struct traffic all[MIX_KIND_COUNT] = { 0 };
	struct stage stage;
	bool right;

	stay_on_one_cpu();
	right = stage_open(&stage, image, 1u << TIER_XDP | 1u << TIER_TC, options->queries, why) &&
		make_all_traffic(all, image, options, why);
	report->limited = stage.limited;
	for (int tier = 0; tier < TIER_COUNT; tier++)
		for (int who = 0; who < CONTESTANT_COUNT; who++)
			report->instructions[tier][who] = stage.lanes[tier][who].instructions;
	/* One round that does not count: page tables, branch predictors, memory of skbs. */
	for (unsigned int round = 0; right && round <= options->rounds; round++) {
		if (isatty(STDERR_FILENO))
			fprintf(stderr, "\rround %u of %u ", round, options->rounds);
		right = run_round(&stage, all, options->passes, round ? round - 1 : 0, report, why);
	}
	if (isatty(STDERR_FILENO))
		fputs("\r                \r", stderr);
	if (right && report->kinds[MIX_ROOT])
		stage_load(&stage, &all[MIX_ROOT]);
	for (int tier = 0; right && report->kinds[MIX_ROOT] && tier < TIER_COUNT; tier++)
		right = find_steps(&stage, &stage.lanes[tier][CONTESTANT_OURS], &all[MIX_ROOT],
				   report->steps[tier], why);
	for (int tier = 0; tier < TIER_COUNT; tier++)
		report->tally[tier] = tally_of(stage.lanes[tier]);
	for (int kind = 0; kind < MIX_KIND_COUNT; kind++) {
		report->message_mean[kind] = (double)all[kind].message_bytes / options->queries;
		traffic_free(&all[kind]);
	}
	stage_close(&stage);
	return right;
}

int main(int argc, char **argv)
{
	struct options options = { .rendering.policy.validate_at = time(NULL), .seed = 1,
				   .rounds = 9, .passes = 2, .queries = QUERIES_DEFAULT };
	static struct report report;
	char why[512] = "";
	int status;
	bool right;

	memset(options.kinds, true, sizeof(options.kinds));
	status = parse_options(argc, argv, &options);
	if (status >= 0)
		return status;
	right = rendering_open(&options.rendering, why);
	if (right) {
		report.serial = options.rendering.zone->serial;
		report.delegations = options.rendering.zone->delegation_count;
		report.rounds = options.rounds;
		report.queries = options.passes * options.queries;
		memcpy(report.kinds, options.kinds, sizeof(report.kinds));
		report.max_udp_size = ANSWER_UDP_SIZE_DEFAULT;
		getloadavg(&report.load, 1);
		report.map_bytes = pinned_map_bytes(options.pin);
		right = measure(&options, &report, why);
	}
	if (right)
		report_print(&report);
	else
		fprintf(stderr, "bench: %s\n", why);
	rendering_close(&options.rendering);
	return right ? 0 : 1;
}
