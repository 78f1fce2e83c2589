// SPDX-License-Identifier: GPL-2.0-or-later
/* TCP without waiting for anything that could take for ever. */
#include <errno.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "stream.h"
#include "tls.h"

/* How soon a stop is seen. */
#define SLICE_MS 100

socklen_t address_size(const struct sockaddr_storage *address)
{
	return address->ss_family == AF_INET ? sizeof(struct sockaddr_in)
					     : sizeof(struct sockaddr_in6);
}

uint64_t steady_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ull + now.tv_nsec / 1000000;
}

bool wait_ready(const struct stream *stream, short events, char why[256])
{
	uint64_t idle_end = steady_ms() + stream->idle_ms;
	struct pollfd wait = { .fd = stream->fd, .events = events };

	for (;;) {
		uint64_t now = steady_ms();

		if (atomic_load(stream->stop))
			snprintf(why, 256, "stopped");
		else if (now >= stream->end_ms)
			snprintf(why, 256, "it takes too long");
		else if (now >= idle_end)
			snprintf(why, 256, "nothing came for %u ms", stream->idle_ms);
		else if (poll(&wait, 1, SLICE_MS) > 0)
			return true;
		else
			continue;
		return false;
	}
}

static bool connect_to(struct stream *stream, const struct sockaddr_storage *address, char why[256])
{
	int error = 0;

	stream->fd = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (stream->fd < 0 || (connect(stream->fd, (const struct sockaddr *)address,
				       address_size(address)) &&
			       errno != EINPROGRESS)) {
		snprintf(why, 256, "can't connect: %s", strerror(errno));
		return false;
	}
	if (!wait_ready(stream, POLLOUT, why))
		return false;
	getsockopt(stream->fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){ sizeof(error) });
	if (error)
		snprintf(why, 256, "can't connect: %s", strerror(error));
	return !error;
}

bool stream_open(struct stream *stream, const struct source *source,
		 const struct source_limits *limits, const atomic_bool *stop, char why[256])
{
	*stream = (struct stream){ .fd = -1,
				   .stop = stop,
				   .idle_ms = limits->idle_ms,
				   .end_ms = steady_ms() + limits->all_ms };
	return connect_to(stream, &source->address, why) &&
	       (!source->tls.on || tls_begin(stream, &source->tls, why));
}

bool stream_write(struct stream *stream, const void *bytes, size_t length, char why[256])
{
	const char *at = bytes;

	while (length > 0) {
		ssize_t sent = stream->tls ? tls_write(stream, at, length, why)
					   : send(stream->fd, at, length, MSG_NOSIGNAL);

		if (sent < 0 && !stream->tls && errno == EAGAIN) {
			if (!wait_ready(stream, POLLOUT, why))
				return false;
			continue;
		}
		if (sent < 0 && !stream->tls)
			snprintf(why, 256, "sending: %s", strerror(errno));
		if (sent < 0)
			return false;
		at += sent;
		length -= sent;
	}
	return true;
}

bool stream_read(struct stream *stream, void *bytes, size_t length, char why[256])
{
	char *at = bytes;

	while (length > 0) {
		ssize_t got = stream->tls ? tls_read(stream, at, length, why)
					  : recv(stream->fd, at, length, 0);

		if (got < 0 && !stream->tls && errno == EAGAIN) {
			if (!wait_ready(stream, POLLIN, why))
				return false;
			continue;
		}
		if (got == 0)
			snprintf(why, 256, "the connection was closed");
		else if (got < 0 && !stream->tls)
			snprintf(why, 256, "receiving: %s", strerror(errno));
		if (got <= 0)
			return false;
		at += got;
		length -= got;
	}
	return true;
}

void stream_close(struct stream *stream)
{
	tls_end(stream);
	if (stream->fd >= 0)
		close(stream->fd);
	stream->fd = -1;
}
