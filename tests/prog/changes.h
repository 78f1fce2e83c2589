/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is done to ordinary queries, for the table of packets. */
#ifndef ROOTXDP_TEST_CHANGES_H
#define ROOTXDP_TEST_CHANGES_H

#include "frame.h"
#include "prog.h"

/* Change a message before its lengths and sums are taken, or a finished frame. */
void two_questions(struct frame *frame);
void no_question(struct frame *frame);
void question_cut_out(struct frame *frame);
void question_and_records_cut_out(struct frame *frame);
void an_answer(struct frame *frame);
void an_authority(struct frame *frame);
void authority_without_question(struct frame *frame);
void two_authorities(struct frame *frame);
void two_additional(struct frame *frame);
void header_short(struct frame *frame);
void no_message(struct frame *frame);
void header_only(struct frame *frame);
void one_byte_less(struct frame *frame);
void name_points(struct frame *frame);
void name_is_bitstring(struct frame *frame);
void name_too_long(struct frame *frame);
void opt_has_a_name(struct frame *frame);
void opt_is_tsig(struct frame *frame);
void opt_length_too_long(struct frame *frame);
void cut_in_ip(struct frame *frame);
void cut_in_udp(struct frame *frame);
void cut_in_message(struct frame *frame);
void ethernet_only(struct frame *frame);
void ip_version_5(struct frame *frame);
void ihl_4(struct frame *frame);
void ip_length_too_short(struct frame *frame);
void ip_checksum_wrong(struct frame *frame);
void is_arp(struct frame *frame);
void is_tcp(struct frame *frame);
void third_tag(struct frame *frame);
void udp_length_more(struct frame *frame);
void udp_length_7(struct frame *frame);

/* Make the 24 bytes at the message's end the cookie that this client was given. */
void cookie_now(struct frame *frame);
void cookie_old(struct frame *frame);     /* 40 minutes: renewed */
void cookie_stale(struct frame *frame);   /* 61 minutes: not valid any more */
void cookie_ahead(struct frame *frame);   /* 4 minutes in the future */
void cookie_too_far(struct frame *frame); /* 6 minutes */
void cookie_staged(struct frame *frame);  /* by the second secret */
void cookie_of_another(struct frame *frame);
void cookie_alone_valid(struct frame *frame); /* cookie_now, and no question */
void cookie_alone_bad(struct frame *frame);

#endif
