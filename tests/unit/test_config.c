// SPDX-License-Identifier: GPL-2.0-or-later
/* Configuration files that are right: what becomes of them. */
#include <arpa/inet.h>

#include "config_scene.h"

/* Nothing in it: all is as it is without a file. */
static void test_empty(void **state)
{
	static const char *const texts[] = { "", "# only this\n", "---\n", "{}\n" };
	static struct options none;

	(void)state;
	options_default(&none);
	for (size_t i = 0; i < LENGTH(texts); i++) {
		apply(texts[i], 0600, NULL);
		options.command = NULL;
		assert_int_equal(remarks.count, 0);
		assert_memory_equal(&options, &none, sizeof(none));
		drop();
	}
}

static const char whole[] =
	"interfaces: [eth0, eth1]\n"
	"addresses: [192.0.2.53, 2001:db8::53]\n"
	"zone:\n"
	"  sources:\n"
	"  - {axfr: 192.0.2.1, key: K.example., tls: {name: p.example, ca: '/dev/null', pins: [" PIN
	"]}}\n"
	"  - {axfr: '2001:db8::1@5353'}\n"
	"  - {axfr: 192.0.2.2, tls: {pins: ['" PIN "', '" OTHER_PIN "']}}\n"
	"  - {web: 'https://x.example/a,b', ca: /dev/null}\n"
	"  - {file: '/dev/null'}\n"
	"  trust-anchors: /dev/null\n"
	"  zonemd: ignore\n"
	"  allow-older: true\n"
	"  unsigned: true\n"
	"  max-refresh: 60\n"
	"  limits: {size-mb: 2, idle-seconds: 3, total-seconds: 4}\n" KEY
	"notify:\n"
	"  from: [{address: 192.0.2.1, key: k.example}, {address: '2001:db8::1'}]\n"
	"  listen: [127.0.0.1@5300]\n"
	"state: /var/lib/x\n"
	"fallback: none\n"
	"tiers: tc\n"
	"max-udp-size: 1000\n"
	"identity: it's me\n"
	"version-text: \"7\"\n"
	"nsid: 0x0102\n"
	"rate-limit: {rate: 5, slip: 0, ipv4-prefix: 32, ipv6-prefix: 48, exempt: [192.0.2.0/24]}\n"
	"pass: [arpa, root-servers.net]\n"
	"keep: true\n"
	"pin: /sys/fs/bpf/x\n"
	"validate-at: 1785000000\n";

static uint16_t port_of(const struct source *source)
{
	return source->address.ss_family == AF_INET
		       ? ntohs(((const struct sockaddr_in *)&source->address)->sin_port)
		       : ntohs(((const struct sockaddr_in6 *)&source->address)->sin6_port);
}

static void check_sources(void)
{
	const struct source *source = options.source;

	assert_int_equal(options.sources, 5);
	assert_int_equal(source[0].kind, SOURCE_AXFR);
	assert_string_equal(source[0].text, "axfr:192.0.2.1");
	assert_int_equal(source[0].address.ss_family, AF_INET);
	assert_int_equal(port_of(&source[0]), 853);
	assert_ptr_equal(source[0].key, &options.key[0]);
	assert_int_equal(source[0].key->secret_length, 24);
	assert_memory_equal(source[0].key->name, "\1k\7example", 11);
	assert_true(source[0].tls.on);
	assert_string_equal(source[0].tls.name, "p.example");
	assert_string_equal(source[0].tls.ca_file, "/dev/null");
	assert_int_equal(source[0].tls.pins, 1);
	assert_int_equal(source[0].tls.pin[0][31], 31);
	assert_int_equal(source[1].address.ss_family, AF_INET6);
	assert_int_equal(port_of(&source[1]), 5353);
	assert_null(source[1].key);
	assert_false(source[1].tls.on);
	assert_true(source[2].tls.on);
	assert_null(source[2].tls.name);
	assert_int_equal(source[2].tls.pins, 2);
	assert_int_equal(source[3].kind, SOURCE_WEB);
	assert_string_equal(source[3].place, "https://x.example/a,b");
	assert_string_equal(source[3].ca_file, "/dev/null");
	assert_int_equal(source[4].kind, SOURCE_FILE);
	assert_string_equal(source[4].place, "/dev/null");
}

