// SPDX-License-Identifier: GPL-2.0-or-later
/* Explains the rate limit: whose bucket, what was left in it, what became of the reply. */
#include <bpf/bpf.h>
#include <string.h>
#include <time.h>

#include "envelope.h"
#include "stage.h"

static const char *const outcomes[] = {
	[LIMIT_SEND] = "sent",
	[LIMIT_SLIP] = "slipped",
	[LIMIT_DROP] = "dropped",
};

static const char *class_word(enum limit_class class)
{
	static const char *const words[] = {
		[LIMIT_REFERRAL] = "referral", [LIMIT_ANSWER] = "answer", [LIMIT_NODATA] = "nodata",
		[LIMIT_NXDOMAIN] = "nxdomain", [LIMIT_ERROR] = "error",
	};

	return words[class % (sizeof(words) / sizeof(*words))];
}

/* The client's network, as limit_hash() takes it. */
static void say_prefix(struct said *said, const struct rate_limit *limit,
		       const struct address *client)
{
	bool ipv4 = address_is_ipv4(client);
	__u32 length = ipv4 ? limit->ipv4_prefix : limit->ipv6_prefix;
	__u32 bits = ipv4 ? 96 + length : length;
	struct address network;

	store64(network.byte, leading_bits(load64(client->byte), bits < 64 ? bits : 64));
	store64(network.byte + 8,
		leading_bits(load64(client->byte + 8), bits > 64 ? bits - 64 : 0));
	say(said, "%s/%u", address_text(&network).text, length);
}

/* Replies that were left in the client's bucket when the frame came. */
static __u32 replies_left(const struct subject *subject)
{
	const struct work *work = subject->work;
	const struct rate_limit *limit = &subject->probe->limit;
	__u64 hash = limit_hash(limit, &work->packet.source, work->outline.class), filling, bucket;
	const struct bucket_set *set = &subject->probe->buckets[limit_set_of(hash)];
	struct timespec time;
	__u64 now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
	now = (time.tv_sec * 1000000000ull + time.tv_nsec) >> LIMIT_TICK_SHIFT & LIMIT_TIME_MASK;
	bucket = set->bucket[bucket_place(set, limit_tag_of(hash), now) & (BUCKET_WAYS - 1)];
	filling =
		(bucket & ~LIMIT_TIME_MASK) == limit_tag_of(hash) ? bucket_filling(bucket, now) : 0;
	return (LIMIT_SECOND - filling) / limit->interval;
}

static bool is_exempt(const struct subject *subject)
{
	struct exempt_prefix client = { .length = 128, .address = subject->work->packet.source };
	__u32 value;

	return subject->probe->limit.exempt &&
	       !bpf_map_lookup_elem(subject->maps->exempt, &client, &value);
}

static void explain_bucket(const struct subject *subject, const char *prefix, json_t *facts,
			   json_t *stages)
{
	const struct rate_limit *limit = &subject->probe->limit;
	enum limit_class class = subject->work->outline.class;
	__u32 left = replies_left(subject);
	struct said slip = { 0 };

	if (limit->slip)
		say(&slip, "1 of %u is sent with TC=1", limit->slip);
	else
		say(&slip, "none is sent");
	json_object_set_new(facts, "left", json_integer(left));
	if (subject->work->limited == LIMIT_SEND)
		stage_add(stages, "limit", facts, "%s to %s: %u of %u a second left: would be sent",
			  class_word(class), prefix, left, limit->rate);
	else
		stage_add(stages, "limit", facts,
			  "%s to %s: none of %u a second left: %s (of such, %s)", class_word(class),
			  prefix, limit->rate,
			  subject->work->limited == LIMIT_SLIP ? "would slip, with TC=1"
							       : "would be dropped",
			  slip.text);
}

void limit_explain(const struct subject *subject, json_t *stages)
{
	const struct work *work = subject->work;
	const struct rate_limit *limit = &subject->probe->limit;
	struct said prefix = { 0 };
	json_t *facts;

	if (!limit->rate) {
		stage_add(stages, "limit", json_pack("{s:i}", "rate", 0), "off");
		return;
	}
	say_prefix(&prefix, limit, &work->packet.source);
	facts = json_pack("{s:I, s:I, s:s, s:s, s:s, s:b}", "rate", (json_int_t)limit->rate, "slip",
			  (json_int_t)limit->slip, "class", class_word(work->outline.class),
			  "prefix", prefix.text, "outcome", outcomes[work->limited % 3], "exempt",
			  is_exempt(subject) || work->cookie_state == COOKIE_VALID);
	if (work->cookie_state == COOKIE_VALID)
		stage_add(stages, "limit", facts, "not limited: the cookie is valid");
	else if (is_exempt(subject))
		stage_add(stages, "limit", facts, "not limited: the client is exempt");
	else
		explain_bucket(subject, prefix.text, facts, stages);
}
