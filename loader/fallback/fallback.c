// SPDX-License-Identifier: GPL-2.0-or-later
/* The fallback's life. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fallback.h"
#include "log.h"
#include "service.h"

/* Before the first restart, and between two of one that dies at once; milliseconds. */
#define WAIT_LEAST 200
#define WAIT_MOST  60000

/* Who has lived that long has not died of its start. */
#define LONG_NS 60000000000ull

static void listen_to(struct service *service, uv_loop_t *loop);

/* Of one that has ended, or whose place another has taken meanwhile. */
static void on_closed(uv_handle_t *handle)
{
	struct service *service = handle->data;
	struct fallback *fallback = &service->fallback;

	close(fallback->listened);
	fallback->listening = false;
	if (fallback->child.output != fallback->listened)
		listen_to(service, handle->loop);
	else
		fallback->child.output = -1;
}

static void stop_listening(struct fallback *fallback)
{
	if (!uv_is_closing((uv_handle_t *)&fallback->output))
		uv_close((uv_handle_t *)&fallback->output, on_closed);
}

static void on_output(uv_poll_t *watcher, int status, int events)
{
	struct service *service = watcher->data;
	struct child *child = &service->fallback.child;

	(void)status, (void)events;
	if (!child_read(child))
		stop_listening(&service->fallback);
	if (child->notified)
		refresh_notified(&service->refresh);
	child->notified = false;
}

static void listen_to(struct service *service, uv_loop_t *loop)
{
	struct fallback *fallback = &service->fallback;

	uv_poll_init(loop, &fallback->output, fallback->child.output);
	fallback->output.data = service;
	fallback->listening = true;
	fallback->listened = fallback->child.output;
	fallback->started_ns = monotonic_ns();
	uv_poll_start(&fallback->output, UV_READABLE, on_output);
}

static void on_restart(uv_timer_t *timer)
{
	struct service *service = timer->data;
	struct fallback *fallback = &service->fallback;

	/* What the dead one wrote last may not be read yet. */
	if (fallback->listening) {
		uv_timer_start(timer, on_restart, WAIT_LEAST, 0);
		return;
	}
	fallback->started_ns = monotonic_ns();
	if (!child_start(&fallback->child, service)) {
		fallback_ended(service);
		return;
	}
	lock_note_fallback(&service->lock, fallback->child.pid);
	listen_to(service, timer->loop);
	log_note("rootxdp-fallback started again");
}

bool fallback_open(struct fallback *fallback)
{
	if (!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fallback->sockets))
		return true;
	log_error("can't make a pair of sockets: %s", strerror(errno));
	return false;
}

void fallback_begin(struct service *service, uv_loop_t *loop)
{
	struct fallback *fallback = &service->fallback;

	uv_timer_init(loop, &fallback->restart);
	fallback->restart.data = service;
	if (fallback->child.pid)
		listen_to(service, loop);
}

void fallback_ended(struct service *service)
{
	struct fallback *fallback = &service->fallback;
	uint64_t wait = WAIT_LEAST;

	if (fallback->child.pid && !child_collect(&fallback->child))
		return;
	if (!service->options->fallback)
		return;
	fallback->deaths = monotonic_ns() - fallback->started_ns > LONG_NS ? 0
									  : fallback->deaths + 1;
	for (unsigned int i = 1; i < fallback->deaths && wait < WAIT_MOST; i++)
		wait *= 2;
	uv_timer_start(&fallback->restart, on_restart, wait < WAIT_MOST ? wait : WAIT_MOST, 0);
}

void fallback_replace(struct service *service, const struct child *next)
{
	struct fallback *fallback = &service->fallback;
	struct child before = fallback->child;

	uv_timer_stop(&fallback->restart);
	fallback->deaths = 0;
	fallback->child = *next;
	lock_note_fallback(&service->lock, next->pid);
	if (fallback->listening)
		stop_listening(fallback);
	else
		listen_to(service, fallback->restart.loop);
	before.output = -1; /* it is closed when nobody listens any more */
	child_stop(&before);
}
