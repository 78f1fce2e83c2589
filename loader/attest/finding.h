/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings: the place in the maps, and words for it. */
#ifndef ROOTXDP_FINDING_H
#define ROOTXDP_FINDING_H

#include "attest.h"
#include "image.h"

/* The way out of almost everything: the maps are filled from the zone file. */
#define LOAD_ANEW "load the zone anew (SIGHUP to the loader, or 'rootxdp run')"

/* A place in a set's maps. */
struct spot {
	enum set_map_index map;
	int64_t key;
	int64_t byte; /* -1: the whole entry */
};

/* Adds "replies_0[12] byte 8: " and the text. Beyond FINDINGS_MAX it only counts. */
void find_at(struct findings *findings, const struct spot *spot, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds one that is about no place of a set. map: a map's name, or "". */
void find(struct findings *findings, const char *map, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds all of `more`. */
void find_all(struct findings *findings, const struct findings *more);

/* "com. referral with DO", "the gap behind com., NXDOMAIN with DO", ". SOA" */
struct reply_words {
	char text[128];
};
struct reply_words reply_words(const struct image_view *view, uint32_t index);

#endif
