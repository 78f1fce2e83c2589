/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where stored replies' bodies, relocations and cuts are laid down while an image is rendered. */
#ifndef ROOTXDP_STORE_H
#define ROOTXDP_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout.h"

struct sections;

/* Grows as replies come; zeroed at first, store_free() at last. */
struct store {
	struct cut *cuts;
	size_t cut_count, cut_room;
	struct shelf *shelves;
	size_t shelf_count, shelf_room;
	size_t place;          /* of the next body, in the last shelf */
	uint16_t max_udp_size; /* nothing longer is sent: optional glue beyond it is left out */
	bool out_of_memory;
};

/*
 * Renders a reply for the question `qname` (a label and the root, or the root) and lays it down.
 * Fills all of *reply except `name`. A reply that cannot be stored (too long, too many relocations
 * or cuts) leaves *reply as it was, zero: the kernel passes such queries.
 */
void store_reply(struct store *store, const struct sections *sections, const uint8_t *qname,
		 struct reply *reply);

void store_free(struct store *store);

#endif
