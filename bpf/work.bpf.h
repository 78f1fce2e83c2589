/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known about the packet at hand, from stage to stage. One for each tier and CPU. */
#ifndef ROOTXDP_WORK_BPF_H
#define ROOTXDP_WORK_BPF_H

#include "find.h"
#include "layout.h"
#include "packet.h"
#include "question.h"
#include "reply.h"

/*
 * It lies in a map, not on the stack: what a stage stores there and the next one reads back is any
 * number to the verifier, so that it need not follow each way through a stage into the next one.
 * For the same reason every bound is checked again where it is used.
 */
struct work {
	struct packet packet;
	struct label label;
	struct place place;
	struct question question;
	__u16 question_sum; /* of the question section, as from an even place */
	__u16 address_sum;  /* of both addresses */
	__u32 partial_ok;   /* see struct interface */
	__u32 asked;        /* parse_question()'s enum verdict */
	struct outline outline;
};

#endif
