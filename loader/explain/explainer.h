/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends packets through the live maps, and says what each stage of each tier did. */
#ifndef ROOTXDP_EXPLAINER_H
#define ROOTXDP_EXPLAINER_H

#include <jansson.h>
#include <stdbool.h>

#include "maps.h"
#include "probe.h"

/* Where packets are sent through: the live maps, and a second instance of the programs on them. */
struct explainer {
	struct maps maps;
	struct settings settings;
	struct interface interface; /* that they come in on */
	struct probe probe;
};

/*
 * Opens what is pinned in `pin`. interface: the name of one that we are attached to; NULL: the one
 * with the lowest ifindex. False: said on stderr.
 */
bool explainer_open(struct explainer *explainer, const char *pin, const char *interface);

/* Fine after explainer_open() failed. */
void explainer_close(struct explainer *explainer);

/* Is it an address of ours? */
bool explainer_is_ours(const struct explainer *explainer, const struct address *address);

/* The lowest of our addresses, of one family when `from` (NULL: any) has it; false: said. */
bool explainer_address(const struct explainer *explainer, const struct address *from,
		       struct address *address);

/*
 * What becomes of a frame, as {"query": {...}, "tiers": [...]}: first XDP, if it is attached, then
 * tc, if XDP passes and tc is attached. NULL: said on stderr. For json_decref().
 */
json_t *explainer_packet(struct explainer *explainer, const __u8 *frame, __u32 length);

#endif
