// SPDX-License-Identifier: GPL-2.0-or-later
/* The NSEC chain: complete, closed, and true about the types of each name (RFC 4034 4). */
#include "draft.h"

#include "dname.h"
#include "rdata.h"

static const uint8_t root[] = { 0 };

/* The place of the first set of the next name that owns an NSEC: a delegation. */
static size_t next_name(const struct draft *draft, size_t at)
{
	for (at++; at < draft->set_count; at++)
		if (set_type(&draft->sets[at]) == TYPE_NS && at >= draft->apex_count)
			break;
	return at;
}

static bool refuse_missing(const struct draft *draft, const struct set *set, bool last)
{
	char name[DNAME_TEXT_ROOM];

	dname_text(name, set_first(set)->owner);
	if (last)
		return draft_refuse(draft, set_first(set)->line,
				    "the last name '%s' has no NSEC: "
				    "the file looks cut short, fetch it anew",
				    name);
	return draft_refuse(draft, set_first(set)->line, "'%s' has no NSEC: fetch the zone anew",
			    name);
}

/* `expected` is the owner of the name after this one, or '.' after the last. */
static bool check_link(const struct draft *draft, const struct set *nsec, const uint8_t *expected)
{
	const struct record *record = set_first(nsec);
	const uint8_t *next = record->rdata;
	char name[DNAME_TEXT_ROOM], next_text[DNAME_TEXT_ROOM], expected_text[DNAME_TEXT_ROOM];

	if (dname_compare(next, expected) == 0)
		return true;
	dname_text(name, record->owner);
	dname_text(next_text, next);
	dname_text(expected_text, expected);
	if (!*expected)
		return draft_refuse(draft, record->line,
				    "NSEC of '%s' leads to '%s', but the zone ends "
				    "before it: the file looks cut short, fetch it anew",
				    name, next_text);
	if (draft_find(draft, next, TYPE_NS))
		return draft_refuse(draft, record->line,
				    "NSEC of '%s' leads to '%s' and past '%s': "
				    "fetch the zone anew",
				    name, next_text, expected_text);
	return draft_refuse(draft, record->line,
			    "NSEC of '%s' leads to '%s', which is missing (next is "
			    "'%s'): fetch the zone anew",
			    name, next_text, expected_text);
}

bool draft_is_signed(const struct draft *draft)
{
	for (size_t i = 0; i < draft->set_count; i++)
		if (set_type(&draft->sets[i]) == TYPE_NSEC ||
		    set_type(&draft->sets[i]) == TYPE_DNSKEY || draft->sets[i].signature_count)
			return true;
	return false;
}

bool draft_check_chain(const struct draft *draft)
{
	size_t at = 0, next;
	char name[DNAME_TEXT_ROOM];

	/* A zone that nobody signed deserves another message than one that lost an NSEC. */
	if (!draft_is_signed(draft))
		return draft_refuse(draft, 0,
				    "the zone is not signed: fetch the signed root zone, or allow a "
				    "test root with --unsigned");
	for (; at < draft->set_count; at = next) {
		const struct set *set = &draft->sets[at], *nsec;

		next = next_name(draft, at);
		nsec = draft_find(draft, set_owner(set), TYPE_NSEC);
		if (!nsec)
			return refuse_missing(draft, set, next == draft->set_count);
		if (nsec->count > 1) {
			dname_text(name, set_owner(set));
			return draft_refuse(draft, nsec->records[1]->line,
					    "'%s' has two NSEC: "
					    "fetch the zone anew",
					    name);
		}
		if (!check_link(draft, nsec,
				next < draft->set_count ? set_owner(&draft->sets[next]) : root))
			return false;
	}
	return true;
}

static bool refuse_type(const struct draft *draft, const struct record *nsec, uint16_t type,
			bool named)
{
	char name[DNAME_TEXT_ROOM], type_name[24];

	dname_text(name, nsec->owner);
	type_text(type_name, type);
	if (named && type == TYPE_ZONEMD)
		return draft_refuse(draft, nsec->line,
				    "NSEC of '%s' names ZONEMD, but the zone has none: "
				    "somebody took it out, fetch the zone anew",
				    name);
	if (named)
		return draft_refuse(draft, nsec->line,
				    "NSEC of '%s' names type %s, but the zone has none "
				    "there: fetch the zone anew",
				    name, type_name);
	return draft_refuse(draft, nsec->line,
			    "NSEC of '%s' does not name type %s, which is there: "
			    "fetch the zone anew",
			    name, type_name);
}

/* Whether the bitmap must have the bit of `type`. Glue is not the owner's data. */
static bool type_expected(const struct draft *draft, const uint8_t *owner, uint16_t type)
{
	if (type == TYPE_RRSIG)
		return true;
	if (*owner && (type == TYPE_A || type == TYPE_AAAA))
		return false;
	return draft_find(draft, owner, type);
}

/* Every bit that is set stands for a type that is there. */
static bool check_named(const struct draft *draft, const struct record *nsec)
{
	const uint8_t *end = nsec->rdata + nsec->rdata_length;

	for (const uint8_t *window = nsec->rdata + dname_length(nsec->rdata); window < end;
	     window += 2 + window[1]) {
		for (unsigned bit = 0; bit < window[1] * 8u; bit++) {
			uint16_t type = (uint16_t)(window[0] << 8 | bit);

			if (window[2 + bit / 8] & 0x80 >> bit % 8 &&
			    !type_expected(draft, nsec->canonical_owner, type))
				return refuse_type(draft, nsec, type, true);
		}
	}
	return true;
}

static bool check_bitmap(const struct draft *draft, const struct set *set)
{
	const struct record *nsec = set_first(set);
	const struct set *end = draft->sets + draft->set_count;
	const struct set *other = set;

	if (!check_named(draft, nsec))
		return false;
	if (!nsec_names(nsec->rdata, nsec->rdata_length, TYPE_RRSIG))
		return refuse_type(draft, nsec, TYPE_RRSIG, false);
	while (other > draft->sets && dname_compare(set_owner(other - 1), set_owner(set)) == 0)
		other--;
	for (; other < end && dname_compare(set_owner(other), set_owner(set)) == 0; other++) {
		uint16_t type = set_type(other);

		if (type_expected(draft, nsec->canonical_owner, type) &&
		    !nsec_names(nsec->rdata, nsec->rdata_length, type))
			return refuse_type(draft, nsec, type, false);
	}
	return true;
}

bool draft_check_bitmaps(const struct draft *draft)
{
	for (size_t i = 0; i < draft->set_count; i++)
		if (set_type(&draft->sets[i]) == TYPE_NSEC && !check_bitmap(draft, &draft->sets[i]))
			return false;
	return true;
}
