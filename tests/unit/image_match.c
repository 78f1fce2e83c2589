// SPDX-License-Identifier: GPL-2.0-or-later
/* Puts replies together from an image, as layout.h says and nothing else, and compares them. */
#include "image_match.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "answer.h"
#include "assemble.h"
#include "image.h"
#include "zone.h"

#define HEADER        12
#define OPT_LENGTH    11
#define COOKIE_OPTION 12 /* a client's alone */
#define NO_EDNS       0

static const struct cookie_secrets secrets = { .count = 1, .secret[0].word = { 1, 2 } };
static const struct asker asker = { .transport = TRANSPORT_UDP,
				    .time = 1785542400,
				    .address.byte = { 0x20, 1, 0xd, 0xb8, [15] = 7 } };

struct match {
	const struct zone *zone;
	struct answer_config config;
	struct image_view view;
	struct zone_view kernel;
	struct matched matched;
};

/* A query under way. */
struct probe {
	uint8_t bytes[600];
	size_t length;
	size_t question_end;
	uint16_t size; /* NO_EDNS or what the OPT says */
	bool dnssec_ok;
};

static uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xFFFF) + (sum >> 16);
	return sum == 0xFFFF ? 0 : sum; /* both are zero */
}

static uint16_t swapped(uint16_t value)
{
	return value << 8 | value >> 8;
}

/* The plain definition of RFC 1071, a byte at a time. */
static uint16_t sum(const uint8_t *bytes, size_t length)
{
	uint64_t total = 0;

	for (size_t i = 0; i < length; i++)
		total += i & 1 ? ntohs(bytes[i]) : ntohs(bytes[i] << 8);
	return fold(total);
}

/* The sum of a stored body, its pointers grown by delta, that begins at byte `begin`. */
static uint16_t stored_sum(const struct cut *cut, uint16_t delta, size_t begin)
{
	uint16_t even = htons(delta);
	uint16_t total = fold((uint64_t)cut->sum + even * cut->even + swapped(even) * cut->odd);

	return begin & 1 ? swapped(total) : total;
}

static void add16(struct probe *probe, uint16_t value)
{
	probe->bytes[probe->length++] = value >> 8;
	probe->bytes[probe->length++] = value;
}

static void make_probe(struct probe *probe, const uint8_t *name, size_t length, uint16_t type,
		       uint16_t size, bool dnssec_ok)
{
	memcpy(probe->bytes, "\x5A\xA5\1\0\0\1\0\0\0\0\0", HEADER - 1);
	probe->bytes[HEADER - 1] = size != NO_EDNS;
	memcpy(probe->bytes + HEADER, name, length);
	probe->length = HEADER + length;
	add16(probe, type);
	add16(probe, 1);
	probe->question_end = probe->length;
	probe->size = size;
	probe->dnssec_ok = dnssec_ok;
	if (size == NO_EDNS)
		return;
	probe->bytes[probe->length++] = 0;
	add16(probe, 41);
	add16(probe, size);
	add16(probe, 0);
	add16(probe, dnssec_ok ? 0x8000 : 0);
	add16(probe, 0);
}

static size_t limit_of(const struct match *match, const struct probe *probe)
{
	size_t limit = probe->size < 512 ? 512 : probe->size;

	return limit < match->config.max_udp_size ? limit : match->config.max_udp_size;
}

/* The longest form that fits, or NULL. */
static const struct cut *choose_cut(const struct match *match, const struct reply *stored,
				    const struct probe *probe)
{
	size_t rest = probe->question_end + (probe->size != NO_EDNS ? OPT_LENGTH : 0);
	const struct cut *cut = &stored->whole;

	for (size_t i = 0; rest + cut->length > limit_of(match, probe); i++) {
		if (i == stored->cuts)
			return NULL;
		cut = &match->view.cuts[stored->first_cut + i];
	}
	return cut;
}

static void put_header(const struct reply *stored, const struct probe *probe, const struct cut *cut,
		       uint8_t *reply)
{
	bool opt = probe->size != NO_EDNS;
	uint16_t numbers[6] = {
		[1] = htons(0x8100 | (cut ? 0 : 0x0200)) | stored->flags,
		[2] = htons(1),
		[3] = cut ? stored->ancount : 0,
		[4] = cut ? stored->nscount : 0,
		[5] = htons((cut ? cut->arcount : 0) + opt),
	};

	memcpy(numbers, probe->bytes, 2);
	memcpy(reply, numbers, HEADER);
	memcpy(reply + HEADER, probe->bytes + HEADER, probe->question_end - HEADER);
}

