// SPDX-License-Identifier: GPL-2.0-or-later
/* Options that were read again, compared with those in force. */
#include "config_scene.h"
#include "difference.h"

#define BASE                                                                                   \
	"interfaces: [eth0]\naddresses: [192.0.2.53]\nidentity: one\n"                           \
	"zone: {sources: [{file: /dev/null}]}\n"

static struct options now;
static struct config *now_config;

/* `now` is what the first file says, `options` what the second; words: the command line's. */
static void read_both(const char *before, const char *after, const char *const *words)
{
	struct remarks none = { 0 };
	char *argv[16] = { "rootxdp", "run" };
	int argc = 2;

	for (size_t i = 0; words && words[i]; i++)
		argv[argc++] = (char *)words[i];
	assert_true(options_parse(&now, argc, argv));
	write_file(path, before, strlen(before), 0600);
	now_config = config_read(path, &none);
	assert_non_null(now_config);
	config_apply(now_config, &now, &none);
	now.config = path;
	remarks_free(&none);
	apply(after, 0600, words);
	assert_int_equal(remarks_count(&remarks, REMARK_ERROR), 0);
}

static void drop_both(void)
{
	drop();
	config_free(now_config);
	now_config = NULL;
}

static bool renews(const char *more)
{
	char after[2048];
	bool result;

	snprintf(after, sizeof(after), BASE "%s", more);
	read_both(BASE, after, NULL);
	result = difference_renews(&now, &options);
	drop_both();
	return result;
}

static void test_nothing(void **state)
{
	(void)state;
	assert_false(renews(""));
}

/* What the loader alone uses, it uses the next time. */
static void test_at_once(void **state)
{
	static const char *const texts[] = { "state: /var/lib/x\n", "keep: true\n",
					     "# a remark\n" };

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++)
		if (renews(texts[i]))
			fail_msg("%s needs other programs", texts[i]);
}

static void test_renews(void **state)
{
	static const char *const texts[] = {
		"version-text: '7'\n",
		"nsid: two\n",
		"max-udp-size: 1400\n",
		"tiers: tc\n",
		"pass: [arpa]\n",
		"cookie-secrets: /dev/null\n",
		"rate-limit: {rate: 5}\n",
		"rate-limit: {slip: 3}\n",
		"rate-limit: {ipv4-prefix: 32}\n",
		"rate-limit: {ipv6-prefix: 48}\n",
		"rate-limit: {exempt: [192.0.2.0/24]}\n",
		"notify: {from: [{address: 192.0.2.1}]}\n",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++)
		if (!renews(texts[i]))
			fail_msg("%s needs nothing", texts[i]);
}

/* Each changes something that BASE has; the last two are about the zone that is served. */
static void test_renews_other(void **state)
{
	static const char *const rest = "zone: {sources: [{file: /dev/null}]%s}\n";
	static const struct {
		const char *head, *zone;
	} cases[] = {
		{ "interfaces: [eth1]\naddresses: [192.0.2.53]\nidentity: one\n", "" },
		{ "interfaces: [eth0, eth1]\naddresses: [192.0.2.53]\nidentity: one\n", "" },
		{ "interfaces: [eth0]\naddresses: [192.0.2.54]\nidentity: one\n", "" },
		{ "interfaces: [eth0]\naddresses: [192.0.2.53]\nidentity: two\n", "" },
		{ "interfaces: [eth0]\naddresses: [192.0.2.53]\n", "" },
		{ "interfaces: [eth0]\naddresses: [192.0.2.53]\nidentity: one\n",
		  ", zonemd: ignore" },
		{ "interfaces: [eth0]\naddresses: [192.0.2.53]\nidentity: one\n",
		  ", unsigned: true" },
		{ "interfaces: [eth0]\naddresses: [192.0.2.53]\nidentity: one\n",
		  ", trust-anchors: /dev/null" },
	};

	(void)state;
	for (size_t fallback = 0; fallback < 2; fallback++) {
		const char *words[] = { "--fallback", fallback ? "none" : "builtin", NULL };

		for (size_t i = 0; i < LENGTH(cases); i++) {
			char zone[256], after[1024];

			snprintf(zone, sizeof(zone), rest, cases[i].zone);
			snprintf(after, sizeof(after), "%s%s", cases[i].head, zone);
			read_both(BASE, after, words);
			if (!difference_renews(&now, &options))
				fail_msg("%s needs nothing", after);
			drop_both();
		}
	}
}

