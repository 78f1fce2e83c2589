// SPDX-License-Identifier: GPL-2.0-or-later
/* What the programs find in their maps, for the table of packets. */
#include "conditions.h"

#include <string.h>
#include <time.h>

#include <bpf/bpf.h>

static uint64_t time_of(clockid_t clock, int seconds)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (now.tv_sec + seconds) * 1000000000ull + now.tv_nsec;
}

static uint64_t boot_time(int seconds)
{
	return time_of(CLOCK_BOOTTIME, seconds);
}

static uint64_t tai_time(int seconds)
{
	return time_of(CLOCK_TAI, seconds);
}

void deadline_over(struct prog *prog)
{
	struct zone_info info = *prog->view.info;

	info.deadline = (struct deadline){ .boot_ns = 1 };
	prog_set(prog->skeleton->maps.zone_1, 0, &info);
}

void deadline_far(struct prog *prog)
{
	struct zone_info info = *prog->view.info;

	info.deadline = (struct deadline){ .boot_ns = boot_time(3600), .tai_ns = tai_time(3600) };
	prog_set(prog->skeleton->maps.zone_1, 0, &info);
}

void signatures_over(struct prog *prog)
{
	struct zone_info info = *prog->view.info;

	info.deadline = (struct deadline){ .boot_ns = ~0ull, .tai_ns = tai_time(-1) };
	prog_set(prog->skeleton->maps.zone_1, 0, &info);
}

/* What a packet saw less than a second ago holds. */
void over_as_seen(struct prog *prog)
{
	struct zone_info info = *prog->view.info;

	info.deadline = (struct deadline){ .boot_ns = ~0ull, .recheck_ns = ~0ull, .over = 1 };
	prog_set(prog->skeleton->maps.zone_1, 0, &info);
}

void recheck_is_due(struct prog *prog)
{
	struct zone_info info = *prog->view.info;

	info.deadline = (struct deadline){ .boot_ns = ~0ull, .recheck_ns = 1, .over = 1 };
	prog_set(prog->skeleton->maps.zone_1, 0, &info);
}

void no_zone(struct prog *prog)
{
	struct zone_info info = { 0 };

	prog_set(prog->skeleton->maps.zone_1, 0, &info);
}

void other_set(struct prog *prog)
{
	uint32_t zero = 0;

	prog_set(prog->skeleton->maps.active, 0, &zero);
}

void anonymous(struct prog *prog)
{
	prog_say(prog, NULL, NULL, NULL);
	prog_configure(prog);
}

void longest_texts(struct prog *prog)
{
	static char nsid[NSID_MAX + 1], text[CHAOS_TEXT_MAX + 1];

	memset(nsid, 'n', NSID_MAX);
	memset(text, 't', CHAOS_TEXT_MAX);
	prog_say(prog, nsid, text, text);
	prog_configure(prog);
}

void loopback(struct prog *prog)
{
	prog->interface.loopback = 1;
	prog_configure(prog);
}

void partial_ok(struct prog *prog)
{
	prog->interface.partial_ok = 1;
	prog_configure(prog);
}

/* A first slot, SOA without DO, that is longer than BPF_PROG_RUN gives a frame to grow. */
void reply_of_4000(struct prog *prog)
{
	for (uint32_t i = 0; i < prog->view.reply_count; i++) {
		struct reply reply = prog->view.replies[i];

		if (reply.verdict != VERDICT_answer_apex)
			continue;
		reply.whole.length = 4000;
		prog_set(prog->skeleton->maps.replies_1, i, &reply);
	}
	prog->config.max_udp_size = 4096;
	prog_configure(prog);
}

/* Values that no loader writes: the program must not take them. */
static void damaged(struct prog *prog, struct reply damage)
{
	for (uint32_t i = 0; i < prog->view.reply_count; i++)
		if (prog->view.replies[i].verdict == VERDICT_answer_apex)
			prog_set(prog->skeleton->maps.replies_1, i, &damage);
}

void verdict_damaged(struct prog *prog)
{
	damaged(prog, (struct reply){ .verdict = 0xffff });
}

