/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queries that the kernel does not answer: malformed ones, and those with errors of their own. */
#ifndef ROOTXDP_MALFORM_H
#define ROOTXDP_MALFORM_H

#include "queries.h"
#include "random.h"

/* Makes a well-formed query into such a one, and says so in its `kernel` and `silent`. */
void query_malform(struct query *query, struct dice *dice);

#endif
