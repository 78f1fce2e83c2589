/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside of gather.h: single sets, compared and looked up. */
#ifndef ROOTXDP_GATHERED_SET_H
#define ROOTXDP_GATHERED_SET_H

#include "gather.h"

/* Equal when A-Z are a-z. */
bool gathered_same_letters(const uint8_t *a, const uint8_t *b, size_t length);

/* Names that may be compressed lose the case of their letters; other bytes are as they are. */
bool gathered_same_rdata(uint16_t type, const uint8_t *a, const uint8_t *b, size_t length);

/* The same records in the same order, TTLs included. */
bool gathered_same_records(const struct gathered_set *a, const struct gathered_set *b);

/* Of owner, types and `negative`. The set lies in the bucket of the hash's lower bits. */
uint32_t gathered_hash(const struct gathered_set *key);

/* The set whose owner, types and `negative` are those of `key`; NULL: there is none. */
struct gathered_set *gathered_find(const struct gathered *gathered, const struct gathered_set *key);

/* Takes over the case of what has no pointer in it from an equal set. False: no memory. */
bool gathered_learn_case(struct gathered *gathered, struct gathered_set *set,
			 const struct gathered_set *other);

#endif
