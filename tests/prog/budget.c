// SPDX-License-Identifier: GPL-2.0-or-later
/* Compares what was counted with what may be: tests/prog/budget.txt. */
#include "budget.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prog.h"

#define LINES_MOST 200

static struct budget lines[LINES_MOST];
static size_t line_count;

/* The words "KIND NAME FIGURE..." of a line; false: it is of another kind. */
static bool read_line(char *text, const char *kind, size_t figures, struct budget *budget)
{
	char *rest, *end, *word = strtok_r(text, " \t\n", &rest);

	if (!word || strcmp(word, kind))
		return false;
	word = strtok_r(NULL, " \t\n", &rest);
	if (!word || strlen(word) >= sizeof(budget->name))
		fail("%s:%u: no name, or a long one", BUDGET_FILE, budget->line);
	strcpy(budget->name, word);
	for (size_t i = 0; i < figures; i++) {
		word = strtok_r(NULL, " \t\n", &rest);
		budget->figure[i] = word ? strtoul(word, &end, 10) : 0;
		if (!word || *end)
			fail("%s:%u: figure %zu of %zu is missing, or is none", BUDGET_FILE,
			     budget->line, i + 1, figures);
	}
	if (strtok_r(NULL, " \t\n", &rest))
		fail("%s:%u: more than %zu figures", BUDGET_FILE, budget->line, figures);
	return true;
}

static const struct budget *find(const struct budget *all, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(all[i].name, name))
			return &all[i];
	return NULL;
}

static void read_lines(const char *kind, size_t figures)
{
	FILE *file = fopen(BUDGET_FILE, "r");
	unsigned int number = 0;
	char text[256];

	if (!file)
		fail("%s: %s", BUDGET_FILE, strerror(errno));
	line_count = 0;
	while (fgets(text, sizeof(text), file)) {
		struct budget *budget = &lines[line_count];

		*budget = (struct budget){ .line = ++number };
		if (!read_line(text, kind, figures, budget))
			continue;
		if (find(lines, line_count, budget->name))
			fail("%s:%u: '%s' once more", BUDGET_FILE, number, budget->name);
		if (++line_count == LINES_MOST)
			fail("%s:%u: too many lines: raise LINES_MOST", BUDGET_FILE, number);
	}
	fclose(file);
}

struct budget budget_line(const char *kind, const char *name, size_t figures)
{
	const struct budget *budget;

	read_lines(kind, figures);
	budget = find(lines, line_count, name);
	if (!budget)
		fail("%s: no line '%s %s'", BUDGET_FILE, kind, name);
	return *budget;
}

static void print_line(const char *kind, const struct budget *counted, size_t figures)
{
	printf("%s %-22s", kind, counted->name);
	for (size_t i = 0; i < figures; i++)
		printf(" %6u", counted->figure[i]);
	putchar('\n');
}

/* One line of what was counted; says what is over its budget. */
static bool judge(const char *const columns[], size_t figures, const struct budget *counted,
		  unsigned int *slack)
{
	const struct budget *budget = find(lines, line_count, counted->name);
	bool right = true;

	if (!budget) {
		printf("OVER: %s has no budget: add its line to %s\n", counted->name, BUDGET_FILE);
		return false;
	}
	for (size_t i = 0; i < figures; i++) {
		if (counted->figure[i] < budget->figure[i])
			++*slack;
		if (counted->figure[i] <= budget->figure[i])
			continue;
		printf("OVER: %s: %u %s, %u may be; if that is meant, change %s:%u\n",
		       counted->name, counted->figure[i], columns[i], budget->figure[i],
		       BUDGET_FILE, budget->line);
		right = false;
	}
	return right;
}

bool budget_judge(const char *kind, const char *const columns[], size_t figures,
		  const struct budget *counted, size_t count, unsigned int *slack)
{
	bool right = true;

	read_lines(kind, figures);
	for (size_t i = 0; i < count; i++)
		print_line(kind, &counted[i], figures);
	*slack = 0;
	for (size_t i = 0; i < count; i++)
		right &= judge(columns, figures, &counted[i], slack);
	for (size_t i = 0; i < line_count; i++) {
		if (find(counted, count, lines[i].name))
			continue;
		printf("OVER: nothing is called %s: take out %s:%u\n", lines[i].name, BUDGET_FILE,
		       lines[i].line);
		right = false;
	}
	return right;
}
