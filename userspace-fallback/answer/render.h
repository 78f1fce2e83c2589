/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes sections as wire, compressed, and notes what a stored reply needs to be adapted. */
#ifndef ROOTXDP_RENDER_H
#define ROOTXDP_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct glue;
struct sections;

/* A name that was written and may be pointed to (RFC 1035 4.1.4). */
struct suffix {
	const uint8_t *name; /* the same name, uncompressed; not ours */
	uint32_t hash;       /* of the name with case folded */
	uint16_t place;      /* in the message, at most 0x3FFF */
	uint16_t next;       /* 1 + index of the next one in the bucket; 0: none */
};

#define SUFFIX_BUCKETS 64
#define SUFFIXES_MAX   512 /* names beyond these are written, but not pointed to */

/* A message under construction. One is about 12 KB; put it on the stack. */
struct writer {
	uint8_t *message;
	size_t length; /* bytes written */
	size_t limit;  /* bytes that may be written */
	bool full;     /* something did not fit; what was written since is worthless */
	bool compress;

	size_t body;             /* where the body begins: relocations count from here */
	uint16_t *relocations;   /* places of pointers, ascending; NULL when nobody asks */
	size_t relocation_count; /* may exceed relocations_max; the rest is not noted */
	size_t relocations_max;

	const uint8_t *owner; /* of the last record */
	uint16_t owner_place; /* what its pointer leads to, if it is nothing but one; else 0 */

	size_t suffix_count;
	uint16_t bucket[SUFFIX_BUCKETS];
	struct suffix suffix[SUFFIXES_MAX];
};

struct counts {
	uint16_t answer, authority, additional; /* records; host order */
};

/*
 * Starts a body behind the `length` bytes that `message` holds: header and question.
 * `label` is the last label of the question's name (its length byte, in `message`), the only
 * part of the question that may be pointed to; nothing is when it is the root.
 */
void writer_begin(struct writer *writer, uint8_t *message, size_t length, size_t limit,
		  const uint8_t *label);

/* Writes answer, authority and the required glue. False: it does not fit. */
bool render_required(struct writer *writer, const struct sections *sections, struct counts *counts);

/* Writes one more RRset of the additional section, or leaves the message as it was: false. */
bool render_glue(struct writer *writer, const struct glue *glue, struct counts *counts);

#endif
