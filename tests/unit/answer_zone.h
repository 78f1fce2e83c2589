/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Zones for tests of the answer engine: the real one, and small ones made by hand. */
#ifndef ROOTXDP_TEST_ANSWER_ZONE_H
#define ROOTXDP_TEST_ANSWER_ZONE_H

#include "zone.h"

/* The verified real zone of 2026-07-31, read once; the test fails if it cannot be read. */
const struct zone *real_zone(void);
void real_zone_free(void);

/* A zone from lines in presentation format, neither verified nor complete; RRSIG lines become
 * signatures. Delegations may come in any order. Freed by hand_zone_free(). */
struct zone *hand_zone(const char *text);
void hand_zone_free(struct zone *zone);

#endif
