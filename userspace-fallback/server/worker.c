// SPDX-License-Identifier: GPL-2.0-or-later
/* A worker's thread and loop. */
#include "worker.h"

#include <stdio.h>
#include <string.h>

static void close_all(struct worker *worker)
{
	if (worker->udp)
		udp_close(worker->udp);
	if (worker->tcp)
		tcp_close(worker->tcp);
	uv_close((uv_handle_t *)&worker->wake, NULL);
}

static void on_wake(uv_async_t *wake)
{
	struct worker *worker = wake->data;

	if (atomic_load(&worker->stopping))
		close_all(worker);
	else
		answerer_renew(&worker->answerer);
}

static void run(void *data)
{
	struct worker *worker = data;

	uv_run(&worker->loop, UV_RUN_DEFAULT);
}

static void free_all(struct worker *worker)
{
	uv_loop_close(&worker->loop);
	answerer_release(&worker->answerer);
	udp_free(worker->udp);
	tcp_free(worker->tcp);
}

bool worker_start(struct worker *worker, const struct worker_share *share, const int *udp_sockets,
		  const int *tcp_sockets, size_t count, char why[SERVER_WHY])
{
	int error = uv_loop_init(&worker->loop);

	if (!error) {
		uv_async_init(&worker->loop, &worker->wake, on_wake);
		worker->wake.data = worker;
		atomic_init(&worker->stopping, false);
		answerer_init(&worker->answerer, share->zones, share->secrets, share->config);
		worker->udp = udp_open(&worker->loop, &worker->answerer, share->limiter,
				       udp_sockets, count);
		worker->tcp =
			tcp_open(&worker->loop, &worker->answerer, &share->tcp, tcp_sockets, count);
		error = worker->udp && worker->tcp ? uv_thread_create(&worker->thread, run, worker)
						   : UV_ENOMEM;
		if (!error) {
			worker->started = true;
			return true;
		}
		close_all(worker);
		uv_run(&worker->loop, UV_RUN_DEFAULT);
		free_all(worker);
	}
	snprintf(why, SERVER_WHY, "starting a worker: %s", uv_strerror(error));
	return false;
}

void worker_wake(struct worker *worker)
{
	uv_async_send(&worker->wake);
}

void worker_stop(struct worker *worker)
{
	if (!worker->started)
		return;
	atomic_store(&worker->stopping, true);
	worker_wake(worker);
	uv_thread_join(&worker->thread);
	free_all(worker);
	worker->started = false;
}
