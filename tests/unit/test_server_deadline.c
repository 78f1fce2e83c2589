// SPDX-License-Identifier: GPL-2.0-or-later
/* Until when a zone is served: by which clocks, from when on, and what is said of it. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "server_fixture.h"

enum { NOERROR = 0, SERVFAIL = 2 };

static const struct fixture_settings settings = { .workers = 1, .tcp_connections = 10,
						  .tcp_idle_ms = 10000 };
static struct zone_slot slot;
static struct fixture fixture;

static int start(void **state)
{
	(void)state;
	fixture_zone(&slot);
	fixture_start(&fixture, &slot, &settings);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	fixture_stop(&fixture);
	zone_slot_destroy(&slot);
	return 0;
}

/* Of the reply to ". SOA" over UDP. */
static int rcode(void)
{
	int fd = fixture_connect(&fixture, SOCK_DGRAM, false);
	uint8_t query[64], reply[4096];

	send_all(fd, query, make_query(query, 1, "", TYPE_SOA));
	assert_true(recv(fd, reply, sizeof(reply), 0) >= 12);
	close(fd);
	return reply[3] & 15;
}

/* Runs ticks; returns what was logged, for free(). */
static char *logged_by(const struct server_moment *moments, size_t count)
{
	FILE *log = tmpfile();
	int saved = dup(STDERR_FILENO);
	char *text = calloc(1, 4096);

	fflush(stderr);
	dup2(fileno(log), STDERR_FILENO);
	for (size_t i = 0; i < count; i++)
		zone_slot_tick(&slot, moments[i]);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(log);
	assert_true(fread(text, 1, 4095, log) < 4095);
	fclose(log);
	return text;
}

/* The same for a zone's whole life, by clocks that go on together. */
static char *logged_by_ticks(const int64_t *times, size_t count)
{
	const struct server_clock clock = server_clock_from(FIXTURE_TIME);
	struct server_moment start = server_clock_moment(&clock), moments[8];

	for (size_t i = 0; i < count; i++)
		moments[i] = (struct server_moment){ times[i],
						     start.boot + times[i] - start.zone };
	return logged_by(moments, count);
}

static size_t lines_with(const char *text, const char *part)
{
	size_t count = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		count++;
	return count;
}

static void test_deadline_is_kept_and_logged_once(void **state)
{
	/* SOA expire is 7 days, the first signature ends 2018-08-14: expire comes first. */
	const int64_t end = FIXTURE_TIME + 604800, half = FIXTURE_TIME + 604800 / 2;
	const int64_t before[] = { FIXTURE_TIME, half - 10, half + 10, half + 20, end - 10 };
	const int64_t after[] = { end + 10, end + 20 };
	char *log;

	(void)state;
	log = logged_by_ticks(before, 2);
	assert_string_equal(log, "");
	free(log);
	log = logged_by_ticks(before, 5);
	assert_int_equal(lines_with(log, "half of its time"), 1);
	assert_int_equal(lines_with(log, "\n"), 1);
	free(log);
	assert_int_equal(rcode(), NOERROR);

	log = logged_by_ticks(after, 2);
	assert_int_equal(lines_with(log, "2018-08-09 10:00 UTC"), 1);
	assert_int_equal(lines_with(log, "\n"), 1);
	free(log);
	assert_int_equal(rcode(), SERVFAIL);
}

/* The clock that can be set decides about signatures, the other one about SOA expire. */
static void test_clocks_that_are_set(void **state)
{
	const struct server_clock clock = server_clock_from(FIXTURE_TIME);
	struct server_moment now = server_clock_moment(&clock);
	const int64_t day = 86400;
	const struct server_moment forward[] = { { now.zone + 30 * day, now.boot + 1 } };
	const struct server_moment back[] = { { now.zone - 30 * day, now.boot + 2 } };
	const struct server_moment back_for_long[] = { { now.zone - 30 * day,
							 now.boot + 8 * day } };
	char *log;

	(void)state;
	log = logged_by(forward, 1);
	assert_int_equal(lines_with(log, "ended at 2018-08-14"), 1);
	free(log);
	assert_int_equal(rcode(), SERVFAIL);
	log = logged_by(back, 1);
	assert_int_equal(lines_with(log, "valid again"), 1);
	free(log);
	assert_int_equal(rcode(), NOERROR);
	log = logged_by(back_for_long, 1);
	assert_int_equal(lines_with(log, "ended at"), 1);
	free(log);
	assert_int_equal(rcode(), SERVFAIL);
}

/* A copy of `file` under a new name, which was last modified `age` seconds ago. */
static char *aged_copy(const char *file, int64_t age)
{
	char *path = strdup("/tmp/rootxdp-zone-XXXXXX"), command[512];
	int fd = mkstemp(path);
	const struct timespec then = { .tv_sec = time(NULL) - age };

	snprintf(command, sizeof(command), "cp %s %s", file, path);
	assert_int_equal(system(command), 0);
	assert_int_equal(futimens(fd, (struct timespec[]){ then, then }), 0);
	close(fd);
	return path;
}

