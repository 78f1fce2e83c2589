// SPDX-License-Identifier: GPL-2.0-or-later
/* rootxdp verify: would this zone be loaded? */
#include <inttypes.h>
#include <stdio.h>

#include "command.h"
#include "log.h"
#include "rdata.h"
#include "registry.h"
#include "zone_clock.h"

/* The hash algorithms (RFC 8976 2.2.3) of scheme 1 in the RRset, as bits; bit 0: others. */
static unsigned int zonemd_kinds(const struct rrset *rrset)
{
	unsigned int kinds = 0;

	for (size_t i = 0; i < rrset->count; i++) {
		const struct rdata *rdata = &rrset->rdata[i];
		bool known = rdata->length > ZONEMD_DIGEST && rdata->bytes[ZONEMD_SCHEME] == 1 &&
			     (rdata->bytes[ZONEMD_HASH] == 1 || rdata->bytes[ZONEMD_HASH] == 2);

		kinds |= known ? 1u << rdata->bytes[ZONEMD_HASH] : 1;
	}
	return kinds;
}

/* What can be said of the zone's digest: zone_load() has checked it as the policy wants. */
static const char *zonemd_words(const struct zone *zone, enum zonemd_policy policy)
{
	unsigned int kinds = 0;

	if (policy == ZONEMD_IGNORE)
		return "ZONEMD not checked";
	for (size_t i = 0; i < zone->apex_count; i++)
		if (zone->apex[i]->type == TYPE_ZONEMD)
			kinds = zonemd_kinds(zone->apex[i]);
	switch (kinds & ~1u) {
	case 2:
		return "ZONEMD SHA-384 verified";
	case 4:
		return "ZONEMD SHA-512 verified";
	case 6:
		return "ZONEMD verified"; /* one match suffices, so which one is not said */
	}
	return kinds ? "ZONEMD of an unsupported kind" : "no ZONEMD";
}

int command_verify(const struct options *options)
{
	struct zone_clock clock = zone_clock_start(options->validate_at_text, options->validate_at);
	struct zone_policy policy = {
		.trust_anchors = options->trust_anchors,
		.validate_at = zone_clock_now(&clock),
		.zonemd = options->zonemd,
		.allow_unsigned = options->unsigned_zone,
	};
	struct zone_error error;
	struct zone *zone = zone_load(options->operand[0], &policy, &error);

	if (!zone) {
		log_error("%s", error.text);
		return EXIT_FAILED;
	}
	printf("%s: serial %" PRIu32 ", %zu delegations, %zu records, ", options->operand[0],
	       zone->serial, zone->delegation_count, zone->record_count);
	if (zone->signatures_end == INT64_MAX)
		printf("NOT SIGNED, ");
	else
		printf("signatures valid until %s, ", utc_text(zone->signatures_end).text);
	printf("%s\n", zonemd_words(zone, options->zonemd));
	zone_free(zone);
	return EXIT_OK;
}
