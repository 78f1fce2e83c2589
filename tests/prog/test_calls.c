// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counts the calls of helpers and the look-ups in maps that each kind of query costs, in programs
 * that count (counted.bpf.h), and compares them with tests/prog/budget.txt. test_calls QUERY shows
 * which helpers one of them calls.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "budget.h"
#include "call_kinds.h"
#include "conditions.h"
#include "prog.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum figure { CALLS, ARRAYS, HASHES, FIGURES };

static const char *const columns[TIER_COUNT * FIGURES] = {
	"helper calls by XDP", "look-ups in arrays by XDP", "look-ups in other maps by XDP",
	"helper calls by tc",  "look-ups in arrays by tc",  "look-ups in other maps by tc",
};

static struct prog prog;

static bool is_array(enum bpf_map_type type)
{
	return type == BPF_MAP_TYPE_ARRAY || type == BPF_MAP_TYPE_PERCPU_ARRAY ||
	       type == BPF_MAP_TYPE_ARRAY_OF_MAPS;
}

static void take_figures(unsigned int figure[FIGURES])
{
	const struct rootxdp__bss *counts = prog.skeleton->bss;

	memset(figure, 0, FIGURES * sizeof(*figure));
	for (unsigned int id = 0; id < COUNT(counts->helper_calls); id++)
		if (id != BPF_FUNC_map_lookup_elem)
			figure[CALLS] += counts->helper_calls[id];
	for (unsigned int type = 0; type < COUNT(counts->look_ups); type++)
		figure[is_array(type) ? ARRAYS : HASHES] += counts->look_ups[type];
}

/* Runs one query through a tier; the dearest of all of its kind counts. */
static void run(enum tier tier, const struct call_kind *kind, const struct query *query,
		unsigned int *figures)
{
	static struct frame frame;
	static struct outcome outcome;
	unsigned int figure[FIGURES];

	frame_build(&frame, query);
	memset(prog.skeleton->bss, 0, sizeof(*prog.skeleton->bss));
	prog_run(&prog, tier, &frame, 0, &outcome);
	if (outcome.verdict != kind->verdict)
		fail("%s: %s: %s, not %s", kind->name, tier_names[tier],
		     verdict_names[outcome.verdict], verdict_names[kind->verdict]);
	take_figures(figure);
	for (int i = 0; i < FIGURES; i++)
		if (figures[i] < figure[i])
			figures[i] = figure[i];
}

/* A name for each TLD, or for each gap between two of them. */
static void run_all_labels(enum tier tier, const struct call_kind *kind, unsigned int *figures)
{
	struct query query = kind->query;
	char name[80];

	for (__u32 i = 1; i < prog.view.name_count; i++) {
		const struct name *label = &prog.view.names[i];

		snprintf(name, sizeof(name), "%.*s%s", (int)label->length,
			 (const char *)label->label, kind->every == EVERY_GAP ? "-" : "");
		query.name = name;
		run(tier, kind, &query, figures);
	}
}

static void count_kind(const struct call_kind *kind, struct budget *counted)
{
	snprintf(counted->name, sizeof(counted->name), "%s", kind->name);
	if (kind->prepare)
		kind->prepare(&prog);
	for (int tier = 0; tier < TIER_COUNT; tier++) {
		unsigned int *figures = &counted->figure[tier * FIGURES];

		if (kind->every == EVERY_ONE)
			run(tier, kind, &kind->query, figures);
		else
			run_all_labels(tier, kind, figures);
	}
	if (kind->prepare)
		prog_restore(&prog);
}

/* --- one kind in detail ------------------------------------------------------------------- */

#define HELPER_NAME(name) [BPF_FUNC_##name] = "bpf_" #name
static const char *const helper_names[] = { __BPF_FUNC_MAPPER(HELPER_NAME) };

static void print_calls(enum tier tier, const struct call_kind *kind)
{
	unsigned int figures[FIGURES] = { 0 };
	const __u64 *calls = prog.skeleton->bss->helper_calls;

	run(tier, kind, &kind->query, figures);
	printf("%s, %s:\n", kind->name, tier_names[tier]);
	for (unsigned int id = 0; id < COUNT(helper_names); id++)
		if (calls[id])
			printf("%8llu %s\n", calls[id], helper_names[id]);
}

static int show(const char *name)
{
	for (size_t i = 0; i < call_kind_count; i++) {
		const struct call_kind *kind = &call_kinds[i];

		if (strcmp(kind->name, name) || kind->every != EVERY_ONE)
			continue;
		if (kind->prepare)
			kind->prepare(&prog);
		for (int tier = 0; tier < TIER_COUNT; tier++)
			print_calls(tier, kind);
		prog_close(&prog);
		return 0;
	}
	fail("%s: no such query in call_kinds.c, or as many as there are TLDs", name);
}

int main(int argc, char **argv)
{
	struct budget *counted;
	unsigned int slack;
	bool right;

	prog_open(&prog);
	/* Else one packet a second has to look at more clocks. */
	((struct zone_info *)prog.view.info)->deadline.recheck_ns = ~0ull;
	prog_restore(&prog);
	if (argc == 2)
		return show(argv[1]);
	counted = calloc(call_kind_count, sizeof(*counted));
	for (size_t i = 0; i < call_kind_count; i++)
		count_kind(&call_kinds[i], &counted[i]);
	right = budget_judge("query", columns, TIER_COUNT * FIGURES, counted, call_kind_count,
			     &slack);
	free(counted);
	prog_close(&prog);
	if (!right)
		return 1;
	printf("# calls and look-ups of %zu kinds of query within budget, %u figures below it\n",
	       call_kind_count, slack);
	return 0;
}
