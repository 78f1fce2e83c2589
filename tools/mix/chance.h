/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pseudo-random choices, the same ones for the same seed. */
#ifndef ROOTXDP_CHANCE_H
#define ROOTXDP_CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chance {
	uint64_t state;
};

/* A choice among values, by weight. */
struct share {
	uint16_t value;
	uint16_t weight;
};

uint64_t random64(struct chance *chance);

/* 0 to limit - 1, and least to most. */
unsigned below(struct chance *chance, unsigned limit);
unsigned between(struct chance *chance, unsigned least, unsigned most);

/* True in `share` of 10,000 cases. */
bool happens(struct chance *chance, unsigned share);

/* One of `count` values, each as often as its weight says; not all weights are 0. */
uint16_t draw(struct chance *chance, const struct share *shares, size_t count);
#define DRAW(chance, shares) draw(chance, shares, sizeof(shares) / sizeof(*(shares)))

#endif
