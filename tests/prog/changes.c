// SPDX-License-Identifier: GPL-2.0-or-later
/* What is done to ordinary queries, and to the programs' maps, for the table of packets. */
#include "changes.h"

#include <string.h>
#include <time.h>

#include <bpf/bpf.h>

#include "cookie.h"

/* --- changes to a query's message ------------------------------------------------------------ */

void two_questions(struct frame *frame)
{
	put16(frame->bytes + frame->message + 4, 2);
}

void no_question(struct frame *frame)
{
	put16(frame->bytes + frame->message + 4, 0);
}

/* The question's bytes go, too: an OPT comes right behind the header. */
void question_cut_out(struct frame *frame)
{
	uint8_t *question = frame->bytes + frame->message + 12, *behind = question;

	while (*behind)
		behind += 1 + *behind;
	behind += 5;
	memmove(question, behind, frame->bytes + frame->length - behind);
	frame->length -= behind - question;
	no_question(frame);
}

void question_and_records_cut_out(struct frame *frame)
{
	question_cut_out(frame);
	frame->bytes[frame->message + 11] = 0;
}

static void put_cookie(struct frame *frame, int age, int secret)
{
	uint8_t *at = frame->bytes + frame->length - sizeof(struct cookie);
	struct address client = prog_client(frame);
	struct cookie cookie;

	memcpy(&cookie, at, sizeof(cookie));
	cookie.head = COOKIE_VERSION;
	cookie.time = network32(time(NULL) - age);
	cookie.hash = cookie_hash(&cookie, &client, &prog_secrets.secret[secret]);
	memcpy(at, &cookie, sizeof(cookie));
}

void cookie_now(struct frame *frame)
{
	put_cookie(frame, 5, 0);
}

void cookie_old(struct frame *frame)
{
	put_cookie(frame, 2400, 0);
}

void cookie_stale(struct frame *frame)
{
	put_cookie(frame, 3660, 0);
}

void cookie_ahead(struct frame *frame)
{
	put_cookie(frame, -240, 0);
}

void cookie_too_far(struct frame *frame)
{
	put_cookie(frame, -360, 0);
}

void cookie_staged(struct frame *frame)
{
	put_cookie(frame, 5, 1);
}

void cookie_of_another(struct frame *frame)
{
	put_cookie(frame, 5, 0);
	frame->bytes[frame->length - 24] ^= 1;
}

void cookie_alone_valid(struct frame *frame)
{
	question_cut_out(frame);
	cookie_now(frame);
}

void cookie_alone_bad(struct frame *frame)
{
	question_cut_out(frame);
	cookie_of_another(frame);
}

void an_answer(struct frame *frame)
{
	put16(frame->bytes + frame->message + 6, 1);
}

void an_authority(struct frame *frame)
{
	put16(frame->bytes + frame->message + 8, 1);
}

void authority_without_question(struct frame *frame)
{
	an_authority(frame);
	no_question(frame);
}

void two_authorities(struct frame *frame)
{
	put16(frame->bytes + frame->message + 8, 2);
}

void two_additional(struct frame *frame)
{
	put16(frame->bytes + frame->message + 10, 2);
}

void header_short(struct frame *frame)
{
	frame->length = frame->message + 11;
}

void no_message(struct frame *frame)
{
	frame->length = frame->message;
}

void header_only(struct frame *frame)
{
	frame->length = frame->message + 12;
}

void one_byte_less(struct frame *frame)
{
	frame->length--;
}

void name_points(struct frame *frame)
{
	frame->bytes[frame->message + 12] = 0xc0;
}

/* A label of type 01 (RFC 2673), which would be a fine name if it were one of 64 bytes. */
void name_is_bitstring(struct frame *frame)
{
	uint8_t *at = frame->bytes + frame->message + 12;

	memset(at, 'a', 65);
	at[0] = 0x40;
	memcpy(at + 65, "\0\0\1\0\1", 5);
	frame->length = frame->message + 12 + 70;
}

/* Labels of 63, 63, 63 and 62 bytes: a name of 256. */
void name_too_long(struct frame *frame)
{
	uint8_t *at = frame->bytes + frame->message + 12;

	memset(at, 'a', 260);
	for (int i = 0; i < 3; i++)
		at[i * 64] = 63;
	at[192] = 62;
	at[255] = 0;
	memcpy(at + 256, "\0\1\0\1", 4);
	frame->length = frame->message + 12 + 260;
}

void opt_has_a_name(struct frame *frame)
{
	frame->bytes[frame->length - 11] = 1;
}

