// SPDX-License-Identifier: GPL-2.0-or-later
// Medians and ratios, as JSON.
#include "report.h"

#include <jansson.h>
#include <stdio.h>

/* One kind at one tier, in nanoseconds; all but empty net of the empty program. */
struct figures {
	double ours, least, most, limited, floor, empty;
};

/* Each round's own empty program is subtracted: what slows a round down slows all three. */
static struct figures figures(const struct report *report, enum tier tier, enum mix_kind kind)
{
	const struct samples *samples = &report->samples[tier][kind];
	double ours[ROUNDS_MOST], limited[ROUNDS_MOST], floor[ROUNDS_MOST];
	struct spread net;

	for (unsigned int i = 0; i < report->rounds; i++) {
		double empty = samples->ns[CONTESTANT_EMPTY][i];

		ours[i] = samples->ns[CONTESTANT_OURS][i] - empty;
		limited[i] = samples->ns[CONTESTANT_LIMITED][i] - empty;
		floor[i] = samples->ns[CONTESTANT_FLOOR][i] - empty;
	}
	net = spread_of(ours, report->rounds);
	return (struct figures){
		.ours = net.median,
		.least = net.least,
		.most = net.most,
		.limited = spread_of(limited, report->rounds).median,
		.floor = spread_of(floor, report->rounds).median,
		.empty = spread_of(samples->ns[CONTESTANT_EMPTY], report->rounds).median,
	};
}

static double tenths(double value)
{
	return rounded(value, 10);
}

static json_t *json_kind(const struct report *report, enum tier tier, enum mix_kind kind)
{
	struct figures of = figures(report, tier, kind);
	json_t *json = json_pack("{s:s, s:s, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "kind",
				 mix_kind_word(kind), "meaning", mix_kind_meaning(kind), "reply_bytes",
				 tenths(report->message_mean[kind]), "ns", tenths(of.ours),
				 "ns_least", tenths(of.least), "ns_most", tenths(of.most),
				 "floor_ns", tenths(of.floor), "empty_ns", tenths(of.empty), "ratio",
				 rounded(of.ours / of.floor, 1000));

	if (report->limited)
		json_object_set_new(json, "limited_ns", json_real(tenths(of.limited)));
	return json;
}

static json_t *json_steps(const double steps[STEP_COUNT])
{
	json_t *json = json_object();

	for (int step = 0; step < STEP_COUNT; step++)
		json_object_set_new(json, profile_step_words[step], json_real(tenths(steps[step])));
	return json;
}

/* bench ends with an error when they differ: both numbers are there to be seen. */
static json_t *json_interface(const struct tally *tally)
{
	bool agrees = tally->queries == tally->device_queries &&
		      tally->replies == tally->device_replies;

	return json_pack("{s:b, s:I, s:I, s:I, s:I}", "agrees", agrees,
			 "queries_sent", (json_int_t)tally->queries,
			 "queries_counted", (json_int_t)tally->device_queries,
			 "replies_received", (json_int_t)tally->replies,
			 "replies_counted", (json_int_t)tally->device_replies);
}

static json_t *json_tier(const struct report *report, enum tier tier)
{
	json_t *kinds = json_array(), *json;

	for (int kind = 0; kind < MIX_KIND_COUNT; kind++)
		if (report->kinds[kind])
			json_array_append_new(kinds, json_kind(report, tier, kind));
	json = json_pack("{s:I, s:o, s:o}", "verifier_instructions",
			 (json_int_t)report->instructions[tier][CONTESTANT_OURS], "interface",
			 json_interface(&report->tally[tier]), "kinds", kinds);
	if (report->kinds[MIX_ROOT] && report->steps[tier][STEP_BETWEEN] > 0)
		json_object_set_new(json, "mix_steps_percent", json_steps(report->steps[tier]));
	return json;
}

void report_print(const struct report *report)
{
	json_t *tiers = json_object(), *all;

	for (int tier = 0; tier < TIER_COUNT; tier++)
		json_object_set_new(tiers, tier_words[tier], json_tier(report, tier));
	all = json_pack("{s:I, s:I, s:i, s:i, s:i, s:f, s:I, s:o}",
			"serial", (json_int_t)report->serial,
			"delegations", (json_int_t)report->delegations,
			"max_udp_size", (int)report->max_udp_size,
			"rounds", (int)report->rounds,
			"queries", (int)report->queries,
			"load_average", tenths(report->load),
			"map_bytes", (json_int_t)report->map_bytes,
			"tiers", tiers);
	json_dumpf(all, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(all);
}
