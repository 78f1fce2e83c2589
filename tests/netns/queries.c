// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes the queries of the differential test from their number. */
#include "queries.h"

#include <string.h>

#include "malform.h"
#include "qname.h"

#define TYPE_NS 2
#define TYPE_TXT 16
#define TYPE_DS 43
#define CLASS_IN 1
#define CLASS_CH 3

#define FLAG_QR 0x8000
#define FLAG_RD 0x0100

/* One kind of EDNS in a query. */
struct edns {
	bool present, dnssec_ok;
	uint16_t size;
};

static const struct edns usual_edns[] = {
	{ false, false, 0 },   { true, false, 1232 }, { true, true, 512 },
	{ true, true, 1232 },  { true, true, 4096 },
};

static const uint16_t sizes[] = {
	0,    1,    511,  512,  513,  600,  777,  1000, 1200, 1220, 1231,
	1232, 1233, 1280, 1400, 1452, 4095, 4096, 4097, 8192, 65535,
};

/* SOA NS DNSKEY NSEC ZONEMD RRSIG ANY DS A AAAA TXT, and types that the apex has not. */
static const uint16_t apex_types[] = {
	6,  2,  48, 47, 63,  46,  255, 43,  1,  28,  16,    65280, 0, 3, 5,
	12, 15, 33, 41, 128, 249, 250, 253, 254, 65535, 13, 99,    64, 65, 52,
};

