/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks both lanes, round by round, and compares what they say. */
#ifndef ROOTXDP_ROUNDS_H
#define ROOTXDP_ROUNDS_H

#include <time.h>

#include "lane.h"

#define ROUND_MOST  1024
#define NUMBER_NONE ((unsigned long)-1)

struct pace {
	unsigned long window;   /* queries in flight: a round's, at most ROUND_MOST */
	unsigned long patience; /* milliseconds before an unanswered query is sent again */
};

struct tally {
	unsigned long queries;
	unsigned long silent; /* of them: nobody may reply */
	unsigned long kernel; /* of them: sent over what the kernel must answer */
	unsigned long differences;
	unsigned long lost;       /* no reply from one side, after several tries */
	unsigned long unexpected; /* replies to what must not get one */
	unsigned long retried;
	unsigned long faults; /* see struct lane */
	unsigned long other;  /* replies that were the other zone's */
	double seconds;
};

/* Compares all of them; prints the first differences. */
void compare_all(const struct queries *queries, struct lane *kernel, struct lane *reference,
		 const struct pace *pace, struct tally *tally);

/* Compares one, and prints it with both replies. */
void compare_one(const struct queries *queries, unsigned long number, struct lane *kernel,
		 struct lane *reference, const struct pace *pace, struct tally *tally);

/* One line of numbers and names. */
void tally_print(const struct tally *tally);

/* Nothing was different, lost, unexpected or at fault. */
bool tally_clean(const struct tally *tally);

#endif
