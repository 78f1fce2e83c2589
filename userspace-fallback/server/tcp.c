// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes TCP connections, and closes those that are idle or too many (RFC 7766 6.2.2, 6.2.3). */
#include "tcp.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connection.h"
#include "listen.h"
#include "log.h"

/* Connections taken in one turn of the loop. */
#define ACCEPT_BATCH 16

/* How long a listener rests when the system has no descriptor or memory for a connection. */
#define ACCEPT_REST_MS 200

struct connection {
	uv_poll_t poll;
	TAILQ_ENTRY(connection) place;
	struct tcp *tcp;
	uint64_t deadline; /* loop time, ms */
	int events;        /* polled for now */
	struct stream stream;
};

TAILQ_HEAD(connection_list, connection);

struct listener {
	uv_poll_t poll;
	int fd;
	struct tcp *tcp;
};

struct tcp {
	uv_loop_t *loop;
	struct tcp_limits limits;
	struct connection_list connections; /* the one longest without progress first */
	unsigned int open;
	uv_timer_t idle; /* set to the first connection's deadline */
	uv_timer_t rest; /* while listeners rest */
	struct tcp_share share;
	size_t count;
	struct listener listeners[];
};

static void on_connection(uv_poll_t *poll, int status, int events);
static void on_idle(uv_timer_t *timer);
static void on_listener(uv_poll_t *poll, int status, int events);

static void free_connection(uv_handle_t *poll)
{
	free(poll->data);
}

