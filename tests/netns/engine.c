// SPDX-License-Identifier: GPL-2.0-or-later
/* The lane that asks the answer engine in this process. */
#include "lane.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define WAITING 1024

struct engine {
	struct lane lane;
	const struct zone *zone;
	struct answer_config config;
	const struct jar *jar;
	const struct query *waiting[WAITING];  /* sent and not yet answered; they stay the caller's */
	size_t count;
};

static void engine_send(struct lane *lane, const struct query *query)
{
	struct engine *engine = (struct engine *)lane;

	if (engine->count < WAITING)
		engine->waiting[engine->count++] = query;
}

static void engine_flush(struct lane *lane)
{
	(void)lane;
}

static void engine_receive(struct lane *lane, int milliseconds, reply_seen *seen, void *context)
{
	struct engine *engine = (struct engine *)lane;
	uint8_t reply[REPLY_MOST];
	size_t length;

	(void)milliseconds;
	for (size_t i = 0; i < engine->count; i++) {
		const struct query *query = engine->waiting[i];
		const struct asker asker = {
			.transport = TRANSPORT_UDP,
			.time = time(NULL),
			.address = query->ipv6 ? engine->jar->ipv6 : engine->jar->ipv4,
		};

		length = answer_query(engine->zone, &engine->config, &asker, query->bytes,
				      query->length, reply, sizeof(reply), NULL);
		if (length)
			seen(context, reply, length);
	}
	engine->count = 0;
}

static void engine_close(struct lane *lane)
{
	free(lane);
}

struct lane *engine_open(const struct zone *zone, const struct answer_config *config,
			 const struct jar *jar, char why[256])
{
	struct engine *engine = calloc(1, sizeof(*engine));

	if (!engine) {
		snprintf(why, 256, "out of memory");
		return NULL;
	}
	engine->zone = zone;
	engine->config = *config;
	engine->jar = jar;
	engine->lane = (struct lane){ .send = engine_send, .flush = engine_flush,
				      .receive = engine_receive, .close = engine_close };
	return &engine->lane;
}
