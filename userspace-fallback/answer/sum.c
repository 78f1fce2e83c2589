// SPDX-License-Identifier: GPL-2.0-or-later
// The Internet checksum's sum (RFC 1071).
#include "sum.h"

#include <string.h>

uint16_t sum_bytes(const uint8_t *bytes, size_t length)
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
	while (sum >> 16)
		sum = (sum & 0xFFFF) + (sum >> 16);
	return sum;
}
