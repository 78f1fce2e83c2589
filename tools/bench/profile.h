/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a BPF program's own time goes: what it was at, whenever a clock ticked. */
#ifndef ROOTXDP_PROFILE_H
#define ROOTXDP_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

/* A packet's way, as far as source files and functions tell it apart. */
enum profile_step {
	STEP_PACKET,   /* Ethernet, VLAN, IP, UDP; whose address and device it is */
	STEP_QUESTION, /* header, question, OPT */
	STEP_SEARCH,   /* which TLD or gap, which reply */
	STEP_MEMORY,   /* waits for the stored reply's entry, and its relocations */
	STEP_CHECKSUM, /* the query's, and what of the reply's is summed afresh */
	STEP_WRITE,    /* headers, OPT, how much of the reply fits */
	STEP_RELOCATE, /* compression pointers */
	STEP_CLIENT,   /* cookies, rate limits */
	STEP_BETWEEN,  /* stages and what goes between them, maps, the clock, counting */
	STEP_COUNT
};

extern const char *const profile_step_words[STEP_COUNT];

struct profile {
	struct place *places; /* the program's machine code, by address */
	uint32_t place_count;
	int event;
	void *ring;
	uint64_t steps[STEP_COUNT]; /* ticks that found the program at a step */
};

/*
 * Gets ready to look at a program on the CPU that this is called on. profile_close() is right in
 * either case. False: one line in why[256].
 */
bool profile_open(struct profile *profile, int program, char why[256]);
void profile_close(struct profile *profile);

/* Looks, for two seconds at most: behind that, ticks are lost. */
void profile_start(struct profile *profile);
void profile_stop(struct profile *profile);

#endif
