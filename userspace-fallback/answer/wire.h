/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes that move on: each returns the byte behind what it wrote. */
#ifndef ROOTXDP_WIRE_H
#define ROOTXDP_WIRE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A number in network order. */
static inline uint8_t *put16(uint8_t *at, uint16_t value)
{
	at[0] = value >> 8;
	at[1] = value;
	return at + 2;
}

static inline uint8_t *put(uint8_t *at, const uint8_t *bytes, size_t length)
{
	memcpy(at, bytes, length);
	return at + length;
}

#endif
