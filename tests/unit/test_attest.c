// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What attest says of maps, without the kernel: the real zone is proven, each damage is found where
 * it is, and nothing that maps may hold does harm. tests/netns/test-attest.sh has real maps.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "answer.h"
#include "answer_zone.h"
#include "examine.h"
#include "image.h"
#include "sum.h"
#include "zone_clock.h"

#define SECOND_NS 1000000000ull

static const struct attest_options options = { .trust_anchors = "tests/data/root.ds",
					       .zonemd = ZONEMD_REQUIRE };
static struct image *image; /* what the maps hold; tests damage it, and put it right again */
static struct zone_info info;
static struct snapshot snapshot;
static struct attestation result;

static int begin(void **state)
{
	const struct answer_config config = { .max_udp_size = ANSWER_UDP_SIZE_DEFAULT };
	struct zone_clock clock;
	int64_t when = 0;
	char why[256];

	(void)state;
	image = image_render(real_zone(), &config, why);
	assert_non_null(image);
	assert_true(zone_time_parse("2026-08-01T00:00:00Z", &when));
	clock = zone_clock_start(true, when);
	snapshot.settings = (struct settings){ .layout_version = LAYOUT_VERSION,
					       .max_udp_size = ANSWER_UDP_SIZE_DEFAULT,
					       .zone_time = zone_clock_origin(&clock) };
	snapshot.view = image_parts(image);
	info = *snapshot.view.info;
	info.deadline = zone_deadline(&clock, &info, 0);
	snapshot.info = info;
	snapshot.view.info = &snapshot.info;
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(image);
	real_zone_free();
	return 0;
}

static enum attest_outcome examined(const struct attest_options *how)
{
	result = (struct attestation){ .outcome = ATTEST_WRONG };
	examine(&snapshot, how, &result);
	return result.outcome;
}

static void test_proven(void **state)
{
	(void)state;
	assert_int_equal(examined(&options), ATTEST_PROVEN);
	assert_int_equal(result.findings.count, 0);
	assert_int_equal(result.records, real_zone()->record_count);
	assert_int_equal(result.replies, result.replies_same);
	assert_int_equal(result.replies, snapshot.info.replies);
	assert_int_equal(result.proof.signed_sets, 2792);
	assert_int_equal(result.proof.anchors, 1);
	assert_int_equal(result.proof.anchor[0], 20326);
	assert_int_equal(result.proof.zonemd, 1 << 1);
}

static bool found(const char *map, int64_t key, int64_t byte)
{
	for (size_t i = 0; i < result.findings.count && i < FINDINGS_MAX; i++) {
		const struct finding *finding = &result.findings.finding[i];

		if (!strcmp(finding->map, map) && finding->key == key && finding->byte == byte)
			return true;
	}
	return false;
}

/* Damages a byte and wants it named. */
static void flip(const void *value, size_t byte, const char *map, int64_t key)
{
	uint8_t *at = (uint8_t *)value + byte;

	*at ^= 0x10;
	assert_int_equal(examined(&options), ATTEST_WRONG);
	*at ^= 0x10;
	if (!found(map, key, byte))
		fail_msg("%s[%ld] byte %zu: %zu findings, %s", map, (long)key, byte,
			 result.findings.count, result.findings.finding[0].text);
}

