// SPDX-License-Identifier: GPL-2.0-or-later
// Makes frames of queries, and asks the stored replies what the kernel has to make of each.
#include "traffic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assemble.h"
#include "tools/live/frame.h"

#define REPLY_ROOM 4096

struct mix *traffic_mix(const struct image_view *image, uint64_t seed)
{
	char (*text)[64] = calloc(image->name_count, sizeof(*text));
	const char **labels = calloc(image->name_count, sizeof(*labels));
	struct mix *mix = NULL;
	size_t count = 0;

	for (__u32 i = 1; text && labels && i < image->name_count; i++) {
		memcpy(text[count], image->names[i].label, image->names[i].length);
		labels[count] = text[count];
		count++;
	}
	if (text && labels)
		mix = mix_new(labels, count, seed);
	free(labels);
	free(text);
	return mix;
}

/* The length of the reply, and where its body lies among all shelves; false: the kernel passes. */
static bool foresee(const struct zone_view *zone, uint16_t max_udp_size,
		    const struct mix_query *query, __u32 *length, size_t *place)
{
	struct cursor message = cursor_over(query->message, query->length);
	const struct reply *reply;
	struct question question;
	uint8_t bytes[REPLY_ROOM];

	assemble_reply(zone, max_udp_size, query->message, query->length, bytes, sizeof(bytes),
		       length);
	if (*length == 0 || parse_question(&message, &question) != VERDICT_undecided)
		return false;
	reply = find_reply(zone, query->message, query->length, &question);
	*place = reply->shelf * sizeof(struct shelf) + reply->place;
	return true;
}

static size_t at_least(size_t length)
{
	return length < FRAME_LEAST ? FRAME_LEAST : length;
}

static void plan_floor(struct frame *frame, size_t place, int grow)
{
	uint64_t number = FLOOR_PLAN(place, grow);
	struct floor_plan plan = { .local = 0x02 };

	for (size_t i = sizeof(plan.plan); i-- > 0; number >>= 8)
		plan.plan[i] = (uint8_t)number;
	memcpy(frame->source_mac, &plan, sizeof(plan));
}

/* Many clients, of many prefixes, so that a rate limit finds what it would. */
static void choose_client(struct in6_addr *client, const struct mix_query *query)
{
	uint32_t any = (query->source_port * 0x9e3779b1u) ^ (query->message[0] << 8 | query->message[1]);
	uint8_t *at = client->s6_addr + (query->ipv6 ? 4 : 12);

	address_parse(query->ipv6 ? CLIENT_IPV6 : CLIENT_IPV4, client);
	if (!query->ipv6)
		any &= 0x3fffff;
	for (int i = 0; i < 4; i++)
		at[i] |= any >> (24 - 8 * i);
}

static void add_frame(struct traffic *traffic, struct query_frame *slot,
		      const struct mix_query *query, __u32 reply_length, size_t place)
{
	size_t headers = 14 + (query->ipv6 ? 40 : 20) + 8;
	struct frame frame = { .destination_mac = SERVER_MAC, .source_port = query->source_port,
			       .destination_port = 53, .hop_limit = 64,
			       .payload = query->message, .length = query->length };

	choose_client(&frame.source, query);
	address_parse(query->ipv6 ? SERVER_IPV6 : SERVER_IPV4, &frame.destination);
	plan_floor(&frame, place, (int)at_least(headers + reply_length) -
					  (int)at_least(headers + query->length));
	slot->length = frame_write(&frame, slot->bytes, sizeof(slot->bytes));
	traffic->message_bytes += reply_length;
	traffic->frame_bytes += at_least(headers + reply_length);
}

bool traffic_make(struct traffic *traffic, enum mix_kind kind, size_t queries, struct mix *mix,
		  const struct image_view *image, uint16_t max_udp_size, char why[256])
{
	/* Any secret will do: of cookies only the length matters here. */
	static const struct cookie_secrets secrets = { .count = 1 };
	static const struct address client;
	struct zone_view zone = { .entry = image_entry, .context = (void *)image,
				  .secrets = &secrets, .client = &client };
	struct mix_query query;
	__u32 length;
	size_t place;

	*traffic = (struct traffic){ .kind = kind, .queries = queries };
	traffic->frames = calloc(queries, sizeof(*traffic->frames));
	if (!traffic->frames) {
		snprintf(why, 256, "out of memory");
		return false;
	}
	for (size_t made = 0; made < queries;) {
		mix_next(mix, kind, &query);
		if (query.tcp || query.outcome == MIX_GIVES_ELSE)
			continue;
		if (!foresee(&zone, max_udp_size, &query, &length, &place)) {
			snprintf(why, 256, "%s: no stored reply for query %zu of it",
				 mix_kind_word(kind), made);
			return false;
		}
		add_frame(traffic, &traffic->frames[made++], &query, length, place);
	}
	return true;
}

void traffic_free(struct traffic *traffic)
{
	free(traffic->frames);
	traffic->frames = NULL;
}
