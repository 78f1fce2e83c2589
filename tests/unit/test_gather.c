// SPDX-License-Identifier: GPL-2.0-or-later
/* The zone is in its stored replies, all of it; what is not is said, and who disagrees is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "answer.h"
#include "answer_zone.h"
#include "gather.h"
#include "image.h"
#include "image_check.h"
#include "registry.h"
#include "reply_records.h"
#include "sum.h"

static const uint8_t root[] = { 0 };

static struct image *render(const struct zone *zone, uint16_t max_udp_size)
{
	const struct answer_config config = { .max_udp_size = max_udp_size };
	char why[256] = "";
	struct image *image = image_render(zone, &config, why);

	if (!image)
		fail_msg("%s", why);
	return image;
}

static struct gathered *gather_image(const struct image *image)
{
	const struct image_view view = image_parts(image);
	struct gathered *gathered = gather_new();

	assert_non_null(gathered);
	for (__u32 i = 0; i < view.reply_count; i++)
		assert_true(gather_reply(gathered, &view, i, GATHER_ALL));
	return gathered;
}

static void test_real(void **state)
{
	const struct zone *zone = real_zone();
	struct image *image = render(zone, ANSWER_UDP_SIZE_DEFAULT);
	struct gathered *gathered = gather_image(image);
	size_t records = 0;

	(void)state;
	assert_true(gather_settle(gathered));
	assert_int_equal(gathered->contradictions, 0);
	for (size_t i = 0; i < gathered->set_count; i++)
		if (!gathered->sets[i]->negative)
			records += gathered->sets[i]->count;
	assert_int_equal(records, zone->record_count);
	/* Chains of sets stay short, however many sets there are. */
	assert_true(gathered->set_count > GATHER_BUCKETS);
	assert_true(gathered->buckets >= gathered->set_count);
	for (size_t i = 0; i < zone->rrset_count; i++) {
		const struct rrset *rrset = &zone->rrsets[i];
		const struct gathered_set *set;

		set = gather_find(gathered, rrset->owner, rrset->type, 0);
		assert_true(gather_matches(set, rrset, false));
		/* what is never compressed keeps its letters */
		for (size_t at = 0; at < rrset->count && rrset->type != TYPE_NS; at++)
			assert_memory_equal(set->records[at].rdata, rrset->rdata[at].bytes,
					    rrset->rdata[at].length);
	}
	gather_free(gathered);
	free(image);
}

static void test_left_out(void **state)
{
	const struct zone *zone = real_zone();
	struct image *image = render(zone, ANSWER_UDP_SIZE_DEFAULT);
	struct image_view view = image_parts(image);
	const struct rrset *left[4];
	long count;

	(void)state;
	assert_int_equal(gather_left_out(zone, &view, left, 4), 0);
	free(image);

	/* Fewer addresses of the root's own servers fit, and nobody else's glue are they. */
	image = render(zone, ANSWER_UDP_SIZE_LEAST);
	view = image_parts(image);
	count = gather_left_out(zone, &view, left, 4);
	assert_true(count > 4);
	for (size_t i = 0; i < 4; i++)
		assert_true(left[i]->type == TYPE_A || left[i]->type == TYPE_AAAA);
	printf("# %ld RRsets are in no reply of 512 bytes\n", count);
	free(image);
}

#define SIGNED " 8 0 86400 20260813200000 20260731190000 57780 . AAECAwQFBgcICQ==\n"

