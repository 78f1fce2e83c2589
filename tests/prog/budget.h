/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares what was counted with what may be: tests/prog/budget.txt. */
#ifndef ROOTXDP_TEST_BUDGET_H
#define ROOTXDP_TEST_BUDGET_H

#include <stdbool.h>
#include <stddef.h>

#define BUDGET_FILE    "tests/prog/budget.txt"
#define BUDGET_FIGURES 6

/* Figures of one thing; what is counted, or what may be. */
struct budget {
	char name[40];
	unsigned int figure[BUDGET_FIGURES];
	unsigned int line; /* in the file; 0: not from there */
};

/* The line of that kind ("program", "query") and name; ends the test when it is bad or missing. */
struct budget budget_line(const char *kind, const char *name, size_t figures);

/*
 * Judges all that there is of a kind. Prints what was counted as lines of the file, and below these
 * each figure that is over its budget, or has none; lines for what nobody counts too. False: there
 * is such a line. *slack: how many figures are below their budgets. columns: the figures' names.
 */
bool budget_judge(const char *kind, const char *const columns[], size_t figures,
		  const struct budget *counted, size_t count, unsigned int *slack);

#endif
