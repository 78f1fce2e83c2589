// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How many instructions the verifier processes for each program, against tests/prog/budget.txt:
 *
 *	test_verifier                 the loader's own programs, with maps for the real zone
 *	test_verifier OBJECT...       those in BPF objects that another compiler made
 *
 * What the operator chooses lies in maps, which the verifier does not look into: there is one
 * variant of the programs. Constants that a loader would set before loading make more: the test
 * fails when there are any, until it loads each variant.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "budget.h"
#include "image.h"
#include "prog.h"
#include "program.h"
#include "zone.h"

#define CEILING       100000 /* whatever a budget says */
#define PROGRAMS_MOST 32

enum figure { BUILD, ANY_COMPILER, FIGURES };

static const char *const columns[FIGURES] = {
	"instructions processed by the verifier",
	"instructions processed by the verifier (with any clang)",
};

/* --- counting ----------------------------------------------------------------------------- */

/* Every program of a loaded object, tail-called ones too. */
static size_t count_programs(const struct bpf_object *object, struct budget *counted)
{
	struct bpf_program *program;
	size_t count = 0;

	bpf_object__for_each_program(program, object) {
		struct bpf_prog_info info = { 0 };
		__u32 size = sizeof(info);

		if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size))
			fail("%s: %s", bpf_program__name(program), strerror(errno));
		if (!info.verified_insns)
			fail("%s: this kernel does not tell what the verifier did", info.name);
		if (count == PROGRAMS_MOST)
			fail("more than %d programs", PROGRAMS_MOST);
		snprintf(counted[count].name, sizeof(counted->name), "%s",
			 bpf_program__name(program));
		for (int i = 0; i < FIGURES; i++)
			counted[count].figure[i] = info.verified_insns;
		count++;
	}
	return count;
}

/* Is it `const volatile`, which is how a constant is declared that is set before loading? */
static bool is_chosen_constant(const struct btf *types, const struct btf_type *variable)
{
	const struct btf_type *type = btf__type_by_id(types, variable->type);

	for (; btf_is_const(type) || btf_is_volatile(type) || btf_is_array(type);
	     type = btf__type_by_id(types, btf_is_array(type) ? btf_array(type)->type : type->type))
		if (btf_is_volatile(type))
			return true;
	return false;
}

static void expect_one_variant(const struct bpf_object *object)
{
	const struct btf *types = bpf_object__btf(object);

	for (__u32 id = 1; id < btf__type_cnt(types); id++) {
		const struct btf_type *section = btf__type_by_id(types, id);

		if (!btf_is_datasec(section) ||
		    strcmp(btf__name_by_offset(types, section->name_off), ".rodata"))
			continue;
		for (int i = 0; i < btf_vlen(section); i++) {
			const struct btf_type *variable =
				btf__type_by_id(types, btf_var_secinfos(section)[i].type);

			if (is_chosen_constant(types, variable))
				fail("'%s' can be set before loading: load every variant here",
				     btf__name_by_offset(types, variable->name_off));
		}
	}
}

/* --- judging ------------------------------------------------------------------------------ */

static void expect_below_ceiling(const struct budget *counted, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct budget budget = budget_line("program", counted[i].name, FIGURES);

		for (int figure = 0; figure < FIGURES; figure++)
			if (budget.figure[figure] > CEILING)
				fail("%s:%u: no program may take more than %d instructions",
				     BUDGET_FILE, budget.line, CEILING);
		if (counted[i].figure[0] > CEILING)
			fail("%s: %u instructions: no program may take more than %d",
			     counted[i].name, counted[i].figure[0], CEILING);
	}
}

/* The loader's own programs, loaded as it does. */
static void judge_build(void)
{
	struct zone_policy policy = { .validate_at = ZONE_TIME };
	const struct answer_config config = { .max_udp_size = ANSWER_UDP_SIZE_DEFAULT };
	struct budget counted[PROGRAMS_MOST] = { 0 };
	struct program program = { 0 };
	struct image_view view;
	struct zone_error error;
	struct image *image;
	struct zone *zone;
	struct maps none;
	unsigned int slack;
	char why[256];
	size_t count;

	zone = zone_load(ZONE_FILE, &policy, &error);
	if (!zone)
		fail("%s", error.text);
	image = image_render(zone, &config, why);
	if (!image)
		fail("%s", why);
	view = image_parts(image);
	maps_none(&none);
	if (!program_load(&program, &view, &none))
		fail("the programs do not load");
	expect_one_variant(program.skeleton->obj);
	count = count_programs(program.skeleton->obj, counted);
	if (!budget_judge("program", columns, FIGURES, counted, count, &slack))
		exit(1);
	expect_below_ceiling(counted, count);
	printf("#");
	for (size_t i = 0; i < count; i++)
		printf("%s %s %u", i ? "," : "", counted[i].name, counted[i].figure[BUILD]);
	printf(" instructions processed by the verifier\n");
	program_close(&program);
	free(image);
	zone_free(zone);
}

/* Another compiler's: the budget for any of them. */
static void judge_object(const char *path)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct budget counted[PROGRAMS_MOST] = { 0 };
	bool right = true;
	size_t count;

	if (!object)
		fail("%s: %s", path, strerror(errno));
	if (bpf_object__load(object))
		fail("%s: the kernel refuses it: %s", path, strerror(errno));
	count = count_programs(object, counted);
	expect_below_ceiling(counted, count);
	for (size_t i = 0; i < count; i++) {
		struct budget budget = budget_line("program", counted[i].name, FIGURES);

		printf("%s: %s: %u instructions processed by the verifier\n", path,
		       counted[i].name, counted[i].figure[ANY_COMPILER]);
		if (counted[i].figure[ANY_COMPILER] <= budget.figure[ANY_COMPILER])
			continue;
		printf("OVER: %u may be; if that is meant, change %s:%u\n",
		       budget.figure[ANY_COMPILER], BUDGET_FILE, budget.line);
		right = false;
	}
	if (!right)
		exit(1);
	bpf_object__close(object);
}

int main(int argc, char **argv)
{
	if (!program_possible())
		return 77;
	for (int i = 1; i < argc; i++)
		judge_object(argv[i]);
	if (argc == 1)
		judge_build();
	return 0;
}
