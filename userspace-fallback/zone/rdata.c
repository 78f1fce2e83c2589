// SPDX-License-Identifier: GPL-2.0-or-later
/* The RDATA that a root zone is made of: its fields and whether they are all there. */
#include "rdata.h"

#include "dname.h"
#include "draft.h"

#define SOA_NUMBERS 20 /* bytes */

/* RFC 4034 4.1.2: ascending windows of 1-32 bytes, without zeros at the end. */
static bool bitmap_well_formed(const uint8_t *bitmap, size_t length)
{
	int window = -1;

	while (length) {
		if (length < 3 || bitmap[0] <= window || !bitmap[1] || bitmap[1] > 32 ||
		    length < 2u + bitmap[1] || !bitmap[1 + bitmap[1]])
			return false;
		window = bitmap[0];
		length -= 2 + bitmap[1];
		bitmap += 2 + bitmap[1];
	}
	return true;
}

static bool soa_well_formed(const uint8_t *rdata, size_t length)
{
	size_t first = dname_measure(rdata, length);
	size_t second = first ? dname_measure(rdata + first, length - first) : 0;

	return second && length == first + second + SOA_NUMBERS;
}

static bool rrsig_well_formed(const uint8_t *rdata, size_t length)
{
	size_t signer;

	if (length <= RRSIG_SIGNER)
		return false;
	signer = dname_measure(rdata + RRSIG_SIGNER, length - RRSIG_SIGNER);
	return signer && length > RRSIG_SIGNER + signer;
}

static bool nsec_well_formed(const uint8_t *rdata, size_t length)
{
	size_t next = dname_measure(rdata, length);

	return next && bitmap_well_formed(rdata + next, length - next);
}

bool rdata_well_formed(uint16_t type, const uint8_t *rdata, size_t length)
{
	switch (type) {
	case TYPE_A:
		return length == 4;
	case TYPE_AAAA:
		return length == 16;
	case TYPE_NS:
		return length && dname_measure(rdata, length) == length;
	case TYPE_SOA:
		return soa_well_formed(rdata, length);
	case TYPE_DS:
		return length > DS_DIGEST;
	case TYPE_DNSKEY:
		return length > DNSKEY_KEY;
	case TYPE_RRSIG:
		return rrsig_well_formed(rdata, length);
	case TYPE_NSEC:
		return nsec_well_formed(rdata, length);
	case TYPE_ZONEMD:
		return length > ZONEMD_DIGEST;
	default:
		return true;
	}
}

const uint8_t *soa_numbers(const uint8_t *rdata, size_t length)
{
	return rdata + length - SOA_NUMBERS;
}

bool nsec_names(const uint8_t *rdata, size_t length, uint16_t type)
{
	const uint8_t *end = rdata + length, *bitmap = rdata + dname_length(rdata);

	for (; bitmap < end; bitmap += 2 + bitmap[1])
		if (bitmap[0] == type >> 8)
			return bitmap[1] > (type & 0xff) / 8 &&
			       bitmap[2 + (type & 0xff) / 8] & 0x80 >> (type & 7);
	return false;
}
