// SPDX-License-Identifier: GPL-2.0-or-later
/* Random changes to random packets: the programs must come to what the userspace build comes to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "changes.h"
#include "conditions.h"
#include "model.h"
#include "packets.h"

#define PACKETS 200000

static struct prog prog;

/* xorshift64*: the same packets in every run. */
static uint64_t state = 20260731;

static uint32_t dice(uint32_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dull >> 32) % below;
}

static void random_name(char *name, size_t room)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	size_t length = dice(12) ? dice(40) : dice(room - 70);
	const struct name *tld = &prog.view.names[1 + dice(prog.view.name_count - 1)];

	for (size_t i = 0; i < length; i++)
		name[i] = i % 17 == 16 || (i && name[i - 1] != '.' && !dice(6)) ?
			  '.' : letters[dice(sizeof(letters) - 1)];
	if (length && name[length - 1] != '.' && dice(2))
		name[length++] = '.';
	memcpy(name + length, tld->label, tld->length);
	length += dice(8) ? tld->length : dice(tld->length + 1);
	name[length] = 0;
	if (!dice(20))
		name[0] = 0;
}

/* A cookie that the client may have been given; now and then one that it never was. */
static void put_server_cookie(struct frame *frame)
{
	static void (*const cookies[])(struct frame *) = {
		cookie_now, cookie_old, cookie_stale, cookie_staged, cookie_of_another,
	};

	cookies[dice(sizeof(cookies) / sizeof(cookies[0]))](frame);
}

static void random_query(struct query *query, char *name, char *options)
{
	static const uint16_t types[] = { 1, 28, 2, 43, 6, 48, 63, 255, 12, 47 };

	static const char *const chaos[] = {
		"hostname.bind", "id.server", "version.bind", "version.server", "Id.sErveR",
		"hostname.bine", "version.serve",
	};

	*query = (struct query){ .name = name };
	random_name(name, 255);
	query->type = types[dice(sizeof(types) / sizeof(types[0]))];
	query->flags = dice(4) ? 0 : dice(65536) & 0x07ff;
	if (!dice(12)) {
		query->name = chaos[dice(sizeof(chaos) / sizeof(chaos[0]))];
		query->type = dice(5) ? 16 : query->type;
		query->class = dice(5) ? 3 : dice(5);
	}
	query->edns = dice(5) != 0;
	query->edns_version = dice(30) ? 0 : dice(256);
	query->dnssec_ok = dice(3) != 0;
	query->size = dice(3) ? 1232 : dice(65536);
	if (!dice(4)) {
		query->options = options;
		query->options_length = 4 + dice(60);
		memset(options, 0, query->options_length);
		put16((uint8_t *)options, dice(2) ? 10 : dice(3) ? 3 : dice(65536));
		if (!dice(2))
			query->options_length = dice(2) ? 12 : 28;
		put16((uint8_t *)options + 2, query->options_length - 4);
		options[12] = dice(2);
	}
	if (query->options_length == 28 && options[1] == 10)
		query->change_message = put_server_cookie;
	else if (!dice(20))
		query->change_message = question_cut_out;
	query->ipv6 = dice(2);
	query->tags = dice(4) ? 0 : dice(3);
	query->checksum = dice(6) ? CHECKSUM_RIGHT : dice(4);
	query->in_ip = dice(8) ? 0 : dice(20);
	query->behind_ip = dice(4) ? 0 : dice(40);
}

/* One change; small numbers and the neighbours of what is there are the likely mistakes. */
static void change(struct frame *frame)
{
	size_t from = dice(3) ? frame->message : dice(2) ? frame->ip : 0;
	size_t at;

	if (from >= frame->length)
		from = 0;
	at = from + dice(frame->length - from);
	switch (dice(7)) {
	case 0:
		frame->bytes[at] = dice(256);
		break;
	case 1:
		frame->bytes[at] ^= 1 << dice(8);
		break;
	case 2:
		frame->bytes[at] = dice(5);
		break;
	case 3:
		frame->bytes[at] += dice(2) ? 1 : -1;
		break;
	case 4:
		if (at > frame->udp + 8)
			frame->length = at;
		break;
	case 5:
		memset(frame->bytes + frame->length, dice(256), 64);
		frame->length += dice(64);
		break;
	case 6:
		frame->bytes[frame->message + dice(12)] = dice(3);
		break;
	}
}

