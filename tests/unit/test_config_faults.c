// SPDX-License-Identifier: GPL-2.0-or-later
/* Configuration files that are wrong: what is said of them, and of which line. */
#include "config_scene.h"

/* One fault each: a remark of this kind, line and key, whose text has these words. */
static const struct fault {
	const char *text;
	enum remark_kind kind;
	unsigned int line;
	const char *key, *words;
} faults[] = {
	/* No YAML. */
	{ "interfaces: [eth0\naddresses: []\n", REMARK_ERROR, 2, "",
	  "did not find expected ',' or ']' while parsing a flow sequence that begins in line 1" },
	{ "zone:\n\tzonemd: require\n", REMARK_ERROR, 2, "", "blanks, not tabs" },
	{ "identity: a: b\n", REMARK_ERROR, 1, "", "in quotes" },
	{ "state: *none\n", REMARK_ERROR, 1, "", "undefined alias" },
	{ "\n\nidentity: \"\xff\"\n", REMARK_ERROR, 3, "", "invalid leading UTF-8" },
	{ "keep: true\n---\nkeep: false\n", REMARK_ERROR, 2, "", "second document" },
	{ "keep: true\n...\n%\n", REMARK_ERROR, 3, "", "is no YAML" },

	/* Keys. */
	{ "keep: true\ncolour: red\n", REMARK_ERROR, 2, "colour",
	  "is no key here; these are: keys, interfaces, addresses, zone," },
	{ "zone:\n  zonemd: require\n  zones: x\n", REMARK_ERROR, 3, "zone.zones",
	  "is no key here; these are: sources, trust-anchors" },
	{ "<<: {keep: true}\n", REMARK_ERROR, 1, "<<", "is no key here" },
	{ "[a, b]: c\n", REMARK_ERROR, 1, "", "is no key here" },
	{ "keep: true\nstate: /x\n\nkeep: true\n", REMARK_ERROR, 4, "keep", "first in line 1" },
	{ "- keep\n", REMARK_ERROR, 1, "", "must be keys with values, of these: keys, interf" },
	{ "zone: root.zone\n", REMARK_ERROR, 1, "zone", "must be keys with values" },
	{ "zone:\n", REMARK_ERROR, 1, "zone", "must be keys with values" },

	/* Kinds of values. */
	{ "interfaces: eth0\n", REMARK_ERROR, 1, "interfaces", "must be a list: [eth0]" },
	{ "interfaces:\n", REMARK_ERROR, 1, "interfaces", "must be a list, in [ ] or" },
	{ "addresses:\n  - 192.0.2.1\n  - a: b\n", REMARK_ERROR, 3, "addresses[1]",
	  "not keys with values" },
	{ "state: [a]\n", REMARK_ERROR, 1, "state", "must be one value, not a list" },
	{ "keep: true\nstate:\npin: /a\n", REMARK_ERROR, 2, "state", "has no value" },
	{ "state: ~\n", REMARK_ERROR, 1, "state", "has no value" },
	{ "identity: null\n", REMARK_ERROR, 1, "identity", "has no value" },
	{ "identity: !!int 5\n", REMARK_ERROR, 1, "identity", "has a YAML tag" },
	{ "identity: \"a\\0b\"\n", REMARK_ERROR, 1, "identity", "has a byte 0" },
	{ "keep: yes\n", REMARK_ERROR, 1, "keep", "'yes' must be true or false" },
	{ "zone: {sources: {file: x}}\n", REMARK_ERROR, 1, "zone.sources", "'- ' before each" },
	{ "zone: {sources: [root.zone]}\n", REMARK_ERROR, 1, "zone.sources[0]",
	  "of these: axfr, key, tls, web, ca, file" },
	{ "zone: &z {sources: [*z]}\n", REMARK_ERROR, 1, "zone.sources[0].sources",
	  "is no key here" },

	/* Values: the options' own rules. */
	{ "interfaces: [sixteen-letters-]\n", REMARK_ERROR, 1, "interfaces[0]",
	  "'sixteen-letters-' must be an interface's name" },
	{ "addresses:\n- 192.0.2.1\n- 300.1.1.1\n", REMARK_ERROR, 3, "addresses[1]",
	  "'300.1.1.1' must be a unicast address" },
	{ "addresses: [\"fe80::1\"]\n", REMARK_ERROR, 1, "addresses[0]", "must be a unicast" },
	{ "zone: {zonemd: maybe}\n", REMARK_ERROR, 1, "zone.zonemd", "must be require, if-pres" },
	{ "zone: {max-refresh: 0}\n", REMARK_ERROR, 1, "zone.max-refresh", "from 1 to 65535" },
	{ "zone: {limits: {size-mb: 0}}\n", REMARK_ERROR, 1, "zone.limits.size-mb", "megabytes" },
	{ "zone: {limits: {idle-seconds: -1}}\n", REMARK_ERROR, 1, "zone.limits.idle-seconds",
	  "'-1' must be a number of seconds from 1 to 3600" },
	{ "zone: {limits: {total-seconds: 5m}}\n", REMARK_ERROR, 1, "zone.limits.total-seconds",
	  "'5m' must be a number of seconds" },
	{ "fallback: nsd\n", REMARK_ERROR, 1, "fallback", "'nsd' must be builtin or none" },
	{ "tiers: xdp+tc\n", REMARK_ERROR, 1, "tiers", "must be auto, xdp, tc or xdp,tc" },
	{ "max-udp-size: 511\n", REMARK_ERROR, 1, "max-udp-size", "from 512 to 4096" },
	{ "identity: ''\n", REMARK_ERROR, 1, "identity", "must be a text of 1 to 255 bytes" },
	{ "nsid: 0xabc\n", REMARK_ERROR, 1, "nsid", "even number of hexadecimal digits" },
	{ "rate-limit: {rate: many}\n", REMARK_ERROR, 1, "rate-limit.rate", "from 1 to 1000000" },
	{ "rate-limit: {slip: -1}\n", REMARK_ERROR, 1, "rate-limit.slip", "from 0" },
	{ "rate-limit: {ipv4-prefix: 33}\n", REMARK_ERROR, 1, "rate-limit.ipv4-prefix", "to 32" },
	{ "rate-limit: {ipv6-prefix: 65}\n", REMARK_ERROR, 1, "rate-limit.ipv6-prefix", "to 64" },
	{ "rate-limit:\n  exempt: [192.0.2.0/24, 192.0.2.1/24]\n", REMARK_ERROR, 2,
	  "rate-limit.exempt[1]", "has bits set behind" },
	{ "pass: [.]\n", REMARK_ERROR, 1, "pass[0]", "must be a domain name below the root" },
	{ "pin: rootxdp\n", REMARK_ERROR, 1, "pin", "must be an absolute path" },
	{ "validate-at: soon\n", REMARK_ERROR, 1, "validate-at", "must be a time such as" },
	{ "notify: {listen: [127.0.0.1@0]}\n", REMARK_ERROR, 1, "notify.listen[0]", "1 to 65535" },
	{ "pass:\n- arpa\n- net\n- arpa\n", REMARK_WARNING, 4, "pass[2]", "first in line 2" },

	/* Sources. */
	{ "zone:\n  sources:\n  - axfr: primary.example\n", REMARK_ERROR, 3,
	  "zone.sources[0].axfr", "'primary.example' must have an IPv4 or IPv6 address" },
	{ "zone: {sources: [{axfr: 192.0.2.1@x}]}\n", REMARK_ERROR, 1, "zone.sources[0].axfr",
	  "must have a port from 1 to 65535" },
	{ "zone: {sources: [{web: ftp://x}]}\n", REMARK_ERROR, 1, "zone.sources[0].web",
	  "'ftp://x' must begin with https://" },
	{ "zone: {sources: [{file: ''}]}\n", REMARK_ERROR, 1, "zone.sources[0].file",
	  "'' must be the path" },
	{ "zone: {sources: [{key: a}]}\n", REMARK_ERROR, 1, "zone.sources[0]", "must be one of" },
	{ "zone:\n  sources:\n  - file: /dev/null\n  - axfr: 192.0.2.1\n    web: http://x/\n",
	  REMARK_ERROR, 4, "zone.sources[1]", "must be one of axfr: ADDRESS, web: URL and file" },
	{ KEY "zone: {sources: [{file: /dev/null, key: k.example}]}\n", REMARK_ERROR, 2,
	  "zone.sources[0].key", "goes with axfr only" },
	{ "zone: {sources: [{web: http://x/, tls: {name: x}}]}\n", REMARK_ERROR, 1,
	  "zone.sources[0].tls", "goes with axfr only" },
	{ "zone: {sources: [{axfr: 192.0.2.1, ca: /dev/null}]}\n", REMARK_ERROR, 1,
	  "zone.sources[0].ca", "below tls" },
	{ "zone: {sources: [{axfr: 192.0.2.1, tls: {ca: /dev/null}}]}\n", REMARK_ERROR, 1,
	  "zone.sources[0].tls", "needs a name (of its certificate) or pins" },
	{ "zone:\n  sources:\n  - axfr: 192.0.2.1\n    tls:\n      pins:\n      - " PIN
	  "\n      - abc\n",
	  REMARK_ERROR, 7, "zone.sources[0].tls.pins", "must be the SHA-256 of a public key" },
	{ "zone: {sources: [{axfr: 192.0.2.1, key: k}]}\n", REMARK_ERROR, 1,
	  "zone.sources[0].key", "'k' is none of the keys that are listed below 'keys'" },
	{ "zone: {sources: [{file: /no/such/file}]}\n", REMARK_WARNING, 1,
	  "zone.sources[0].file", "No such file or directory: it must be there when" },

	/* Keys of TSIG. */
	{ "keys: [{secret: " SECRET "}]\n", REMARK_ERROR, 1, "keys[0]", "needs a name" },
	{ "keys: [{name: a..b, secret: " SECRET "}]\n", REMARK_ERROR, 1, "keys[0].name",
	  "'a..b' is no name of a key" },
	{ "keys:\n- name: k\n  secret: 'no base64'\n", REMARK_ERROR, 3, "keys[0].secret",
	  "the secret of key 'k' must be" },
	{ "keys:\n- name: k\n  algorithm: hmac-md5\n  secret: " SECRET "\n", REMARK_ERROR, 3,
	  "keys[0].algorithm", "'hmac-md5' must be hmac-sha256" },
	{ "keys: [{name: k}]\n", REMARK_ERROR, 1, "keys[0]", "needs either its secret" },
	{ "keys: [{name: k, secret: " SECRET ", file: /dev/null}]\n", REMARK_ERROR, 1, "keys[0]",
	  "needs either its secret" },
	{ KEY "\nnotify: {from: [{address: 192.0.2.1, key: other}]}\n", REMARK_ERROR, 3,
	  "notify.from[0].key", "'other' is none of the keys" },
	{ "keys:\n- {name: k, secret: " SECRET "}\n- {name: K., secret: " SECRET "}\n",
	  REMARK_ERROR, 3, "keys[1].name", "'K.' is the name of a key before it" },
	{ "keys: [{name: k, file: /no/such/file}]\n", REMARK_ABSENT, 1, "keys[0].file",
	  "No such file or directory" },
	{ "notify: {from: [{key: k}]}\n", REMARK_ERROR, 1, "notify.from[0]", "needs an address" },
	{ "notify: {from: [{address: ns.example}]}\n", REMARK_ERROR, 1, "notify.from[0].address",
	  "'ns.example' must have an IPv4 or IPv6 address" },

	/* Other files. */
	{ "zone: {trust-anchors: /no/such/file}\n", REMARK_WARNING, 1, "zone.trust-anchors",
	  "'/no/such/file': No such file" },
	{ "cookie-secrets: /no/such/file\n", REMARK_WARNING, 1, "cookie-secrets", "No such file" },
	{ "cookie-secrets: /etc/passwd\n", REMARK_WARNING, 1, "cookie-secrets",
	  "everybody may read it: chmod o= /etc/passwd" },
};