static const uint16_t usual_types[] = {
	1, 28, 2, 43, 6, 255, 15, 0, 12, 16, 33, 46, 47, 48, 63, 65, 64, 5, 41, 250, 65280,
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What a query consists of before it is written. */
struct draft {
	struct qname name;
	uint16_t type, class;
	struct edns edns;
};

static unsigned long name_queries(const struct zone *zone)
{
	return zone->delegation_count * PLACES * 2 * COUNT(usual_edns);
}

struct queries queries_of(const struct zone *zone, const struct jar *jar, uint64_t seed,
			  unsigned long count)
{
	return (struct queries){
		.zone = zone,
		.jar = jar,
		.seed = seed,
		.count = count,
		.systematic = name_queries(zone) + COUNT(apex_types) * (2 * COUNT(sizes) + 1),
	};
}

static enum shape any_shape(struct dice *dice)
{
	uint32_t chance = below(dice, 100);

	if (chance < 30)
		return SHAPE_BARE;
	if (chance < 80)
		return SHAPE_LABELS;
	return chance < 90 ? SHAPE_LONG_LABELS : SHAPE_MANY_LABELS;
}

static uint16_t any_type(struct dice *dice)
{
	uint16_t type = usual_types[below(dice, COUNT(usual_types))];

	if (percent(dice, 5))
		type = roll(dice);
	return type == 251 || type == 252 ? 1 : type; /* IXFR and AXFR: see malform.c */
}

static struct edns any_edns(struct dice *dice)
{
	struct edns edns = { percent(dice, 85), percent(dice, 60), 0 };

	edns.size = percent(dice, 80) ? sizes[below(dice, COUNT(sizes))] : roll(dice);
	return edns;
}

/* Of one TLD: each place, DS and another type, each usual EDNS. */
static void draft_of_name(const struct queries *queries, unsigned long number, struct draft *draft,
			  struct dice *dice)
{
	enum place place;
	bool ds;

	draft->edns = usual_edns[number % COUNT(usual_edns)];
	number /= COUNT(usual_edns);
	ds = number % 2;
	number /= 2;
	place = number % PLACES;
	number /= PLACES;
	draft->type = ds ? TYPE_DS : any_type(dice);
	qname_at(&draft->name, &queries->zone->delegations[number], place,
		 percent(dice, 50) ? SHAPE_BARE : any_shape(dice), dice);
}

/* Of the apex: each type with each size, with and without DO, and once without EDNS. */
static void draft_of_apex(unsigned long number, struct draft *draft)
{
	draft->type = apex_types[number % COUNT(apex_types)];
	number /= COUNT(apex_types);
	qname_root(&draft->name);
	draft->edns = (struct edns){ 0 };
	if (number == 0)
		return;
	draft->edns = (struct edns){ true, number % 2, sizes[(number - 1) / 2] };
}

static void draft_random(const struct queries *queries, struct draft *draft, struct dice *dice)
{
	const struct zone *zone = queries->zone;
	uint32_t chance = below(dice, 100);

	draft->type = any_type(dice);
	draft->edns = any_edns(dice);
	if (chance < 5)
		qname_root(&draft->name);
	else if (chance < 20 || !zone->delegation_count)
		qname_random(&draft->name, any_shape(dice), dice);
	else
		qname_at(&draft->name, &zone->delegations[below(dice, zone->delegation_count)],
			 chance < 60 ? PLACE_TLD : below(dice, PLACES), any_shape(dice), dice);
}

/* Who and which version the server is; one in four asks for something like it. */
static void draft_chaos(struct draft *draft, struct dice *dice)
{
	static const char *const names[] = {
		"\10hostname\4bind", "\2id\6server", "\7version\4bind", "\7version\6server",
		"\2id\6servet", "\7versiom\4bind", "\10hostname\4bing", "\7authors\4bind",
		"\1a\2id\6server", "\6server",
	};
	const char *name = names[below(dice, percent(dice, 75) ? 4 : COUNT(names))];

	draft->name.length = strlen(name) + 1;
	memcpy(draft->name.bytes, name, draft->name.length);
	draft->type = percent(dice, 85) ? TYPE_TXT : any_type(dice);
	draft->class = percent(dice, 90) ? CLASS_CH : below(dice, 2) * 254 + 1;
	draft->edns = any_edns(dice);
}

static void put16(struct query *query, uint16_t value)
{
	query->bytes[query->length++] = value >> 8;
	query->bytes[query->length++] = value;
}

static void put_random(struct query *query, size_t length, struct dice *dice)
{
	while (length-- > 0)
		query->bytes[query->length++] = roll(dice);
}

/* NSID and others, of lengths that they really have and others. */
static void put_option(struct query *query, const struct jar *jar, struct dice *dice)
{
	static const struct {
		uint16_t code, least, most;
	} kinds[] = {
		{ 10, 8, 8 }, { 10, 16, 40 }, { 10, 24, 24 }, { 10, 24, 24 }, { 3, 0, 0 }, { 3, 0, 0 }, { 3, 0, 3 }, { 8, 7, 20 }, { 12, 0, 60 },
		{ 11, 2, 2 }, { 65001, 0, 9 }, { 0, 0, 4 }, { 15, 2, 30 },
	};
	size_t kind = below(dice, COUNT(kinds));
	uint16_t length = kinds[kind].least + below(dice, kinds[kind].most - kinds[kind].least + 1);

	put16(query, kinds[kind].code);
	put16(query, length);
	put_random(query, length, dice);
	if (kinds[kind].code == 10 && length == 24 && jar->secrets.count)
		jar_take(jar, query->ipv6, query->bytes + query->length - length, dice);
}

static void put_opt(struct query *query, const struct edns *edns, const struct jar *jar,
		    struct dice *dice)
{
	size_t length_at;
	uint16_t begin;

	query->bytes[query->length++] = 0;
	put16(query, 41);
	put16(query, edns->size);
	query->bytes[query->length++] = percent(dice, 2) ? roll(dice) : 0; /* upper RCODE bits */
	query->bytes[query->length++] = 0;
	put16(query, edns->dnssec_ok << 15 | (percent(dice, 3) ? roll(dice) & 0x7fff : 0));
	length_at = query->length;
	put16(query, 0);
	begin = query->length;
	if (percent(dice, 40))
		for (uint32_t left = 1 + below(dice, 3); left > 0; left--)
			put_option(query, jar, dice);
	query->bytes[length_at] = (query->length - begin) >> 8;
	query->bytes[length_at + 1] = query->length - begin;
}

static uint16_t any_flags(struct dice *dice)
{
	uint16_t flags = 0;

	if (percent(dice, 50))
		flags |= FLAG_RD;
	if (percent(dice, 30))
		flags |= below(dice, 4) << 4;       /* AD, CD */
	if (percent(dice, 3))
		flags |= roll(dice) & 0x06cf;       /* AA, TC, RA, Z and RCODE, of no meaning here */
	return flags & ~FLAG_QR;
}

static void write_query(const struct draft *draft, uint16_t id, const struct jar *jar,
			struct query *query, struct dice *dice)
{
	query->length = 0;
	put16(query, id);
	put16(query, any_flags(dice));
	put16(query, 1);
	put16(query, 0);
	put16(query, 0);
	put16(query, draft->edns.present);
	memcpy(query->bytes + query->length, draft->name.bytes, draft->name.length);
	query->length += draft->name.length;
	put16(query, draft->type);
	put16(query, draft->class);
	if (draft->edns.present)
		put_opt(query, &draft->edns, jar, dice);
	if (percent(dice, 4))
		put_random(query, 1 + below(dice, 40), dice);
}

void query_make(const struct queries *queries, unsigned long number, struct query *query)
{
	struct dice dice = { queries->seed * 0x100000001b3 + number };
	uint16_t id = number * 40503;  /* odd: 65,536 numbers in a row give as many IDs */
	unsigned long place = number;
	struct draft draft = { .class = CLASS_IN };

	bool any;

	if (queries->count < queries->systematic)
		place = number * queries->systematic / queries->count;
	/* What is not systematic is among the random ones; in a small sample, among all. */
	any = place >= queries->systematic || queries->count < queries->systematic;
	if (any && percent(&dice, 6))
		draft_chaos(&draft, &dice);
	else if (place < name_queries(queries->zone))
		draft_of_name(queries, place, &draft, &dice);
	else if (place < queries->systematic)
		draft_of_apex(place - name_queries(queries->zone), &draft);
	else
		draft_random(queries, &draft, &dice);
	qname_mix_case(&draft.name, &dice);
	query->ipv6 = percent(&dice, 50);
	query->kernel = true;
	query->silent = false;
	write_query(&draft, id, queries->jar, query, &dice);
	if (any && percent(&dice, 8))
		query_malform(query, &dice);
}