static void check_notify(void)
{
	assert_int_equal(options.notify.count, 2);
	assert_true(options.notify.primary[0].signs);
	assert_memory_equal(&options.notify.primary[0].key, &options.key[0],
			    sizeof(struct tsig_key));
	assert_int_equal(options.notify.primary[0].address.byte[15], 1);
	assert_false(options.notify.primary[1].signs);
	assert_int_equal(options.notify_listens, 1);
	assert_string_equal(options.notify_listen_text[0], "127.0.0.1@5300");
}

static void test_whole(void **state)
{
	(void)state;
	apply(whole, 0600, NULL);
	remarks_print(&remarks, "it said", false);
	assert_int_equal(remarks.count, 0);
	assert_int_equal(options.interfaces, 2);
	assert_string_equal(options.interface[1], "eth1");
	assert_int_equal(options.addresses, 2);
	assert_string_equal(options.address[1].text, "2001:db8::53");
	check_sources();
	check_notify();
	assert_string_equal(options.trust_anchors, "/dev/null");
	assert_int_equal(options.zonemd, ZONEMD_IGNORE);
	assert_true(options.allow_older && options.unsigned_zone && options.keep);
	assert_int_equal(options.refresh_most, 60);
	assert_int_equal(options.limits.bytes, 2 << 20);
	assert_int_equal(options.limits.idle_ms, 3000);
	assert_int_equal(options.limits.all_ms, 4000);
	assert_string_equal(options.state, "/var/lib/x");
	assert_false(options.fallback);
	assert_int_equal(options.tiers, TIERS_TC);
	assert_int_equal(options.answer.max_udp_size, 1000);
	assert_memory_equal(options.answer.identity, "it's me", 7);
	assert_int_equal(options.answer.version_length, 1);
	assert_int_equal(options.answer.nsid_length, 2);
	assert_memory_equal(options.answer.nsid, "\1\2", 2);
	assert_int_equal(options.limit.rate, 5);
	assert_int_equal(options.limit.slip, 0);
	assert_int_equal(options.limit.ipv4_prefix, 32);
	assert_int_equal(options.limit.ipv6_prefix, 48);
	assert_int_equal(options.limit.exempt_count, 1);
	assert_int_equal(options.subtrees, 2);
	assert_string_equal(options.pin, "/sys/fs/bpf/x");
	assert_int_equal(options.validate_at, 1785000000);
	drop();
}

/* The value behind the n-th (from 0) --NAME for the fallback; NULL: there are not so many. */
static const char *handed(const char *name, size_t n)
{
	for (size_t i = 0; i < options.handed_count; i++)
		if (!strcmp(options.handed[i], name) && !n--)
			return options.handed[i + 1];
	return NULL;
}

/* What is the fallback's, too, is handed to it; a secret as a file that it can open. */
static void test_handed(void **state)
{
	struct tsig_key key;
	char why[256];
	const char *primary;

	(void)state;
	apply(whole, 0600, NULL);
	assert_string_equal(handed("--identity", 0), "it's me");
	assert_string_equal(handed("--rate-limit-exempt", 0), "192.0.2.0/24");
	assert_string_equal(handed("--zonemd", 0), "ignore");
	assert_null(handed("--pass", 0));
	assert_string_equal(handed("--notify-from", 1), "2001:db8::1");
	primary = handed("--notify-from", 0);
	assert_int_equal(strncmp(primary, "192.0.2.1,key=/proc/self/fd/", 28), 0);
	/* Far behind the descriptors that it has numbers for. */
	assert_true(atoi(primary + 28) >= 64);
	assert_true(tsig_key_file(primary + 14, &key, why));
	assert_memory_equal(&key, &options.key[0], sizeof(key));
	drop();
}

