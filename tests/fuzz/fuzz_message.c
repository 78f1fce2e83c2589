// SPDX-License-Identifier: GPL-2.0-or-later
/* Any DNS message: what the kernel's code answers from the image is what the engine answers. */
#include <stdlib.h>
#include <string.h>

#include "world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What holds for every reply, whatever was asked. */
static void check_reply(const uint8_t *query, const uint8_t *reply, size_t length)
{
	const struct world *w = world();

	expect(length >= DNS_HEADER_SIZE && length <= w->config.max_udp_size, "the size's bounds");
	expect(!memcmp(query, reply, 2), "the query's ID comes back");
	expect(reply[2] & 0x80, "QR is set");
	expect((reply[2] & 0x79) == (query[2] & 0x79), "opcode and RD come back");
	expect(!(reply[3] & 0xf0), "RA, Z, AD and CD are clear");
}

/* Returns the engine's reply; its length is 0 when there is none. */
static uint8_t *ask_engine(const uint8_t *query, size_t size, enum transport transport,
			   size_t *length)
{
	const struct world *w = world();
	size_t room = transport == TRANSPORT_UDP ? w->config.max_udp_size : ANSWER_TCP_SIZE_MOST;
	uint8_t *reply = malloc(room);

	if (!reply)
		abort();
	*length = answer_query(w->zone, &w->config, transport, query, size, reply, room);
	return reply;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct world *w = world();
	uint8_t *query = exactly(data, size), *reply, *over_tcp;
	uint8_t kernel[ANSWER_UDP_SIZE_MOST];
	enum verdict verdict;
	size_t length;
	__u32 given;

	reply = ask_engine(query, size, TRANSPORT_UDP, &length);
	if (length)
		check_reply(query, reply, length);
	else
		expect(size < DNS_HEADER_SIZE || query[2] & 0x80, "only these get no reply");

	verdict = assemble_reply(&w->view, w->config.max_udp_size, query, size, kernel,
				 sizeof(kernel), &given);
	expect(!given == (verdict_fate(verdict) != FATE_answered), "an answer has bytes");
	if (given)
		expect(given == length && !memcmp(kernel, reply, length),
		       "kernel and engine give the same bytes");

	over_tcp = ask_engine(query, size, TRANSPORT_TCP, &length);
	free(over_tcp);
	free(reply);
	free(query);
	return 0;
}
