// SPDX-License-Identifier: GPL-2.0-or-later
// Medians, ratios, and the machine they were taken on.
#include "report.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* One kind at one tier, in nanoseconds; all but empty net of the empty program. */
struct figures {
	double ours, least, most, limited, floor, empty;
};

struct machine {
	char cpu[128], kernel[160], date[32];
	long cpus;
};

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static double median(const double *values, unsigned int count)
{
	double sorted[ROUNDS_MOST];

	memcpy(sorted, values, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare);
	return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

/* Each round's own empty program is subtracted: what slows a round down slows all three. */
static struct figures figures(const struct report *report, enum tier tier, enum mix_kind kind)
{
	const struct samples *samples = &report->samples[tier][kind];
	double ours[ROUNDS_MOST], limited[ROUNDS_MOST], floor[ROUNDS_MOST];
	struct figures of;

	for (unsigned int i = 0; i < report->rounds; i++) {
		double empty = samples->ns[CONTESTANT_EMPTY][i];

		ours[i] = samples->ns[CONTESTANT_OURS][i] - empty;
		limited[i] = samples->ns[CONTESTANT_LIMITED][i] - empty;
		floor[i] = samples->ns[CONTESTANT_FLOOR][i] - empty;
	}
	of.empty = median(samples->ns[CONTESTANT_EMPTY], report->rounds);
	of.ours = median(ours, report->rounds);
	of.limited = median(limited, report->rounds);
	of.floor = median(floor, report->rounds);
	qsort(ours, report->rounds, sizeof(*ours), compare);
	of.least = ours[0];
	of.most = ours[report->rounds - 1];
	return of;
}

static struct machine this_machine(void)
{
	struct machine machine = { .cpu = "unknown CPU", .cpus = sysconf(_SC_NPROCESSORS_ONLN) };
	FILE *file = fopen("/proc/cpuinfo", "r");
	time_t now = time(NULL);
	struct utsname system;
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "model name : %127[^\n]", machine.cpu) == 1)
			break;
	if (file)
		fclose(file);
	uname(&system);
	snprintf(machine.kernel, sizeof(machine.kernel), "%s %s", system.sysname, system.release);
	strftime(machine.date, sizeof(machine.date), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	return machine;
}

/* --- text --------------------------------------------------------------------------------- */

static void print_text(const struct report *report)
{
	struct machine machine = this_machine();

	printf("%s, %ld CPUs, %s, %s, load %.1f\n", machine.cpu, machine.cpus, machine.kernel,
	       machine.date, report->load);
	printf("zone %u, replies of up to %u bytes; medians of %u rounds of %u queries\n",
	       report->serial, report->max_udp_size, report->rounds, report->queries);
	printf("ns per query, net of an empty program; floor: swap, grow, copy, on the same frames;\n"
	       "limited: ours with a rate limit on that nobody reaches\n");
	for (int tier = 0; tier < TIER_COUNT; tier++) {
		printf("\n%-4s %-38s %6s %6s %12s %8s %6s %6s %6s\n", tier_words[tier], "query",
		       "bytes", "ours", "(range)", "limited", "floor", "ratio", "empty");
		for (int kind = 0; kind < MIX_KIND_COUNT; kind++) {
			struct figures of = figures(report, tier, kind);
			char range[32];

			if (!report->kinds[kind])
				continue;
			snprintf(range, sizeof(range), "(%.0f-%.0f)", of.least, of.most);
			printf("     %-38s %6.0f %6.0f %12s %8.0f %6.0f %6.2f %6.0f\n",
			       mix_kind_meaning(kind), report->message_mean[kind], of.ours, range,
			       of.limited, of.floor, of.ours / of.floor, of.empty);
		}
	}
	printf("\nverifier: xdp %u instructions processed, tc %u\n",
	       report->instructions[TIER_XDP][CONTESTANT_OURS],
	       report->instructions[TIER_TC][CONTESTANT_OURS]);
	if (report->map_bytes)
		printf("maps of one instance, both sets of a zone: %.1f MB\n",
		       (double)report->map_bytes / 1e6);
}

/* --- Markdown ----------------------------------------------------------------------------- */

