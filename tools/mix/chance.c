// SPDX-License-Identifier: GPL-2.0-or-later
/* Pseudo-random choices. */
#include "chance.h"

/* splitmix64: short, and every seed is a good one. */
uint64_t random64(struct chance *chance)
{
	uint64_t z = chance->state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

unsigned below(struct chance *chance, unsigned limit)
{
	return (unsigned)(((random64(chance) >> 32) * limit) >> 32);
}

unsigned between(struct chance *chance, unsigned least, unsigned most)
{
	return least + below(chance, most - least + 1);
}

bool happens(struct chance *chance, unsigned share)
{
	return below(chance, 10000) < share;
}

uint16_t draw(struct chance *chance, const struct share *shares, size_t count)
{
	unsigned total = 0, at;

	for (size_t i = 0; i < count; i++)
		total += shares[i].weight;
	at = below(chance, total);
	while (at >= shares->weight)
		at -= shares++->weight;
	return shares->value;
}