static void test_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(faults); i++) {
		const struct fault *fault = &faults[i];
		const struct remark *remark = NULL;

		apply(fault->text, 0600, NULL);
		remark = remarks.list;
		if (remarks.count != 1 || remark->kind != fault->kind ||
		    remark->line != fault->line || strcmp(remark->key, fault->key) ||
		    !strstr(remark->text, fault->words)) {
			remarks_print(&remarks, "it said", false);
			fail_msg("row %zu: %zu remarks, not %u: %s: ...%s...:\n%s", i,
				 remarks.count, fault->line, fault->key, fault->words,
				 fault->text);
		}
		drop();
	}
}

/* All in one go, in the order of their lines, whatever the order they are found in. */
static void test_many(void **state)
{
	static const unsigned int lines[] = { 1, 2, 4, 5, 7, 8, 9 };

	(void)state;
	apply("pin: x\naddresses: [192.0.2]\nzone:\n  zonemd: x\n  colour: red\n"
	      "keys:\n- name: k\n- secret: x\nkeep: maybe\n",
	      0600, NULL);
	assert_int_equal(remarks.count, LENGTH(lines));
	assert_int_equal(remarks_count(&remarks, REMARK_ERROR), LENGTH(lines));
	for (size_t i = 0; i < LENGTH(lines); i++)
		assert_int_equal(remarks.list[i].line, lines[i]);
	drop();
}