/* A key with a file of its own. */
static void test_key_file(void **state)
{
	char file[80], text[512];

	(void)state;
	snprintf(file, sizeof(file), "%s.key", path);
	write_file(file, "K.example hmac-sha256 " SECRET "\n", 56, 0600);
	snprintf(text, sizeof(text),
		 "keys: [{name: k.example, file: %s}]\n"
		 "zone: {sources: [{axfr: 192.0.2.1, key: k.example}]}\n"
		 "notify: {from: [{address: 192.0.2.1, key: k.example}]}\n",
		 file);
	apply(text, 0644, NULL);
	assert_int_equal(remarks.count, 0);
	assert_int_equal(options.source[0].key->secret_length, 24);
	assert_string_equal(strchr(handed("--notify-from", 0), '=') + 1, file);
	drop();

	snprintf(text, sizeof(text), "keys:\n- name: other\n  file: %s\n", file);
	apply(text, 0600, NULL);
	assert_int_equal(remarks.count, 1);
	assert_int_equal(remarks.list[0].line, 2);
	assert_non_null(strstr(remarks.list[0].text, "'other' is not the key that /tmp/"));
	drop();

	write_file(file, "k hmac-md5 " SECRET "\n", 44, 0600);
	apply(text, 0600, NULL);
	assert_int_equal(remarks.list[0].line, 3);
	assert_non_null(strstr(remarks.list[0].text, "NAME hmac-sha256 SECRET"));
	drop();
	unlink(file);
}

/* The command line goes first: single values, and whole lists. */
static void test_precedence(void **state)
{
	static const char *const words[] = {
		"-i",	"lo", "--identity", "flag", "--zone", "z", "--slip", "7", "--notify-from",
		"192.0.2.77", NULL,
	};

	(void)state;
	apply(whole, 0600, words);
	assert_int_equal(remarks.count, 0);
	assert_int_equal(options.interfaces, 1);
	assert_string_equal(options.interface[0], "lo");
	assert_int_equal(options.addresses, 2);
	assert_int_equal(options.sources, 1);
	assert_string_equal(options.source[0].place, "z");
	assert_int_equal(options.limit.rate, 5);
	assert_int_equal(options.limit.slip, 7);
	assert_memory_equal(options.answer.identity, "flag", 4);
	assert_string_equal(handed("--identity", 0), "flag");
	assert_null(handed("--identity", 1));
	assert_int_equal(options.notify.count, 1);
	assert_string_equal(handed("--notify-from", 0), "192.0.2.77");
	assert_null(handed("--notify-from", 1));
	/* What a file sets is not taken for an option of the command line. */
	assert_false(options_given(&options, "pass"));
	assert_true(options_given(&options, "slip"));
	drop();
}

/* What the command line replaces must be right, too. */
static void test_fill(void **state)
{
	static const struct {
		const char *text;
		bool fine;
	} rows[] = {
		{ "tiers: xdp\nidentity: file\n", true },
		{ "tiers: fast\nidentity: file\n", false },
		{ "keys: [{name: k, file: /no/such/file}]\n", false },
		{ "zone: {trust-anchors: /no/such/file}\n", true },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		char *argv[] = { "rootxdp", "run", "--tiers", "tc", "--config", path };
		struct config *filled;

		write_file(path, rows[i].text, strlen(rows[i].text), 0600);
		optind = 0;
		assert_true(options_parse(&options, 6, argv));
		filled = config_fill(&options);
		assert_int_equal(filled != NULL, rows[i].fine);
		if (!filled)
			continue;
		assert_int_equal(options.tiers, TIERS_TC);
		assert_int_equal(options.answer.identity_length, i ? 0 : 4);
		config_free(filled);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),	   cmocka_unit_test(test_whole),
		cmocka_unit_test(test_handed),	   cmocka_unit_test(test_key_file),
		cmocka_unit_test(test_precedence), cmocka_unit_test(test_fill),
	};

	return cmocka_run_group_tests(tests, scene_begin, scene_end);
}