static void put_body(const struct match *match, const struct reply *stored, const struct cut *cut,
		     uint16_t delta, uint8_t *at)
{
	const uint8_t *shelf = match->view.shelves[stored->shelf].bytes;
	const uint8_t *relocations = shelf + RELOCATIONS(stored->place, stored->whole.length);

	memcpy(at, shelf + stored->place, cut->length);
	for (size_t i = 0; i < (size_t)cut->even + cut->odd; i++) {
		uint16_t place, pointer;

		memcpy(&place, relocations + 2 * i, 2);
		memcpy(&pointer, at + place, 2);
		pointer = htons(ntohs(pointer) + delta);
		memcpy(at + place, &pointer, 2);
	}
}

/* Returns the reply's length. */
static size_t assemble(const struct match *match, const struct reply *stored,
		       const struct probe *probe, uint16_t delta, uint8_t *reply)
{
	const struct cut *cut = choose_cut(match, stored, probe);
	size_t body = probe->question_end, end = body;
	uint64_t parts;

	put_header(stored, probe, cut, reply);
	parts = sum(reply, body);
	if (cut) {
		put_body(match, stored, cut, delta, reply + body);
		end += cut->length;
		parts += stored_sum(cut, delta, body);
	}
	if (probe->size != NO_EDNS) {
		uint8_t *opt = reply + end;

		memcpy(opt, "\0\0\x29\0\0\0\0\0\0\0\0", OPT_LENGTH);
		opt[3] = match->config.max_udp_size >> 8;
		opt[4] = match->config.max_udp_size;
		opt[7] = probe->dnssec_ok ? 0x80 : 0;
		parts += end & 1 ? swapped(sum(opt, OPT_LENGTH)) : sum(opt, OPT_LENGTH);
		end += OPT_LENGTH;
	}
	assert_int_equal(fold(parts), sum(reply, end));
	return end;
}

/* The same query with a cookie: the engine, and the code that the kernel runs on the image. */
static void compare_cookie(struct match *match, const struct probe *plain)
{
	static const uint8_t option[COOKIE_OPTION] = "\0\012\0\010client c";
	uint8_t wanted[ANSWER_UDP_SIZE_MOST], reply[ANSWER_UDP_SIZE_MOST];
	struct answer_config config = match->config;
	struct probe probe = *plain;
	size_t wanted_length;
	__u32 length;

	config.cookies = &secrets;
	probe.bytes[probe.length - 1] = COOKIE_OPTION;
	memcpy(probe.bytes + probe.length, option, COOKIE_OPTION);
	probe.length += COOKIE_OPTION;
	wanted_length = answer_query(match->zone, &config, &asker, probe.bytes, probe.length,
				     wanted, sizeof(wanted), NULL);
	assemble_reply(&match->kernel, config.max_udp_size, probe.bytes, probe.length, reply,
		       sizeof(reply), &length);
	assert_int_equal(length, wanted_length);
	assert_memory_equal(reply, wanted, length);
	match->matched.cookies++;
}

static void compare(struct match *match, size_t index, const struct probe *probe, uint16_t delta)
{
	const struct reply *stored = &match->view.replies[index];
	uint8_t wanted[ANSWER_UDP_SIZE_MOST], reply[HEADER + 600 + BODY_MAX];
	size_t length, wanted_length;

	if (!stored->verdict) {
		match->matched.not_stored++;
		return;
	}
	wanted_length = answer_query(match->zone, &match->config, &asker, probe->bytes,
				     probe->length, wanted, sizeof(wanted), NULL);
	length = assemble(match, stored, probe, delta, reply);
	assert_int_equal(length, wanted_length);
	assert_memory_equal(reply, wanted, length);
	match->matched.replies++;
	match->matched.truncated += (reply[2] & 2) != 0;
	if (probe->size != NO_EDNS)
		compare_cookie(match, probe);
}

/* Several sizes, with and without DO; without DO the reply is at index[0], with it at index[1]. */
static void compare_sizes(struct match *match, const size_t index[2], const uint8_t *name,
			  size_t length, uint16_t type, uint16_t delta)
{
	static const uint16_t sizes[] = { 1, 512, 777, 1111, 1232, 4096 };
	struct probe probe;

	make_probe(&probe, name, length, type, NO_EDNS, false);
	compare(match, index[0], &probe, delta);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (int dnssec_ok = 0; dnssec_ok < 2; dnssec_ok++) {
			make_probe(&probe, name, length, type, sizes[i], dnssec_ok);
			compare(match, index[dnssec_ok], &probe, delta);
		}
	}
}