static void close_connection(struct connection *connection)
{
	struct tcp *tcp = connection->tcp;
	const struct linger reset = { .l_onoff = 1, .l_linger = 0 };

	/* Answers that nobody takes would stay in the kernel for minutes. */
	if (connection->stream.out)
		setsockopt(connection->stream.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	TAILQ_REMOVE(&tcp->connections, connection, place);
	tcp->open--;
	stream_free(&connection->stream, &tcp->share);
	uv_close((uv_handle_t *)&connection->poll, free_connection);
	close(connection->stream.fd);
}

static void set_idle_timer(struct tcp *tcp)
{
	const struct connection *first = TAILQ_FIRST(&tcp->connections);
	uint64_t now = uv_now(tcp->loop);

	if (first)
		uv_timer_start(&tcp->idle, on_idle,
			       first->deadline > now ? first->deadline - now : 0, 0);
	else
		uv_timer_stop(&tcp->idle);
}

static void on_idle(uv_timer_t *timer)
{
	struct tcp *tcp = timer->data;
	struct connection *first;

	while ((first = TAILQ_FIRST(&tcp->connections)) && first->deadline <= uv_now(tcp->loop))
		close_connection(first);
	set_idle_timer(tcp);
}

/* Only whole queries and delivered answers count: a client that sends or takes a byte now and
 * then cannot hold a connection for longer than an idle one. */
static void note_progress(struct connection *connection)
{
	struct tcp *tcp = connection->tcp;

	connection->stream.progress = false;
	connection->deadline = uv_now(tcp->loop) + tcp->limits.idle_ms;
	TAILQ_REMOVE(&tcp->connections, connection, place);
	TAILQ_INSERT_TAIL(&tcp->connections, connection, place);
}

static void poll_for(struct connection *connection, int events)
{
	if (connection->events == events)
		return;
	connection->events = events;
	uv_poll_start(&connection->poll, events, on_connection);
}

static void on_connection(uv_poll_t *poll, int status, int events)
{
	struct connection *connection = poll->data;
	enum stream_state state = STREAM_BROKEN;

	(void)events;
	if (status == 0)
		state = stream_work(&connection->stream, &connection->tcp->share);
	if (connection->stream.progress)
		note_progress(connection);
	switch (state) {
	case STREAM_READS:
		poll_for(connection, UV_READABLE);
		break;
	case STREAM_WRITES:
		poll_for(connection, UV_WRITABLE);
		break;
	case STREAM_ENDED:
	case STREAM_BROKEN:
		close_connection(connection);
	}
}

/*
 * RFC 7766 6.2.2 and 10 leave it to the server what to do at its limit. The new connection wins
 * over the one longest without progress: that one is idle, slow or stuck, and its client must be
 * ready to reconnect anyway (6.2.4). Refusing new ones instead would let whoever holds all
 * connections idle shut everybody out.
 */
static void make_place(struct tcp *tcp)
{
	if (tcp->open >= tcp->limits.connections)
		close_connection(TAILQ_FIRST(&tcp->connections));
}

static bool add_connection(struct tcp *tcp, int fd, const struct address *client)
{
	struct connection *connection = malloc(sizeof(*connection));

	if (!connection)
		return false;
	if (uv_poll_init_socket(tcp->loop, &connection->poll, fd)) {
		free(connection);
		return false;
	}
	make_place(tcp);
	connection->poll.data = connection;
	connection->tcp = tcp;
	connection->events = 0;
	connection->deadline = uv_now(tcp->loop) + tcp->limits.idle_ms;
	stream_init(&connection->stream, fd, client);
	TAILQ_INSERT_TAIL(&tcp->connections, connection, place);
	tcp->open++;
	poll_for(connection, UV_READABLE);
	if (!uv_is_active((uv_handle_t *)&tcp->idle))
		set_idle_timer(tcp);
	return true;
}

static void listen_on(struct tcp *tcp)
{
	for (size_t i = 0; i < tcp->count; i++)
		uv_poll_start(&tcp->listeners[i].poll, UV_READABLE, on_listener);
}

static void on_rested(uv_timer_t *timer)
{
	listen_on(timer->data);
}

/* Without descriptors or memory, polling on would only spin: gives back the oldest connection's,
 * and lets the backlog hold new ones for a moment. */
static void rest(struct tcp *tcp)
{
	if (tcp->open)
		close_connection(TAILQ_FIRST(&tcp->connections));
	for (size_t i = 0; i < tcp->count; i++)
		uv_poll_stop(&tcp->listeners[i].poll);
	uv_timer_start(&tcp->rest, on_rested, ACCEPT_REST_MS, 0);
}

static void on_listener(uv_poll_t *poll, int status, int events)
{
	struct listener *listener = poll->data;

	(void)events;
	if (status < 0) {
		rest(listener->tcp);
		return;
	}
	for (int i = 0; i < ACCEPT_BATCH; i++) {
		struct sockaddr_storage from = { .ss_family = AF_UNSPEC };
		socklen_t length = sizeof(from);
		int fd = accept4(listener->fd, (struct sockaddr *)&from, &length,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			const struct address client = address_of(&from);

			if (!add_connection(listener->tcp, fd, &client))
				close(fd);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			rest(listener->tcp);
		/* Others concern one connection that has gone already (accept(2)), or say that
		 * there is none. */
		return;
	}
}

struct tcp *tcp_open(uv_loop_t *loop, struct answerer *answerer, const struct tcp_limits *limits,
		     const int *listeners, size_t count)
{
	struct tcp *tcp = calloc(1, sizeof(*tcp) + count * sizeof(tcp->listeners[0]));

	if (!tcp)
		return NULL;
	tcp->loop = loop;
	tcp->limits = *limits;
	tcp->share.answerer = answerer;
	TAILQ_INIT(&tcp->connections);
	uv_timer_init(loop, &tcp->idle);
	uv_timer_init(loop, &tcp->rest);
	tcp->idle.data = tcp;
	tcp->rest.data = tcp;
	for (; tcp->count < count; tcp->count++) {
		struct listener *listener = &tcp->listeners[tcp->count];

		listener->fd = listeners[tcp->count];
		listener->tcp = tcp;
		listener->poll.data = listener;
		/* Fails only for descriptors that epoll cannot watch, which sockets are not. */
		if (uv_poll_init_socket(loop, &listener->poll, listener->fd))
			abort();
	}
	listen_on(tcp);
	return tcp;
}

void tcp_close(struct tcp *tcp)
{
	while (!TAILQ_EMPTY(&tcp->connections)) {
		struct connection *connection = TAILQ_FIRST(&tcp->connections);

		/* A query that has come is answered, as far as that goes without waiting. */
		if (connection->events == UV_READABLE)
			stream_work(&connection->stream, &tcp->share);
		close_connection(connection);
	}
	uv_close((uv_handle_t *)&tcp->idle, NULL);
	uv_close((uv_handle_t *)&tcp->rest, NULL);
	for (size_t i = 0; i < tcp->count; i++)
		uv_close((uv_handle_t *)&tcp->listeners[i].poll, NULL);
}

void tcp_free(struct tcp *tcp)
{
	free(tcp);
}
