/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Zone transfer over TLS (RFC 9103): TLS 1.3, and a peer that is who it should be. */
#ifndef ROOTXDP_TLS_H
#define ROOTXDP_TLS_H

#include <sys/types.h>

#include "stream.h"

/* Shakes hands on a connected stream. False: one line in why. */
bool tls_begin(struct stream *stream, const struct source_tls *tls, char why[256]);

/* Bytes written or read; 0: the peer closed; -1: one line in why. */
ssize_t tls_write(struct stream *stream, const void *bytes, size_t length, char why[256]);
ssize_t tls_read(struct stream *stream, void *bytes, size_t length, char why[256]);

/* Fine on a stream without TLS. */
void tls_end(struct stream *stream);

#endif
