/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection to a primary, TCP or TLS, on which nothing takes longer than it may. */
#ifndef ROOTXDP_STREAM_H
#define ROOTXDP_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"

struct ssl_st;
struct ssl_ctx_st;

struct stream {
	int fd;
	struct ssl_st *tls;
	struct ssl_ctx_st *context;
	const atomic_bool *stop;
	unsigned int idle_ms;
	uint64_t end_ms; /* CLOCK_MONOTONIC */
};

/* Each returns false with one line in why. After stream_open(), stream_close() in any case. */
bool stream_open(struct stream *stream, const struct source *source,
		 const struct source_limits *limits, const atomic_bool *stop, char why[256]);
bool stream_write(struct stream *stream, const void *bytes, size_t length, char why[256]);
/* All `length` bytes. */
bool stream_read(struct stream *stream, void *bytes, size_t length, char why[256]);
void stream_close(struct stream *stream);

/* Waits until `fd` can be read, or (events: POLLOUT) written to. Where *stop is set, or the time is
 * over, false with one line in why. */
bool wait_ready(const struct stream *stream, short events, char why[256]);

/* Of the address of a primary. */
socklen_t address_size(const struct sockaddr_storage *address);

/* CLOCK_MONOTONIC, milliseconds. */
uint64_t steady_ms(void);

#endif
