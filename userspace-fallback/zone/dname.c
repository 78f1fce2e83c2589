// SPDX-License-Identifier: GPL-2.0-or-later
/* Domain names in wire form: compared, measured and shown. */
#include "dname.h"

#include <ldns/ldns.h>
#include <stdio.h>
#include <string.h>

#define LABELS_MOST 127

size_t dname_measure(const uint8_t *bytes, size_t room)
{
	size_t at = 0;

	while (at < room && at < DNAME_LONGEST) {
		if (!bytes[at])
			return at + 1;
		if (bytes[at] > 63)
			return 0;
		at += 1 + bytes[at];
	}
	return 0;
}

size_t dname_length(const uint8_t *name)
{
	return dname_measure(name, DNAME_LONGEST);
}

unsigned dname_labels(const uint8_t *name)
{
	unsigned labels = 0;

	for (; *name; name += 1 + *name)
		labels++;
	return labels;
}

static int compare_labels(const uint8_t *a, const uint8_t *b)
{
	size_t common = *a < *b ? *a : *b;

	for (size_t i = 1; i <= common; i++) {
		int difference = dname_lower(a[i]) - dname_lower(b[i]);

		if (difference)
			return difference;
	}
	return *a - *b;
}

/* The labels of a name, the leftmost first. */
static unsigned split(const uint8_t *name, const uint8_t *labels[LABELS_MOST])
{
	unsigned count = 0;

	for (; *name && count < LABELS_MOST; name += 1 + *name)
		labels[count++] = name;
	return count;
}

int dname_compare(const uint8_t *a, const uint8_t *b)
{
	const uint8_t *labels_a[LABELS_MOST], *labels_b[LABELS_MOST];
	unsigned left_a = split(a, labels_a), left_b = split(b, labels_b);

	while (left_a && left_b) {
		int difference = compare_labels(labels_a[--left_a], labels_b[--left_b]);

		if (difference)
			return difference;
	}
	return (int)left_a - (int)left_b;
}

bool dname_at_or_below(const uint8_t *name, const uint8_t *parent)
{
	unsigned labels = dname_labels(name), wanted = dname_labels(parent);

	for (; labels > wanted; labels--)
		name += 1 + *name;
	return labels == wanted && dname_compare(name, parent) == 0;
}

/* One byte of a label in presentation form (RFC 4343 2.1); returns the characters written. */
static int byte_text(char *text, uint8_t byte)
{
	if (byte <= ' ' || byte >= 127)
		return sprintf(text, "\\%03u", byte);
	if (strchr(".\\\"'()@;$", byte))
		return sprintf(text, "\\%c", byte);
	return sprintf(text, "%c", byte);
}

void dname_text(char text[DNAME_TEXT_ROOM], const uint8_t *name)
{
	size_t at = 0;

	if (!*name)
		text[at++] = '.';
	for (; *name; name += 1 + *name) {
		for (unsigned i = 1; i <= *name; i++) {
			/* room for \DDD, a dot, "..." and the end */
			if (at + 9 > DNAME_TEXT_ROOM) {
				strcpy(text + at, "...");
				return;
			}
			at += byte_text(text + at, name[i]);
		}
		text[at++] = '.';
	}
	text[at] = '\0';
}

size_t dname_parse(const char *text, uint8_t name[DNAME_LONGEST])
{
	ldns_rdf *parsed = ldns_dname_new_frm_str(text);
	size_t length = parsed ? ldns_rdf_size(parsed) : 0;

	if (length)
		memcpy(name, ldns_rdf_data(parsed), length);
	ldns_rdf_deep_free(parsed);
	return length;
}
