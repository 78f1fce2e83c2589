/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A number of things, as it is told on a command line. */
#ifndef ROOTXDP_COUNT_H
#define ROOTXDP_COUNT_H

#include <stdbool.h>
#include <stdlib.h>

/* 1 to `most`, in decimal digits and nothing else. */
static inline bool count_parse(const char *word, unsigned int most, unsigned int *count)
{
	char *end;
	unsigned long value = strtoul(word, &end, 10);

	*count = (unsigned int)value;
	return *word >= '0' && *word <= '9' && !*end && value > 0 && value <= most;
}

#endif
