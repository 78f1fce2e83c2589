// SPDX-License-Identifier: GPL-2.0-or-later
/* Collects remarks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "remarks.h"

/* One line, whatever stands in a value that is quoted. */
static void keep_in_line(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == '\x7f')
			*text = '?';
}

void remarks_add(struct remarks *remarks, enum remark_kind kind, unsigned int line, const char *key,
		 const char *format, va_list arguments)
{
	struct remark *list = realloc(remarks->list, (remarks->count + 1) * sizeof(*list));
	size_t at = remarks->count;

	if (!list)
		abort();
	remarks->list = list;
	while (at && list[at - 1].line > line)
		at--;
	memmove(&list[at + 1], &list[at], (remarks->count - at) * sizeof(*list));
	list[at] = (struct remark){ .kind = kind, .line = line };
	snprintf(list[at].key, sizeof(list[at].key), "%s", key);
	vsnprintf(list[at].text, sizeof(list[at].text), format, arguments);
	keep_in_line(list[at].key);
	keep_in_line(list[at].text);
	remarks->count++;
}

size_t remarks_count(const struct remarks *remarks, enum remark_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < remarks->count; i++)
		count += remarks->list[i].kind == kind;
	return count;
}

void remarks_print(const struct remarks *remarks, const char *file, bool needs_all)
{
	for (size_t i = 0; i < remarks->count; i++) {
		const struct remark *remark = &remarks->list[i];
		bool error = remark->kind == REMARK_ERROR ||
			     (needs_all && remark->kind == REMARK_ABSENT);
		char place[16] = "";

		if (remark->line)
			snprintf(place, sizeof(place), ":%u", remark->line);
		(error ? log_error : log_note)("%s%s: %s%s%s", file, place, remark->key,
					       *remark->key ? ": " : "", remark->text);
	}
}

void remarks_free(struct remarks *remarks)
{
	free(remarks->list);
	*remarks = (struct remarks){ 0 };
}
