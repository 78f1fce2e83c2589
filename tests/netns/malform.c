// SPDX-License-Identifier: GPL-2.0-or-later
/* Spoils queries in each way that read_message() tells apart, and in ways nobody thought of. */
#include "malform.h"

#include <string.h>

#define HEADER 12
#define QR_BIT 0x80

/* The end of QNAME; the query is well-formed up to there. */
static size_t name_end(const struct query *query)
{
	size_t at = HEADER;

	while (query->bytes[at])
		at += 1 + query->bytes[at];
	return at + 1;
}

static bool has_opt(const struct query *query)
{
	return query->bytes[11] == 1;
}

static void set_type(struct query *query, uint16_t type)
{
	size_t at = name_end(query);

	query->bytes[at] = type >> 8;
	query->bytes[at + 1] = type;
}

static void cut_short(struct query *query, struct dice *dice)
{
	query->length = below(dice, query->length);
}

static void make_response(struct query *query, struct dice *dice)
{
	(void)dice;
	query->bytes[2] |= QR_BIT;
}

static void change_opcode(struct query *query, struct dice *dice)
{
	query->bytes[2] |= (1 + below(dice, 15)) << 3;
}

static void change_counts(struct query *query, struct dice *dice)
{
	query->bytes[4 + below(dice, 8)] += 1 + below(dice, 3);
}

static void change_class(struct query *query, struct dice *dice)
{
	static const uint8_t classes[] = { 0, 2, 3, 4, 254, 255 };

	query->bytes[name_end(query) + 3] = classes[below(dice, sizeof(classes))];
}

static void ask_transfer(struct query *query, struct dice *dice)
{
	set_type(query, 251 + below(dice, 2));
}

/* A pointer or a label of 64 bytes and more where the name's first label begins. */
static void spoil_name(struct query *query, struct dice *dice)
{
	query->bytes[HEADER] = 64 + below(dice, 192);
}

static void change_version(struct query *query, struct dice *dice)
{
	if (has_opt(query))
		query->bytes[name_end(query) + 4 + 6] = 1 + below(dice, 255);
	else
		change_class(query, dice);
}

static void name_opt(struct query *query, struct dice *dice)
{
	size_t at = name_end(query) + 4;

	if (!has_opt(query)) {
		change_counts(query, dice);
		return;
	}
	memmove(query->bytes + at + 2, query->bytes + at, query->length - at);
	memcpy(query->bytes + at, "\001x", 2);
	query->length += 2;
}

/* An option that is longer than the OPT, or an OPT that is longer than the message. */
static void stretch_opt(struct query *query, struct dice *dice)
{
	size_t at = name_end(query) + 4;

	if (has_opt(query))
		query->bytes[at + 10 - below(dice, 2)] += 1 + below(dice, 9);
	else
		change_class(query, dice);
}

/* A record of any type and little data behind what is there. */
static void add_record(struct query *query, struct dice *dice)
{
	static const uint8_t types[] = { 1, 6, 24, 25, 41, 41, 250, 250 };
	uint8_t record[11] = { 0, 0, types[below(dice, sizeof(types))], 0, 255 };

	query->bytes[11]++;
	memcpy(query->bytes + query->length, record, sizeof(record));
	query->length += sizeof(record);
}

static const uint8_t tsig_record[] = {
	3, 'k', 'e', 'y', 0, 0, 250, 0, 255, 0, 0, 0, 0, 0, 58,
	11, 'h', 'm', 'a', 'c', '-', 's', 'h', 'a', '2', '5', '6', 0,
	0, 0, 0x6a, 0x6c, 0x71, 0x80, 1, 44, 0, 32,
	1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8,
	0x12, 0x34, 0, 0, 0, 0,
};

static void add_tsig(struct query *query, struct dice *dice)
{
	(void)dice;
	query->bytes[11]++;
	memcpy(query->bytes + query->length, tsig_record, sizeof(tsig_record));
	query->bytes[query->length + 14] = sizeof(tsig_record) - 15;
	query->length += sizeof(tsig_record);
}

/* QDCOUNT=0, and an OPT right behind the header, which may or may not have a cookie. */
static void drop_question(struct query *query, struct dice *dice)
{
	size_t behind = name_end(query) + 4;

	(void)dice;
	memmove(query->bytes + HEADER, query->bytes + behind, query->length - behind);
	query->length -= behind - HEADER;
	query->bytes[5] = 0;
}

static void flip_bytes(struct query *query, struct dice *dice)
{
	for (uint32_t left = 1 + below(dice, 3); left > 0; left--)
		query->bytes[2 + below(dice, query->length - 2)] = roll(dice);
}

void query_malform(struct query *query, struct dice *dice)
{
	static const struct {
		void (*spoil)(struct query *query, struct dice *dice);
		bool kernel; /* the kernel answers whatever comes of it */
	} ways[] = {
		{ cut_short, true },      { make_response, false }, { change_opcode, false },
		{ change_counts, false }, { change_class, true },   { ask_transfer, false },
		{ spoil_name, true },     { change_version, true }, { name_opt, false },
		{ stretch_opt, true },    { add_record, false },    { add_tsig, false },
		{ drop_question, true },  { drop_question, true },
		{ flip_bytes, false },    { flip_bytes, false },
	};
	size_t way = below(dice, sizeof(ways) / sizeof(ways[0]));

	ways[way].spoil(query, dice);
	query->silent = query->length < HEADER || query->bytes[2] & QR_BIT;
	query->kernel = ways[way].kernel && !query->silent;
}
