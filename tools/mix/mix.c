// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The root query mix: who is asked for, with which type, flags and EDNS, drawn by the shares that
 * they have there.
 *
 * Every name is made up: no query of a real person is used or stored.
 */
#include <stdlib.h>
#include <string.h>

#include "mix.h"
#include "names.h"

enum { TYPE_A = 1, TYPE_NS = 2, TYPE_SOA = 6, TYPE_PTR = 12, TYPE_MX = 15, TYPE_TXT = 16,
       TYPE_AAAA = 28, TYPE_SRV = 33, TYPE_OPT = 41, TYPE_DS = 43, TYPE_DNSKEY = 48,
       TYPE_HTTPS = 65, TYPE_ANY = 255 };
enum { CLASS_IN = 1, CLASS_CH = 3, OPTION_NSID = 3, OPTION_ECS = 8, OPTION_COOKIE = 10 };

struct mix {
	struct chance chance;
	struct names names;
};

/* What a query will be like; drawn first, then written. */
struct plan {
	struct wire_name name;
	uint16_t type, class, flags, udp_size;
	bool edns, dnssec_ok;
	uint8_t options[32];
	size_t options_length;
};

static const struct {
	const char *word, *meaning;
} kinds[] = {
#define K(symbol, word, meaning) { word, meaning },
	MIX_KINDS(K)
#undef K
};

static void append_option(struct mix *mix, struct plan *plan, uint8_t code, uint8_t length)
{
	uint8_t *at = plan->options + plan->options_length;

	*at++ = 0;
	*at++ = code;
	*at++ = 0;
	*at++ = length;
	for (unsigned i = 0; i < length; i++)
		*at++ = (uint8_t)random64(&mix->chance);
	plan->options_length += 4U + length;
}

static void draw_edns(struct mix *mix, struct plan *plan)
{
	static const struct share sizes[] = {
		{ 4096, 50 }, { 1232, 25 }, { 8192, 8 }, { 1280, 5 }, { 512, 2 },
		{ 1410, 4 }, { 1452, 3 }, { 1680, 2 }, { 65535, 1 },
	};
	static const uint8_t subnet[] = { 0, OPTION_ECS, 0, 7, 0, 1, 24, 0, 203, 0, 113 };

	plan->edns = happens(&mix->chance, 8700);
	if (!plan->edns)
		return;
	plan->dnssec_ok = happens(&mix->chance, 8046); /* 70 of 87 */
	plan->udp_size = DRAW(&mix->chance, sizes);
	if (happens(&mix->chance, 200))
		append_option(mix, plan, OPTION_COOKIE, 8);
	if (happens(&mix->chance, 10))
		append_option(mix, plan, OPTION_NSID, 0);
	if (plan->options_length == 0 && happens(&mix->chance, 20)) {
		memcpy(plan->options, subnet, sizeof(subnet));
		plan->options_length = sizeof(subnet);
	}
}

static void draw_apex(struct mix *mix, struct plan *plan)
{
	static const struct share types[] = {
		{ TYPE_NS, 350 }, { TYPE_DNSKEY, 25 }, { TYPE_SOA, 20 }, { TYPE_A, 5 },
	};

	name_apex(&plan->name);
	plan->type = DRAW(&mix->chance, types);
}

static void draw_type(struct mix *mix, struct plan *plan)
{
	static const struct share types[] = {
		{ TYPE_A, 600 }, { TYPE_AAAA, 210 }, { TYPE_PTR, 40 }, { TYPE_NS, 15 },
		{ TYPE_DS, 26 }, { TYPE_SRV, 30 }, { TYPE_SOA, 17 }, { TYPE_HTTPS, 10 },
		{ TYPE_TXT, 8 }, { TYPE_MX, 5 }, { TYPE_ANY, 2 },
	};

	plan->type = DRAW(&mix->chance, types);
}

static void draw_nxdomain(struct mix *mix, struct plan *plan)
{
	char label[64];

	draw_type(mix, plan);
	label_nonexistent(&mix->names, label);
	name_in(&mix->names, &plan->name, label,
		happens(&mix->chance, 6000) ? labels_several(&mix->chance) : 1);
	if (happens(&mix->chance, 18)) /* binary labels: 0.1 % of all */
		plan->name.bytes[1] = (uint8_t)between(&mix->chance, 128, 255);
}

static void draw_referral(struct mix *mix, struct plan *plan, unsigned exact)
{
	draw_type(mix, plan);
	name_in(&mix->names, &plan->name, label_popular(&mix->names),
		happens(&mix->chance, exact) ? 1 : labels_several(&mix->chance));
}

/* Queries that ask nothing of the zone, 0.1 % of each. */
static void draw_else(struct mix *mix, struct plan *plan)
{
	char label[64];

	name_in(&mix->names, &plan->name, label_nonexistent(&mix->names, label), 1);
	plan->type = TYPE_A;
	switch (below(&mix->chance, 3)) {
	case 0:
		plan->name.length = 0;
		name_append(&plan->name, "hostname", 8);
		name_append(&plan->name, "bind", 4);
		name_end(&plan->name);
		plan->type = TYPE_TXT;
		plan->class = CLASS_CH;
		return;
	case 1:
		plan->flags = 5 << 11; /* opcode UPDATE */
		plan->type = TYPE_SOA;
		return;
	default:
		plan->name.bytes[0] = 64; /* neither a label nor a pointer */
	}
}

