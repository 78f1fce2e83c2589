// SPDX-License-Identifier: GPL-2.0-or-later
/* Sets the scene for tests of cookies in the engine's replies. */
#include "answer_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "answer_zone.h"
#include "hex.h"

const struct cookie_secrets scene_secrets = {
	.count = 1, .secret = { { { 0x3fa4b2a6e573e9e5, 0xcfbf379e84dce748 } } }
};

struct scene scene;

int scene_open(void **state)
{
	(void)state;
	scene.zone = hand_zone(". SOA a. b. 1 2 3 4 5\n"
			       ". NS a.\n"
			       "x. NS ns.x.\n"
			       "x. DS 1 8 1 0000000000000000000000000000000000000000\n"
			       "ns.x. A 192.0.2.1\n");
	return 0;
}

int scene_close(void **state)
{
	(void)state;
	hand_zone_free(scene.zone);
	return 0;
}

int scene_begin(void **state)
{
	(void)state;
	scene.config = (struct answer_config){ .max_udp_size = ANSWER_UDP_SIZE_DEFAULT,
					       .nsid = (const uint8_t *)"name",
					       .nsid_length = 4,
					       .identity = (const uint8_t *)"me",
					       .identity_length = 2,
					       .cookies = &scene_secrets };
	scene.asker = (struct asker){ .time = TIME,
				      .address.byte = { [10] = 0xFF, 0xFF, 198, 51, 100, 100 } };
	return 0;
}

void ask_for(struct query *query, const char *name, uint16_t type, uint16_t class)
{
	query_begin(query, RD);
	query_question(query, name, type, class);
}

void add_options(struct query *query, uint8_t version, const char *options)
{
	uint8_t bytes[200];
	size_t length = strlen(options) / 2;

	assert_true(length <= sizeof(bytes) && hex_decode(bytes, options, length));
	query_opt(query, 1232, false, version, bytes, length);
}

void add_tsig(struct query *query)
{
	static const char rdata[] = "\1a\0\0\0\x5F\x01\x02\x03\x01\x2C\0\0\x12\x34\0\0\0\0";

	query_record(query, 3, "key.", TSIG, ANY, rdata, sizeof(rdata) - 1);
}

const uint8_t *answer_tail(size_t length)
{
	assert_true(length <= scene.answer.length);
	return scene.answer.bytes + scene.answer.length - length;
}

void assert_options(const char *options)
{
	size_t length = strlen(options) / 2;
	uint8_t wanted[200] = { length >> 8, length };

	assert_true(hex_decode(wanted + 2, options, length));
	assert_memory_equal(answer_tail(length + 2), wanted, length + 2);
	assert_memory_equal(answer_tail(length + 11), "\0\0\x29\x04\xd0", 5);
}
