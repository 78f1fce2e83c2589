// SPDX-License-Identifier: GPL-2.0-or-later
/* Which RRsets answer a question: one small function for each outcome. */
#include "decide.h"

#include <string.h>

#include "dname.h"

static void begin(struct sections *sections, enum verdict verdict, uint16_t flags)
{
	memset(sections, 0, sizeof(*sections));
	sections->verdict = verdict;
	sections->flags = flags;
	sections->compress = true;
}

/* Adds an RRset, with its RRSIGs when DO is set; NULL (an unsigned zone's NSEC) adds nothing. */
static void add(struct section *section, const struct rrset *rrset, bool dnssec_ok)
{
	if (rrset)
		section->reference[section->count++] =
			(struct reference){ rrset, .records = true, .signatures = dnssec_ok };
}

/* RFC 2308 3: the SOA with the negative TTL; RFC 4035 3.1.3: with DO also the proof. */
static void answer_nodata(const struct zone *zone, const struct rrset *nsec, bool dnssec_ok,
			  struct sections *sections)
{
	begin(sections, VERDICT_answer_nodata, DNS_AA | RCODE_NOERROR);
	add(&sections->authority, zone->soa_negative, dnssec_ok);
	if (dnssec_ok)
		add(&sections->authority, nsec, true);
}

void answer_nxdomain(const struct zone *zone, long before, bool dnssec_ok,
		     struct sections *sections)
{
	begin(sections, VERDICT_answer_nxdomain, DNS_AA | RCODE_NXDOMAIN);
	/* The stored reply serves names of every length only if no pointer moves with them. */
	sections->compress = false;
	add(&sections->authority, zone->soa_negative, dnssec_ok);
	if (!dnssec_ok)
		return;
	/* RFC 4035 3.1.3.2: no such name, and no wildcard; one NSEC may prove both. */
	if (before >= 0)
		add(&sections->authority, zone->delegations[before].nsec, true);
	add(&sections->authority, zone->nsec, true);
}

void answer_referral(const struct delegation *delegation, bool dnssec_ok, struct sections *sections)
{
	begin(sections, VERDICT_answer_referral, RCODE_NOERROR);
	add(&sections->authority, delegation->ns, false);
	/* RFC 4035 3.1.4: a secure delegation's DS, or the proof that there is none. */
	if (dnssec_ok)
		add(&sections->authority, delegation->ds ? delegation->ds : delegation->nsec, true);
	sections->glue = delegation->glue;
	sections->glue_count = delegation->glue_count;
	while (sections->glue_required < sections->glue_count &&
	       sections->glue[sections->glue_required].in_domain)
		sections->glue_required++;
}

/* DS lies on the parent's side of a zone cut, so this is the zone's own data (RFC 4035 3.1.4.1). */
void answer_ds(const struct zone *zone, const struct delegation *delegation, bool dnssec_ok,
	       struct sections *sections)
{
	if (!delegation->ds) {
		answer_nodata(zone, delegation->nsec, dnssec_ok, sections);
		return;
	}
	begin(sections, VERDICT_answer_ds, DNS_AA | RCODE_NOERROR);
	add(&sections->answer, delegation->ds, dnssec_ok);
}

static const struct rrset *find_apex(const struct zone *zone, uint16_t type)
{
	for (size_t i = 0; i < zone->apex_count; i++)
		if (zone->apex[i]->type == type)
			return zone->apex[i];
	return NULL;
}

/* RFC 8482 4.1: one RRset stands for ANY, and one RRset's signatures for RRSIG. */
static void answer_apex_meta(const struct zone *zone, uint16_t type, bool dnssec_ok,
			     struct sections *sections)
{
	if (type == TYPE_RRSIG && !zone->soa->signatures) {
		answer_nodata(zone, zone->nsec, dnssec_ok, sections);
		return;
	}
	begin(sections, VERDICT_answer_apex, DNS_AA | RCODE_NOERROR);
	add(&sections->answer, zone->soa, dnssec_ok);
	if (type == TYPE_RRSIG)
		sections->answer.reference[0] =
			(struct reference){ zone->soa, .records = false, .signatures = true };
}

void answer_apex(const struct zone *zone, uint16_t type, bool dnssec_ok, struct sections *sections)
{
	const struct rrset *rrset;

	if (type == TYPE_ANY || type == TYPE_RRSIG) {
		answer_apex_meta(zone, type, dnssec_ok, sections);
		return;
	}
	rrset = find_apex(zone, type);
	if (!rrset) {
		answer_nodata(zone, zone->nsec, dnssec_ok, sections);
		return;
	}
	begin(sections, VERDICT_answer_apex, DNS_AA | RCODE_NOERROR);
	add(&sections->answer, rrset, dnssec_ok);
	/* RFC 9609 4.2: priming responses carry addresses, as many as fit. */
	if (type == TYPE_NS) {
		sections->glue = zone->apex_glue;
		sections->glue_count = zone->apex_glue_count;
	}
}

void answer_question(const struct zone *zone, const struct asked *asked, struct sections *sections)
{
	const struct delegation *delegation;
	uint8_t lower[63];
	long before;

	if (asked->labels == 0) {
		answer_apex(zone, asked->type, asked->dnssec_ok, sections);
		return;
	}
	for (size_t i = 0; i < asked->label[0]; i++)
		lower[i] = dname_lower(asked->label[1 + i]);
	delegation = zone_find(zone, lower, asked->label[0], &before);
	if (!delegation)
		answer_nxdomain(zone, before, asked->dnssec_ok, sections);
	else if (asked->type == DNS_TYPE_DS && asked->labels == 1)
		answer_ds(zone, delegation, asked->dnssec_ok, sections);
	else
		answer_referral(delegation, asked->dnssec_ok, sections);
}
