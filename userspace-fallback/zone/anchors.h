/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trust anchors: the keys that are trusted beforehand, and from when until when. */
#ifndef ROOTXDP_ZONE_ANCHORS_H
#define ROOTXDP_ZONE_ANCHORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct draft;

#define ANCHORS_MOST     64 /* in a file; IANA's had three in 2024 */
#define ANCHOR_NAME_ROOM 48

struct anchor {
	const uint8_t *rdata; /* of a DS or DNSKEY record of '.'; the arena's */
	uint16_t rdata_length;
	uint16_t type;               /* TYPE_DS or TYPE_DNSKEY */
	int64_t from;                /* seconds since 1970; INT64_MIN: always was valid */
	int64_t until;               /* the first moment when it is not; INT64_MAX: none known */
	char name[ANCHOR_NAME_ROOM]; /* for messages: "Kjqmt7v (key 19036)", "DS of key 19036" */
};

struct anchors {
	const char *file; /* for messages; of the policy, or a word for IANA's, built in */
	struct anchor anchor[ANCHORS_MOST];
	size_t count;
};

/*
 * The anchors of the zone's policy that are valid at its time and of kinds that we know, at least
 * one. Bytes are in zone->arena. False with zone->error filled, where `file` is the anchors' one.
 */
bool anchors_read(const struct draft *zone, struct anchors *anchors);

/*
 * All anchors of IANA's root-anchors.xml (RFC 9718), valid or not; at least one. `file` has the
 * file's name, the arena, and the error. `text` need not end in any way.
 */
bool anchors_read_xml(const struct draft *file, const char *text, size_t size,
		      struct anchors *anchors);

/* Does it name that DNSKEY of '.', of which this is the RDATA? */
bool anchor_names(const struct anchor *anchor, const uint8_t *rdata, size_t length);

/* The length of digests of that type (RFC 4034 5.1.3), or 0 when we do not know it. */
size_t anchor_digest_length(uint8_t digest_type);

#endif
