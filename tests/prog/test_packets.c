// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs the table of packets, and a grid of queries in all kinds of frames, through both programs.
 */
#include <stdio.h>
#include <string.h>

#include "changes.h"
#include "conditions.h"
#include "packets.h"

/*
 * pass_error and drop_error need the kernel to run out of memory, or its helpers to fail after
 * every bound was checked.
 */
static const enum verdict unreachable[] = { VERDICT_pass_error, VERDICT_drop_error };

static struct prog prog;
static uint64_t seen[VERDICT_COUNT];

static void dump(const char *what, const uint8_t *bytes, size_t length)
{
	printf("%s, %zu bytes:", what, length);
	for (size_t i = 0; i < length; i++)
		printf("%s%02x", i % 32 ? "" : "\n  ", bytes[i]);
	printf("\n");
}

static void expect_bytes(const char *what, enum tier tier, const struct frame *frame,
			 const struct outcome *outcome)
{
	if (outcome->length == frame->length &&
	    !memcmp(outcome->bytes, frame->bytes, frame->length))
		return;
	dump("expected", frame->bytes, frame->length);
	dump("got", outcome->bytes, outcome->length);
	fail("%s: %s: %s: wrong bytes", what, tier_names[tier], verdict_names[outcome->verdict]);
}

/* The frame that the engine's answer makes of a query's frame. */
static void expected_reply(const struct frame *query, uint32_t now, bool slip,
			   struct frame *reply)
{
	const struct asker asker = { .transport = TRANSPORT_UDP, .slip = slip, .time = now,
				     .address = prog_client(query) };
	uint8_t message[ANSWER_UDP_SIZE_MOST];
	size_t length = answer_query(prog.zone, &prog.config, &asker, query->bytes + query->message,
				     get16(query->bytes + query->udp + 4) - 8, message,
				     sizeof(message), NULL);

	frame_reply(reply, query, message, length);
}

static void check(const char *what, enum tier tier, const struct query *query, uint32_t segments,
		  enum verdict verdict)
{
	static struct frame frame, reply;
	static struct outcome outcome;

	uint32_t now;

	frame_build(&frame, query);
	/* A fresh cookie has the time in it. */
	do {
		now = prog_now(&prog);
		prog_run(&prog, tier, &frame, segments, &outcome);
	} while (now != prog_now(&prog));
	seen[outcome.verdict]++;
	if (verdict != VERDICT_COUNT && outcome.verdict != verdict)
		fail("%s: %s: %s, not %s", what, tier_names[tier], verdict_names[outcome.verdict],
		     verdict_names[verdict]);
	if (!action_fits(tier, outcome.action, outcome.verdict))
		fail("%s: %s: %s, but action %d", what, tier_names[tier],
		     verdict_names[outcome.verdict], outcome.action);
	if (verdict_fate(outcome.verdict) == FATE_answered) {
		expected_reply(&frame, now, outcome.verdict == VERDICT_limit_slipped, &reply);
		expect_bytes(what, tier, &reply, &outcome);
	} else if (verdict_fate(outcome.verdict) != FATE_dropped) {
		expect_bytes(what, tier, &frame, &outcome);
	}
}

static void run_table(void)
{
	for (size_t i = 0; i < packet_case_count; i++) {
		const struct packet_case *each = &packet_cases[i];

		if (each->prepare)
			each->prepare(&prog);
		if (each->tiers != TC_ONLY)
			check(each->what, TIER_XDP, &each->query, each->segments, each->verdict);
		if (each->tiers != XDP_ONLY)
			check(each->what, TIER_TC, &each->query, each->segments, each->verdict);
		if (each->prepare)
			prog_restore(&prog);
	}
}

/* Names of odd and even length, short and long, there and not, at and below TLDs. */
static const char *const names[] = {
	"", "com", "aero", "a.com", "ab.com", "www.example.org", "WWW.Example.NET", "arpa",
	"1.0.0.127.in-addr.arpa", "xn--vermgensberatung-pwb", "a.xn--vermgensberatung-pwb",
	"local", "a.local", "a", "zzzz", "foo.bar.a.b.c.d.e.f.invalid",
	"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk."
	"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk."
	"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk."
	"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcde.com",
};
static const uint16_t types[] = { 1, 2, 6, 43, 46, 47, 48, 63, 255 };
static const uint16_t sizes[] = { 0, 1, 512, 600, 777, 1001, 1232, 65535 };
static const enum checksum checksums[] = { CHECKSUM_RIGHT, CHECKSUM_PSEUDO };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Every query must be answered with the engine's bytes, whatever the frame that it came in. */
static void run_grid(void)
{
	size_t all = COUNT(names) * COUNT(types) * COUNT(sizes) * COUNT(checksums) * 2 * 2 * 3 * 4;

	prog.interface.partial_ok = 1;
	prog_configure(&prog);
	for (size_t i = 0; i < all; i++) {
		size_t rest = i;
		struct query query = { 0 };

#define NEXT(count) (rest % (count)); rest /= (count)
		size_t name = NEXT(COUNT(names));
		size_t type = NEXT(COUNT(types));
		size_t size = NEXT(COUNT(sizes));
		size_t checksum = NEXT(COUNT(checksums));
		query.ipv6 = NEXT(2);
		query.dnssec_ok = NEXT(2);
		query.tags = NEXT(3);
		size_t options = NEXT(4);
#undef NEXT
		query.name = names[name];
		query.type = types[type];
		query.edns = size > 0;
		query.size = sizes[size];
		query.checksum = checksums[checksum];
		query.behind_ip = i % 5;
		query.options = "\0\3\0\0" "\0\x0a\0\x08" "cookie!!";
		query.options += options & 1 ? 0 : 4;
		query.options_length = (options & 1 ? 4 : 0) + (options & 2 ? 12 : 0);
		for (int tier = 0; tier < TIER_COUNT; tier++)
			check(query.name, tier, &query, 0, VERDICT_COUNT);
	}
	prog_restore(&prog);
}

static void expect_all_seen(void)
{
	for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
		bool reachable = true;

		for (size_t i = 0; i < COUNT(unreachable); i++)
			reachable &= verdict != (int)unreachable[i];
		if (reachable && !seen[verdict])
			fail("no packet reaches %s: add one to packets.c", verdict_names[verdict]);
	}
}

int main(void)
{
	uint64_t answered = 0;

	prog_open(&prog);
	run_table();
	expect_all_seen();
	memset(seen, 0, sizeof(seen));
	run_grid();
	for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
		if (seen[verdict] && verdict_fate(verdict) != FATE_answered)
			fail("%llu queries of the grid: %s", (unsigned long long)seen[verdict],
			     verdict_names[verdict]);
		answered += seen[verdict];
	}
	prog_close(&prog);
	printf("# %zu packets by verdict; %llu replies byte for byte the engine's\n",
	       packet_case_count, (unsigned long long)answered);
	return 0;
}
