/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small root zone for tests, signed by keys that are made anew each time, and edits of it. */
#ifndef ROOTXDP_TEST_ZONE_MAKER_H
#define ROOTXDP_TEST_ZONE_MAKER_H

#include <stdint.h>

#include "zone.h"

#define MADE_ZONE_TIME 1767312000 /* 2026-01-02 00:00 UTC: within its signatures' time */
#define MADE_ZONE_END  1767744000 /* 2026-01-07 00:00 UTC */

/* The signed zone, one record a line, its fields parted by single spaces; for free().
 * The keys are made at the first call and are the same for every later one. */
char *made_zone(void);

/* The made zone's trust anchor, a DS record; for free(). */
char *made_zone_anchor(void);

/*
 * `text` with edits, up to a NULL or eight; for free(). An edit is one of
 *   "-TEXT"      every line that begins with TEXT is left out
 *   "+TEXT"      TEXT is a line more, at the end
 *   "~OLD~NEW"   the first OLD, which must be there, becomes NEW
 *   "!TYPE"      the RRset '. TYPE' (a number) is signed again, as it is now
 *   "?TYPE"      the same by the wrong key: the ZSK for DNSKEY, the KSK for the others
 *   "^TEXT"      all from the first TEXT on, which must be there, is left out
 *   "<N"         only the first N bytes are left; with a negative N the last ones are dropped
 */
char *made_zone_edit(const char *text, const char *const edits[8]);

/* Loads a zone text `later` seconds after MADE_ZONE_TIME, by the made zone's anchor. */
struct zone *made_zone_load(const char *text, int64_t later, enum zonemd_policy zonemd,
			    struct zone_error *error);

/* Writes `text` to a new temporary file and returns its path, for free() after unlink(). */
char *temporary_file(const char *text);

#endif
