// SPDX-License-Identifier: GPL-2.0-or-later
/* The search for a last label, in zones that are hard to search: against counting names one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "assemble.h"

/* More than two chunks of keys. */
#define NAMES_MOST (2 * KEY_CHUNK + 100)
#define LABELS     20000

static struct name names[NAMES_MOST];
static struct key_chunk keys[KEY_CHUNKS(NAMES_MOST)];
static struct prefix_table prefixes;
static __u32 count;
static uint64_t seed = 1;

static uint32_t dice(uint32_t sides)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(seed >> 33) % sides;
}

static const void *entry(void *context, enum zone_part part, __u32 index)
{
	(void)context;
	switch (part) {
	case PART_PREFIXES:
		return index ? NULL : &prefixes;
	case PART_KEYS:
		return index < KEY_CHUNKS(count) ? &keys[index] : NULL;
	case PART_NAMES:
		return index < count ? &names[index] : NULL;
	default:
		return NULL;
	}
}

/*
 * A label of bytes that leave few choices, so that many begin alike. `alike`: how many bytes all
 * have in common.
 */
static struct name random_name(const char *bytes, uint32_t kinds, uint32_t alike)
{
	struct name name = { .length = 1 + dice(alike + 6) };

	for (uint32_t i = 0; i < name.length; i++)
		name.label[i] = i < alike ? bytes[0] : bytes[dice(kinds)];
	return name;
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct name));
}

static void index_names(void)
{
	__u32 prefix = 0;

	for (__u32 i = 0; i < count; i++)
		while (prefix <= name_prefix(names[i].label[0], names[i].label[1]))
			prefixes.first[prefix++] = i;
	while (prefix <= PREFIX_COUNT)
		prefixes.first[prefix++] = count;
	for (__u32 chunk = 0; chunk < KEY_CHUNKS(count); chunk++)
		for (__u32 i = 0; i < KEY_CHUNK + KEYS_BEHIND; i++) {
			__u32 name = chunk * KEY_CHUNK + i;

			keys[chunk].key[i] = name < count ? name_key(&names[name]) : KEY_NONE;
		}
}

static void make_names(uint32_t most, const char *bytes, uint32_t kinds, uint32_t alike)
{
	count = 1;
	memset(names, 0, sizeof(names));
	for (uint32_t i = 1; i < most; i++)
		names[count++] = random_name(bytes, kinds, alike);
	qsort(names, count, sizeof(*names), compare);
	most = count;
	count = 1;
	for (uint32_t i = 1; i < most; i++)
		if (memcmp(&names[i], &names[count - 1], sizeof(*names)) != 0)
			names[count++] = names[i];
	index_names();
}

/* The query for a name with that last label, with or without one before it. */
static uint32_t write_query(const struct name *label, uint8_t query[512])
{
	uint32_t length = DNS_HEADER_SIZE;

	memset(query, 0, 512);
	query[5] = 1;
	if (dice(2)) {
		memcpy(query + length, "\3www", 4);
		length += 4;
	}
	query[length++] = label->length;
	memcpy(query + length, label->label, label->length);
	length += label->length;
	memcpy(query + length, "\0\0\1\0\1", 5);
	return length + 5;
}

static void look_for(const struct name *label)
{
	const struct zone_view zone = { .entry = entry };
	struct cursor message;
	struct question question;
	struct place place;
	uint8_t query[512];
	uint32_t length = write_query(label, query), expected = 0;

	while (expected + 1 < count && compare(&names[expected + 1], label) <= 0)
		expected++;
	message = cursor_over(query, length);
	assert_int_equal(parse_question(&message, &question), VERDICT_undecided);
	assert_true(find_label(&zone, query, length, &question, &place));
	if (place.index != expected || place.exact != !compare(&names[expected], label))
		fail_msg("%.*s: at %u, %sexact, of %u; not %u", label->length, label->label,
			 place.index, place.exact ? "" : "not ", count, expected);
}

static void look_for_many(const char *bytes, uint32_t kinds, uint32_t alike)
{
	for (uint32_t i = 0; i < LABELS; i++) {
		struct name label = i % 4 ? random_name(bytes, kinds, alike) : names[dice(count)];

		if (label.length)
			look_for(&label);
	}
}

/* How many first bytes all names have in common: eight of them are in the keys. */
static void test_alike(void **state)
{
	(void)state;
	for (uint32_t alike = 0; alike < 20; alike++) {
		make_names(300, "ab-z", 4, alike);
		look_for_many("ab-z", 4, alike);
	}
}

/* Bytes that tell keys apart by their last bit only, zero bytes, and those above 127. */
static void test_odd_bytes(void **state)
{
	static const char odd[] = { 0, 1, 'a', 'b', '\x60', '\x7f', '\x80', '\xfe', '\xff' };

	(void)state;
	for (uint32_t alike = 0; alike < 10; alike++) {
		make_names(1000, odd, sizeof(odd), alike);
		look_for_many(odd, sizeof(odd), alike);
	}
}

static void test_sizes(void **state)
{
	(void)state;
	for (uint32_t most = 1; most < 40; most++) {
		make_names(most, "cdefgh", 6, 0);
		look_for_many("cdefgh", 6, 0);
	}
	make_names(NAMES_MOST, "abcdefghijklm0123456789-", 24, 0);
	assert_true(count > KEY_CHUNK + KEYS_BEHIND);
	look_for_many("abcdefghijklm0123456789-", 24, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alike),
		cmocka_unit_test(test_odd_bytes),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