void verdict_passes(struct prog *prog)
{
	damaged(prog, (struct reply){ .verdict = VERDICT_pass_transfer });
}

void shelf_damaged(struct prog *prog)
{
	damaged(prog, (struct reply){ .verdict = VERDICT_answer_apex, .shelf = 0x7fffffff });
}

void place_damaged(struct prog *prog)
{
	damaged(prog, (struct reply){ .verdict = VERDICT_answer_apex, .place = PLACE_MAX + 8 });
}

void length_damaged(struct prog *prog)
{
	prog->config.max_udp_size = 0xffff;
	prog_configure(prog);
	damaged(prog, (struct reply){ .verdict = VERDICT_answer_apex,
				      .whole.length = BODY_MAX + 1 });
}

void no_secrets(struct prog *prog)
{
	prog->secrets.count = 0;
	prog_configure(prog);
}

/* A reply takes more than a bucket ever has. */
static void limit_all(struct prog *prog, uint32_t slip)
{
	prog->limit = (struct rate_limit){ .rate = 1, .slip = slip, .ipv4_prefix = 24,
					   .ipv6_prefix = 56, .interval = LIMIT_SECOND + 1 };
	prog_configure(prog);
}

void limit_slips(struct prog *prog)
{
	limit_all(prog, 1);
}

void limit_drops(struct prog *prog)
{
	limit_all(prog, 0);
}

void limit_exempts(struct prog *prog)
{
	struct exempt_prefix prefix = { .length = 96 + 16,
					.address.byte = { [10] = 0xff, 0xff, 198, 51 } };
	uint32_t one = 1;

	limit_all(prog, 0);
	prog->limit.exempt = 1;
	prog_configure(prog);
	if (bpf_map_update_elem(bpf_map__fd(prog->skeleton->maps.exempt), &prefix, &one, BPF_ANY))
		fail("exempt: no room");
}

void limit_is_far(struct prog *prog)
{
	limit_all(prog, 0);
	prog->limit.interval = 1;
	prog_configure(prog);
}

void passes_some(struct prog *prog)
{
	prog_pass(prog, "\4arpa", 6);
	prog_pass(prog, "\14root-servers\3net", 18);
	prog_pass(prog, "\1b\1c\11verylong1\11verylong2\7example", 33);
	prog_configure(prog);
}

/* Other addresses came first in every slot, so that ours are found in `addresses` alone. */
void slots_crowded(struct prog *prog)
{
	const struct address_slot slot = { .address = { .byte = { 0x20, 1, 0xd, 0xb8, 0xff } },
					   .use = ADDRESS_BROADCAST,
					   .crowded = 1 };
	const struct interface_slot device = { .ifindex = ~0u, .crowded = 1 };

	for (uint32_t i = 0; i < ADDRESS_SLOTS; i++)
		prog_set(prog->skeleton->maps.address_slots, i, &slot);
	for (uint32_t i = 0; i < INTERFACE_SLOTS; i++)
		prog_set(prog->skeleton->maps.interface_slots, i, &device);
}

void prog_restore(struct prog *prog)
{
	const struct address_slot empty = { 0 };
	uint32_t one = 1;

	for (uint32_t i = 0; i < ADDRESS_SLOTS; i++)
		prog_set(prog->skeleton->maps.address_slots, i, &empty);
	prog_set_addresses(prog);

	prog->secrets = prog_secrets;
	prog->limit = (struct rate_limit){ 0 };
	prog->subtrees = 0;

	prog->interface.loopback = 0;
	prog->interface.partial_ok = 0;
	prog->config.max_udp_size = ANSWER_UDP_SIZE_DEFAULT;
	prog_say(prog, NSID, HOSTNAME, VERSION);
	prog_configure(prog);
	prog_set(prog->skeleton->maps.zone_1, 0, prog->view.info);
	prog_set(prog->skeleton->maps.active, 0, &one);
	for (uint32_t i = 0; i < prog->view.reply_count; i++)
		if (prog->view.replies[i].verdict == VERDICT_answer_apex)
			prog_set(prog->skeleton->maps.replies_1, i, &prog->view.replies[i]);
}