void opt_is_tsig(struct frame *frame)
{
	put16(frame->bytes + frame->length - 10, 250);
}

void opt_length_too_long(struct frame *frame)
{
	put16(frame->bytes + frame->length - 2, 1);
}

/* --- changes to a query's frame -------------------------------------------------------------- */

void cut_in_ip(struct frame *frame)
{
	frame->length = frame->ip + 19;
}

void cut_in_udp(struct frame *frame)
{
	frame->length = frame->udp + 7;
}

void cut_in_message(struct frame *frame)
{
	frame->length -= 1;
}

void ethernet_only(struct frame *frame)
{
	frame->length = 14;
}

void ip_version_5(struct frame *frame)
{
	frame->bytes[frame->ip] = 0x55;
}

void ihl_4(struct frame *frame)
{
	frame->bytes[frame->ip] = 0x44;
}

void ip_length_too_short(struct frame *frame)
{
	put16(frame->bytes + frame->ip + 2, 19);
}

void ip_checksum_wrong(struct frame *frame)
{
	frame->bytes[frame->ip + 8]++;
}

void is_arp(struct frame *frame)
{
	put16(frame->bytes + frame->ip - 2, 0x0806);
}

void is_tcp(struct frame *frame)
{
	frame->bytes[frame->ip + (frame->ipv6 ? 6 : 9)] = 6;
}

void third_tag(struct frame *frame)
{
	put16(frame->bytes + frame->ip - 2, 0x8100);
}

static void udp_length(struct frame *frame, int change)
{
	uint8_t *length = frame->bytes + frame->udp + 4;

	put16(length, get16(length) + change);
	frame_checksums(frame);
}

void udp_length_more(struct frame *frame)
{
	udp_length(frame, 1);
}

void udp_length_7(struct frame *frame)
{
	put16(frame->bytes + frame->udp + 4, 7);
}

/* --- changes to the programs' maps ----------------------------------------------------------- */

static uint64_t time_of(clockid_t clock, int seconds)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (now.tv_sec + seconds) * 1000000000ull + now.tv_nsec;
}

static uint64_t boot_time(int seconds)
{
	return time_of(CLOCK_BOOTTIME, seconds);
}

static uint64_t tai_time(int seconds)
{
	return time_of(CLOCK_TAI, seconds);
}

void deadline_over(struct prog *prog)
{
	struct zone_info info = *prog->view.info;

	info.deadline = (struct deadline){ .boot_ns = 1 };
	prog_set(prog->skeleton->maps.zone_1, 0, &info);
}

void deadline_far(struct prog *prog)
{
	struct zone_info info = *prog->view.info;

	info.deadline = (struct deadline){ .boot_ns = boot_time(3600), .tai_ns = tai_time(3600) };
	prog_set(prog->skeleton->maps.zone_1, 0, &info);
}

void signatures_over(struct prog *prog)
{
	struct zone_info info = *prog->view.info;

	info.deadline = (struct deadline){ .boot_ns = ~0ull, .tai_ns = tai_time(-1) };
	prog_set(prog->skeleton->maps.zone_1, 0, &info);
}

/* What a packet saw less than a second ago holds. */
void over_as_seen(struct prog *prog)
{
	struct zone_info info = *prog->view.info;

	info.deadline = (struct deadline){ .boot_ns = ~0ull, .recheck_ns = ~0ull, .over = 1 };
	prog_set(prog->skeleton->maps.zone_1, 0, &info);
}

void recheck_is_due(struct prog *prog)
{
	struct zone_info info = *prog->view.info;

	info.deadline = (struct deadline){ .boot_ns = ~0ull, .recheck_ns = 1, .over = 1 };
	prog_set(prog->skeleton->maps.zone_1, 0, &info);
}

void no_zone(struct prog *prog)
{
	struct zone_info info = { 0 };

	prog_set(prog->skeleton->maps.zone_1, 0, &info);
}

void other_set(struct prog *prog)
{
	uint32_t zero = 0;

	prog_set(prog->skeleton->maps.active, 0, &zero);
}

void anonymous(struct prog *prog)
{
	prog_say(prog, NULL, NULL, NULL);
	prog_configure(prog);
}

void longest_texts(struct prog *prog)
{
	static char nsid[NSID_MAX + 1], text[CHAOS_TEXT_MAX + 1];

	memset(nsid, 'n', NSID_MAX);
	memset(text, 't', CHAOS_TEXT_MAX);
	prog_say(prog, nsid, text, text);
	prog_configure(prog);
}

