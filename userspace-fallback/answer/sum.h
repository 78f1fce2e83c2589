/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Internet checksum's sum (RFC 1071), as struct cut of layout.h holds it. */
#ifndef ROOTXDP_SUM_H
#define ROOTXDP_SUM_H

#include <stddef.h>
#include <stdint.h>

/* Ones-complement sum of 16-bit words in memory order, folded; an odd last byte is padded.
 * Of bodies of any length: checksum.h's sums are bounded by what a packet holds. */
uint16_t body_sum(const uint8_t *bytes, size_t length);

#endif
