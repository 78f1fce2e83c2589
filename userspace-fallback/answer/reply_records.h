/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a stored reply back to its records: names not compressed, one record after the other. */
#ifndef ROOTXDP_REPLY_RECORDS_H
#define ROOTXDP_REPLY_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "cursor.h"
#include "image.h"
#include "question.h"

/* Which name a reply of this index was rendered for: '.', or the label of its TLD. */
struct reply_question {
	uint8_t name[1 + DNS_LABEL_MAX + 1];
	uint32_t length; /* bytes */
};

/* The longest RDATA: a body with two names in full length in place of pointers. */
#define RECORD_RDATA_MAX (BODY_MAX + 2 * DNS_NAME_MAX)

struct reply_record {
	uint8_t owner[DNS_NAME_MAX];
	uint8_t owner_length;
	bool owner_whole; /* no pointer was in it: its letters are of the case in the zone */
	bool rdata_whole;
	bool authority; /* of that section */
	uint16_t type;
	uint16_t rdata_length;
	uint32_t ttl;
	uint8_t rdata[RECORD_RDATA_MAX];
};

struct reply_reader {
	struct cursor body;
	struct reply_question question;
	uint32_t record; /* that comes next */
	uint32_t records;
	uint32_t answers, authorities;
};

/*
 * Begins with the first record of reply `index`; its whole body is read: shorter cuts are
 * beginnings of that. The view's counts must be right, all else may be any bytes. A reply that is
 * not stored, or does not lie in a shelf, has no records.
 */
void reply_reader_begin(struct reply_reader *reader, const struct image_view *view, __u32 index);

/* The next record. False: there is none, or it is malformed. */
bool reply_reader_next(struct reply_reader *reader, struct reply_record *record);

/* The TLD that reply `index` belongs to, in wire form; for an NXDOMAIN the name before the gap. */
struct reply_question reply_name(const struct image_view *view, __u32 index);

/* The question that it was rendered for. */
struct reply_question reply_question(const struct image_view *view, __u32 index);

#endif