/* Labels in front of `tail`, so that the name is `length` bytes long; longer than the tail. */
static void lengthen(uint8_t *name, size_t length, const uint8_t *tail, size_t tail_length)
{
	size_t left = length - tail_length;

	memset(name, 'w', left);
	for (size_t at = 0; at < left;) {
		size_t label = left - at - 1 < 63 ? left - at - 1 : 63;

		if (left - at - 1 - label == 1) /* one byte alone is no label */
			label--;
		name[at] = label;
		at += 1 + label;
	}
	memcpy(name + left, tail, tail_length);
}

/* Names below `tail` of lengths odd and even, up to the longest. */
static void compare_lengths(struct match *match, const size_t index[2], const uint8_t *tail,
			    size_t tail_length, uint16_t rendered_for)
{
	const size_t lengths[] = { tail_length + 2, tail_length + 3, tail_length + 40, 254, 255 };
	uint8_t name[255];

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		lengthen(name, lengths[i], tail, tail_length);
		compare_sizes(match, index, name, lengths[i], 1, lengths[i] - rendered_for);
	}
}

static void compare_delegation(struct match *match, const struct delegation *delegation,
			       size_t name)
{
	const size_t referral[2] = { REPLY_OF_NAME(name, REPLY_REFERRAL),
				     REPLY_OF_NAME(name, REPLY_REFERRAL_DO) };
	const size_t ds[2] = { REPLY_OF_NAME(name, REPLY_DS), REPLY_OF_NAME(name, REPLY_DS_DO) };
	size_t length = delegation->label_length + 2;
	uint8_t wire[65] = { delegation->label_length };

	memcpy(wire + 1, delegation->label, delegation->label_length);
	wire[length - 1] = 0;
	if (wire[1] >= 'a' && wire[1] <= 'z')
		wire[1] += 'A' - 'a';
	assert_int_equal(match->view.replies[referral[0]].name, name);
	compare_sizes(match, referral, wire, length, 2, 0);
	compare_sizes(match, ds, wire, length, 43, 0);
	compare_lengths(match, referral, wire, length, length);
}

/* The first name behind a TLD (or behind '.') that does not exist: the label and a zero byte. */
static void compare_gap(struct match *match, size_t name)
{
	const size_t index[2] = { REPLY_APEX(APEX_NXDOMAIN, 0),
				  REPLY_OF_NAME(name, REPLY_NXDOMAIN_DO) };
	const struct name *before = &match->view.names[name];
	uint8_t wire[66] = { 0 };
	size_t length = 1 + before->length + 1 + 1;
	long found;

	if (before->length == 63)
		return;
	wire[0] = before->length + 1;
	memcpy(wire + 1, before->label, before->length);
	assert_null(zone_find(match->zone, wire + 1, wire[0], &found));
	assert_int_equal(found, (long)name - 1);
	compare_sizes(match, index, wire, length, 43, length - 1);
	compare_lengths(match, index, wire, length, 1);
}

static void compare_apex(struct match *match)
{
	static const uint16_t others[] = { 1, 28, 41, 43, 50, 250, 254, 65535 };
	const size_t nodata[2] = { REPLY_APEX(APEX_NODATA, 0), REPLY_APEX(APEX_NODATA, 1) };
	const struct zone_info *info = match->view.info;

	for (size_t slot = APEX_TYPES; slot < info->apex_types; slot++) {
		const size_t index[2] = { REPLY_APEX(slot, 0), REPLY_APEX(slot, 1) };

		compare_sizes(match, index, (const uint8_t *)"", 1, info->apex_type[slot], 0);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		compare_sizes(match, nodata, (const uint8_t *)"", 1, others[i], 0);
}

struct matched match_image(const struct zone *zone, uint16_t max_udp_size)
{
	struct match match = { .zone = zone, .config = { .max_udp_size = max_udp_size } };
	char why[256] = "";
	struct image *image = image_render(zone, &match.config, why);

	if (!image || !image_check(image, image->size, why))
		fail_msg("%s", why);
	match.view = image_parts(image);
	match.kernel = (struct zone_view){ .entry = image_entry,
					   .context = &match.view,
					   .secrets = &secrets,
					   .client = &asker.address,
					   .now = asker.time };
	assert_int_equal(match.view.name_count, zone->delegation_count + 1);
	compare_apex(&match);
	for (size_t name = 0; name < match.view.name_count; name++) {
		if (name > 0)
			compare_delegation(&match, &zone->delegations[name - 1], name);
		compare_gap(&match, name);
	}
	free(image);
	return match.matched;
}
