/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the authenticity of a verified zone rests on, in numbers. */
#ifndef ROOTXDP_ZONE_PROOF_H
#define ROOTXDP_ZONE_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zone;
struct zone_error;
struct zone_policy;

#define PROOF_KEYS_MOST 32

struct zone_proof {
	size_t signed_sets; /* RRsets with a valid signature: all that are the root's own */
	size_t signatures;  /* their RRSIGs */
	uint16_t anchor[PROOF_KEYS_MOST]; /* tags of the keys that trust anchors name and that
					     signed the DNSKEY RRset */
	size_t anchors;
	unsigned int zonemd; /* bits: hash algorithms (RFC 8976 2.2.3) of scheme 1 in its ZONEMD
				that we know; bit 0: others */
};

/* Of a zone that zone_load() gave with this policy. False: the anchors can't be read any more, or
 * are not valid any more. */
bool zone_prove(const struct zone *zone, const struct zone_policy *policy, struct zone_proof *proof,
		struct zone_error *error);

#endif