static void test_flips(void **state)
{
	const struct image_view *view = &snapshot.view;
	const struct reply *reply = &view->replies[REPLY_OF_NAME(259, REPLY_REFERRAL_DO)];
	const struct reply *gap = &view->replies[REPLY_OF_NAME(259, REPLY_NXDOMAIN_DO)];
	const struct shelf *shelf = &view->shelves[reply->shelf];

	(void)state;
	flip(&view->names[259], 1, "names_0", 259);
	flip(&view->names[259], 63, "names_0", 259);
	flip(view->prefix, 4 * 700, "prefixes_0", 0);
	flip(view->prefix, 4 * PREFIX_COUNT, "prefixes_0", 0);
	flip(view->keys, 8 * 259, "keys_0", 0);
	flip(view->keys, 8 * (KEY_CHUNK + KEYS_BEHIND - 1), "keys_0", 0);
	flip(reply, offsetof(struct reply, whole.sum), "replies_0", reply - view->replies);
	flip(reply, offsetof(struct reply, shelf) + 3, "replies_0", reply - view->replies);
	flip(&view->cuts[100], 0, "cuts_0", 100);
	flip(shelf, reply->place + 100, "shelves_0", reply->shelf);
	flip(shelf, RELOCATIONS(reply->place, reply->whole.length) + 2, "shelves_0", reply->shelf);
	assert_non_null(strstr(result.findings.finding[0].text,
			       "in the relocations of stored reply 1360, com. referral with DO"));
	/* the SOA beside the only copy of an NSEC; the slot of the only NS */
	flip(&view->shelves[gap->shelf], gap->place + 20, "shelves_0", gap->shelf);
	flip(&snapshot.info, offsetof(struct zone_info, apex_type) + 2 * 2, "zone_0", 0);
	flip(&snapshot.info, offsetof(struct zone_info, names), "zone_0", 0);
	flip(&snapshot.info, offsetof(struct zone_info, apex_type) + 2 * 4, "zone_0", 0);
	flip(&snapshot.info, offsetof(struct zone_info, apex_types) + 1, "zone_0", 0);
	assert_int_equal(examined(&options), ATTEST_PROVEN);
}

/* The only reply with an NSEC, and the NSEC is what was changed. */
static void test_only_copy(void **state)
{
	const struct image_view *view = &snapshot.view;
	__u32 index = REPLY_OF_NAME(259, REPLY_NXDOMAIN_DO);
	const struct reply *reply = &view->replies[index];
	uint8_t *body = (uint8_t *)view->shelves[reply->shelf].bytes + reply->place, *nsec;

	(void)state;
	nsec = memmem(body, reply->whole.length, "\3com\0\0\57", 7);
	assert_non_null(nsec);
	nsec[5 + 10]++; /* a letter of the next name's length */
	assert_int_equal(examined(&options), ATTEST_WRONG);
	assert_true(found("replies_0", index, -1));
	nsec[5 + 10]--;
}

/* An address that is changed wherever it stands, with all sums made right: ZONEMD is against it. */
static void test_forged_glue(void **state)
{
	static const uint8_t address[] = { 192, 5, 6, 30 }; /* a.gtld-servers.net */
	const struct image_view *view = &snapshot.view;
	const struct image_view right = image_parts(image);
	struct image *kept = malloc(image->size);
	size_t changed = 0;

	(void)state;
	memcpy(kept, image, image->size);
	for (__u32 i = 0; i < view->reply_count; i++) {
		struct reply *reply = (struct reply *)&view->replies[i];
		struct cut *cuts = (struct cut *)&view->cuts[reply->first_cut];
		uint8_t *body = (uint8_t *)view->shelves[reply->shelf].bytes + reply->place, *at;

		at = reply->verdict ? memmem(body, reply->whole.length, address, 4) : NULL;
		if (!at)
			continue;
		at[3]++;
		changed++;
		reply->whole.sum = body_sum(body, reply->whole.length);
		for (__u16 cut = 0; cut < reply->cuts; cut++)
			cuts[cut].sum = body_sum(body, cuts[cut].length);
	}
	assert_true(changed >= 4); /* com and net, with and without DO */
	assert_int_equal(examined(&options), ATTEST_WRONG);
	assert_non_null(strstr(result.findings.finding[0].text, "ZONEMD does not match"));
	memcpy((void *)image, kept, image->size);
	free(kept);
	assert_ptr_equal(right.replies, view->replies);
	assert_int_equal(examined(&options), ATTEST_PROVEN);
}

