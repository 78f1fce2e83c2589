// SPDX-License-Identifier: GPL-2.0-or-later
/* The Internet checksum's sum (RFC 1071). */
#include "sum.h"

#include <string.h>

#include "checksum.h"

uint16_t body_sum(const uint8_t *bytes, size_t length)
{
	uint64_t sum = 0;
	uint32_t word;

	for (; length >= sizeof(word); length -= sizeof(word), bytes += sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		sum += word;
	}
	if (length) {
		word = 0;
		memcpy(&word, bytes, length);
		sum += word;
	}
	return sum_fold(sum);
}
