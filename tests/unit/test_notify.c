// SPDX-License-Identifier: GPL-2.0-or-later
/* NOTIFY: who is believed, and what everybody else is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "answer_scene.h"
#include "notify.h"

#define NOW    1785000000
#define NAME   "transfer.example."
#define SECRET "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"
#define WRONG  "d3Jvbmdzd3Jvbmdzd3Jvbmdzd3Jvbmdz"

/* 18 bytes of the key's name, type, class, TTL, RDLENGTH, 13 of the algorithm's, 48 more */
#define TSIG_SIZE (18 + 10 + 13 + 48)

static struct notify_config config;

/* A key's file, for one call: the next one has the same name. */
static const char *key_file(const char *text)
{
	static char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/tmp/rootxdp-key-%d", getpid());
	file = fopen(path, "w");
	fputs(text, file);
	fclose(file);
	return path;
}

static const char *take(const char *address, const char *key)
{
	const char *file = key ? key_file(key) : NULL, *wrong;
	char value[128];

	snprintf(value, sizeof(value), "%s%s%s", address, key ? ",key=" : "", key ? file : "");
	wrong = notify_take(&config, value);
	if (file)
		unlink(file);
	return wrong;
}

static int begin(void **state)
{
	scene_open(state);
	/* The last two are one that changes its key. */
	assert_null(take("192.0.2.1", NULL));
	assert_null(take("192.0.2.2", NAME " hmac-sha256 " SECRET "\n"));
	assert_null(take("2001:db8::3", "old.example hmac-sha256 " WRONG));
	assert_null(take("2001:db8::3", "Transfer.Example hmac-sha256 " SECRET));
	return 0;
}

/* How a NOTIFY differs from a good one. */
struct notify {
	const char *from;
	const char *key, *secret; /* NULL: not signed */
	int64_t apart;            /* its time, seconds from now */
	const char *name;         /* in place of "." */
	uint16_t type, class;     /* in place of SOA and IN */
	uint16_t flags;           /* more of them */
	int edns;                 /* 1: with an OPT; 2: of another version */
	bool hint, broken, slip;
	bool spoiled; /* a bit changed after it was signed */
	bool upper;   /* the key's name begins with a capital; MACs are of small ones */
};

static struct address address(const char *text)
{
	struct notify_config one = { 0 };

	assert_null(notify_take(&one, text));
	return one.primary[0].address;
}

static void sign(struct query *query, struct tsig_exchange *exchange, const struct notify *notify)
{
	static struct tsig_key key;
	char why[256];

	assert_true(tsig_key_read(notify->key, notify->secret, &key, why));
	*exchange = (struct tsig_exchange){ .key = &key };
	query->length = tsig_sign(exchange, query->bytes, query->length, sizeof(query->bytes),
				  NOW + notify->apart);
	assert_true(query->length);
}

static void make(struct query *query, struct tsig_exchange *exchange, const struct notify *notify)
{
	/* MNAME is a pointer to the question's name. */
	static const char soa[] = "\xC0\x0C\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5";

	query_begin(query, NOTIFY | 0x0400 | notify->flags);
	query_question(query, notify->name ? notify->name : ".", notify->type ? notify->type : SOA,
		       notify->class ? notify->class : IN);
	if (notify->hint)
		query_record(query, 1, ".", SOA, IN, soa, sizeof(soa) - 1);
	if (notify->broken)
		query->bytes[9]++;
	if (notify->edns)
		query_opt(query, 4096, true, notify->edns - 1, NULL, 0);
	*exchange = (struct tsig_exchange){ 0 };
	if (notify->key)
		sign(query, exchange, notify);
	query->bytes[2] ^= notify->spoiled; /* RD */
	if (notify->upper)
		query->bytes[query->length - TSIG_SIZE + 1] ^= 0x20;
}