static void test_policy(void **state)
{
	struct attest_options how = options;

	(void)state;
	how.trust_anchors = "tests/data/root.zone.2026073102"; /* no anchors at all */
	assert_int_equal(examined(&how), ATTEST_IMPOSSIBLE);
	how.trust_anchors = "tests/data/root-anchors.xml"; /* valid at the zone's time only */
	assert_int_equal(examined(&how), ATTEST_PROVEN);
	assert_int_equal(result.proof.anchors, 1);
	how = (struct attest_options){ .fixed = true, .validate_at = 0 };
	assert_int_equal(examined(&how), ATTEST_WRONG);
	assert_non_null(strstr(result.findings.finding[0].text, "valid only from"));
}

/* Each is wrong by itself, and all else is proven. */
static void test_deadlines(void **state)
{
	struct deadline *deadline = &snapshot.info.deadline;
	const struct deadline kept = *deadline;

	(void)state;
	deadline->boot_ns += 3600 * SECOND_NS;
	assert_int_equal(examined(&options), ATTEST_WRONG);
	*deadline = kept;
	deadline->expire_ns += 3600 * SECOND_NS;
	assert_int_equal(examined(&options), ATTEST_WRONG);
	*deadline = kept;
	deadline->expire_ns = deadline->boot_ns - 1;
	assert_int_equal(examined(&options), ATTEST_WRONG);
	*deadline = kept;
	deadline->recheck_ns = monotonic_ns() + 3600 * SECOND_NS;
	assert_int_equal(examined(&options), ATTEST_WRONG);
	*deadline = kept;
	deadline->boot_ns -= 3600 * SECOND_NS; /* an hour since the last refresh */
	assert_int_equal(examined(&options), ATTEST_PROVEN);
	*deadline = kept;
	snapshot.settings.max_udp_size = 4097;
	assert_int_equal(examined(&options), ATTEST_WRONG);
	snapshot.settings.max_udp_size = ANSWER_UDP_SIZE_DEFAULT;
}

/* Real time: the end of the first signature, by TAI. */
static void test_tai(void **state)
{
	struct attest_options how = options;
	struct deadline *deadline = &snapshot.info.deadline;
	const struct deadline kept = *deadline;
	int32_t offset = tai_offset();

	(void)state;
	how.fixed = true;
	how.validate_at = 1785542400; /* 2026-08-01 */
	snapshot.settings.tai_offset = offset;
	deadline->tai_ns = (snapshot.info.signatures_end + offset) * SECOND_NS;
	assert_int_equal(examined(&how), ATTEST_PROVEN);
	deadline->tai_ns += SECOND_NS;
	assert_int_equal(examined(&how), ATTEST_WRONG);
	deadline->tai_ns -= SECOND_NS + 1;
	assert_int_equal(examined(&how), ATTEST_WRONG);
	*deadline = kept;
}

/* Any bytes in any map, few or all. */
static void test_garbage(void **state)
{
	size_t from = (const uint8_t *)snapshot.view.prefix - (const uint8_t *)image;
	struct image *kept = malloc(image->size);
	const struct zone_info kept_info = snapshot.info;
	unsigned int seed = 64;

	(void)state;
	memcpy(kept, image, image->size);
	for (unsigned int round = 0; round < 24; round++) {
		size_t damages = (size_t)1 << round;
		uint8_t *header = (uint8_t *)&snapshot.info;

		for (size_t i = 0; i < damages && i < 4 << 20; i++)
			((uint8_t *)image)[from + rand_r(&seed) % (image->size - from)] =
				rand_r(&seed);
		for (size_t i = 0; i < sizeof(snapshot.info) && round % 3 == 2; i++)
			header[i] = rand_r(&seed);
		assert_int_not_equal(examined(&options), ATTEST_PROVEN);
		assert_true(result.findings.count > 0);
		memcpy((void *)image, kept, image->size);
		snapshot.info = kept_info;
	}
	free(kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_proven),    cmocka_unit_test(test_flips),
		cmocka_unit_test(test_only_copy), cmocka_unit_test(test_forged_glue),
		cmocka_unit_test(test_policy),    cmocka_unit_test(test_deadlines),
		cmocka_unit_test(test_tai),       cmocka_unit_test(test_garbage),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
