// SPDX-License-Identifier: GPL-2.0-or-later
// Attaches the benchmark's programs, sends frames, and reads run times.
#include "stage.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "attach_tc.h"
#include "tools/bench/floors.skel.h"

#define BURST QUERIES_LEAST
#define WAIT_MICROSECONDS 200
#define WAITS_MOST 20000

const char *const tier_words[TIER_COUNT] = { "xdp", "tc" };
const char *const contestant_words[CONTESTANT_COUNT] = { "ours", "limited", "floor", "empty" };

/* --- programs in their places ------------------------------------------------------------- */

static bool attach_xdp(int program, int ifindex, char why[256])
{
	int error = bpf_xdp_attach(ifindex, program, XDP_FLAGS_DRV_MODE, NULL);

	if (error)
		snprintf(why, 256, "native XDP on a veth: %s", strerror(-error));
	return !error;
}

static bool attach_tc(int program, int ifindex, char why[256])
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = TC_HANDLE, .priority = TC_PRIORITY,
		    .prog_fd = program);
	int error = bpf_tc_hook_create(&hook);

	if (!error)
		error = bpf_tc_attach(&hook, &filter);
	if (error)
		snprintf(why, 256, "a tc program on a veth: %s", strerror(-error));
	return !error;
}

static bool attach(enum tier tier, const struct bpf_program *program, int ifindex, char why[256])
{
	int fd = bpf_program__fd(program);

	return tier == TIER_XDP ? attach_xdp(fd, ifindex, why) : attach_tc(fd, ifindex, why);
}

/* A descriptor of the program that somebody attached, or -1. */
static int attached_program(enum tier tier, int ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = TC_HANDLE, .priority = TC_PRIORITY);
	__u32 id = 0;

	if (tier == TIER_XDP)
		return bpf_xdp_query_id(ifindex, 0, &id) || !id ? -1 : bpf_prog_get_fd_by_id(id);
	return bpf_tc_query(&hook, &filter) ? -1 : bpf_prog_get_fd_by_id(filter.prog_id);
}

static int packet_socket(int ifindex)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_ifindex = ifindex };
	int fd = socket(AF_PACKET, SOCK_RAW, 0), yes = 1;

	if (fd < 0)
		return -1;
	/* Straight to the device; and with protocol 0 nothing is ever received here. */
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof(yes))) {
		close(fd);
		return -1;
	}
	return fd;
}

static struct bpf_prog_info program_info(int program)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);

	bpf_obj_get_info_by_fd(program, &info, &size);
	return info;
}

static const struct bpf_program *measured_program(const struct stage *stage,
						  const struct lane *lane)
{
	if (lane->contestant == CONTESTANT_FLOOR)
		return lane->tier == TIER_XDP ? stage->programs->progs.bench_floor_xdp
					      : stage->programs->progs.bench_floor_tc;
	return lane->tier == TIER_XDP ? stage->programs->progs.bench_empty_xdp
				      : stage->programs->progs.bench_empty_tc;
}

/* rootxdp runs there already. */
static bool is_ours(const struct lane *lane)
{
	return lane->contestant == CONTESTANT_OURS || lane->contestant == CONTESTANT_LIMITED;
}

static bool open_lane(struct stage *stage, struct lane *lane, char why[256])
{
	const struct bpf_program *receiver = lane->tier == TIER_XDP
						     ? stage->programs->progs.bench_count_xdp
						     : stage->programs->progs.bench_count_tc;
	struct bpf_prog_info info;
	char server[IFNAMSIZ], client[IFNAMSIZ];

	snprintf(server, sizeof(server), "%s-%s", tier_words[lane->tier],
		 contestant_words[lane->contestant]);
	snprintf(client, sizeof(client), "c-%s-%s", tier_words[lane->tier],
		 contestant_words[lane->contestant]);
	lane->server = (int)if_nametoindex(server);
	lane->client = (int)if_nametoindex(client);
	if (!lane->server || !lane->client) {
		snprintf(why, 256, "%s and %s: no such interfaces: use tools/bench/programs", server,
			 client);
		return false;
	}
	if (!attach(lane->tier, receiver, lane->client, why))
		return false;
	if (!is_ours(lane) && !attach(lane->tier, measured_program(stage, lane), lane->server, why))
		return false;
	lane->program = attached_program(lane->tier, lane->server);
	if (lane->program < 0) {
		snprintf(why, 256, "%s: no %s program on it", server, tier_words[lane->tier]);
		return false;
	}
	if (lane->tier == TIER_TC && (lane->socket = packet_socket(lane->client)) < 0) {
		snprintf(why, 256, "packet socket on %s: %s", client, strerror(errno));
		return false;
	}
	info = program_info(lane->program);
	lane->instructions = info.verified_insns;
	lane->machine_code = info.jited_prog_len;
	return true;
}

