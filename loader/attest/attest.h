/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Proof from the kernel: what it answers from at this moment is the authentic root zone.
 *
 * The maps of the active set are read back, the zone is rebuilt from the stored replies alone and
 * verified: DNSSEC to the trust anchors, and ZONEMD over all of it, glue included. Then an image is
 * rendered from that zone and compared with the maps byte for byte, so that all that can be sent is
 * what the engine makes of the authentic zone.
 */
#ifndef ROOTXDP_ATTEST_H
#define ROOTXDP_ATTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "maps.h"
#include "proof.h"
#include "zone.h"

struct attest_options {
	const char *trust_anchors; /* as in struct zone_policy; NULL: IANA's, built in */
	bool fixed;                /* validate at this time; false: at the loader's zone time */
	int64_t validate_at;       /* seconds since 1970 */
	enum zonemd_policy zonemd;
	bool allow_unsigned;       /* a zone that is not signed is examined as far as it can be */
};

#define FINDINGS_MAX 64
#define FINDING_TEXT 512

/* Something that is not as it should be. */
struct finding {
	char map[16];            /* "shelves_0"; "": it is about no map */
	int64_t key;             /* entry of that map; -1: none */
	int64_t byte;            /* of its value; -1: the whole entry */
	char text[FINDING_TEXT]; /* one line: the place, what is wrong, the way out */
};

struct findings {
	uint32_t set; /* that map names end with */
	struct finding finding[FINDINGS_MAX];
	size_t count; /* may be more than are listed */
};

#define ATTESTED_TYPES 24

struct attested_type {
	uint16_t type;
	uint32_t records;
};

enum attest_outcome {
	ATTEST_PROVEN,
	ATTEST_UNSIGNED,   /* nothing is wrong, but there are no signatures: nobody vouches for it */
	ATTEST_WRONG,      /* the findings say why */
	ATTEST_IMPOSSIBLE, /* no answer to the question: maps unreadable, no memory */
};

/* What attest() found. Fields are set as far as it came. About 40 KB. */
struct attestation {
	enum attest_outcome outcome;
	struct findings findings;

	uint32_t set;             /* 0 or 1 */
	unsigned int tries;       /* to read it without a switch in between; 1 is the rule */
	struct zone_info info;    /* as the map has it */
	struct settings settings; /* likewise */

	int64_t validated_at; /* seconds since 1970 */
	bool verified;        /* the zone of these replies is authentic */
	size_t records;
	struct attested_type type[ATTESTED_TYPES]; /* the most frequent first */
	size_t types;
	struct zone_proof proof;

	size_t replies, replies_same; /* stored ones, and those that the engine gives too */
	size_t names, cuts, shelves;  /* compared */
	uint64_t read_ns, verify_ns, compare_ns; /* how long that took */
};

/*
 * Attests what the kernel answers from. `maps` may be open for reading only; nothing is written.
 * Takes most of a second and 30 MB; no global state, so any thread may call it, also while the
 * loader switches. True: the outcome is ATTEST_PROVEN.
 */
bool attest(const struct maps *maps, const struct attest_options *options,
	    struct attestation *attestation);

#endif
