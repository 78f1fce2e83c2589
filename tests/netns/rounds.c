// SPDX-License-Identifier: GPL-2.0-or-later
/* The differential client's rounds: send, wait, send again what was lost, compare. */
#include "rounds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "show.h"

#define TRIES             8
#define SHOWN             5
#define POLL_MILLISECONDS 20
#define LAST_MILLISECONDS 300 /* for replies that should not come */

enum side { KERNEL, REFERENCE, SIDES };

/* A query on its way, and what came back. */
struct flight {
	unsigned long number;
	struct query query;
	uint16_t length[SIDES]; /* 0: no reply yet */
	uint8_t reply[SIDES][REPLY_MOST];
};

struct rounds {
	struct lane *lanes[SIDES];
	struct tally *tally;
	struct flight *flights;
	size_t count;                /* flights in this round */
	size_t missing[SIDES];       /* replies */
	struct flight *of_id[65536]; /* of this round */
	bool silent[65536];          /* the last query with this ID was one that gets no reply */
	enum side receiving;
	bool show_all;
};

static uint16_t id_of(const uint8_t *message)
{
	return message[0] << 8 | message[1];
}

static void take_reply(void *context, const uint8_t *reply, size_t length)
{
	struct rounds *rounds = context;
	struct flight *flight = rounds->of_id[id_of(reply)];
	enum side side = rounds->receiving;

	if (rounds->silent[id_of(reply)]) {
		rounds->tally->unexpected++;
		printf("%s replied to what gets no reply, ID %04x\n",
		       side == KERNEL ? "the server" : "the reference", id_of(reply));
		return;
	}
	/* A reply of an earlier round is the second one to a query that was sent twice. */
	if (!flight || flight->length[side])
		return;
	flight->length[side] = length < REPLY_MOST ? length : REPLY_MOST;
	memcpy(flight->reply[side], reply, flight->length[side]);
	rounds->missing[side]--;
}

static void receive(struct rounds *rounds, enum side side, int milliseconds)
{
	rounds->receiving = side;
	rounds->lanes[side]->receive(rounds->lanes[side], milliseconds, take_reply, rounds);
}

static void add_flight(struct rounds *rounds, const struct queries *queries, unsigned long number)
{
	struct flight *flight = &rounds->flights[rounds->count++];

	flight->number = number;
	flight->length[KERNEL] = flight->length[REFERENCE] = 0;
	query_make(queries, number, &flight->query);
	rounds->tally->queries++;
	rounds->tally->silent += flight->query.silent;
	rounds->tally->kernel += flight->query.kernel;
	if (flight->query.length >= 2) {
		rounds->silent[id_of(flight->query.bytes)] = flight->query.silent;
		if (!flight->query.silent)
			rounds->of_id[id_of(flight->query.bytes)] = flight;
	}
	for (enum side side = 0; side < SIDES; side++) {
		rounds->lanes[side]->send(rounds->lanes[side], &flight->query);
		rounds->missing[side] += !flight->query.silent;
	}
}

static void flush(struct rounds *rounds)
{
	for (enum side side = 0; side < SIDES; side++)
		rounds->lanes[side]->flush(rounds->lanes[side]);
}