static enum mix_outcome draw_root(struct mix *mix, struct plan *plan, unsigned exact)
{
	static const struct share outcomes[] = {
		{ MIX_GIVES_NXDOMAIN, 5600 }, { MIX_GIVES_REFERRAL, 3970 },
		{ MIX_GIVES_APEX, 400 }, { MIX_GIVES_ELSE, 30 },
	};
	enum mix_outcome outcome = DRAW(&mix->chance, outcomes);

	draw_edns(mix, plan);
	switch (outcome) {
	case MIX_GIVES_NXDOMAIN:
		draw_nxdomain(mix, plan);
		break;
	case MIX_GIVES_REFERRAL:
		draw_referral(mix, plan, exact);
		break;
	case MIX_GIVES_APEX:
		draw_apex(mix, plan);
		break;
	case MIX_GIVES_ELSE:
		draw_else(mix, plan);
		return outcome;
	}
	if (happens(&mix->chance, 5000))
		plan->flags |= 0x0010; /* CD */
	if (happens(&mix->chance, 1600))
		name_mix_case(&mix->names, &plan->name);
	return outcome;
}

/* One kind only: EDNS with 1232 bytes, so that nothing but the kind differs. */
static enum mix_outcome draw_one(struct mix *mix, enum mix_kind kind, struct plan *plan)
{
	char label[64];

	plan->edns = true;
	plan->udp_size = 1232;
	plan->dnssec_ok = kind != MIX_NXDOMAIN && kind != MIX_REFERRAL && kind != MIX_SOA;
	plan->type = TYPE_A;
	switch (kind) {
	case MIX_NXDOMAIN_DO:
	case MIX_NXDOMAIN:
		label_nonexistent(&mix->names, label);
		name_in(&mix->names, &plan->name, label,
			happens(&mix->chance, 6000) ? labels_several(&mix->chance) : 1);
		return MIX_GIVES_NXDOMAIN;
	case MIX_COM_LONG_DO:
		name_long(&mix->names, &plan->name, "com");
		return MIX_GIVES_REFERRAL;
	case MIX_COM_MINIMISED_DO:
		name_in(&mix->names, &plan->name, "com", 1);
		return MIX_GIVES_REFERRAL;
	case MIX_DS_DO:
		plan->type = TYPE_DS;
		name_in(&mix->names, &plan->name, label_any(&mix->names), 1);
		return MIX_GIVES_REFERRAL;
	case MIX_REFERRAL_COOKIE_DO:
		append_option(mix, plan, OPTION_COOKIE, 8);
		name_in(&mix->names, &plan->name, label_any(&mix->names), labels_several(&mix->chance));
		return MIX_GIVES_REFERRAL;
	case MIX_PRIMING_DO:
	case MIX_DNSKEY_DO:
	case MIX_SOA:
		name_apex(&plan->name);
		plan->type = kind == MIX_SOA ? TYPE_SOA : kind == MIX_DNSKEY_DO ? TYPE_DNSKEY : TYPE_NS;
		return MIX_GIVES_APEX;
	default:
		name_in(&mix->names, &plan->name, label_any(&mix->names), labels_several(&mix->chance));
		return MIX_GIVES_REFERRAL;
	}
}

static uint8_t *put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
	return at + 2;
}

static void write_query(struct mix *mix, const struct plan *plan, struct mix_query *query)
{
	uint8_t *at = query->message;

	at = put16(at, (uint16_t)random64(&mix->chance));
	at = put16(at, plan->flags);
	at = put16(at, 1);
	at = put16(at, 0);
	at = put16(at, 0);
	at = put16(at, plan->edns);
	memcpy(at, plan->name.bytes, plan->name.length);
	at = put16(at + plan->name.length, plan->type);
	at = put16(at, plan->class);
	if (plan->edns) {
		*at++ = 0;
		at = put16(at, TYPE_OPT);
		at = put16(at, plan->udp_size);
		at = put16(at, 0);
		at = put16(at, plan->dnssec_ok ? 0x8000 : 0);
		at = put16(at, (unsigned)plan->options_length);
		memcpy(at, plan->options, plan->options_length);
		at += plan->options_length;
	}
	query->length = (uint16_t)(at - query->message);
	query->source_port = (uint16_t)between(&mix->chance, 1024, 65535);
}

void mix_next(struct mix *mix, enum mix_kind kind, struct mix_query *query)
{
	struct plan plan = { .class = CLASS_IN };
	bool root = kind == MIX_ROOT || kind == MIX_ROOT_MINIMISED;

	query->ipv6 = root && happens(&mix->chance, 2400);
	query->tcp = root && happens(&mix->chance, 220);
	query->outcome = root ? draw_root(mix, &plan, kind == MIX_ROOT ? 125 : 4000)
			      : draw_one(mix, kind, &plan);
	write_query(mix, &plan, query);
}

int mix_kind_parse(const char *word)
{
	for (int kind = 0; kind < MIX_KIND_COUNT; kind++)
		if (strcmp(word, kinds[kind].word) == 0)
			return kind;
	return -1;
}

const char *mix_kind_word(enum mix_kind kind)
{
	return kinds[kind].word;
}

const char *mix_kind_meaning(enum mix_kind kind)
{
	return kinds[kind].meaning;
}

struct mix *mix_new(const char *const *labels, size_t count, uint64_t seed)
{
	struct mix *mix = calloc(1, sizeof(*mix));

	if (!mix)
		return NULL;
	mix->chance.state = seed;
	if (names_init(&mix->names, &mix->chance, labels, count))
		return mix;
	mix_free(mix);
	return NULL;
}

void mix_free(struct mix *mix)
{
	if (!mix)
		return;
	names_free(&mix->names);
	free(mix);
}
