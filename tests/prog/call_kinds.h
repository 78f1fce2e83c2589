/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of query whose calls and look-ups are counted. */
#ifndef ROOTXDP_TEST_CALL_KINDS_H
#define ROOTXDP_TEST_CALL_KINDS_H

#include "frame.h"
#include "prog.h"

/* EVERY_TLD, EVERY_GAP: the dearest of as many queries as the zone has TLDs. */
enum every { EVERY_ONE, EVERY_TLD, EVERY_GAP };

struct call_kind {
	const char *name; /* in budget.txt */
	enum verdict verdict;
	struct query query;
	enum every every;                   /* instead of query.name */
	void (*prepare)(struct prog *prog); /* the programs' maps; undone by prog_restore() */
};

extern const struct call_kind call_kinds[];
extern const size_t call_kind_count;

#endif
