// SPDX-License-Identifier: GPL-2.0-or-later
/* Zones for tests of the answer engine. */
#include "answer_zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ldns/ldns.h>

#define HAND_RECORDS 2048
#define HAND_RDATA 128 /* of one RRset */
#define HAND_BYTES (4 << 20)

static struct zone *real;

const struct zone *real_zone(void)
{
	struct zone_policy policy = {
		.trust_anchors = "tests/data/root.ds",
		.zonemd = ZONEMD_REQUIRE,
	};
	struct zone_error error;

	if (real)
		return real;
	assert_true(zone_time_parse("2026-08-01T00:00:00Z", &policy.validate_at));
	real = zone_load("tests/data/root.zone.2026073102", &policy, &error);
	if (!real)
		fail_msg("%s", error.text);
	return real;
}

void real_zone_free(void)
{
	zone_free(real);
	real = NULL;
}

/* A zone under construction; `bytes` holds all that it consists of. */
struct hand {
	struct zone zone;
	struct rrset *rrset[HAND_RECORDS];
	size_t rrsets;
	size_t used;
	_Alignas(16) uint8_t bytes[HAND_BYTES];
};

static void *take(struct hand *hand, size_t size)
{
	void *room = hand->bytes + hand->used;

	hand->used += (size + 15) & ~(size_t)15;
	assert_true(hand->used <= sizeof(hand->bytes));
	return room;
}

static struct rdata wire_of(struct hand *hand, ldns_buffer *buffer)
{
	size_t length = ldns_buffer_position(buffer);
	uint8_t *bytes = take(hand, length);

	memcpy(bytes, ldns_buffer_begin(buffer), length);
	ldns_buffer_free(buffer);
	return (struct rdata){ bytes, length };
}

static const uint8_t *owner_of(struct hand *hand, const ldns_rr *rr)
{
	ldns_buffer *buffer = ldns_buffer_new(1024);

	assert_int_equal(ldns_dname2buffer_wire(buffer, ldns_rr_owner(rr)), LDNS_STATUS_OK);
	return wire_of(hand, buffer).bytes;
}

static struct rdata rdata_of(struct hand *hand, const ldns_rr *rr)
{
	ldns_buffer *buffer = ldns_buffer_new(1024);

	assert_int_equal(ldns_rr_rdata2buffer_wire(buffer, rr), LDNS_STATUS_OK);
	return wire_of(hand, buffer);
}

static size_t name_length(const uint8_t *name)
{
	size_t length = 1;

	while (*name) {
		length += 1 + *name;
		name += 1 + *name;
	}
	return length;
}

static bool same_name(const uint8_t *a, const uint8_t *b)
{
	size_t length = name_length(a);

	if (length != name_length(b))
		return false;
	for (size_t i = 0; i < length; i++)
		if (LDNS_DNAME_NORMALIZE((int)a[i]) != LDNS_DNAME_NORMALIZE((int)b[i]))
			return false;
	return true;
}

static struct rrset *find(struct hand *hand, const uint8_t *owner, uint16_t type)
{
	for (size_t i = 0; i < hand->rrsets; i++)
		if (hand->rrset[i]->type == type && same_name(hand->rrset[i]->owner, owner))
			return hand->rrset[i];
	return NULL;
}

static struct rdata *room_for_rdata(struct hand *hand)
{
	return take(hand, HAND_RDATA * sizeof(struct rdata));
}

static void add_record(struct hand *hand, const ldns_rr *rr)
{
	bool signature = ldns_rr_get_type(rr) == LDNS_RR_TYPE_RRSIG;
	const uint8_t *owner = owner_of(hand, rr);
	struct rdata rdata = rdata_of(hand, rr);
	uint16_t type = ldns_rr_get_type(rr);
	struct rrset *rrset;

	if (signature) /* the type that it covers */
		type = rdata.bytes[0] << 8 | rdata.bytes[1];
	rrset = find(hand, owner, type);
	if (!rrset) {
		rrset = take(hand, sizeof(*rrset));
		*rrset = (struct rrset){ .owner = owner, .type = type, .ttl = ldns_rr_ttl(rr) };
		rrset->rdata = room_for_rdata(hand);
		rrset->signature = room_for_rdata(hand);
		rrset->signature_ttl = rrset->ttl;
		hand->rrset[hand->rrsets++] = rrset;
	}
	assert_true(rrset->count < HAND_RDATA && rrset->signatures < HAND_RDATA);
	if (signature)
		((struct rdata *)rrset->signature)[rrset->signatures++] = rdata;
	else
		((struct rdata *)rrset->rdata)[rrset->count++] = rdata;
}

static bool in_domain(const uint8_t *name, const uint8_t *domain)
{
	for (;; name += 1 + *name) {
		if (same_name(name, domain))
			return true;
		if (*name == 0)
			return false;
	}
}

