// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A damaged image is found out: every bit of every number that the kernel or the loader relies on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "answer.h"
#include "answer_zone.h"
#include "image.h"

#define SIGNED " 8 0 86400 20260813200000 20260731190000 57780 . AAECAwQFBgcICQ==\n"

static const char text[] =
	". SOA a. b. 1 2 3 4 5\n"
	". RRSIG SOA" SIGNED
	". NS a.nic.one.\n"
	". NS b.nic.one.\n"
	". RRSIG NS" SIGNED
	". NSEC one. NS SOA RRSIG NSEC\n"
	". RRSIG NSEC" SIGNED
	"one. NS a.nic.one.\n"
	"one. NS b.nic.one.\n"
	"one. DS 1 8 2 0000000000000000000000000000000000000000000000000000000000000000\n"
	"one. RRSIG DS" SIGNED
	"one. NSEC two. NS DS RRSIG NSEC\n"
	"one. RRSIG NSEC" SIGNED
	"a.nic.one. A 192.0.2.1\n"
	"a.nic.one. AAAA 2001:db8::1\n"
	"b.nic.one. A 192.0.2.2\n"
	"two. NS a.nic.one.\n"
	"two. NS ns.two.\n"
	"ns.two. AAAA 2001:db8::2\n"
	"two. NSEC . NS RRSIG NSEC\n"
	"two. RRSIG NSEC" SIGNED;

static const struct answer_config config = { .max_udp_size = ANSWER_UDP_SIZE_DEFAULT };
static struct zone *zone;
static struct image *image;

static int begin(void **state)
{
	char why[256] = "";

	(void)state;
	zone = hand_zone(text);
	image = image_render(zone, &config, why);
	return image && image_check(image, image->size, why) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	free(image);
	hand_zone_free(zone);
	return 0;
}

/* Flips each bit of `size` bytes and wants each found. Returns how many. */
static size_t flip(const void *from, size_t size)
{
	uint8_t *bytes = (uint8_t *)image + ((const uint8_t *)from - (const uint8_t *)image);
	__u64 image_size = image->size;
	char why[256];

	for (size_t i = 0; i < size * 8; i++) {
		bytes[i / 8] ^= 1 << i % 8;
		why[0] = 0;
		if (image_check(image, image_size, why))
			fail_msg("bit %zu of the %zu bytes at %zu of the image", i, size,
				 (size_t)(bytes - (uint8_t *)image));
		assert_true(strlen(why) > 0);
		bytes[i / 8] ^= 1 << i % 8;
	}
	assert_true(image_check(image, image_size, why));
	return size * 8;
}

static void test_head(void **state)
{
	(void)state;
	flip(image, sizeof(*image));
}

static void test_size(void **state)
{
	char why[256];

	(void)state;
	assert_false(image_check(image, image->size - 1, why));
	assert_false(image_check(image, image->size + 1, why));
	assert_false(image_check(image, sizeof(*image) - 1, why));
	assert_false(image_check(image, 0, why));
}

static void test_info(void **state)
{
	const struct zone_info *info = image_parts(image).info;

	(void)state;
	flip(&info->names, sizeof(info->names));
	flip(&info->replies, sizeof(info->replies));
	flip(&info->apex_types, sizeof(info->apex_types));
	flip(info->apex_type, sizeof(info->apex_type));
}

static void test_names(void **state)
{
	struct image_view view = image_parts(image);

	(void)state;
	flip(view.prefix, sizeof(*view.prefix));
	flip(view.keys, view.key_count * sizeof(*view.keys));
	for (__u32 i = 0; i < view.name_count; i++) {
		const struct name *name = &view.names[i];

		flip(name->label + name->length, sizeof(name->label) - name->length);
	}
}

/* A longer one is legal: zero bytes may be part of a label. */
static void test_name_lengths(void **state)
{
	struct name *name = (struct name *)image_parts(image).names + 1;
	static const __u8 wrong[] = { 0, 1, 2, 64, 255 };
	char why[256];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong); i++) {
		name->length = wrong[i];
		assert_false(image_check(image, image->size, why));
	}
	name->length = 3;
	name->label[0] = 'O';
	assert_false(image_check(image, image->size, why));
	name->label[0] = 'o';
	assert_true(image_check(image, image->size, why));
}

static void test_names_order(void **state)
{
	struct name *names = (struct name *)image_parts(image).names, first = names[1];
	char why[256];

	(void)state;
	names[1] = names[2];
	assert_false(image_check(image, image->size, why));
	names[2] = first;
	assert_false(image_check(image, image->size, why));
	names[1] = first;
	names[2] = (struct name){ .label = "two", .length = 3 };
	assert_true(image_check(image, image->size, why));
}

static void test_replies(void **state)
{
	struct image_view view = image_parts(image);
	size_t flipped = 0;

	(void)state;
	flipped += flip(view.replies, view.reply_count * sizeof(*view.replies));
	flipped += flip(view.cuts, view.cut_count * sizeof(*view.cuts));
	printf("# %zu flipped bits of replies and cuts found\n", flipped);
}

static void test_bodies(void **state)
{
	struct image_view view = image_parts(image);

	(void)state;
	for (__u32 i = 0; i < view.reply_count; i++) {
		const struct reply *reply = &view.replies[i];
		const __u8 *shelf = view.shelves[reply->shelf].bytes;

		if (!reply->verdict)
			continue;
		flip(shelf + reply->place, reply->whole.length);
		flip(shelf + RELOCATIONS(reply->place, reply->whole.length),
		     2 * (reply->whole.even + reply->whole.odd));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_info),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_name_lengths),
		cmocka_unit_test(test_names_order),
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_bodies),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
