// SPDX-License-Identifier: GPL-2.0-or-later
/* What is done to ordinary queries, for the table of packets. */
#include "changes.h"

#include <string.h>
#include <time.h>

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
