// SPDX-License-Identifier: GPL-2.0-or-later
/* The file of cookie secrets: what it may hold, what is wrong with it, and what is never said. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cookie_secrets.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#define ONE "e5e973e5a6b2a43f48e7dc849e37bfcf"
#define TWO "00112233445566778899aabbccddeeff"

static char file[] = "/tmp/rootxdp-secrets-XXXXXX";

static int begin(void **state)
{
	int fd = mkstemp(file);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	return 0;
}

static int end(void **state)
{
	(void)state;
	unlink(file);
	return 0;
}

static void write_file(const char *text, size_t length)
{
	FILE *out = fopen(file, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, length, out), length);
	fclose(out);
}

static void test_good(void **state)
{
	static const struct {
		const char *text;
		uint32_t count;
	} rows[] = {
		{ ONE "\n", 1 },
		{ ONE, 1 },
		{ ONE "\n" TWO "\n", 2 },
		{ ONE "\r\n" TWO "\r\n", 2 },
		{ "# active\n" ONE "\n\n  \n# staging\n\t" TWO "  \n", 2 },
		{ "  # a comment of " TWO "\n" ONE, 1 },
		{ "E5E973E5A6B2A43F48E7DC849E37BFCF\n00112233445566778899AABBCCDDEEFF", 2 },
		{ "\n\n" ONE "\n\n", 1 },
	};
	char why[256] = "";

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct cookie_secrets secrets = { 0 };

		write_file(rows[i].text, strlen(rows[i].text));
		if (!cookie_secrets_read(file, &secrets, why))
			fail_msg("row %zu: %s", i, why);
		assert_int_equal(secrets.count, rows[i].count);
		/* The sixteen bytes, as two little-endian words. */
		assert_true(secrets.secret[0].word[0] == 0x3fa4b2a6e573e9e5);
		assert_true(secrets.secret[0].word[1] == 0xcfbf379e84dce748);
		if (secrets.count < 2)
			continue;
		assert_true(secrets.secret[1].word[0] == 0x7766554433221100);
		assert_true(secrets.secret[1].word[1] == 0xffeeddccbbaa9988);
	}
}

static void expect_wrong(const char *name, const char *place, const char *reason)
{
	const struct cookie_secrets before = { 1, { { { 7, 8 } } } };
	struct cookie_secrets secrets = before;
	char why[256] = "", wanted[64];

	assert_false(cookie_secrets_read(name, &secrets, why));
	snprintf(wanted, sizeof(wanted), "%s%s", name, place);
	if (strncmp(why, wanted, strlen(wanted)) || !strstr(why, reason) || strchr(why, '\n'))
		fail_msg("'%s' is not '%s ... %s ...' in one line", why, wanted, reason);
	/* Nothing of the secrets is told, and those before are kept. */
	assert_null(strstr(why, "e5e9"));
	assert_null(strstr(why, "0011"));
	assert_memory_equal(&secrets, &before, sizeof(before));
}

static void test_wrong(void **state)
{
	static const struct {
		const char *text, *place, *reason;
	} rows[] = {
		{ "", ": ", "no cookie secret in it" },
		{ "# none\n\n", ": ", "no cookie secret in it" },
		{ "e5e973e5a6b2a43f48e7dc849e37bf\n", ":1: ",
		  "32 hexadecimal digits, this line has 30: " },
		{ ONE "\n" ONE "ab", ":2: ", "this line has 34: " },
		{ ONE "\n\n" TWO " " ONE "\n", ":3: ", "something else" },
		{ "# x\n0x112233445566778899aabbccddeeff\n", ":2: ", "something else" },
		{ ONE " # active\n", ":1: ", "something else" },
		{ "g5e973e5a6b2a43f48e7dc849e37bfcf\n", ":1: ", "something else" },
		{ ONE "\n" TWO "\nffeeddccbbaa99887766554433221100\n", ":3: ",
		  "a third cookie secret" },
		{ ONE "\nE5E973E5A6B2A43F48E7DC849E37BFCF\n", ":2: ",
		  "the same cookie secret again" },
		{ ONE "\n00000000000000000000000000000000\n", ":2: ", "of zeros" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		write_file(rows[i].text, strlen(rows[i].text));
		expect_wrong(file, rows[i].place, rows[i].reason);
		assert_int_equal(errno, 0);
	}
	write_file(ONE "\0\n", 34);
	expect_wrong(file, ":1: ", "something else");
}

static void test_unreadable(void **state)
{
	static char comment[20000];

	(void)state;
	expect_wrong("/tmp/no.such.secrets", ": ", "No such file or directory");
	assert_int_equal(errno, ENOENT);
	expect_wrong("/tmp", ": ", "Is a directory");
	assert_int_equal(errno, EISDIR);

	memset(comment, '#', sizeof(comment));
	write_file(comment, sizeof(comment));
	expect_wrong(file, ": ", "longer than 16 KB");
	memcpy(comment + 16384 - 33, "\n" ONE, 33); /* so much is just short enough */
	write_file(comment, 16384);
	assert_true(cookie_secrets_read(file, &(struct cookie_secrets){ 0 }, (char[256]){ 0 }));
}

/* What is written reads as it was. */
static void test_text(void **state)
{
	char text[COOKIE_SECRETS_TEXT], why[256] = "";
	struct cookie_secrets secrets, again;

	(void)state;
	write_file(ONE "\n" TWO "\n", 66);
	assert_true(cookie_secrets_read(file, &secrets, why));
	assert_int_equal(cookie_secrets_text(&secrets, text), 66);
	assert_string_equal(text, ONE "\n" TWO "\n");
	secrets.count = 1;
	assert_int_equal(cookie_secrets_text(&secrets, text), 33);
	write_file(text, 33);
	assert_true(cookie_secrets_read(file, &again, why));
	assert_int_equal(again.count, 1);
	assert_memory_equal(&again.secret[0], &secrets.secret[0], sizeof(again.secret[0]));
	secrets.count = 0;
	assert_int_equal(cookie_secrets_text(&secrets, text), 0);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