static void test_sources_at_once(void **state)
{
	(void)state;
	read_both(BASE,
		  "interfaces: [eth0]\naddresses: [192.0.2.53]\nidentity: one\n"
		  "zone: {sources: [{file: /dev/zero}, {axfr: 192.0.2.1}], max-refresh: 9,\n"
		  "  limits: {size-mb: 2, idle-seconds: 3, total-seconds: 4}}\n",
		  NULL);
	assert_false(difference_renews(&now, &options));
	drop_both();
}

/* The command line goes first, both times. */
static void test_flag(void **state)
{
	static const char *const words[] = { "--nsid", "flag", NULL };

	(void)state;
	read_both(BASE, BASE "nsid: file\n", words);
	assert_false(difference_renews(&now, &options));
	assert_memory_equal(options.answer.nsid, "flag", 4);
	drop_both();
}

/* What is said on stderr while the fixed ones are kept. */
static void kept_text(char *text, size_t size)
{
	FILE *file = tmpfile();
	int before = dup(STDERR_FILENO);
	size_t length;

	assert_non_null(file);
	dup2(fileno(file), STDERR_FILENO);
	difference_keep(&now, &options, config);
	dup2(before, STDERR_FILENO);
	close(before);
	rewind(file);
	length = fread(text, 1, size - 1, file);
	text[length] = '\0';
	fclose(file);
}

static void test_fixed(void **state)
{
	static const struct {
		const char *key;
		unsigned int line;
	} said[] = { { "pin", 5 }, { "fallback", 6 }, { "validate-at", 7 }, { "notify.listen", 8 } };
	char text[4096], wanted[256];

	(void)state;
	read_both(BASE,
		  BASE "pin: /sys/fs/bpf/x\nfallback: none\nvalidate-at: 1785000000\n"
		       "notify: {listen: [127.0.0.1@5300]}\n",
		  NULL);
	kept_text(text, sizeof(text));
	for (size_t i = 0; i < LENGTH(said); i++) {
		snprintf(wanted, sizeof(wanted),
			 "%s:%u: '%s' has changed: that takes effect at the next start\n", path,
			 said[i].line, said[i].key);
		if (!strstr(text, wanted))
			fail_msg("not said: %snor in: %s", wanted, text);
	}
	assert_string_equal(options.pin, PIN_DIRECTORY);
	assert_true(options.fallback);
	assert_null(options.validate_at_text);
	assert_int_equal(options.notify_listens, 0);
	assert_false(difference_renews(&now, &options));
	drop_both();
}

/* A key that is gone has no line. */
static void test_fixed_gone(void **state)
{
	char text[1024], wanted[256];

	(void)state;
	read_both(BASE "pin: /sys/fs/bpf/x\n", BASE, NULL);
	kept_text(text, sizeof(text));
	snprintf(wanted, sizeof(wanted),
		 "rootxdp: note: %s: 'pin' has changed: that takes effect at the next start\n", path);
	assert_string_equal(text, wanted);
	assert_string_equal(options.pin, "/sys/fs/bpf/x");
	drop_both();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),     cmocka_unit_test(test_at_once),
		cmocka_unit_test(test_renews),      cmocka_unit_test(test_renews_other),
		cmocka_unit_test(test_sources_at_once), cmocka_unit_test(test_flag),
		cmocka_unit_test(test_fixed),       cmocka_unit_test(test_fixed_gone),
	};

	return cmocka_run_group_tests(tests, scene_begin, scene_end);
}