void loopback(struct prog *prog)
{
	prog->interface.loopback = 1;
	prog_configure(prog);
}

void partial_ok(struct prog *prog)
{
	prog->interface.partial_ok = 1;
	prog_configure(prog);
}

/* A first slot, SOA without DO, that is longer than BPF_PROG_RUN gives a frame to grow. */
void reply_of_4000(struct prog *prog)
{
	for (uint32_t i = 0; i < prog->view.reply_count; i++) {
		struct reply reply = prog->view.replies[i];

		if (reply.verdict != VERDICT_answer_apex)
			continue;
		reply.whole.length = 4000;
		prog_set(prog->skeleton->maps.replies_1, i, &reply);
	}
	prog->config.max_udp_size = 4096;
	prog_configure(prog);
}

/* Values that no loader writes: the program must not take them. */
static void damaged(struct prog *prog, struct reply damage)
{
	for (uint32_t i = 0; i < prog->view.reply_count; i++)
		if (prog->view.replies[i].verdict == VERDICT_answer_apex)
			prog_set(prog->skeleton->maps.replies_1, i, &damage);
}

void verdict_damaged(struct prog *prog)
{
	damaged(prog, (struct reply){ .verdict = 0xffff });
}

void verdict_passes(struct prog *prog)
{
	damaged(prog, (struct reply){ .verdict = VERDICT_pass_transfer });
}

void shelf_damaged(struct prog *prog)
{
	damaged(prog, (struct reply){ .verdict = VERDICT_answer_apex, .shelf = 0x7fffffff });
}

void place_damaged(struct prog *prog)
{
	damaged(prog, (struct reply){ .verdict = VERDICT_answer_apex, .place = PLACE_MAX + 8 });
}

void length_damaged(struct prog *prog)
{
	prog->config.max_udp_size = 0xffff;
	prog_configure(prog);
	damaged(prog, (struct reply){ .verdict = VERDICT_answer_apex,
				      .whole.length = BODY_MAX + 1 });
}

void no_secrets(struct prog *prog)
{
	prog->secrets.count = 0;
	prog_configure(prog);
}

/* A reply takes more than a bucket ever has. */
static void limit_all(struct prog *prog, uint32_t slip)
{
	prog->limit = (struct rate_limit){ .rate = 1, .slip = slip, .ipv4_prefix = 24,
					   .ipv6_prefix = 56, .interval = LIMIT_SECOND + 1 };
	prog_configure(prog);
}

void limit_slips(struct prog *prog)
{
	limit_all(prog, 1);
}

void limit_drops(struct prog *prog)
{
	limit_all(prog, 0);
}

void limit_exempts(struct prog *prog)
{
	struct exempt_prefix prefix = { .length = 96 + 16,
					.address.byte = { [10] = 0xff, 0xff, 198, 51 } };
	uint32_t one = 1;

	limit_all(prog, 0);
	prog->limit.exempt = 1;
	prog_configure(prog);
	if (bpf_map_update_elem(bpf_map__fd(prog->skeleton->maps.exempt), &prefix, &one, BPF_ANY))
		fail("exempt: no room");
}

void limit_is_far(struct prog *prog)
{
	limit_all(prog, 0);
	prog->limit.interval = 1;
	prog_configure(prog);
}

void passes_some(struct prog *prog)
{
	prog_pass(prog, "\4arpa", 6);
	prog_pass(prog, "\14root-servers\3net", 18);
	prog_pass(prog, "\1b\1c\11verylong1\11verylong2\7example", 33);
	prog_configure(prog);
}

void prog_restore(struct prog *prog)
{
	uint32_t one = 1;

	prog->secrets = prog_secrets;
	prog->limit = (struct rate_limit){ 0 };
	prog->subtrees = 0;

	prog->interface.loopback = 0;
	prog->interface.partial_ok = 0;
	prog->config.max_udp_size = ANSWER_UDP_SIZE_DEFAULT;
	prog_say(prog, NSID, HOSTNAME, VERSION);
	prog_configure(prog);
	prog_set(prog->skeleton->maps.zone_1, 0, prog->view.info);
	prog_set(prog->skeleton->maps.active, 0, &one);
	for (uint32_t i = 0; i < prog->view.reply_count; i++)
		if (prog->view.replies[i].verdict == VERDICT_answer_apex)
			prog_set(prog->skeleton->maps.replies_1, i, &prog->view.replies[i]);
}
