/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bytes of one DNS-over-TCP connection: queries gathered, answers made and delivered. */
#ifndef ROOTXDP_SERVER_CONNECTION_H
#define ROOTXDP_SERVER_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answerer.h"

/* Queries that fit here cost no memory of their own; nearly all do. */
#define CONNECTION_ROOM 2048

/* Two bytes of length (RFC 1035 4.2.2) and the longest message. */
#define TCP_MESSAGE_MOST (2 + ANSWER_TCP_SIZE_MOST)

/* Answers are written once there are that many bytes, or no more queries. */
#define TCP_WRITE_SIZE (16 << 10)

/* What a worker's connections share. */
struct tcp_share {
	struct answerer *answerer;
	size_t long_queries; /* bytes that connections hold for queries over CONNECTION_ROOM */
	size_t answers;      /* bytes in `answer` */
	uint8_t answer[TCP_WRITE_SIZE + TCP_MESSAGE_MOST];
};

/* Where a connection stands. */
enum stream_state {
	STREAM_READS,  /* waits for the client's bytes */
	STREAM_WRITES, /* waits until the client takes its answers; reads nothing meanwhile */
	STREAM_ENDED,  /* to be closed: all answers are delivered */
	STREAM_BROKEN, /* to be closed: the connection failed, or asks for too much */
};

struct stream {
	int fd;
	struct address client;
	bool progress; /* set by every whole query and every backlog that was delivered */
	bool last;     /* no more queries will be read */
	uint8_t *in;   /* `room` bytes, `in_length` of them received and not answered yet */
	size_t room, in_length;
	uint8_t *out; /* answers that the client did not take yet, or NULL */
	size_t out_length, out_sent;
	uint8_t own[CONNECTION_ROOM];
};

/* A stream on a connected, non-blocking socket of a client. The socket stays the caller's. */
void stream_init(struct stream *stream, int fd, const struct address *client);

/*
 * Does what can be done without waiting: delivers, answers, reads once. To be called when the
 * socket is ready for what the state before said.
 *
 * A stream holds at most one long query, and about TCP_WRITE_SIZE and one answer undelivered:
 * while there is a backlog nothing more is read, so that a client that does not read its answers
 * ends up waiting for itself.
 */
enum stream_state stream_work(struct stream *stream, struct tcp_share *share);

/* Frees what the stream holds. */
void stream_free(struct stream *stream, struct tcp_share *share);

#endif