/* What a reply's TSIG says: its error, or that it is right. */
static void tell_tsig(const struct notify *notify, struct tsig_exchange *exchange, char *told)
{
	const uint8_t *end = scene.answer.bytes + scene.answer.length;
	size_t length = scene.answer.length;
	char why[256] = "";

	/* The error is followed by a length, and in a BADTIME by six bytes. */
	if (tsig_check(exchange, scene.answer.bytes, &length, NOW + notify->apart, why))
		strcat(told, " signed");
	else if (strstr(why, "BADTIME"))
		sprintf(told + strlen(told), " error %d", end[-9]);
	else
		sprintf(told + strlen(told), " error %d", end[-3]);
}

/* Asks; what tell() says of the reply, then of its TSIG, and "heard". */
static const char *said_over(enum transport transport, const struct notify *notify)
{
	static char told[512];
	struct tsig_exchange exchange;
	struct query query;

	scene.asker = (struct asker){ .transport = transport,
				      .time = NOW,
				      .slip = notify->slip,
				      .address = address(notify->from) };
	make(&query, &exchange, notify);
	ask_by(scene.zone, &scene.config, &scene.asker, &query, &scene.answer, &scene.answered);
	snprintf(told, sizeof(told), "%s", tell(&query, &scene.answer));
	assert_int_equal(scene.answer.bytes[2] >> 3 & 15, 4); /* the opcode */
	if (exchange.key && strstr(told, "TSIG"))
		tell_tsig(notify, &exchange, told);
	tsig_end(&exchange);
	if (scene.answered.notified)
		strcat(told, ", heard");
	assert_int_equal(scene.answered.class,
			 scene.answered.notified ? LIMIT_ANSWER : LIMIT_ERROR);
	return told;
}

/* The same over UDP and over TCP. */
static const char *said(const struct notify *notify)
{
	char told[512];

	strcpy(told, said_over(TRANSPORT_TCP, notify));
	assert_string_equal(said_over(TRANSPORT_UDP, notify), told);
	return said_over(TRANSPORT_UDP, notify);
}

#define OPEN   .from = "192.0.2.1"
#define CLOSED .from = "192.0.2.2"
#define BOTH   .from = "2001:db8::3"
#define SIGNED .key = NAME, .secret = SECRET
#define OTHER  "x.y."

