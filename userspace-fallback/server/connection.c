// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Frames DNS messages on a TCP connection (RFC 1035 4.2.2, RFC 7766 8) and answers them in order.
 */
#include "connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "clock.h"
#include "notified.h"

/*
 * What a worker spends on queries over CONNECTION_ROOM in all, so that a thousand clients that
 * send 64 KB each, slowly, do not fill the memory.
 */
#define LONG_QUERIES_MOST (2 << 20)

void stream_init(struct stream *stream, int fd, const struct address *client)
{
	stream->fd = fd;
	stream->client = *client;
	stream->progress = false;
	stream->last = false;
	stream->in = stream->own;
	stream->room = sizeof(stream->own);
	stream->in_length = 0;
	stream->out = NULL;
	stream->out_length = 0;
	stream->out_sent = 0;
}

static void drop_long_query(struct stream *stream, struct tcp_share *share)
{
	if (stream->in == stream->own)
		return;
	share->long_queries -= stream->room;
	free(stream->in);
	stream->in = stream->own;
	stream->room = sizeof(stream->own);
}

void stream_free(struct stream *stream, struct tcp_share *share)
{
	drop_long_query(stream, share);
	free(stream->out);
	stream->out = NULL;
}

/* Sends bytes until the client's window is full; returns how many went, or -1. */
static ssize_t send_some(int fd, const uint8_t *bytes, size_t length)
{
	size_t sent = 0;

	while (sent < length) {
		ssize_t n = send(fd, bytes + sent, length - sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n >= 0)
			sent += n;
		else if (errno == EAGAIN)
			break;
		else if (errno != EINTR)
			return -1;
	}
	return sent;
}

/* Delivers the backlog; false when the connection failed. */
static bool deliver_backlog(struct stream *stream)
{
	ssize_t sent = send_some(stream->fd, stream->out + stream->out_sent,
				 stream->out_length - stream->out_sent);

	if (sent < 0)
		return false;
	stream->out_sent += sent;
	if (stream->out_sent == stream->out_length) {
		free(stream->out);
		stream->out = NULL;
		stream->progress = true;
	}
	return true;
}

/* Delivers the answers just made; what the client does not take becomes the backlog. */
static bool deliver(struct stream *stream, struct tcp_share *share)
{
	ssize_t sent = send_some(stream->fd, share->answer, share->answers);
	size_t rest;

	if (sent < 0)
		return false;
	rest = share->answers - sent;
	share->answers = 0;
	if (!rest)
		return true;
	stream->out = malloc(rest);
	if (!stream->out)
		return false;
	memcpy(stream->out, share->answer + sent, rest);
	stream->out_length = rest;
	stream->out_sent = 0;
	return true;
}

static size_t message_length(const uint8_t *prefix)
{
	return (size_t)prefix[0] << 8 | prefix[1];
}

/* Is the message at `at` there, whole? */
static bool is_whole(const struct stream *stream, size_t at)
{
	size_t left = stream->in_length - at;

	return left >= 2 && left - 2 >= message_length(stream->in + at);
}

/* Appends one answer. One that must not be given ends the connection: who sends replies or less
 * than a header is no DNS client. */
static void answer_one(struct stream *stream, struct tcp_share *share, const struct zone *zone,
		       const uint8_t *query, size_t length)
{
	uint8_t *place = share->answer + share->answers;
	const struct asker asker = { .transport = TRANSPORT_TCP,
				     .time = server_clock_real_now(),
				     .address = stream->client };
	struct answered answered = { 0 };
	size_t answer = answer_query(zone, &share->answerer->config, &asker, query, length,
				     place + 2, ANSWER_TCP_SIZE_MOST, &answered);

	if (answered.notified)
		notified_hear(share->answerer->config.notify, &asker.address);
	if (!answer) {
		stream->last = true;
		return;
	}
	place[0] = answer >> 8;
	place[1] = answer;
	share->answers += 2 + answer;
	stream->progress = true;
}

/* Forgets the first `length` bytes, and gives a long query's room back when the rest needs none. */
static void consume(struct stream *stream, struct tcp_share *share, size_t length)
{
	if (!length)
		return;
	stream->in_length -= length;
	memmove(stream->in, stream->in + length, stream->in_length);
	if (stream->in != stream->own && stream->in_length < sizeof(stream->own)) {
		memcpy(stream->own, stream->in, stream->in_length);
		drop_long_query(stream, share);
	}
}

/* Answers every whole query, until the client no longer takes the answers; false when the
 * connection failed. */
static bool answer_all(struct stream *stream, struct tcp_share *share)
{
	const struct zone *zone = answerer_renew(share->answerer);
	size_t at = 0;

	share->answers = 0;
	while (!stream->out && !stream->last && is_whole(stream, at)) {
		size_t length = message_length(stream->in + at);

		answer_one(stream, share, zone, stream->in + at + 2, length);
		at += 2 + length;
		if (share->answers >= TCP_WRITE_SIZE && !deliver(stream, share))
			return false;
	}
	if (share->answers && !deliver(stream, share))
		return false;
	consume(stream, share, at);
	return true;
}

/* Gives a long query room as its bytes arrive: to announce 65535 costs nothing, to send them
 * does. False when long queries hold too much already. */
static bool make_room(struct stream *stream, struct tcp_share *share)
{
	size_t room = stream->room * 2;
	uint8_t *grown;

	if (stream->in_length < stream->room)
		return true;
	if (room > TCP_MESSAGE_MOST)
		room = TCP_MESSAGE_MOST;
	if (share->long_queries + room > LONG_QUERIES_MOST)
		return false;
	grown = malloc(room);
	if (!grown)
		return false;
	memcpy(grown, stream->in, stream->in_length);
	drop_long_query(stream, share);
	stream->in = grown;
	stream->room = room;
	share->long_queries += room;
	return true;
}

/* Reads once; false when the connection failed. The client's end of stream is not a failure. */
static bool receive(struct stream *stream)
{
	ssize_t n = recv(stream->fd, stream->in + stream->in_length,
			 stream->room - stream->in_length, MSG_DONTWAIT);

	if (n > 0)
		stream->in_length += n;
	else if (n == 0)
		stream->last = true;
	else
		return errno == EAGAIN || errno == EINTR;
	return true;
}

enum stream_state stream_work(struct stream *stream, struct tcp_share *share)
{
	if (stream->out && !deliver_backlog(stream))
		return STREAM_BROKEN;
	/* Queries that waited for the backlog come before new ones. */
	if (!answer_all(stream, share))
		return STREAM_BROKEN;
	if (!stream->out && !stream->last) {
		if (!make_room(stream, share) || !receive(stream) || !answer_all(stream, share))
			return STREAM_BROKEN;
	}
	if (stream->out)
		return STREAM_WRITES;
	return stream->last ? STREAM_ENDED : STREAM_READS;
}