static void send_again(struct rounds *rounds)
{
	for (size_t i = 0; i < rounds->count; i++) {
		struct flight *flight = &rounds->flights[i];

		for (enum side side = 0; side < SIDES; side++) {
			if (flight->length[side] || flight->query.silent)
				continue;
			rounds->tally->retried++;
			rounds->lanes[side]->send(rounds->lanes[side], &flight->query);
		}
	}
	flush(rounds);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static void collect(struct rounds *rounds, double seconds)
{
	double until = now() + seconds;

	while ((rounds->missing[KERNEL] || rounds->missing[REFERENCE]) && now() < until) {
		if (rounds->missing[REFERENCE])
			receive(rounds, REFERENCE, rounds->missing[KERNEL] ? 0 : POLL_MILLISECONDS);
		if (rounds->missing[KERNEL])
			receive(rounds, KERNEL, rounds->missing[REFERENCE] ? 1 : POLL_MILLISECONDS);
	}
}

static void show(const struct flight *flight, const char *what)
{
	printf("\n== query %lu: %s\n", flight->number, what);
	show_message("query", flight->query.bytes, flight->query.length);
	show_message("server", flight->reply[KERNEL], flight->length[KERNEL]);
	show_message("reference", flight->reply[REFERENCE], flight->length[REFERENCE]);
	show_first_difference(flight->reply[KERNEL], flight->length[KERNEL],
			      flight->reply[REFERENCE], flight->length[REFERENCE]);
}

/* Is the kernel's reply what the engine says from the other zone, all of it? */
static bool is_of_other(const struct flight *flight, const struct queries *queries)
{
	const struct answer_config config = { .max_udp_size = ANSWER_UDP_SIZE_DEFAULT };
	const struct asker asker = { .transport = TRANSPORT_UDP };
	uint8_t reply[REPLY_MOST];
	size_t length;

	if (!queries->other)
		return false;
	length = answer_query(queries->other, &config, &asker, flight->query.bytes,
			      flight->query.length, reply, sizeof(reply), NULL);
	return length == flight->length[KERNEL] && !memcmp(reply, flight->reply[KERNEL], length);
}

/* What became of a query; counts it. */
static const char *judge(const struct flight *flight, const struct queries *queries,
			 struct tally *tally, bool *worth_showing)
{
	const struct jar *jar = queries->jar;

	*worth_showing = false;
	if (flight->query.silent)
		return "no reply, as it must be";
	if (!flight->length[KERNEL] || !flight->length[REFERENCE]) {
		*worth_showing = ++tally->lost <= SHOWN;
		return flight->length[REFERENCE] ? "no reply from the server"
						 : "no reply from the reference";
	}
	if (flight->length[KERNEL] == flight->length[REFERENCE] &&
	    jar_same(jar, flight->query.ipv6, flight->reply[KERNEL], flight->reply[REFERENCE],
		     flight->length[KERNEL]))
		return "the same";
	if (is_of_other(flight, queries)) {
		tally->other++;
		return "the other zone's";
	}
	*worth_showing = ++tally->differences <= SHOWN;
	return "the replies differ";
}

static void compare(struct rounds *rounds, const struct queries *queries,
		    const struct flight *flight)
{
	bool worth_showing;
	const char *what = judge(flight, queries, rounds->tally, &worth_showing);

	if (worth_showing || rounds->show_all)
		show(flight, what);
}

static void run_round(struct rounds *rounds, const struct queries *queries, unsigned long first,
		      unsigned long count, const struct pace *pace)
{
	memset(rounds->of_id, 0, sizeof(rounds->of_id));
	rounds->count = rounds->missing[KERNEL] = rounds->missing[REFERENCE] = 0;
	for (unsigned long number = first; number < first + count; number++)
		add_flight(rounds, queries, number);
	flush(rounds);
	for (int tries = 0; tries < TRIES; tries++) {
		collect(rounds, pace->patience / 1e3);
		if (!rounds->missing[KERNEL] && !rounds->missing[REFERENCE])
			break;
		if (tries + 1 < TRIES)
			send_again(rounds);
	}
	for (size_t i = 0; i < rounds->count; i++)
		compare(rounds, queries, &rounds->flights[i]);
}

static void run_range(const struct queries *queries, unsigned long first, unsigned long count,
		      struct lane *kernel, struct lane *reference, const struct pace *pace,
		      struct tally *tally, bool show_all)
{
	struct rounds *rounds = calloc(1, sizeof(*rounds));
	double began = now();
	unsigned long step;

	if (rounds)
		rounds->flights = calloc(ROUND_MOST, sizeof(*rounds->flights));
	if (!rounds || !rounds->flights) {
		fprintf(stderr, "differ: out of memory\n");
		exit(1);
	}
	rounds->lanes[KERNEL] = kernel;
	rounds->lanes[REFERENCE] = reference;
	rounds->tally = tally;
	rounds->show_all = show_all;
	for (; count > 0 && tally->lost < 100 * SHOWN; first += step, count -= step) {
		step = count < pace->window ? count : pace->window;
		run_round(rounds, queries, first, step, pace);
	}
	memset(rounds->of_id, 0, sizeof(rounds->of_id));
	receive(rounds, KERNEL, LAST_MILLISECONDS);
	receive(rounds, REFERENCE, 0);
	tally->seconds = now() - began;
	free(rounds->flights);
	free(rounds);
}

void compare_all(const struct queries *queries, struct lane *kernel, struct lane *reference,
		 const struct pace *pace, struct tally *tally)
{
	run_range(queries, 0, queries->count, kernel, reference, pace, tally, false);
}

void compare_one(const struct queries *queries, unsigned long number, struct lane *kernel,
		 struct lane *reference, const struct pace *pace, struct tally *tally)
{
	run_range(queries, number, 1, kernel, reference, pace, tally, true);
}

void tally_print(const struct tally *tally)
{
	printf("%lu queries (%lu for the kernel, %lu that get no reply), %lu differences, %lu lost, "
	       "%lu unexpected, %lu faults, %lu sent again, %.1f s\n",
	       tally->queries, tally->kernel, tally->silent, tally->differences, tally->lost,
	       tally->unexpected, tally->faults, tally->retried, tally->seconds);
	if (tally->other)
		printf("%lu replies from the other zone\n", tally->other);
}

bool tally_clean(const struct tally *tally)
{
	return !tally->differences && !tally->lost && !tally->unexpected && !tally->faults;
}
