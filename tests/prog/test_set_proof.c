// SPDX-License-Identifier: GPL-2.0-or-later
/* A filled set is proven; one with a single wrong byte is not, wherever that is. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "image.h"
#include "program.h"
#include "set_proof.h"
#include "transfer.h"
#include "zone.h"
#include "zone_clock.h"

#define ZONE_FILE "tests/data/root.zone.2026073102"
#define ZONE_TIME 1785542400 /* 2026-08-01T00:00:00Z */
#define FAULTS    60         /* of each kind */

/* As far as each body is sent whatever the client's size is. */
#define BODY_SURE 300

static struct program program;
static struct zone *zone;
static struct image_view view;
static const struct answer_config config = { .max_udp_size = ANSWER_UDP_SIZE_DEFAULT };

static void fail(const char *what, __u32 key, size_t byte)
{
	printf("FAILED: %s, key %u, byte %zu\n", what, key, byte);
	exit(1);
}

static uint32_t dice(uint32_t below)
{
	static uint64_t state = 20260731;

	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dull >> 32) % below;
}

/* What is wrong is said on stderr, two hundred times. */
static bool is_proven(void)
{
	int saved = dup(STDERR_FILENO), nothing = open("/dev/null", O_WRONLY);
	bool fine;

	fflush(stderr);
	dup2(nothing, STDERR_FILENO);
	fine = proof_run(&program.maps, 0, zone, &config);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(nothing);
	return fine;
}

/* Flips one bit of an entry, expects that it is found, and undoes it. */
static void spoil(enum set_map_index which, __u32 key, size_t byte, const char *what)
{
	static unsigned char value[sizeof(struct shelf)], wrong[sizeof(struct shelf)];
	const struct set_map *map = &program.maps.set[which];

	if (bpf_map_lookup_elem(map->inner[0], &key, value))
		fail("no such entry", key, byte);
	memcpy(wrong, value, map->value_size);
	wrong[byte] ^= 1 << dice(8);
	bpf_map_update_elem(map->inner[0], &key, wrong, BPF_ANY);
	if (is_proven())
		fail(what, key, byte);
	bpf_map_update_elem(map->inner[0], &key, value, BPF_ANY);
}

static __u32 any_reply(void)
{
	__u32 key;

	do
		key = dice(view.reply_count);
	while (!view.replies[key].verdict);
	return key;
}

static void spoil_bodies(void)
{
	for (int i = 0; i < FAULTS; i++) {
		const struct reply *reply = &view.replies[any_reply()];
		size_t most = reply->whole.length < BODY_SURE ? reply->whole.length : BODY_SURE;

		spoil(SET_shelves, reply->shelf, reply->place + dice(most), "a body");
	}
}

/* Flags (AA and RCODE), counts, and the sum. */
static void spoil_replies(void)
{
	for (int i = 0; i < FAULTS; i++) {
		static const size_t fields[] = { offsetof(struct reply, ancount),
						 offsetof(struct reply, ancount) + 1,
						 offsetof(struct reply, nscount),
						 offsetof(struct reply, nscount) + 1,
						 offsetof(struct reply, whole.length) };
		__u32 key = any_reply();

		spoil(SET_replies, key, fields[dice(5)], "a reply's header");
	}
}

static void spoil_names(void)
{
	for (int i = 0; i < FAULTS; i++) {
		__u32 key = 1 + dice(view.name_count - 1);

		spoil(SET_names, key, dice(view.names[key].length), "a name");
	}
}

static void spoil_relocations(void)
{
	for (int i = 0; i < FAULTS; i++) {
		__u32 name = 1 + dice(view.name_count - 1);
		const struct reply *reply =
			&view.replies[REPLY_OF_NAME(name, REPLY_REFERRAL + dice(2))];

		spoil(SET_shelves, reply->shelf,
		      RELOCATIONS(reply->place, reply->whole.length), "a relocation");
	}
}

static void load(void)
{
	const struct zone_policy policy = { .trust_anchors = "tests/data/root.ds",
					    .validate_at = ZONE_TIME,
					    .zonemd = ZONEMD_REQUIRE };
	const struct deadline deadline = { .boot_ns = ~0ull };
	const struct settings settings = { .layout_version = LAYOUT_VERSION,
					   .max_udp_size = ANSWER_UDP_SIZE_DEFAULT };
	struct zone_error error;
	struct image *image;
	struct maps none;
	char why[256];
	__u32 zero = 0;

	zone = zone_load(ZONE_FILE, &policy, &error);
	image = zone ? image_render(zone, &config, why) : NULL;
	if (!image || !program_possible())
		fail("no image, or not root", 0, 0);
	view = image_parts(image);
	maps_none(&none);
	if (!program_load(&program, &view, &none) ||
	    !transfer_fill(&program.maps, 0, &view, &deadline) ||
	    bpf_map_update_elem(program.maps.settings, &zero, &settings, BPF_ANY))
		fail("the maps", 0, 0);
}

int main(void)
{
	uint64_t began;
	struct zone_info info;
	__u32 zero = 0;

	if (geteuid()) {
		printf("it needs root\n");
		return 77;
	}
	load();
	began = monotonic_ns();
	if (!is_proven())
		fail("the set as it is", 0, 0);
	bpf_map_lookup_elem(program.maps.set[SET_zone].inner[0], &zero, &info);
	if (info.proofs < 30000 || info.proven != info.proofs)
		fail("what the header says", info.proven, info.proofs);
	printf("# %u answers proven in %.0f ms; ", info.proven, (monotonic_ns() - began) / 1e6);
	spoil_bodies();
	spoil_replies();
	spoil_names();
	spoil_relocations();
	if (!is_proven())
		fail("the set as it was", 0, 0);
	printf("%d single wrong bits found\n", 4 * FAULTS);
	return 0;
}
