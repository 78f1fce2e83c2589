// SPDX-License-Identifier: GPL-2.0-or-later
// Finds veths by their names, and compares what their devices counted with what the benchmark did.
#include "lane.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "device.h"

const char *const tier_words[TIER_COUNT] = { "xdp", "tc" };
const char *const contestant_words[CONTESTANT_COUNT] = { "ours", "limited", "floor", "empty" };

static struct bpf_prog_info program_info(int program)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);

	bpf_obj_get_info_by_fd(program, &info, &size);
	return info;
}

struct lane lane_none(enum tier tier, enum contestant contestant)
{
	return (struct lane){ .tier = tier, .contestant = contestant, .program = -1, .socket = -1 };
}

static bool find_devices(struct lane *lane, char why[256])
{
	char server[IFNAMSIZ], client[IFNAMSIZ];

	snprintf(server, sizeof(server), "%s-%s", tier_words[lane->tier],
		 contestant_words[lane->contestant]);
	snprintf(client, sizeof(client), "c-%s-%s", tier_words[lane->tier],
		 contestant_words[lane->contestant]);
	lane->server = (int)if_nametoindex(server);
	lane->client = (int)if_nametoindex(client);
	if (!lane->server || !lane->client)
		snprintf(why, 256, "%s and %s: no such interfaces: use tools/bench/programs",
			 server, client);
	return lane->server && lane->client;
}

bool lane_open(struct lane *lane, int receiver, int measured, char why[256])
{
	struct bpf_prog_info info;

	if (!find_devices(lane, why) || !device_attach(lane->client, lane->tier, receiver, why))
		return false;
	if (measured >= 0 && !device_attach(lane->server, lane->tier, measured, why))
		return false;
	lane->program = device_program(lane->server, lane->tier);
	if (lane->program < 0) {
		snprintf(why, 256, "%s-%s: no %s program on it", tier_words[lane->tier],
			 contestant_words[lane->contestant], tier_words[lane->tier]);
		return false;
	}
	if (lane->tier == TIER_TC && (lane->socket = device_socket(lane->client)) < 0) {
		snprintf(why, 256, "packet socket on c-%s-%s: %s", tier_words[lane->tier],
			 contestant_words[lane->contestant], strerror(errno));
		return false;
	}
	info = program_info(lane->program);
	lane->instructions = info.verified_insns;
	lane->machine_code = info.jited_prog_len;
	return true;
}

void lane_close(struct lane *lane)
{
	if (lane->program >= 0)
		close(lane->program);
	if (lane->socket >= 0)
		close(lane->socket);
}

bool lane_counts(const struct lane *lane, struct lane_counts *counts, char why[256])
{
	struct bpf_prog_info info = program_info(lane->program);
	struct device_counts server, client;

	if (!device_counts(lane->server, &server, why) ||
	    !device_counts(lane->client, &client, why))
		return false;
	*counts = (struct lane_counts){
		.runs = info.run_cnt,
		.nanoseconds = info.run_time_ns,
		.queries = server.received,
		.replies = client.received,
		.queries_dropped = server.dropped,
		.replies_dropped = client.dropped,
	};
	return true;
}

bool lane_counts_since(const struct lane *lane, const struct lane_counts *before,
		       struct lane_counts *counts, char why[256])
{
	if (!lane_counts(lane, counts, why))
		return false;
	counts->runs -= before->runs;
	counts->nanoseconds -= before->nanoseconds;
	counts->queries -= before->queries;
	counts->replies -= before->replies;
	counts->queries_dropped -= before->queries_dropped;
	counts->replies_dropped -= before->replies_dropped;
	return true;
}

/* A device that counted `device` frames, where we counted `ours`. */
struct disagreement {
	const char *end, *ours, *more, *less; /* words; the device counted more, or less */
};

static const struct disagreement at_server = {
	"", "queries were sent", "somebody else sent the difference",
	"the difference was lost on the way"
};
static const struct disagreement at_client = {
	"c-", "replies were seen by our program", "the program missed the difference",
	"the difference did not arrive there"
};

static bool end_agrees(const struct lane *lane, const struct disagreement *words, uint64_t ours,
		       uint64_t device, uint64_t dropped, char why[256])
{
	if (device == ours)
		return true;
	snprintf(why, 256, "%s%s-%s: the device received %llu frames and dropped %llu, %llu %s: %s",
		 words->end, tier_words[lane->tier], contestant_words[lane->contestant],
		 (unsigned long long)device, (unsigned long long)dropped, (unsigned long long)ours,
		 words->ours, device > ours ? words->more : words->less);
	return false;
}

bool lane_agrees(struct lane *lane, const struct lane_counts *counts, uint64_t queries,
		 uint64_t replies, char why[256])
{
	if (!end_agrees(lane, &at_server, queries, counts->queries, counts->queries_dropped, why) ||
	    !end_agrees(lane, &at_client, replies, counts->replies, counts->replies_dropped, why))
		return false;
	lane->tally.queries += queries;
	lane->tally.replies += replies;
	lane->tally.device_queries += counts->queries;
	lane->tally.device_replies += counts->replies;
	return true;
}
