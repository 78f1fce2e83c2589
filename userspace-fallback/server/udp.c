// SPDX-License-Identifier: GPL-2.0-or-later
/* Answers DNS over UDP with recvmmsg and sendmmsg: one call each for up to UDP_BATCH queries. */
#include "udp.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "clock.h"
#include "listen.h"
#include "log.h"
#include "notified.h"

#define UDP_BATCH 32

/* The largest datagram that there can be. A page is only really taken once one was that long. */
#define UDP_QUERY_MOST 65536

/* One datagram on its way: where it came from is where its reply goes. */
struct exchange {
	struct sockaddr_storage client;
	struct iovec query, reply;
	uint8_t reply_bytes[ANSWER_UDP_SIZE_MOST];
};

struct udp_socket {
	uv_poll_t poll;
	int fd;
	struct udp *udp;
};

struct udp {
	struct answerer *answerer;
	struct limiter *limiter;
	uint8_t *query_bytes; /* UDP_BATCH of UDP_QUERY_MOST */
	struct exchange exchange[UDP_BATCH];
	struct mmsghdr queries[UDP_BATCH], replies[UDP_BATCH];
	size_t count;
	struct udp_socket sockets[];
};

/* When a batch was received, and the zone that it is answered from. */
struct moment {
	const struct zone *zone;
	uint32_t real;   /* seconds since 1970 */
	uint64_t steady; /* CLOCK_MONOTONIC, ns */
};

static struct moment begin_batch(const struct udp *udp)
{
	return (struct moment){ .zone = answerer_renew(udp->answerer),
				.real = server_clock_real_now(),
				.steady = udp->limiter ? server_clock_steady_now() : 0 };
}

static size_t ask_engine(const struct udp *udp, const struct moment *moment,
			 const struct asker *asker, struct exchange *exchange, size_t length,
			 struct answered *answered)
{
	return answer_query(moment->zone, &udp->answerer->config, asker, exchange->query.iov_base,
			    length, exchange->reply_bytes, sizeof(exchange->reply_bytes), answered);
}

/* Answers a query of `length` bytes; returns the reply's length, or 0 when there is none. */
static size_t answer_one(const struct udp *udp, const struct moment *moment,
			 struct exchange *exchange, size_t length)
{
	struct asker asker = { .transport = TRANSPORT_UDP,
			       .time = moment->real,
			       .address = address_of(&exchange->client) };
	struct answered answered = { 0 };
	size_t given = ask_engine(udp, moment, &asker, exchange, length, &answered);

	if (answered.notified)
		notified_hear(udp->answerer->config.notify, &asker.address);
	if (!given || !udp->limiter)
		return given;
	switch (limiter_take(udp->limiter, &asker.address, &answered, moment->steady)) {
	case LIMIT_SEND:
		return given;
	case LIMIT_SLIP:
		asker.slip = true;
		return ask_engine(udp, moment, &asker, exchange, length, NULL);
	default:
		return 0;
	}
}

/* Answers `count` received queries; returns the number of replies. */
static unsigned int answer_batch(struct udp *udp, unsigned int count)
{
	const struct moment moment = begin_batch(udp);
	unsigned int replies = 0;

	for (unsigned int i = 0; i < count; i++) {
		struct exchange *exchange = &udp->exchange[i];
		struct msghdr *reply = &udp->replies[replies].msg_hdr;

		exchange->reply.iov_len =
			answer_one(udp, &moment, exchange, udp->queries[i].msg_len);
		if (!exchange->reply.iov_len)
			continue;
		reply->msg_name = &exchange->client;
		reply->msg_namelen = udp->queries[i].msg_hdr.msg_namelen;
		reply->msg_iov = &exchange->reply;
		reply->msg_iovlen = 1;
		replies++;
	}
	return replies;
}

/* Sends replies as far as they go. A full socket buffer loses the rest, as a full wire would:
 * waiting would cost the queries that come after. */
static void send_batch(struct udp *udp, int fd, unsigned int count)
{
	unsigned int at = 0;

	while (at < count) {
		int sent = sendmmsg(fd, udp->replies + at, count - at, MSG_DONTWAIT);

		if (sent > 0)
			at += sent;
		else if (errno == EAGAIN || errno == ENOBUFS)
			return;
		else if (errno != EINTR)
			at++; /* this one has no way out: no route, port 0, a firewall */
	}
}

static int receive_batch(struct udp *udp, int fd)
{
	for (int i = 0; i < UDP_BATCH; i++)
		udp->queries[i].msg_hdr.msg_namelen = sizeof(udp->exchange[i].client);
	return recvmmsg(fd, udp->queries, UDP_BATCH, MSG_DONTWAIT, NULL);
}

/* One batch for each turn of the loop, so that TCP and the other addresses get theirs. */
static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct udp_socket *socket = poll->data;
	struct udp *udp = socket->udp;
	int received, error;

	(void)events;
	if (status < 0) {
		/* libuv stops on a socket error; reading it clears it. */
		getsockopt(socket->fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){ sizeof(error) });
		uv_poll_start(poll, UV_READABLE, on_readable);
		return;
	}
	received = receive_batch(udp, socket->fd);
	if (received > 0)
		send_batch(udp, socket->fd, answer_batch(udp, received));
}

static void init_batch(struct udp *udp)
{
	for (int i = 0; i < UDP_BATCH; i++) {
		struct exchange *exchange = &udp->exchange[i];
		struct msghdr *query = &udp->queries[i].msg_hdr;

		exchange->query.iov_base = udp->query_bytes + (size_t)i * UDP_QUERY_MOST;
		exchange->query.iov_len = UDP_QUERY_MOST;
		exchange->reply.iov_base = exchange->reply_bytes;
		query->msg_name = &exchange->client;
		query->msg_iov = &exchange->query;
		query->msg_iovlen = 1;
	}
}

struct udp *udp_open(uv_loop_t *loop, struct answerer *answerer, struct limiter *limiter,
		     const int *sockets, size_t count)
{
	struct udp *udp = calloc(1, sizeof(*udp) + count * sizeof(udp->sockets[0]));

	if (!udp)
		return NULL;
	udp->answerer = answerer;
	udp->limiter = limiter;
	udp->query_bytes = malloc((size_t)UDP_BATCH * UDP_QUERY_MOST);
	if (!udp->query_bytes) {
		udp_free(udp);
		return NULL;
	}
	init_batch(udp);
	for (; udp->count < count; udp->count++) {
		struct udp_socket *socket = &udp->sockets[udp->count];

		socket->fd = sockets[udp->count];
		socket->udp = udp;
		socket->poll.data = socket;
		/* Fails only for descriptors that epoll cannot watch, which sockets are not. */
		if (uv_poll_init_socket(loop, &socket->poll, socket->fd) ||
		    uv_poll_start(&socket->poll, UV_READABLE, on_readable))
			abort();
	}
	return udp;
}

void udp_close(struct udp *udp)
{
	for (size_t i = 0; i < udp->count; i++)
		uv_close((uv_handle_t *)&udp->sockets[i].poll, NULL);
}

void udp_free(struct udp *udp)
{
	if (!udp)
		return;
	free(udp->query_bytes);
	free(udp);
}
