// SPDX-License-Identifier: GPL-2.0-or-later
// Sorts values for the one in the middle and those at the ends.
#include "spread.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

struct spread spread_of(const double *values, unsigned int count)
{
	double sorted[ROUNDS_MOST];

	memcpy(sorted, values, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare);
	return (struct spread){ (sorted[(count - 1) / 2] + sorted[count / 2]) / 2, sorted[0],
				sorted[count - 1] };
}

double rounded(double value, unsigned int steps)
{
	return (double)(long long)(value * steps + (value < 0 ? -0.5 : 0.5)) / steps;
}