/* Most changes are worth seeing only when lengths and sums still fit. */
static void repair(struct frame *frame)
{
	uint8_t *ip = frame->bytes + frame->ip;

	if (frame->length < frame->message || !dice(4))
		return;
	put16(frame->bytes + frame->udp + 4, frame->length - frame->udp);
	if (frame->ipv6)
		put16(ip + 4, frame->length - frame->ip - 40);
	else
		put16(ip + 2, frame->length - frame->ip);
	if (frame->ipv6 || (size_t)(ip[0] & 15) * 4 == frame->udp - frame->ip)
		frame_checksums(frame);
}

/* A difference may be due to the time: a fresh cookie has it in it. Then it is false. */
static bool compare(const struct frame *frame, enum tier tier, enum verdict verdict, uint32_t now,
		    const struct frame *wanted)
{
	static struct outcome outcome;

	prog_run(&prog, tier, frame, 0, &outcome);
	if (outcome.verdict == verdict && action_fits(tier, outcome.action, verdict) &&
	    outcome.length == wanted->length &&
	    !memcmp(outcome.bytes, wanted->bytes, wanted->length))
		return true;
	if (prog_now(&prog) != now)
		return false;
	printf("the frame:");
	for (size_t i = 0; i < frame->length; i++)
		printf("%s%02x", i % 32 ? "" : "\n  ", frame->bytes[i]);
	fail("\n%s: %s (%zu bytes), but the userspace build: %s (%zu bytes)", tier_names[tier],
	     verdict_names[outcome.verdict], outcome.length, verdict_names[verdict],
	     wanted->length);
}

/* A copy of just the frame's size: a read beyond it is seen by the sanitizer. */
static enum verdict model(const struct frame *frame, uint32_t now, struct frame *wanted)
{
	uint8_t message[ANSWER_UDP_SIZE_MOST], *copy = malloc(frame->length);
	struct frame query = { 0 };
	enum verdict verdict;
	uint32_t length;

	if (!copy)
		fail("out of memory");
	memcpy(copy, frame->bytes, frame->length);
	verdict = model_verdict(&prog, copy, frame->length, now, &query, message, &length);
	*wanted = *frame;
	if (verdict_fate(verdict) == FATE_answered) {
		memcpy(query.bytes, copy, frame->length);
		frame_reply(wanted, &query, message, length);
	}
	free(copy);
	return verdict;
}

static bool can_be_run(const struct frame *frame)
{
	/* BPF_PROG_RUN refuses an skb without its IP header, and XDP frames beyond a page. */
	return frame->length >= 14 + 40 && frame->length <= 3500;
}

int main(void)
{
	static struct frame frame, wanted;
	uint64_t verdicts[VERDICT_COUNT] = { 0 };
	char name[256], options[64];
	unsigned int kinds = 0, changes;
	uint32_t now;
	struct query query;

	prog_open(&prog);
	prog.interface.partial_ok = 1;
	passes_some(&prog);
	for (uint32_t i = 0; i < PACKETS;) {
		enum verdict verdict;

		if (dice(8))
			random_query(&query, name, options);
		else
			query = packet_cases[dice(packet_case_count)].query;
		frame_build(&frame, &query);
		for (changes = dice(4); changes > 0; changes--)
			change(&frame);
		repair(&frame);
		if (!can_be_run(&frame))
			continue;
		now = prog_now(&prog);
		verdict = model(&frame, now, &wanted);
		if (!compare(&frame, TIER_XDP, verdict, now, &wanted) ||
		    !compare(&frame, TIER_TC, verdict, now, &wanted))
			continue;
		verdicts[verdict]++;
		i++;
	}
	prog_close(&prog);
	for (int i = 0; i < VERDICT_COUNT; i++) {
		if (verdicts[i])
			printf("%8llu %s\n", (unsigned long long)verdicts[i], verdict_names[i]);
		kinds += verdicts[i] > 0;
	}
	printf("# %u packets through both programs, %u kinds of verdict, no difference\n", PACKETS,
	       kinds);
	return 0;
}
