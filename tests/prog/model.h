/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the programs do to a frame, from the shared headers built for userspace. */
#ifndef ROOTXDP_TEST_MODEL_H
#define ROOTXDP_TEST_MODEL_H

#include "prog.h"

/*
 * The verdict that prog's programs must come to for `length` bytes of frame, of no aggregate. When
 * it is an answer, the DNS message of the reply is in `reply` (ANSWER_UDP_SIZE_MOST bytes), and
 * *query says where the query's parts lie. now: see prog_now().
 */
enum verdict model_verdict(const struct prog *prog, const uint8_t *frame, size_t length,
			   uint32_t now, struct frame *query, uint8_t *reply,
			   uint32_t *reply_length);

#endif
