// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes query names for the differential test. */
#include "qname.h"

#include <ctype.h>
#include <string.h>

#define LABEL_MOST 63

struct label {
	uint8_t length;
	uint8_t bytes[LABEL_MOST];
};

void qname_root(struct qname *name)
{
	name->bytes[0] = 0;
	name->length = 1;
}

static void put_label(struct qname *name, const uint8_t *bytes, size_t length)
{
	name->bytes[name->length++] = length;
	memcpy(name->bytes + name->length, bytes, length);
	name->length += length;
}

/* A label that no name in the zone needs to have: letters, digits, now and then any byte. */
static void put_random_label(struct qname *name, size_t length, struct dice *dice)
{
	static const char usual[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
	uint8_t bytes[LABEL_MOST];
	bool any = percent(dice, 5);

	for (size_t i = 0; i < length; i++)
		bytes[i] = any ? below(dice, 256) : (uint8_t)usual[below(dice, sizeof(usual) - 1)];
	put_label(name, bytes, length);
}

static void fill_up(struct qname *name, size_t most, size_t label, struct dice *dice)
{
	size_t left;

	while (name->length + 2 <= (int)most) {
		left = most - name->length - 1;
		put_random_label(name, left < label ? left : label, dice);
	}
}

/* Everything before the last label, which takes `last` bytes with its length and the root's. */
static void put_front(struct qname *name, enum shape shape, size_t last, struct dice *dice)
{
	/* Mostly to the very end of what is legal. */
	size_t most = QNAME_MOST - last - (percent(dice, 50) ? 0 : below(dice, 8));
	uint32_t labels;

	name->length = 0;
	switch (shape) {
	case SHAPE_LABELS:
		for (labels = 1 + below(dice, 4); labels > 0; labels--)
			put_random_label(name, 1 + below(dice, 16), dice);
		break;
	case SHAPE_LONG_LABELS:
		fill_up(name, most, LABEL_MOST, dice);
		break;
	case SHAPE_MANY_LABELS:
		fill_up(name, most, 1, dice);
		break;
	default:
		break;
	}
}

static void finish(struct qname *name, enum shape shape, const struct label *last,
		   struct dice *dice)
{
	put_front(name, shape, last->length + 2, dice);
	put_label(name, last->bytes, last->length);
	name->bytes[name->length++] = 0;
}

static void append(struct label *label, uint8_t byte)
{
	if (label->length < LABEL_MOST)
		label->bytes[label->length++] = byte;
}

void qname_at(struct qname *name, const struct delegation *tld, enum place place, enum shape shape,
	      struct dice *dice)
{
	struct label last = { .length = tld->label_length };

	memcpy(last.bytes, tld->label, tld->label_length);
	switch (place) {
	case PLACE_RIGHT_BEHIND:
		append(&last, 0);
		break;
	case PLACE_BEHIND:
		append(&last, '0');
		break;
	case PLACE_BEFORE:
		last.bytes[last.length - 1]--;
		append(&last, 255);
		append(&last, 255);
		break;
	default:
		break;
	}
	finish(name, shape, &last, dice);
}

void qname_random(struct qname *name, enum shape shape, struct dice *dice)
{
	struct label last = { .length = 1 + below(dice, percent(dice, 10) ? LABEL_MOST : 12) };
	bool any = percent(dice, 20);

	for (size_t i = 0; i < last.length; i++)
		last.bytes[i] = any ? below(dice, 256) : 'a' + below(dice, 26);
	finish(name, shape, &last, dice);
}

void qname_mix_case(struct qname *name, struct dice *dice)
{
	enum { LOWER, UPPER, MIXED, WAYS } way = below(dice, WAYS);
	size_t at = 0, label;

	if (way == LOWER)
		return;
	while (name->bytes[at]) {
		for (label = name->bytes[at++]; label > 0; label--, at++)
			if (way == UPPER || percent(dice, 50))
				name->bytes[at] = toupper(name->bytes[at]);
	}
}
