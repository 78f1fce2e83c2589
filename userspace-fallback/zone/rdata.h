/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The RDATA that a root zone is made of: its fields and whether they are all there. */
#ifndef ROOTXDP_ZONE_RDATA_H
#define ROOTXDP_ZONE_RDATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Places of fixed fields. RRSIG: RFC 4034 3.1; DNSKEY: 2.1; DS: 5.1; ZONEMD: RFC 8976 2.2. */
enum rdata_field {
	RRSIG_COVERED = 0,
	RRSIG_ALGORITHM = 2,
	RRSIG_LABELS = 3,
	RRSIG_ORIGINAL_TTL = 4,
	RRSIG_EXPIRATION = 8,
	RRSIG_INCEPTION = 12,
	RRSIG_TAG = 16,
	RRSIG_SIGNER = 18,
	DNSKEY_FLAGS = 0,
	DNSKEY_PROTOCOL = 2,
	DNSKEY_ALGORITHM = 3,
	DNSKEY_KEY = 4,
	DS_TAG = 0,
	DS_ALGORITHM = 2,
	DS_DIGEST_TYPE = 3,
	DS_DIGEST = 4,
	ZONEMD_SERIAL = 0,
	ZONEMD_SCHEME = 4,
	ZONEMD_HASH = 5,
	ZONEMD_DIGEST = 6,
};

#define PROTOCOL_DNSSEC 3 /* of every DNSKEY, RFC 4034 2.1.2 */

/* False when fields of a type that we read are missing or too many. Other types: true. */
bool rdata_well_formed(uint16_t type, const uint8_t *rdata, size_t length);

/* The fixed numbers behind the two names of a well-formed SOA: serial, refresh, retry, expire,
 * minimum, four bytes each. */
const uint8_t *soa_numbers(const uint8_t *rdata, size_t length);

/* True when the type bitmap of a well-formed NSEC names `type`. */
bool nsec_names(const uint8_t *rdata, size_t length, uint16_t type);

#endif
