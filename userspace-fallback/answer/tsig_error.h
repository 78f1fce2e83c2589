/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The TSIG of a reply to who can't be answered with a signed one: key or MAC are not right. */
#ifndef ROOTXDP_TSIG_ERROR_H
#define ROOTXDP_TSIG_ERROR_H

#include <stddef.h>
#include <stdint.h>

#include "message.h"
#include "tsig.h"

/* Bytes that put_tsig_error() writes. */
size_t tsig_error_size(const struct tsig *tsig);

/*
 * Writes a TSIG record without a MAC (RFC 8945 5.3.2): with the key, algorithm and time of the
 * query's. It must be the reply's last record. Returns the byte behind it.
 */
uint8_t *put_tsig_error(uint8_t *at, const struct tsig *tsig, enum tsig_error error);

#endif