static const struct glue *glue_of(struct hand *hand, const struct rrset *ns, const uint8_t *domain,
				  size_t *count)
{
	struct glue *glue = take(hand, 2 * ns->count * sizeof(*glue));

	*count = 0;
	for (int inside = 1; inside >= 0; inside--) {
		for (size_t i = 0; i < ns->count; i++) {
			const uint8_t *server = ns->rdata[i].bytes;
			const struct rrset *a = find(hand, server, LDNS_RR_TYPE_A);
			const struct rrset *aaaa = find(hand, server, LDNS_RR_TYPE_AAAA);

			if (in_domain(server, domain) != inside)
				continue;
			if (a)
				glue[(*count)++] = (struct glue){ a, inside };
			if (aaaa)
				glue[(*count)++] = (struct glue){ aaaa, inside };
		}
	}
	return glue;
}

static int compare_delegations(const void *a, const void *b)
{
	const struct delegation *first = a, *second = b;
	int order = memcmp(first->label, second->label, sizeof(first->label));

	return order ? order : first->label_length - second->label_length;
}

static void index_delegations(struct hand *hand)
{
	struct delegation *delegations = take(hand, hand->rrsets * sizeof(*delegations));
	size_t count = 0;

	for (size_t i = 0; i < hand->rrsets; i++) {
		const struct rrset *ns = hand->rrset[i];
		struct delegation *delegation = &delegations[count];

		if (ns->type != LDNS_RR_TYPE_NS || ns->owner[0] == 0)
			continue;
		*delegation = (struct delegation){ .name = ns->owner, .ns = ns };
		delegation->label_length = ns->owner[0];
		for (size_t at = 0; at < ns->owner[0]; at++)
			delegation->label[at] = LDNS_DNAME_NORMALIZE((int)ns->owner[1 + at]);
		delegation->ds = find(hand, ns->owner, LDNS_RR_TYPE_DS);
		delegation->nsec = find(hand, ns->owner, LDNS_RR_TYPE_NSEC);
		delegation->glue = glue_of(hand, ns, ns->owner, &delegation->glue_count);
		count++;
	}
	qsort(delegations, count, sizeof(*delegations), compare_delegations);
	hand->zone.delegations = delegations;
	hand->zone.delegation_count = count;
}

static int compare_types(const void *a, const void *b)
{
	const struct rrset *const *first = a, *const *second = b;

	return (*first)->type - (*second)->type;
}

static void index_apex(struct hand *hand)
{
	static const uint8_t root[] = { 0 };
	const struct rrset **apex = take(hand, hand->rrsets * sizeof(*apex));
	struct zone *zone = &hand->zone;

	for (size_t i = 0; i < hand->rrsets; i++)
		if (hand->rrset[i]->owner[0] == 0)
			apex[zone->apex_count++] = hand->rrset[i];
	qsort(apex, zone->apex_count, sizeof(*apex), compare_types);
	zone->apex = apex;
	zone->soa = zone->soa_negative = find(hand, root, LDNS_RR_TYPE_SOA);
	zone->ns = find(hand, root, LDNS_RR_TYPE_NS);
	zone->nsec = find(hand, root, LDNS_RR_TYPE_NSEC);
	assert_non_null(zone->soa);
	assert_non_null(zone->ns);
	zone->apex_glue = glue_of(hand, zone->ns, root, &zone->apex_glue_count);
}

/* In any order. */
static void list_rrsets(struct hand *hand)
{
	struct rrset *rrsets = take(hand, hand->rrsets * sizeof(*rrsets));

	for (size_t i = 0; i < hand->rrsets; i++)
		rrsets[i] = *hand->rrset[i];
	hand->zone.rrsets = rrsets;
	hand->zone.rrset_count = hand->rrsets;
}

struct zone *hand_zone(const char *text)
{
	struct hand *hand = calloc(1, sizeof(*hand));
	char *lines = strdup(text), *rest;

	assert_non_null(hand);
	assert_non_null(lines);
	for (char *line = strtok_r(lines, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		ldns_rr *rr = NULL;

		if (ldns_rr_new_frm_str(&rr, line, 86400, NULL, NULL) != LDNS_STATUS_OK)
			fail_msg("not a record: %s", line);
		add_record(hand, rr);
		ldns_rr_free(rr);
	}
	free(lines);
	index_delegations(hand);
	index_apex(hand);
	list_rrsets(hand);
	hand->zone.serial = 1;
	hand->zone.expire = 604800;
	hand->zone.signatures_end = INT64_MAX;
	return &hand->zone;
}

void hand_zone_free(struct zone *zone)
{
	free(zone); /* the first member of struct hand */
}
