// SPDX-License-Identifier: GPL-2.0-or-later
// Attaches the benchmark's programs, sends frames, and reads run times.
#include "stage.h"

#include <errno.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "tools/bench/floors.skel.h"
#include "tools/live/live.h"

#define BURST QUERIES_LEAST
#define WAIT_MICROSECONDS 200
#define WAITS_MOST 20000

/* --- programs and lanes ------------------------------------------------------------------- */

/* A descriptor; -1 where rootxdp runs already. */
static int measured_program(const struct stage *stage, const struct lane *lane)
{
	bool xdp = lane->tier == TIER_XDP;

	if (lane->contestant == CONTESTANT_FLOOR)
		return bpf_program__fd(xdp ? stage->programs->progs.bench_floor_xdp
					   : stage->programs->progs.bench_floor_tc);
	if (lane->contestant == CONTESTANT_EMPTY)
		return bpf_program__fd(xdp ? stage->programs->progs.bench_empty_xdp
					   : stage->programs->progs.bench_empty_tc);
	return -1;
}

static bool open_lane(const struct stage *stage, struct lane *lane, char why[256])
{
	const struct bpf_program *receiver = lane->tier == TIER_XDP
						     ? stage->programs->progs.bench_count_xdp
						     : stage->programs->progs.bench_count_tc;

	return lane_open(lane, bpf_program__fd(receiver), measured_program(stage, lane), why);
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
			stage->lanes[tier][contestant] = lane_none(tier, contestant);
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
	for (struct lane *lane = stage->lanes[0]; lane < stage->lanes[TIER_COUNT]; lane++)
		lane_close(lane);
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
	return live_run(bpf_program__fd(stage->programs->progs.bench_send), (uint32_t)lane->client,
			count);
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

/* How many come back when so many queries were sent. The empty tc program sends nothing. */
static uint64_t replies_to(const struct lane *lane, uint64_t sent)
{
	return lane->tier == TIER_TC && lane->contestant == CONTESTANT_EMPTY ? 0 : sent;
}

/* Is everything there, or so much that it can't become right? */
static bool is_settled(const struct stage_seen *seen, uint64_t runs, uint64_t replies)
{
	const struct lane_counts *counts = &seen->counts;
	uint64_t received = seen->received.frames;

	if (runs && counts->queries > runs)
		return true;
	if (counts->runs < runs || counts->queries < counts->runs)
		return false;
	return (replies && received > replies) ||
	       (received >= replies && counts->replies >= received);
}

bool stage_settle(const struct stage *stage, const struct lane *lane,
		  const struct lane_counts *before, uint64_t runs, uint64_t replies,
		  struct stage_seen *seen, char why[256])
{
	for (int waits = 0; waits < WAITS_MOST; waits++) {
		if (waits)
			usleep(WAIT_MICROSECONDS);
		if (!lane_counts_since(lane, before, &seen->counts, why))
			return false;
		seen->received = stage_received(stage);
		if (is_settled(seen, runs, replies))
			break;
	}
	return true;
}

/* Did every reply come back, and whole? What the empty XDP program sends back is the query. */
static bool is_complete(const struct lane *lane, const struct traffic *traffic, uint64_t sent,
			const struct stage_seen *seen, char why[256])
{
	const struct stage_received *received = &seen->received;
	uint64_t replies = replies_to(lane, sent);
	uint64_t bytes = lane->contestant == CONTESTANT_EMPTY
				 ? received->bytes
				 : sent / traffic->queries * traffic->frame_bytes;

	if (seen->counts.runs == sent && received->frames == replies && received->bytes == bytes)
		return true;
	snprintf(why, 256,
		 "%s-%s, %s: sent %llu queries, seen %llu; %llu replies instead of %llu, "
		 "%llu bytes instead of %llu",
		 tier_words[lane->tier], contestant_words[lane->contestant],
		 mix_kind_word(traffic->kind), (unsigned long long)sent,
		 (unsigned long long)seen->counts.runs, (unsigned long long)received->frames,
		 (unsigned long long)replies, (unsigned long long)received->bytes,
		 (unsigned long long)bytes);
	return false;
}

bool stage_run(struct stage *stage, struct lane *lane, const struct traffic *traffic,
	       unsigned int passes, double *nanoseconds, char why[256])
{
	uint64_t sent = passes * traffic->queries;
	struct lane_counts before;
	struct stage_seen seen;
	int error;

	stage_forget(stage);
	if (!lane_counts(lane, &before, why))
		return false;
	error = lane->tier == TIER_XDP ? stage_send_live(stage, lane, (unsigned int)sent)
				       : send_packets(lane, traffic, passes);
	if (error) {
		snprintf(why, 256, "sending: %s", strerror(-error));
		return false;
	}
	if (!stage_settle(stage, lane, &before, sent, replies_to(lane, sent), &seen, why) ||
	    !lane_agrees(lane, &seen.counts, sent, seen.received.frames, why) ||
	    !is_complete(lane, traffic, sent, &seen, why))
		return false;
	*nanoseconds = (double)seen.counts.nanoseconds / (double)sent;
	return true;
}
