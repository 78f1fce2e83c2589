// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes gathered records as a zone file, in the form for unknown types (RFC 3597 5). */
#include <ctype.h>
#include <stdlib.h>

#include "rebuild.h"

static void put_owner(FILE *out, const uint8_t *name)
{
	if (!*name)
		putc('.', out);
	for (; *name; name += 1 + *name) {
		for (unsigned int i = 1; i <= *name; i++) {
			bool plain = isascii(name[i]) && (isalnum(name[i]) || name[i] == '-');

			fprintf(out, plain ? "%c" : "\\%03u", name[i]);
		}
		putc('.', out);
	}
}

static void put_record(FILE *out, const struct gathered_set *set,
		       const struct gathered_record *record)
{
	static const char digits[] = "0123456789abcdef";

	put_owner(out, set->owner);
	fprintf(out, " %u IN TYPE%u \\# %u ", record->ttl, set->type, record->length);
	for (unsigned int i = 0; i < record->length; i++) {
		putc(digits[record->rdata[i] >> 4], out);
		putc(digits[record->rdata[i] & 15], out);
	}
	putc('\n', out);
}

uint32_t *rebuilt_write(const struct rebuilt *rebuilt, FILE *out, size_t *lines)
{
	const struct gathered *gathered = rebuilt->gathered;
	size_t line = 0, room = 1;
	uint32_t *replies;

	for (size_t i = 0; i < gathered->set_count; i++)
		room += gather_best(gathered->sets[i])->count;
	replies = calloc(room, sizeof(*replies));
	if (!replies)
		return NULL;
	for (size_t i = 0; i < gathered->set_count; i++) {
		const struct gathered_set *set = gather_best(gathered->sets[i]);

		for (uint16_t at = 0; at < set->count && !set->negative; at++) {
			put_record(out, set, &set->records[at]);
			replies[line++] = set->reply;
		}
	}
	*lines = line;
	if (!fflush(out) && !ferror(out))
		return replies;
	free(replies);
	return NULL;
}
