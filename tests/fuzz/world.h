/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The real zone and its image, as every fuzzer needs them. */
#ifndef ROOTXDP_TEST_WORLD_H
#define ROOTXDP_TEST_WORLD_H

#include <stdint.h>

#include "answer.h"
#include "assemble.h"
#include "image.h"

struct world {
	struct zone *zone;
	struct image *image;
	struct image_view parts;
	struct zone_view view; /* over `parts`, of the same settings and asker as below */
	struct answer_config config;
	struct cookie_secrets secrets;
	struct identity identity;
	struct asker asker; /* over UDP */
};

/* Loaded at the first call; the process ends when it can't be. */
const struct world *world(void);

/* A copy of `length` bytes at `bytes` in memory of exactly that size, so that ASan sees its end. */
uint8_t *exactly(const void *bytes, size_t length);

/* Ends the process with a message when `truth` is false: libFuzzer then keeps the input. */
void expect(int truth, const char *what);

#endif
