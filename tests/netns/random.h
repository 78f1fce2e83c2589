/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random numbers that are the same everywhere for the same seed (splitmix64). */
#ifndef ROOTXDP_RANDOM_H
#define ROOTXDP_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
	uint64_t state;
};

static inline uint64_t roll(struct dice *dice)
{
	uint64_t z = dice->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* 0 to below - 1. */
static inline uint32_t below(struct dice *dice, uint32_t limit)
{
	return roll(dice) % limit;
}

static inline bool percent(struct dice *dice, uint32_t chance)
{
	return below(dice, 100) < chance;
}

#endif
