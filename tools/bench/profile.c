// SPDX-License-Identifier: GPL-2.0-or-later
// Samples the instruction pointer with perf's clock; BTF says what line of the source that is.
#include "profile.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#define TICK_NS    50000
#define RING_PAGES 256 /* a power of two: 65,536 ticks */

const char *const profile_step_words[STEP_COUNT] = {
	[STEP_PACKET] = "packet",     [STEP_QUESTION] = "question", [STEP_SEARCH] = "search",
	[STEP_MEMORY] = "memory",     [STEP_CHECKSUM] = "checksum", [STEP_WRITE] = "write",
	[STEP_RELOCATE] = "relocate", [STEP_CLIENT] = "client",     [STEP_BETWEEN] = "between",
};

/* From this address on, up to the next place's or `end`. */
struct place {
	uint64_t address, end;
	enum profile_step step;
};

/* --- what the machine code is of ---------------------------------------------------------- */

/* A file's step; files that all steps use have none: -1. */
static int step_of_file(const char *path)
{
	static const struct {
		const char *file;
		enum profile_step step;
	} known[] = {
		{ "packet.h", STEP_PACKET },      { "guard.h", STEP_PACKET },
		{ "question.h", STEP_QUESTION },  { "find.h", STEP_SEARCH },
		{ "layout.h", STEP_SEARCH },      { "touch.h", STEP_MEMORY },
		{ "checksum.h", STEP_CHECKSUM },
		{ "reply.h", STEP_WRITE },        { "reply.bpf.h", STEP_WRITE },
		{ "chaos.h", STEP_WRITE },        { "cookie.h", STEP_CLIENT },
		{ "siphash.h", STEP_CLIENT },     { "limit.h", STEP_CLIENT },
		{ "limit.bpf.h", STEP_CLIENT },   { "rootxdp.bpf.c", STEP_BETWEEN },
		{ "stats.bpf.h", STEP_BETWEEN },  { "deadline.bpf.h", STEP_BETWEEN },
		{ "subtree.h", STEP_BETWEEN },    { "guard.bpf.h", STEP_PACKET },
		{ "find.bpf.h", STEP_SEARCH },    { "checksum.bpf.h", STEP_CHECKSUM },
	};
	const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(known[i].file, file))
			return (int)known[i].step;
	return -1;
}

/* What the kernel tells of a program with BTF. */
struct code {
	struct bpf_prog_info info;
	struct bpf_line_info *lines;
	struct bpf_func_info *functions;
	uint64_t *line_addresses, *function_addresses;
	uint32_t *function_lengths;
	struct btf *btf;
};

static void code_free(struct code *code)
{
	free(code->lines);
	free(code->functions);
	free(code->line_addresses);
	free(code->function_addresses);
	free(code->function_lengths);
	btf__free(code->btf);
}

static bool code_read(struct code *code, int program)
{
	struct bpf_prog_info counts = { 0 };
	__u32 size = sizeof(counts);

	*code = (struct code){ 0 };
	if (bpf_obj_get_info_by_fd(program, &counts, &size) ||
	    counts.nr_jited_line_info != counts.nr_line_info ||
	    counts.nr_jited_ksyms != counts.nr_func_info ||
	    !(code->btf = btf__load_from_kernel_by_id(counts.btf_id)))
		return false;
	code->lines = calloc(counts.nr_line_info, sizeof(*code->lines));
	code->functions = calloc(counts.nr_func_info, sizeof(*code->functions));
	code->line_addresses = calloc(counts.nr_line_info, sizeof(uint64_t));
	code->function_addresses = calloc(counts.nr_func_info, sizeof(uint64_t));
	code->function_lengths = calloc(counts.nr_func_info, sizeof(uint32_t));
	if (!code->lines || !code->functions || !code->line_addresses ||
	    !code->function_addresses || !code->function_lengths)
		return false;
	code->info = (struct bpf_prog_info){
		.nr_line_info = counts.nr_line_info,
		.line_info = (uintptr_t)code->lines,
		.line_info_rec_size = sizeof(*code->lines),
		.nr_func_info = counts.nr_func_info,
		.func_info = (uintptr_t)code->functions,
		.func_info_rec_size = sizeof(*code->functions),
		.nr_jited_line_info = counts.nr_line_info,
		.jited_line_info = (uintptr_t)code->line_addresses,
		.jited_line_info_rec_size = sizeof(uint64_t),
		.nr_jited_ksyms = counts.nr_func_info,
		.jited_ksyms = (uintptr_t)code->function_addresses,
		.nr_jited_func_lens = counts.nr_func_info,
		.jited_func_lens = (uintptr_t)code->function_lengths,
	};
	size = sizeof(code->info);
	return !bpf_obj_get_info_by_fd(program, &code->info, &size);
}