/* Letters of every case, and names that may be compressed in several types. */
static const char text[] =
	". SOA A.NIC.one. Host.nic.ONE. 1 2 3 4 86400\n"
	". RRSIG SOA" SIGNED
	". NS a.Nic.One.\n"
	". NS b.nic.one.\n"
	". MX 10 B.NIC.ONE.\n"
	". NSEC ONE. NS SOA MX RRSIG NSEC\n"
	". RRSIG NSEC" SIGNED
	"ONE. NS a.nic.one.\n"
	"ONE. NS B.nic.one.\n"
	"ONE. DS 1 8 2 0000000000000000000000000000000000000000000000000000000000000000\n"
	"ONE. RRSIG DS" SIGNED
	"ONE. NSEC two. NS DS RRSIG NSEC\n"
	"ONE. RRSIG NSEC" SIGNED
	"a.nic.one. A 192.0.2.1\n"
	"a.nic.one. AAAA 2001:db8::1\n"
	"b.nic.one. A 192.0.2.2\n"
	"two. NS A.nic.one.\n"
	"two. NS two.\n"
	"two. AAAA 2001:db8::2\n"
	"two. NSEC . NS RRSIG NSEC\n"
	"two. RRSIG NSEC" SIGNED;

static void test_letters(void **state)
{
	struct zone *zone = hand_zone(text);
	struct image *image = render(zone, ANSWER_UDP_SIZE_DEFAULT);
	const struct image_view view = image_parts(image);
	struct gathered *gathered = gather_image(image);
	const struct gathered_set *soa, *nsec;
	const struct rrset *left[1];

	(void)state;
	assert_true(gather_settle(gathered));
	assert_int_equal(gathered->contradictions, 0);
	assert_int_equal(gather_left_out(zone, &view, left, 1), 0);
	/* the SOA's letters are known from replies without compression, the NSEC's owner too */
	soa = gather_find(gathered, root, TYPE_SOA, 0);
	assert_memory_equal(soa->records[0].rdata, zone->soa->rdata[0].bytes,
			    zone->soa->rdata[0].length);
	nsec = gather_find(gathered, zone->delegations[0].name, TYPE_NSEC, 0);
	assert_memory_equal(nsec->owner, "\3ONE", 5);
	gather_free(gathered);
	free(image);
	hand_zone_free(zone);
}

static void test_orphan(void **state)
{
	char *lines = NULL;
	struct zone *zone;
	struct image *image;
	struct image_view view;
	const struct rrset *left[2];

	(void)state;
	assert_true(asprintf(&lines, "%sc.nic.one. A 192.0.2.3\n", text) > 0);
	zone = hand_zone(lines);
	image = render(zone, ANSWER_UDP_SIZE_DEFAULT);
	view = image_parts(image);
	assert_int_equal(gather_left_out(zone, &view, left, 2), 1);
	assert_memory_equal(left[0]->owner, "\1c\3nic\3one", 11);
	free(image);
	hand_zone_free(zone);
	free(lines);
}

/* One reply says another thing, and its sum is right. */
static void test_contradiction(void **state)
{
	struct zone *zone = hand_zone(text);
	struct image *image = render(zone, ANSWER_UDP_SIZE_DEFAULT);
	const struct image_view view = image_parts(image);
	__u32 index = REPLY_OF_NAME(1, REPLY_DS_DO);
	struct reply *reply = (struct reply *)&view.replies[index];
	__u8 *body = (__u8 *)view.shelves[reply->shelf].bytes + reply->place;
	struct gathered *gathered;
	const struct gathered_set *set;

	(void)state;
	body[2 + 10 + 4]++; /* pointer, head, the first of the digest */
	reply->whole.sum = body_sum(body, reply->whole.length);
	assert_null(image_check_reply(&view, index));
	gathered = gather_image(image);
	assert_int_equal(gathered->contradictions, 1);
	assert_int_equal(gathered->contradiction[0].reply, index);
	assert_int_equal(gathered->contradiction[0].other, REPLY_OF_NAME(1, REPLY_REFERRAL_DO));
	assert_int_equal(gathered->contradiction[0].set->type, TYPE_DS);
	/* two of three replies are right */
	set = gather_best(gather_find(gathered, zone->delegations[0].name, TYPE_DS, 0));
	assert_true(gather_matches(set, zone->delegations[0].ds, false));
	gather_free(gathered);
	free(image);
	hand_zone_free(zone);
}

