// SPDX-License-Identifier: GPL-2.0-or-later
/* Hexadecimal digits to bytes. */
#include "hex.h"

#include <string.h>

int hex_value(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *found;

	if (!digit)
		return -1;
	found = strchr(digits, digit >= 'A' && digit <= 'F' ? digit + 32 : digit);
	return found ? (int)(found - digits) : -1;
}

bool hex_decode(uint8_t *bytes, const char *digits, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int high = hex_value(digits[2 * i]), low = hex_value(digits[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = high << 4 | low;
	}
	return true;
}
