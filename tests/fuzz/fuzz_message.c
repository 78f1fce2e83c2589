// SPDX-License-Identifier: GPL-2.0-or-later
/* Any DNS message: what the kernel's code answers from the image is what the engine answers. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "notify.h"
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

/* Returns the engine's reply; its length is 0 when there is none. cookies: whether it gives any. */
static uint8_t *ask_engine(const uint8_t *query, size_t size, const struct asker *asker,
			   bool cookies, size_t *length)
{
	struct answer_config config = world()->config;
	size_t room =
		asker->transport == TRANSPORT_UDP ? config.max_udp_size : ANSWER_TCP_SIZE_MOST;
	uint8_t *reply = malloc(room);

	if (!reply)
		abort();
	if (!cookies)
		config.cookies = NULL;
	*length = answer_query(world()->zone, &config, asker, query, size, reply, room, NULL);
	return reply;
}

/* What the kernel's code answers, if it does, is what the engine answers. */
static void compare(const uint8_t *query, size_t size, bool cookies)
{
	const struct world *w = world();
	struct zone_view view = w->view;
	uint8_t kernel[ANSWER_UDP_SIZE_MOST], *reply;
	enum verdict verdict;
	size_t length;
	__u32 given;

	reply = ask_engine(query, size, &w->asker, cookies, &length);
	if (length)
		check_reply(query, reply, length);
	else
		expect(size < DNS_HEADER_SIZE || query[2] & 0x80, "only these get no reply");

	if (!cookies)
		view.secrets = NULL;
	verdict = assemble_reply(&view, w->config.max_udp_size, query, size, kernel, sizeof(kernel),
				 &given);
	expect(!given == (verdict_fate(verdict) != FATE_answered), "an answer has bytes");
	if (given)
		expect(given == length && !memcmp(kernel, reply, length),
		       "kernel and engine give the same bytes");
	free(reply);
}

/* A slip is nothing but the front of the reply, with TC=1. */
static void check_slip(const uint8_t *query, size_t size)
{
	struct asker asker = world()->asker;
	uint8_t *reply, *slip;
	size_t length, slip_length;

	reply = ask_engine(query, size, &asker, true, &length);
	asker.slip = true;
	slip = ask_engine(query, size, &asker, true, &slip_length);
	expect(!length == !slip_length && slip_length <= length, "a slip is never longer");
	if (slip_length) {
		check_reply(query, slip, slip_length);
		expect(slip[2] & 2, "a slip has TC=1");
		expect((slip[2] | 2) == (reply[2] | 2) && slip[3] == reply[3],
		       "a slip has the reply's flags");
		expect(!memcmp(slip + 6, "\0\0\0\0", 4), "a slip has no records but the OPT");
	}
	free(slip);
	free(reply);
}

/* Of the same client as a primary: one that signs with "key.", and one that need not sign. */
static const struct notify_config *primary(bool signs)
{
	static struct notify_config configs[2];
	struct notify_config *config = &configs[signs];
	char why[256];

	config->count = 1;
	config->primary[0].address = world()->asker.address;
	config->primary[0].signs = signs;
	if (!config->primary[0].key.name_length)
		expect(tsig_key_read("key.", "c2VjcmV0", &config->primary[0].key, why), why);
	return config;
}

/* A NOTIFY from a primary gets a short reply; it changes nothing for any other message. */
static void check_notify(const uint8_t *query, size_t size, bool signs)
{
	struct answer_config config = world()->config;
	uint8_t reply[ANSWER_UDP_SIZE_MOST], other[ANSWER_UDP_SIZE_MOST];
	struct answered answered = { 0 };
	size_t length, other_length;

	config.notify = primary(signs);
	length = answer_query(world()->zone, &config, &world()->asker, query, size, reply,
			      config.max_udp_size, &answered);
	if (size >= DNS_HEADER_SIZE && (query[2] & 0xf8) == 4 << 3) {
		check_reply(query, reply, length);
		expect(length <= 512, "as much as anybody takes");
		return;
	}
	config.notify = NULL;
	other_length = answer_query(world()->zone, &config, &world()->asker, query, size, other,
				    config.max_udp_size, NULL);
	expect(!answered.notified && length == other_length && !memcmp(reply, other, length),
	       "an ordinary message is answered as from anybody");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *query = exactly(data, size);
	struct asker tcp = world()->asker;
	size_t length;

	compare(query, size, true);
	compare(query, size, false);
	check_slip(query, size);
	check_notify(query, size, false);
	check_notify(query, size, true);
	tcp.transport = TRANSPORT_TCP;
	free(ask_engine(query, size, &tcp, true, &length));
	free(query);
	return 0;
}