static void print_markdown(const struct report *report)
{
	struct figures xdp_mix = figures(report, TIER_XDP, MIX_ROOT);
	struct figures tc_mix = figures(report, TIER_TC, MIX_ROOT);
	struct machine machine = this_machine();

	printf("| ns per query | reply, bytes | XDP | its floor | ratio | tc | its floor | ratio |\n"
	       "|---|--:|--:|--:|--:|--:|--:|--:|\n");
	for (int kind = 0; kind < MIX_KIND_COUNT; kind++) {
		struct figures xdp = figures(report, TIER_XDP, kind);
		struct figures tc = figures(report, TIER_TC, kind);
		const char *strong = kind == MIX_ROOT ? "**" : "";

		if (!report->kinds[kind])
			continue;
		printf("| %s%s%s | %.0f | %s%.0f%s | %.0f | %s%.2f%s | %s%.0f%s | %.0f | %s%.2f%s |\n",
		       strong, mix_kind_meaning(kind), strong, report->message_mean[kind], strong,
		       xdp.ours, strong, xdp.floor, strong, xdp.ours / xdp.floor, strong, strong,
		       tc.ours, strong, tc.floor, strong, tc.ours / tc.floor, strong);
	}
	printf("\n%s, %ld CPUs, %s, %.10s, load %.1f; zone %u; medians of %u rounds of %u queries.\n",
	       machine.cpu, machine.cpus, machine.kernel, machine.date, report->load,
	       report->serial, report->rounds, report->queries);
	printf("Root mix with a rate limit on that nobody reaches: XDP %.0f ns, tc %.0f ns.\n",
	       xdp_mix.limited, tc_mix.limited);
	printf("Verifier: %u instructions processed for XDP, %u for tc. Maps: %.1f MB.\n",
	       report->instructions[TIER_XDP][CONTESTANT_OURS],
	       report->instructions[TIER_TC][CONTESTANT_OURS], (double)report->map_bytes / 1e6);
}

/* --- JSON --------------------------------------------------------------------------------- */

static double tenths(double value)
{
	return (double)(long)(value * 10 + (value < 0 ? -0.5 : 0.5)) / 10;
}

static json_t *json_kind(const struct report *report, enum tier tier, enum mix_kind kind)
{
	struct figures of = figures(report, tier, kind);
	json_t *json = json_pack("{s:s, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "kind",
				 mix_kind_word(kind), "reply_bytes",
				 tenths(report->message_mean[kind]), "ns", tenths(of.ours),
				 "ns_least", tenths(of.least), "ns_most", tenths(of.most),
				 "floor_ns", tenths(of.floor), "empty_ns", tenths(of.empty), "ratio",
				 (double)(long)(of.ours / of.floor * 1000 + 0.5) / 1000);

	if (report->limited)
		json_object_set_new(json, "limited_ns", json_real(tenths(of.limited)));
	return json;
}

static json_t *json_tier(const struct report *report, enum tier tier)
{
	json_t *kinds = json_array();

	for (int kind = 0; kind < MIX_KIND_COUNT; kind++)
		if (report->kinds[kind])
			json_array_append_new(kinds, json_kind(report, tier, kind));
	return json_pack("{s:I, s:o}", "verifier_instructions",
			 (json_int_t)report->instructions[tier][CONTESTANT_OURS], "kinds", kinds);
}

static void print_json(const struct report *report)
{
	struct machine machine = this_machine();
	json_t *tiers = json_object(), *all;

	for (int tier = 0; tier < TIER_COUNT; tier++)
		json_object_set_new(tiers, tier_words[tier], json_tier(report, tier));
	all = json_pack("{s:i, s:{s:s, s:i, s:s, s:f}, s:s, s:I, s:I, s:i, s:i, s:i, s:I, s:o}",
			"schema", 1, "machine", "cpu", machine.cpu, "cpus", (int)machine.cpus,
			"kernel", machine.kernel, "load", tenths(report->load), "date",
			machine.date, "serial", (json_int_t)report->serial, "delegations",
			(json_int_t)report->delegations, "max_udp_size", (int)report->max_udp_size,
			"rounds", (int)report->rounds,
			"queries", (int)report->queries, "map_bytes",
			(json_int_t)report->map_bytes, "tiers", tiers);
	json_dumpf(all, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(all);
}

void report_print(const struct report *report, enum report_form form)
{
	switch (form) {
	case REPORT_TEXT:
		print_text(report);
		break;
	case REPORT_JSON:
		print_json(report);
		break;
	case REPORT_MARKDOWN:
		print_markdown(report);
		break;
	}
}
