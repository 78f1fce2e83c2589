// SPDX-License-Identifier: GPL-2.0-or-later
/* rootxdp stats: packets by tier and verdict. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "log.h"
#include "maps.h"

#define FATES (FATE_other + 1)

static const char *const fate_names[FATES] = {
	[FATE_answered] = "answered",
	[FATE_passed] = "passed",
	[FATE_dropped] = "dropped",
	[FATE_other] = "other",
};
static const char *const tier_names[TIER_COUNT] = { [TIER_XDP] = "xdp", [TIER_TC] = "tc" };

/* The verdicts in the order of their counters in struct verdict_counts. */
static const struct verdict_row {
	const char *name;
	enum fate fate;
	const char *meaning;
} verdicts[] = {
#define V(name, fate, meaning) { #name, FATE_##fate, meaning },
	VERDICTS(V)
#undef V
};

#define ROWS (sizeof(verdicts) / sizeof(*verdicts))

/* One tier, all CPUs together. */
struct tier_counts {
	uint64_t verdict[ROWS];
	uint64_t fate[FATES];
};

static bool read_tier(const struct maps *maps, __u32 tier, struct tier_counts *counts)
{
	int cpus = libbpf_num_possible_cpus();
	struct verdict_counts *per_cpu;
	int error;

	_Static_assert(sizeof(*per_cpu) == sizeof(counts->verdict), "one __u64 for each verdict");
	memset(counts, 0, sizeof(*counts));
	per_cpu = cpus > 0 ? calloc(cpus, sizeof(*per_cpu)) : NULL;
	error = per_cpu ? bpf_map_lookup_elem(maps->stats, &tier, per_cpu) : -ENOMEM;
	for (int cpu = 0; !error && cpu < cpus; cpu++) {
		const __u64 *count = (const __u64 *)&per_cpu[cpu];

		for (size_t i = 0; i < ROWS; i++) {
			counts->verdict[i] += count[i];
			counts->fate[verdicts[i].fate] += count[i];
		}
	}
	free(per_cpu);
	if (error)
		log_error("can't read the map 'stats': %s", strerror(-error));
	return !error;
}

static json_t *tier_json(const struct tier_counts *counts)
{
	json_t *tier = json_object(), *each = json_object();

	for (int fate = 0; fate < FATES; fate++)
		json_object_set_new(tier, fate_names[fate], json_integer(counts->fate[fate]));
	for (size_t i = 0; i < ROWS; i++)
		json_object_set_new(each, verdicts[i].name, json_integer(counts->verdict[i]));
	json_object_set_new(tier, "verdicts", each);
	return tier;
}

static void print_json(__u32 serial, const struct tier_counts counts[TIER_COUNT])
{
	json_t *tiers = json_object();
	json_t *all = json_pack("{s:i, s:I, s:o}", "schema", 1, "serial", (json_int_t)serial,
				"tiers", tiers);

	for (int tier = 0; tier < TIER_COUNT; tier++)
		json_object_set_new(tiers, tier_names[tier], tier_json(&counts[tier]));
	json_dumpf(all, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(all);
}

static void print_row(const char *name, const uint64_t count[TIER_COUNT], const char *meaning)
{
	printf("%-18s %14" PRIu64 " %14" PRIu64 "  %s\n", name, count[TIER_XDP], count[TIER_TC],
	       meaning);
}

/* Verdicts that nothing had are left out; the sums are always there. */
static void print_table(__u32 serial, const struct tier_counts counts[TIER_COUNT])
{
	static const char *const meanings[FATES] = {
		[FATE_answered] = "replies sent",
		[FATE_passed] = "queries for us left to the next tier or the fallback",
		[FATE_dropped] = "queries for us that get no answer",
		[FATE_other] = "not queries for us",
	};

	printf("serial %" PRIu32 "\n\n%-18s %14s %14s\n", serial, "", "xdp", "tc");
	for (int fate = 0; fate < FATES; fate++) {
		const uint64_t sum[] = { counts[TIER_XDP].fate[fate], counts[TIER_TC].fate[fate] };

		print_row(fate_names[fate], sum, meanings[fate]);
	}
	putchar('\n');
	for (size_t i = 0; i < ROWS; i++) {
		const uint64_t row[] = { counts[TIER_XDP].verdict[i], counts[TIER_TC].verdict[i] };

		if (row[TIER_XDP] || row[TIER_TC])
			print_row(verdicts[i].name, row, verdicts[i].meaning);
	}
}

int command_stats(const struct options *options)
{
	struct tier_counts counts[TIER_COUNT];
	struct zone_info zone;
	struct maps maps;
	bool fine;
	__u32 set;

	if (!maps_open(&maps, options->pin))
		return EXIT_FAILED;
	fine = maps_active(&maps, &set, &zone) && read_tier(&maps, TIER_XDP, &counts[TIER_XDP]) &&
	       read_tier(&maps, TIER_TC, &counts[TIER_TC]);
	maps_close(&maps);
	if (!fine)
		return EXIT_FAILED;
	if (options->json)
		print_json(zone.serial, counts);
	else
		print_table(zone.serial, counts);
	return EXIT_OK;
}
