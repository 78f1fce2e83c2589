/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is told of a figure that was measured in several rounds. */
#ifndef ROOTXDP_SPREAD_H
#define ROOTXDP_SPREAD_H

#define ROUNDS_MOST 99

struct spread {
	double median, least, most;
};

/* Of 1 to ROUNDS_MOST values, which stay as they are. */
struct spread spread_of(const double *values, unsigned int count);

/* To the nearest of so many steps in one: 10 are tenths. */
double rounded(double value, unsigned int steps);

#endif
