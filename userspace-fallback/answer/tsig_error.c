// SPDX-License-Identifier: GPL-2.0-or-later
/* TSIG records that say what is wrong with another. */
#include "tsig_error.h"

#include "registry.h"
#include "wire.h"

/* Time Signed and Fudge, MAC Size, Original ID, Error, Other Len. */
#define RDATA_BEHIND_ALGORITHM (8 + 2 + 2 + 2 + 2)

size_t tsig_error_size(const struct tsig *tsig)
{
	return tsig->key_length + 10 + tsig->algorithm_length + RDATA_BEHIND_ALGORITHM;
}

uint8_t *put_tsig_error(uint8_t *at, const struct tsig *tsig, enum tsig_error error)
{
	at = put(at, tsig->key, tsig->key_length);
	at = put16(at, TYPE_TSIG);
	at = put16(at, CLASS_ANY);
	at = put16(at, 0); /* TTL */
	at = put16(at, 0);
	at = put16(at, tsig->algorithm_length + RDATA_BEHIND_ALGORITHM);
	at = put(at, tsig->algorithm, tsig->algorithm_length);
	at = put(at, tsig->time, 8);
	at = put16(at, 0); /* MAC size */
	at = put(at, tsig->original_id, 2);
	at = put16(at, error);
	return put16(at, 0); /* other length */
}
