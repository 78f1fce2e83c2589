/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an answer consists of, before it is wire: RRsets of the zone, by section. */
#ifndef ROOTXDP_DECIDE_H
#define ROOTXDP_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "question.h"
#include "registry.h"
#include "verdict.h"
#include "zone.h"

enum dns_rcode {
	RCODE_NOERROR = 0,
	RCODE_FORMERR = 1,
	RCODE_SERVFAIL = 2,
	RCODE_NXDOMAIN = 3,
	RCODE_NOTIMP = 4,
	RCODE_REFUSED = 5,
	RCODE_NOTAUTH = 9,
	RCODE_BADVERS = 16, /* the upper eight bits of these travel in the OPT */
	RCODE_BADCOOKIE = 23
};

/* An RRset in a section: its records, its RRSIGs, or both. */
struct reference {
	const struct rrset *rrset;
	bool records;
	bool signatures;
};

#define REFERENCES_MAX 3

struct section {
	struct reference reference[REFERENCES_MAX];
	size_t count;
};

/*
 * An answer. The additional section is glue, whole RRsets in order of importance: the first
 * `glue_required` of them must be there (RFC 9471), the rest as far as it fits.
 */
struct sections {
	enum verdict verdict; /* what the reply counts as */
	uint16_t flags;       /* AA and RCODE, host order */
	bool compress;        /* false: no compression pointer anywhere */
	struct section answer;
	struct section authority;
	const struct glue *glue;
	size_t glue_count;
	size_t glue_required;
};

/*
 * The last label of a query name and what is asked about it. A zone one label deep needs no more:
 * names below a TLD get its referral, names below a nonexistent one do not exist (RFC 8020).
 */
struct asked {
	const uint8_t *label; /* the label's length byte, as received; '.' for the root */
	uint16_t labels;      /* in the whole name; 0 for the root */
	uint16_t type;
	bool dnssec_ok;
};

/* Decides about any question of class IN. */
void answer_question(const struct zone *zone, const struct asked *asked, struct sections *sections);

/* The outcomes, one function each; *sections is filled from scratch. */
void answer_apex(const struct zone *zone, uint16_t type, bool dnssec_ok, struct sections *sections);
void answer_referral(const struct delegation *delegation, bool dnssec_ok,
		     struct sections *sections);
void answer_ds(const struct zone *zone, const struct delegation *delegation, bool dnssec_ok,
	       struct sections *sections);
/* before: place in zone->delegations of the name before the gap, -1 for '.'. */
void answer_nxdomain(const struct zone *zone, long before, bool dnssec_ok,
		     struct sections *sections);

#endif
