// SPDX-License-Identifier: GPL-2.0-or-later
/* The image of the real zone: complete, deterministic, and the engine's answers byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "answer.h"
#include "answer_zone.h"
#include "image.h"
#include "image_match.h"

static const struct answer_config config = { .max_udp_size = ANSWER_UDP_SIZE_DEFAULT };

static struct image *render(void)
{
	char why[256] = "";
	struct image *image = image_render(real_zone(), &config, why);

	if (!image)
		fail_msg("%s", why);
	return image;
}

static void test_match(void **state)
{
	static const uint16_t sizes[] = { 512, 1232, 4096 };
	size_t replies = 0, truncated = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct matched matched = match_image(real_zone(), sizes[i]);

		assert_int_equal(matched.not_stored, 0);
		assert_true(matched.truncated > 0);
		replies += matched.replies;
		truncated += matched.truncated;
	}
	printf("# %zu replies equal, %zu of them truncated\n", replies, truncated);
}

static void test_complete(void **state)
{
	struct image *image = render();
	struct image_view view = image_parts(image);
	static const __u16 types[] = { 2, 6, 47, 48, 63, 46, 255 };

	(void)state;
	assert_int_equal(view.info->serial, 2026073102);
	assert_int_equal(view.info->names, 1439);
	assert_int_equal(view.info->soa_expire, 604800);
	assert_int_equal(view.info->signatures_end, real_zone()->signatures_end);
	assert_int_equal(view.info->deadline.boot_ns, 0);
	assert_memory_equal(view.info->apex_type + APEX_TYPES, types, sizeof(types));
	assert_int_equal(view.info->apex_types, APEX_TYPES + 7);
	/* referral and DS twice for each TLD, a gap behind each name, the apex */
	assert_int_equal(view.info->replies, 1438 * 4 + 1439 + 3 + 7 * 2);
	assert_true(image->size < 5 << 20);
	free(image);
}

static void test_deterministic(void **state)
{
	struct image *first = render(), *second = render();

	(void)state;
	assert_int_equal(first->size, second->size);
	assert_memory_equal(first, second, first->size);
	free(first);
	free(second);
}

static int forget_zone(void **state)
{
	(void)state;
	real_zone_free();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_deterministic),
	};

	return cmocka_run_group_tests(tests, NULL, forget_zone);
}
