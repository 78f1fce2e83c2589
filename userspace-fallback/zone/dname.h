/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Domain names in wire form, not compressed, 1-255 bytes: compared, measured and shown. */
#ifndef ROOTXDP_ZONE_DNAME_H
#define ROOTXDP_ZONE_DNAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DNAME_LONGEST   255
#define DNAME_TEXT_ROOM 72 /* bytes that dname_text() wants: longer names are shown in part */

/* Bytes of the name that begins at `bytes`; 0 if none ends within `room` and 255 bytes. */
size_t dname_measure(const uint8_t *bytes, size_t room);

/* The same of a name that is known to be right. */
size_t dname_length(const uint8_t *name);

/* Labels, the root's empty one not counted: 0-127. */
unsigned dname_labels(const uint8_t *name);

/* Canonical order (RFC 4034 6.1), case-blind: below, equal to or above 0. */
int dname_compare(const uint8_t *a, const uint8_t *b);

/* True when `name` is `parent` or below it. */
bool dname_at_or_below(const uint8_t *name, const uint8_t *parent);

/* A-Z to a-z; any other byte as it is. */
static inline uint8_t dname_lower(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
}

/*
 * Reads a name in presentation form, with or without the last dot, into `name`. Returns its length
 * in wire form, or 0 when it is none.
 */
size_t dname_parse(const char *text, uint8_t name[DNAME_LONGEST]);

/* Presentation form, \DDD for what is not a visible character; cut short with "..." */
void dname_text(char text[DNAME_TEXT_ROOM], const uint8_t *name);

#endif