static void test_files(void **state)
{
	static char large[(1 << 20) + 1];

	(void)state;
	unlink(path);
	assert_null(config_read(path, &remarks));
	assert_int_equal(remarks.list[0].line, 0);
	assert_string_equal(remarks.list[0].text, "No such file or directory");
	drop();
	assert_null(config_read("/tmp", &remarks));
	assert_string_equal(remarks.list[0].text, "Is a directory");
	drop();
	memset(large, '#', sizeof(large));
	write_file(path, large, sizeof(large), 0600);
	assert_null(config_read(path, &remarks));
	assert_non_null(strstr(remarks.list[0].text, "is over 1 MB"));
	drop();
}

/* A secret in a file that everybody may read. */
static void test_open_secret(void **state)
{
	static const struct {
		mode_t mode;
		size_t remarks;
	} rows[] = { { 0600, 0 }, { 0640, 0 }, { 0644, 1 } };

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		apply("\n" KEY, rows[i].mode, NULL);
		assert_int_equal(remarks.count, rows[i].remarks);
		if (remarks.count) {
			assert_int_equal(remarks.list[0].kind, REMARK_WARNING);
			assert_int_equal(remarks.list[0].line, 2);
			assert_string_equal(remarks.list[0].key, "keys[0].secret");
			assert_non_null(strstr(remarks.list[0].text, "chmod o= "));
			assert_null(strstr(remarks.list[0].text, SECRET));
		}
		drop();
	}
	apply("state: /x\n", 0644, NULL);
	assert_int_equal(remarks.count, 0);
	drop();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_open_secret),
	};

	return cmocka_run_group_tests(tests, scene_begin, scene_end);
}
