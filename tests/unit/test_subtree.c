// SPDX-License-Identifier: GPL-2.0-or-later
/* Names that are passed: the kernel's word-wise comparison against a plain one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dname.h"
#include "subtree.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void make_subtree(struct subtree *subtree, const char *text)
{
	uint8_t name[DNAME_LONGEST];
	size_t length = dname_parse(text, name);

	assert_true(length > 0);
	memset(subtree, 0, sizeof(*subtree));
	subtree->length = length;
	for (size_t i = 0; i < length; i++)
		subtree->name[sizeof(subtree->name) - length + i] = dname_lower(name[i]);
}

/* Asks the kernel's code about a QNAME in a message that has `behind` bytes more, of no meaning. */
static bool is_within(const uint8_t *name, const struct subtree *subtree, size_t behind)
{
	size_t length = dname_length(name), size = DNS_HEADER_SIZE + length + behind;
	struct question question = { .name_length = length };
	uint8_t *message = malloc(size);
	bool within;

	assert_non_null(message);
	memset(message, 0, size);
	memcpy(message + DNS_HEADER_SIZE, name, length);
	within = name_is_within(message, message + size, &question, subtree);
	free(message);
	return within;
}

static void test_names(void **state)
{
	static const struct {
		const char *subtree, *name;
		bool within;
	} rows[] = {
		{ "arpa", "arpa", true },
		{ "arpa", "in-addr.arpa", true },
		{ "arpa", "7.2.0.192.IN-ADDR.ARPA", true },
		{ "ARPA", "arpa", true },
		{ "arpa", "xarpa", false },
		{ "arpa", "arpx", false },
		{ "arpa", ".", false },
		{ "arpa", "a", false },
		{ "arpa", "arpa.net", false },
		{ "root-servers.net", "a.root-servers.net", true },
		{ "root-servers.net", "root-servers.net", true },
		{ "root-servers.net", "net", false },
		{ "root-servers.net", "servers.net", false },
		{ "root-servers.net", "a.rootXservers.net", false },
		{ "abcdef", "abcdef", true }, /* eight bytes in wire form */
		{ "abcdef", "y.abcdef", true },
		{ "abcdefg", "abcdefg", true },
		{ "abcdefg", "bbcdefg", false },
		{ "abcde", "abcde", true },
		{ "a", "a", true },
		{ "a", "b", false },
		{ "a", "x.a", true },
		{ "@[", "`{", false }, /* beside the letters, case differs by the same bit */
	};
	uint8_t name[DNAME_LONGEST];
	struct subtree subtree;

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		make_subtree(&subtree, rows[i].subtree);
		assert_true(dname_parse(rows[i].name, name) > 0);
		for (size_t behind = 0; behind < 20; behind++)
			if (is_within(name, &subtree, behind) != rows[i].within)
				fail_msg("%s below %s", rows[i].name, rows[i].subtree);
	}
}

/* Labels of one letter, so that no label has another one's length byte in it. */
static void random_name(char text[256], unsigned int labels)
{
	for (unsigned int i = 0; i < labels; i++) {
		text[2 * i] = "aAbB"[rand() % 4];
		text[2 * i + 1] = '.';
	}
	text[labels ? 2 * labels : 1] = 0;
	if (!labels)
		text[0] = '.';
}

static void test_random_names(void **state)
{
	uint8_t name[DNAME_LONGEST], parent[DNAME_LONGEST];
	struct subtree subtree;
	char text[256], tail[256];
	unsigned int within = 0;

	(void)state;
	srand(1);
	for (int i = 0; i < 200000; i++) {
		unsigned int labels = rand() % 127, common = rand() % (labels + 1);

		random_name(text, labels);
		/* Mostly a part of the name itself, a little changed now and then. */
		strcpy(tail, labels - common ? text + 2 * common : ".");
		if (rand() % 3 == 0 && labels > common)
			tail[2 * (rand() % (labels - common))] ^= rand() % 2 ? 0x20 : 0x03;
		assert_true(dname_parse(text, name) > 0);
		assert_true(dname_parse(tail, parent) > 0);
		make_subtree(&subtree, tail);
		assert_int_equal(is_within(name, &subtree, rand() % 9),
				 dname_at_or_below(name, parent));
		within += dname_at_or_below(name, parent);
	}
	assert_in_range(within, 100000, 190000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_random_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