static void test_table(void **state)
{
	static const struct {
		const char *reply;
		struct notify notify;
	} rows[] = {
		{ "NOERROR aa | - | - | -, heard", { OPEN } },
		{ "NOERROR aa rd | - | - | -, heard", { OPEN, .flags = RD } },
		{ "NOERROR aa | - | - | -, heard", { OPEN, .hint = true } },
		{ "NOERROR aa | - | - | OPT(1232 do), heard", { OPEN, .edns = 1, .hint = true } },
		{ "NOERROR | - | - | OPT(1232 do BADVERS)", { OPEN, .edns = 2 } },
		{ "FORMERR header", { OPEN, .broken = true } },
		{ "FORMERR | - | - | -", { OPEN, .type = NS } },
		{ "NOTAUTH | - | - | -", { OPEN, .class = CH } },
		{ "NOTAUTH | - | - | -", { OPEN, .name = OTHER } },
		{ "NOTAUTH | - | - | TSIG error 17", { OPEN, SIGNED } },
		{ "NOERROR tc header, heard", { OPEN, .slip = true } },

		{ "NOERROR aa | - | - | TSIG signed, heard", { CLOSED, SIGNED } },
		{ "NOERROR aa | - | - | TSIG signed, heard",
		  { CLOSED, SIGNED, .upper = true } },
		{ "NOERROR aa | - | - | OPT(1232 do) TSIG signed, heard",
		  { CLOSED, SIGNED, .edns = 1, .hint = true } },
		{ "NOERROR | - | - | OPT(1232 do BADVERS) TSIG signed",
		  { CLOSED, SIGNED, .edns = 2 } },
		{ "NOTAUTH | - | - | TSIG signed", { CLOSED, SIGNED, .name = OTHER } },
		{ "FORMERR | - | - | TSIG signed", { CLOSED, SIGNED, .type = NS } },
		{ "FORMERR header", { CLOSED, SIGNED, .broken = true } },
		{ "REFUSED header", { CLOSED } },
		{ "NOTAUTH | - | - | TSIG error 17",
		  { CLOSED, .key = "other.example.", .secret = SECRET } },
		{ "NOTAUTH rd | - | - | OPT(1232 do) TSIG error 16",
		  { CLOSED, .key = NAME, .secret = WRONG, .edns = 1, .flags = RD } },
		{ "NOTAUTH rd | - | - | TSIG error 16", { CLOSED, SIGNED, .spoiled = true } },
		{ "NOTAUTH | - | - | TSIG error 18", { CLOSED, SIGNED, .apart = 301 } },
		{ "NOTAUTH | - | - | TSIG error 18", { CLOSED, SIGNED, .apart = -301 } },
		{ "NOERROR aa | - | - | TSIG signed, heard", { CLOSED, SIGNED, .apart = 300 } },
		{ "NOERROR aa | - | - | TSIG signed, heard", { CLOSED, SIGNED, .apart = -300 } },
		/* what is not signed right is not read further */
		{ "NOTAUTH | - | - | OPT(1232 do) TSIG error 16",
		  { CLOSED, .key = NAME, .secret = WRONG, .edns = 2, .name = OTHER } },

		{ "NOERROR aa | - | - | TSIG signed, heard", { BOTH, SIGNED } },
		{ "NOERROR aa | - | - | TSIG signed, heard",
		  { BOTH, .key = "old.example.", .secret = WRONG } },
		{ "NOTAUTH | - | - | TSIG error 16", { BOTH, .key = NAME, .secret = WRONG } },
		{ "REFUSED header", { BOTH } },

		{ "REFUSED header", { .from = "192.0.2.3" } },
		{ "REFUSED header", { .from = "192.0.2.3", SIGNED } },
		{ "REFUSED header", { .from = "::192.0.2.1" } },
		{ "REFUSED tc header", { .from = "192.0.2.3", .slip = true } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *reply = said(&rows[i].notify);

		if (strcmp(reply, rows[i].reply))
			fail_msg("row %zu: '%s', not '%s'", i, reply, rows[i].reply);
	}
}

/* RFC 8945 5.2.3: a late one gets our time, signed at its own. */
static void test_late(void **state)
{
	struct notify late = { CLOSED, SIGNED, .apart = -1000 };
	const uint8_t *end;

	(void)state;
	assert_string_equal(said(&late), "NOTAUTH | - | - | TSIG error 18");
	end = scene.answer.bytes + scene.answer.length;
	assert_memory_equal(end - 6, "\0\0\x6A\x64\xF0\x40", 6); /* NOW */
	assert_memory_equal(end - 10, "\0\x12\0\6", 4);
}

/* Names that fill a datagram: the error is said without them. */
static void test_long_names(void **state)
{
	struct notify notify = { CLOSED, .secret = SECRET };
	char name[256], line[512];

	(void)state;
	for (size_t i = 0; i < 250; i++)
		name[i] = i % 50 == 49 ? '.' : 'n';
	name[250] = '\0';
	notify.key = notify.name = name;
	assert_string_equal(said_over(TRANSPORT_TCP, &notify), "NOTAUTH | - | - | TSIG error 17");
	assert_string_equal(said_over(TRANSPORT_UDP, &notify), "NOTAUTH tc header");
	/* the same of a reply that would have been signed */
	snprintf(line, sizeof(line), "%s hmac-sha256 " SECRET, name);
	assert_null(take("192.0.2.2", line));
	assert_string_equal(said_over(TRANSPORT_TCP, &notify), "NOTAUTH | - | - | TSIG signed");
	assert_string_equal(said_over(TRANSPORT_UDP, &notify), "NOTAUTH tc header");
	config.count--;
}

/* A key's name that points to another before it is the same name. */
static void test_compressed_key(void **state)
{
	struct notify notify = { CLOSED, SIGNED, .name = NAME };
	struct tsig_exchange exchange;
	struct query query;
	size_t tsig;

	(void)state;
	make(&query, &exchange, &notify);
	tsig = query.length - TSIG_SIZE;
	memmove(query.bytes + tsig + 2, query.bytes + tsig + 18, query.length - tsig - 18);
	memcpy(query.bytes + tsig, "\xC0\x0C", 2);
	query.length -= 16;
	scene.asker.address = address(notify.from);
	scene.asker.time = NOW;
	ask_by(scene.zone, &scene.config, &scene.asker, &query, &scene.answer, &scene.answered);
	assert_string_equal(tell(&query, &scene.answer), "NOTAUTH | - | - | TSIG");
	assert_true(scene.answer.length > 100); /* there is a MAC in it */
	tsig_end(&exchange);
}

/* What of a signed message may differ: its ID (RFC 8945 4.2), the case of names, the TSIG's TTL. */
static bool is_loose(const struct query *whole, size_t at, int bit)
{
	size_t tsig = whole->length - TSIG_SIZE, in = at - tsig;

	if (at < 2 || (at >= tsig + 22 && at < tsig + 26))
		return true;
	return at >= tsig && (in < 18 || (in >= 28 && in < 41)) && bit == 5;
}

static bool is_heard(const struct query *query)
{
	scene.answered = (struct answered){ 0 };
	ask_by(scene.zone, &scene.config, &scene.asker, query, &scene.answer, &scene.answered);
	return scene.answered.notified;
}

/* Whatever is cut off or changed: it is read within its bounds, and does not count. */
static void test_damage(void **state)
{
	struct notify notify = { CLOSED, SIGNED, .edns = 1, .hint = true };
	struct tsig_exchange exchange;
	struct query whole, query;

	(void)state;
	make(&whole, &exchange, &notify);
	tsig_end(&exchange);
	scene.asker = (struct asker){ .transport = TRANSPORT_UDP,
				      .time = NOW,
				      .address = address(notify.from) };
	assert_true(is_heard(&whole));
	for (size_t at = 0; at < whole.length; at++) {
		query = whole;
		query.length = at;
		assert_false(is_heard(&query));
		for (int bit = 0; bit < 8; bit++) {
			query = whole;
			query.bytes[at] ^= 1 << bit;
			if (is_heard(&query) && !is_loose(&whole, at, bit))
				fail_msg("byte %zu, bit %d does not count", at, bit);
		}
	}
}

static void test_options(void **state)
{
	struct notify_config before = config;

	(void)state;
	assert_non_null(strstr(take("nobody", NULL), "must be ADDRESS"));
	assert_non_null(strstr(take("192.0.2.9,what=x", NULL), "must be ADDRESS"));
	assert_non_null(strstr(take("192.0.2.9,key=/no/file", NULL), "No such file"));
	assert_non_null(strstr(take("192.0.2.9", "name hmac-md5 " SECRET), "NAME hmac-sha256"));
	assert_non_null(strstr(take("192.0.2.9", "name hmac-sha256 x"), "base64"));
	assert_memory_equal(&config.count, &before.count, sizeof(config.count));
	for (size_t i = config.count; i < NOTIFY_PRIMARIES_MAX; i++)
		assert_null(take("192.0.2.9", NULL));
	assert_non_null(strstr(take("192.0.2.9", NULL), "one primary too many"));
	config = before;
}

static int each(void **state)
{
	scene_begin(state);
	scene.config.notify = &config;
	scene.config.cookies = NULL;
	scene.config.nsid_length = 0;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_table, each),
		cmocka_unit_test_setup(test_late, each),
		cmocka_unit_test_setup(test_long_names, each),
		cmocka_unit_test_setup(test_compressed_key, each),
		cmocka_unit_test_setup(test_damage, each),
		cmocka_unit_test_setup(test_options, each),
	};

	return cmocka_run_group_tests(tests, begin, scene_close);
}