/* How often the ticks of one moment say something. */
static size_t says(int64_t zone_days, int64_t boot_days, const char *part)
{
	const struct server_clock clock = server_clock_from(FIXTURE_TIME);
	struct server_moment moment = server_clock_moment(&clock);
	size_t lines;
	char *log;

	moment.zone += zone_days * 86400;
	moment.boot += boot_days * 86400;
	log = logged_by(&moment, 1);
	lines = lines_with(log, part);
	free(log);
	return lines;
}

/* Does the source's zone last for so many days from now, and not one more? */
static void expect_days(const struct zone_source *source, int64_t days)
{
	char why[SERVER_WHY];

	assert_true(zone_source_load(source, &slot, why));
	assert_int_equal(says(0, days - 1, "ended at"), 0);
	assert_int_equal(says(0, days, "ended at"), 1);
}

/* A file's age counts when its keeper says so by its modification time. SOA expire is 7 days. */
static void test_age_by_mtime(void **state)
{
	const struct timespec now[] = { { .tv_nsec = UTIME_NOW }, { .tv_nsec = UTIME_NOW } };
	struct zone_source source = fixture_source(FIXTURE_ZONE);
	char *path = aged_copy(FIXTURE_ZONE, 6 * 86400 - 3600);
	char *ahead = aged_copy(FIXTURE_ZONE, -30 * 86400);
	char *old = aged_copy(FIXTURE_ZONE, 8 * 86400);

	(void)state;
	source.file = path;
	expect_days(&source, 7); /* its age does not count */
	source.by_mtime = true;
	expect_days(&source, 2);
	/* The same serial, known to be the newest now: the whole time again. */
	assert_int_equal(utimensat(AT_FDCWD, path, now, 0), 0);
	expect_days(&source, 7);
	source.file = ahead; /* a clock that was set back: no more than all the time */
	expect_days(&source, 7);
	source.file = old;
	expect_days(&source, -1);
	unlink(path), unlink(ahead), unlink(old);
	free(path), free(ahead), free(old);
}

static void renew(int64_t boot_days, int64_t age_days)
{
	const struct server_clock clock = server_clock_from(FIXTURE_TIME);
	struct server_moment moment = server_clock_moment(&clock);

	moment.zone += boot_days * 86400;
	moment.boot += boot_days * 86400;
	zone_slot_renew(&slot, moment, age_days * 86400);
}

/* Known to be the newest one still: SOA expire begins anew, and nothing else does. */
static void test_renewal(void **state)
{
	(void)state;
	assert_int_equal(says(4, 4, "half of its time"), 1);
	renew(4, 0);
	assert_int_equal(says(5, 5, "half of its time"), 0);
	renew(6, 0);
	assert_int_equal(says(6, 6, "\n"), 0);
	/* The first signature ends after 12.3 days: half of them are over. */
	renew(7, 0);
	assert_int_equal(says(7, 7, "half of its time"), 1);
	renew(8, 0);
	assert_int_equal(says(8, 8, "\n"), 0); /* said once */
	renew(12, 0);
	assert_int_equal(says(12, 12, "\n"), 0);
	assert_int_equal(says(13, 13, "ended at 2018-08-14"), 1);
	renew(13, 0); /* that does not help signatures */
	assert_int_equal(says(13, 13, "\n"), 0);
	assert_int_equal(says(1, 13, "the clock was set back"), 1);
}

/* It was over: it is served at once, and nobody speaks of clocks. */
static void test_renewal_of_what_was_over(void **state)
{
	struct zone_reader reader;

	(void)state;
	zone_reader_init(&reader, &slot);
	assert_int_equal(says(0, 8, "ended at"), 1);
	assert_null(zone_reader_zone(&reader));
	renew(8, 9); /* its keeper has not heard of it for nine days */
	assert_null(zone_reader_zone(&reader));
	renew(8, 1);
	assert_non_null(zone_reader_zone(&reader));
	assert_int_equal(says(0, 8, "clock"), 0);
	assert_int_equal(says(0, 14, "ended at"), 1);
	zone_reader_release(&reader);
}

/* After a restart: what is over half its time when it is read says so at once. */
static void test_half_over_at_the_start(void **state)
{
	struct zone_source source = fixture_source(FIXTURE_ZONE);
	char why[SERVER_WHY], *path = aged_copy(FIXTURE_ZONE, 4 * 86400);

	(void)state;
	assert_int_equal(says(0, 0, "half of its time"), 0);
	source.file = path;
	source.by_mtime = true;
	assert_true(zone_source_load(&source, &slot, why));
	assert_int_equal(says(0, 0, "half of its time"), 1);
	unlink(path);
	free(path);
}

/* Read again after five days: half of its signatures' 12.3 days is over after 6.2, as before. */
static void test_read_again(void **state)
{
	struct zone_source source = fixture_source(FIXTURE_ZONE);
	char why[SERVER_WHY];

	(void)state;
	source.clock = server_clock_from(FIXTURE_TIME + 5 * 86400);
	assert_true(zone_source_load(&source, &slot, why));
	assert_int_equal(says(6, 1, "half of its time"), 0);
	assert_int_equal(says(7, 1, "half of its time"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_deadline_is_kept_and_logged_once),
		TEST(test_clocks_that_are_set),
		TEST(test_age_by_mtime),
		TEST(test_renewal),
		TEST(test_renewal_of_what_was_over),
		TEST(test_half_over_at_the_start),
		TEST(test_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