/* The function that an address is in; nr_func_info: none. */
static uint32_t function_at(const struct code *code, uint64_t address)
{
	uint32_t i = 0;

	while (i < code->info.nr_func_info &&
	       address - code->function_addresses[i] >= code->function_lengths[i])
		i++;
	return i;
}

static const char *function_name(const struct code *code, uint32_t function)
{
	const struct btf_type *type =
		btf__type_by_id(code->btf, code->functions[function].type_id);

	return type ? btf__name_by_offset(code->btf, type->name_off) : "";
}

static int by_address(const void *a, const void *b)
{
	uint64_t left = ((const struct place *)a)->address;
	uint64_t right = ((const struct place *)b)->address;

	return (left > right) - (left < right);
}

/* What a file that all steps use is for, the line before it tells. */
static void name_steps(struct profile *profile, const struct code *code)
{
	enum profile_step step = STEP_BETWEEN;

	for (uint32_t i = 0; i < code->info.nr_line_info; i++) {
		uint64_t address = code->line_addresses[i];
		uint32_t function = function_at(code, address);
		const char *path = btf__name_by_offset(code->btf, code->lines[i].file_name_off);
		int named = step_of_file(path ? path : "");

		if (function == code->info.nr_func_info)
			continue;
		if (!strcmp(function_name(code, function), "relocate_body"))
			named = STEP_RELOCATE;
		else if (address == code->function_addresses[function] && named < 0)
			named = STEP_BETWEEN;
		step = named >= 0 ? (enum profile_step)named : step;
		profile->places[profile->place_count++] = (struct place){
			address,
			code->function_addresses[function] + code->function_lengths[function],
			step,
		};
	}
	qsort(profile->places, profile->place_count, sizeof(*profile->places), by_address);
}

static bool read_places(struct profile *profile, int program)
{
	struct code code;
	bool read = code_read(&code, program);

	if (read)
		profile->places = calloc(code.info.nr_line_info, sizeof(*profile->places));
	if (profile->places)
		name_steps(profile, &code);
	code_free(&code);
	return profile->place_count > 0;
}

/* --- ticks -------------------------------------------------------------------------------- */

bool profile_open(struct profile *profile, int program, char why[256])
{
	struct perf_event_attr attributes = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attributes),
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = TICK_NS,
		.sample_type = PERF_SAMPLE_IP,
		.disabled = 1,
	};
	long page = sysconf(_SC_PAGESIZE);

	*profile = (struct profile){ .event = -1, .ring = MAP_FAILED };
	if (!read_places(profile, program)) {
		snprintf(why, 256, "the kernel does not tell what a program's machine code is of: "
				   "sysctl net.core.bpf_jit_enable=1");
		return false;
	}
	profile->event = (int)syscall(SYS_perf_event_open, &attributes, -1, sched_getcpu(), -1, 0);
	if (profile->event >= 0)
		profile->ring = mmap(NULL, (size_t)((RING_PAGES + 1) * page), PROT_READ | PROT_WRITE,
				     MAP_SHARED, profile->event, 0);
	if (profile->ring != MAP_FAILED)
		return true;
	snprintf(why, 256, "perf's clock: %s", strerror(errno));
	return false;
}

void profile_close(struct profile *profile)
{
	if (profile->ring != MAP_FAILED)
		munmap(profile->ring, (size_t)((RING_PAGES + 1) * sysconf(_SC_PAGESIZE)));
	if (profile->event >= 0)
		close(profile->event);
	free(profile->places);
}

static void count(struct profile *profile, uint64_t address)
{
	uint32_t low = 0, high = profile->place_count;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (profile->places[middle].address <= address)
			low = middle;
		else
			high = middle;
	}
	if (address >= profile->places[low].address && address < profile->places[low].end)
		profile->steps[profile->places[low].step]++;
}

void profile_start(struct profile *profile)
{
	ioctl(profile->event, PERF_EVENT_IOC_ENABLE, 0);
}

void profile_stop(struct profile *profile)
{
	struct perf_event_mmap_page *head = profile->ring;
	const char *data = (const char *)profile->ring + head->data_offset;
	struct sample {
		struct perf_event_header header;
		uint64_t address;
	} sample;

	ioctl(profile->event, PERF_EVENT_IOC_DISABLE, 0);
	for (uint64_t at = head->data_tail; at < head->data_head; at += sample.header.size) {
		/* Every record's size is a multiple of eight; one of ours may lie across the end. */
		for (size_t part = 0; part < sizeof(sample); part += 8)
			memcpy((char *)&sample + part, data + (at + part) % head->data_size, 8);
		if (sample.header.type == PERF_RECORD_SAMPLE)
			count(profile, sample.address);
	}
	head->data_tail = head->data_head;
}
