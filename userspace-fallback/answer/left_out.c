// SPDX-License-Identifier: GPL-2.0-or-later
/* What of a zone stands in none of its replies. */
#include "gathered_set.h"
#include "registry.h"
#include "zone.h"

bool gather_matches(const struct gathered_set *set, const struct rrset *rrset, bool signatures)
{
	const struct rdata *rdata = signatures ? rrset->signature : rrset->rdata;
	uint16_t count = signatures ? rrset->signatures : rrset->count;
	uint32_t ttl = signatures ? rrset->signature_ttl : rrset->ttl;

	if (!set || set->count != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct gathered_record *record = &set->records[i];

		if (record->ttl != ttl || record->length != rdata[i].length ||
		    !gathered_same_rdata(set->type, record->rdata, rdata[i].bytes, record->length))
			return false;
	}
	return true;
}

static bool is_there(const struct gathered *gathered, const struct rrset *rrset)
{
	uint16_t type = rrset->type;

	if (!gather_matches(gather_find(gathered, rrset->owner, type, 0), rrset, false))
		return false;
	return !rrset->signatures ||
	       gather_matches(gather_find(gathered, rrset->owner, TYPE_RRSIG, type), rrset, true);
}

long gather_left_out(const struct zone *zone, const struct image_view *view,
		     const struct rrset **left, size_t room)
{
	struct gathered *gathered = gather_new();
	bool fine = gathered;
	long count = 0;

	for (uint32_t i = 0; fine && i < view->reply_count; i++)
		fine = gather_reply(gathered, view, i, GATHER_ALL);
	for (size_t i = 0; fine && i < zone->rrset_count; i++) {
		if (is_there(gathered, &zone->rrsets[i]))
			continue;
		if ((size_t)count < room)
			left[count] = &zone->rrsets[i];
		count++;
	}
	gather_free(gathered);
	return fine ? count : -1;
}
