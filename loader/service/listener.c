// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * NOTIFY to the loader: acknowledged when it is from a configured primary; all else gets no reply.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "listener.h"
#include "log.h"
#include "notify.h"
#include "service.h"

#define MESSAGE_MOST  4096
#define VISITORS_MOST 16
#define VISIT_MS      3000

static struct address address_of(const struct sockaddr *socket)
{
	struct address address = { .byte = { [10] = 0xff, [11] = 0xff } };

	if (socket->sa_family == AF_INET)
		memcpy(address.byte + 12, &((const struct sockaddr_in *)socket)->sin_addr, 4);
	else
		memcpy(address.byte, &((const struct sockaddr_in6 *)socket)->sin6_addr, 16);
	return address;
}

static void give_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer)
{
	static char room[MESSAGE_MOST];

	(void)handle, (void)wanted;
	*buffer = uv_buf_init(room, sizeof(room));
}

/* The reply to a message, in `reply`; its length, or 0 when it gets none. Asks the sources. */
static size_t take_message(struct service *service, const struct sockaddr *from,
			   const uint8_t *message, size_t length, uint8_t reply[MESSAGE_MOST])
{
	const struct asker asker = { .transport = TRANSPORT_UDP,
				     .time = time(NULL),
				     .address = address_of(from) };
	bool heard;
	size_t size = notify_answer(&service->options->notify, &asker, message, length, reply,
				    MESSAGE_MOST, &heard);

	if (heard)
		refresh_notified(&service->refresh);
	return size;
}

static void on_message(uv_udp_t *socket, ssize_t length, const uv_buf_t *buffer,
		       const struct sockaddr *from, unsigned int flags)
{
	uint8_t reply[MESSAGE_MOST];
	uv_buf_t out;

	if (length <= 0 || !from || flags & UV_UDP_PARTIAL)
		return;
	out = uv_buf_init((char *)reply, take_message(socket->data, from,
						      (const uint8_t *)buffer->base, length,
						      reply));
	if (out.len)
		uv_udp_try_send(socket, &out, 1, from);
}

/* --- TCP: one message for each connection ---------------------------------------------------- */

struct visitor {
	uv_tcp_t tcp;
	uv_timer_t timer;
	struct service *service;
	unsigned int open; /* handles */
	size_t length;
	uint8_t message[2 + MESSAGE_MOST]; /* behind its length */
	uint8_t reply[2 + MESSAGE_MOST];
};

static void on_left(uv_handle_t *handle)
{
	struct visitor *visitor = handle->data;

	if (--visitor->open)
		return;
	visitor->service->listener.visitors--;
	free(visitor);
}

static void leave(struct visitor *visitor)
{
	if (uv_is_closing((uv_handle_t *)&visitor->tcp))
		return;
	uv_close((uv_handle_t *)&visitor->tcp, on_left);
	uv_close((uv_handle_t *)&visitor->timer, on_left);
}

static void on_timeout(uv_timer_t *timer)
{
	leave(timer->data);
}

static void give_visitor_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer)
{
	struct visitor *visitor = handle->data;

	(void)wanted;
	*buffer = uv_buf_init((char *)visitor->message + visitor->length,
			      sizeof(visitor->message) - visitor->length);
}

static void answer_visitor(struct visitor *visitor, size_t length)
{
	struct sockaddr_storage from;
	int size = sizeof(from);
	size_t given;
	uv_buf_t out;

	if (uv_tcp_getpeername(&visitor->tcp, (struct sockaddr *)&from, &size))
		return;
	given = take_message(visitor->service, (const struct sockaddr *)&from,
			     visitor->message + 2, length, visitor->reply + 2);
	visitor->reply[0] = given >> 8;
	visitor->reply[1] = given;
	out = uv_buf_init((char *)visitor->reply, 2 + given);
	if (given)
		uv_try_write((uv_stream_t *)&visitor->tcp, &out, 1);
}

static void on_bytes(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
	struct visitor *visitor = stream->data;
	size_t length;

	(void)buffer;
	if (got <= 0) {
		leave(visitor);
		return;
	}
	visitor->length += got;
	length = visitor->message[0] << 8 | visitor->message[1];
	if (visitor->length < 2 || (length <= MESSAGE_MOST && visitor->length < 2 + length))
		return;
	if (length <= MESSAGE_MOST)
		answer_visitor(visitor, length);
	leave(visitor);
}

static void on_visitor(uv_stream_t *server, int status)
{
	struct service *service = server->data;
	struct visitor *visitor = status ? NULL : calloc(1, sizeof(*visitor));

	if (!visitor)
		return;
	visitor->service = service;
	visitor->open = 2;
	visitor->tcp.data = visitor->timer.data = visitor;
	uv_tcp_init(server->loop, &visitor->tcp);
	uv_timer_init(server->loop, &visitor->timer);
	service->listener.visitors++;
	if (uv_accept(server, (uv_stream_t *)&visitor->tcp) ||
	    service->listener.visitors > VISITORS_MOST) {
		leave(visitor);
		return;
	}
	uv_timer_start(&visitor->timer, on_timeout, VISIT_MS, 0);
	uv_read_start((uv_stream_t *)&visitor->tcp, give_visitor_room, on_bytes);
}

/* --- listening ------------------------------------------------------------------------------- */

static int listen_on(struct service *service, uv_loop_t *loop, size_t i)
{
	const struct sockaddr *address =
		(const struct sockaddr *)&service->options->notify_listen[i];
	uv_udp_t *udp = &service->listener.udp[i];
	uv_tcp_t *tcp = &service->listener.tcp[i];
	int error;

	uv_udp_init(loop, udp);
	uv_tcp_init(loop, tcp);
	udp->data = tcp->data = service;
	error = uv_udp_bind(udp, address, 0);
	if (!error)
		error = uv_udp_recv_start(udp, give_room, on_message);
	if (!error)
		error = uv_tcp_bind(tcp, address, 0);
	if (!error)
		error = uv_listen((uv_stream_t *)tcp, VISITORS_MOST, on_visitor);
	return error;
}

bool listener_begin(struct service *service, uv_loop_t *loop)
{
	const struct options *options = service->options;

	for (size_t i = 0; i < options->notify_listens; i++) {
		int error = listen_on(service, loop, i);

		if (!error)
			continue;
		log_error("can't listen for NOTIFY on --notify-listen %s: %s",
			  options->notify_listen_text[i], uv_strerror(error));
		return false;
	}
	return true;
}