/* A negative reply's SOA must have the lesser TTL. */
static void test_negative(void **state)
{
	struct zone *zone = hand_zone(text);
	struct image *image = render(zone, ANSWER_UDP_SIZE_DEFAULT);
	const struct image_view view = image_parts(image);
	struct gathered *gathered;

	(void)state;
	for (__u32 i = 0; i < view.reply_count; i++) {
		const struct reply *reply = &view.replies[i];
		__u8 *body = (__u8 *)view.shelves[reply->shelf].bytes + reply->place;

		if (reply->verdict == VERDICT_answer_nxdomain)
			body[1 + 4 + 3]++; /* '.', type and class, TTL */
		else if (reply->verdict == VERDICT_answer_nodata)
			body[1 + 4 + 3]++;
	}
	gathered = gather_image(image);
	assert_int_equal(gathered->contradictions, 0);
	assert_false(gather_settle(gathered));
	gather_free(gathered);
	free(image);
	hand_zone_free(zone);
}

/* Any bytes: nothing is read that is not there, and reading ends. */
static void test_garbage(void **state)
{
	struct zone *zone = hand_zone(text);
	unsigned int seed = 20260731, rounds = 300;

	(void)state;
	for (unsigned int round = 0; round < rounds; round++) {
		struct image *image = render(zone, ANSWER_UDP_SIZE_DEFAULT);
		const struct image_view view = image_parts(image);
		__u8 *bytes = (__u8 *)view.info;
		size_t size = (__u8 *)image + image->size - bytes;
		size_t shelves = (const __u8 *)view.shelves - bytes;
		struct gathered *gathered = gather_new();

		/* headers sparsely, so that some still lead somewhere; bodies more often */
		for (unsigned int i = 0; i < 200; i++)
			bytes[rand_r(&seed) % (shelves + 4096)] = rand_r(&seed);
		if (round % 10 == 0)
			for (size_t i = 0; i < size; i++)
				bytes[i] = rand_r(&seed);
		image_check_info(&view);
		image_check_prefix(&view);
		for (__u32 i = 0; i < view.name_count; i++)
			image_check_name(&view, i);
		for (__u32 i = 0; i < view.reply_count; i++) {
			image_check_reply(&view, i);
			assert_true(gather_reply(gathered, &view, i,
						 i % 2 ? GATHER_ALL : GATHER_MISSING));
		}
		gather_settle(gathered);
		gather_free(gathered);
		free(image);
	}
	hand_zone_free(zone);
}

/* A reply behind the end of the last shelf, and one in no shelf. */
static void test_bounds(void **state)
{
	struct zone *zone = hand_zone(text);
	struct image *image = render(zone, ANSWER_UDP_SIZE_DEFAULT);
	const struct image_view view = image_parts(image);
	struct reply *reply = (struct reply *)&view.replies[REPLY_OF_NAME(1, REPLY_REFERRAL)];
	struct gathered *gathered = gather_new();
	__u16 length = reply->whole.length;

	(void)state;
	reply->place = SHELF_SIZE - 8;
	reply->whole.length = BODY_MAX;
	assert_true(gather_reply(gathered, &view, reply - view.replies, GATHER_ALL));
	assert_int_equal(gathered->set_count, 0);
	reply->place = 0;
	reply->whole.length = length;
	reply->shelf = view.shelf_count;
	assert_true(gather_reply(gathered, &view, reply - view.replies, GATHER_ALL));
	assert_int_equal(gathered->set_count, 0);
	gather_free(gathered);
	free(image);
	hand_zone_free(zone);
}

static int forget_zone(void **state)
{
	(void)state;
	real_zone_free();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real),	      cmocka_unit_test(test_left_out),
		cmocka_unit_test(test_letters),	      cmocka_unit_test(test_orphan),
		cmocka_unit_test(test_contradiction), cmocka_unit_test(test_negative),
		cmocka_unit_test(test_garbage),	      cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, forget_zone);
}