static size_t bodies_room(const struct image_view *image)
{
	size_t room = sizeof(*image->shelves);

	while (room < image->shelf_count * sizeof(*image->shelves))
		room *= 2;
	return room;
}

/* The benchmark's own programs, with room for so many queries, and for the bodies of the zone. */
static bool load_programs(struct stage *stage, const struct image_view *image, char why[256])
{
	size_t room = bodies_room(image);
	int error;

	if (room > BODIES_MOST) {
		snprintf(why, 256,
			 "replies of %zu bytes: the floor's plans reach %u: raise BODIES_MOST",
			 image->shelf_count * sizeof(*image->shelves), BODIES_MOST);
		return false;
	}
	stage->programs = floors__open();
	if (!stage->programs) {
		snprintf(why, 256, "opening the benchmark's BPF programs: %s", strerror(errno));
		return false;
	}
	stage->programs->rodata->queries_mask = (__u32)stage->queries - 1;
	stage->programs->rodata->bodies_mask = (__u32)room - 1;
	error = bpf_map__set_max_entries(stage->programs->maps.queries, (__u32)stage->queries);
	if (!error)
		error = bpf_map__set_value_size(stage->programs->maps.bodies,
						(__u32)(room + sizeof(struct bodies)));
	if (!error)
		error = floors__load(stage->programs);
	if (error)
		snprintf(why, 256, "loading the benchmark's BPF programs: %s", strerror(-error));
	return !error;
}

/* The map's bytes; for munmap(). NULL: a line in why[256]. */
static void *map_bytes(const struct bpf_map *map, size_t size, char why[256])
{
	void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);

	if (bytes != MAP_FAILED)
		return bytes;
	snprintf(why, 256, "mapping '%s': %s", bpf_map__name(map), strerror(errno));
	return NULL;
}

/* Puts the real bodies where the floor copies from. */
static bool fill_bodies(const struct stage *stage, const struct image_view *image, char why[256])
{
	size_t used = image->shelf_count * sizeof(*image->shelves);
	void *bodies = map_bytes(stage->programs->maps.bodies, used, why);

	if (!bodies)
		return false;
	memcpy(bodies, image->shelves, used);
	munmap(bodies, used);
	return true;
}

/* All lanes, before anything fails: stage_close() goes through them. */
static void name_lanes(struct stage *stage)
{
	for (int tier = 0; tier < TIER_COUNT; tier++)
		for (int contestant = 0; contestant < CONTESTANT_COUNT; contestant++)
			stage->lanes[tier][contestant] =
				(struct lane){ .tier = tier, .contestant = contestant,
					       .program = -1, .socket = -1 };
}

static bool open_lanes(struct stage *stage, char why[256])
{
	for (int tier = 0; tier < TIER_COUNT; tier++)
		for (int contestant = 0; contestant < CONTESTANT_COUNT; contestant++)
			if (stage->tiers & 1u << tier && stage_has(stage, contestant) &&
			    !open_lane(stage, &stage->lanes[tier][contestant], why))
				return false;
	return true;
}

bool stage_has(const struct stage *stage, enum contestant contestant)
{
	return contestant != CONTESTANT_LIMITED || stage->limited;
}

bool stage_open(struct stage *stage, const struct image_view *image, unsigned int tiers,
		size_t queries, char why[256])
{
	memset(stage, 0, sizeof(*stage));
	stage->statistics = -1;
	stage->tiers = tiers;
	stage->queries = queries;
	stage->limited = if_nametoindex("xdp-limited");
	name_lanes(stage);
	if (!load_programs(stage, image, why))
		return false;
	stage->frames = map_bytes(stage->programs->maps.queries,
				  queries * sizeof(struct query_frame), why);
	if (!stage->frames || !open_lanes(stage, why) || !fill_bodies(stage, image, why))
		return false;
	stage->statistics = bpf_enable_stats(BPF_STATS_RUN_TIME);
	if (stage->statistics < 0)
		snprintf(why, 256, "turning bpf_stats on: %s", strerror(errno));
	return stage->statistics >= 0;
}

void stage_close(struct stage *stage)
{
	if (stage->statistics >= 0)
		close(stage->statistics);
	for (struct lane *lane = stage->lanes[0]; lane < stage->lanes[TIER_COUNT]; lane++) {
		if (lane->program >= 0)
			close(lane->program);
		if (lane->socket >= 0)
			close(lane->socket);
	}
	floors__destroy(stage->programs);
}

/* --- sending ------------------------------------------------------------------------------ */

void stage_load(struct stage *stage, const struct traffic *traffic)
{
	memcpy(stage->frames, traffic->frames, traffic->queries * sizeof(*stage->frames));
}

