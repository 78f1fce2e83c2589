// SPDX-License-Identifier: GPL-2.0-or-later
/* Made-up names: syllables for labels, Zipf's law for TLDs. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"

static int compare_labels(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool exists(const struct names *names, const char *label)
{
	return bsearch(&label, names->labels, names->count, sizeof(*names->labels), compare_labels);
}

void name_append(struct wire_name *name, const char *label, size_t length)
{
	name->bytes[name->length++] = (uint8_t)length;
	memcpy(name->bytes + name->length, label, length);
	name->length += length;
}

/* A label that could be said aloud, with a digit or hyphen now and then. */
static size_t make_label(const struct names *names, size_t length, char label[64])
{
	for (size_t i = 0; i < length; i++) {
		label[i] = i % 2 ? "aeiou"[below(names->chance, 5)]
				 : "bcdfghjklmnpqrstvwxz"[below(names->chance, 20)];
		if (i && i + 1 < length && happens(names->chance, 600))
			label[i] = "0123456789-"[below(names->chance, 11)];
	}
	label[length] = '\0';
	return length;
}

const char *label_nonexistent(const struct names *names, char label[64])
{
	do {
		make_label(names, between(names->chance, 4, 14), label);
	} while (exists(names, label));
	return label;
}

/* Labels in front of a last label of `last` bytes, `labels` in all, as far as there is room. */
static void make_front(const struct names *names, struct wire_name *name, unsigned labels,
		       size_t last)
{
	char label[64];

	while (--labels > 0) {
		size_t length = happens(names->chance, 2500) ? between(names->chance, 7, 14)
							     : between(names->chance, 1, 7);

		if (name->length + length + 1 + last + 2 > NAME_LENGTH_MOST)
			break;
		name_append(name, label, make_label(names, length, label));
	}
}

unsigned labels_several(struct chance *chance)
{
	static const struct share labels[] = {
		{ 2, 110 }, { 3, 290 }, { 4, 180 }, { 5, 60 }, { 6, 30 }, { 7, 20 },
	};

	return DRAW(chance, labels);
}

void name_in(const struct names *names, struct wire_name *name, const char *last, unsigned labels)
{
	name->length = 0;
	make_front(names, name, labels, strlen(last));
	name_append(name, last, strlen(last));
	name_end(name);
}

void name_long(const struct names *names, struct wire_name *name, const char *last)
{
	size_t front = NAME_LENGTH_MOST - strlen(last) - 2;
	char label[64];

	name->length = 0;
	name_append(name, label, make_label(names, front / 2 - 1, label));
	name_append(name, label, make_label(names, front - front / 2 - 1, label));
	name_append(name, last, strlen(last));
	name_end(name);
}

void name_apex(struct wire_name *name)
{
	name->bytes[0] = 0;
	name->length = 1;
}

const char *label_any(const struct names *names)
{
	return names->labels[below(names->chance, (unsigned)names->count)];
}

/* A TLD by Zipf's law: the n-th is asked for 1/n as often as the first. */
static const char *zipf(const struct names *names)
{
	double at = (double)(random64(names->chance) >> 11) / (double)(1ULL << 53);
	size_t low = 0, high = names->count - 1;

	at *= names->heavier[high];
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (names->heavier[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return names->labels[names->by_rank[low]];
}

const char *label_popular(const struct names *names)
{
	static const struct share tlds[] = { { 0, 40 }, { 1, 20 }, { 2, 4 }, { 3, 36 } };
	static const char *const large[] = { "com", "net", "org" };
	uint16_t which = DRAW(names->chance, tlds);

	return which < 3 && exists(names, large[which]) ? large[which] : zipf(names);
}

void name_mix_case(const struct names *names, struct wire_name *name)
{
	for (size_t i = 0; i < name->length; i += name->bytes[i] + 1U)
		for (size_t k = 1; k <= name->bytes[i]; k++)
			if (islower(name->bytes[i + k]) && happens(names->chance, 5000))
				name->bytes[i + k] -= 'a' - 'A';
}

void name_end(struct wire_name *name)
{
	name->bytes[name->length++] = 0;
}

static void rank_labels(struct names *names)
{
	double sum = 0;

	for (size_t i = 0; i < names->count; i++) {
		size_t other = below(names->chance, (unsigned)i + 1);

		names->by_rank[i] = names->by_rank[other];
		names->by_rank[other] = i;
		sum += 1.0 / (double)(i + 1);
		names->heavier[i] = sum;
	}
}

bool names_init(struct names *names, struct chance *chance, const char *const *labels, size_t count)
{
	*names = (struct names){
		.chance = chance,
		.labels = calloc(count + 1, sizeof(*names->labels)),
		.by_rank = calloc(count + 1, sizeof(*names->by_rank)),
		.heavier = calloc(count + 1, sizeof(*names->heavier)),
	};
	if (count == 0 || !names->labels || !names->by_rank || !names->heavier)
		return false;
	for (; names->count < count; names->count++) {
		names->labels[names->count] = strdup(labels[names->count]);
		if (!names->labels[names->count])
			return false;
	}
	qsort(names->labels, count, sizeof(*names->labels), compare_labels);
	rank_labels(names);
	return true;
}

void names_free(struct names *names)
{
	for (size_t i = 0; names->labels && i < names->count; i++)
		free(names->labels[i]);
	free(names->labels);
	free(names->by_rank);
	free(names->heavier);
}
