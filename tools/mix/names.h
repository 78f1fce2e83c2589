/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Made-up names, in the zone and outside of it. */
#ifndef ROOTXDP_NAMES_H
#define ROOTXDP_NAMES_H

#include "chance.h"

#define NAME_LENGTH_MOST 60

/* The zone's TLDs, and how popular each is. */
struct names {
	struct chance *chance;
	size_t count;
	char **labels;   /* ascending by strcmp(): looked up to keep made-up names apart */
	size_t *by_rank; /* Zipf rank -> index in labels */
	double *heavier; /* sum of the weights up to a rank */
};

/* A name in wire form. */
struct wire_name {
	uint8_t bytes[NAME_LENGTH_MOST + 8];
	size_t length;
};

/* Copies the labels. False: no memory, or none given. names_free() is right in either case. */
bool names_init(struct names *names, struct chance *chance, const char *const *labels,
		size_t count);
void names_free(struct names *names);

/* A last label: not in the zone; any TLD with the same chance; or as the root's traffic has it. */
const char *label_nonexistent(const struct names *names, char label[64]);
const char *label_any(const struct names *names);
const char *label_popular(const struct names *names);

/* A name of `labels` labels (fewer where it would get longer than the mix's names are) that ends
 * with `last`; one as long as names get; the root. */
void name_in(const struct names *names, struct wire_name *name, const char *last, unsigned labels);
void name_long(const struct names *names, struct wire_name *name, const char *last);
void name_apex(struct wire_name *name);

/* How many labels a name of more than one has. */
unsigned labels_several(struct chance *chance);

/* Appends a label as it is. */
void name_append(struct wire_name *name, const char *label, size_t length);
void name_end(struct wire_name *name);

/* DNS 0x20: some resolvers ask in random case, and compare. */
void name_mix_case(const struct names *names, struct wire_name *name);

#endif
