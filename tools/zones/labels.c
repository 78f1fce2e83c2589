// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes up TLDs: lengths as in the real root, letters as they come. */
#include "labels.h"

#include <stdlib.h>
#include <string.h>

#define LENGTH_MOST 24

static const char *const large[] = { "com", "net", "org" };

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

void label_spell(struct chance *chance, size_t length, char text[LABEL_ROOM])
{
	/* Letters of both kinds take turns, with any letter now and then. */
	unsigned odd = below(chance, 2);

	for (size_t i = 0; i < length; i++)
		text[i] = happens(chance, 1500)
				  ? (char)('a' + below(chance, 26))
				  : (i % 2 == odd ? "bcdfghjklmnpqrstvwxz"[below(chance, 20)]
						  : "aeiouy"[below(chance, 6)]);
	text[length] = '\0';
}

/* An A-label in looks only: nothing decodes it. */
static void spell_international(struct chance *chance, char text[LABEL_ROOM])
{
	size_t length = between(chance, 7, LENGTH_MOST - 4);

	memcpy(text, "xn--", 4);
	for (size_t i = 4; i < length; i++)
		text[i] = "abcdefghijklmnopqrstuvwxyz0123456789"[below(chance, 36)];
	text[length] = '\0';
}

/* `longer`: how many bytes longer than the real root's. */
static void make_label(struct chance *chance, unsigned longer, char text[LABEL_ROOM])
{
	/* The real root's labels that are not xn--, of July 2026. */
	static const struct share lengths[] = {
		{ 2, 248 }, { 3, 216 }, { 4, 205 }, { 5, 155 }, { 6, 158 }, { 7, 110 },
		{ 8, 65 },  { 9, 40 },  { 10, 35 }, { 11, 25 }, { 12, 12 }, { 13, 8 },
		{ 14, 7 },  { 17, 2 },  { 18, 1 },  { 24, 1 },
	};
	size_t length;

	if (happens(chance, 1050)) {
		spell_international(chance, text);
		return;
	}
	length = DRAW(chance, lengths) + longer;
	label_spell(chance, length < LENGTH_MOST ? length : LENGTH_MOST, text);
}

/* Sorts, and drops what is there twice. Returns how many are left. */
static size_t sort_unique(struct label_text *labels, size_t count)
{
	size_t left = 0;

	qsort(labels, count, sizeof(*labels), compare);
	for (size_t i = 0; i < count; i++)
		if (left == 0 || strcmp(labels[left - 1].text, labels[i].text))
			labels[left++] = labels[i];
	return left;
}

struct label_text *labels_make(struct chance *chance, size_t count)
{
	const size_t named = sizeof(large) / sizeof(*large);
	struct label_text *labels = calloc(count, sizeof(*labels));
	size_t made = named;

	if (!labels)
		return NULL;
	for (size_t i = 0; i < named; i++)
		strcpy(labels[i].text, large[i]);
	for (unsigned longer = 0; made < count; longer++) {
		for (; made < count; made++)
			make_label(chance, longer, labels[made].text);
		made = sort_unique(labels, count);
	}
	return labels;
}