/* One call sends all: each live frame is made into the next query by bench_send. */
int stage_send_live(const struct stage *stage, const struct lane *lane, unsigned int count)
{
	/*
	 * Shorter than any query: when bench_send leaves a frame's length alone, the kernel takes that
	 * which the frame had at the end of its last journey.
	 */
	uint8_t blank[40] = { 0 };
	struct xdp_md context = { .data_end = sizeof(blank), .ingress_ifindex = lane->client };
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = blank, .data_size_in = sizeof(blank),
		    .ctx_in = &context, .ctx_size_in = sizeof(context), .repeat = (int)count,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES);

	return bpf_prog_test_run_opts(bpf_program__fd(stage->programs->progs.bench_send), &options);
}

static int send_packets(const struct lane *lane, const struct traffic *traffic, unsigned int passes)
{
	struct iovec pieces[BURST];
	struct mmsghdr messages[BURST];

	for (size_t sent = 0; sent < passes * traffic->queries; sent += BURST) {
		memset(messages, 0, sizeof(messages));
		for (unsigned int i = 0; i < BURST; i++) {
			struct query_frame *frame = &traffic->frames[(sent + i) % traffic->queries];

			pieces[i] = (struct iovec){ frame->bytes, frame->length };
			messages[i].msg_hdr.msg_iov = &pieces[i];
			messages[i].msg_hdr.msg_iovlen = 1;
		}
		for (int done = 0; done < BURST;) {
			int count = sendmmsg(lane->socket, messages + done, BURST - done, 0);

			if (count < 0 && errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
				return -errno;
			done += count > 0 ? count : 0;
		}
	}
	return 0;
}

/* --- measuring ---------------------------------------------------------------------------- */

static size_t progress_size(void)
{
	return (size_t)libbpf_num_possible_cpus() * sizeof(struct progress);
}

void stage_forget(struct stage *stage)
{
	struct progress *none = calloc(1, progress_size());
	__u32 zero = 0;

	if (none)
		bpf_map_update_elem(bpf_map__fd(stage->programs->maps.progress), &zero, none, 0);
	free(none);
}

struct stage_received stage_received(const struct stage *stage)
{
	struct progress *all = calloc(1, progress_size());
	struct stage_received sum = { 0 };
	__u32 zero = 0;

	if (all && !bpf_map_lookup_elem(bpf_map__fd(stage->programs->maps.progress), &zero, all)) {
		for (int cpu = 0; cpu < libbpf_num_possible_cpus(); cpu++) {
			sum.frames += all[cpu].frames;
			sum.bytes += all[cpu].bytes;
		}
	}
	free(all);
	return sum;
}

struct stage_runs stage_runs(const struct lane *lane)
{
	struct bpf_prog_info info = program_info(lane->program);

	return (struct stage_runs){ info.run_cnt, info.run_time_ns };
}

/* What must come back from one pass; the empty tc program sends nothing. */
static bool all_returned(const struct lane *lane, const struct traffic *traffic,
			 unsigned int passes, struct stage_received received)
{
	if (lane->contestant == CONTESTANT_EMPTY)
		return lane->tier == TIER_TC || received.frames == passes * traffic->queries;
	return received.frames == passes * traffic->queries &&
	       received.bytes == passes * traffic->frame_bytes;
}

bool stage_run(struct stage *stage, struct lane *lane, const struct traffic *traffic,
	       unsigned int passes, double *nanoseconds, char why[256])
{
	struct stage_runs before = stage_runs(lane), after;
	struct stage_received received;
	uint64_t sent = passes * traffic->queries, seen = 0;
	bool whole = false;
	int error;

	stage_forget(stage);
	error = lane->tier == TIER_XDP ? stage_send_live(stage, lane, (unsigned int)sent)
				       : send_packets(lane, traffic, passes);
	if (error) {
		snprintf(why, 256, "sending: %s", strerror(-error));
		return false;
	}
	for (int waits = 0; !whole && waits < WAITS_MOST; waits++) {
		if (waits)
			usleep(WAIT_MICROSECONDS);
		after = stage_runs(lane);
		seen = after.count - before.count;
		received = stage_received(stage);
		whole = seen >= sent && all_returned(lane, traffic, passes, received);
	}
	if (seen != sent || !whole) {
		snprintf(why, 256,
			 "%s-%s, %s: sent %llu queries, seen %llu, %llu replies of %llu bytes "
			 "instead of %llu",
			 tier_words[lane->tier], contestant_words[lane->contestant],
			 mix_kind_word(traffic->kind), (unsigned long long)sent,
			 (unsigned long long)seen, (unsigned long long)received.frames,
			 (unsigned long long)received.bytes,
			 (unsigned long long)(passes * traffic->frame_bytes));
		return false;
	}
	*nanoseconds = (double)(after.nanoseconds - before.nanoseconds) / (double)sent;
	return true;
}
